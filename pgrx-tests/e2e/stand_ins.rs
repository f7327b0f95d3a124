//! The stand-ins themselves: they refuse what the providers' documents forbid and answer the rest as
//! those say, so that a test that passes on them means something.

mod close;
mod google;
mod graph;
mod resend;
mod several;

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde_json::Value;

use self::google::{List, MARCH};
use self::graph::{UTC, VIEW, View};
use crate::peers::google::Fault as GoogleFault;
use crate::peers::graph::Fault as GraphFault;

/// One GET, with these headers: status and body.
fn get(url: &str, headers: &[(&str, &str)]) -> (StatusCode, Value) {
    send("GET", url, headers, &Value::Null)
}

/// One request with these headers and this body, or with none if that is null.
fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &Value) -> (StatusCode, Value) {
    let (status, text) = send_text(method, url, headers, body);
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn get_text(url: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
    send_text("GET", url, headers, &Value::Null)
}

fn send_text(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> (StatusCode, String) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime can be made").block_on(async {
        let method = method.parse().expect("a method");
        let mut request = reqwest::Client::new().request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await.expect("the stand-in answers");
        let status = response.status();
        (status, response.text().await.expect("all of the answer"))
    })
}

/// An object with these changes; what is changed to null is not there.
fn with(object: &Value, changes: &Value) -> Value {
    let mut fields = object.as_object().cloned().unwrap_or_default();
    fields.extend(changes.as_object().cloned().unwrap_or_default());
    fields.retain(|_, value| !value.is_null());
    fields.into()
}

fn ids<'a>(list: &'a Value, under: &str) -> Vec<&'a str> {
    let items = list[under].as_array().expect("a list");
    items
        .iter()
        .filter_map(|item| item["id"].as_str())
        .collect()
}

#[test]
fn reads_misbehave_apart_from_writes() {
    let list = List::new();
    list.google.always(Some(GoogleFault::Status(500)));
    list.listed(&format!("singleEvents=true&{MARCH}"));
    let view = View::new();
    view.graph.next(GraphFault::Status(500));
    view.listed(&view.url(VIEW));

    let url = format!(
        "{}/calendars/primary/events?singleEvents=true",
        list.google.api_url()
    );
    let bearer = format!("Bearer {}", list.token);
    let headers = [("authorization", &*bearer), ("prefer", UTC)];
    for fault in [
        GoogleFault::Truncated,
        GoogleFault::Page,
        GoogleFault::Flood,
    ] {
        list.google.next_read(fault.clone());
        let (status, text) = get_text(&url, &headers);
        let is_json = serde_json::from_str::<Value>(&text).is_ok();
        let is_flood = matches!(fault, GoogleFault::Flood);
        assert_eq!((status, is_json), (StatusCode::OK, is_flood), "{fault:?}");
        assert_eq!(text.len() > 1 << 20, is_flood, "{fault:?}");
    }
    let bearer = format!("Bearer {}", view.token);
    let headers = [("authorization", &*bearer), ("prefer", UTC)];
    for fault in [GraphFault::Truncated, GraphFault::Page, GraphFault::Flood] {
        view.graph.always_read(Some(fault.clone()));
        let (status, text) = get_text(&view.url(VIEW), &headers);
        let is_json = serde_json::from_str::<Value>(&text).is_ok();
        let is_flood = matches!(fault, GraphFault::Flood);
        assert_eq!((status, is_json), (StatusCode::OK, is_flood), "{fault:?}");
        assert_eq!(text.len() > 1 << 20, is_flood, "{fault:?}");
    }
    let pause = Duration::from_millis(300);
    list.google.always_read(Some(GoogleFault::Hang(pause)));
    view.graph.always_read(Some(GraphFault::Hang(pause)));
    let started = Instant::now();
    list.listed("singleEvents=true");
    view.listed(&view.url(VIEW));
    assert!(started.elapsed() >= 2 * pause);
    assert_eq!(list.google.reads().len(), 5);
    assert_eq!(view.graph.reads().len(), 5);
}
