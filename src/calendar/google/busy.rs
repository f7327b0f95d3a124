//! When the owner of one Google calendar is busy: `events.list`
//! (developers.google.com/workspace/calendar/api/v3/reference/events/list).
//!
//! **Sync tokens** (…/calendar/api/guides/sync) are used to learn *whether* something changed, and
//! no more. What a token's answer lists is not bound to any window: one change to a recurring event
//! lists its occurrences for decades, those of a deleted one only in part. Reading the window again
//! costs a page more and cannot go wrong. A token's answer says nothing of time that the list before
//! it did not cover, so every list reaches ahead of what was asked for.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use reqwest::Method;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use uuid::Uuid;

use super::requests::GoogleCalendar;
use super::resource::event_ids;
use crate::calendar::answer::{is_id, read};
use crate::calendar::busy::{
    BusyAnswer, BusyEvent, SyncToken, When, Window, rfc3339, unreadable_event,
};
use crate::calendar::error::CalendarError;
use crate::calendar::open_calendar::OpenCalendar;
use crate::calendar::pages::Pages;

/// Windows move on with the clock: it takes this long until one has left what a list covered.
const LOOKAHEAD: TimeDelta = TimeDelta::days(7);

/// What every request of one list and of its sync token says alike. An id may have 1,024 characters,
/// so an event is at most 1.4 kB and a page of these fits the client's cap; of the attendees only
/// the owner is sent.
const LIST: [(&str, &str); 4] = [
    ("singleEvents", "true"),
    ("maxResults", "700"),
    ("maxAttendees", "1"),
    (
        "fields",
        "kind,timeZone,nextPageToken,nextSyncToken,items(id,status,transparency,eventType,\
         start(date,dateTime),end(date,dateTime),attendees(self,responseStatus))",
    ),
];

impl GoogleCalendar<'_> {
    /// Reads when the calendar's owner is busy, event by event. With a sync token, a calendar in which
    /// nothing changed costs one short request.
    pub(super) async fn read_events(
        &self,
        open: &OpenCalendar,
        window: Window,
        known: Option<&SyncToken>,
    ) -> Result<BusyAnswer, CalendarError> {
        if let Some(known) = known.filter(|known| known.covers.contains(&window))
            && let Some(next) = self.unchanged_since(open, known).await?
        {
            return Ok(BusyAnswer::Unchanged { next });
        }
        self.list(open, window.grown(TimeDelta::zero(), LOOKAHEAD))
            .await
    }

    /// The next sync token if nothing changed since `known`; `None` if something did, or if that
    /// cannot be told from this token any more.
    async fn unchanged_since(
        &self,
        open: &OpenCalendar,
        known: &SyncToken,
    ) -> Result<Option<SyncToken>, CalendarError> {
        let mut pages = Pages::default();
        let mut query = vec![("syncToken", known.token.clone())];
        loop {
            let page: Page<IgnoredAny> = match self.page(open, &query).await {
                // 410: the token has expired. 400: it is none, or none of such a list.
                Err(CalendarError::Gone(_) | CalendarError::Rejected { status: 400, .. }) => {
                    return Ok(None);
                }
                page => page?,
            };
            if page.items.is_some_and(|items| !items.is_empty()) {
                return Ok(None);
            }
            // A page without events may still have a next one.
            let Some(next) = page.next_page_token else {
                return Ok(page
                    .next_sync_token
                    .filter(|t| is_id(t))
                    .map(|token| SyncToken {
                        token,
                        covers: known.covers,
                    }));
            };
            query.truncate(1);
            query.push(("pageToken", pages.turn(next)?));
        }
    }

    async fn list(&self, open: &OpenCalendar, covers: Window) -> Result<BusyAnswer, CalendarError> {
        let asked = covers.with_whole_days();
        let mut query = vec![
            ("timeMin", rfc3339(asked.from)),
            ("timeMax", rfc3339(asked.until)),
        ];
        let mut pages = Pages::default();
        let mut busy = BTreeMap::new();
        loop {
            let page: Page<Item> = self.page(open, &query).await?;
            let zone = page.time_zone.filter(|zone| is_id(zone));
            for item in page.items.unwrap_or_default() {
                if let Some(event) = item.busy(zone.as_deref())? {
                    busy.insert(event.event_id.clone(), event);
                }
            }
            let Some(next) = page.next_page_token else {
                return Ok(BusyAnswer::Complete {
                    covers,
                    busy: busy.into_values().collect(),
                    next: page
                        .next_sync_token
                        .filter(|token| is_id(token))
                        .map(|token| SyncToken { token, covers }),
                });
            };
            query.truncate(2);
            query.push(("pageToken", pages.turn(next)?));
        }
    }

    async fn page<T: DeserializeOwned>(
        &self,
        open: &OpenCalendar,
        query: &[(&str, String)],
    ) -> Result<Page<T>, CalendarError> {
        let request = self.request(Method::GET, open, None)?;
        let answer = self.send(request.query(&LIST).query(query)).await?;
        let page: Page<T> = read(&answer.body)?;
        // Google may leave out an empty list; an answer that is no list at all has neither.
        if page.items.is_none() && page.kind.as_deref() != Some("calendar#events") {
            return Err(CalendarError::BadAnswer(
                "it is not a list of events".into(),
            ));
        }
        Ok(page)
    }
}

/// Google ignores fractions of a second, and the window is wider than asked for by more than one.
/// The meeting whose event would have this id.
fn meeting_of(event_id: &str) -> Option<Uuid> {
    let simple = event_id.get(..32)?;
    let meeting_id = Uuid::try_parse(simple).ok()?;
    event_ids(meeting_id)
        .iter()
        .any(|id| id == event_id)
        .then_some(meeting_id)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: DeserializeOwned")]
pub(super) struct Page<T> {
    kind: Option<String>,
    pub(super) items: Option<Vec<T>>,
    /// The calendar's zone, in which its all-day events take place.
    pub(super) time_zone: Option<String>,
    next_page_token: Option<String>,
    /// On the last page only.
    next_sync_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    id: String,
    status: Option<String>,
    transparency: Option<String>,
    event_type: Option<String>,
    start: Option<Moment>,
    end: Option<Moment>,
    attendees: Option<Vec<Attendee>>,
}

/// Either a date, of an all-day event, or an instant.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moment {
    date: Option<NaiveDate>,
    date_time: Option<DateTime<Utc>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attendee {
    #[serde(rename = "self")]
    is_self: Option<bool>,
    response_status: Option<String>,
}

impl Item {
    /// Whether the owner is free while this takes place. An invitation counts until it is declined,
    /// and whatever has a value that is not known here counts.
    fn is_free(&self) -> bool {
        let declined = |attendee: &Attendee| {
            attendee.is_self == Some(true)
                && attendee.response_status.as_deref() == Some("declined")
        };
        self.status.as_deref() == Some("cancelled")
            || self.transparency.as_deref() == Some("transparent")
            || matches!(
                self.event_type.as_deref(),
                Some("workingLocation" | "birthday")
            )
            || self.attendees.iter().flatten().any(declined)
    }

    /// The event, unless its owner is free while it takes place.
    pub(super) fn busy(self, zone: Option<&str>) -> Result<Option<BusyEvent>, CalendarError> {
        if self.is_free() {
            return Ok(None);
        }
        let (Some(start), Some(end)) = (&self.start, &self.end) else {
            return Err(unreadable_event());
        };
        let when = match (start.date_time, end.date_time, start.date, end.date) {
            (Some(start), Some(end), _, _) => When::instants(start, end)?,
            (None, None, Some(first), Some(end)) => {
                Some(When::days(first, end, zone.map(String::from))?)
            }
            _ => return Err(unreadable_event()),
        };
        if !is_id(&self.id) {
            return Err(unreadable_event());
        }
        Ok(when.map(|when| BusyEvent {
            meeting_id: meeting_of(&self.id),
            event_id: self.id,
            when,
        }))
    }
}
