//! What is news of a meeting for whoever reads the lead, and in which words. Plain text: Close makes HTML of
//! it, escaped (<https://developer.close.com/api/resources/activities/notes>).

use std::fmt::Write as _;

use chrono::{DateTime, Offset as _, TimeZone, Utc};
use uuid::Uuid;

use super::facts::{Facts, Told};
use crate::mail::{paragraphs, single_line};

/// A note is no longer than this, in characters, without its marker.
const LONGEST: usize = 20_000;

/// What is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    Booked,
    Moved,
    Cancelled,
    /// It was cancelled, and is on.
    Again,
    /// Its guest has another address by now, or is another one.
    AnotherGuest,
}

/// What is news of a meeting; none where there is nothing to tell. One that was cancelled before anybody
/// heard of it is none.
pub fn news(facts: &Facts, told: Option<&Told>) -> Option<News> {
    let is_theirs = facts.takes_place && !facts.has_another_guest;
    match told {
        None => is_theirs.then_some(News::Booked),
        Some(told) if told.takes_place && is_theirs => ((told.starts_at, told.ends_at)
            != (facts.starts_at, facts.ends_at))
            .then_some(News::Moved),
        Some(told) if told.takes_place && facts.has_another_guest => Some(News::AnotherGuest),
        Some(told) if told.takes_place => Some(News::Cancelled),
        Some(_) => is_theirs.then_some(News::Again),
    }
}

/// What a note is known by: the meeting, and which of its notes it is.
pub fn marker(meeting_id: Uuid, number: i32) -> String {
    format!("scheduling/{meeting_id}/{number}")
}

/// The text of a note, with its marker; times as the clocks of the owner's zone show them.
pub fn text<Tz: TimeZone>(
    news: News,
    facts: &Facts,
    told: Option<&Told>,
    zone: &Tz,
    zone_name: &str,
    marker: &str,
) -> String {
    let mut lines = Lines::default();
    let head = match news {
        News::Booked => "Meeting booked",
        News::Moved => "Meeting moved",
        News::Cancelled => "Meeting cancelled",
        News::Again => "Meeting booked again",
        News::AnotherGuest => "Meeting is with another guest now",
    };
    lines.add(head, Some(&facts.title));
    let when = |starts_at, ends_at| spell(starts_at, ends_at, zone, zone_name);
    lines.add("When", Some(&when(facts.starts_at, facts.ends_at)));
    if let (News::Moved, Some(told)) = (news, told) {
        lines.add("Before", Some(&when(told.starts_at, told.ends_at)));
    }
    lines.add("With", facts.owner_name.as_deref());
    match news {
        News::Booked | News::Again => {
            let guest = &facts.guest;
            let name = guest.name.as_deref().unwrap_or_default();
            lines.add("Guest", Some(format!("{name} <{}>", guest.address).trim()));
            lines.add("Phone", guest.phone.as_deref());
            lines.add("Where", facts.location.as_deref());
            lines.add("Join", facts.meeting_url.as_deref());
            for (question, answer) in &facts.answers {
                lines.add(question, Some(&spell_answer(answer)));
            }
            lines.add("Notes", facts.notes.as_deref());
        }
        News::Cancelled => lines.add("Reason", facts.cancel_reason.as_deref()),
        News::Moved | News::AnotherGuest => {}
    }
    lines.end(marker)
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            // A visitor wrote some of it: no line of theirs looks like one of ours.
            let name = single_line(name, usize::MAX);
            let value = paragraphs(value, usize::MAX).replace('\n', "\n  ");
            // A String takes all that is written.
            let _ = writeln!(self.0, "{name}: {value}");
        }
    }

    /// Whatever must be cut, the marker stays whole.
    fn end(self, marker: &str) -> String {
        let mut text = self.0;
        if let Some((cut, _)) = text.char_indices().nth(LONGEST) {
            text.truncate(cut);
            text.push_str("…\n");
        }
        format!("{text}\n{marker}")
    }
}

/// `2026-12-01 10:00 – 10:30 (America/New_York, UTC-05:00)`: read the same everywhere.
fn spell<Tz: TimeZone>(
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    zone: &Tz,
    zone_name: &str,
) -> String {
    let local = |at: DateTime<Utc>| {
        let offset = zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        at.with_timezone(&offset)
    };
    let (from, to) = (local(starts_at), local(ends_at));
    let end = match from.date_naive() == to.date_naive() {
        true => to.format("%H:%M"),
        false => to.format("%Y-%m-%d %H:%M"),
    };
    let from_offset = from.offset();
    let offset = match from_offset == to.offset() {
        true => format!("UTC{from_offset}"),
        // The clocks change during the meeting.
        false => format!("UTC{from_offset}, then UTC{}", to.offset()),
    };
    format!(
        "{} – {end} ({zone_name}, {offset})",
        from.format("%Y-%m-%d %H:%M")
    )
}

fn spell_answer(answer: &serde_json::Value) -> String {
    match answer {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(yes) => (if *yes { "yes" } else { "no" }).to_owned(),
        serde_json::Value::Array(several) => {
            let several: Vec<_> = several.iter().map(spell_answer).collect();
            several.join(", ")
        }
        other => other.to_string(),
    }
}
