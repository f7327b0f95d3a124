//! Any bytes as what the providers of calendars answer. Each has the same promises: what is taken can be kept
//! and shown, what is not is said in a few words that quote no token.

use oauth2::AccessToken;
use reqwest::StatusCode;

use super::busy::{BusyEvent, When};
use super::directory::CalendarEntry;
use super::error::CalendarError;
use super::event::StoredEvent;
use super::open_calendar::OpenCalendar;
use super::{google, outlook};
use crate::fuzz_input::Target;
use crate::http::Answer;
use crate::provider::Provider;

pub const FUZZING: &[Target] = &[
    ("google_event", google::fuzzing::event),
    ("google_busy", google::fuzzing::busy),
    ("google_times", google::fuzzing::times),
    ("google_calendars", google::fuzzing::calendars),
    ("google_refusal", google::fuzzing::refusal),
    ("graph_event", outlook::fuzzing::event),
    ("graph_busy", outlook::fuzzing::busy),
    ("graph_batch", outlook::fuzzing::batch),
    ("graph_calendars", outlook::fuzzing::calendars),
    ("graph_refusal", outlook::fuzzing::refusal),
    ("graph_next_page", outlook::fuzzing::next_page),
    ("calendar_id", calendar_id),
];

/// An answer of the status that the first byte says, with the rest as its body.
pub(super) fn answer(input: &[u8]) -> Option<Answer> {
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

pub(super) fn is_kept(text: &str) {
    assert!(
        !text.is_empty() && !text.contains(char::is_control),
        "{text:?}"
    );
}

pub(super) fn is_sound_event(stored: &StoredEvent) {
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

pub(super) fn is_sound_busy(event: &BusyEvent) {
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

pub(super) fn is_sound_entry(entry: &CalendarEntry) {
    is_kept(&entry.calendar_id);
    assert!(!entry.name.contains(char::is_control), "{:?}", entry.name);
}

/// Of what is told, in characters.
pub(super) fn is_in_short(error: &CalendarError) {
    let told = error.to_string();
    assert!(told.chars().count() <= 400, "{told}");
    assert!(!told.contains(char::is_control), "{told:?}");
}

/// Whatever an owner's calendar is called, requests stay below the API's root.
fn calendar_id(input: &[u8]) {
    let id = crate::fuzz_input::text(input);
    let open = OpenCalendar {
        provider: Provider::Google,
        api_url: None,
        access_token: AccessToken::new("token".into()),
        calendar_id: Some(id.clone()),
    };
    for url in [google::fuzzing::url(&open), outlook::fuzzing::url(&open)] {
        match url {
            Ok(url) => {
                let path = url.path();
                let below = path.strip_prefix("/root/calendars/");
                let below = below.or(path.strip_prefix("/root/me/calendars/"));
                let segments = below.map(|below| below.split('/').count());
                assert_eq!(segments, Some(2), "{id:?}: {url}");
                assert_eq!(url.host_str(), Some("api.example"));
                assert!(url.query().is_none() && url.fragment().is_none());
            }
            Err(error) => assert!(matches!(error, CalendarError::Misconfigured(_))),
        }
    }
}
