//! The events of a mailbox: list, get, insert, update and delete, with the rules that matter to a
//! client that retries. An insert with a transaction id that was used before answers with the event
//! it has made, or is refused if the event was to look different or was deleted. A deleted event
//! lies in the bin and keeps its immutable id: it can be got and changed there, and nobody sees it.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, Method, Uri, header};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::body::{self, MARK};
use super::{Answer, pairs};

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
            // Graph writes seven digits after the second.
            let time = time.format("%Y-%m-%dT%H:%M:%S%.6f0").to_string();
            shown[field] = json!({"dateTime": time, "timeZone": "UTC"});
        }
        shown.insert("id".into(), json!(self.id));
        shown.insert("createdDateTime".into(), json!(self.created.to_rfc3339()));
        let link = format!("https://outlook.office365.com/owa/?itemid={}", self.id);
        shown.insert("webLink".into(), json!(link));
        shown.entry("isOnlineMeeting").or_insert(json!(false));
        Value::Object(shown)
    }
}

#[derive(Default)]
pub struct Calendars {
    events: BTreeMap<String, StoredEvent>,
    transactions: BTreeMap<String, String>,
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

    pub fn age(&mut self) {
        for event in self.events.values_mut() {
            event.created -= TimeDelta::hours(1);
        }
    }

    pub fn serve(
        &mut self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Answer {
        let fields = match check_request(method, headers, body) {
            Ok(fields) => fields,
            Err(problem) => return bad_request(&problem),
        };
        let query: BTreeMap<_, _> = pairs(uri.query().unwrap_or_default()).into_iter().collect();
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
            (&Method::GET, ["calendar", "events"]) => self.list(MAIN, &query),
            (&Method::GET, ["calendars", id, "events"]) => self.list(id, &query),
            (&Method::GET, ["events", id]) => match is_shown(&query, 2) {
                true => self.with(None, id, |event| Answer::new(200, event.resource())),
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
        let event = StoredEvent {
            id: id.clone(),
            calendar: Some(calendar.to_owned()),
            inserted: fields.clone(),
            fields,
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
            event.fields.extend(fields);
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

fn bad_request(problem: &str) -> Answer {
    Answer::error(400, "ErrorInvalidRequest", problem)
}

/// The headers that a request must have; returns its body.
fn check_request(method: &Method, headers: &HeaderMap, body: &[u8]) -> Result<Value, String> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if header("prefer") != Some(r#"IdType="ImmutableId""#) {
        return Err("ids of events are immutable ones here".into());
    }
    if !matches!(*method, Method::POST | Method::PATCH) {
        return match body.is_empty() {
            true => Ok(Value::Null),
            false => Err("a body where none belongs".into()),
        };
    }
    let content_type = header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
    if !content_type.starts_with("application/json") {
        return Err("this API only accepts JSON".into());
    }
    serde_json::from_slice(body).map_err(|e| format!("not JSON: {e}"))
}

/// Whether the query has so many parameters, and has events shown with their marks.
fn is_shown(query: &BTreeMap<String, String>, parameters: usize) -> bool {
    let expand = format!("singleValueExtendedProperties($filter=id eq '{MARK}')");
    let selected = query.get("$select").is_some_and(|select| {
        let known = [
            "id",
            "createdDateTime",
            "start",
            "end",
            "isOnlineMeeting",
            "onlineMeeting",
            "webLink",
        ];
        select.split(',').all(|name| known.contains(&name))
    });
    query.len() == parameters && selected && query.get("$expand") == Some(&expand)
}

/// A path segment without its percent escapes.
fn unescaped(segment: &str) -> String {
    // In a query "+" means a space, in a path it is a plus sign.
    pairs(&segment.replace('+', "%2B").replace('=', "%3D"))
        .pop()
        .map_or_else(String::new, |p| p.0)
}
