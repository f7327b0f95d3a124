//! One delivery of a webhook: a POST, and what its status says. Nothing here retries.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::endpoint;
use super::resolver::{Directory, PublicOnly, System};
use super::secret::{Secret, signatures};
use crate::http::{HttpClient, HttpError};

/// What is sent, and where.
pub struct Delivery {
    /// May be a secret.
    pub url: Zeroizing<String>,
    /// The event's: the same for each attempt.
    pub event: Uuid,
    pub body: String,
    /// The current one, and the one before it while that is good.
    pub secrets: Vec<Secret>,
    pub may_be_private: bool,
    pub timeout: Duration,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("event", &self.event)
            .finish_non_exhaustive()
    }
}

/// Why a delivery was not taken, in words without the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTaken {
    /// Of the answer, where there was one.
    pub status: Option<u16>,
    pub why: String,
    pub retry_after: Option<Duration>,
}

impl NotTaken {
    fn unheard(why: impl Into<String>) -> Self {
        Self {
            status: None,
            why: why.into(),
            retry_after: None,
        }
    }

    /// Whether the receiver says that nobody will ever be there again.
    pub fn is_gone(&self) -> bool {
        self.status == Some(StatusCode::GONE.as_u16())
    }
}

/// The clients of webhooks: one reaches public addresses only, the other all. They share no connection, so
/// that one to a private address ends its use with the setting.
#[derive(Clone)]
pub struct Couriers {
    public: HttpClient,
    any: HttpClient,
}

impl Couriers {
    pub fn new(timeout: Duration) -> Result<Self, HttpError> {
        Self::with(System, HttpClient::new(timeout)?, timeout)
    }

    fn with<D: Directory>(
        directory: D,
        any: HttpClient,
        timeout: Duration,
    ) -> Result<Self, HttpError> {
        let public = HttpClient::resolved_by(PublicOnly::new(directory), timeout)?;
        Ok(Self { public, any })
    }

    /// Delivers; the status of the answer that took it.
    pub async fn deliver(&self, delivery: &Delivery) -> Result<u16, NotTaken> {
        let url = endpoint::parse(&delivery.url, delivery.may_be_private)
            .map_err(|why| NotTaken::unheard(format!("nothing is sent to its address: {why}")))?;
        let client = if delivery.may_be_private {
            &self.any
        } else {
            &self.public
        };
        let client = client.with_timeout(delivery.timeout);
        let id = format!("msg_{}", delivery.event.simple());
        let timestamp = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| {
                i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
            });
        let signed = signatures(&delivery.secrets, &id, timestamp, &delivery.body);
        let request = client
            .request(Method::POST, url)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(HeaderName::from_static(HEADER_WEBHOOK_ID), id)
            .header(HeaderName::from_static(HEADER_WEBHOOK_TIMESTAMP), timestamp)
            .header(HeaderName::from_static(HEADER_WEBHOOK_SIGNATURE), signed)
            .body(delivery.body.clone());
        let heard = client
            .status_of(request)
            .await
            .map_err(|error| NotTaken::unheard(error.to_string()))?;
        let (status, retry_after) = heard;
        if status.is_success() {
            return Ok(status.as_u16());
        }
        let why = match status {
            StatusCode::GONE => "the receiver says that it is gone (410)".into(),
            status if status.is_redirection() => {
                format!(
                    "the receiver redirects ({}), which is not followed",
                    status.as_u16()
                )
            }
            status => format!("the receiver answered {}", status.as_u16()),
        };
        Err(NotTaken {
            status: Some(status.as_u16()),
            why,
            retry_after,
        })
    }
}

#[cfg(test)]
mod tests;
