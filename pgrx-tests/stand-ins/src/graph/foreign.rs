//! Events that the calendar's owner or somebody else has entered, in the provider's own words
//! (learn.microsoft.com/graph/api/resources/event), and as Exchange keeps them: in UTC, with the name
//! of the zone they were entered in. A test that misspells one is told so: an event that means
//! nothing would prove nothing.

use chrono::{NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use crate::value::is_among;

/// The properties of an event that a view may be asked for.
pub const PROPERTIES: &str = "id,createdDateTime,subject,body,categories,start,end,\
    originalStartTimeZone,isAllDay,isCancelled,isReminderOn,isOnlineMeeting,onlineMeeting,location,\
    recurrence,responseStatus,seriesMasterId,showAs,transactionId,type,webLink";

/// Panics unless every property is one that such an event has, with a value that it can have.
#[track_caller]
fn check(fields: &Map<String, Value>) {
    for (name, value) in fields {
        assert!(is_among(PROPERTIES, name), "Graph's events have no {name}");
        let (text, allowed) = match name.as_str() {
            "showAs" => (value, "free,tentative,busy,oof,workingElsewhere,unknown"),
            "responseStatus" => (
                &value["response"],
                "none,organizer,tentativelyAccepted,accepted,declined,notResponded",
            ),
            "isAllDay" | "isCancelled" | "isReminderOn" => {
                assert!(value.is_boolean(), "{name} is true or false");
                continue;
            }
            _ => continue,
        };
        let text = text.as_str().unwrap_or_default();
        assert!(is_among(allowed, text), "{name} is none of {allowed}");
    }
}

/// The properties as they are stored. Times come as local ones with the IANA name of their zone;
/// those of whole days are midnights and stay so, whatever zone is asked for.
pub fn stored(fields: &Map<String, Value>) -> Map<String, Value> {
    check(fields);
    let mut stored = fields.clone();
    for side in ["start", "end"] {
        let Some(time) = fields.get(side) else {
            continue;
        };
        let local = local(fields, side).expect("a local time");
        let zone = zone(time);
        let utc = match fields.get("isAllDay") == Some(&json!(true)) {
            true => local,
            false => in_utc(local, zone),
        };
        stored[side] = json!({"dateTime": written(utc), "timeZone": "UTC"});
        stored.insert("originalStartTimeZone".into(), json!(zone.name()));
    }
    stored
}

/// The occurrences of an event: itself, unless it repeats, and then with another id each. Days are
/// those of the zone it was entered in, so that a series keeps its hour over a clock change.
pub fn occurrences(event: &Map<String, Value>) -> Vec<Map<String, Value>> {
    let Some(recurrence) = event.get("recurrence") else {
        return vec![event.clone()];
    };
    let (pattern, range) = (&recurrence["pattern"], &recurrence["range"]);
    let is_known = pattern["type"] == "daily" && pattern["interval"] == 1;
    let count = range["numberOfOccurrences"]
        .as_i64()
        .filter(|_| is_known && range["type"] == "numbered")
        .expect("the one kind of recurrence that is known here");
    let zone = event["originalStartTimeZone"].as_str();
    let zone: Tz = zone
        .and_then(|name| name.parse().ok())
        .expect("an IANA zone");
    let repeated = |n: i64| {
        let mut occurrence = event.clone();
        occurrence.remove("recurrence");
        for side in ["start", "end"] {
            let first = local(event, side).expect("checked when entered");
            let first = zone.from_utc_datetime(&first).naive_local();
            let utc = in_utc(first + TimeDelta::days(n), zone);
            occurrence[side]["dateTime"] = json!(written(utc));
        }
        let master = event["id"].as_str().expect("stored under an id");
        occurrence.insert("type".into(), json!("occurrence"));
        occurrence.insert("seriesMasterId".into(), json!(master));
        occurrence["id"] = json!(format!("{master}.{n}"));
        occurrence
    };
    (0..count).map(repeated).collect()
}

/// `start` or `end`, where it is a local time at all.
pub fn local(event: &Map<String, Value>, side: &str) -> Option<NaiveDateTime> {
    event.get(side)?["dateTime"].as_str()?.parse().ok()
}

fn zone(time: &Value) -> Tz {
    let name = time["timeZone"].as_str().unwrap_or_default();
    name.parse().expect("an IANA zone")
}

fn in_utc(local: NaiveDateTime, zone: Tz) -> NaiveDateTime {
    let instant = zone.from_local_datetime(&local).earliest();
    let instant = instant.expect("no event begins in a gap here");
    instant.with_timezone(&Utc).naive_utc()
}

/// Graph writes seven digits after the second.
pub fn written(utc: NaiveDateTime) -> String {
    utc.format("%Y-%m-%dT%H:%M:%S%.6f0").to_string()
}
