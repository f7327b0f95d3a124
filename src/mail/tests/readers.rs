//! Who reads what a visitor typed: every kind of mail, every reader, every field.

use chrono_tz::America::New_York;
use mail_parser::PartType;
use serde_json::json;
use strum::VariantArray;

use super::{facts, read};
use crate::mail::*;

/// What is typed, each field with a word of its own that is found whatever is around it, and whether it
/// is but a name.
const NAME: &str = "Zebulon Quagga";
const LINKED_NAME: &str = "Claim at prize.example/name";
const PHONE: &str = "555 0199 phonemark";
const NOTES: &str = "https://prize.example/notes notesmark";
const ANSWER: &str = "https://prize.example/answer answermark";
const REASON: &str = "https://prize.example/reason reasonmark";
const OTHERS: [&str; 2] = ["kaymark@further.example", "limark@further.example"];

fn typed(name: &str) -> Facts {
    Facts {
        guest: Some(Guest {
            name: Some(name.into()),
            email: "booker@guest.example".into(),
            phone: Some(PHONE.into()),
        }),
        notes: Some(NOTES.into()),
        answers: vec![("Anything else?".into(), json!([ANSWER]))],
        cancel_reason: Some(REASON.into()),
        extra_guests: OTHERS.map(String::from).to_vec(),
        holder: Some(OTHERS[0].into()),
        owner_is_invited: true,
        takes_place: false,
        ..facts()
    }
}

/// All that a reader can find in a mail: headers and parts, decoded, the invitation's lines unfolded.
fn all_of(mail: &Mail) -> String {
    let message = read(mail);
    let mut all = vec![mail.subject.clone(), mail.message_id.clone()];
    all.push(String::from_utf8(mail.message.clone()).unwrap());
    all.push(format!("{:?}", message.headers()));
    for part in &message.parts {
        all.push(format!("{:?}", part.headers));
        match &part.body {
            PartType::Text(text) | PartType::Html(text) => all.push(text.to_string()),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                all.push(
                    String::from_utf8(bytes.to_vec())
                        .unwrap()
                        .replace("\r\n ", ""),
                );
            }
            _ => {}
        }
    }
    all.join("\n").replace("&#x2f;", "/")
}

#[test]
fn what_a_visitor_typed_reaches_the_owner_and_no_address_that_a_visitor_typed() {
    let before = Shown {
        title: "Before".into(),
        ..typed(NAME).shown_to(Recipient::Guest)
    };
    for &kind in MailKind::VARIANTS {
        for &reader in kind.recipients() {
            for (name, before, locale) in [
                (NAME, None, None),
                (LINKED_NAME, None, Some("ja")),
                (NAME, Some(before.clone()), None),
                (NAME, Some(before.clone()), Some("ar-EG")),
                (LINKED_NAME, None, Some("ar-EG")),
            ] {
                let facts = Facts {
                    before,
                    locale: locale.map(str::to_owned),
                    ..typed(name)
                };
                let mail = compose(kind, reader, &facts, &New_York, "America/New_York").unwrap();
                let all = all_of(&mail);
                let finds = |text: &str| all.contains(text);
                let others = OTHERS.map(finds);
                let typed = [
                    finds("phonemark"),
                    finds("notesmark"),
                    finds("answermark"),
                    finds("reasonmark"),
                ];
                let is_cancelled = kind == MailKind::Cancelled;
                let (expected_name, expected, expected_others, manages) = match reader {
                    Recipient::Owner => (true, [true, true, true, is_cancelled], [true; 2], false),
                    Recipient::Guest => (name == NAME, [false; 4], [false; 2], !is_cancelled),
                    Recipient::FurtherGuest => (false, [false; 4], [true, false], false),
                };
                let what = format!("{kind:?} to {reader:?}, {name}, {locale:?}");
                assert_eq!(finds(name), expected_name, "name: {what}");
                assert_eq!(typed, expected, "{what}");
                assert_eq!(others, expected_others, "further guests: {what}");
                assert_eq!(finds("s3cret-token"), manages, "manage link: {what}");
                let hears_of_booker = reader != Recipient::FurtherGuest;
                assert_eq!(finds("booker@guest.example"), hears_of_booker, "{what}");
                if reader != Recipient::Owner {
                    assert!(!finds("prize.example"), "{what}");
                }
            }
        }
    }
}

#[test]
fn each_mail_has_one_reader_and_an_invitation_of_their_own() {
    for (reader, to) in [
        (Recipient::Guest, "booker@guest.example"),
        (Recipient::FurtherGuest, OTHERS[0]),
    ] {
        let mail = super::write(MailKind::Confirmation, reader, &typed(NAME));
        assert_eq!((mail.to.as_str(), mail.recipient.as_str()), (to, to));
        let lines = super::invitation(&mail);
        let attendees: Vec<_> = lines.iter().filter(|l| l.starts_with("ATTENDEE")).collect();
        assert_eq!(attendees.len(), 1);
        assert!(
            attendees[0].ends_with(&format!(":mailto:{to}")),
            "{attendees:?}"
        );
    }
}

#[test]
fn an_owner_who_holds_an_invitation_finds_everybody_in_it() {
    let facts = Facts {
        extra_guests: [
            OTHERS[0],
            "Booker@guest.example",
            "nonsense",
            "KAYMARK@further.example",
        ]
        .map(String::from)
        .to_vec(),
        ..typed(NAME)
    };
    let mail = super::write(MailKind::OwnerNotification, Recipient::Owner, &facts);
    let lines = super::invitation(&mail);
    let attendees: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("ATTENDEE"))
        .map(|line| line.rsplit("mailto:").next().unwrap())
        .collect();
    assert_eq!(
        attendees,
        ["ada@example.com", "booker@guest.example", OTHERS[0]]
    );
}

#[test]
fn an_owner_who_is_a_guest_as_well_comes_once() {
    let facts = Facts {
        extra_guests: [OTHERS[0], "ADA@example.com"].map(String::from).to_vec(),
        ..typed(NAME)
    };
    let mail = super::write(MailKind::OwnerNotification, Recipient::Owner, &facts);
    let lines = super::invitation(&mail);
    let owners = lines
        .iter()
        .filter(|line| line.starts_with("ATTENDEE"))
        .filter(|line| {
            line.to_ascii_lowercase()
                .ends_with(":mailto:ada@example.com")
        });
    assert_eq!(owners.count(), 1, "{lines:?}");
}
