//! Google's event resource, as far as it is written and read here.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::answer::{is_id, link};
use crate::calendar::error::CalendarError;
use crate::calendar::event::{Event, StoredEvent};
use crate::shorten::shorten;

/// Google refuses descriptions beyond 8,192 characters, counted as they are sent; a guest's notes may be
/// longer.
const MAX_DESCRIPTION: usize = 8_000;
/// Titles and places have no limit that is written down; longer ones serve nobody.
const MAX_LINE: usize = 1_024;
const CONFIRMED: &str = "confirmed";
const CANCELLED: &str = "cancelled";

/// The ids an event of `meeting_id` may have, in the order in which they are tried.
pub fn event_ids(meeting_id: Uuid) -> [String; 2] {
    let id = meeting_id.simple().to_string();
    let successor = format!("{id}r");
    [id, successor]
}

/// What is sent. A patch leaves alone what it does not name, so that the owner's own reminders,
/// colour and guests survive a reschedule; an empty text clears a field.
///
/// `sequence` is not sent: Google counts by itself and refuses a number below its own.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    /// Said every time: it is what revives a deleted event.
    status: &'static str,
    summary: Cow<'a, str>,
    description: Cow<'a, str>,
    location: Cow<'a, str>,
    start: Moment,
    end: Moment,
    extended_properties: ExtendedProperties,
    #[serde(skip_serializing_if = "Option::is_none")]
    reminders: Option<Reminders>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    conference: Option<ConferenceBody<'a>>,
}

/// What asks for a Meet conference: part of an insert, or a patch of its own for an event that has
/// none. No other patch names the conference, which leaves the one that is there alone.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConferenceBody<'a> {
    conference_data: NewConference<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Moment {
    date_time: String,
}

#[derive(Debug, Serialize)]
struct ExtendedProperties {
    private: Ownership,
}

/// Marks the event as ours. Private properties are seen by this calendar only.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Ownership {
    scheduling_meeting_id: Uuid,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Reminders {
    use_default: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NewConference<'a> {
    create_request: CreateRequest<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateRequest<'a> {
    /// The event's id: Google ignores a request with the id of the one before, so that repeating it
    /// makes no second room.
    request_id: &'a str,
    conference_solution_key: SolutionKey,
}

#[derive(Debug, Serialize)]
struct SolutionKey {
    r#type: &'static str,
}

impl<'a> EventBody<'a> {
    /// The body of an insert.
    pub fn to_insert(id: &'a str, event: &'a Event) -> Self {
        let reminders = Some(Reminders { use_default: true });
        Self {
            id: Some(id),
            reminders,
            conference: event.conference.then(|| ConferenceBody::of(id)),
            ..Self::to_patch(event)
        }
    }

    /// The same insert, asking for no conference.
    pub fn without_conference(self) -> Self {
        Self {
            conference: None,
            ..self
        }
    }

    /// The body of a patch.
    pub fn to_patch(event: &'a Event) -> Self {
        let (location, text) = event.place_and_text(MAX_LINE, MAX_DESCRIPTION, escaped_size);
        Self {
            id: None,
            status: CONFIRMED,
            summary: shorten(&event.title, MAX_LINE, char::len_utf16),
            description: escaped(text),
            location,
            start: Moment::of(event.starts_at),
            end: Moment::of(event.ends_at),
            extended_properties: ExtendedProperties {
                private: Ownership {
                    scheduling_meeting_id: event.meeting_id,
                },
            },
            reminders: None,
            conference: None,
        }
    }
}

impl<'a> ConferenceBody<'a> {
    /// For the event of this id.
    pub fn of(id: &'a str) -> Self {
        Self {
            conference_data: NewConference {
                create_request: CreateRequest {
                    request_id: id,
                    conference_solution_key: SolutionKey {
                        r#type: "hangoutsMeet",
                    },
                },
            },
        }
    }
}

impl Moment {
    fn of(instant: DateTime<Utc>) -> Self {
        Self {
            date_time: instant.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        }
    }
}

/// Google shows descriptions as HTML, and a guest writes part of this one: no tag may come through.
/// Ampersands stay as they are, because not every client of a calendar decodes them.
fn escaped(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains(['<', '>']) {
        return text;
    }
    Cow::Owned(text.replace('<', "&lt;").replace('>', "&gt;"))
}

/// What a character of a description counts, escaped.
fn escaped_size(c: char) -> usize {
    match c {
        '<' | '>' => "&lt;".len(),
        _ => c.len_utf16(),
    }
}

/// What is read of an answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventResource {
    id: String,
    status: Option<String>,
    html_link: Option<String>,
    hangout_link: Option<String>,
    conference_data: Option<Conference>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Conference {
    #[serde(default)]
    entry_points: Vec<EntryPoint>,
    create_request: Option<RequestedConference>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EntryPoint {
    entry_point_type: String,
    uri: Option<String>,
}

#[derive(Debug, Deserialize)]
struct RequestedConference {
    status: Option<ConferenceStatus>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConferenceStatus {
    status_code: String,
}

impl EventResource {
    /// Reads an event from the body of an answer.
    pub fn read(body: &[u8]) -> Result<Self, CalendarError> {
        let problem = match serde_json::from_slice::<Self>(body) {
            Ok(event) if is_id(&event.id) => return Ok(event),
            Ok(_) => "an event without a usable id",
            Err(error) if error.is_eof() => "it ends early",
            Err(error) if error.is_syntax() => "it is not JSON",
            // serde's own words would quote the answer.
            Err(_) => "it is not an event",
        };
        Err(CalendarError::BadAnswer(problem.into()))
    }

    /// Whether this is what Google keeps of a deleted event.
    pub fn is_cancelled(&self) -> bool {
        self.status.as_deref() == Some(CANCELLED)
    }

    /// Whether a conference was ever asked for, whatever became of the request, or is there.
    pub fn knows_a_conference(&self) -> bool {
        self.conference_data.is_some() || self.hangout_link.is_some()
    }
}

impl From<EventResource> for StoredEvent {
    fn from(event: EventResource) -> Self {
        let (entry_points, request) = event.conference_data.map_or((Vec::new(), None), |data| {
            (data.entry_points, data.create_request)
        });
        let meeting_url = link(event.hangout_link).or_else(|| {
            let video = entry_points
                .into_iter()
                .find(|entry| entry.entry_point_type == "video");
            link(video.and_then(|entry| entry.uri))
        });
        let pending = request
            .and_then(|request| request.status)
            .is_some_and(|status| status.status_code == "pending");
        Self {
            id: event.id,
            html_link: link(event.html_link),
            conference_pending: pending && meeting_url.is_none(),
            meeting_url,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_conference_url_is_found_wherever_google_puts_it() {
        let pending = json!({"createRequest": {"status": {"statusCode": "pending"}}});
        let entries = |kind: &str| {
            let phone = json!({"entryPointType": "phone", "uri": "tel:1"});
            let other = json!({"entryPointType": kind, "uri": "https://v"});
            let done = json!({"status": {"statusCode": "success"}});
            json!({"entryPoints": [phone, other], "createRequest": done})
        };
        let failure = json!({"createRequest": {"status": {"statusCode": "failure"}}});
        let cases = [
            (json!({}), None, None, false),
            (failure, None, None, false),
            (pending.clone(), None, None, true),
            (pending.clone(), Some("https://h"), Some("https://h"), false),
            // What is no web page is no link to follow, and no reason to wait for none.
            (pending, Some("javascript:alert(1)"), None, true),
            (json!({}), Some("https://h/\u{0}"), None, false),
            (entries("video"), None, Some("https://v"), false),
            (entries("sip"), None, None, false),
        ];
        for (conference, link, url, pending) in cases {
            let answer = json!({"id": "e", "conferenceData": conference, "hangoutLink": link});
            let event = EventResource::read(answer.to_string().as_bytes()).unwrap();
            let stored = StoredEvent::from(event);
            assert_eq!(stored.meeting_url.as_deref(), url, "{answer}");
            assert_eq!(stored.conference_pending, pending, "{answer}");
        }
    }
}
