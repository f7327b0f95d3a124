//! What changed since a reader was told last.

use super::{facts, host, invitation, read, write};
use crate::mail::*;

type Edit = fn(&mut Facts);

fn before(change: Edit) -> Option<Shown> {
    let mut facts = facts();
    change(&mut facts);
    Some(facts.shown_to(Recipient::Guest))
}

fn told(kind: MailKind, shown: Option<Shown>) -> Option<Told> {
    shown.map(|shown| Told {
        kind: kind.as_str().into(),
        shown,
    })
}

#[test]
fn a_change_says_what_was_and_what_is() {
    let place = |f: &mut Facts| f.location = Some("Room 4".into());
    let cases: [(Edit, _, &[&str]); 6] = [
        (
            place,
            MailKind::Updated,
            &["Place: Room 4 → Room 5, 2nd floor"],
        ),
        (
            |f| f.title = "First call".into(),
            MailKind::Updated,
            &["Title: First call → Intro call"],
        ),
        (
            |f| f.meeting_url = Some("https://old.example/a".into()),
            MailKind::Updated,
            &["Link to join: https://old.example/a → https://meet.example/abc?x=1&y=2"],
        ),
        (
            |f| f.location = None,
            MailKind::Updated,
            &["Place: none → Room 5, 2nd floor"],
        ),
        (
            |f| f.owner.name = "Charles".into(),
            MailKind::Updated,
            &["Host: Charles → Ada Lovelace"],
        ),
        (
            |f| {
                f.starts_at -= chrono::Duration::hours(1);
                f.title = "First call".into();
            },
            MailKind::Rescheduled,
            &[
                "Time: Tuesday, December 1, 2026 at 9:00 AM – 10:30 AM (America/New_York, UTC−5) → Tuesday, December 1, 2026 at 10:00 AM – 10:30 AM (America/New_York, UTC−5)",
                "Title: First call → Intro call",
            ],
        ),
    ];
    for (change, kind, lines) in cases {
        let facts = Facts {
            before: before(change),
            ..facts()
        };
        let now = facts.shown_to(Recipient::Guest);
        for ordered in [MailKind::Updated, MailKind::Rescheduled] {
            let told = told(MailKind::Confirmation, facts.before.clone());
            assert_eq!(now.news(ordered, told.as_ref(), false), Ok(kind));
        }
        let mail = write(kind, Recipient::Guest, &facts);
        let message = read(&mail);
        let text = message.body_text(0).unwrap();
        for line in lines {
            assert!(text.contains(line), "{line} in {text}");
        }
        let moves = text.contains("has a new time");
        assert_eq!(moves, kind == MailKind::Rescheduled, "{text}");
        assert!(!invitation(&mail).concat().contains(" → "));
    }
}

#[test]
fn a_link_that_comes_is_called_one_and_is_the_only_change() {
    let facts = Facts {
        before: before(|f| f.meeting_url = None),
        ..facts()
    };
    let mail = write(MailKind::Updated, Recipient::Guest, &facts);
    let text = read(&mail).body_text(0).unwrap().into_owned();
    assert!(text.contains("now has a link to join"), "{text}");
}

#[test]
fn nobody_is_told_what_they_know() {
    let facts = facts();
    let now = facts.shown_to(Recipient::Guest);
    let same = told(MailKind::Confirmation, Some(now.clone()));
    for kind in [
        MailKind::Confirmation,
        MailKind::Updated,
        MailKind::Rescheduled,
    ] {
        assert!(now.news(kind, same.as_ref(), false).is_err(), "{kind:?}");
    }
    assert_eq!(
        now.news(MailKind::Confirmation, same.as_ref(), true),
        Ok(MailKind::Confirmation),
        "it is wanted again"
    );
    let off = told(MailKind::Cancelled, Some(now.clone()));
    assert!(now.news(MailKind::Cancelled, off.as_ref(), false).is_err());
    assert_eq!(
        now.news(MailKind::Confirmation, off.as_ref(), false),
        Ok(MailKind::Confirmation),
        "live again"
    );
    assert_eq!(
        now.news(MailKind::Updated, None, false),
        Ok(MailKind::Updated),
        "what they were told is forgotten"
    );
}

#[test]
fn one_who_is_taken_off_hears_of_the_meeting_as_they_know_it() {
    let facts = Facts {
        title: "A secret talk".into(),
        location: Some("A secret place".into()),
        before: before(|_| ()),
        ..facts()
    };
    let mail = write(MailKind::Cancelled, Recipient::FurtherGuest, &facts);
    let text = read(&mail).body_text(0).unwrap().into_owned();
    assert!(text.contains("You are no longer invited"), "{text}");
    let all = text + &invitation(&mail).concat();
    assert!(
        all.contains("Intro call") && !all.contains("secret"),
        "{all}"
    );
}

#[test]
fn the_organizer_is_who_invited_first_whoever_the_owner_is_by_now() {
    let facts = Facts {
        owner: Host {
            name: "Successor".into(),
            email: Some("successor@example.com".into()),
        },
        organizer: host(),
        from_address: "Other <other@example.com>".into(),
        ..facts()
    };
    let mail = write(MailKind::Rescheduled, Recipient::Guest, &facts);
    let organizer =
        "ORGANIZER;CN=Ada Lovelace;SENT-BY=\"mailto:other@example.com\":mailto:ada@example.com";
    assert!(invitation(&mail).contains(&organizer.to_owned()));
    let owners = write(MailKind::Rescheduled, Recipient::Owner, &facts);
    assert_eq!(owners.to, "successor@example.com");
}

#[test]
fn a_manage_token_in_the_fragment_stays_there() {
    let link = "https://app.example/rpc/manage_page#manage=s3cret-token";
    let facts = Facts {
        manage_url: Some(link.into()),
        ..facts()
    };
    let mail = write(MailKind::Confirmation, Recipient::Guest, &facts);
    let message = read(&mail);
    assert!(message.body_text(0).unwrap().contains(link));
    let html = message.body_html(0).unwrap();
    assert!(
        html.replace("&#x2f;", "/")
            .contains(&format!("href=\"{link}\""))
    );
    assert!(invitation(&mail).join("\n").contains(link));
}

#[test]
fn a_manage_link_and_a_link_for_a_place_are_whole_however_long_the_rest_is() {
    let link = format!("https://meet.example/{}", "x".repeat(3_000));
    let facts = Facts {
        location: Some(link.clone()),
        meeting_url: Some(link.clone()),
        title: "word ".repeat(2_000),
        ..facts()
    };
    let mail = write(MailKind::Confirmation, Recipient::Guest, &facts);
    let lines = invitation(&mail).join("\n");
    assert!(lines.contains(&format!("LOCATION:{link}")));
    assert!(lines.contains("https://app.example/manage/s3cret-token"));
    let message = read(&mail);
    assert!(
        message
            .body_text(0)
            .unwrap()
            .contains(&format!("Where: {link}"))
    );
}
