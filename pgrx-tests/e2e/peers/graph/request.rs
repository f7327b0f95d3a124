//! What every request must look like: the preferences it states, a body where one belongs, and how
//! events are asked for.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, Method, Uri, header};
use serde_json::Value;

use super::answer::Answer;
use super::body::MARK;
use super::pairs;

pub fn bad_request(problem: &str) -> Answer {
    Answer::error(400, "ErrorInvalidRequest", problem)
}

/// The headers that a request must have; returns its body.
pub fn check_request(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, String> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let preferences = header("prefer").unwrap_or_default();
    let (zones, others): (Vec<_>, Vec<_>) = preferences
        .split(',')
        .map(str::trim)
        .partition(|preference| *preference == r#"outlook.timezone="UTC""#);
    if others != [r#"IdType="ImmutableId""#] {
        return Err("ids of events are immutable ones here".into());
    }
    // Times come in UTC anyway, by what the documents say; asking for it makes sure.
    if zones.len() != usize::from(uri.path().ends_with("/calendarView")) {
        return Err("views are asked for in UTC, and nothing else is".into());
    }
    if !matches!(*method, Method::POST | Method::PATCH) {
        return match body.is_empty() {
            true => Ok(Value::Null),
            false => Err("a body where none belongs".into()),
        };
    }
    let content_type = header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
    if !content_type.starts_with("application/json") {
        return Err("this API only accepts JSON".into());
    }
    serde_json::from_slice(body).map_err(|e| format!("not JSON: {e}"))
}

/// Whether the query has so many parameters, and has events shown with their marks.
pub fn is_shown(query: &BTreeMap<String, String>, parameters: usize) -> bool {
    let expand = format!("singleValueExtendedProperties($filter=id eq '{MARK}')");
    let selected = query.get("$select").is_some_and(|select| {
        let known = [
            "id",
            "createdDateTime",
            "start",
            "end",
            "isOnlineMeeting",
            "onlineMeeting",
            "webLink",
        ];
        select.split(',').all(|name| known.contains(&name))
    });
    query.len() == parameters && selected && query.get("$expand") == Some(&expand)
}

/// A path segment without its percent escapes.
pub fn unescaped(segment: &str) -> String {
    // In a query "+" means a space, in a path it is a plus sign.
    pairs(&segment.replace('+', "%2B").replace('=', "%3D"))
        .pop()
        .map_or_else(String::new, |p| p.0)
}
