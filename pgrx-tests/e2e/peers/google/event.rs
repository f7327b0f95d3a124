//! What the Events resource of Google's Calendar API v3 lets a client write: field by field, with
//! its type (developers.google.com/calendar/api/v3/reference/events). The real API passes over a
//! field it does not know; here that is an error, since it is one in our code.

use serde_json::{Map, Value};

use super::conference;

/// Why a body is refused, in words.
pub type Refusal = String;

/// Checks the body of an insert (`whole`) or of a patch. Returns its fields.
pub fn check(body: &Value, whole: bool) -> Result<&Map<String, Value>, Refusal> {
    let fields = body.as_object().ok_or("the body is no JSON object")?;
    for (name, value) in fields {
        check_field(name, value).map_err(|problem| format!("{name}: {problem}"))?;
    }
    if whole {
        for required in ["start", "end"] {
            fields
                .get(required)
                .ok_or_else(|| format!("{required} is required"))?;
        }
        if fields.contains_key("id") && fields.contains_key("iCalUID") {
            return Err("only one of id and iCalUID may be given".into());
        }
    }
    if let (Some(start), Some(end)) = (instant(fields, "start"), instant(fields, "end"))
        && start >= end
    {
        return Err("The specified time range is empty.".into());
    }
    Ok(fields)
}

fn check_field(name: &str, value: &Value) -> Result<(), Refusal> {
    match name {
        "summary" | "description" | "location" | "iCalUID" | "colorId" => text(value).map(|_| ()),
        "id" => check_id(text(value)?),
        "start" | "end" => check_time(value),
        "status" => one_of(value, &["confirmed", "tentative", "cancelled"]),
        "transparency" => one_of(value, &["opaque", "transparent"]),
        "visibility" => one_of(value, &["default", "public", "private", "confidential"]),
        "sequence" => value
            .as_u64()
            .map(|_| ())
            .ok_or_else(|| "not a whole number".into()),
        "guestsCanInviteOthers" | "guestsCanModify" | "guestsCanSeeOtherGuests" => truth(value),
        "reminders" => check_members(value, |name, value| match name {
            "useDefault" => truth(value),
            "overrides" => value
                .as_array()
                .map(|_| ())
                .ok_or_else(|| "not a list".into()),
            _ => Err("unknown field".into()),
        }),
        "extendedProperties" => check_members(value, |name, value| match name {
            "private" | "shared" => check_members(value, |_, value| text(value).map(|_| ())),
            _ => Err("unknown field".into()),
        }),
        "source" => check_members(value, |name, value| match name {
            "title" | "url" => text(value).map(|_| ()),
            _ => Err("unknown field".into()),
        }),
        "conferenceData" => conference::check(value),
        // Our mail invites; an event with attendees would have Google invite a second time.
        "attendees" => Err("this product's events have no attendees".into()),
        _ => Err("unknown or read-only field".into()),
    }
}

/// An event id: base32hex in lower case (RFC 2938, section 3.1.2), 5 to 1024 characters.
fn check_id(id: &str) -> Result<(), Refusal> {
    let fits = (5..=1024).contains(&id.len());
    match fits
        && id
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'v'))
    {
        true => Ok(()),
        false => Err("Invalid resource id value.".into()),
    }
}

/// `dateTime` is RFC 3339; an IANA zone may stand beside it.
fn check_time(value: &Value) -> Result<(), Refusal> {
    check_members(value, |name, value| match name {
        "dateTime" => match chrono::DateTime::parse_from_rfc3339(text(value)?) {
            Ok(_) => Ok(()),
            Err(e) => Err(format!("not RFC 3339: {e}")),
        },
        "timeZone" => match text(value)?.parse::<chrono_tz::Tz>() {
            Ok(_) => Ok(()),
            Err(_) => Err("Invalid time zone definition for this event.".into()),
        },
        _ => Err("unknown field".into()),
    })?;
    value
        .get("dateTime")
        .map(|_| ())
        .ok_or_else(|| "Missing dateTime".into())
}

fn instant(fields: &Map<String, Value>, name: &str) -> Option<i64> {
    let text = fields.get(name)?.get("dateTime")?.as_str()?;
    Some(
        chrono::DateTime::parse_from_rfc3339(text)
            .ok()?
            .timestamp_micros(),
    )
}

fn check_members(
    value: &Value,
    check: impl Fn(&str, &Value) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let members = value.as_object().ok_or("not an object")?;
    members
        .iter()
        .try_for_each(|(name, value)| check(name, value).map_err(|e| format!("{name}: {e}")))
}

fn text(value: &Value) -> Result<&str, Refusal> {
    value.as_str().ok_or_else(|| "not a text".into())
}

fn truth(value: &Value) -> Result<(), Refusal> {
    value
        .as_bool()
        .map(|_| ())
        .ok_or_else(|| "neither true nor false".into())
}

fn one_of(value: &Value, allowed: &[&str]) -> Result<(), Refusal> {
    let value = text(value)?;
    match allowed.contains(&value) {
        true => Ok(()),
        false => Err(format!("{value:?} is none of {allowed:?}")),
    }
}
