//! Google Calendar, API version 3 (developers.google.com/workspace/calendar/api/v3/reference).
//!
//! What lives here: the order of requests that makes each operation repeatable. Where they go is in
//! `requests`, their bodies in `resource`, the meaning of refusals in `refusal`; `busy`,
//! `free_busy` and `calendars` read the owner's calendars, and `directory` the account.
//!
//! **Ids.** The event's id is the meeting's UUID without dashes, which is valid base32hex. Google
//! keeps the ids of deleted events reserved, so an insert answers 409 both when an earlier attempt
//! had succeeded and when the owner has deleted the event since; a patch that sets the status to
//! `confirmed` heals the first and revives the second. What Google reports as cancelled and will
//! not revive gets a successor under a second id, just as predictable. An `iCalUID` equal to the
//! invitation's UID cannot be set: the reference allows only one of `id` and `iCalUID` at creation.
//!
//! **Conferences.** One is asked for when the event is made, or later where Google's answer shows
//! that none was ever asked for; never again after that, be it pending or failed. What an account
//! may not have (400) does not keep it from its event.

mod busy;
mod calendars;
mod directory;
mod free_busy;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod refusal;
pub mod requests;
mod resource;
#[cfg(test)]
mod tests;

use reqwest::Method;
use uuid::Uuid;

use self::requests::GoogleCalendar;
use self::resource::{ConferenceBody, EventBody, EventResource, event_ids};
use super::busy::{CalendarSays, Heeded, Window};
use super::directory::CalendarEntry;
use super::error::CalendarError;
use super::event::{Event, StoredEvent};
use super::open_calendar::OpenCalendar;
use super::provider::CalendarProvider;

impl GoogleCalendar<'_> {
    async fn insert(
        &self,
        open: &OpenCalendar,
        id: &str,
        event: &Event,
    ) -> Result<StoredEvent, CalendarError> {
        let body = EventBody::to_insert(id, event);
        let inserted = match self.post(open, &body).await {
            // "Invalid conference type value", for one.
            Err(CalendarError::Rejected { status: 400, .. }) if event.conference => {
                self.post(open, &body.without_conference()).await
            }
            inserted => inserted,
        };
        inserted.map(StoredEvent::from)
    }

    async fn post(
        &self,
        open: &OpenCalendar,
        body: &EventBody<'_>,
    ) -> Result<EventResource, CalendarError> {
        let request = self.request(Method::POST, open, None)?;
        let answer = self.send(request.query(&WRITE_QUERY).json(body)).await?;
        EventResource::read(&answer.body)
    }

    /// Asks for the conference of an event that has none. `None` where the account may not have one.
    async fn ask_for_conference(
        &self,
        open: &OpenCalendar,
        id: &str,
    ) -> Result<Option<EventResource>, CalendarError> {
        let request = self.request(Method::PATCH, open, Some(id))?;
        let body = ConferenceBody::of(id);
        match self.send(request.query(&WRITE_QUERY).json(&body)).await {
            Ok(answer) => EventResource::read(&answer.body).map(Some),
            Err(CalendarError::Rejected { status: 400, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Brings the event `id` to the wanted state, reviving it where Google allows. `None` when
    /// there is no such event any more.
    async fn revise(
        &self,
        open: &OpenCalendar,
        id: &str,
        event: &Event,
    ) -> Result<Option<StoredEvent>, CalendarError> {
        let request = self.request(Method::PATCH, open, Some(id))?;
        let body = EventBody::to_patch(event);
        match self.send(request.query(&WRITE_QUERY).json(&body)).await {
            Ok(answer) => {
                let mut resource = EventResource::read(&answer.body)?;
                if resource.is_cancelled() {
                    return Ok(None);
                }
                if event.conference && !resource.knows_a_conference() {
                    let asked = self.ask_for_conference(open, id).await?;
                    resource = asked.unwrap_or(resource);
                }
                Ok(Some(resource.into()))
            }
            Err(CalendarError::NotFound(_) | CalendarError::Gone(_)) => Ok(None),
            // Google forbids changing some of the events that their owner deleted.
            Err(forbidden @ CalendarError::Forbidden(_)) => {
                if self.is_cancelled(open, id).await? {
                    Ok(None)
                } else {
                    Err(forbidden)
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn get(&self, open: &OpenCalendar, id: &str) -> Result<EventResource, CalendarError> {
        let request = self.request(Method::GET, open, Some(id))?;
        EventResource::read(&self.send(request).await?.body)
    }

    /// Whether Google itself says that the event was deleted; `get` also returns those.
    async fn is_cancelled(&self, open: &OpenCalendar, id: &str) -> Result<bool, CalendarError> {
        match self.get(open, id).await {
            Ok(event) => Ok(event.is_cancelled()),
            Err(CalendarError::NotFound(_)) => Ok(false),
            Err(CalendarError::Gone(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// Nobody is told by Google, whoever the owner may have added by hand; conferences are understood.
const WRITE_QUERY: [(&str, &str); 2] = [("sendUpdates", "none"), ("conferenceDataVersion", "1")];

impl CalendarProvider for GoogleCalendar<'_> {
    async fn create(
        &self,
        open: &OpenCalendar,
        event: &Event,
    ) -> Result<StoredEvent, CalendarError> {
        let mut taken = String::new();
        for id in event_ids(event.meeting_id) {
            match self.insert(open, &id, event).await {
                Err(CalendarError::Conflict(reason)) => taken = reason,
                answer => return answer,
            }
            if let Some(stored) = self.revise(open, &id, event).await? {
                return Ok(stored);
            }
            // Only Google's own word makes room for a successor: an event that is merely not
            // visible yet would otherwise be made twice.
            if !self.is_cancelled(open, &id).await? {
                break;
            }
        }
        Err(CalendarError::Conflict(taken))
    }

    async fn update(
        &self,
        open: &OpenCalendar,
        event_id: &str,
        event: &Event,
    ) -> Result<StoredEvent, CalendarError> {
        match self.revise(open, event_id, event).await? {
            Some(stored) => Ok(stored),
            None => self.create(open, event).await,
        }
    }

    async fn look(
        &self,
        open: &OpenCalendar,
        event_id: &str,
    ) -> Result<Option<StoredEvent>, CalendarError> {
        match self.get(open, event_id).await {
            Ok(event) => Ok((!event.is_cancelled()).then(|| event.into())),
            Err(CalendarError::NotFound(_) | CalendarError::Gone(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn delete(
        &self,
        open: &OpenCalendar,
        meeting_id: Uuid,
        event_id: Option<&str>,
    ) -> Result<(), CalendarError> {
        let [own_id, _] = event_ids(meeting_id);
        let id = event_id.unwrap_or(&own_id);
        let request = self.request(Method::DELETE, open, Some(id))?;
        match self.send(request.query(&WRITE_QUERY[..1])).await {
            Ok(_) | Err(CalendarError::NotFound(_) | CalendarError::Gone(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn busy(
        &self,
        open: &OpenCalendar,
        window: Window,
        calendars: &[Heeded],
    ) -> Result<Vec<CalendarSays>, CalendarError> {
        self.read_calendars(open, window, calendars).await
    }

    async fn account_email(
        &self,
        open: &OpenCalendar,
        userinfo_url: &str,
    ) -> Result<String, CalendarError> {
        self.read_account(open, userinfo_url).await
    }

    async fn calendars(&self, open: &OpenCalendar) -> Result<Vec<CalendarEntry>, CalendarError> {
        self.calendar_list(open).await
    }
}
