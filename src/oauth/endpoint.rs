//! One exchange with an authorization server, and what its refusals mean (RFC 6749, section 5.2).
//!
//! Refreshing, redeeming a code and revoking share it. It tries nothing twice and stores nothing,
//! and no token or secret reaches an error text.

#[cfg(test)]
mod tests;

use std::time::Duration;

use oauth2::basic::{BasicClient, BasicErrorResponse};
use oauth2::{
    AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    RequestTokenError, TokenUrl,
};
use reqwest::StatusCode;
use thiserror::Error;

use crate::http::{HttpClient, HttpError, quote};

/// Why an authorization server did not give what it was asked for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EndpointError {
    /// The grant is gone: revoked, expired, a code that was redeemed before, or the provider wants
    /// its owner present. Permanent; only connecting the calendar again helps.
    #[error("the calendar must be connected again ({code}): {detail}")]
    Rejected { code: String, detail: String },
    /// The provider refuses the application: its id, its secret or one of its URLs is wrong. The
    /// grant may be sound, so this says nothing about the connection; an operator has to act.
    #[error("the provider refuses this application, see configure_provider ({code}): {detail}")]
    Misconfigured { code: String, detail: String },
    /// The authorization server is overloaded or out of order.
    #[error("the authorization server is unavailable ({reason})")]
    Unavailable {
        reason: String,
        retry_after: Option<Duration>,
    },
    /// The authorization server gave no answer.
    #[error("authorization server: {0}")]
    Http(HttpError),
    /// The authorization server answered something that is not OAuth.
    #[error("the authorization server answered nonsense: {0}")]
    BadAnswer(&'static str),
}

impl EndpointError {
    /// Whether the same request may well succeed later. A misconfigured application counts: jobs
    /// wait for the operator as long as their attempts last, instead of being lost at once.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Rejected { .. } => false,
            Self::Misconfigured { .. } | Self::Unavailable { .. } | Self::BadAnswer(_) => true,
            Self::Http(error) => error.is_transient(),
        }
    }

    /// How long the provider asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// A setting of `configure_provider` is not what it has to be.
    pub(super) fn misconfigured(setting: &str, problem: impl Into<String>) -> Self {
        Self::Misconfigured {
            code: setting.into(),
            detail: problem.into(),
        }
    }

    /// Sorts what the `oauth2` crate reports. `secrets` are what was sent.
    pub(super) fn of(error: RequestTokenError<Self, BasicErrorResponse>, secrets: &[&str]) -> Self {
        match error {
            RequestTokenError::Request(error) => error,
            RequestTokenError::ServerResponse(refusal) => meaning(&refusal, secrets),
            // The parser's words may quote the answer, and the answer may hold a token.
            RequestTokenError::Parse(..) => Self::BadAnswer("no token in the answer"),
            RequestTokenError::Other(_) => Self::BadAnswer("an empty answer"),
        }
    }
}

/// The application at its token endpoint.
pub(super) type TokenClient =
    BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// Prepares requests to a token endpoint.
pub(super) fn token_client(
    token_url: String,
    client_id: String,
    client_secret: ClientSecret,
) -> Result<TokenClient, EndpointError> {
    let token_url = TokenUrl::new(token_url)
        .map_err(|_| EndpointError::misconfigured("token_url", "not a URL"))?;
    // The secret in the body is the form that both providers document.
    Ok(BasicClient::new(ClientId::new(client_id))
        .set_client_secret(client_secret)
        .set_token_uri(token_url)
        .set_auth_type(AuthType::RequestBody))
}

/// Carries one request to the URL of the given setting. Answers that are no OAuth answers are
/// sorted out here, while the status is still known; every status but 200 that passes is a refusal
/// in JSON. The client comes by value, since the closure around a borrowed one makes no `Send`
/// future.
pub(super) async fn exchange(
    http: HttpClient,
    wanted: HttpRequest,
    setting: &'static str,
) -> Result<HttpResponse, EndpointError> {
    let request = reqwest::Request::try_from(wanted)
        .map_err(|_| EndpointError::misconfigured(setting, "cannot be asked"))?;
    let answer = http.execute(request).await.map_err(|error| match error {
        HttpError::InvalidRequest(problem) => EndpointError::misconfigured(setting, problem),
        error => EndpointError::Http(error),
    })?;
    let status = answer.status;
    if status.is_server_error()
        || matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
        )
    {
        let reason = format!("HTTP {}", status.as_u16());
        return Err(EndpointError::Unavailable {
            reason,
            retry_after: answer.retry_after,
        });
    }
    if status != StatusCode::OK
        && serde_json::from_slice::<BasicErrorResponse>(&answer.body).is_err()
    {
        // A login page, a redirect, a 404: this is not an endpoint of an OAuth server.
        let problem = format!("HTTP {} without an OAuth error", status.as_u16());
        return Err(EndpointError::misconfigured(setting, problem));
    }
    let mut response = HttpResponse::new(answer.body);
    *response.status_mut() = status;
    Ok(response)
}

/// What a refusal means, without `secrets`, should a provider repeat in it what it was sent.
pub(super) fn meaning(refusal: &BasicErrorResponse, secrets: &[&str]) -> EndpointError {
    let without = |text: &str| {
        let secrets = secrets.iter().filter(|secret| !secret.is_empty());
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "[…]"))
    };
    let description = refusal.error_description().map_or("", String::as_str);
    judge(&without(refusal.error().as_ref()), &without(description))
}

/// What an OAuth error means for the connection: `code` as in RFC 6749, sections 4.1.2.1 and 5.2,
/// or OpenID Connect; `description` carries Microsoft's finer code as its first word,
/// `AADSTS50173: …`.
///
/// Microsoft asks clients to act on `code` and warns that its numbers may change, so they only
/// overrule where acting on `code` alone is known to go wrong
/// (learn.microsoft.com/entra/identity-platform/reference-error-codes).
pub fn judge(code: &str, description: &str) -> EndpointError {
    let aadsts = description
        .strip_prefix("AADSTS")
        .and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next())
        .and_then(|number| number.parse::<u32>().ok());
    let code_text = quote(code);
    let detail = if description.is_empty() {
        "no reason given".into()
    } else {
        quote(description)
    };
    match (code, aadsts) {
        // A client that asks too often, a service out of order: the grant is sound.
        ("temporarily_unavailable" | "server_error", _) | (_, Some(50196 | 90033)) => {
            EndpointError::Unavailable {
                reason: format!("{code_text}: {detail}"),
                retry_after: None,
            }
        }
        (
            "invalid_grant"
            | "interaction_required"
            | "consent_required"
            | "login_required"
            | "access_denied",
            _,
        ) => EndpointError::Rejected {
            code: code_text,
            detail,
        },
        (_, Some(number)) if wants_the_owner(number) => EndpointError::Rejected {
            code: code_text,
            detail,
        },
        _ => EndpointError::Misconfigured {
            code: code_text,
            detail,
        },
    }
}

/// Microsoft's codes that only the calendar's owner can clear, by signing in or consenting again.
fn wants_the_owner(aadsts: u32) -> bool {
    matches!(
        aadsts,
        50055 // password expired
        | 50057 // account disabled
        | 50076 | 50078 | 50079 | 50158 // second factor needed, expired or not set up; other proof
        | 50173 // password changed since the grant
        | 53000
            ..=53004 // device or place refused by conditional access
        | 54005 // grant already redeemed
        | 65001 | 65004 // consent missing or withdrawn
        | 70000 | 70008 | 70043 | 700_082 | 700_084 // grant invalid, expired, too old or unused
    )
}
