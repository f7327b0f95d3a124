//! The error documents of Graph (learn.microsoft.com/graph/errors) and of the token endpoint.

use serde_json::json;

use crate::answer::Answer;

pub fn of(status: u16, code: &str, message: &str) -> Answer {
    let inner = json!({"date": "2026-11-22T14:00:00", "request-id": "stand-in"});
    let error = json!({"code": code, "message": message, "innerError": inner});
    Answer::new(status, json!({"error": error}))
}

pub fn bad_request(problem: &str) -> Answer {
    of(400, "ErrorInvalidRequest", problem)
}

pub fn of_status(status: u16) -> Answer {
    let (code, message) = match status {
        401 => (
            "InvalidAuthenticationToken",
            "Lifetime validation failed, the token is expired.",
        ),
        403 => ("ErrorAccessDenied", "Access is denied."),
        404 => (
            "ErrorItemNotFound",
            "The specified object was not found in the store.",
        ),
        429 => (
            "ApplicationThrottled",
            "Application is over its MailboxConcurrency limit.",
        ),
        _ => ("UnknownError", ""),
    };
    of(status, code, message)
}

/// The error document of RFC 6749 section 5.2, with Microsoft's additions.
pub fn of_token(status: u16, error: &str, code: u32, text: &str) -> Answer {
    let trace = "255d1aef-8c98-452f-ac51-23d051240864";
    let description = format!(
        "AADSTS{code}: {text} Trace ID: {trace} Correlation ID: {trace} \
         Timestamp: 2026-11-22 14:00:00Z"
    );
    let body = json!({
        "error": error, "error_description": description, "error_codes": [code],
        "timestamp": "2026-11-22 14:00:00Z", "trace_id": trace, "correlation_id": trace,
        "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
    });
    Answer::new(status, body)
}
