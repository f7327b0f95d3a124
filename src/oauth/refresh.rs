//! A fresh access token for a stored refresh token (RFC 6749, section 6).
//!
//! What lives here: the one exchange with the token endpoint, and what its refusals mean for the
//! connection. It stores nothing, and no token or secret reaches an error text or a `Debug`.

#[cfg(test)]
mod tests;

use std::time::Duration;

use oauth2::basic::{BasicClient, BasicErrorResponse};
use oauth2::{
    AccessToken, AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, RefreshToken,
    RequestTokenError, TokenResponse as _, TokenUrl,
};
use reqwest::StatusCode;
use thiserror::Error;

use crate::http::{HttpClient, HttpError, quote};

/// What one refresh needs. `Debug` shows neither the secret nor the token.
#[derive(Clone, Debug)]
pub struct RefreshRequest {
    /// The provider's token endpoint.
    pub token_url: String,
    /// The application's id at the provider.
    pub client_id: String,
    /// The application's secret.
    pub client_secret: ClientSecret,
    /// The grant of the calendar's owner.
    pub refresh_token: RefreshToken,
}

/// What the token endpoint gave. `Debug` shows no token.
#[derive(Clone, Debug)]
pub struct FreshTokens {
    /// The bearer token for the next requests.
    pub access_token: AccessToken,
    /// A new refresh token that replaces the stored one; `None` keeps the stored one.
    pub refresh_token: Option<RefreshToken>,
    /// How long the access token lives from now; `None` where the provider does not say.
    pub expires_in: Option<Duration>,
}

/// Why there is no fresh token.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RefreshError {
    /// The grant is gone: revoked, expired, or the provider wants its owner present. Permanent;
    /// only connecting the calendar again helps.
    #[error("the calendar must be connected again ({code}): {detail}")]
    Rejected { code: String, detail: String },
    /// The provider refuses the application: its id, its secret or its token URL is wrong. The
    /// grant may be sound, so this says nothing about the connection; an operator has to act.
    #[error("the provider refuses this application, see configure_provider ({code}): {detail}")]
    Misconfigured { code: String, detail: String },
    /// The token endpoint is overloaded or out of order.
    #[error("the token endpoint is unavailable ({reason})")]
    Unavailable {
        reason: String,
        retry_after: Option<Duration>,
    },
    /// The token endpoint gave no answer.
    #[error("token endpoint: {0}")]
    Http(HttpError),
    /// The token endpoint answered something that is not OAuth.
    #[error("the token endpoint answered nonsense: {0}")]
    BadAnswer(&'static str),
}

impl RefreshError {
    /// Whether the same refresh may well succeed later. A misconfigured application counts: jobs
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
}

/// Exchanges a refresh token for an access token, with the scopes granted before. One request.
pub async fn refresh(
    http: &HttpClient,
    request: RefreshRequest,
) -> Result<FreshTokens, RefreshError> {
    let token_url = TokenUrl::new(request.token_url).map_err(|_| RefreshError::Misconfigured {
        code: "token_url".into(),
        detail: "not a URL".into(),
    })?;
    // The secret in the body is the form that both providers document.
    let client = BasicClient::new(ClientId::new(request.client_id))
        .set_client_secret(request.client_secret.clone())
        .set_token_uri(token_url)
        .set_auth_type(AuthType::RequestBody);
    let tokens = client
        .exchange_refresh_token(&request.refresh_token)
        .request_async(&|wanted: HttpRequest| exchange(http.clone(), wanted))
        .await
        .map_err(|error| match error {
            RequestTokenError::Request(error) => error,
            RequestTokenError::ServerResponse(refusal) => {
                let secrets = [
                    request.client_secret.secret(),
                    request.refresh_token.secret(),
                ];
                let description = refusal.error_description().map_or("", String::as_str);
                judge(refusal.error().as_ref(), &without(description, secrets))
            }
            // The parser's words may quote the answer, and the answer may hold a token.
            RequestTokenError::Parse(..) => RefreshError::BadAnswer("no token in the answer"),
            RequestTokenError::Other(_) => RefreshError::BadAnswer("an empty answer"),
        })?;
    Ok(FreshTokens {
        access_token: tokens.access_token().clone(),
        refresh_token: tokens
            .refresh_token()
            .filter(|token| !token.secret().is_empty())
            .cloned(),
        expires_in: tokens.expires_in(),
    })
}

/// Carries one request of the `oauth2` crate. Answers that are no OAuth answers are sorted out
/// here, while the status is still known; every status but 200 that passes is a refusal in JSON.
/// The client comes by value, since the closure around a borrowed one makes no `Send` future.
async fn exchange(http: HttpClient, wanted: HttpRequest) -> Result<HttpResponse, RefreshError> {
    let request = reqwest::Request::try_from(wanted).map_err(|_| RefreshError::Misconfigured {
        code: "token_url".into(),
        detail: "cannot be asked".into(),
    })?;
    let answer = http.execute(request).await.map_err(RefreshError::Http)?;
    let status = answer.status;
    if status.is_server_error()
        || matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
        )
    {
        let reason = format!("HTTP {}", status.as_u16());
        return Err(RefreshError::Unavailable {
            reason,
            retry_after: answer.retry_after,
        });
    }
    if status != StatusCode::OK
        && serde_json::from_slice::<BasicErrorResponse>(&answer.body).is_err()
    {
        // A login page, a redirect, a 404: this is not the token endpoint of an OAuth server.
        return Err(RefreshError::Misconfigured {
            code: "token_url".into(),
            detail: format!("HTTP {} without an OAuth error", status.as_u16()),
        });
    }
    let mut response = HttpResponse::new(answer.body);
    *response.status_mut() = status;
    Ok(response)
}

/// `text` without `secrets`, should a provider repeat in an error what it was sent.
fn without(text: &str, secrets: [&String; 2]) -> String {
    secrets
        .into_iter()
        .filter(|secret| !secret.is_empty())
        .fold(text.into(), |text, secret| {
            text.replace(secret.as_str(), "[…]")
        })
}

/// What an OAuth error means for the connection: `code` as in RFC 6749, section 5.2, or OpenID
/// Connect; `description` carries Microsoft's finer code as its first word, `AADSTS50173: …`.
///
/// Microsoft asks clients to act on `code` and warns that its numbers may change, so they only
/// overrule where acting on `code` alone is known to go wrong
/// (learn.microsoft.com/entra/identity-platform/reference-error-codes).
fn judge(code: &str, description: &str) -> RefreshError {
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
            RefreshError::Unavailable {
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
        ) => RefreshError::Rejected {
            code: code_text,
            detail,
        },
        (_, Some(number)) if wants_the_owner(number) => RefreshError::Rejected {
            code: code_text,
            detail,
        },
        _ => RefreshError::Misconfigured {
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
