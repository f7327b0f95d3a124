//! The seam between a finished mail and the ways to send it.
//!
//! A way out takes a whole [`Mail`] and answers in the two words the queue understands: sent, or
//! not sent and whether to try again. Keeping mails without sending them (`capture`) needs no way
//! out and is not here.

use zeroize::Zeroizing;

use super::facts::Mail;
use super::resend::{ResendAccount, ResendMailer};
use super::sent::{SendError, Sent};
use super::smtp::SmtpMailer;
use crate::http::HttpClient;

/// Which way out, and what it needs. No `Debug`: it holds secrets.
#[derive(Clone, PartialEq, Eq)]
pub enum Route {
    /// A mail server, by its URL.
    Smtp(Zeroizing<String>),
    /// An account with Resend.
    Resend(ResendAccount),
}

/// A way out. Keep it between mails: it holds connections.
pub enum Mailer {
    Smtp(SmtpMailer),
    Resend(ResendMailer),
}

impl Mailer {
    /// Opens a way out; nothing is connected yet.
    ///
    /// # Errors
    /// Where the route is malformed.
    pub fn open(route: &Route, http: &HttpClient) -> Result<Self, SendError> {
        match route {
            Route::Smtp(url) => SmtpMailer::new(url)
                .map(Self::Smtp)
                .map_err(|error| SendError::transient(error.to_string())),
            Route::Resend(account) => ResendMailer::new(http, account)
                .map(Self::Resend)
                .map_err(|error| SendError::transient(error.to_string())),
        }
    }

    /// Sends one mail. Sending the same mail again after an error is safe: its Message-ID is the
    /// same, so the worst outcome is a copy that readers recognise as one.
    pub async fn send(&self, mail: &Mail) -> Result<Sent, SendError> {
        match self {
            Self::Resend(resend) => resend.send(mail).await,
            Self::Smtp(smtp) => smtp.send(&mail.from, &mail.to, &mail.message).await,
        }
    }
}
