//! The two words in which a way out answers: sent, or not sent and whether to try again.

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
