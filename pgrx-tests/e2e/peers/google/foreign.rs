//! Events that the calendar's owner or somebody else has entered, in the provider's own words
//! (developers.google.com/workspace/calendar/api/v3/reference/events). A test that misspells one is
//! told so: an event that means nothing would prove nothing.

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

/// The fields of an event that a list may be asked for.
pub const FIELDS: [&str; 22] = [
    "kind",
    "etag",
    "id",
    "status",
    "htmlLink",
    "iCalUID",
    "summary",
    "description",
    "location",
    "start",
    "end",
    "transparency",
    "visibility",
    "eventType",
    "attendees",
    "organizer",
    "sequence",
    "recurrence",
    "recurringEventId",
    "originalStartTime",
    "extendedProperties",
    "reminders",
];

/// Panics unless every field that was entered is one that such an event has, with a value that it
/// can have, and the whole event has its times.
#[track_caller]
pub fn check(entered: &Map<String, Value>, event: &Map<String, Value>) {
    for (name, value) in entered {
        let allowed: &[&str] = match name.as_str() {
            "status" => &["confirmed", "tentative", "cancelled"],
            "transparency" => &["opaque", "transparent"],
            "eventType" => &[
                "default",
                "birthday",
                "focusTime",
                "fromGmail",
                "outOfOffice",
                "workingLocation",
            ],
            name => {
                assert!(FIELDS.contains(&name), "Google's events have no {name}");
                continue;
            }
        };
        let text = value.as_str().unwrap_or_default();
        assert!(allowed.contains(&text), "{name} is none of {allowed:?}");
    }
    for side in ["start", "end"] {
        let time = &event[side];
        assert_ne!(time["date"].is_string(), time["dateTime"].is_string());
    }
    for attendee in event.get("attendees").iter().flat_map(|a| a.as_array()) {
        for attendee in attendee {
            let response = attendee["responseStatus"].as_str().unwrap_or_default();
            let known = ["needsAction", "declined", "tentative", "accepted"];
            assert!(known.contains(&response), "no response: {response:?}");
        }
    }
}

/// `start` or `end` on the line of instants; whole days are those of the calendar's zone.
pub fn instant(event: &Map<String, Value>, side: &str, zone: Tz) -> DateTime<Utc> {
    let time = &event[side];
    match time["date"].as_str() {
        Some(date) => {
            let date: NaiveDate = date.parse().expect("checked when written: a date");
            let midnight = date.and_hms_opt(0, 0, 0).expect("midnight");
            let local = zone.from_local_datetime(&midnight).earliest();
            local.map_or_else(|| midnight.and_utc(), |local| local.to_utc())
        }
        None => {
            let text = time["dateTime"].as_str().unwrap_or_default();
            text.parse().expect("checked when written: RFC 3339")
        }
    }
}

/// The occurrences of an event: itself, unless it repeats. Days are those of the event's own zone, so
/// that a series keeps its hour over a clock change.
pub fn occurrences(event: &Map<String, Value>) -> Vec<Map<String, Value>> {
    let Some(rule) = event.get("recurrence") else {
        return vec![event.clone()];
    };
    let rule = rule[0].as_str().unwrap_or_default();
    let count = rule.strip_prefix("RRULE:FREQ=DAILY;COUNT=");
    let count: i64 = count
        .and_then(|count| count.parse().ok())
        .expect("the one kind of rule that is known here");
    let repeated = |n: i64| {
        let mut occurrence = event.clone();
        occurrence.remove("recurrence");
        for side in ["start", "end"] {
            let time = &event[side];
            let zone: Tz = time["timeZone"]
                .as_str()
                .and_then(|name| name.parse().ok())
                .expect("a series has a zone");
            let first = instant(event, side, zone)
                .with_timezone(&zone)
                .naive_local();
            let local = zone.from_local_datetime(&(first + TimeDelta::days(n)));
            let moment = local.earliest().expect("no series starts in a gap here");
            occurrence[side]["dateTime"] = json!(moment.to_rfc3339());
        }
        let start = instant(&occurrence, "start", Tz::UTC);
        let id = event["id"].as_str().expect("stored under an id");
        occurrence.insert("recurringEventId".into(), json!(id));
        occurrence["id"] = json!(format!("{id}_{}", start.format("%Y%m%dT%H%M%SZ")));
        occurrence
    };
    (0..count).map(repeated).collect()
}
