//! HTTP, for whoever asks somebody outside: calendar providers, their token endpoints, Resend, Close, webhooks.
//!
//! What lives here: how the client is built (rustls, no redirects, no proxies, time-outs), the cap
//! on answers, `Retry-After`, and the few ways in which an exchange fails before a status is known.
//! What a status *means* is each provider's business. Nothing here retries, logs or knows
//! PostgreSQL. Needs a tokio runtime with its clock and its sockets enabled.

#[cfg(any(test, fuzzing))]
mod fuzzing;
mod quote;
#[cfg(test)]
pub mod test_server;
#[cfg(test)]
mod tests;

use std::error::Error as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use reqwest::dns::Resolve;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, Method, Request, RequestBuilder, Response, StatusCode, Url};
use thiserror::Error;

#[cfg(any(test, fuzzing))]
pub use fuzzing::FUZZING;
pub use quote::quote;

/// The longest answer read, in bytes. An event or a token is a few kilobytes.
const MAX_BODY: usize = 1024 * 1024;
/// So much is read of a body that nobody looks at, in bytes, and for so long.
const MAX_IGNORED: usize = 64 * 1024;
const IGNORED_WITHIN: Duration = Duration::from_millis(500);
/// A host that does not take the connection within this time will not take it at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A provider may ask for patience, but not put a job to sleep for good.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Why no answer could be had.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum HttpError {
    /// Nothing, or not everything, came within the time-out.
    #[error("no complete answer within {0:?}")]
    Timeout(Duration),
    /// The name did not resolve, the host refused, or TLS failed.
    #[error("could not connect: {0}")]
    Connect(String),
    /// The connection broke before the answer was complete; the request may have been carried out.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The answer is longer than the cap, in bytes; the rest was not read.
    #[error("the answer is longer than {0} bytes")]
    ResponseTooLarge(usize),
    /// The request could not even be made: a URL that is none, for instance.
    #[error("the request could not be made: {0}")]
    InvalidRequest(String),
}

impl HttpError {
    /// Whether the same request may well succeed later. An answer out of all proportion counts as
    /// a passing fault of the server, as any unreadable answer does.
    pub fn is_transient(&self) -> bool {
        !matches!(self, Self::InvalidRequest(_))
    }

    /// Sorts an error of reqwest. Only the root cause is kept, because the URL may carry secrets
    /// and the layers above the cause say nothing that a reader could use.
    fn of(error: &reqwest::Error, timeout: Duration) -> Self {
        let mut cause: &dyn std::error::Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let cause = || quote(&cause.to_string());
        if error.is_timeout() {
            Self::Timeout(timeout)
        } else if error.is_builder() {
            // Here the root cause may be reqwest's own error, which would print the URL.
            Self::InvalidRequest(
                error
                    .source()
                    .map_or_else(|| "malformed".into(), |_| cause()),
            )
        } else if error.is_connect() {
            Self::Connect(cause())
        } else {
            Self::Broken(cause())
        }
    }
}

/// A complete answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// The status; redirects come through as they are, since none is followed.
    pub status: StatusCode,
    /// How long the server asks to wait: `Retry-After` (RFC 9110, section 10.2.3), at most a day.
    pub retry_after: Option<Duration>,
    /// All that the server said besides.
    pub headers: HeaderMap,
    /// The body, at most 1 MiB.
    pub body: Vec<u8>,
}

impl Answer {
    /// One that came as a part of another one.
    pub fn part(status: StatusCode, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self {
            status,
            retry_after: retry_after(&headers, SystemTime::now()),
            headers,
            body,
        }
    }
}

/// The shared client. Clones share the pool of connections.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: Client,
    timeout: Duration,
}

impl HttpClient {
    /// Builds the client; `timeout` bounds each exchange from the first packet to the last.
    ///
    /// On a machine without CA certificates the client still comes up, so that a provider reached
    /// over plain HTTP works, and every HTTPS exchange fails with `invalid peer certificate`.
    pub fn new(timeout: Duration) -> Result<Self, HttpError> {
        Self::build(builder, timeout)
    }

    fn build(builder: impl Fn() -> ClientBuilder, timeout: Duration) -> Result<Self, HttpError> {
        // ring needs neither a C++ compiler nor cmake, and the first to install a provider wins:
        // an error only says that another part of the process has done it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = builder()
            .build()
            .or_else(|_| builder().tls_certs_only([]).build())
            .map_err(|error| HttpError::of(&error, timeout))?;
        Ok(Self { client, timeout })
    }

    /// A client of its own, without connections of others, that asks this resolver for names. It is not asked
    /// about addresses.
    pub fn resolved_by(
        resolver: impl Resolve + 'static,
        timeout: Duration,
    ) -> Result<Self, HttpError> {
        let resolver: Arc<dyn Resolve> = Arc::new(resolver);
        Self::build(|| builder().dns_resolver(Arc::clone(&resolver)), timeout)
    }

    /// The same client with another time-out: the setting changed.
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            client: self.client.clone(),
            timeout,
        }
    }

    /// Starts a request; [`HttpClient::send`] sends it.
    pub fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends a request and reads its whole answer within the time-out.
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer, HttpError> {
        self.execute(
            request
                .build()
                .map_err(|error| HttpError::of(&error, self.timeout))?,
        )
        .await
    }

    /// Sends a request of whose answer only the status counts, and `Retry-After`. A little of the body is read
    /// so that the connection can be used again, whatever it is.
    pub async fn status_of(
        &self,
        request: RequestBuilder,
    ) -> Result<(StatusCode, Option<Duration>), HttpError> {
        let response = request
            .timeout(self.timeout)
            .send()
            .await
            .map_err(|error| HttpError::of(&error, self.timeout))?;
        let status = response.status();
        let retry_after = retry_after(response.headers(), SystemTime::now());
        let rest = read_capped(response, MAX_IGNORED, self.timeout);
        let _ = tokio::time::timeout(IGNORED_WITHIN, rest).await;
        Ok((status, retry_after))
    }

    /// Like [`HttpClient::send`], for a request made elsewhere.
    pub async fn execute(&self, mut request: Request) -> Result<Answer, HttpError> {
        *request.timeout_mut() = Some(self.timeout);
        let response = match self.client.execute(request).await {
            Ok(response) => response,
            Err(error) => return Err(HttpError::of(&error, self.timeout)),
        };
        let status = response.status();
        let headers = response.headers().clone();
        let retry_after = retry_after(&headers, SystemTime::now());
        let body = read_capped(response, MAX_BODY, self.timeout).await?;
        Ok(Answer {
            status,
            retry_after,
            headers,
            body,
        })
    }
}

impl Answer {
    /// How long until the server's window for requests begins anew, where this one is used up but for so many
    /// requests: the headers of draft-ietf-httpapi-ratelimit-headers-06.
    pub fn window_after(&self, more: usize) -> Option<Duration> {
        let number = |name| {
            self.headers
                .get(name)?
                .to_str()
                .ok()?
                .trim()
                .parse::<u64>()
                .ok()
        };
        let left = number("ratelimit-remaining")?;
        let reset = Duration::from_secs(number("ratelimit-reset")?);
        (left <= more as u64).then(|| reset.min(MAX_RETRY_AFTER))
    }
}

fn builder() -> ClientBuilder {
    Client::builder()
        .user_agent(concat!(
            env!("CARGO_PKG_NAME"),
            "/",
            env!("CARGO_PKG_VERSION")
        ))
        // A redirect could carry a bearer token or a client secret to a host nobody configured.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // The postmaster's http_proxy would be obeyed otherwise, whoever happened to set it.
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        // All requests to a provider share one HTTP/2 connection: notice soon when it is dead.
        .http2_keep_alive_interval(Duration::from_secs(30))
        .http2_keep_alive_timeout(Duration::from_secs(5))
}

/// Reads a body up to `max_bytes`, and nothing of one that announces more.
async fn read_capped(
    mut response: Response,
    max_bytes: usize,
    timeout: Duration,
) -> Result<Vec<u8>, HttpError> {
    let announced = response.content_length().unwrap_or(0);
    if announced > max_bytes as u64 {
        return Err(HttpError::ResponseTooLarge(max_bytes));
    }
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > max_bytes => {
                return Err(HttpError::ResponseTooLarge(max_bytes));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(error) => return Err(HttpError::of(&error, timeout)),
        }
    }
}

/// `Retry-After` as seconds or as an HTTP date; a date in the past is no wait at all. The two
/// obsolete date formats of RFC 9110, section 5.6.7, are not read: no provider sends them.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match value.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let at = DateTime::parse_from_rfc2822(value).ok()?.to_utc();
            (at - DateTime::<Utc>::from(now))
                .to_std()
                .unwrap_or(Duration::ZERO)
        }
    };
    Some(wait.min(MAX_RETRY_AFTER))
}
