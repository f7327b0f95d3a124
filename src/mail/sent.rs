//! How a way out says that a mail is not out, and whether to try again.

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
