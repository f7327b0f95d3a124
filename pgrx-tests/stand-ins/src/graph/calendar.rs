//! The calendars of a mailbox and their events: find, get, insert, update and delete, with the rules
//! that matter to a client that retries, over the same events that `view` shows. An insert with a
//! transaction id that was used before answers with the event it has made, or is refused if the event
//! was to look different or was deleted. A deleted event lies in the bin and keeps its immutable id: it
//! can be got and changed there, and nobody sees it (learn.microsoft.com/graph/outlook-immutable-id).

use std::collections::BTreeMap;

use chrono::{TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::event::StoredEvent;
use super::refusal::{bad_request, of, of_status};
use super::request::{MAIN, MARK, SHOWN, shown};
use super::temper::{Spent, Temper};
use super::view::{Views, next_link};
use super::{body, online_meeting};
use crate::answer::Answer;
use crate::query::{Parameters, is_exactly};
use crate::value::is_among;

pub struct Calendars {
    /// As the list tells them.
    entries: Vec<Value>,
    /// With which status everything in a calendar is answered.
    pub closed: BTreeMap<String, u16>,
    events: BTreeMap<String, StoredEvent>,
    transactions: BTreeMap<String, String>,
    pub views: Views,
    pub temper: Temper,
}

impl Default for Calendars {
    fn default() -> Self {
        let main = json!({"id": MAIN, "name": "Calendar", "canEdit": true,
            "isDefaultCalendar": true});
        Self {
            entries: vec![main],
            closed: BTreeMap::new(),
            events: BTreeMap::new(),
            transactions: BTreeMap::new(),
            views: Views::default(),
            temper: Temper::default(),
        }
    }
}

impl Calendars {
    pub fn add(&mut self, id: &str, fields: &Value) {
        let mut entry = json!({"id": id, "name": id, "canEdit": true, "isDefaultCalendar": false});
        for (name, value) in fields.as_object().expect("an entry is an object") {
            entry[name] = value.clone();
        }
        self.entries.push(entry);
    }

    /// The status with which a calendar is refused, if it is.
    pub fn refuse(&self, id: &str, is_read: bool) -> Option<u16> {
        let entry = self.entries.iter().find(|entry| entry["id"] == id);
        match (self.closed.get(id), entry) {
            (Some(status), _) => Some(*status),
            (None, None) => Some(404),
            (None, Some(entry)) if !is_read && entry["canEdit"] != true => Some(403),
            _ => None,
        }
    }

    pub fn listed(&self) -> Vec<StoredEvent> {
        let listed = self.events.values().filter(|e| e.calendar.is_some());
        let mut listed: Vec<_> = listed.cloned().collect();
        listed.sort_by_key(|event| event.created);
        listed
    }

    pub fn event(&mut self, id: &str) -> &mut StoredEvent {
        self.events.get_mut(id).expect("an event")
    }

    /// Writes fields of an event, which may be a new one.
    pub fn write(
        &mut self,
        calendar: Option<&str>,
        id: &str,
        fields: Map<String, Value>,
    ) -> &mut StoredEvent {
        // No two are of one age.
        let created = Utc::now() + TimeDelta::microseconds(self.events.len() as i64);
        let event = self.events.entry(id.to_owned());
        let event = event.or_insert_with(|| StoredEvent {
            id: id.to_owned(),
            calendar: Some(calendar.unwrap_or(MAIN).to_owned()),
            inserted: fields.clone(),
            fields: Map::new(),
            created,
            link: None,
            is_link_told: false,
            is_raw: false,
        });
        online_meeting::write(event, fields, self.temper);
        event
    }

    /// Has an event be this and nothing else.
    pub fn put(&mut self, calendar: Option<&str>, fields: &Value) {
        let id = fields["id"].as_str().unwrap_or_default();
        let fields = fields.as_object().expect("an event is an object");
        self.write(calendar, id, fields.clone()).is_raw = true;
    }

    pub fn copy(&mut self, id: &str, new_id: &str) {
        let mut fields = self.event(id).fields.clone();
        fields.remove("transactionId");
        let calendar = self.event(id).calendar.clone();
        self.write(calendar.as_deref(), new_id, fields);
    }

    pub fn age(&mut self) {
        for event in self.events.values_mut() {
            event.created -= TimeDelta::hours(1);
        }
    }

    pub fn view(&mut self, calendar: &str, url: &str, query: &Parameters) -> Answer {
        let events = self.events.values();
        let events = events.filter(|event| event.calendar.as_deref() == Some(calendar));
        let occurrences = events.flat_map(|event| event.occurrences(self.temper));
        self.views.serve(url, query, occurrences)
    }

    /// The account's calendars.
    pub fn list(&self, url: &str, query: Parameters) -> Answer {
        let selected = ["id,canEdit", "id,name,canEdit,isDefaultCalendar"];
        let select = query.get("$select").map_or("", String::as_str).to_owned();
        if !selected.contains(&&*select) {
            return bad_request("the query");
        }
        let show = |entry: &Value| {
            let mut shown = entry.as_object().cloned().unwrap_or_default();
            shown.retain(|name, _| is_among(&select, name));
            Value::Object(shown)
        };
        let entries = self.entries.iter().map(show).collect();
        self.page(
            url,
            query,
            &[("$select", &select), ("$top", "100")],
            entries,
        )
    }

    /// The events that carry the mark that is filtered by.
    pub fn marked(&self, calendar: &str, url: &str, query: Parameters) -> Answer {
        let start =
            format!("singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq '");
        let filter = query.get("$filter").map_or("", String::as_str).to_owned();
        let meeting = filter.strip_prefix(&start);
        let Some(meeting) = meeting.and_then(|rest| rest.strip_suffix("')")) else {
            return bad_request("Invalid filter clause");
        };
        let listed = self.events.values().filter(|event| {
            let mark = event.fields.get("singleValueExtendedProperties");
            event.calendar.as_deref() == Some(calendar)
                && !self.temper.lists_late
                && (self.temper.ignores_filter
                    || mark.is_some_and(|mark| mark[0]["value"] == meeting))
        });
        let listed = listed
            .map(|event| event.shown(self.temper, SHOWN))
            .collect();
        let [select, expand] = &shown();
        let expected = [
            ("$filter", &*filter),
            (select.0, &select.1),
            (expand.0, &expand.1),
        ];
        self.page(url, query, &expected, listed)
    }

    /// One page of a list that may be asked for in this way only.
    fn page(
        &self,
        url: &str,
        mut query: Parameters,
        expected: &[(&str, &str)],
        entries: Vec<Value>,
    ) -> Answer {
        let skipped = query
            .remove("$skip")
            .map_or(Ok(0), |skipped| skipped.parse());
        let (Ok(skipped), true) = (skipped, is_exactly(&query, expected)) else {
            return bad_request("the query");
        };
        let size = self.temper.list_page.unwrap_or(usize::MAX);
        let value: Vec<_> = entries.iter().skip(skipped).take(size).collect();
        let mut page = json!({"value": value});
        if self.temper.list_page.is_some() && skipped < entries.len() {
            page["@odata.nextLink"] = json!(next_link(url, skipped + size));
        }
        Answer::ok(page)
    }

    pub fn get(&mut self, id: &str, query: &Parameters) -> Answer {
        let [select, expand] = &shown();
        if !is_exactly(query, &[(select.0, &select.1), (expand.0, &expand.1)]) {
            return bad_request("the query");
        }
        self.reach(None, id, |event, temper| {
            event.is_link_told = true;
            Answer::ok(event.shown(temper, SHOWN))
        })
    }

    pub fn insert(&mut self, calendar: &str, body: &Value) -> Answer {
        let fields = match body::check(body, true) {
            Ok(fields) => fields,
            Err(problem) => return bad_request(&problem),
        };
        let transaction = fields["transactionId"].as_str().unwrap_or_default();
        let transaction = transaction.to_owned();
        if let Some(earlier) = self.transactions.get(&transaction) {
            let event = &self.events[earlier];
            let message = "Your request can't be completed. The TransactionId specified in \
                           the request has already been used to create a different event.";
            let status = self.temper.duplicate;
            let mut refusal = of(status, "ErrorDuplicateTransactionId", message);
            match (event.calendar.is_some(), self.temper.spent) {
                (true, _) if event.inserted == fields => {
                    return Answer::new(201, event.resource(self.temper).into());
                }
                (true, _) | (false, Spent::Refused) => {
                    refusal.body["error"]["@event.existingEventId"] = json!(event.id);
                    return refusal;
                }
                (false, Spent::RefusedWithoutName) => return refusal,
                (false, Spent::Answered) => {
                    return Answer::new(201, event.resource(self.temper).into());
                }
                (false, Spent::MakesAnew) => {}
            }
        }
        let id = format!("AAkALgAAAAAAHYQDEapmEc2byACqAC_{:05}=", self.events.len());
        self.transactions.insert(transaction, id.clone());
        let temper = self.temper;
        let event = self.write(Some(calendar), &id, fields);
        Answer::new(201, event.resource(temper).into())
    }

    pub fn patch(&mut self, calendar: Option<&str>, id: &str, body: &Value) -> Answer {
        match body::check(body, false) {
            Ok(fields) => self.reach(calendar, id, |event, temper| {
                online_meeting::write(event, fields, temper);
                Answer::ok(event.resource(temper).into())
            }),
            Err(problem) => bad_request(&problem),
        }
    }

    pub fn delete(&mut self, calendar: Option<&str>, id: &str) -> Answer {
        self.reach(calendar, id, |event, _| match event.calendar.take() {
            Some(_) => Answer::new(204, Value::Null),
            None => of(403, "ErrorCannotDeleteObject", "Object cannot be deleted."),
        })
    }

    /// The calendar, if any, is the one by way of which the event is asked for.
    fn reach(
        &mut self,
        calendar: Option<&str>,
        id: &str,
        act: impl FnOnce(&mut StoredEvent, Temper) -> Answer,
    ) -> Answer {
        let event = self.events.get_mut(id).filter(|event| match calendar {
            None => event.calendar.is_some() || self.temper.keeps_bin,
            calendar => event.calendar.as_deref() == calendar,
        });
        event.map_or_else(|| of_status(404), |event| act(event, self.temper))
    }
}
