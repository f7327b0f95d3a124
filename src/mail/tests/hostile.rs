//! What people may type, and what must come of it all the same.

use chrono::{DateTime, Utc};
use chrono_tz::America::New_York;
use mail_parser::{MimeHeaders, PartType};

use super::{facts, guest, host, read, shape, write};
use crate::mail::*;

#[test]
fn a_message_is_ascii_with_crlf_and_short_lines() {
    let facts = Facts {
        title: "Größe 🕐 ".repeat(40),
        notes: Some("ü".repeat(3000) + "\n.\nFrom x\r\n\r\n.."),
        guest: Some(Guest {
            name: Some("Grüße, \"x\" (y) ".repeat(9)),
            ..guest()
        }),
        meeting_url: Some(format!("https://meet.example/{}", "x".repeat(1500))),
        ..facts()
    };
    for (kind, recipient, locale) in [
        (MailKind::Confirmation, Recipient::Guest, None),
        (MailKind::OwnerNotification, Recipient::Owner, None),
        (MailKind::Confirmation, Recipient::Guest, Some("ar-EG")),
        (MailKind::OwnerNotification, Recipient::Owner, Some("ja")),
    ] {
        let facts = Facts {
            locale: locale.map(str::to_owned),
            ..facts.clone()
        };
        let mail = write(kind, recipient, &facts);
        let text = String::from_utf8(mail.message.clone()).unwrap();
        assert!(text.is_ascii());
        for line in text.split("\r\n") {
            assert!(line.len() <= 998, "{} characters", line.len());
            assert!(!line.contains(['\r', '\n']), "{line:?}");
        }
        assert!(read(&mail).subject().unwrap().contains("Größe 🕐"));
    }
}

#[test]
fn no_text_can_add_a_header_or_a_part() {
    let names = |mail: &Mail| -> Vec<String> {
        read(mail)
            .headers()
            .iter()
            .map(|h| h.name().to_owned())
            .collect()
    };
    let english = (None, "Tuesday, December 1, 2026");
    let arabic = (Some("ar-EG"), "الثلاثاء، ١ ديسمبر ٢٠٢٦");
    for (kind, recipient, (locale, day)) in [
        (MailKind::Confirmation, Recipient::Guest, english),
        (MailKind::Cancelled, Recipient::Guest, english),
        (MailKind::Rescheduled, Recipient::FurtherGuest, english),
        (MailKind::OwnerNotification, Recipient::Owner, english),
        (MailKind::Cancelled, Recipient::Owner, english),
        (MailKind::Confirmation, Recipient::Guest, arabic),
        (MailKind::Updated, Recipient::FurtherGuest, arabic),
        (MailKind::OwnerNotification, Recipient::Owner, arabic),
    ] {
        let facts = || Facts {
            locale: locale.map(str::to_owned),
            ..facts()
        };
        let plain = write(kind, recipient, &facts());
        let boundaries: Vec<_> = read(&plain)
            .parts
            .iter()
            .filter_map(|part| Some(part.content_type()?.attribute("boundary")?.to_owned()))
            .collect();
        let (outer, inner) = (boundaries.first().unwrap(), boundaries.last().unwrap());
        for attack in [
            "x\r\nBcc: evil@example.com",
            "x\nBcc: evil@example.com\n\nbody",
            "x\rBcc: evil@example.com",
            // Anybody can read the boundaries in a mail they got.
            &format!("x\r\n\r\n--{inner}\r\nContent-Type: text/html\r\n\r\n<b>"),
            &format!("x\r\n--{inner}--\r\n--{outer}--\r\n"),
            &format!("x\r\n--{outer}\r\nContent-Type: text/html\r\n\r\n<b>"),
            "\r\n.\r\nMAIL FROM:<evil@example.com>",
            "\" <evil@example.com>, \"",
            "a@evil.example, b",
            "=?utf-8?q?x=0D=0ABcc:_evil=40example.com?=",
            "{{ heading }}{% raw %}",
            "\u{0}\u{85}\u{2028}Bcc: x",
        ] {
            let text = || Some(attack.to_owned());
            let mail = write(
                kind,
                recipient,
                &Facts {
                    title: attack.into(),
                    location: text(),
                    meeting_url: text(),
                    notes: text(),
                    cancel_reason: text(),
                    manage_url: text(),
                    guest: Some(Guest {
                        name: text(),
                        phone: text(),
                        ..guest()
                    }),
                    owner: Host {
                        name: attack.into(),
                        ..host()
                    },
                    organizer: Host {
                        name: attack.into(),
                        ..host()
                    },
                    answers: vec![(attack.into(), attack.into())],
                    ..facts()
                },
            );
            assert_eq!(names(&mail), names(&plain), "{attack:?}");
            assert_eq!(shape(&mail), shape(&plain), "{attack:?}");
            assert_eq!(mail.to, plain.to, "{attack:?}");
            let message = read(&mail);
            for address in [message.from(), message.to(), message.reply_to()]
                .into_iter()
                .flatten()
            {
                assert_eq!(address.iter().count(), 1, "{attack:?}");
                assert!(
                    !address.first().unwrap().address().unwrap().contains("evil"),
                    "{attack:?}"
                );
            }
            assert_eq!(
                read(&plain).to().unwrap().first().unwrap().address(),
                message.to().unwrap().first().unwrap().address()
            );
            assert!(!message.subject().unwrap().contains('\n'), "{attack:?}");
            let PartType::Text(body) = &message.text_bodies().next().unwrap().body else {
                panic!("no text for {attack:?}");
            };
            assert!(body.contains(day), "{attack:?}");
        }
    }
}

#[test]
fn odd_senders_survive_the_library() {
    for (from, name) in [
        ("bookings@example.com", None),
        (
            "Jürgen Müller <bookings@example.com>",
            Some("Jürgen Müller"),
        ),
        (
            "\"Ada, Inc. (9)\" <bookings@example.com>",
            Some("Ada, Inc. (9)"),
        ),
        ("A\\B \"C\" <bookings@example.com>", Some("A\\B \"C\"")),
        (
            "日本語, 株式会社 <bookings@example.com>",
            Some("日本語, 株式会社"),
        ),
        ("Bookings <bookings@bücher.example>", Some("Bookings")),
    ] {
        let facts = Facts {
            from_address: from.into(),
            ..facts()
        };
        let mail = write(MailKind::Confirmation, Recipient::Guest, &facts);
        let message = read(&mail);
        assert_eq!(
            message.from().unwrap().first().unwrap().name(),
            name,
            "{from}"
        );
        assert!(mail.from.is_ascii());
    }
}

#[test]
fn what_cannot_be_sent_is_refused_with_a_reason() {
    let bad = |change: fn(&mut Facts)| {
        let mut facts = facts();
        change(&mut facts);
        match compose(
            MailKind::Confirmation,
            Recipient::Guest,
            &facts,
            &New_York,
            "X",
        ) {
            Ok(_) => panic!("written"),
            Err(error) => error.to_string(),
        }
    };
    let cases = [
        (
            bad(|f| f.guest.as_mut().unwrap().email = "grace".into()),
            "the guest's e-mail address is not usable: it has no @",
        ),
        (
            bad(|f| f.from_address = "Bookings".into()),
            "the sender's e-mail address is not usable: it has no @",
        ),
        (
            bad(|f| f.reply_to = Some("x".into())),
            "the reply-to e-mail address is not usable: it has no @",
        ),
        (
            bad(|f| f.message_id = "a@b>\r\nBcc: x".into()),
            "the Message-ID is malformed",
        ),
        (
            bad(|f| f.message_id = "no-domain".into()),
            "the Message-ID is malformed",
        ),
        (
            bad(|f| f.ends_at = DateTime::<Utc>::MAX_UTC),
            "a date lies outside the years 1970 to 9999",
        ),
        (
            bad(|f| f.created_at = DateTime::<Utc>::MIN_UTC),
            "a date lies outside the years 1970 to 9999",
        ),
    ];
    for (told, expected) in cases {
        assert_eq!(told, expected);
    }
}
