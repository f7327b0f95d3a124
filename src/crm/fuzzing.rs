//! Any bytes as what Close answers, and as what it is told.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::answers::{Lead, List, Made, Note, checked, read, with_address};
use super::facts::{Facts, Guest};
use super::limits::RateLimit;
use super::note::{self, News};
use crate::fuzz_input::{Target, text};

pub const FUZZING: &[Target] = &[
    ("close_answer", close_answer),
    ("close_limit", close_limit),
    ("close_note", close_note),
];

/// Leads are of the address that was asked for, an id is nothing but one, and nonsense is not quoted.
fn close_answer(input: &[u8]) {
    const ADDRESS: &str = "ada@guest.example";
    match read::<List<Lead>>(input) {
        Ok(list) => {
            let leads = with_address(list.data, ADDRESS);
            assert!(leads.iter().all(|lead| lead.has(ADDRESS)));
            assert!(leads.is_sorted_by_key(|lead| lead.date_created));
        }
        Err(error) => assert!(error.to_string().chars().count() < 200, "{error}"),
    }
    let _ = read::<List<Note>>(input);
    if let Ok(id) = read::<Made>(input).and_then(|made| checked(made.id, "lead_")) {
        assert!(
            id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'),
            "{id}"
        );
    }
}

fn close_limit(input: &[u8]) {
    let limit = RateLimit::parse(&text(input));
    let day = TimeDelta::days(1).to_std().ok();
    assert!(limit.pause().is_none_or(|pause| Some(pause) <= day));
}

/// Whatever a visitor types, no line of a note but those that we write begins at its margin, and its last is the
/// marker by which it is found again.
fn close_note(input: &[u8]) {
    let text = text(input);
    let mut texts = text.split('\u{1f}').map(str::to_owned);
    let mut next = || texts.next().unwrap_or_default();
    let starts_at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
    let facts = Facts {
        meeting_id: Uuid::nil(),
        title: next(),
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(30),
        takes_place: true,
        has_another_guest: false,
        guest: Guest {
            address: "ada@guest.example".into(),
            name: Some(next()),
            phone: Some(next()),
        },
        owner_name: Some(next()),
        location: Some(next()),
        meeting_url: Some(next()),
        notes: Some(next()),
        answers: vec![("Question".into(), next().into())],
        cancel_reason: Some(next()),
    };
    let marker = note::marker(facts.meeting_id, 1);
    for news in [News::Booked, News::Cancelled] {
        let note = note::text(news, &facts, None, &Utc, "UTC", &marker);
        assert!(note.ends_with(&format!("\n\n{marker}")));
        let names = [
            "Meeting booked",
            "Meeting cancelled",
            "When",
            "With",
            "Guest",
            "Phone",
            "Where",
            "Join",
            "Question",
            "Notes",
            "Reason",
        ];
        let mut known = names.iter();
        for line in note
            .lines()
            .filter(|line| !line.is_empty() && *line != marker)
        {
            let ours = |name: &&str| {
                line.strip_prefix(*name)
                    .is_some_and(|rest| rest.starts_with(':'))
            };
            let is_ours = !line.starts_with(' ') && line != "…";
            // In their order, each once.
            assert!(!is_ours || known.any(ours), "{line:?} in {note:?}");
        }
    }
}
