//! Events that the calendar's owner or somebody else has entered, in the provider's own words
//! (developers.google.com/workspace/calendar/api/v3/reference/events). A test that misspells one is
//! told so: an event that means nothing would prove nothing.

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use crate::value::is_among;

/// The fields of an event that a list may be asked for.
pub const FIELDS: &str = "kind,etag,id,status,htmlLink,iCalUID,summary,description,location,start,end,\
    transparency,visibility,eventType,attendees,organizer,sequence,recurrence,recurringEventId,\
    originalStartTime,extendedProperties,reminders";

/// Panics unless every field that was entered is one that such an event has, with a value that it
/// can have, and the whole event has its times.
#[track_caller]
pub fn check(entered: &Value, event: &Map<String, Value>) {
    for (name, value) in entered.as_object().into_iter().flatten() {
        assert!(is_among(FIELDS, name), "Google's events have no {name}");
        let allowed = match name.as_str() {
            "status" => "confirmed,tentative,cancelled",
            "transparency" => "opaque,transparent",
            "eventType" => "default,birthday,focusTime,fromGmail,outOfOffice,workingLocation",
            _ => continue,
        };
        let text = value.as_str().unwrap_or_default();
        assert!(is_among(allowed, text), "{name} is none of {allowed}");
    }
    for side in ["start", "end"] {
        let time = &event[side];
        assert_ne!(time["date"].is_string(), time["dateTime"].is_string());
        assert!(instant(event, side, Tz::UTC).is_some(), "{side}: {time}");
    }
    for attendee in event.get("attendees").iter().flat_map(|a| a.as_array()) {
        for attendee in attendee {
            let response = attendee["responseStatus"].as_str().unwrap_or_default();
            let known = "needsAction,declined,tentative,accepted";
            assert!(is_among(known, response), "no response: {response:?}");
        }
    }
}

/// `start` or `end` on the line of instants, where it is a time at all; whole days are those of the
/// calendar's zone.
pub fn instant(event: &Map<String, Value>, side: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let time = event.get(side)?;
    match time["date"].as_str() {
        Some(date) => {
            let midnight = date.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?;
            let local = zone.from_local_datetime(&midnight).earliest();
            Some(local.map_or_else(|| midnight.and_utc(), |local| local.to_utc()))
        }
        None => time["dateTime"].as_str()?.parse().ok(),
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
            let first = instant(event, side, zone).expect("checked when entered");
            let first = first.with_timezone(&zone).naive_local();
            let local = zone.from_local_datetime(&(first + TimeDelta::days(n)));
            let moment = local.earliest().expect("no series starts in a gap here");
            occurrence[side]["dateTime"] = json!(moment.to_rfc3339());
        }
        let start = instant(&occurrence, "start", Tz::UTC).expect("written above");
        let id = event["id"].as_str().expect("stored under an id");
        occurrence.insert("recurringEventId".into(), json!(id));
        occurrence["id"] = json!(format!("{id}_{}", start.format("%Y%m%dT%H%M%SZ")));
        occurrence
    };
    (0..count).map(repeated).collect()
}
