//! The seam between a finished mail and the ways to send it.
//!
//! A way out takes a whole [`Mail`] and answers in the two words the queue understands: sent, or
//! not sent and whether to try again. Keeping mails without sending them (`capture`) needs no way
//! out and is not here.

use super::facts::Mail;
use super::sent::{SendError, Sent};
use super::smtp::SmtpMailer;

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
