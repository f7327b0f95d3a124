//! The Events collection of the Calendar API v3: insert, get, patch, update and delete, with the
//! rules that matter to a client that retries, over the same events that `list.rs` shows. An id is
//! taken for ever, deleted or not (409); a deleted event can be deleted no more (410) but comes back
//! when its status is set to confirmed.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, Method, header};
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::list::Lists;
use super::{conference, event, foreign, pairs};

/// An event as the calendar holds it.
#[derive(Clone, Debug)]
pub struct StoredEvent {
    /// As in the request's path: `primary`, or an address.
    pub calendar: String,
    pub id: String,
    /// The fields that were written.
    pub fields: Map<String, Value>,
    /// How many conferences were made for it.
    pub rooms: u32,
    created: usize,
    /// The number of the last change to it, among all changes.
    pub changed: usize,
}

impl StoredEvent {
    /// A text field, empty where it was not written.
    pub fn text(&self, field: &str) -> &str {
        self.fields
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// `start` or `end` as the microsecond since 1970.
    pub fn instant(&self, field: &str) -> i64 {
        let text = self.fields[field]["dateTime"]
            .as_str()
            .expect("checked when written");
        chrono::DateTime::parse_from_rfc3339(text)
            .expect("checked when written")
            .timestamp_micros()
    }

    pub fn is_deleted(&self) -> bool {
        self.text("status") == "cancelled"
    }

    /// The resource as Google shows it.
    fn resource(&self) -> Value {
        let mut shown = json!({
            "kind": "calendar#event", "etag": format!("\"{}\"", self.created), "id": self.id,
            "status": "confirmed", "htmlLink": format!("https://www.google.com/calendar/event?eid={}", self.id),
            "iCalUID": format!("{}@google.com", self.id), "eventType": "default", "sequence": 0,
            "organizer": {"email": self.calendar, "self": true},
        });
        let all = shown.as_object_mut().expect("written as an object above");
        all.extend(self.fields.clone());
        shown
    }

    /// What a list shows of it: its occurrences, and of a deleted one no more than that it is.
    pub fn resources(&self) -> Vec<Value> {
        let Value::Object(shown) = self.resource() else {
            return Vec::new();
        };
        if self.is_deleted() {
            let deleted = json!({"kind": "calendar#event", "id": self.id, "status": "cancelled"});
            return vec![deleted];
        }
        let occurrences = foreign::occurrences(&shown);
        occurrences.into_iter().map(Value::Object).collect()
    }
}

#[derive(Default)]
pub struct Events {
    by_id: BTreeMap<(String, String), StoredEvent>,
    changes: usize,
    pub lists: Lists,
    /// What becomes of conferences that are pending.
    pub making: conference::Making,
}

impl Events {
    pub fn live(&self) -> Vec<StoredEvent> {
        let live = self.by_id.values().filter(|event| !event.is_deleted());
        let mut live: Vec<_> = live.cloned().collect();
        live.sort_by_key(|event| event.created);
        live
    }

    /// Stores what somebody else enters: a new event, or changes to the one of this id.
    pub fn enter(&mut self, calendar: &str, id: &str, fields: &Value) {
        let fields = fields.as_object().expect("an event is an object");
        let created = self.by_id.len();
        self.changes += 1;
        let key = (calendar.to_owned(), id.to_owned());
        let event = self.by_id.entry(key).or_insert_with(|| StoredEvent {
            calendar: calendar.to_owned(),
            id: id.to_owned(),
            fields: Map::new(),
            rooms: 0,
            created,
            changed: 0,
        });
        event.fields.extend(fields.clone());
        event.changed = self.changes;
        foreign::check(fields, &event.fields);
    }

    pub fn serve(
        &mut self,
        method: &Method,
        path: &str,
        query: &str,
        headers: &HeaderMap,
        body: &Value,
    ) -> Answer {
        let segments: Vec<_> = path.split('/').skip(1).collect();
        let ["calendar", "v3", "calendars", calendar, "events", id @ ..] = &segments[..] else {
            return Answer::error(404, "notFound", "Not Found");
        };
        let calendar = unescaped(calendar);
        if let (&Method::GET, []) = (method, id) {
            let events = self.by_id.values();
            return self
                .lists
                .serve(&calendar, pairs(query), events, self.changes);
        }
        let has_body = matches!(*method, Method::POST | Method::PATCH | Method::PUT);
        let sound = check_request(query, headers, has_body)
            .and_then(|()| conference::check_version(query, body));
        if let Err(problem) = sound {
            return Answer::error(400, "badRequest", &problem);
        }
        match (method, id) {
            (&Method::POST, []) => self.insert(calendar, body),
            (&Method::GET, [id]) => {
                let making = self.making;
                self.with(calendar, id, |event| {
                    conference::settle(event, making);
                    Answer::ok(event.resource())
                })
            }
            (&Method::PATCH, [id]) => self.write(calendar, id, body, false),
            (&Method::PUT, [id]) => self.write(calendar, id, body, true),
            (&Method::DELETE, [id]) => self.change(calendar, id, |event| {
                if event.is_deleted() {
                    return Answer::error(410, "deleted", "Resource has been deleted");
                }
                event.fields.insert("status".into(), "cancelled".into());
                Answer {
                    status: 204,
                    body: Value::Null,
                    retry_after: None,
                }
            }),
            _ => Answer::error(404, "notFound", "Not Found"),
        }
    }

    fn insert(&mut self, calendar: String, body: &Value) -> Answer {
        let mut fields = match event::check(body, true) {
            Ok(fields) => fields.clone(),
            Err(problem) => return Answer::error(400, "invalid", &problem),
        };
        let created = self.by_id.len();
        let id = fields.get("id").and_then(Value::as_str);
        let id = id.map_or_else(|| format!("generated{created:05}"), str::to_owned);
        let key = (calendar.clone(), id.clone());
        if self.by_id.contains_key(&key) {
            return Answer::error(409, "duplicate", "The requested identifier already exists.");
        }
        let conference = fields.remove("conferenceData");
        let mut event = StoredEvent {
            calendar,
            id,
            fields,
            rooms: 0,
            created,
            changed: self.changes + 1,
        };
        self.changes += 1;
        conference::ask(&mut event, conference);
        let answer = Answer::ok(event.resource());
        self.by_id.insert(key, event);
        answer
    }

    /// PATCH changes the fields it names; PUT replaces them all.
    fn write(&mut self, calendar: String, id: &str, body: &Value, whole: bool) -> Answer {
        let mut fields = match event::check(body, whole) {
            Ok(fields) => fields.clone(),
            Err(problem) => return Answer::error(400, "invalid", &problem),
        };
        self.change(calendar, id, |event| {
            if fields.get("id").is_some_and(|id| id != &event.id) {
                return Answer::error(400, "invalid", "The id of an event cannot be changed");
            }
            let sequence = |fields: &Map<_, _>| fields.get("sequence").and_then(Value::as_u64);
            if sequence(&fields).is_some_and(|new| new < sequence(&event.fields).unwrap_or(0)) {
                return Answer::error(400, "invalid", "Invalid sequence value.");
            }
            if whole {
                event.fields.clear();
            }
            let conference = fields.remove("conferenceData");
            event.fields.extend(fields);
            conference::ask(event, conference);
            Answer::ok(event.resource())
        })
    }

    /// The same, counted as a change unless it is refused.
    fn change(
        &mut self,
        calendar: String,
        id: &str,
        act: impl FnOnce(&mut StoredEvent) -> Answer,
    ) -> Answer {
        let number = self.changes + 1;
        let answer = self.with(calendar, id, |event| {
            let answer = act(event);
            if answer.status < 400 {
                event.changed = number;
            }
            answer
        });
        if answer.status < 400 {
            self.changes = number;
        }
        answer
    }

    fn with(
        &mut self,
        calendar: String,
        id: &str,
        act: impl FnOnce(&mut StoredEvent) -> Answer,
    ) -> Answer {
        match self.by_id.get_mut(&(calendar, unescaped(id))) {
            Some(event) => act(event),
            None => Answer::error(404, "notFound", "Not Found"),
        }
    }
}

/// The query and headers that an event request may and must have.
fn check_request(query: &str, headers: &HeaderMap, has_body: bool) -> Result<(), String> {
    for (name, value) in pairs(query) {
        let fine = match name.as_str() {
            "sendUpdates" => value == "none",
            "conferenceDataVersion" => matches!(value.as_str(), "0" | "1"),
            "supportsAttachments" | "prettyPrint" => matches!(value.as_str(), "true" | "false"),
            "maxAttendees" => value.parse::<u32>().is_ok(),
            "fields" => true,
            _ => false,
        };
        if !fine {
            return Err(format!(
                "Invalid value {value:?} of query parameter {name:?}"
            ));
        }
    }
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    match !has_body || content_type.is_some_and(|t| t.starts_with("application/json")) {
        true => Ok(()),
        false => Err("This API only accepts JSON".into()),
    }
}

/// A path segment without its percent escapes.
fn unescaped(segment: &str) -> String {
    // In a query "+" means a space, in a path it is a plus sign.
    pairs(&segment.replace('+', "%2B").replace('=', "%3D"))
        .pop()
        .map_or_else(String::new, |p| p.0)
}
