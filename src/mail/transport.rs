//! The seam between a finished mail and the ways to send it.
//!
//! A way out takes a whole [`Mail`] and answers in the two words the queue understands: sent, or
//! not sent and whether to try again. Keeping mails without sending them (`capture`) needs no way
//! out and is not here.

use super::{Mail, SmtpMailer};

/// The configured way out. Keep it between mails: it holds connections.
pub enum Mailer {
    Smtp(SmtpMailer),
}

impl Mailer {
    /// Sends one mail. Sending the same mail again after an error is safe: its Message-ID is the
    /// same, so the worst outcome is a copy that readers recognise as one.
    pub async fn send(&self, mail: &Mail) -> Result<Sent, SendError> {
        match self {
            Self::Smtp(smtp) => smtp.send(&mail.from, &mail.to, &mail.message).await,
        }
    }
}

/// The mail is out: its first recipient was accepted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Recipients in copy that the server refused, each with its reason. Not tried again, because
    /// that would send the mail to the others once more.
    pub refused: Vec<String>,
}

/// The mail is not out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct SendError {
    /// Whether another attempt is pointless.
    pub permanent: bool,
    /// One line of at most 500 characters that is safe to store: no secret, no message text.
    pub detail: String,
}

impl SendError {
    pub(super) fn permanent(detail: impl Into<String>) -> Self {
        Self {
            permanent: true,
            detail: detail.into(),
        }
    }

    pub(super) fn transient(detail: impl Into<String>) -> Self {
        Self {
            permanent: false,
            detail: detail.into(),
        }
    }
}
