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

mod busy;
mod directory;
mod refusal;
mod requests;
mod resource;
#[cfg(test)]
mod tests;

use chrono::{TimeDelta, Utc};
use reqwest::Url;
use uuid::Uuid;

use super::{CalendarError, CalendarProvider, Event, Mailbox, StoredEvent, api_base};
use crate::http::HttpClient;
use requests::Inserted;
use resource::EventResource;

const API_URL: &str = "https://graph.microsoft.com/v1.0";
/// So often an owner may delete the event of one meeting and have it made again.
const TRANSACTION_IDS: u32 = 8;
/// An event as young as this that is not listed may yet be; an older one is gone.
const LISTED_WITHIN: TimeDelta = TimeDelta::seconds(10);

/// Microsoft Graph behind one API root.
pub struct OutlookCalendar<'a> {
    http: &'a HttpClient,
    api_url: Url,
}

/// An event and the calendar that lists it, where that is another one than the chosen one.
struct Found {
    calendar: Option<String>,
    event: EventResource,
}

/// The transaction ids of a meeting, in the order in which they are tried. Each starts with the
/// meeting's UUID.
fn transaction_ids(meeting_id: Uuid) -> impl Iterator<Item = String> {
    let successors = (1..TRANSACTION_IDS).map(move |n| format!("{meeting_id}-{n}"));
    std::iter::once(meeting_id.to_string()).chain(successors)
}

/// The meeting's event among those that carry its mark: the one that is known, or else the oldest,
/// because the mark goes along when an owner copies an event.
fn original(marked: Vec<EventResource>, known_id: Option<&str>) -> Option<EventResource> {
    marked
        .into_iter()
        .min_by_key(|event| (known_id != Some(event.id.as_str()), event.created_date_time))
}

impl<'a> OutlookCalendar<'a> {
    /// Speaks to Graph, or to what pretends to be Graph at `api_url`.
    pub fn new(http: &'a HttpClient, api_url: Option<&str>) -> Result<Self, CalendarError> {
        let api_url = api_base(api_url.unwrap_or(API_URL))?;
        Ok(Self { http, api_url })
    }

    /// The meeting's event as the chosen calendar lists it.
    async fn listed(
        &self,
        mailbox: &Mailbox,
        meeting_id: Uuid,
        known_id: Option<&str>,
    ) -> Result<Option<Found>, CalendarError> {
        let calendar = mailbox.calendar_id.as_deref();
        let marked = self.marked(mailbox, calendar, meeting_id).await?;
        Ok(original(marked, known_id).map(|event| Found {
            calendar: mailbox.calendar_id.clone(),
            event,
        }))
    }

    /// The meeting's event in any calendar to which its owner may have moved it.
    async fn listed_elsewhere(
        &self,
        mailbox: &Mailbox,
        meeting_id: Uuid,
        known_id: Option<&str>,
    ) -> Result<Option<Found>, CalendarError> {
        for calendar in self.calendars(mailbox).await? {
            let marked = match self.marked(mailbox, Some(&calendar), meeting_id).await {
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
        mailbox: &Mailbox,
        meeting_id: Uuid,
        event_id: &str,
    ) -> Result<Option<Found>, CalendarError> {
        let Some(event) = self.get(mailbox, event_id).await? else {
            return Ok(None);
        };
        if event.is_marked(meeting_id) {
            return self
                .listed_elsewhere(mailbox, meeting_id, Some(event_id))
                .await;
        }
        // Made by the system before this one. Its ids are not immutable, so it is not in the bin.
        Ok(Some(Found {
            calendar: None,
            event,
        }))
    }

    async fn make(&self, mailbox: &Mailbox, event: &Event) -> Result<StoredEvent, CalendarError> {
        let mut refused = String::new();
        for transaction_id in transaction_ids(event.meeting_id) {
            let inserted = self.insert(mailbox, &transaction_id, event).await?;
            let (made, known) = match inserted {
                Inserted::Event(known) => (true, Some(known)),
                Inserted::Refused { event_id, reason } => {
                    refused = reason;
                    let known = match event_id {
                        Some(id) => self.get(mailbox, &id).await?,
                        None => None,
                    };
                    (false, known)
                }
            };
            let known_id = known.as_ref().map(|known| known.id.as_str());
            let mut found = self.listed(mailbox, event.meeting_id, known_id).await?;
            if found.is_none() {
                let oldest = Utc::now() - LISTED_WITHIN;
                if known.as_ref().is_some_and(|k| k.is_younger_than(oldest)) {
                    return Err(CalendarError::Conflict("it is not listed yet".into()));
                }
                found = self
                    .listed_elsewhere(mailbox, event.meeting_id, known_id)
                    .await?;
            }
            match found {
                Some(found) if made && found.event.shows(event) => return Ok(found.event.into()),
                Some(found) => {
                    if let Some(stored) = self.revise(mailbox, found, event).await? {
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
fn judge(mailbox: &Mailbox, error: CalendarError) -> CalendarError {
    match error {
        CalendarError::Forbidden(reason) if mailbox.calendar_id.is_none() => {
            CalendarError::InsufficientScope(reason)
        }
        error => error,
    }
}

impl CalendarProvider for OutlookCalendar<'_> {
    async fn create(&self, mailbox: &Mailbox, event: &Event) -> Result<StoredEvent, CalendarError> {
        let stored = self.make(mailbox, event).await;
        stored.map_err(|error| judge(mailbox, error))
    }

    async fn update(
        &self,
        mailbox: &Mailbox,
        event_id: &str,
        event: &Event,
    ) -> Result<StoredEvent, CalendarError> {
        let revised = async {
            let listed = self.listed(mailbox, event.meeting_id, Some(event_id));
            let found = match listed.await? {
                None => self.strayed(mailbox, event.meeting_id, event_id).await?,
                found => found,
            };
            match found {
                Some(found) => self.revise(mailbox, found, event).await,
                None => Ok(None),
            }
        };
        match revised.await {
            Ok(Some(stored)) => Ok(stored),
            Ok(None) => self.create(mailbox, event).await,
            Err(error) => Err(judge(mailbox, error)),
        }
    }

    async fn look(
        &self,
        mailbox: &Mailbox,
        event_id: &str,
    ) -> Result<Option<StoredEvent>, CalendarError> {
        let event = self.get(mailbox, event_id).await;
        let event = event.map_err(|error| judge(mailbox, error))?;
        Ok(event.map(StoredEvent::from))
    }

    async fn delete(
        &self,
        mailbox: &Mailbox,
        meeting_id: Uuid,
        event_id: Option<&str>,
    ) -> Result<(), CalendarError> {
        let found = match self.listed(mailbox, meeting_id, event_id).await {
            // The calendar is gone, and what was in it.
            Err(CalendarError::NotFound(_)) => None,
            found => found.map_err(|error| judge(mailbox, error))?,
        };
        // What is not listed may be in another calendar; in the bin it does no harm to delete it.
        let (calendar, id) = match (&found, event_id) {
            (Some(found), _) => (found.calendar.as_deref(), found.event.id.as_str()),
            (None, Some(id)) => (None, id),
            (None, None) => return Ok(()),
        };
        match self.remove(mailbox, calendar, id).await {
            Ok(()) | Err(CalendarError::NotFound(_) | CalendarError::Gone(_)) => Ok(()),
            Err(error) => Err(judge(mailbox, error)),
        }
    }
}
