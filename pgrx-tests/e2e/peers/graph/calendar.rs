//! The events of a mailbox: find, get, insert, update and delete, with the rules that matter to a
//! client that retries, over the same events that `view.rs` shows. An insert with a transaction id that was used before answers with the event
//! it has made, or is refused if the event was to look different or was deleted. A deleted event
//! lies in the bin and keeps its immutable id: it can be got and changed there, and nobody sees it.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, Method, Uri};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::body::{self, MARK};
use super::request::{bad_request, check_request, is_shown, unescaped};
use super::view::Views;
use super::{foreign, online_meeting, pairs};

/// The calendar that paths without a calendar mean.
const MAIN: &str = "main";

/// An event as the mailbox holds it.
#[derive(Clone, Debug)]
pub struct StoredEvent {
    pub id: String,
    /// The calendar's id; `None` is the bin.
    pub calendar: Option<String>,
    /// The fields that were written.
    pub fields: Map<String, Value>,
    /// The fields as they were at first.
    inserted: Map<String, Value>,
    created: DateTime<Utc>,
}

impl StoredEvent {
    /// `start` or `end` as the microsecond since 1970.
    pub fn instant(&self, field: &str) -> i64 {
        body::instant(&self.fields[field]).expect("checked when written")
    }

    /// The resource as Graph shows it.
    fn resource(&self) -> Value {
        let mut shown = self.fields.clone();
        for field in ["start", "end"] {
            let time = DateTime::from_timestamp_micros(self.instant(field)).expect("a time");
            let time = foreign::written(time.naive_utc());
            shown[field] = json!({"dateTime": time, "timeZone": "UTC"});
        }
        shown.insert("id".into(), json!(self.id));
        shown.insert("createdDateTime".into(), json!(self.created.to_rfc3339()));
        let link = format!("https://outlook.office365.com/owa/?itemid={}", self.id);
        shown.insert("webLink".into(), json!(link));
        shown.entry("isOnlineMeeting").or_insert(json!(false));
        Value::Object(shown)
    }

    /// What a view shows of it, with the values of what nobody wrote.
    pub fn occurrences(&self) -> Vec<Map<String, Value>> {
        let organizer = json!({"response": "organizer", "time": "0001-01-01T00:00:00Z"});
        let unwritten = [
            ("type", json!("singleInstance")),
            ("showAs", json!("busy")),
            ("isAllDay", json!(false)),
            ("isCancelled", json!(false)),
            ("originalStartTimeZone", json!("UTC")),
            ("transactionId", Value::Null),
            ("responseStatus", organizer),
        ];
        let Value::Object(mut shown) = self.resource() else {
            return Vec::new();
        };
        for (name, value) in unwritten {
            shown.entry(name).or_insert(value);
        }
        foreign::occurrences(&shown)
    }
}

#[derive(Default)]
pub struct Calendars {
    events: BTreeMap<String, StoredEvent>,
    transactions: BTreeMap<String, String>,
    pub views: Views,
}

impl Calendars {
    pub fn listed(&self) -> Vec<StoredEvent> {
        let listed = self.events.values().filter(|e| e.calendar.is_some());
        let mut listed: Vec<_> = listed.cloned().collect();
        listed.sort_by_key(|event| event.created);
        listed
    }

    pub fn bin(&mut self, id: &str) {
        self.events.get_mut(id).expect("an event").calendar = None;
    }

    /// Stores what somebody else enters in a calendar (none: the main one): a new event, or changes
    /// to the one of this id.
    pub fn enter(&mut self, calendar: Option<&str>, id: &str, fields: &Value) {
        let fields = foreign::stored(fields.as_object().expect("an event is an object"));
        let event = self.events.entry(id.to_owned());
        let event = event.or_insert_with(|| StoredEvent {
            id: id.to_owned(),
            calendar: Some(calendar.unwrap_or(MAIN).to_owned()),
            inserted: fields.clone(),
            fields: Map::new(),
            created: Utc::now(),
        });
        event.fields.extend(fields);
    }

    pub fn age(&mut self) {
        for event in self.events.values_mut() {
            event.created -= TimeDelta::hours(1);
        }
    }

    /// `root` is where the stand-in listens.
    pub fn serve(
        &mut self,
        root: &str,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Answer {
        let fields = match check_request(method, uri, headers, body) {
            Ok(fields) => fields,
            Err(problem) => return bad_request(&problem),
        };
        let pairs = pairs(uri.query().unwrap_or_default());
        let given = pairs.len();
        let query: BTreeMap<_, _> = pairs.into_iter().collect();
        if query.len() != given {
            return bad_request("a parameter is given twice");
        }
        let path: Vec<String> = uri.path().split('/').skip(1).map(unescaped).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let ["v1.0", "me", path @ ..] = &path[..] else {
            return Answer::error(404, "ResourceNotFound", "Resource could not be discovered.");
        };
        let is_read = method == Method::GET;
        if !is_read && !query.is_empty() {
            return bad_request("the query");
        }
        match (method, path) {
            (&Method::GET, ["calendars"]) => self.list_calendars(&query),
            (&Method::GET, ["calendarView"]) => self.view(MAIN, &format!("{root}{uri}"), &query),
            (&Method::GET, ["calendars", id, "calendarView"]) => {
                self.view(id, &format!("{root}{uri}"), &query)
            }
            (&Method::GET, ["calendar", "events"]) => self.list(MAIN, &query),
            (&Method::GET, ["calendars", id, "events"]) => self.list(id, &query),
            (&Method::GET, ["events", id]) => match is_shown(&query, 2) {
                true => self.with(None, id, |event| {
                    online_meeting::settle(&mut event.fields, &event.id);
                    Answer::new(200, event.resource())
                }),
                false => bad_request("the query"),
            },
            (&Method::POST, ["events"]) => self.insert(MAIN, &fields),
            (&Method::POST, ["calendars", id, "events"]) => self.insert(id, &fields),
            (&Method::PATCH, ["events", id]) => self.patch(None, id, &fields),
            (&Method::PATCH, ["calendars", calendar, "events", id]) => {
                self.patch(Some(calendar), id, &fields)
            }
            (&Method::DELETE, ["events", id]) => self.delete(None, id),
            (&Method::DELETE, ["calendars", calendar, "events", id]) => {
                self.delete(Some(calendar), id)
            }
            _ => Answer::error(405, "UnknownError", "Method not allowed."),
        }
    }

    fn view(&mut self, calendar: &str, url: &str, query: &BTreeMap<String, String>) -> Answer {
        let events = self.events.values();
        let events = events.filter(|event| event.calendar.as_deref() == Some(calendar));
        self.views.serve(url, query, events)
    }

    /// Every calendar that ever held an event, and the main one.
    fn list_calendars(&self, query: &BTreeMap<String, String>) -> Answer {
        if !query.keys().all(|name| name == "$select" || name == "$top") {
            return bad_request("the query");
        }
        let ids = self.events.values().filter_map(|e| e.calendar.as_deref());
        let ids: std::collections::BTreeSet<_> = ids.chain([MAIN]).collect();
        let calendars = ids
            .into_iter()
            .map(|id| json!({"id": id, "canEdit": true}))
            .collect::<Vec<_>>();
        Answer::new(200, json!({"value": calendars}))
    }

    /// The events that carry the mark that is filtered by, all on one page.
    fn list(&self, calendar: &str, query: &BTreeMap<String, String>) -> Answer {
        let start =
            format!("singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq '");
        let filter = query.get("$filter").map_or("", String::as_str);
        let meeting = filter
            .strip_prefix(&start)
            .and_then(|rest| rest.strip_suffix("')"));
        let (Some(meeting), true) = (meeting, is_shown(query, 3)) else {
            return bad_request("Invalid filter clause");
        };
        let listed = self.listed().into_iter().filter(|event| {
            let mark = event.fields.get("singleValueExtendedProperties");
            event.calendar.as_deref() == Some(calendar)
                && mark.is_some_and(|mark| mark[0]["value"] == meeting)
        });
        let listed: Vec<_> = listed.map(|event| event.resource()).collect();
        Answer::new(200, json!({"value": listed}))
    }

    fn insert(&mut self, calendar: &str, fields: &Value) -> Answer {
        let fields = match body::check(fields, true) {
            Ok(fields) => fields.clone(),
            Err(problem) => return bad_request(&problem),
        };
        let transaction = fields.get("transactionId").and_then(Value::as_str);
        let earlier = transaction
            .and_then(|transaction| self.transactions.get(transaction))
            .map(|id| &self.events[id]);
        match earlier {
            Some(event) if event.calendar.is_some() && event.inserted == fields => {
                return Answer::new(201, event.resource());
            }
            Some(event) => {
                let message = "Your request can't be completed. The TransactionId specified in \
                               the request has already been used to create a different event.";
                let mut refusal = Answer::error(400, "ErrorDuplicateTransactionId", message);
                refusal.body["error"]["@event.existingEventId"] = json!(event.id);
                return refusal;
            }
            None => {}
        }
        let id = format!("AAkALgAAAAAAHYQDEapmEc2byACqAC_{:05}=", self.events.len());
        if let Some(transaction) = transaction {
            let transaction = transaction.to_owned();
            self.transactions.insert(transaction, id.clone());
        }
        let mut written = Map::new();
        online_meeting::write(&mut written, fields.clone());
        let event = StoredEvent {
            id: id.clone(),
            calendar: Some(calendar.to_owned()),
            inserted: fields,
            fields: written,
            created: Utc::now(),
        };
        let answer = Answer::new(201, event.resource());
        self.events.insert(id, event);
        answer
    }

    fn patch(&mut self, calendar: Option<&str>, id: &str, fields: &Value) -> Answer {
        let fields = match body::check(fields, false) {
            Ok(fields) => fields.clone(),
            Err(problem) => return bad_request(&problem),
        };
        self.with(calendar, id, |event| {
            online_meeting::write(&mut event.fields, fields);
            Answer::new(200, event.resource())
        })
    }

    fn delete(&mut self, calendar: Option<&str>, id: &str) -> Answer {
        self.with(calendar, id, |event| match event.calendar.take() {
            Some(_) => Answer::new(204, Value::Null),
            None => Answer::error(403, "ErrorCannotDeleteObject", "Object cannot be deleted."),
        })
    }

    fn with(
        &mut self,
        calendar: Option<&str>,
        id: &str,
        act: impl FnOnce(&mut StoredEvent) -> Answer,
    ) -> Answer {
        let event = self.events.get_mut(id);
        let reached = |event: &&mut StoredEvent| match calendar {
            None => true,
            calendar => event.calendar.as_deref() == calendar,
        };
        match event.filter(reached) {
            Some(event) => act(event),
            None => {
                let message = "The specified object was not found in the store.";
                Answer::error(404, "ErrorItemNotFound", message)
            }
        }
    }
}
