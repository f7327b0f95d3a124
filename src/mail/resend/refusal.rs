//! What Resend means by an answer that is no success (resend.com/docs/api-reference/errors): whether it is
//! about this mail, about all, or passes. Pure.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;

use crate::http::{Answer, HttpError, quote};
use crate::mail::sent::{Fault, SendError};
use crate::mail::text::single_line;

/// So long nothing is asked after a refusal that somebody has to do something about. One mail tries then.
const UNTIL_MENDED: Duration = Duration::from_secs(15 * 60);
/// The same where a quota is used up, whatever else is said: it is a day's, or a month's. No rate limit is believed
/// to hold for longer.
const QUOTA: Duration = Duration::from_secs(60 * 60);
/// Where a rate limit does not say when to come back.
const NEXT_WINDOW: Duration = Duration::from_secs(1);
/// Longest detail of an error, in characters.
const DETAIL: usize = 500;

/// Resend's error document. A proxy's page is none; the status still says enough.
#[derive(Default, Deserialize)]
struct Body {
    #[serde(default)]
    name: String,
    #[serde(default)]
    message: String,
}

/// Sorts an answer whose status is not a success. The key is taken out of whatever is quoted.
pub fn meaning(answer: &Answer, api_key: &str) -> SendError {
    let said = serde_json::from_slice::<Body>(&answer.body).unwrap_or_default();
    let (fault, what) = sort(answer, &said);
    let mut told = format!("{what} (HTTP {}", answer.status.as_u16());
    for (before, text) in [(", ", &said.name), (": ", &said.message)] {
        if !text.is_empty() {
            told.push_str(before);
            told.push_str(&quote(&text.replace(api_key, "[hidden]")));
        }
    }
    told.push(')');
    if let Fault::Closed { pause, .. } = fault
        && pause >= UNTIL_MENDED
    {
        told.push_str("; no mail is sent until it is tried again, or configure_mail called");
    }
    SendError {
        fault,
        detail: single_line(&told, DETAIL),
    }
}

/// Why there was no answer, or none that could be read.
pub fn of_transport(error: &HttpError) -> SendError {
    let detail = single_line(&format!("Resend: {error}"), DETAIL);
    match error.is_transient() {
        true => SendError::transient(detail),
        false => SendError::permanent(detail),
    }
}

fn sort(answer: &Answer, said: &Body) -> (Fault, &'static str) {
    let (status, name) = (answer.status, said.name.as_str());
    let retry_after = answer.retry_after;
    let again = Fault::Passing { retry_after };
    // Nobody's mail can go before somebody has done something; nothing is wrong with this one.
    let closed = |pause| Fault::Closed {
        pause,
        is_attempt: false,
    };
    // As above, but another mail, with another sender, may go.
    let closed_by_it = Fault::Closed {
        pause: UNTIL_MENDED,
        is_attempt: true,
    };
    let says = |words: &str| said.message.to_lowercase().contains(words);
    match (status.as_u16(), name) {
        (429, "daily_quota_exceeded") => (
            closed(retry_after.unwrap_or_default().max(QUOTA)),
            "Resend's quota of a day is used up",
        ),
        (429, "monthly_quota_exceeded") => (
            closed(retry_after.unwrap_or_default().max(QUOTA)),
            "Resend's quota of a month is used up",
        ),
        (429, _) => {
            let pause = retry_after.or(answer.window_after(0)).unwrap_or_default();
            (
                closed(pause.clamp(NEXT_WINDOW, QUOTA)),
                "Resend takes no more mails in this moment",
            )
        }
        (401, "restricted_api_key") => (
            closed(UNTIL_MENDED),
            "Resend does not let the API key send mail",
        ),
        (401, _) | (403, "invalid_api_key") => {
            (closed(UNTIL_MENDED), "Resend does not take the API key")
        }
        (400, _) if says("api key is invalid") => {
            (closed(UNTIL_MENDED), "Resend does not take the API key")
        }
        (403, _) if says("testing emails") => (
            Fault::Permanent,
            "Resend sends to nobody but the account's own address until a domain is verified",
        ),
        (403, _) if says("not verified") || says("verify your domain") => (
            closed_by_it,
            "Resend has not verified the domain of the sender",
        ),
        (403, _) => (closed_by_it, "Resend refused access"),
        (409, "invalid_idempotent_request") => (
            Fault::Permanent,
            "Resend has taken a mail of this Message-ID before, with other words in it",
        ),
        (409, _) => (
            again,
            "Resend is still busy with an earlier attempt at this mail",
        ),
        (422, "invalid_from_address") => (Fault::Permanent, "Resend refused the sender's address"),
        (408 | 425, _) => (again, "Resend could not take the mail"),
        (404 | 405, _) => (closed_by_it, "what is asked at api_url is not Resend's API"),
        _ if status.is_redirection() => (
            closed_by_it,
            "what is asked at api_url sends elsewhere, which is not followed",
        ),
        _ if status.is_server_error() => (again, "Resend could not take the mail"),
        _ if status == StatusCode::UNPROCESSABLE_ENTITY || status.is_client_error() => {
            (Fault::Permanent, "Resend refused the mail")
        }
        _ => (again, "Resend answered with something that is not its own"),
    }
}
