//! What Graph's event resource lets a client write: field by field, with its type
//! (learn.microsoft.com/graph/api/resources/event, …/graph/api/event-update).

use serde_json::{Map, Value};

/// The one extended property that this product uses.
pub const MARK: &str = "String {5a3d9c52-6a0e-4f0b-9d2f-2f6c5a1b7e84} Name SchedulingMeetingId";

/// Why a body is refused, in words.
pub type Refusal = String;

/// Checks the body of an insert (`is_new`) or of a patch. Returns its fields.
pub fn check(body: &Value, is_new: bool) -> Result<&Map<String, Value>, Refusal> {
    let fields = body.as_object().ok_or("the body is no JSON object")?;
    for (name, value) in fields {
        check_field(name, value, is_new).map_err(|problem| format!("{name}: {problem}"))?;
    }
    for required in ["start", "end"].into_iter().filter(|_| is_new) {
        fields
            .get(required)
            .ok_or_else(|| format!("{required} is required"))?;
    }
    let instant = |name| fields.get(name).and_then(|time| instant(time).ok());
    match (instant("start"), instant("end")) {
        (Some(start), Some(end)) if start > end => Err("it ends before it starts".into()),
        _ => Ok(fields),
    }
}

fn check_field(name: &str, value: &Value, is_new: bool) -> Result<(), Refusal> {
    match name {
        "subject" => line(value),
        "body" => {
            members(value, &["contentType", "content"])?;
            one_of(&value["contentType"], &["text", "html"])?;
            text(&value["content"]).map(|_| ())
        }
        "start" | "end" => instant(value).map(|_| ()),
        "location" => {
            members(value, &["displayName"])?;
            line(&value["displayName"])
        }
        "showAs" => one_of(
            value,
            &["free", "tentative", "busy", "oof", "workingElsewhere"],
        ),
        "isOnlineMeeting" | "responseRequested" | "isReminderOn" => truth(value),
        "onlineMeetingProvider" => one_of(value, &["teamsForBusiness", "skypeForConsumer"]),
        "allowNewTimeProposals" if is_new => truth(value),
        "transactionId" if is_new => text(value).map(|_| ()),
        "singleValueExtendedProperties" => {
            let properties = value.as_array().ok_or("not a list")?;
            properties.iter().try_for_each(|property| {
                members(property, &["id", "value"])?;
                one_of(&property["id"], &[MARK])?;
                text(&property["value"]).map(|_| ())
            })
        }
        // Our mail invites; an event with attendees would have Outlook invite a second time.
        "attendees" => Err("this product's events have no attendees".into()),
        _ => Err("unknown or read-only property".into()),
    }
}

/// A dateTimeTimeZone in UTC, the one zone that every mailbox knows by this name, as the
/// microsecond since 1970.
pub fn instant(value: &Value) -> Result<i64, Refusal> {
    members(value, &["dateTime", "timeZone"])?;
    one_of(&value["timeZone"], &["UTC"])?;
    let local = text(&value["dateTime"])?.parse::<chrono::NaiveDateTime>();
    let local = local.map_err(|e| format!("not a local time: {e}"))?;
    Ok(local.and_utc().timestamp_micros())
}

fn members(value: &Value, expected: &[&str]) -> Result<(), Refusal> {
    let fields = value.as_object().ok_or("not an object")?;
    match fields.keys().all(|name| expected.contains(&name.as_str()))
        && fields.len() == expected.len()
    {
        true => Ok(()),
        false => Err(format!("its properties are {expected:?}")),
    }
}

fn text(value: &Value) -> Result<&str, Refusal> {
    value.as_str().ok_or_else(|| "not a text".into())
}

/// As much text as Exchange keeps in one line.
fn line(value: &Value) -> Result<(), Refusal> {
    match text(value)?.encode_utf16().count() <= 255 {
        true => Ok(()),
        false => Err("longer than 255 characters".into()),
    }
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
