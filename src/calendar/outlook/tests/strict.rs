//! What the fake takes for a request: methods, paths, queries, headers and bodies, each as the
//! reference has it and this crate may use it.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::request::Parts;
use chrono::NaiveDateTime;
use reqwest::Url;
use serde_json::{Value, json};

use super::fake::{MARK, MEETING, TOKEN};
use super::mailbox::{Answer, BIRTHDAYS, Contents, MAIN, OTHER, SHARED, refusal};

fn bad(problem: &str) -> Answer {
    refusal(400, &format!("BadRequest: {problem}"))
}

/// Checks and serves one request.
pub fn carry_out(contents: &mut Contents, head: &Parts, body: &Bytes) -> Answer {
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    if header("authorization") != Some(&format!("Bearer {TOKEN}")) {
        return refusal(401, "InvalidAuthenticationToken");
    }
    if header("prefer") != Some(r#"IdType="ImmutableId""#) {
        return bad("Prefer");
    }
    let url = format!("http://{}{}", header("host").unwrap(), head.uri);
    let url = Url::parse(&url).unwrap();
    let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    let method = head.method.as_str();
    let fields = match serde_json::from_slice::<Value>(body) {
        Ok(fields) if header("content-type") == Some("application/json") => fields,
        Err(_) if body.is_empty() && matches!(method, "GET" | "DELETE") => Value::Null,
        _ => return bad("the body"),
    };
    let Some(path) = head.uri.path().strip_prefix("/v1.0/me/") else {
        return refusal(404, "ResourceNotFound");
    };
    // Ids come as they are, since only the equals sign in them is special.
    let path: Vec<&str> = path.split('/').collect();
    let calendar = match path[..] {
        ["calendars", id, ..] if id == MAIN || id == OTHER => Some(id),
        ["calendars", SHARED, ..] => return refusal(contents.temper.shared, "ErrorAccessDenied"),
        ["calendars", _, ..] => return refusal(404, "ErrorItemNotFound"),
        _ => None,
    };
    match (method, &path[..]) {
        ("GET", ["calendars"]) => {
            let expected = [("$select", "id,canEdit"), ("$top", "100")];
            let entries = [
                json!({"id": BIRTHDAYS, "canEdit": null}),
                json!({"id": SHARED, "canEdit": true}),
                json!({"id": MAIN, "canEdit": true}),
                json!({"id": OTHER, "canEdit": true}),
            ];
            page(&url, &query, &expected, entries.to_vec())
        }
        ("GET", ["calendar", "events"] | ["calendars", _, "events"]) => {
            let filter = format!(
                "singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq '{MEETING}')"
            );
            let shown = shown();
            let expected = [("$filter", filter.as_str()), shown[0], shown[1]];
            let entries = contents.list(calendar.unwrap_or(MAIN), &MEETING.to_string());
            page(&url, &query, &expected, entries)
        }
        ("GET", ["events", id]) if is_query(&query, &shown()) => contents.get(id),
        _ if !query.is_empty() => bad("the query"),
        ("POST", ["events"] | ["calendars", _, "events"]) if is_sound(&fields, true) => {
            contents.insert(calendar.unwrap_or(MAIN), fields)
        }
        ("PATCH", ["events", id] | ["calendars", _, "events", id]) if is_sound(&fields, false) => {
            contents.patch(calendar, id, &fields)
        }
        ("DELETE", ["events", id] | ["calendars", _, "events", id]) if fields.is_null() => {
            contents.delete(calendar, id)
        }
        _ => bad("the request"),
    }
}

fn shown() -> [(&'static str, &'static str); 2] {
    [
        (
            "$select",
            "id,createdDateTime,start,end,isOnlineMeeting,onlineMeeting,webLink",
        ),
        (
            "$expand",
            "singleValueExtendedProperties($filter=id eq \
             'String {5a3d9c52-6a0e-4f0b-9d2f-2f6c5a1b7e84} Name SchedulingMeetingId')",
        ),
    ]
}

fn is_query(query: &BTreeMap<String, String>, expected: &[(&str, &str)]) -> bool {
    let has = |(name, value): &(&str, &str)| query.get(*name).is_some_and(|v| v == value);
    expected.len() == query.len() && expected.iter().all(has)
}

/// One entry a page, and an empty page at the end.
fn page(
    url: &Url,
    query: &BTreeMap<String, String>,
    expected: &[(&str, &str)],
    entries: Vec<Value>,
) -> Answer {
    let mut query = query.clone();
    let skip = query.remove("$skip").map_or(0, |n| n.parse().unwrap());
    if !is_query(&query, expected) {
        return bad("the query");
    }
    let mut page = json!({"value": entries.get(skip).into_iter().collect::<Vec<_>>()});
    if skip < entries.len() {
        let mut next = url.clone();
        query.insert("$skip".into(), (skip + 1).to_string());
        next.query_pairs_mut().clear().extend_pairs(query);
        page["@odata.nextLink"] = json!(next.as_str());
    }
    (200, page)
}

/// Only known fields of the right types, and only those that the kind of request may name.
fn is_sound(body: &Value, is_new: bool) -> bool {
    let is_line = |value: &Value| {
        value
            .as_str()
            .is_some_and(|s| s.encode_utf16().count() <= 255)
    };
    let is_time = |value: &Value| {
        let local = value["dateTime"].as_str().unwrap_or("");
        value["timeZone"] == "UTC" && local.parse::<NaiveDateTime>().is_ok()
    };
    let required = match is_new {
        true => &[
            "start",
            "end",
            "transactionId",
            "singleValueExtendedProperties",
        ][..],
        false => &[],
    };
    body.as_object().is_some_and(|fields| {
        required.iter().all(|name| fields.contains_key(*name))
            && fields.iter().all(|(name, value)| match name.as_str() {
                "subject" => is_line(value),
                "body" => value == &json!({"contentType": "text", "content": value["content"]}),
                "start" | "end" => is_time(value),
                "location" => is_line(&value["displayName"]),
                "isOnlineMeeting" => value == true,
                "transactionId" => is_new && value.is_string(),
                "showAs" => is_new && value == "busy",
                "responseRequested" | "allowNewTimeProposals" => is_new && value == false,
                "onlineMeetingProvider" => is_new && value == "teamsForBusiness",
                "singleValueExtendedProperties" => {
                    is_new && value == &json!([{"id": MARK, "value": MEETING}])
                }
                _ => false,
            })
    })
}
