//! A mail's time to be written: the words, both layouts, the invitation and the MIME parts, in languages of
//! either direction.
//!
//! The mail room's files know nothing of PostgreSQL, so they are part of this program as they are.

#![allow(clippy::expect_used, reason = "a bench may end so")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};

#[allow(dead_code, unused_imports)] // Each is used in part, and tested elsewhere.
#[path = "../src"]
mod house {
    #[cfg(test)]
    pub mod fuzz_input;
    pub mod http;
    pub mod locale;
    pub mod mail;
    pub mod provider;
    pub mod shorten;
}

#[cfg(test)]
use self::house::fuzz_input;
use self::house::mail::{Facts, Guest, Host, MailKind, Recipient, compose};
use self::house::{http, locale, mail, provider, shorten};

const ZONE: chrono_tz::Tz = chrono_tz::Europe::Madrid;

fn facts(locale: &str) -> Facts {
    let host = || Host {
        name: "Ada Lovelace".into(),
        email: Some("ada@example.com".into()),
    };
    let at = |text: &str| text.parse().expect("an instant");
    Facts {
        meeting_id: uuid::Uuid::nil(),
        sequence: 0,
        title: "Intro call".into(),
        starts_at: at("2026-12-01T15:00:00Z"),
        ends_at: at("2026-12-01T15:30:00Z"),
        location: Some("Room 5, 2nd floor".into()),
        meeting_url: Some("https://meet.example/abc?x=1&y=2".into()),
        notes: Some("We have two questions\nand a dog".into()),
        cancel_reason: None,
        reason_is_owners: false,
        guest: Some(Guest {
            name: Some("Grace Hopper".into()),
            email: "grace@example.org".into(),
            phone: Some("+1 555 0100".into()),
        }),
        owner: host(),
        organizer: host(),
        extra_guests: Vec::new(),
        answers: vec![("Company".into(), "ACME, Inc.".into())],
        manage_url: Some("https://app.example/manage/token".into()),
        holder: None,
        locale: Some(locale.into()),
        own_text: None,
        before: None,
        owner_is_invited: false,
        takes_place: true,
        from_address: "Bookings <bookings@example.com>".into(),
        reply_to: None,
        created_at: at("2026-11-20T08:00:00Z"),
        message_id: "confirmation.0@example.com".into(),
    }
}

fn mails(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mails");
    for locale in ["en", "de-AT", "ar-EG", "ja"] {
        let facts = facts(locale);
        group.bench_function(locale, |bencher| {
            bencher.iter(|| {
                let (kind, to) = (MailKind::Confirmation, Recipient::Guest);
                compose(kind, to, black_box(&facts), &ZONE, "Europe/Madrid")
                    .map(|mail| mail.message)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, mails);
criterion_main!(benches);
