//! What this product may write into an event: field by field, with its type
//! (learn.microsoft.com/graph/api/resources/event, …/graph/api/event-update).

use serde_json::{Map, Value, json};

use super::request::MARK;
use crate::value::{Refusal, members, only, text, text_within};

/// As much text as Exchange keeps in one line.
const LINE: usize = 255;

/// Checks the body of an insert (`is_new`) or of a patch. Returns its fields.
pub fn check(body: &Value, is_new: bool) -> Result<Map<String, Value>, Refusal> {
    let fields = body.as_object().ok_or("the body is no JSON object")?;
    for (name, value) in fields {
        check_field(name, value, is_new).map_err(|problem| format!("{name}: {problem}"))?;
    }
    let mark = "singleValueExtendedProperties";
    let required = ["start", "end", "transactionId", mark].into_iter();
    for name in required.filter(|_| is_new) {
        fields.get(name).ok_or(format!("{name} is required"))?;
    }
    // Transactions are those of the meeting that is marked.
    let meeting = fields.get(mark).and_then(|mark| mark[0]["value"].as_str());
    let transaction = fields.get("transactionId").and_then(Value::as_str);
    if !transaction
        .unwrap_or_default()
        .starts_with(meeting.unwrap_or_default())
    {
        return Err("the mark of another meeting".into());
    }
    let instant = |name| fields.get(name).and_then(|time| instant(time).ok());
    match (instant("start"), instant("end")) {
        (Some(start), Some(end)) if start > end => Err("it ends before it starts".into()),
        _ => Ok(fields.clone()),
    }
}

fn check_field(name: &str, value: &Value, is_new: bool) -> Result<(), Refusal> {
    match name {
        "subject" => text_within(value, LINE),
        "body" => {
            members(value, &["contentType", "content"])?;
            only(&value["contentType"], &json!("text"))?;
            text(&value["content"]).map(|_| ())
        }
        "start" | "end" => instant(value).map(|_| ()),
        "location" => {
            members(value, &["displayName"])?;
            text_within(&value["displayName"], LINE)
        }
        "isOnlineMeeting" => only(value, &json!(true)),
        "showAs" if is_new => only(value, &json!("busy")),
        "responseRequested" | "allowNewTimeProposals" if is_new => only(value, &json!(false)),
        "onlineMeetingProvider" if is_new => only(value, &json!("teamsForBusiness")),
        "transactionId" if is_new => text(value).map(|_| ()),
        "singleValueExtendedProperties" if is_new => {
            let meeting = text(&value[0]["value"])?;
            uuid::Uuid::try_parse(meeting).map_err(|_| "no UUID")?;
            only(value, &json!([{"id": MARK, "value": meeting}]))
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
    only(&value["timeZone"], &json!("UTC"))?;
    let local = text(&value["dateTime"])?.parse::<chrono::NaiveDateTime>();
    let local = local.map_err(|e| format!("not a local time: {e}"))?;
    Ok(local.and_utc().timestamp_micros())
}
