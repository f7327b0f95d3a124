//! An event as the mailbox holds it, and as it is shown.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::temper::{Links, Temper};
use super::{body, foreign};
use crate::value::is_among;

#[derive(Clone, Debug)]
pub struct StoredEvent {
    pub id: String,
    /// The calendar's id; `None` is the bin.
    pub calendar: Option<String>,
    /// The fields that were written.
    pub fields: Map<String, Value>,
    /// The fields as they were at first.
    pub(super) inserted: Map<String, Value>,
    pub(super) created: DateTime<Utc>,
    /// Where its online meeting is, and whether that was told.
    pub(super) link: Option<String>,
    pub(super) is_link_told: bool,
    /// Whether it is shown as it is, without what Graph adds.
    pub(super) is_raw: bool,
}

impl StoredEvent {
    /// `start` or `end` as the microsecond since 1970.
    pub fn instant(&self, field: &str) -> i64 {
        body::instant(&self.fields[field]).expect("checked when written")
    }

    /// The resource as Graph shows it, without its mark.
    pub(super) fn resource(&self, temper: Temper) -> Map<String, Value> {
        let mut shown = self.fields.clone();
        if self.is_raw {
            return shown;
        }
        shown.remove("singleValueExtendedProperties");
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
        let is_told = match temper.links {
            Links::AtOnce => true,
            Links::WhenRead => self.is_link_told,
            Links::Withheld => false,
        };
        let link = self.link.as_ref().filter(|_| is_told);
        let meeting = link.map(|link| json!({"joinUrl": link}));
        shown.insert("onlineMeeting".into(), json!(meeting));
        shown
    }

    /// These properties of the resource, and its mark, which was asked for.
    pub(super) fn shown(&self, temper: Temper, select: &str) -> Value {
        let mut shown = self.resource(temper);
        shown.retain(|name, _| is_among(select, name));
        let mark = "singleValueExtendedProperties";
        let value = self.fields.get(mark).cloned();
        shown.extend(value.map(|value| (mark.to_owned(), value)));
        shown.into()
    }

    /// What a view shows of it, with the values of what nobody wrote.
    pub(super) fn occurrences(&self, temper: Temper) -> Vec<Map<String, Value>> {
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
        let mut shown = self.resource(temper);
        for (name, value) in unwritten.into_iter().filter(|_| !self.is_raw) {
            shown.entry(name).or_insert(value);
        }
        foreign::occurrences(&shown)
    }
}
