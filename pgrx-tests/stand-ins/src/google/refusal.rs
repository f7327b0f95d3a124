//! Google's error documents, with the reasons that its guide to errors names
//! (developers.google.com/workspace/calendar/api/guides/errors).

use serde_json::json;

use crate::answer::Answer;

pub fn of(status: u16, reason: &str, message: &str) -> Answer {
    let body = json!({"error": {
        "errors": [{"domain": "global", "reason": reason, "message": message}],
        "code": status, "message": message,
    }});
    Answer::new(status, body)
}

pub fn bad_request(problem: &str) -> Answer {
    of(400, "badRequest", problem)
}

pub fn not_found() -> Answer {
    of_status(404)
}

pub fn of_status(status: u16) -> Answer {
    let (reason, message) = match status {
        400 => ("badRequest", "Bad Request"),
        401 => ("authError", "Invalid Credentials"),
        403 => ("forbidden", "Forbidden"),
        404 => ("notFound", "Not Found"),
        405 => ("httpMethodNotAllowed", "Method Not Allowed"),
        410 => ("fullSyncRequired", "Sync token is no longer valid."),
        429 => ("rateLimitExceeded", "Rate Limit Exceeded"),
        _ => ("backendError", "Backend Error"),
    };
    of(status, reason, message)
}

/// The error document of RFC 6749 section 5.2.
pub fn of_token(status: u16, error: &str, description: &str) -> Answer {
    Answer::new(
        status,
        json!({"error": error, "error_description": description}),
    )
}
