//! What the readers of both providers' answers promise, for their fuzzing: what is taken can be kept and shown,
//! what is not is said in a few words that quote no token.

use reqwest::StatusCode;

use super::busy::{BusyEvent, When};
use super::directory::CalendarEntry;
use super::error::CalendarError;
use super::event::StoredEvent;
use crate::http::Answer;

/// An answer of the status that the first byte says, with the rest as its body.
pub fn answer(input: &[u8]) -> Option<Answer> {
    let (status, body) = input.split_first()?;
    const STATUSES: [u16; 16] = [
        200, 302, 400, 401, 403, 404, 405, 408, 409, 410, 412, 423, 429, 500, 503, 599,
    ];
    Some(Answer {
        status: StatusCode::from_u16(STATUSES[usize::from(status % 16)]).ok()?,
        retry_after: None,
        headers: Default::default(),
        body: body.to_owned(),
    })
}

pub fn is_kept(text: &str) {
    assert!(
        !text.is_empty() && !text.contains(char::is_control),
        "{text:?}"
    );
}

pub fn is_sound_event(stored: &StoredEvent) {
    is_kept(&stored.id);
    for link in [&stored.html_link, &stored.meeting_url]
        .into_iter()
        .flatten()
    {
        is_kept(link);
        let url = reqwest::Url::parse(link).map(|url| url.scheme().to_owned());
        assert!(matches!(url.as_deref(), Ok("http" | "https")), "{link}");
    }
    assert!(!(stored.conference_pending && stored.meeting_url.is_some()));
}

pub fn is_sound_busy(event: &BusyEvent) {
    is_kept(&event.event_id);
    match &event.when {
        When::Instants { start, end } => assert!(start < end),
        When::Days { first, end, zone } => {
            assert!(first < end);
            if let Some(zone) = zone {
                is_kept(zone);
            }
        }
    }
}

pub fn is_sound_entry(entry: &CalendarEntry) {
    is_kept(&entry.calendar_id);
    assert!(!entry.name.contains(char::is_control), "{:?}", entry.name);
}

/// Of what is told, in characters.
pub fn is_in_short(error: &CalendarError) {
    let told = error.to_string();
    assert!(told.chars().count() <= 400, "{told}");
    assert!(!told.contains(char::is_control), "{told:?}");
}
