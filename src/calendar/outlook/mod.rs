//! Outlook calendars, by way of Microsoft Graph 1.0 (learn.microsoft.com/graph/api/resources/event).
//!
//! What lives here: the order of requests that makes each operation repeatable. The requests are in
//! `requests`, the bodies in `resource`, the meaning of refusals in `refusal`.
//!
//! **One event a meeting.** Graph gives out ids, so an event is recognized by two things that it is
//! made with: a `transactionId`, by which Graph notices a request that it has carried out before,
//! and an extended property, the mark, by which the event is found again when no answer told its id.
//! Asked again, Graph answers with the event it has made, or refuses where the event was to look
//! different (`ErrorDuplicateTransactionId`).
//!
//! **Deleted events.** What Graph makes of a `transactionId` whose event was deleted is documented
//! nowhere: it may make the event anew, refuse, or answer with what lies in the bin. There it can
//! lie under its own id, since immutable ids survive moves to other folders
//! (learn.microsoft.com/graph/outlook-immutable-id), and even a change to it succeeds without
//! anybody seeing it. So only what a calendar lists counts as there, a `transactionId` that leads to
//! nothing that is listed is spent, and the next one is taken.

mod batch;
mod busy;
mod directory;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod refusal;
pub mod requests;
mod resource;
#[cfg(test)]
mod tests;

use chrono::{TimeDelta, Utc};
use uuid::Uuid;

use self::requests::{Found, Inserted, OutlookCalendar};
use self::resource::{EventResource, transaction_ids};
use super::busy::{CalendarSays, Heeded, Window};
use super::directory::CalendarEntry;
use super::error::CalendarError;
use super::event::{Event, StoredEvent};
use super::open_calendar::OpenCalendar;
use super::provider::CalendarProvider;

/// An event as young as this that is not listed may yet be; an older one is gone.
const LISTED_WITHIN: TimeDelta = TimeDelta::seconds(10);

/// The meeting's event among those that carry its mark: the one that is known, or else the oldest,
/// because the mark goes along when an owner copies an event.
fn original(marked: Vec<EventResource>, known_id: Option<&str>) -> Option<EventResource> {
    marked
        .into_iter()
        .min_by_key(|event| (known_id != Some(event.id.as_str()), event.created_date_time))
}

impl OutlookCalendar<'_> {
    /// The meeting's event as the chosen calendar lists it.
    async fn listed(
        &self,
        open: &OpenCalendar,
        meeting_id: Uuid,
        known_id: Option<&str>,
    ) -> Result<Option<Found>, CalendarError> {
        let calendar = open.calendar_id.as_deref();
        let marked = self.marked(open, calendar, meeting_id).await?;
        Ok(original(marked, known_id).map(|event| Found {
            calendar: open.calendar_id.clone(),
            event,
        }))
    }

    /// The meeting's event in any calendar to which its owner may have moved it.
    async fn listed_elsewhere(
        &self,
        open: &OpenCalendar,
        meeting_id: Uuid,
        known_id: Option<&str>,
    ) -> Result<Option<Found>, CalendarError> {
        for calendar in self.editable_calendars(open).await? {
            let marked = match self.marked(open, Some(&calendar), meeting_id).await {
                // Not everything that is listed can be read, such as what others have shared.
                Err(CalendarError::NotFound(_) | CalendarError::Forbidden(_)) => continue,
                marked => marked?,
            };
            if let Some(event) = original(marked, known_id) {
                let calendar = Some(calendar);
                return Ok(Some(Found { calendar, event }));
            }
        }
        Ok(None)
    }

    /// The event of a known id that the chosen calendar does not list. `None` where no calendar
    /// does.
    async fn strayed(
        &self,
        open: &OpenCalendar,
        meeting_id: Uuid,
        event_id: &str,
    ) -> Result<Option<Found>, CalendarError> {
        let Some(event) = self.get(open, event_id).await? else {
            return Ok(None);
        };
        if event.is_marked(meeting_id) {
            return self
                .listed_elsewhere(open, meeting_id, Some(event_id))
                .await;
        }
        // Made by the system before this one. Its ids are not immutable, so it is not in the bin.
        Ok(Some(Found {
            calendar: None,
            event,
        }))
    }

    async fn make(&self, open: &OpenCalendar, event: &Event) -> Result<StoredEvent, CalendarError> {
        let mut refused = String::new();
        for transaction_id in transaction_ids(event.meeting_id) {
            let inserted = self.insert(open, &transaction_id, event).await?;
            let (made, known) = match inserted {
                Inserted::Event(known) => (true, Some(known)),
                Inserted::Refused { event_id, reason } => {
                    refused = reason;
                    let known = match event_id {
                        Some(id) => self.get(open, &id).await?,
                        None => None,
                    };
                    (false, known)
                }
            };
            let known_id = known.as_ref().map(|known| known.id.as_str());
            let mut found = self.listed(open, event.meeting_id, known_id).await?;
            if found.is_none() {
                let oldest = Utc::now() - LISTED_WITHIN;
                if known.as_ref().is_some_and(|k| k.is_younger_than(oldest)) {
                    return Err(CalendarError::Conflict("it is not listed yet".into()));
                }
                found = self
                    .listed_elsewhere(open, event.meeting_id, known_id)
                    .await?;
            }
            match found {
                Some(found) if made && found.event.shows(event) => return Ok(found.event.into()),
                Some(found) => {
                    if let Some(stored) = self.revise(open, found, event).await? {
                        return Ok(stored);
                    }
                }
                None => {}
            }
        }
        Err(CalendarError::Conflict(refused))
    }
}

/// An owner may do anything in the main calendar of theirs: where Graph forbids it, the grant falls
/// short. Other calendars may be there to read only.
fn judge(open: &OpenCalendar, error: CalendarError) -> CalendarError {
    match error {
        CalendarError::Forbidden(reason) if open.calendar_id.is_none() => {
            CalendarError::InsufficientScope(reason)
        }
        error => error,
    }
}

impl CalendarProvider for OutlookCalendar<'_> {
    async fn create(
        &self,
        open: &OpenCalendar,
        event: &Event,
    ) -> Result<StoredEvent, CalendarError> {
        let stored = self.make(open, event).await;
        stored.map_err(|error| judge(open, error))
    }

    async fn update(
        &self,
        open: &OpenCalendar,
        event_id: &str,
        event: &Event,
    ) -> Result<StoredEvent, CalendarError> {
        let revised = async {
            let listed = self.listed(open, event.meeting_id, Some(event_id));
            let found = match listed.await? {
                None => self.strayed(open, event.meeting_id, event_id).await?,
                found => found,
            };
            match found {
                Some(found) => self.revise(open, found, event).await,
                None => Ok(None),
            }
        };
        match revised.await {
            Ok(Some(stored)) => Ok(stored),
            Ok(None) => self.create(open, event).await,
            Err(error) => Err(judge(open, error)),
        }
    }

    async fn look(
        &self,
        open: &OpenCalendar,
        event_id: &str,
    ) -> Result<Option<StoredEvent>, CalendarError> {
        let event = self.get(open, event_id).await;
        let event = event.map_err(|error| judge(open, error))?;
        Ok(event.map(StoredEvent::from))
    }

    async fn delete(
        &self,
        open: &OpenCalendar,
        meeting_id: Uuid,
        event_id: Option<&str>,
    ) -> Result<(), CalendarError> {
        let found = match self.listed(open, meeting_id, event_id).await {
            // The calendar is gone, and what was in it.
            Err(CalendarError::NotFound(_)) => None,
            found => found.map_err(|error| judge(open, error))?,
        };
        // What is not listed may be in another calendar; in the bin it does no harm to delete it.
        let (calendar, id) = match (&found, event_id) {
            (Some(found), _) => (found.calendar.as_deref(), found.event.id.as_str()),
            (None, Some(id)) => (None, id),
            (None, None) => return Ok(()),
        };
        match self.remove(open, calendar, id).await {
            Ok(()) | Err(CalendarError::NotFound(_) | CalendarError::Gone(_)) => Ok(()),
            Err(error) => Err(judge(open, error)),
        }
    }

    /// Graph offers nothing to ask with next time.
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
