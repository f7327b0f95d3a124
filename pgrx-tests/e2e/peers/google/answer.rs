//! Answers on their way out, and what can be made to go wrong with them.

use std::collections::VecDeque;
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// No answer for so long; then the request is served as ever.
    Hang(Duration),
    /// This status with Google's error document; nothing is stored.
    Status(u16),
    /// 429, with `Retry-After` in seconds.
    RateLimited { retry_after: u32 },
    /// The request is carried out, and the connection dies before the answer.
    LoseAnswer,
    /// 200 with a body that stops in the middle.
    Truncated,
    /// 200 with a page for people, as a captive portal sends it.
    Page,
    /// 200 with far more than any list of events needs.
    Flood,
}

/// What is to go wrong with requests of one kind.
#[derive(Default)]
pub struct Faults {
    /// One for each of the next requests.
    pub next: VecDeque<Fault>,
    /// For all that come after them.
    pub lasting: Option<Fault>,
}

impl Faults {
    pub fn take(&mut self) -> Option<Fault> {
        self.next.pop_front().or(self.lasting)
    }
}

/// An answer before it is made into HTTP.
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub retry_after: Option<u32>,
}

impl Answer {
    pub fn ok(body: Value) -> Self {
        Self {
            status: 200,
            body,
            retry_after: None,
        }
    }

    /// Google's error document.
    pub fn error(status: u16, reason: &str, message: &str) -> Self {
        let body = json!({"error": {
            "errors": [{"domain": "global", "reason": reason, "message": message}],
            "code": status, "message": message,
        }});
        Self {
            status,
            body,
            retry_after: None,
        }
    }

    /// The refusal that a fault stands for, if it is one: its reason is the one that Google's guide
    /// to errors (developers.google.com/workspace/calendar/api/guides/errors) names for the status.
    pub fn refusal(fault: Fault) -> Option<Self> {
        match fault {
            Fault::Status(status) => {
                let (reason, message) = match status {
                    400 => ("badRequest", "Bad Request"),
                    401 => ("authError", "Invalid Credentials"),
                    403 => ("forbidden", "Forbidden"),
                    404 => ("notFound", "Not Found"),
                    410 => ("fullSyncRequired", "Sync token is no longer valid."),
                    _ => ("backendError", "Backend Error"),
                };
                Some(Self::error(status, reason, message))
            }
            Fault::RateLimited { retry_after } => {
                let answer = Self::error(429, "rateLimitExceeded", "Rate Limit Exceeded");
                Some(Self {
                    retry_after: Some(retry_after),
                    ..answer
                })
            }
            _ => None,
        }
    }

    pub fn into_response(self, fault: Option<Fault>) -> Response {
        let mut text = match (fault, &self.body) {
            (Some(Fault::Page), _) => "<!doctype html><title>Sign in to the network</title>".into(),
            (Some(Fault::Flood), _) => format!("{{\"items\": [{}{{}}]}}", "{},".repeat(1 << 20)),
            (_, Value::Null) => String::new(),
            (_, body) => body.to_string(),
        };
        if matches!(fault, Some(Fault::Truncated)) {
            text.truncate(text.len() / 2);
        }
        let status = StatusCode::from_u16(self.status).expect("a status of HTTP");
        let mut response = (status, text).into_response();
        let headers = response.headers_mut();
        let json = "application/json; charset=UTF-8".parse();
        headers.insert(header::CONTENT_TYPE, json.expect("a header"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
