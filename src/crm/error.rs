//! Why the CRM did not do what it was asked.

use std::time::Duration;

use thiserror::Error;

use crate::http::HttpError;

/// Why the CRM did not do what it was asked. Texts are readable and hold neither the key nor what guests
/// typed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CrmError {
    /// The key is not accepted, or may not do this (401, 403), or it is not Close that is asked. No request
    /// will go better until somebody has set that right.
    #[error("Close: {0}; see configure_close")]
    Refused(String),
    /// Too many requests, or the plan's limit is reached (429, 402).
    #[error("Close takes no requests for now ({reason})")]
    Limited {
        reason: String,
        retry_after: Duration,
    },
    /// The lead that was known is not there any more: deleted, or merged into another one.
    #[error("the lead is not there any more, and is looked for anew")]
    Gone,
    /// An earlier attempt may have made the lead, and the search does not find it yet.
    #[error("a lead may have been made whose answer was lost: it is looked for again")]
    Unsettled(Duration),
    /// Out of order (5xx, 408).
    #[error("Close is unavailable (HTTP {status})")]
    Server {
        status: u16,
        retry_after: Option<Duration>,
    },
    /// No answer.
    #[error("Close: {0}")]
    Http(HttpError),
    /// An answer that makes no sense: cut short, not JSON, far too long.
    #[error("Close answered nonsense: {0}")]
    BadAnswer(String),
    /// Any other refusal.
    #[error("Close refused (HTTP {status}, {reason})")]
    Rejected { status: u16, reason: String },
}

impl CrmError {
    /// Whether a request that ended like this may have been carried out.
    pub fn may_be_done(&self) -> bool {
        match self {
            Self::Server { .. } | Self::BadAnswer(_) => true,
            Self::Http(error) => !matches!(error, HttpError::Connect(_)),
            Self::Refused(_)
            | Self::Limited { .. }
            | Self::Gone
            | Self::Unsettled(_)
            | Self::Rejected { .. } => false,
        }
    }

    /// Whether the same may well succeed later.
    pub fn is_transient(&self) -> bool {
        !matches!(self, Self::Rejected { .. })
    }
}

impl From<HttpError> for CrmError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::ResponseTooLarge(_) => Self::BadAnswer(error.to_string()),
            HttpError::InvalidRequest(problem) => Self::Refused(problem),
            error => Self::Http(error),
        }
    }
}
