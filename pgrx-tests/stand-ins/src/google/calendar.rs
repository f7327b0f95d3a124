//! The Events collection of the Calendar API v3: insert, get, patch and delete, with the rules that
//! matter to a client that retries, over the same events that `list` shows. An id is taken for ever,
//! deleted or not (409); a deleted event can be deleted no more (410) but comes back when its status is
//! set to confirmed, unless it was purged.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Map, Value};

use super::body;
use super::conference::Rooms;
use super::event::StoredEvent;
use super::list::Lists;
use super::refusal::{bad_request, not_found, of, of_status};
use crate::answer::Answer;
use crate::query::{Parameters, is_exactly};

#[derive(Default)]
pub struct Events {
    by_id: BTreeMap<(String, String), StoredEvent>,
    changes: usize,
    pub lists: Lists,
    pub rooms: Rooms,
    /// The deleted events that cannot be revived, each with whether trying is forbidden.
    pub purged: BTreeMap<String, bool>,
}

impl Events {
    pub fn live(&self) -> Vec<StoredEvent> {
        let live = self.by_id.values().filter(|event| !event.is_deleted());
        let mut live: Vec<_> = live.cloned().collect();
        live.sort_by_key(|event| event.created);
        live
    }

    /// Events of all calendars, deleted or not.
    pub fn all(&self) -> impl Iterator<Item = &StoredEvent> + Clone {
        self.by_id.values()
    }

    /// Writes fields of an event, which may be a new one.
    pub fn write(&mut self, calendar: &str, id: &str, fields: &Value) -> &StoredEvent {
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
            is_raw: false,
        });
        let fields = fields.as_object().expect("an event is an object");
        event.fields.extend(fields.clone());
        event.changed = self.changes;
        event
    }

    /// Has an event be this and nothing else.
    pub fn put(&mut self, calendar: &str, fields: &Value) {
        let id = fields["id"].as_str().unwrap_or_default();
        let key = (calendar.to_owned(), id.to_owned());
        self.by_id.remove(&key);
        self.write(calendar, id, fields);
        self.by_id
            .entry(key)
            .and_modify(|event| event.is_raw = true);
    }

    /// The path after `events`, in a calendar that there is.
    pub fn serve(
        &mut self,
        method: &Method,
        calendar: &str,
        path: &[&str],
        query: Parameters,
        body: &Value,
    ) -> Answer {
        if let (&Method::GET, []) = (method, path) {
            let events = self.by_id.values();
            return self.lists.serve(calendar, query, events, self.changes);
        }
        // Google passes over conferences where it is not told that the client knows them.
        let said = [("sendUpdates", "none"), ("conferenceDataVersion", "1")];
        let said = match *method {
            Method::POST | Method::PATCH => &said[..],
            Method::DELETE => &said[..1],
            _ => &[],
        };
        if !is_exactly(&query, said) {
            return bad_request("the query");
        }
        match (method, path) {
            (&Method::POST, []) => self.insert(calendar, body),
            (method, [id]) => match self.by_id.get_mut(&(calendar.to_owned(), (*id).to_owned())) {
                None => not_found(),
                Some(event) if method == Method::GET => {
                    self.rooms.settle(event);
                    Answer::ok(event.resource().into())
                }
                Some(event) => {
                    let answer = match *method {
                        Method::PATCH => patch(event, body, self.rooms, &self.purged),
                        Method::DELETE => delete(event),
                        _ => return of_status(405),
                    };
                    if answer.status < 300 {
                        self.changes += 1;
                        event.changed = self.changes;
                    }
                    answer
                }
            },
            _ => not_found(),
        }
    }

    fn insert(&mut self, calendar: &str, body: &Value) -> Answer {
        let id = body["id"].as_str().unwrap_or_default();
        let mut fields = match body::check(body, id, true) {
            Ok(fields) => fields,
            Err(problem) => return of(400, "invalid", &problem),
        };
        let key = (calendar.to_owned(), id.to_owned());
        if self.by_id.contains_key(&key) {
            return of(409, "duplicate", "The requested identifier already exists.");
        }
        let conference = fields.remove("conferenceData");
        let mut event = self.write(calendar, id, &fields.into()).clone();
        match self.rooms.ask(&mut event, conference) {
            true => {
                let answer = Answer::ok(event.resource().into());
                self.by_id.insert(key, event);
                answer
            }
            false => {
                self.by_id.remove(&key);
                no_conference()
            }
        }
    }
}

/// Changes the fields that the body names.
fn patch(
    event: &mut StoredEvent,
    body: &Value,
    rooms: Rooms,
    purged: &BTreeMap<String, bool>,
) -> Answer {
    let mut fields = match body::check(body, &event.id, false) {
        Ok(fields) => fields,
        Err(problem) => return of(400, "invalid", &problem),
    };
    match purged.get(&event.id) {
        Some(true) => return of_status(403),
        Some(false) => return Answer::ok(event.resource().into()),
        None => {}
    }
    if !rooms.ask(event, fields.remove("conferenceData")) {
        return no_conference();
    }
    event.fields.extend(fields);
    Answer::ok(event.resource().into())
}

fn delete(event: &mut StoredEvent) -> Answer {
    if event.is_deleted() {
        return of(410, "deleted", "Resource has been deleted");
    }
    event.fields.insert("status".into(), "cancelled".into());
    Answer::new(204, Value::Null)
}

fn no_conference() -> Answer {
    of(400, "invalid", "Invalid conference type value.")
}
