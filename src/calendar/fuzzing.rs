//! Any bytes as what the providers of calendars answer.

use oauth2::AccessToken;

use super::error::CalendarError;
use super::open_calendar::OpenCalendar;
use super::{google, outlook};
use crate::fuzz_input::Target;
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
