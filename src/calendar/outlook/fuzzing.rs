//! Any bytes as what Graph answers.

use reqwest::Url;

use super::requests::OutlookCalendar;
use super::resource::{EventResource, Page};
use super::{batch as batches, busy as lists, directory, refusal as refusals};
use crate::calendar::answer::read;
use crate::calendar::error::CalendarError;
use crate::calendar::event::StoredEvent;
use crate::calendar::open_calendar::{OpenCalendar, api_base};
use crate::calendar::promises::*;
use crate::fuzz_input::{client, text};

pub fn event(input: &[u8]) {
    match EventResource::read(input) {
        Ok(event) => is_sound_event(&StoredEvent::from(event)),
        Err(error) => is_in_short(&error),
    }
}

pub fn busy(input: &[u8]) {
    match read::<Page<lists::Item>>(input) {
        Ok(page) => {
            page.value.into_iter().for_each(is_sound_item);
        }
        Err(error) => is_in_short(&error),
    }
}

fn is_sound_item(item: lists::Item) {
    match item.busy() {
        Ok(Some(event)) => is_sound_busy(&event),
        Ok(None) => {}
        Err(error) => is_in_short(&error),
    }
}

pub fn batch(input: &[u8]) {
    match read::<batches::Answers>(input) {
        Ok(batch) => {
            for part in batch.responses {
                match part.read::<Page<lists::Item>>() {
                    Ok(page) => page.value.into_iter().for_each(is_sound_item),
                    Err(error) => is_in_short(&error),
                }
            }
        }
        Err(error) => is_in_short(&error),
    }
}

pub fn calendars(input: &[u8]) {
    let entries = read::<Page<directory::Item>>(input).and_then(|page| {
        let items = page.value.into_iter();
        items
            .map(directory::Item::entry)
            .collect::<Result<Vec<_>, _>>()
    });
    match entries {
        Ok(entries) => entries.iter().for_each(is_sound_entry),
        Err(error) => is_in_short(&error),
    }
}

pub fn refusal(input: &[u8]) {
    let Some(answer) = answer(input) else {
        return;
    };
    is_in_short(&refusals::meaning(&answer));
    if let Some((_, reason)) = refusals::duplicate(&answer) {
        is_in_short(&CalendarError::Conflict(reason));
    }
}

fn graph() -> Result<OutlookCalendar<'static>, CalendarError> {
    let api_url = api_base("https://api.example/root")?;
    let http = client();
    Ok(OutlookCalendar { http, api_url })
}

/// The token goes to no other host, and not in clear.
pub fn next_page(input: &[u8]) {
    let Ok(graph) = graph() else { return };
    match graph.next_page(&text(input)) {
        Ok(url) => {
            assert_eq!(
                (url.scheme(), url.host_str()),
                ("https", Some("api.example"))
            );
            assert_eq!(url.port_or_known_default(), Some(443));
        }
        Err(error) => is_in_short(&error),
    }
}

pub fn url(open: &OpenCalendar) -> Result<Url, CalendarError> {
    graph()?.calendar_url(open, "events")
}
