//! Any bytes as what Google answers.

use reqwest::Url;

use super::requests::GoogleCalendar;
use super::resource::EventResource;
use super::{busy as lists, directory, free_busy, refusal as refusals};
use crate::calendar::answer::read;
use crate::calendar::directory::shown_address;
use crate::calendar::error::CalendarError;
use crate::calendar::event::StoredEvent;
use crate::calendar::open_calendar::{OpenCalendar, api_base};
use crate::calendar::promises::*;
use crate::fuzz_input::client;

pub fn event(input: &[u8]) {
    match EventResource::read(input) {
        Ok(event) => is_sound_event(&StoredEvent::from(event)),
        Err(error) => is_in_short(&error),
    }
}

pub fn busy(input: &[u8]) {
    match read::<lists::Page<lists::Item>>(input) {
        Ok(page) => {
            for item in page.items.into_iter().flatten() {
                match item.busy(
                    page.time_zone
                        .as_deref()
                        .filter(|zone| !zone.contains(char::is_control) && !zone.is_empty()),
                ) {
                    Ok(Some(event)) => is_sound_busy(&event),
                    Ok(None) => {}
                    Err(error) => is_in_short(&error),
                }
            }
        }
        Err(error) => is_in_short(&error),
    }
}

pub fn times(input: &[u8]) {
    match read::<free_busy::Answer>(input) {
        Ok(answer) => {
            for told in answer.calendars.into_values() {
                match told.busy() {
                    Ok(busy) => busy.iter().for_each(is_sound_busy),
                    Err(error) => is_in_short(&error),
                }
            }
        }
        Err(error) => is_in_short(&error),
    }
}

pub fn calendars(input: &[u8]) {
    let entries = read::<directory::Page>(input).and_then(|page| {
        let items = page.items.into_iter().flatten();
        items
            .map(directory::Item::entry)
            .collect::<Result<Vec<_>, _>>()
    });
    match entries {
        Ok(entries) => entries.iter().for_each(is_sound_entry),
        Err(error) => is_in_short(&error),
    }
    let account = read::<directory::Account>(input);
    if let Ok(address) = account.and_then(|account| shown_address(account.email)) {
        is_kept(&address);
    }
}

pub fn refusal(input: &[u8]) {
    if let Some(answer) = answer(input) {
        is_in_short(&refusals::meaning(&answer));
    }
}

pub fn url(open: &OpenCalendar) -> Result<Url, CalendarError> {
    let api_url = api_base("https://api.example/root")?;
    let http = client();
    GoogleCalendar { http, api_url }.url(open, None)
}
