//! The mails of docs/mail.md, for `make pictures`: written as pages into the directory `PICTURES`.

use std::path::PathBuf;

use chrono_tz::Europe::Berlin;
use chrono_tz::Tz;
use serde_json::json;

use super::{guest, host, read};
use crate::mail::disconnected::{Disconnected, compose_disconnected};
use crate::mail::*;
use crate::provider::Provider;

fn facts() -> Facts {
    Facts {
        title: "Dental check-up".into(),
        location: Some("Acme Dental, Room 5".into()),
        meeting_url: None,
        notes: Some("I would rather not have the drill.".into()),
        owner: Host {
            name: "Acme Dental".into(),
            ..host()
        },
        guest: Some(Guest {
            name: Some("Grace Hopper".into()),
            ..guest()
        }),
        answers: vec![
            ("First visit?".into(), json!(true)),
            ("Insurance".into(), json!("Public")),
        ],
        ..super::facts()
    }
}

fn told(reader: Recipient, change: fn(&mut Facts)) -> Option<Shown> {
    let mut facts = facts();
    change(&mut facts);
    Some(facts.shown_to(reader))
}

#[test]
#[ignore = "writes files, for make pictures"]
fn pictures() {
    let directory: PathBuf = std::env::var_os("PICTURES").expect("a directory").into();
    let save = |name: &str, mail: &Mail| {
        let page = read(mail).body_html(0).unwrap().into_owned();
        std::fs::write(directory.join(name).with_extension("html"), page).unwrap();
    };
    let at = |zone: Tz, name: &str, kind, reader, facts: &Facts| {
        save(
            name,
            &compose(kind, reader, facts, &zone, zone.name()).unwrap(),
        );
    };
    let (guest, owner) = (Recipient::Guest, Recipient::Owner);
    let moved = Facts {
        before: told(guest, |f| {
            f.starts_at -= chrono::Duration::hours(2);
            f.ends_at -= chrono::Duration::hours(2);
        }),
        ..facts()
    };
    let changed = Facts {
        before: told(guest, |f| f.location = Some("Acme Dental, Room 4".into())),
        ..facts()
    };
    let off = Facts {
        cancel_reason: Some("The dentist is ill.".into()),
        reason_is_owners: true,
        takes_place: false,
        ..facts()
    };
    let locale = |facts: &Facts, locale: &str| Facts {
        locale: Some(locale.into()),
        ..facts.clone()
    };
    at(
        Berlin,
        "confirmation",
        MailKind::Confirmation,
        guest,
        &facts(),
    );
    at(
        Berlin,
        "owner_notification",
        MailKind::OwnerNotification,
        owner,
        &facts(),
    );
    at(Berlin, "updated", MailKind::Updated, guest, &changed);
    at(Berlin, "rescheduled", MailKind::Rescheduled, guest, &moved);
    at(Berlin, "reminder", MailKind::Reminder, guest, &facts());
    at(Berlin, "cancelled", MailKind::Cancelled, guest, &off);
    at(
        chrono_tz::Africa::Cairo,
        "right-to-left",
        MailKind::Rescheduled,
        guest,
        &locale(&moved, "ar-EG"),
    );
    at(
        Berlin,
        "narrow",
        MailKind::Confirmation,
        guest,
        &locale(&facts(), "de"),
    );
    at(
        chrono_tz::Asia::Tokyo,
        "dark",
        MailKind::OwnerNotification,
        owner,
        &locale(&facts(), "ja"),
    );
    let disconnected = Disconnected {
        locale: None,
        owner: host(),
        provider: Provider::Google,
        account: Some("front.desk@acme.example".into()),
        connect_url: Some("https://app.example/workspace".into()),
        from_address: facts().from_address,
        reply_to: None,
        created_at: facts().created_at,
        message_id: facts().message_id,
    };
    save(
        "calendar_disconnected",
        &compose_disconnected(&disconnected).unwrap(),
    );
}
