//! What Google's refusals mean (developers.google.com/workspace/calendar/api/guides/errors).

use reqwest::StatusCode;
use serde::Deserialize;

use crate::calendar::error::CalendarError;
use crate::http::{Answer, quote};

/// The older form has `errors[].reason`, the newer one `status` and `details[].reason`; Calendar
/// sends both, depending on which layer refuses.
#[derive(Debug, Default, Deserialize)]
struct Body {
    #[serde(default)]
    error: Explanation,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Explanation {
    message: String,
    status: String,
    errors: Vec<Detail>,
    details: Vec<Detail>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Detail {
    reason: String,
}

impl Explanation {
    /// Every name the refusal goes by, the most telling first.
    fn names(&self) -> impl Iterator<Item = &str> {
        let details = self
            .errors
            .iter()
            .chain(&self.details)
            .map(|detail| detail.reason.as_str());
        details
            .chain([self.status.as_str()])
            .filter(|name| !name.is_empty())
    }

    fn is_any_of(&self, names: &[&str]) -> bool {
        self.names().any(|name| names.contains(&name))
    }

    /// Whether nothing is said at all.
    fn is_empty(&self) -> bool {
        self.names().next().is_none() && self.message.is_empty()
    }

    fn text(&self) -> String {
        match (self.names().next(), self.message.as_str()) {
            (None, "") => "no reason given".into(),
            (None, message) => quote(message),
            (Some(name), "") => quote(name),
            (Some(name), message) => quote(&format!("{name}: {message}")),
        }
    }
}

const RATE_LIMITS: [&str; 6] = [
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
    "RATE_LIMIT_EXCEEDED",
    "RESOURCE_EXHAUSTED",
];
const SCOPES: [&str; 2] = ["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"];

/// Sorts an answer whose status is not a success.
pub fn meaning(answer: &Answer) -> CalendarError {
    // A proxy's error page is not JSON; the status still says enough.
    let explanation = serde_json::from_slice::<Body>(&answer.body)
        .unwrap_or_default()
        .error;
    let reason = explanation.text();
    let retry_after = answer.retry_after;
    let status = answer.status;
    match status {
        StatusCode::UNAUTHORIZED => CalendarError::Unauthorized(reason),
        StatusCode::TOO_MANY_REQUESTS => CalendarError::RateLimited {
            reason,
            retry_after,
        },
        StatusCode::FORBIDDEN if explanation.is_any_of(&RATE_LIMITS) => {
            CalendarError::RateLimited {
                reason,
                retry_after,
            }
        }
        StatusCode::FORBIDDEN if explanation.is_any_of(&SCOPES) => {
            CalendarError::InsufficientScope(reason)
        }
        StatusCode::FORBIDDEN => CalendarError::Forbidden(reason),
        StatusCode::NOT_FOUND => CalendarError::NotFound(reason),
        StatusCode::CONFLICT => CalendarError::Conflict(reason),
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

    /// The form shown in Google's guide.
    fn body(reason: &str) -> String {
        format!(
            r#"{{"error": {{"errors": [{{"domain": "x", "reason": "{reason}", "message": "Why"}}],
                "code": 400, "message": "Why"}}}}"#
        )
    }

    #[test]
    fn each_refusal_has_its_meaning() {
        let retry_after = Some(Duration::from_secs(9));
        let why = |reason: &str| format!("{reason}: Why");
        let limited = |reason| CalendarError::RateLimited {
            reason: why(reason),
            retry_after,
        };
        let server = |status| CalendarError::Server {
            status,
            retry_after,
        };
        let rejected = |status, reason| CalendarError::Rejected {
            status,
            reason: why(reason),
        };
        let cases = [
            (302, "found", rejected(302, "found")),
            (400, "timeRangeEmpty", rejected(400, "timeRangeEmpty")),
            (
                401,
                "authError",
                CalendarError::Unauthorized(why("authError")),
            ),
            (403, "rateLimitExceeded", limited("rateLimitExceeded")),
            (
                403,
                "userRateLimitExceeded",
                limited("userRateLimitExceeded"),
            ),
            (403, "quotaExceeded", limited("quotaExceeded")),
            (403, "dailyLimitExceeded", limited("dailyLimitExceeded")),
            (403, "forbidden", CalendarError::Forbidden(why("forbidden"))),
            (
                403,
                "requiredAccessLevel",
                CalendarError::Forbidden(why("requiredAccessLevel")),
            ),
            (
                403,
                "insufficientPermissions",
                CalendarError::InsufficientScope(why("insufficientPermissions")),
            ),
            (404, "notFound", CalendarError::NotFound(why("notFound"))),
            (408, "timeout", server(408)),
            (409, "duplicate", CalendarError::Conflict(why("duplicate"))),
            (410, "deleted", CalendarError::Gone(why("deleted"))),
            (412, "conditionNotMet", rejected(412, "conditionNotMet")),
            (429, "rateLimitExceeded", limited("rateLimitExceeded")),
            (500, "backendError", server(500)),
            (503, "backendError", server(503)),
        ];
        for (status, reason, expected) in cases {
            assert_eq!(
                meaning(&answer(status, &body(reason))),
                expected,
                "{status} {reason}"
            );
        }
    }

    #[test]
    fn the_newer_form_of_refusals_is_understood() {
        let scope = r#"{"error": {"code": 403, "message": "Why", "status": "PERMISSION_DENIED",
            "details": [{"@type": "x"}, {"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}"#;
        assert!(matches!(
            meaning(&answer(403, scope)),
            CalendarError::InsufficientScope(_)
        ));
        let quota = r#"{"error": {"code": 403, "message": "Why", "status": "RESOURCE_EXHAUSTED"}}"#;
        assert!(matches!(
            meaning(&answer(403, quota)),
            CalendarError::RateLimited { .. }
        ));
    }

    #[test]
    fn a_refusal_without_an_explanation_goes_by_its_status() {
        for text in [
            "",
            "<html>busy</html>",
            "[]",
            r#"{"error": "invalid_token"}"#,
            "{}",
        ] {
            let expected = CalendarError::Forbidden("no reason given".into());
            assert_eq!(meaning(&answer(403, text)), expected, "{text}");
            // A refusal that nobody can read may be of what has been done already: repeating it finds out.
            let unreadable = meaning(&answer(400, text));
            assert!(unreadable.is_transient(), "{text}: {unreadable}");
        }
    }

    #[test]
    fn only_passing_refusals_are_transient() {
        let transient = |status, reason| meaning(&answer(status, &body(reason))).is_transient();
        for (status, reason) in [(403, "quotaExceeded"), (429, "x"), (500, "x"), (408, "x")] {
            assert!(transient(status, reason), "{status} {reason}");
        }
        for status in [302, 400, 401, 403, 404, 410, 412] {
            assert!(!transient(status, "x"), "{status}");
        }
        let limited = meaning(&answer(429, ""));
        assert_eq!(limited.retry_after(), Some(Duration::from_secs(9)));
    }

    #[test]
    fn the_reason_is_short_and_holds_no_token() {
        let token = "ya29.".to_owned() + &"a0AfB_by".repeat(20);
        let message = format!("Invalid token {token} {}", "again and ".repeat(100));
        let body = serde_json::json!({"error": {"message": message, "status": "UNAUTHENTICATED"}});
        let text = meaning(&answer(401, &body.to_string())).to_string();
        assert!(
            text.contains("UNAUTHENTICATED: Invalid token […]"),
            "{text}"
        );
        assert!(
            !text.contains("ya29") && text.chars().count() < 400,
            "{text}"
        );
    }
}
