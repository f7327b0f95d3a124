//! What a calendar provider has to be able to do: the one trait, and all of its operations.

use uuid::Uuid;

use super::busy::{CalendarSays, Heeded, Window};
use super::directory::CalendarEntry;
use super::error::CalendarError;
use super::event::{Event, StoredEvent};
use super::open_calendar::OpenCalendar;

/// What a calendar provider can do. Every operation may be repeated after any error.
///
/// One operation is a handful of exchanges at worst, each within the client's time-out.
pub trait CalendarProvider {
    /// Makes the event, or brings it to this state when an earlier attempt has made it.
    fn create(
        &self,
        open: &OpenCalendar,
        event: &Event,
    ) -> impl Future<Output = Result<StoredEvent, CalendarError>> + Send;

    /// Brings an event to this state; one that is not there any more is made again.
    fn update(
        &self,
        open: &OpenCalendar,
        event_id: &str,
        event: &Event,
    ) -> impl Future<Output = Result<StoredEvent, CalendarError>> + Send;

    /// The event as it is, nothing changed; `None` where it is not there any more.
    fn look(
        &self,
        open: &OpenCalendar,
        event_id: &str,
    ) -> impl Future<Output = Result<Option<StoredEvent>, CalendarError>> + Send;

    /// Removes an event; one that is not there is a success.
    fn delete(
        &self,
        open: &OpenCalendar,
        meeting_id: Uuid,
        event_id: Option<&str>,
    ) -> impl Future<Output = Result<(), CalendarError>> + Send;

    /// Reads when an account is busy in `window` by each of these calendars, of which there is at least
    /// one; the one that is open plays no part. An answer is about all of them, each once, or there is
    /// none: an error in one of several is [`CalendarError::In`] that calendar.
    ///
    /// It takes as few requests as the provider allows, one at a time. With what the last answer gave as `next`, a calendar in which nothing changed costs one request
    /// where the provider offers sync tokens, as long as the window stays within what that answer
    /// covered; otherwise all of it is read. A list that does not end is given up (see `pages`). After
    /// any error the calendar is *unknown*, which is not free.
    fn busy(
        &self,
        open: &OpenCalendar,
        window: Window,
        calendars: &[Heeded],
    ) -> impl Future<Output = Result<Vec<CalendarSays>, CalendarError>> + Send;

    /// The e-mail address of the account that the token belongs to. One request.
    ///
    /// `userinfo_url` is asked exactly as it is: OpenID Connect's user info at Google, `/me` at Graph.
    /// The address is for showing; it proves nothing about who may do what. An account without one is
    /// [`CalendarError::BadAnswer`].
    fn account_email(
        &self,
        open: &OpenCalendar,
        userinfo_url: &str,
    ) -> impl Future<Output = Result<String, CalendarError>> + Send;

    /// All calendars in the account's list, in the provider's order; which one is open plays no part.
    /// A list is complete or there is none. One request a page.
    fn calendars(
        &self,
        open: &OpenCalendar,
    ) -> impl Future<Output = Result<Vec<CalendarEntry>, CalendarError>> + Send;
}
