//! How a way out says what became of a mail: that it took it, or why not and what that means for others.

use std::time::Duration;

/// The mail is out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// What the provider calls it, where it has said so: one short word.
    pub id: Option<String>,
}

/// The mail is not out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct SendError {
    pub fault: Fault,
    /// One line of at most 500 characters that is safe to store: no secret, no message text.
    pub detail: String,
}

/// Whose fault it is that a mail is not out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The mail's own: another attempt is pointless.
    Permanent,
    /// It may well go out later, and not before the time that was asked for.
    Passing { retry_after: Option<Duration> },
    /// Not the mail's: none goes out this way for so long. It is no attempt at the mail, unless it may be the
    /// mail's own fault all the same.
    Closed { pause: Duration, is_attempt: bool },
}

impl SendError {
    pub(super) fn permanent(detail: impl Into<String>) -> Self {
        Self {
            fault: Fault::Permanent,
            detail: detail.into(),
        }
    }

    pub(super) fn transient(detail: impl Into<String>) -> Self {
        Self {
            fault: Fault::Passing { retry_after: None },
            detail: detail.into(),
        }
    }

    /// There was no room for it: no attempt was made.
    pub(super) fn busy(detail: impl Into<String>) -> Self {
        Self::closed(Duration::ZERO, detail)
    }

    /// None goes out for so long, whose fault is not this mail's.
    pub(super) fn closed(pause: Duration, detail: impl Into<String>) -> Self {
        Self {
            fault: Fault::Closed {
                pause,
                is_attempt: false,
            },
            detail: detail.into(),
        }
    }

    #[cfg(test)]
    pub fn is_permanent(&self) -> bool {
        self.fault == Fault::Permanent
    }
}
