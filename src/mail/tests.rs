//! Whole mails, read back by a parser that shares no code with the writer.

use chrono_tz::America::New_York;
use mail_parser::{MessageParser, MimeHeaders};
use serde_json::json;
use uuid::uuid;

use strum::VariantArray;

use super::facts::MailError;
use super::*;

mod hostile;
mod languages;
mod own_texts;
mod pictures;
mod readers;
mod told;

fn facts() -> Facts {
    Facts {
        meeting_id: uuid!("7c9e6679-7425-40de-944b-e07fc1f90ae7"),
        sequence: 0,
        title: "Intro call".into(),
        starts_at: "2026-12-01T15:00:00Z".parse().unwrap(),
        ends_at: "2026-12-01T15:30:00Z".parse().unwrap(),
        location: Some("Room 5, 2nd floor".into()),
        meeting_url: Some("https://meet.example/abc?x=1&y=2".into()),
        notes: Some("We have <b>two</b> questions\nand a dog".into()),
        cancel_reason: None,
        reason_is_owners: false,
        guest: Some(guest()),
        owner: host(),
        organizer: host(),
        extra_guests: vec!["linus@example.net".into()],
        answers: vec![
            ("Company".into(), json!("ACME, Inc.")),
            ("Budget".into(), json!(12.5)),
            ("Topics".into(), json!(["A", "B"])),
            ("New".into(), json!(true)),
        ],
        manage_url: Some("https://app.example/manage/s3cret-token".into()),
        holder: Some("linus@example.net".into()),
        locale: None,
        own_text: None,
        before: None,
        owner_is_invited: false,
        takes_place: true,
        from_address: "Bookings <bookings@example.com>".into(),
        reply_to: None,
        created_at: "2026-11-20T08:00:00Z".parse().unwrap(),
        message_id: "confirmation.0.7c9e6679@example.com".into(),
    }
}

fn guest() -> Guest {
    Guest {
        name: Some("Grace Höpper".into()),
        email: "grace@example.org".into(),
        phone: Some("+1 555 0100".into()),
    }
}

fn host() -> Host {
    Host {
        name: "Ada Lovelace".into(),
        email: Some("ada@example.com".into()),
    }
}

fn write(kind: MailKind, recipient: Recipient, facts: &Facts) -> Mail {
    compose(kind, recipient, facts, &New_York, "America/New_York").unwrap_or_else(|e| panic!("{e}"))
}

fn read(mail: &Mail) -> mail_parser::Message<'_> {
    MessageParser::default()
        .parse(&mail.message)
        .expect("a message")
}

/// The invitation's unfolded lines, after checking that both copies are the same.
fn invitation(mail: &Mail) -> Vec<String> {
    let message = read(mail);
    let copies: Vec<_> = message
        .parts
        .iter()
        .filter(|part| {
            let kind = part
                .content_type()
                .map(|t| (t.ctype().to_owned(), t.subtype().map(str::to_owned)));
            matches!(kind, Some((a, Some(b))) if (a == "text" && b == "calendar") || b == "ics")
        })
        .map(|part| String::from_utf8(part.contents().to_vec()).unwrap())
        .collect();
    assert_eq!(copies.len(), 2);
    assert_eq!(copies[0].trim_end(), copies[1].trim_end());
    copies[1]
        .replace("\r\n ", "")
        .lines()
        .map(str::to_owned)
        .collect()
}

/// The kinds of all parts in order, with `method` where there is one.
fn shape(mail: &Mail) -> Vec<String> {
    read(mail)
        .parts
        .iter()
        .map(|part| {
            let t = part.content_type().unwrap();
            let method = t
                .attribute("method")
                .map(|m| format!(" {m}"))
                .unwrap_or_default();
            format!("{}/{}{method}", t.ctype(), t.subtype().unwrap())
        })
        .collect()
}

#[test]
fn the_guest_gets_an_invitation_that_mail_programs_act_on() {
    let mail = write(MailKind::Confirmation, Recipient::Guest, &facts());
    assert_eq!(
        shape(&mail),
        [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "text/calendar REQUEST",
            "application/ics REQUEST",
        ]
    );
    let message = read(&mail);
    let file = message.attachments().last().unwrap();
    assert_eq!(file.attachment_name(), Some("invite.ics"));
    let lines = invitation(&mail);
    for expected in [
        "METHOD:REQUEST",
        "UID:7c9e6679-7425-40de-944b-e07fc1f90ae7@scheduling",
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        "DTSTAMP:20261120T080000Z",
        "DTSTART:20261201T150000Z",
        "DTEND:20261201T153000Z",
        "SUMMARY:Intro call",
        "LOCATION:Room 5\\, 2nd floor",
        "URL:https://meet.example/abc?x=1&y=2",
        "CONFERENCE;LABEL=Join;VALUE=URI:https://meet.example/abc?x=1&y=2",
        "ORGANIZER;CN=Ada Lovelace;SENT-BY=\"mailto:bookings@example.com\":mailto:ada@example.com",
        "ATTENDEE;CN=Grace Höpper;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:grace@example.org",
    ] {
        assert!(
            lines.iter().any(|line| line == expected),
            "{expected} in {lines:#?}"
        );
    }
    let attendees = lines.iter().filter(|line| line.starts_with("ATTENDEE"));
    assert_eq!(attendees.count(), 1, "nobody is told who else is invited");
}

#[test]
fn a_change_keeps_the_uid_and_raises_the_sequence() {
    let cases = [
        (MailKind::Updated, "REQUEST", "CONFIRMED"),
        (MailKind::Rescheduled, "REQUEST", "CONFIRMED"),
        (MailKind::Cancelled, "CANCEL", "CANCELLED"),
    ];
    for (kind, method, status) in cases {
        let mail = write(
            kind,
            Recipient::Guest,
            &Facts {
                sequence: 3,
                ..facts()
            },
        );
        let lines = invitation(&mail);
        for expected in [
            format!("METHOD:{method}"),
            "UID:7c9e6679-7425-40de-944b-e07fc1f90ae7@scheduling".to_owned(),
            "SEQUENCE:3".to_owned(),
            format!("STATUS:{status}"),
        ] {
            assert!(lines.contains(&expected), "{expected} in {lines:#?}");
        }
        assert!(shape(&mail).contains(&format!("text/calendar {method}")));
        assert!(shape(&mail).contains(&format!("application/ics {method}")));
    }
}

#[test]
fn the_headers_say_who_writes_to_whom() {
    let mail = write(MailKind::Confirmation, Recipient::Guest, &facts());
    let message = read(&mail);
    let mailbox = |address: &mail_parser::Address| {
        let first = address.first().unwrap();
        format!(
            "{}|{}",
            first.name().unwrap_or(""),
            first.address().unwrap()
        )
    };
    assert_eq!(
        mailbox(message.from().unwrap()),
        "Bookings|bookings@example.com"
    );
    assert_eq!(
        mailbox(message.to().unwrap()),
        "Grace Höpper|grace@example.org"
    );
    assert!(message.cc().is_none() && message.bcc().is_none());
    assert_eq!(
        mailbox(message.reply_to().unwrap()),
        "Ada Lovelace|ada@example.com"
    );
    assert_eq!(
        message.subject(),
        Some("Confirmed: Intro call, Tue, Dec 1, 2026, 10:00 AM")
    );
    assert_eq!(
        message.message_id(),
        Some("confirmation.0.7c9e6679@example.com")
    );
    assert_eq!(message.date().unwrap().to_rfc3339(), "2026-11-20T08:00:00Z");
    assert_eq!(
        message.header_raw("Auto-Submitted").unwrap().trim(),
        "auto-generated"
    );

    assert_eq!(mail.recipient, "grace@example.org");
    assert_eq!(mail.from, "bookings@example.com");
    assert_eq!(mail.to, "grace@example.org");
    assert_eq!(mail.subject, message.subject().unwrap());
    assert_eq!(mail.message_id, "<confirmation.0.7c9e6679@example.com>");
}

#[test]
fn answers_reach_the_person_they_are_meant_for() {
    let reply_to = |kind, recipient, facts: &Facts| {
        let mail = write(kind, recipient, facts);
        read(&mail)
            .reply_to()
            .map(|a| a.first().unwrap().address().unwrap().to_owned())
    };
    let configured = Facts {
        reply_to: Some("Desk <desk@example.com>".into()),
        ..facts()
    };
    let unknown = Facts {
        owner: Host {
            email: None,
            ..facts().owner
        },
        ..facts()
    };
    let guest = |facts: &Facts| reply_to(MailKind::Confirmation, Recipient::Guest, facts);
    assert_eq!(guest(&facts()).as_deref(), Some("ada@example.com"));
    assert_eq!(guest(&configured).as_deref(), Some("desk@example.com"));
    assert_eq!(guest(&unknown), None);
    let owner = reply_to(MailKind::OwnerNotification, Recipient::Owner, &configured);
    assert_eq!(owner.as_deref(), Some("grace@example.org"));
}

#[test]
fn the_guest_reads_when_where_and_how_to_change_it() {
    let mail = write(MailKind::Confirmation, Recipient::Guest, &facts());
    let message = read(&mail);
    let (plain, html) = (message.body_text(0).unwrap(), message.body_html(0).unwrap());
    for expected in [
        "Tuesday, December 1, 2026 at 10:00 AM – 10:30 AM (America/New_York, UTC−5)",
        "Room 5, 2nd floor",
        "https://meet.example/abc?x=1&y=2",
        "https://app.example/manage/s3cret-token",
        "Ada Lovelace",
    ] {
        assert!(plain.contains(expected), "{expected} in {plain}");
    }
    assert!(html.contains("href=\"https:&#x2f;&#x2f;app.example&#x2f;manage&#x2f;s3cret-token\""));
}

#[test]
fn the_owner_reads_everything_the_guest_said_and_gets_no_second_event() {
    let mail = write(MailKind::OwnerNotification, Recipient::Owner, &facts());
    assert_eq!(
        shape(&mail),
        ["multipart/alternative", "text/plain", "text/html"]
    );
    assert_eq!(mail.to, "ada@example.com");
    let message = read(&mail);
    assert!(message.cc().is_none());
    assert_eq!(
        message.subject(),
        Some("New booking: Grace Höpper, Intro call, Tue, Dec 1, 2026, 10:00 AM")
    );
    let (plain, html) = (message.body_text(0).unwrap(), message.body_html(0).unwrap());
    for expected in [
        "Grace Höpper",
        "grace@example.org",
        "+1 555 0100",
        "We have <b>two</b> questions",
        "and a dog",
        "Company: ACME, Inc.",
        "Budget: 12.5",
        "Topics: A, B",
        "New: yes",
        "linus@example.net",
    ] {
        assert!(plain.contains(expected), "{expected} in {plain}");
    }
    assert!(html.contains("We have &lt;b&gt;two&lt;&#x2f;b&gt; questions"));
    assert!(!plain.contains("s3cret-token") && !html.contains("s3cret-token"));
}

#[test]
fn a_cancelled_meeting_offers_no_button_and_says_why_to_those_who_may_know() {
    for reason_is_owners in [false, true] {
        let facts = Facts {
            cancel_reason: Some("I am ill".into()),
            reason_is_owners,
            takes_place: false,
            ..facts()
        };
        for &recipient in Recipient::VARIANTS {
            let mail = write(MailKind::Cancelled, recipient, &facts);
            let message = read(&mail);
            let plain = message.body_text(0).unwrap();
            let is_told = plain.contains("Reason: I am ill");
            let may_know = reason_is_owners || recipient == Recipient::Owner;
            assert_eq!(is_told, may_know, "{recipient:?}: {plain}");
            assert!(!plain.contains("s3cret-token"), "{plain}");
        }
    }
}

/// The invitation is in their calendar: another one would undo what they have answered to it.
#[test]
fn a_reminder_brings_no_invitation_and_the_link_to_the_booker_alone() {
    for (recipient, has_link) in [(Recipient::Guest, true), (Recipient::FurtherGuest, false)] {
        let mail = write(MailKind::Reminder, recipient, &facts());
        assert_eq!(
            shape(&mail),
            ["multipart/alternative", "text/plain", "text/html"]
        );
        let message = read(&mail);
        let plain = message.body_text(0).unwrap();
        assert_eq!(plain.contains("s3cret-token"), has_link, "{plain}");
        for expected in [
            "Tuesday, December 1, 2026 at 10:00 AM – 10:30 AM (America/New_York, UTC−5)",
            "Room 5, 2nd floor",
            "https://meet.example/abc?x=1&y=2",
        ] {
            assert!(plain.contains(expected), "{expected} in {plain}");
        }
        assert_eq!(
            message.subject(),
            Some("Reminder: Intro call, Tue, Dec 1, 2026, 10:00 AM")
        );
        // What changes is told by the next mail all the same, with the invitation.
        assert!(mail.shown.is_none());
    }
}

/// As a job's payload is read.
fn named<T: serde::de::DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(name.into()).ok()
}

#[test]
fn every_kind_is_written_for_its_recipients_and_for_nobody_else() {
    for &kind in MailKind::VARIANTS {
        assert_eq!(named::<MailKind>(kind.as_str()), Some(kind));
        for &recipient in Recipient::VARIANTS {
            assert_eq!(named::<Recipient>(recipient.as_str()), Some(recipient));
            let written = compose(kind, recipient, &facts(), &New_York, "America/New_York");
            assert_eq!(written.is_ok(), kind.recipients().contains(&recipient));
        }
    }
    assert_eq!(named::<MailKind>("reminder!"), None);
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    for (kind, recipient) in [
        (MailKind::Confirmation, Recipient::Guest),
        (MailKind::OwnerNotification, Recipient::Owner),
    ] {
        let one = write(kind, recipient, &facts());
        let two = write(kind, recipient, &facts());
        assert!(one.message == two.message);
    }
}

#[test]
fn an_owner_without_an_address_still_lets_the_guest_have_a_mail() {
    let facts = Facts {
        owner: Host {
            name: "Ada".into(),
            email: None,
        },
        organizer: Host {
            name: "Ada".into(),
            email: None,
        },
        ..facts()
    };
    let mail = write(MailKind::Confirmation, Recipient::Guest, &facts);
    let organizer = "ORGANIZER;CN=Ada:mailto:bookings@example.com".to_owned();
    assert!(invitation(&mail).contains(&organizer));
    let owner = compose(
        MailKind::Cancelled,
        Recipient::Owner,
        &facts,
        &New_York,
        "X",
    );
    assert!(matches!(owner, Err(MailError::NoOwnerAddress)));
}
