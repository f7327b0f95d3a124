//! The operations as plain functions, for tests: what the network thread asks through a client, asked
//! at once.

use oauth2::AccessToken;

use super::busy::{BusyAnswer, CalendarSays, Heeded, SyncToken, Window};
use super::by_provider::{AccountEmail, ListCalendars, ReadBusy, carry_out};
use super::directory::CalendarEntry;
use super::error::CalendarError;
use super::event::{Change, EventAnswer, EventRequest, StoredEvent};
use super::open_calendar::OpenCalendar;
use crate::http::HttpClient;
use crate::provider::Provider;

/// The event after a change; `None` where it was removed.
pub async fn apply(
    http: &HttpClient,
    open: &OpenCalendar,
    change: &Change,
) -> Result<Option<StoredEvent>, CalendarError> {
    match carry_out(http, open, &EventRequest::Change(change.clone())).await? {
        EventAnswer::Changed(stored) => Ok(stored),
        EventAnswer::Seen(_) => panic!("a change was answered with a look"),
    }
}

/// The event as it is.
pub async fn look(
    http: &HttpClient,
    open: &OpenCalendar,
    event_id: &str,
) -> Result<Option<StoredEvent>, CalendarError> {
    match carry_out(http, open, &EventRequest::Look(event_id.to_owned())).await? {
        EventAnswer::Seen(stored) => Ok(stored),
        EventAnswer::Changed(_) => panic!("a look was answered with a change"),
    }
}

/// When the owner is busy by the calendar that is open, and by no other.
pub async fn read_busy(
    http: &HttpClient,
    open: &OpenCalendar,
    window: Window,
    known: Option<&SyncToken>,
) -> Result<BusyAnswer, CalendarError> {
    let calendars = vec![Heeded {
        calendar_id: open.calendar_id.clone(),
        by_event: true,
        known: known.cloned(),
    }];
    let mut says = read_calendars(http, open, window, calendars).await?;
    let said = says.pop().expect("an answer is about all calendars");
    assert_eq!((said.calendar_id, says), (open.calendar_id.clone(), vec![]));
    Ok(said.answer)
}

/// When the owner is busy by each of these.
pub async fn read_calendars(
    http: &HttpClient,
    open: &OpenCalendar,
    window: Window,
    calendars: Vec<Heeded>,
) -> Result<Vec<CalendarSays>, CalendarError> {
    carry_out(http, open, &ReadBusy { window, calendars }).await
}

pub async fn calendars(
    http: &HttpClient,
    open: &OpenCalendar,
) -> Result<Vec<CalendarEntry>, CalendarError> {
    carry_out(http, open, &ListCalendars).await
}

/// The address of the account that a token belongs to, as it is known before its calendars are.
pub async fn account_email(
    http: &HttpClient,
    provider: Provider,
    userinfo_url: &str,
    access_token: &AccessToken,
) -> Result<String, CalendarError> {
    let open = OpenCalendar {
        provider,
        api_url: None,
        access_token: access_token.clone(),
        calendar_id: None,
    };
    carry_out(http, &open, &AccountEmail { userinfo_url }).await
}
