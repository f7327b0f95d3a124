//! Events in the calendars of owners: one trait that every provider implements, and the types that
//! they share.
//!
//! A provider lives in a file of its own (`google.rs`, `outlook.rs`); in this room it is named in four
//! places: [`apply`] and [`look`] for events, [`busy`] for when their owner has no time, [`directory`]
//! for accounts and their lists of calendars, and [`conferencing`] for the video conference it has.
//! This room owns no socket and no table: it is handed the client, an open access token and owned data,
//! runs on the worker's network thread, and hands back what to store. It neither refreshes tokens nor
//! retries.
//!
//! Provider events carry no attendees and send no mail: the invitation is ours (see `mail`).

mod answer;
pub mod busy;
pub mod conferencing;
pub mod directory;
mod google;
mod outlook;
mod pages;

use std::time::Duration;

use chrono::{DateTime, Utc};
use oauth2::AccessToken;
use reqwest::Url;
use thiserror::Error;
use uuid::Uuid;

use crate::http::{HttpClient, HttpError};
use crate::oauth::provider::Provider;

/// One calendar of one account, and the right to write to it. `Debug` does not show the token.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// Whose calendar it is.
    pub provider: Provider,
    /// The root of the provider's API; `None` is the real one.
    pub api_url: Option<String>,
    /// The bearer token.
    pub access_token: AccessToken,
    /// The calendar the owner chose; `None` is the account's main one.
    pub calendar_id: Option<String>,
}

/// A meeting as it shall appear in the owner's calendar.
///
/// It is placed by its instants alone. The calendar shows them in the zone its owner set there;
/// naming a zone would add nothing and let a provider refuse a name that PostgreSQL knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The meeting; the provider's idempotency key is made of it.
    pub meeting_id: Uuid,
    pub title: String,
    /// Plain text; a provider that expects HTML gets it escaped.
    pub description: String,
    pub location: Option<String>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// Whether the provider shall add its own video conference (Meet at Google, Teams at Outlook).
    pub conference: bool,
}

/// What the provider says of an event it has stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// The provider's id of the event, to be kept: it is not always the one we proposed.
    pub id: String,
    /// Where the owner sees the event in a browser.
    pub html_link: Option<String>,
    /// Where the video conference takes place, once there is one.
    pub meeting_url: Option<String>,
    /// The conference was asked for and is not ready: [`look`] brings its URL later.
    pub conference_pending: bool,
}

/// What shall happen to a meeting's event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Make it. Made before, with the answer lost: bring it to this state.
    Create(Event),
    /// Bring the event of this id to this state, making it anew if its owner deleted it.
    Update { event_id: String, event: Event },
    /// Remove it. Without an id, because no answer ever told it, the provider finds the event by
    /// its meeting.
    Delete {
        meeting_id: Uuid,
        event_id: Option<String>,
    },
}

/// What a calendar provider can do. Every operation may be repeated after any error.
///
/// One operation is a handful of exchanges at worst, each within the client's time-out.
pub trait CalendarProvider {
    /// Makes the event, or brings it to this state when an earlier attempt has made it.
    fn create(
        &self,
        mailbox: &Mailbox,
        event: &Event,
    ) -> impl Future<Output = Result<StoredEvent, CalendarError>> + Send;

    /// Brings an event to this state; one that is not there any more is made again.
    fn update(
        &self,
        mailbox: &Mailbox,
        event_id: &str,
        event: &Event,
    ) -> impl Future<Output = Result<StoredEvent, CalendarError>> + Send;

    /// The event as it is, nothing changed; `None` where it is not there any more.
    fn look(
        &self,
        mailbox: &Mailbox,
        event_id: &str,
    ) -> impl Future<Output = Result<Option<StoredEvent>, CalendarError>> + Send;

    /// Removes an event; one that is not there is a success.
    fn delete(
        &self,
        mailbox: &Mailbox,
        meeting_id: Uuid,
        event_id: Option<&str>,
    ) -> impl Future<Output = Result<(), CalendarError>> + Send;
}

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
            _ => None,
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

/// Carries out one change in one calendar, whoever provides it.
/// Returns the event as it is now, or `None` when it was removed.
pub async fn apply(
    http: &HttpClient,
    mailbox: &Mailbox,
    change: &Change,
) -> Result<Option<StoredEvent>, CalendarError> {
    match mailbox.provider {
        Provider::Google => {
            let google = google::GoogleCalendar::new(http, mailbox.api_url.as_deref())?;
            carry_out(&google, mailbox, change).await
        }
        Provider::Outlook => {
            let outlook = outlook::OutlookCalendar::new(http, mailbox.api_url.as_deref())?;
            carry_out(&outlook, mailbox, change).await
        }
    }
}

/// Looks at an event without changing it; `None` where it is not there any more.
pub async fn look(
    http: &HttpClient,
    mailbox: &Mailbox,
    event_id: &str,
) -> Result<Option<StoredEvent>, CalendarError> {
    let api_url = mailbox.api_url.as_deref();
    match mailbox.provider {
        Provider::Google => {
            let google = google::GoogleCalendar::new(http, api_url)?;
            google.look(mailbox, event_id).await
        }
        Provider::Outlook => {
            let outlook = outlook::OutlookCalendar::new(http, api_url)?;
            outlook.look(mailbox, event_id).await
        }
    }
}

/// The base of a provider's API.
fn api_base(api_url: &str) -> Result<Url, CalendarError> {
    Url::parse(api_url)
        .ok()
        .filter(Url::has_host)
        .ok_or_else(|| CalendarError::Misconfigured("api_url is not a URL".into()))
}

async fn carry_out(
    provider: &impl CalendarProvider,
    mailbox: &Mailbox,
    change: &Change,
) -> Result<Option<StoredEvent>, CalendarError> {
    match change {
        Change::Create(event) => provider.create(mailbox, event).await.map(Some),
        Change::Update { event_id, event } => {
            provider.update(mailbox, event_id, event).await.map(Some)
        }
        Change::Delete {
            meeting_id,
            event_id,
        } => provider
            .delete(mailbox, *meeting_id, event_id.as_deref())
            .await
            .map(|()| None),
    }
}
