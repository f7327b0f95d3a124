//! The one place where a provider's name becomes its code: any operation, on whichever provider has
//! the calendar.

use super::busy::{CalendarSays, Heeded, Window};
use super::directory::CalendarEntry;
use super::error::CalendarError;
use super::event::{Change, EventAnswer, EventRequest};
use super::google::requests::GoogleCalendar;
use super::open_calendar::OpenCalendar;
use super::outlook::requests::OutlookCalendar;
use super::provider::CalendarProvider;
use crate::http::HttpClient;
use crate::provider::Provider;

/// Something to be done with a calendar, and the type of what comes of it.
pub trait Operation: Sync {
    type Answer: Send;

    fn on(
        &self,
        provider: &(impl CalendarProvider + Sync),
        open: &OpenCalendar,
    ) -> impl Future<Output = Result<Self::Answer, CalendarError>> + Send;
}

/// Carries out one operation, whoever provides the calendar.
///
/// # Errors
/// Those of [`CalendarError`].
pub async fn carry_out<O: Operation>(
    http: &HttpClient,
    open: &OpenCalendar,
    operation: &O,
) -> Result<O::Answer, CalendarError> {
    let api_url = open.api_url.as_deref();
    match open.provider {
        Provider::Google => {
            let google = GoogleCalendar::new(http, api_url)?;
            operation.on(&google, open).await
        }
        Provider::Outlook => {
            let outlook = OutlookCalendar::new(http, api_url)?;
            operation.on(&outlook, open).await
        }
    }
}

impl Operation for EventRequest {
    type Answer = EventAnswer;

    async fn on(
        &self,
        provider: &(impl CalendarProvider + Sync),
        open: &OpenCalendar,
    ) -> Result<EventAnswer, CalendarError> {
        let change = match self {
            Self::Look(event_id) => {
                return provider.look(open, event_id).await.map(EventAnswer::Seen);
            }
            Self::Change(change) => change,
        };
        let stored = match change {
            Change::Create(event) => Some(provider.create(open, event).await?),
            Change::Update { event_id, event } => {
                Some(provider.update(open, event_id, event).await?)
            }
            Change::Delete {
                meeting_id,
                event_id,
            } => {
                let event_id = event_id.as_deref();
                provider.delete(open, *meeting_id, event_id).await?;
                None
            }
        };
        Ok(EventAnswer::Changed(stored))
    }
}

/// When an account's owner is busy: see [`CalendarProvider::busy`].
pub struct ReadBusy {
    pub window: Window,
    pub calendars: Vec<Heeded>,
}

impl Operation for ReadBusy {
    type Answer = Vec<CalendarSays>;

    async fn on(
        &self,
        provider: &(impl CalendarProvider + Sync),
        open: &OpenCalendar,
    ) -> Result<Vec<CalendarSays>, CalendarError> {
        provider.busy(open, self.window, &self.calendars).await
    }
}

/// The account's address: see [`CalendarProvider::account_email`].
pub struct AccountEmail<'a> {
    pub userinfo_url: &'a str,
}

impl Operation for AccountEmail<'_> {
    type Answer = String;

    async fn on(
        &self,
        provider: &(impl CalendarProvider + Sync),
        open: &OpenCalendar,
    ) -> Result<String, CalendarError> {
        provider.account_email(open, self.userinfo_url).await
    }
}

/// The account's calendars: see [`CalendarProvider::calendars`].
pub struct ListCalendars;

impl Operation for ListCalendars {
    type Answer = Vec<CalendarEntry>;

    async fn on(
        &self,
        provider: &(impl CalendarProvider + Sync),
        open: &OpenCalendar,
    ) -> Result<Vec<CalendarEntry>, CalendarError> {
        provider.calendars(open).await
    }
}
