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
    /// The request is carried out at once, and answered so much later.
    Late(Duration),
    /// This status with Graph's error document; nothing is stored.
    Status(u16),
    /// 429 as for too many requests at once, with `Retry-After` in seconds.
    RateLimited { retry_after: u32 },
    /// The request is carried out, and the connection dies before the answer.
    LoseAnswer,
    /// The request is carried out, and the body of the answer stops in the middle.
    Truncated,
    /// 200 with a page for people, as a captive portal sends it.
    Page,
    /// 200 with far more than any view needs.
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
    retry_after: Option<u32>,
}

impl Answer {
    pub fn new(status: u16, body: Value) -> Self {
        Self {
            status,
            body,
            retry_after: None,
        }
    }

    /// Graph's error document.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        let inner = json!({"date": "2026-11-22T14:00:00", "request-id": "stand-in"});
        let error = json!({"code": code, "message": message, "innerError": inner});
        Self::new(status, json!({"error": error}))
    }

    /// The refusal that a fault stands for, if it is one.
    pub fn refusal(fault: Fault) -> Option<Self> {
        match fault {
            Fault::Status(status) => {
                let code = match status {
                    401 => "InvalidAuthenticationToken",
                    403 => "ErrorAccessDenied",
                    404 => "ErrorItemNotFound",
                    _ => "UnknownError",
                };
                Some(Self::error(status, code, ""))
            }
            Fault::RateLimited { retry_after } => {
                let message = "Application is over its MailboxConcurrency limit.";
                let mut answer = Self::error(429, "ApplicationThrottled", message);
                answer.retry_after = Some(retry_after);
                Some(answer)
            }
            _ => None,
        }
    }

    pub fn into_response(self, fault: Option<Fault>) -> Response {
        let mut text = match (fault, &self.body) {
            (Some(Fault::Page), _) => "<!doctype html><title>Sign in to the network</title>".into(),
            (Some(Fault::Flood), _) => format!("{{\"value\": [{}{{}}]}}", "{},".repeat(1 << 20)),
            (_, Value::Null) => String::new(),
            (_, body) => body.to_string(),
        };
        if matches!(fault, Some(Fault::Truncated)) {
            text.truncate(text.len() / 2);
        }
        let status = StatusCode::from_u16(self.status).expect("a status of HTTP");
        let mut response = (status, text).into_response();
        let headers = response.headers_mut();
        let json = "application/json; charset=utf-8".parse();
        headers.insert(header::CONTENT_TYPE, json.expect("a header"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
