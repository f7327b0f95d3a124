//! The seam between a finished mail and the ways to send it.
//!
//! A way out takes a whole [`Mail`] and answers in the two words the queue understands: sent, or
//! not sent and whether to try again. Keeping mails without sending them (`capture`) needs no way
//! out and is not here.

use zeroize::Zeroizing;

use super::facts::Mail;
use super::sent::SendError;
use super::smtp::SmtpMailer;

/// Which way out, and what it needs. No `Debug`: it holds secrets.
#[derive(Clone, PartialEq, Eq)]
pub enum Route {
    /// A mail server, by its URL.
    Smtp(Zeroizing<String>),
}

/// A way out. Keep it between mails: it holds connections.
pub enum Mailer {
    Smtp(SmtpMailer),
}

impl Mailer {
    /// Opens a way out; nothing is connected yet.
    ///
    /// # Errors
    /// Where the route is malformed.
    pub fn open(route: &Route) -> Result<Self, SendError> {
        match route {
            Route::Smtp(url) => SmtpMailer::new(url)
                .map(Self::Smtp)
                .map_err(|error| SendError::transient(error.to_string())),
        }
    }

    /// Sends one mail. Sending the same mail again after an error is safe: its Message-ID is the
    /// same, so the worst outcome is a copy that readers recognise as one.
    pub async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.send(&mail.from, &mail.to, &mail.message).await,
        }
    }
}
