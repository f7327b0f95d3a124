//! Answers on their way out.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::fault::Fault;

/// An answer before it is made into HTTP.
pub struct Answer {
    pub status: u16,
    /// Null is an empty one.
    pub body: Value,
    pub retry_after: Option<u32>,
    /// What else it says of itself.
    pub headers: Vec<(&'static str, String)>,
}

impl Answer {
    pub fn new(status: u16, body: Value) -> Self {
        Self {
            status,
            body,
            retry_after: None,
            headers: Vec::new(),
        }
    }

    pub fn ok(body: Value) -> Self {
        Self::new(200, body)
    }

    /// The answer as the fault leaves it; lists hold their entries under the name `entries`.
    pub fn into_response(self, fault: Option<Fault>, entries: &str) -> Response {
        let (mut status, mut headers) = (self.status, self.headers);
        let mut text = match self.body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        match fault {
            Some(Fault::Page) => {
                text = "<!doctype html><title>Sign in to the network</title>".into();
            }
            Some(Fault::Flood) => {
                text = format!("{{\"{entries}\": [{}{{}}]}}", "{},".repeat(1 << 20))
            }
            Some(Fault::Truncated) => text.truncate(text.len() / 2),
            Some(Fault::Answer {
                status: told,
                headers: more,
                body,
            }) => (status, headers, text) = (told, more, body),
            _ => {}
        }
        let status = StatusCode::from_u16(status).expect("a status of HTTP");
        let mut response = (status, text).into_response();
        let written = response.headers_mut();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        written.insert(header::CONTENT_TYPE, json);
        if let Some(seconds) = self.retry_after {
            written.insert(header::RETRY_AFTER, seconds.into());
        }
        for (name, value) in headers {
            written.insert(name, value.parse().expect("a header"));
        }
        response
    }
}
