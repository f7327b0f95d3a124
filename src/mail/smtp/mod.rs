//! Sending by SMTP (RFC 5321): STARTTLS or implicit TLS, AUTH PLAIN and LOGIN, kept connections.
//!
//! lettre speaks the protocol; its pool is not used, because a send that is cut off by a time-out
//! would go back into it half way through a dialogue. Here a connection is parked only after a
//! whole mail was accepted, or the server has heard that another one begins; anything cut off is closed.

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod url;

#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use tokio::sync::Semaphore;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, sleep, timeout};

use self::url::{Server, parse};
pub use self::url::{SmtpUrlError, names_a_file};
use super::sent::{SendError, Sent};
use super::text::single_line;

/// Connections to one server at a time. Submission services count them (Microsoft 365 allows 3).
pub const MAX_CONNECTIONS: usize = 3;

/// [`SmtpMailer::send`] has returned after this time (2 min 10 s), whatever the server does.
pub const LONGEST_SEND: Duration = QUEUE
    .saturating_add(CONNECT)
    .saturating_add(COMMANDS.saturating_mul(4))
    .saturating_add(VERDICT);

/// Waiting for one of the connections to come free.
const QUEUE: Duration = Duration::from_secs(30);
/// Connecting, TLS and logging in together.
const CONNECT: Duration = Duration::from_secs(10);
/// Reaching one address of the server, so that a dead IPv6 route leaves time for IPv4.
const REACH: Duration = Duration::from_secs(4);
/// The commands before the text: MAIL on a kept connection, MAIL on a new one, the rest together; and the one
/// after a refusal.
const COMMANDS: Duration = Duration::from_secs(10);
/// The server's verdict on the text. Long, because giving up here brings the guest a second copy
/// where the server was only slow (RFC 5321 section 4.5.3.2.6).
const VERDICT: Duration = Duration::from_secs(50);
/// How long an unused connection is kept. Shorter than any server's patience.
const IDLE: Duration = Duration::from_secs(30);
/// So long no connection is made after the server would have none of us: a password that is refused costs a few
/// logins and not one a mail, for which servers lock accounts.
const UNTIL_MENDED: Duration = Duration::from_secs(5 * 60);
/// Longest detail of an error, in characters.
const DETAIL: usize = 500;

/// A mail server and the connections to it. Cheap to share, meant to be kept.
pub struct SmtpMailer {
    server: Server,
    hello: ClientId,
    connections: Semaphore,
    parked: Arc<Mutex<Parked>>,
    refused: Mutex<Option<Refused>>,
}

/// The server would have none of us, whatever the mail.
struct Refused {
    until: Instant,
    why: String,
}

/// Connections that wait for the next mail.
#[derive(Default)]
struct Parked {
    connections: Vec<(Instant, AsyncSmtpConnection)>,
    /// Whether [`close_idle`] is running.
    watched: bool,
}

impl Parked {
    /// Takes out what has waited too long.
    fn expired(&mut self) -> Vec<AsyncSmtpConnection> {
        let old = self
            .connections
            .extract_if(.., |(since, _)| since.elapsed() >= IDLE);
        old.map(|(_, connection)| connection).collect()
    }
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpMailer({}:{})", self.server.host, self.server.port)
    }
}

impl SmtpMailer {
    /// Reads the server's address. The forms, where user and password are percent-encoded:
    ///
    /// | URL | meaning |
    /// |---|---|
    /// | `smtps://user:pass@host:465` | TLS from the first byte (RFC 8314); the best choice |
    /// | `smtp://user:pass@host:587?tls=required` | STARTTLS, or no mail; the default with a user |
    /// | `smtp://host:25` | no encryption; the default without a user, for a relay on this machine |
    /// | `smtp://user:pass@host:25?tls=none` | the password in clear; has to be said |
    ///
    /// `ca=/path/ca.pem` trusts the certificates in that file instead of the system's: an authority,
    /// or a self-signed server certificate that does not call itself an authority. A file that
    /// cannot be read is an error here; nothing is sent to the server yet.
    pub fn new(smtp_url: &str) -> Result<Self, SmtpUrlError> {
        Ok(Self {
            server: parse(smtp_url)?,
            hello: ClientId::default(),
            connections: Semaphore::new(MAX_CONNECTIONS),
            parked: Arc::default(),
            refused: Mutex::default(),
        })
    }

    /// Hands `message` to the server for `to`.
    ///
    /// Must run on a tokio runtime. Dropping the future closes its connection and is safe.
    pub async fn send(&self, from: &str, to: &str, message: &[u8]) -> Result<Sent, SendError> {
        let letter = Letter::addressed(from, to)?;
        let text = Text::of(message)?;
        let _one_of_few = match timeout(QUEUE, self.connections.acquire()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) | Err(_) => {
                return Err(SendError::busy(
                    "all connections to the mail server are busy",
                ));
            }
        };
        let mut connection = self.begin(&letter).await?;
        let addressed = timeout(COMMANDS, async {
            connection
                .command(Rcpt::new(letter.to.clone(), vec![]))
                .await?;
            connection.command(Data).await
        });
        let (mut answer, mut limit) = (addressed.await, COMMANDS);
        if let Ok(Ok(_)) = answer {
            (answer, limit) = (timeout(VERDICT, connection.command(text)).await, VERDICT);
        }
        match &answer {
            Ok(Ok(_)) => self.park(connection),
            // Somebody was refused, who is not the next one's trouble.
            Ok(Err(refused)) if refused.status().is_some() => self.start_over(connection).await,
            Ok(Err(_)) | Err(_) => {}
        }
        self.heard(Stage::Mail, limit, answer)?;
        Ok(Sent::default())
    }

    /// Keeps a connection after a refusal, where the server is for that.
    async fn start_over(&self, mut connection: AsyncSmtpConnection) {
        if let Ok(Ok(_)) = timeout(COMMANDS, connection.command(Rset)).await {
            self.park(connection);
        }
    }

    /// A connection that has accepted the sender. A parked one may have been closed by the server
    /// meanwhile or have reached its limit of mails; that shows here, before anything is at stake,
    /// and a new one is made.
    async fn begin(&self, letter: &Letter) -> Result<AsyncSmtpConnection, SendError> {
        let sender = || Mail::new(Some(letter.from.clone()), vec![]);
        if let Some(mut connection) = self.unpark()
            && let Ok(Ok(_)) = timeout(COMMANDS, connection.command(sender())).await
        {
            return Ok(connection);
        }
        self.is_welcome()?;
        let mut connection = self.step(Stage::Connect, CONNECT, self.connect()).await?;
        self.step(Stage::Mail, COMMANDS, connection.command(sender()))
            .await?;
        Ok(connection)
    }

    /// Whether the server is to be asked again.
    fn is_welcome(&self) -> Result<(), SendError> {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        refused.take_if(|refused| refused.until <= now);
        match &*refused {
            Some(Refused { until, why }) => Err(SendError::closed(*until - now, why.clone())),
            None => Ok(()),
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let Server {
            host,
            port,
            tls,
            credentials,
            ..
        } = &self.server;
        let wrapper = match tls {
            Tls::Wrapper(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let address = (host.as_str(), *port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(REACH), &self.hello, wrapper, None)
                .await?;
        if let Tls::Required(parameters) = tls {
            connection.starttls(parameters.clone(), &self.hello).await?;
        }
        if let Some(credentials) = credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    fn unpark(&self) -> Option<AsyncSmtpConnection> {
        let mut parked = self.parked.lock().unwrap_or_else(PoisonError::into_inner);
        drop(parked.expired());
        parked.connections.pop().map(|(_, connection)| connection)
    }

    fn park(&self, connection: AsyncSmtpConnection) {
        let mut parked = self.parked.lock().unwrap_or_else(PoisonError::into_inner);
        parked.connections.push((Instant::now(), connection));
        if !std::mem::replace(&mut parked.watched, true) {
            tokio::spawn(close_idle(Arc::downgrade(&self.parked)));
        }
    }

    /// One part of the dialogue, within its time.
    async fn step<T>(
        &self,
        stage: Stage,
        limit: Duration,
        work: impl Future<Output = Result<T, SmtpError>>,
    ) -> Result<T, SendError> {
        self.heard(stage, limit, timeout(limit, work).await)
    }

    /// What an answer means, or that there was none within its time.
    fn heard<T>(
        &self,
        stage: Stage,
        limit: Duration,
        answer: Result<Result<T, SmtpError>, Elapsed>,
    ) -> Result<T, SendError> {
        let error = match answer {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) => error,
            Err(_) => {
                let Server { host, port, .. } = &self.server;
                let seconds = limit.as_secs();
                return Err(SendError::transient(format!(
                    "{host}:{port} did not answer within {seconds} s"
                )));
            }
        };
        // A 5xx while connecting or logging in, and 530 (log in or encrypt first) at any time, is about our
        // configuration and not about this mail, which waits, as it does with Postfix, until that is put right
        // (smtp_sasl_auth_soft_bounce, smtp_skip_5xx_greeting).
        let is_permanent = error.is_permanent();
        let about_us = stage == Stage::Connect && is_permanent
            || error.status().is_some_and(|code| u16::from(code) == 530);
        let detail = self.tell(&error);
        Err(if about_us {
            let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
            *refused = Some(Refused {
                until: Instant::now() + UNTIL_MENDED,
                why: detail.clone(),
            });
            SendError::closed(UNTIL_MENDED, detail)
        } else if is_permanent {
            SendError::permanent(detail)
        } else {
            SendError::transient(detail)
        })
    }

    /// The server's words, or what went wrong on the way to them, without our secrets in it.
    fn tell(&self, error: &SmtpError) -> String {
        let Server {
            host,
            port,
            secrets,
            ..
        } = &self.server;
        let mut cause = error.source();
        // lettre wraps a failed connection twice.
        while let Some(wrapped) = cause.and_then(|cause| cause.downcast_ref::<SmtpError>()) {
            cause = wrapped.source();
        }
        let mut told = match (error.status(), cause) {
            (Some(code), Some(text)) => format!("{code} {text}"),
            (Some(code), None) => code.to_string(),
            (None, Some(cause)) => format!("{host}:{port}: {cause}"),
            (None, None) => format!("{host}:{port}: {error}"),
        };
        for secret in secrets {
            told = told.replace(secret, "[hidden]");
        }
        single_line(&told, DETAIL)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Connect,
    Mail,
}

/// A message as it travels: with its end, in one piece. `AsyncSmtpConnection::message` writes the end apart,
/// and the system holds that back until the server has acknowledged the rest, which servers put off for 40 ms:
/// some 20 mails a second and connection.
struct Text(String);

impl Text {
    fn of(message: &[u8]) -> Result<Self, SendError> {
        let text = str::from_utf8(message).ok().filter(|text| text.is_ascii());
        let text = text.ok_or_else(|| SendError::permanent("the stored message is not ASCII"))?;
        // A line that begins with a dot would be taken for the end (RFC 5321 section 4.5.2).
        let lines = text.strip_suffix("\r\n").unwrap_or(text);
        let dot = if lines.starts_with('.') { "." } else { "" };
        Ok(Self(format!(
            "{dot}{}\r\n.\r\n",
            lines.replace("\r\n.", "\r\n..")
        )))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

struct Letter {
    from: Address,
    to: Address,
}

impl Letter {
    fn addressed(from: &str, to: &str) -> Result<Self, SendError> {
        let address = |text: &str| match text.parse::<Address>() {
            Ok(address) if text.is_ascii() => Ok(address),
            _ => Err(SendError::permanent("an envelope address is malformed")),
        };
        Ok(Self {
            from: address(from)?,
            to: address(to)?,
        })
    }
}

/// Closes connections that nobody has used for one to two times [`IDLE`], until none is left.
async fn close_idle(parked: Weak<Mutex<Parked>>) {
    loop {
        sleep(IDLE).await;
        let Some(parked) = parked.upgrade() else {
            return;
        };
        let (expired, watched) = {
            let mut parked = parked.lock().unwrap_or_else(PoisonError::into_inner);
            let expired = parked.expired();
            parked.watched = !parked.connections.is_empty();
            (expired, parked.watched)
        };
        for mut connection in expired {
            // A courtesy; whether it arrives does not matter.
            let _ = timeout(COMMANDS, connection.quit()).await;
        }
        if !watched {
            return;
        }
    }
}
