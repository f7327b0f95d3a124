//! What Graph's refusals mean (learn.microsoft.com/graph/errors). Their codes come from Exchange
//! and are listed with its web services (learn.microsoft.com/exchange/client-developer/
//! web-service-reference/responsecode).

use reqwest::StatusCode;
use serde::Deserialize;

use crate::calendar::error::CalendarError;
use crate::http::{Answer, quote};

#[derive(Debug, Default, Deserialize)]
struct Body {
    #[serde(default)]
    error: Explanation,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Explanation {
    code: String,
    message: String,
    /// A more exact code, at any depth.
    #[serde(alias = "innererror", rename = "innerError")]
    inner: Option<Box<Explanation>>,
    #[serde(rename = "@event.existingEventId")]
    existing_event_id: Option<String>,
}

impl Explanation {
    fn of(answer: &Answer) -> Self {
        // A proxy's error page is not JSON; the status still says enough.
        serde_json::from_slice::<Body>(&answer.body)
            .unwrap_or_default()
            .error
    }

    fn is_any_of(&self, codes: &[&str]) -> bool {
        codes.contains(&self.code.as_str())
            || self.inner.as_ref().is_some_and(|i| i.is_any_of(codes))
    }

    /// Whether nothing is said at all.
    fn is_empty(&self) -> bool {
        self.code.is_empty() && self.message.is_empty()
    }

    fn text(&self) -> String {
        match (self.code.as_str(), self.message.as_str()) {
            ("", "") => "no reason given".into(),
            ("", text) | (text, "") => quote(text),
            (code, message) => quote(&format!("{code}: {message}")),
        }
    }
}

/// Most come with 429; those of the mailbox itself need not.
const LIMITS: [&str; 5] = [
    "ApplicationThrottled",
    "ErrorTooManyObjectsOpened",
    "ErrorExceededConnectionCount",
    "activityLimitReached",
    "TooManyRequests",
];
/// Conditional access wants its owner to sign in, or the token is for something else.
const SCOPES: [&str; 2] = ["insufficient_claims", "Authorization_RequestDenied"];
/// An id of another mailbox, or of another provider.
const FOREIGN_IDS: [&str; 2] = ["ErrorInvalidIdMalformed", "ErrorInvalidMailboxItemId"];
/// An immutable id of what was deleted even from the bin
/// (github.com/microsoftgraph/msgraph-sdk-dotnet/issues/3047).
const DELETED: &str = "ErrorCannotDeleteObject";
const DUPLICATE: &str = "ErrorDuplicateTransactionId";

/// Sorts an answer whose status is not a success.
pub fn meaning(answer: &Answer) -> CalendarError {
    let explanation = Explanation::of(answer);
    let reason = explanation.text();
    let retry_after = answer.retry_after;
    let status = answer.status;
    let is = |codes: &[&str]| explanation.is_any_of(codes);
    match status {
        StatusCode::UNAUTHORIZED => CalendarError::Unauthorized(reason),
        status if status == StatusCode::TOO_MANY_REQUESTS || is(&LIMITS) => {
            CalendarError::RateLimited {
                reason,
                retry_after,
            }
        }
        StatusCode::FORBIDDEN if is(&[DELETED]) => CalendarError::Gone(reason),
        StatusCode::FORBIDDEN if is(&SCOPES) => CalendarError::InsufficientScope(reason),
        StatusCode::FORBIDDEN => CalendarError::Forbidden(reason),
        StatusCode::BAD_REQUEST if is(&FOREIGN_IDS) => CalendarError::NotFound(reason),
        StatusCode::NOT_FOUND => CalendarError::NotFound(reason),
        // Somebody else is changing the same thing at this moment.
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED | StatusCode::LOCKED => {
            CalendarError::Conflict(reason)
        }
        StatusCode::GONE => CalendarError::Gone(reason),
        StatusCode::REQUEST_TIMEOUT => CalendarError::Server {
            status: 408,
            retry_after,
        },
        status if status.is_server_error() => CalendarError::Server {
            status: status.as_u16(),
            retry_after,
        },
        // Not the provider's own words, or cut short: it may be the refusal of what has been done before.
        StatusCode::BAD_REQUEST if explanation.is_empty() => {
            CalendarError::BadAnswer("HTTP 400 that says nothing".into())
        }
        status => CalendarError::Rejected {
            status: status.as_u16(),
            reason,
        },
    }
}

/// Whether an insert was refused because its transaction id was used before: then with which event,
/// as far as Graph tells, and in its own words. Both 400 and 409 have been seen.
pub fn duplicate(answer: &Answer) -> Option<(Option<String>, String)> {
    let explanation = Explanation::of(answer);
    if !answer.status.is_client_error() || !explanation.is_any_of(&[DUPLICATE]) {
        return None;
    }
    let reason = explanation.text();
    let event_id = explanation.existing_event_id.filter(|id| !id.is_empty());
    Some((event_id, reason))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            retry_after: Some(Duration::from_secs(9)),
            headers: Default::default(),
            body: body.into(),
        }
    }

    fn body(code: &str) -> String {
        let inner = r#"{"date": "2026-11-22T14:00:00", "request-id": "x"}"#;
        format!(r#"{{"error": {{"code": "{code}", "message": "Why", "innerError": {inner}}}}}"#)
    }

    #[test]
    fn each_refusal_has_its_meaning() {
        use CalendarError::*;
        let retry_after = Some(Duration::from_secs(9));
        let why = |code: &str| format!("{code}: Why");
        let limited = |code| RateLimited {
            reason: why(code),
            retry_after,
        };
        let server = |status| Server {
            status,
            retry_after,
        };
        let rejected = |status, code| Rejected {
            status,
            reason: why(code),
        };
        let token = "InvalidAuthenticationToken";
        let claims = "insufficient_claims";
        let role = "Authorization_RequestDenied";
        let denied = "ErrorAccessDenied";
        let malformed = "ErrorInvalidIdMalformed";
        let foreign = "ErrorInvalidMailboxItemId";
        let missing = "ErrorItemNotFound";
        let opened = "ErrorTooManyObjectsOpened";
        let cases = [
            (302, "found", rejected(302, "found")),
            (
                400,
                "ErrorInvalidArgument",
                rejected(400, "ErrorInvalidArgument"),
            ),
            (400, malformed, NotFound(why(malformed))),
            (400, foreign, NotFound(why(foreign))),
            (401, token, Unauthorized(why(token))),
            (403, denied, Forbidden(why(denied))),
            (403, claims, InsufficientScope(why(claims))),
            (403, role, InsufficientScope(why(role))),
            (403, DELETED, Gone(why(DELETED))),
            (404, missing, NotFound(why(missing))),
            (405, "x", rejected(405, "x")),
            (408, "x", server(408)),
            (409, "x", Conflict(why("x"))),
            (410, "x", Gone(why("x"))),
            (
                412,
                "ErrorIrresolvableConflict",
                Conflict(why("ErrorIrresolvableConflict")),
            ),
            (423, "x", Conflict(why("x"))),
            (429, "UnknownError", limited("UnknownError")),
            (429, "ApplicationThrottled", limited("ApplicationThrottled")),
            (403, "activityLimitReached", limited("activityLimitReached")),
            (500, opened, limited(opened)),
            (500, "ErrorInternalServerError", server(500)),
            (503, "serviceNotAvailable", server(503)),
            (504, "UnknownError", server(504)),
            (507, "quotaLimitReached", server(507)),
            (509, "x", server(509)),
        ];
        for (status, code, expected) in cases {
            let meant = meaning(&answer(status, &body(code)));
            assert_eq!(meant, expected, "{status} {code}");
        }
    }

    #[test]
    fn a_more_exact_code_may_lie_deeper() {
        for name in ["innererror", "innerError"] {
            let deep = format!(
                r#"{{"error": {{"code": "accessDenied", "message": "Why",
                   "{name}": {{"{name}": {{"code": "insufficient_claims"}}}}}}}}"#
            );
            let meant = meaning(&answer(403, &deep));
            let expected = CalendarError::InsufficientScope("accessDenied: Why".into());
            assert_eq!(meant, expected);
        }
    }

    #[test]
    fn a_duplicate_is_told_with_the_event_it_names() {
        let code = "ErrorDuplicateTransactionId";
        let reason = format!("{code}: Why");
        for (status, id) in [(400, Some("AAk=")), (409, Some("AAk=")), (400, None)] {
            let mut refusal: serde_json::Value = serde_json::from_str(&body(code)).unwrap();
            refusal["error"]["@event.existingEventId"] = serde_json::json!(id.unwrap_or(""));
            let told = duplicate(&answer(status, &refusal.to_string()));
            assert_eq!(told, Some((id.map(String::from), reason.clone())));
        }
        let unnamed = duplicate(&answer(400, &body(code)));
        assert_eq!(unnamed, Some((None, reason)));
        for (status, code) in [(409, "ErrorIrresolvableConflict"), (500, code)] {
            assert_eq!(duplicate(&answer(status, &body(code))), None);
        }
    }

    #[test]
    fn a_refusal_without_an_explanation_goes_by_its_status() {
        let bodies = ["", "<html>busy</html>", "[]", r#"{"error": "x"}"#, "{}"];
        for text in bodies {
            let expected = CalendarError::Forbidden("no reason given".into());
            assert_eq!(meaning(&answer(403, text)), expected, "{text}");
            // A refusal that nobody can read may be of what has been done already: repeating it finds out.
            let unreadable = meaning(&answer(400, text));
            assert!(unreadable.is_transient(), "{text}: {unreadable}");
        }
    }

    #[test]
    fn the_reason_is_short_and_holds_no_token() {
        let token = "EwB4A8l6BAAU".to_owned() + &"a0AfB_by".repeat(20);
        let message = format!("Invalid token {token} {}", "again and ".repeat(100));
        let code = "InvalidAuthenticationToken";
        let body = serde_json::json!({"error": {"code": code, "message": message}});
        let text = meaning(&answer(401, &body.to_string())).to_string();
        let quoted = "InvalidAuthenticationToken: Invalid token […]";
        assert!(text.contains(quoted), "{text}");
        assert!(
            !text.contains("EwB4") && text.chars().count() < 400,
            "{text}"
        );
    }
}
