//! What this product may write into an event: field by field, with its type
//! (developers.google.com/workspace/calendar/api/v3/reference/events). The real API knows more fields,
//! and passes over those that it does not know.

use chrono::DateTime;
use serde_json::{Map, Value, json};

use crate::value::{Refusal, members, only, text};

/// Google refuses longer descriptions.
const LONGEST_DESCRIPTION: usize = 8_192;

/// Checks the body of an insert or of a patch for the event of this id. Returns its fields.
pub fn check(body: &Value, id: &str, is_new: bool) -> Result<Map<String, Value>, Refusal> {
    let fields = body.as_object().ok_or("the body is no JSON object")?;
    for (name, value) in fields {
        check_field(name, value, id, is_new).map_err(|problem| format!("{name}: {problem}"))?;
    }
    let required = ["id", "start", "end"].into_iter().filter(|_| is_new);
    for name in required {
        fields.get(name).ok_or(format!("{name} is required"))?;
    }
    let instant = |name| fields.get(name).and_then(|time| instant(time).ok());
    match (instant("start"), instant("end")) {
        (Some(start), Some(end)) if start >= end => {
            Err("The specified time range is empty.".into())
        }
        _ => Ok(fields.clone()),
    }
}

fn check_field(name: &str, value: &Value, id: &str, is_new: bool) -> Result<(), Refusal> {
    match name {
        "id" if is_new => check_id(text(value)?),
        "summary" | "location" => text(value).map(|_| ()),
        "description" => match text(value)?.chars().count() <= LONGEST_DESCRIPTION {
            true => Ok(()),
            false => Err("too long".into()),
        },
        "start" | "end" => instant(value).map(|_| ()),
        "status" => only(value, &json!("confirmed")),
        "reminders" => only(value, &json!({"useDefault": true})),
        "extendedProperties" => {
            // Ids are made of the meeting that is marked, but for those of events that another system made.
            let ours = id.get(..32).and_then(|id| uuid::Uuid::try_parse(id).ok());
            let mark = value["private"]["schedulingMeetingId"].as_str();
            let meeting = mark.and_then(|mark| uuid::Uuid::try_parse(mark).ok());
            if meeting.is_none() || ours.is_some() && ours != meeting {
                return Err("the mark of another meeting".into());
            }
            only(value, &json!({"private": {"schedulingMeetingId": mark}}))
        }
        "conferenceData" => {
            // With the id of the one before, a repeated request makes no second conference.
            let solution = json!({"type": "hangoutsMeet"});
            let request = json!({"requestId": id, "conferenceSolutionKey": solution});
            only(value, &json!({"createRequest": request}))
        }
        // Our mail invites; an event with attendees would have Google invite a second time.
        "attendees" => Err("this product's events have no attendees".into()),
        _ => Err("unknown or read-only field".into()),
    }
}

/// An event id: base32hex in lower case (RFC 2938, section 3.1.2), 5 to 1024 characters.
fn check_id(id: &str) -> Result<(), Refusal> {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'v');
    match (5..=1024).contains(&id.len()) && id.bytes().all(is_digit) {
        true => Ok(()),
        false => Err("Invalid resource id value.".into()),
    }
}

/// An RFC 3339 time, as the microsecond since 1970.
fn instant(value: &Value) -> Result<i64, Refusal> {
    members(value, &["dateTime"])?;
    let instant = DateTime::parse_from_rfc3339(text(&value["dateTime"])?);
    let instant = instant.map_err(|e| format!("not RFC 3339: {e}"))?;
    Ok(instant.timestamp_micros())
}
