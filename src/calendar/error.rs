//! Why a provider did not do what it was asked.

use std::time::Duration;

use thiserror::Error;

use crate::http::HttpError;
use crate::shorten::shorten;

/// So much is shown of a calendar's id, in characters: more than those of real ones have.
const LONGEST_ID_SHOWN: usize = 200;

/// Why a provider did not do what it was asked. Texts are readable and hold no token.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CalendarError {
    /// The access token is not accepted (401): refresh it, then ask again, once.
    #[error("the calendar refuses the access token ({0})")]
    Unauthorized(String),
    /// The grant does not include writing to calendars: its owner unticked the box on the consent
    /// page. Only connecting the calendar again helps.
    #[error("the calendar was connected without the right to write events ({0})")]
    InsufficientScope(String),
    /// Too many requests, by whatever count the provider keeps.
    #[error("the calendar's request limit is reached ({reason})")]
    RateLimited {
        reason: String,
        retry_after: Option<Duration>,
    },
    /// The account may not do this (403).
    #[error("the calendar forbids this ({0})")]
    Forbidden(String),
    /// No such calendar, or no such event (404).
    #[error("there is no such calendar or event ({0})")]
    NotFound(String),
    /// The event is not as it was expected to be (409, 412), or not to be seen yet; another look helps.
    #[error("the event could not be brought to the wanted state ({0})")]
    Conflict(String),
    /// It was there and is not any more (410).
    #[error("the event was deleted ({0})")]
    Gone(String),
    /// The provider is overloaded or out of order (5xx, 408).
    #[error("the calendar is unavailable (HTTP {status})")]
    Server {
        status: u16,
        retry_after: Option<Duration>,
    },
    /// No answer.
    #[error("calendar: {0}")]
    Http(HttpError),
    /// An answer that makes no sense: cut short, not JSON, far too long.
    #[error("the calendar answered nonsense: {0}")]
    BadAnswer(String),
    /// One of several calendars could not be read, for a reason of its own.
    #[error("{error}, in the calendar \"{calendar}\"")]
    In {
        calendar: String,
        error: Box<CalendarError>,
    },
    /// Any other refusal.
    #[error("the calendar refused (HTTP {status}, {reason})")]
    Rejected { status: u16, reason: String },
    /// The connection or the provider's settings cannot be used as they are.
    #[error("the calendar cannot be reached as configured: {0}")]
    Misconfigured(String),
}

impl CalendarError {
    /// Whether the same change may well succeed later. After a [`CalendarError::BadAnswer`] it may
    /// even have been carried out, and repeating it finds out; a [`CalendarError::Conflict`] may be
    /// an event that not all of the provider's servers see yet.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Server { .. }
            | Self::BadAnswer(_)
            | Self::Conflict(_) => true,
            Self::Http(error) => error.is_transient(),
            Self::In { error, .. } => error.is_transient(),
            Self::Unauthorized(_)
            | Self::InsufficientScope(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Gone(_)
            | Self::Rejected { .. }
            | Self::Misconfigured(_) => false,
        }
    }

    /// How long the provider asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Server { retry_after, .. } => {
                *retry_after
            }
            Self::In { error, .. } => error.retry_after(),
            _ => None,
        }
    }

    /// Whether somebody answered, but not in the provider's words.
    pub fn is_nonsense(&self) -> bool {
        match self {
            Self::BadAnswer(_) => true,
            Self::In { error, .. } => error.is_nonsense(),
            _ => false,
        }
    }

    /// The same, of one of several calendars; `None` is the main one. What is true of the whole account
    /// stays as it is.
    pub(super) fn within(self, calendar: Option<&str>) -> Self {
        match self {
            error @ (Self::Unauthorized(_)
            | Self::InsufficientScope(_)
            | Self::RateLimited { .. }
            | Self::Http(_)
            | Self::In { .. }) => error,
            error => Self::In {
                calendar: shorten(calendar.unwrap_or("primary"), LONGEST_ID_SHOWN, |_| 1).into(),
                error: Box::new(error),
            },
        }
    }
}

impl From<HttpError> for CalendarError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::ResponseTooLarge(_) => Self::BadAnswer(error.to_string()),
            HttpError::InvalidRequest(problem) => Self::Misconfigured(problem),
            error => Self::Http(error),
        }
    }
}
