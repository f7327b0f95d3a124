//! Sending by Resend's HTTP API (resend.com/docs/api-reference/emails/send-email).
//!
//! One request a mail, under an idempotency key that is the mail's own, so that a request whose answer was
//! lost can be repeated: `body` makes the same bytes of the same stored message. `refusal` says what an
//! answer means, and `gate` keeps requests back while Resend takes none, so that a key that is refused
//! costs a few requests and not one a mail.

mod body;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod gate;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Url};
use serde::Deserialize;
use zeroize::Zeroizing;

use self::gate::Gate;
use super::facts::Mail;
use super::sent::{SendError, Sent};
use crate::http::{Answer, HttpClient};

/// Where the API is unless `configure_mail` says otherwise.
pub const API_URL: &str = "https://api.resend.com";

/// [`ResendMailer::send`] has returned after so long and the time-out of one request.
pub const LONGEST_WAIT: Duration = gate::QUEUE;

/// Whose account mail leaves by. No `Debug`: it holds the key.
#[derive(Clone, PartialEq, Eq)]
pub struct ResendAccount {
    pub api_url: String,
    pub api_key: Zeroizing<String>,
    /// For each request.
    pub timeout: Duration,
}

/// The way to Resend. Meant to be kept: it knows when requests are not wanted.
pub struct ResendMailer {
    http: HttpClient,
    url: Url,
    authorization: HeaderValue,
    /// Never to be told to anybody.
    api_key: Zeroizing<String>,
    gate: Gate,
}

impl fmt::Debug for ResendMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResendMailer({})", self.url)
    }
}

/// Why there is no way to Resend. Quotes neither the key nor the URL.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResendError {
    #[error(
        "api_url is no address of an API: https://api.resend.com, or one without query and user"
    )]
    Url,
    #[error("api_key is no key of an API: it has characters that no request can carry")]
    Key,
}

/// Resend's word for a mail that it has taken.
#[derive(Deserialize)]
struct Taken {
    id: String,
}

impl ResendMailer {
    /// Nothing is asked of Resend yet.
    ///
    /// # Errors
    /// Where no request can be made of what was given.
    pub fn new(http: &HttpClient, account: &ResendAccount) -> Result<Self, ResendError> {
        let (url, authorization) = check(&account.api_url, &account.api_key)?;
        Ok(Self {
            http: http.with_timeout(account.timeout),
            url,
            authorization,
            api_key: account.api_key.clone(),
            gate: Gate::default(),
        })
    }

    /// Hands a mail to Resend. Doing so again after an error is safe for 24 hours, for which Resend keeps
    /// the key (resend.com/docs/dashboard/emails/idempotency-keys).
    pub async fn send(&self, mail: &Mail) -> Result<Sent, SendError> {
        let body = body::of(mail).map_err(|error| SendError::permanent(error.to_string()))?;
        let pass = self.gate.enter().await?;
        let request = self
            .http
            .request(Method::POST, self.url.clone())
            .header("Authorization", self.authorization.clone())
            .header("Idempotency-Key", body::idempotency_key(mail))
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let answer = self.http.send(request).await;
        let sent = match &answer {
            Ok(answer) => self.read(answer),
            Err(error) => Err(refusal::of_transport(error)),
        };
        pass.heard(answer.as_ref().ok(), &sent);
        sent
    }

    fn read(&self, answer: &Answer) -> Result<Sent, SendError> {
        if !answer.status.is_success() {
            return Err(refusal::meaning(answer, &self.api_key));
        }
        let is_word = |id: &str| {
            (1..=100).contains(&id.len())
                && id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        match serde_json::from_slice::<Taken>(&answer.body) {
            Ok(Taken { id }) if is_word(&id) => Ok(Sent { id: Some(id) }),
            // A page of something in between, perhaps; the key makes asking again harmless.
            _ => Err(SendError::transient(
                "Resend answered with something that is not its own: whether it has the mail is not known",
            )),
        }
    }
}

/// Where mails are sent to, and the right to.
///
/// # Errors
/// Where no request can be made of it.
pub fn check(api_url: &str, api_key: &str) -> Result<(Url, HeaderValue), ResendError> {
    let base = Url::parse(api_url).map_err(|_| ResendError::Url)?;
    let is_plain = matches!(base.scheme(), "http" | "https")
        && base.has_host()
        && base.username().is_empty()
        && base.password().is_none()
        && base.query().is_none()
        && base.fragment().is_none();
    let url = format!("{}/emails", base.as_str().trim_end_matches('/'));
    let url = Url::parse(&url)
        .ok()
        .filter(|_| is_plain)
        .ok_or(ResendError::Url)?;
    if api_key.is_empty() || !api_key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(ResendError::Key);
    }
    let mut authorization =
        HeaderValue::from_str(&format!("Bearer {api_key}")).map_err(|_| ResendError::Key)?;
    authorization.set_sensitive(true);
    Ok((url, authorization))
}
