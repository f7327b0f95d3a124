//! An event as a calendar holds it, and as it is shown.

use serde_json::{Map, Value, json};

use super::foreign;

#[derive(Clone, Debug)]
pub struct StoredEvent {
    /// As in the request's path: `primary`, or an address.
    pub calendar: String,
    pub id: String,
    /// The fields that were written.
    pub fields: Map<String, Value>,
    /// How many conferences were made for it.
    pub rooms: u32,
    pub(super) created: usize,
    /// The number of the last change to it, among all changes.
    pub(super) changed: usize,
    /// Whether it is shown as it is, without what Google adds.
    pub(super) is_raw: bool,
}

impl StoredEvent {
    /// A text field, empty where it was not written.
    pub fn text(&self, field: &str) -> &str {
        let text = self.fields.get(field).and_then(Value::as_str);
        text.unwrap_or_default()
    }

    /// `start` or `end` as the microsecond since 1970.
    pub fn instant(&self, field: &str) -> i64 {
        let instant = foreign::instant(&self.fields, field, chrono_tz::Tz::UTC);
        instant.expect("checked when written").timestamp_micros()
    }

    pub fn is_deleted(&self) -> bool {
        self.text("status") == "cancelled"
    }

    /// The resource as Google shows it.
    pub(super) fn resource(&self) -> Map<String, Value> {
        if self.is_raw {
            return self.fields.clone();
        }
        let shown = json!({
            "kind": "calendar#event", "etag": format!("\"{}\"", self.created), "id": self.id,
            "status": "confirmed", "htmlLink": format!("https://www.google.com/calendar/event?eid={}", self.id),
            "iCalUID": format!("{}@google.com", self.id), "eventType": "default", "sequence": 0,
            "organizer": {"email": self.calendar, "self": true},
        });
        let mut shown = shown.as_object().cloned().unwrap_or_default();
        shown.extend(self.fields.clone());
        shown
    }

    /// What a list shows of it: its occurrences, and of a deleted one no more than that it is.
    pub(super) fn resources(&self) -> Vec<Value> {
        if self.is_deleted() {
            let deleted = json!({"kind": "calendar#event", "id": self.id, "status": "cancelled"});
            return vec![deleted];
        }
        let occurrences = foreign::occurrences(&self.resource());
        occurrences.into_iter().map(Value::Object).collect()
    }
}
