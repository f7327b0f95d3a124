//! What the fake remembers: the calendars and the bin of one mailbox, and how Graph behaves where
//! its reference is silent.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// The main calendar, and another one of the owner's.
pub const MAIN: &str = "main=";
pub const OTHER: &str = "other=";
/// One that nobody can put events in, and one of somebody else's that does not answer well.
pub const BIRTHDAYS: &str = "birthdays=";
pub const SHARED: &str = "shared=";

/// What becomes of a transaction id whose event was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// It is forgotten.
    MakesAnew,
    /// It is refused, naming the deleted event.
    Refused,
    /// It is refused.
    RefusedWithoutName,
    /// It is answered with the deleted event.
    Answered,
}

/// How this Graph behaves.
#[derive(Clone, Copy, Debug)]
pub struct Temper {
    pub spent: Spent,
    /// Whether deleted events are still reached under their ids.
    pub keeps_bin: bool,
    /// The status of refused duplicates.
    pub duplicate: u16,
    /// Whether the account has Teams of its organization, or whatever personal accounts have.
    pub is_business: bool,
    /// New events are not listed yet.
    pub lists_late: bool,
    /// Lists do not heed the filter.
    pub ignores_filter: bool,
    /// The status that everything in the shared calendar has.
    pub shared: u16,
}

impl Default for Temper {
    fn default() -> Self {
        Self {
            spent: Spent::Refused,
            keeps_bin: true,
            duplicate: 400,
            is_business: true,
            lists_late: false,
            ignores_filter: false,
            shared: 403,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Stored {
    /// `None` is the bin.
    pub calendar: Option<String>,
    pub created: DateTime<Utc>,
    pub fields: Value,
    /// The fields as they were when it was made.
    original: Value,
}

#[derive(Default)]
pub struct Contents {
    pub temper: Temper,
    pub events: BTreeMap<String, Stored>,
    transactions: BTreeMap<String, String>,
}

/// An answer: its status and its body.
pub type Answer = (u16, Value);

pub fn refusal(status: u16, code: &str) -> Answer {
    let body =
        json!({"error": {"code": code, "message": "Because", "innerError": {"date": "now"}}});
    (status, body)
}

fn not_found() -> Answer {
    refusal(404, "ErrorItemNotFound")
}

impl Contents {
    /// Makes an event, also one that is nobody's meeting; returns its id.
    pub fn put(&mut self, calendar: &str, mut fields: Value) -> String {
        let id = format!("AAkALg-{}=", self.events.len());
        let created = Utc::now() + TimeDelta::microseconds(self.events.len() as i64);
        let original = fields.clone();
        if fields["isOnlineMeeting"] == true {
            let named = fields.get("onlineMeetingProvider").is_some();
            self.join(&id, &mut fields, named);
        }
        let calendar = Some(calendar.to_owned());
        let event = Stored {
            calendar,
            created,
            fields,
            original,
        };
        self.events.insert(id.clone(), event);
        id
    }

    /// Where no provider is named, an account gives its default one; a personal account passes over
    /// a provider it does not have.
    fn join(&self, id: &str, fields: &mut Value, named: bool) {
        let host = match (self.temper.is_business, named) {
            (true, true) => Some("teams.example"),
            (false, true) => None,
            (_, false) => Some("default.example"),
        };
        fields["isOnlineMeeting"] = json!(host.is_some());
        if let Some(host) = host {
            fields["onlineMeeting"] = json!({"joinUrl": format!("https://{host}/{id}")});
        }
    }

    /// Lets an hour pass.
    pub fn age(&mut self) {
        for event in self.events.values_mut() {
            event.created -= TimeDelta::hours(1);
        }
    }

    /// As the owner would by hand.
    pub fn bin(&mut self, id: &str) {
        self.events.get_mut(id).unwrap().calendar = None;
    }

    /// The ids of the events that the owner sees.
    pub fn visible(&self) -> Vec<String> {
        let seen = self.events.iter().filter(|(_, e)| e.calendar.is_some());
        seen.map(|(id, _)| id.clone()).collect()
    }

    pub fn insert(&mut self, calendar: &str, fields: Value) -> Answer {
        let transaction = fields["transactionId"].as_str().unwrap().to_owned();
        if let Some(id) = self.transactions.get(&transaction) {
            let earlier = &self.events[id];
            let repeated = earlier.original == fields;
            match (earlier.calendar.is_some(), self.temper.spent) {
                (true, _) if repeated => return (201, self.resource(id, false)),
                (true, _) | (false, Spent::Refused) => {
                    let mut refusal = refusal(self.temper.duplicate, "ErrorDuplicateTransactionId");
                    refusal.1["error"]["@event.existingEventId"] = json!(id);
                    return refusal;
                }
                (false, Spent::RefusedWithoutName) => {
                    return refusal(self.temper.duplicate, "ErrorDuplicateTransactionId");
                }
                (false, Spent::Answered) => return (201, self.resource(id, false)),
                (false, Spent::MakesAnew) => {}
            }
        }
        let id = self.put(calendar, fields);
        self.transactions.insert(transaction, id.clone());
        (201, self.resource(&id, false))
    }

    /// The resources that a calendar lists of a meeting.
    pub fn list(&self, calendar: &str, meeting: &str) -> Vec<Value> {
        let listed = self.events.iter().filter(|(_, event)| {
            let mark = event.fields["singleValueExtendedProperties"][0]["value"].as_str();
            event.calendar.as_deref() == Some(calendar)
                && !self.temper.lists_late
                && (self.temper.ignores_filter || mark == Some(meeting))
        });
        listed.map(|(id, _)| self.resource(id, true)).collect()
    }

    /// The calendar, if any, is the one by way of which the event is asked for.
    fn reach(&mut self, calendar: Option<&str>, id: &str) -> Option<&mut Stored> {
        let keeps_bin = self.temper.keeps_bin;
        self.events.get_mut(id).filter(|event| match calendar {
            None => event.calendar.is_some() || keeps_bin,
            calendar => event.calendar.as_deref() == calendar,
        })
    }

    pub fn get(&mut self, id: &str) -> Answer {
        match self.reach(None, id) {
            Some(_) => (200, self.resource(id, true)),
            None => not_found(),
        }
    }

    pub fn patch(&mut self, calendar: Option<&str>, id: &str, fields: &Value) -> Answer {
        let Some(event) = self.reach(calendar, id) else {
            return not_found();
        };
        let mut new = event.fields.clone();
        for (name, value) in fields.as_object().unwrap() {
            new[name] = value.clone();
        }
        if fields.get("body").is_some() && event.fields["isOnlineMeeting"] == true {
            // The meeting was in the text.
            new["isOnlineMeeting"] = json!(false);
            new["onlineMeeting"] = Value::Null;
        } else if fields.get("isOnlineMeeting").is_some() {
            self.join(id, &mut new, false);
        }
        self.events.get_mut(id).unwrap().fields = new;
        (200, self.resource(id, false))
    }

    pub fn delete(&mut self, calendar: Option<&str>, id: &str) -> Answer {
        let keeps_bin = self.temper.keeps_bin;
        match self.reach(calendar, id) {
            Some(event) if event.calendar.is_some() => {
                event.calendar = None;
                (204, Value::Null)
            }
            Some(_) if keeps_bin => refusal(403, "ErrorCannotDeleteObject"),
            _ => not_found(),
        }
    }

    fn resource(&self, id: &str, expanded: bool) -> Value {
        let event = &self.events[id];
        let mut shown = event.fields.clone();
        for side in ["start", "end"] {
            // Graph writes seven digits after the second.
            let time: chrono::NaiveDateTime = shown[side]["dateTime"]
                .as_str()
                .and_then(|text| text.parse().ok())
                .unwrap();
            let digits = time.format("%Y-%m-%dT%H:%M:%S%.6f0").to_string();
            shown[side]["dateTime"] = json!(digits);
        }
        shown["id"] = json!(id);
        shown["createdDateTime"] = json!(event.created.to_rfc3339());
        shown["webLink"] = json!(format!("https://outlook.example/{id}"));
        if !expanded {
            let fields = shown.as_object_mut().unwrap();
            fields.remove("singleValueExtendedProperties");
        }
        shown
    }
}
