//! What every request must look like, and how this product asks for events and calendars.

use axum::http::{Method, header};
use serde_json::Value;

use crate::query::{Parameters, parameters};
use crate::request::Asked;

/// The calendar that paths without a calendar mean.
pub const MAIN: &str = "main";
/// The one extended property that this product uses.
pub const MARK: &str = "String {5a3d9c52-6a0e-4f0b-9d2f-2f6c5a1b7e84} Name SchedulingMeetingId";
/// What is shown of an event that is looked for; its mark is expanded.
pub const SHOWN: &str = "id,createdDateTime,start,end,isOnlineMeeting,onlineMeeting,webLink";

/// How events are asked for with their marks.
pub fn shown() -> [(&'static str, String); 2] {
    let expand = format!("singleValueExtendedProperties($filter=id eq '{MARK}')");
    [("$select", SHOWN.into()), ("$expand", expand)]
}

/// Checks what a request says of itself; returns its query and its body.
pub fn check_request(asked: &Asked) -> Result<(Parameters, Value), String> {
    let mut preferences = asked.headers.get_all("prefer").iter();
    let preferences = (preferences.next(), preferences.next());
    // Immutable ids survive moves to other calendars. Times come in UTC anyway, by what the documents
    // say; asking for it makes sure.
    let expected = match asked.uri.path() {
        "/v1.0/me" | "/v1.0/$batch" => None,
        path if path.ends_with("/calendarView") => {
            Some(r#"outlook.timezone="UTC", IdType="ImmutableId""#)
        }
        _ => Some(r#"IdType="ImmutableId""#),
    };
    if preferences.0.map(|value| value.as_bytes()) != expected.map(str::as_bytes)
        || preferences.1.is_some()
    {
        return Err("Prefer is not what this product says".into());
    }
    let query = parameters(asked.uri.query().unwrap_or_default().as_bytes())?;
    if !matches!(asked.method, Method::POST | Method::PATCH) {
        return match asked.body.is_empty() {
            true => Ok((query, Value::Null)),
            false => Err("a body where none belongs".into()),
        };
    }
    let content_type = asked.headers.get(header::CONTENT_TYPE);
    if content_type.is_none_or(|t| t != "application/json") {
        return Err("this API only accepts JSON".into());
    }
    let body = serde_json::from_slice(&asked.body).map_err(|e| format!("not JSON: {e}"))?;
    Ok((query, body))
}
