//! When owners are busy, as their own calendars tell: what is asked and what comes back. What
//! *counts* as busy differs from provider to provider and lives with each of them
//! (`google/busy.rs`, `outlook/busy.rs`).
//!
//! Whatever cannot be understood is an error, never free time: an answer is complete or there is
//! none. Nothing here resolves a date to instants, because only the server's zone data may do that.

#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::CalendarError;

/// A stretch of time, `from` included and `until` not; `from` comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

impl Window {
    /// Whether all of `other` lies within.
    pub fn contains(&self, other: &Self) -> bool {
        self.from <= other.from && other.until <= self.until
    }

    /// The window that reaches further by so much at each end, as far as there is time at all.
    pub(super) fn grown(self, before: TimeDelta, after: TimeDelta) -> Self {
        Self {
            from: self.from.checked_sub_signed(before).unwrap_or(self.from),
            until: self.until.checked_add_signed(after).unwrap_or(self.until),
        }
    }

    /// What providers are asked for when this window shall be known. How they place an all-day
    /// event on the line of instants when they compare it with a window is their own affair, and no
    /// zone is further than 14 hours from UTC: a day more at each end misses none.
    pub(super) fn with_whole_days(self) -> Self {
        self.grown(TimeDelta::days(1), TimeDelta::days(1))
    }

    /// One after another, for providers that take no longer ones.
    pub(super) fn stretches(self, longest: TimeDelta) -> impl Iterator<Item = Self> {
        let end = move |from: DateTime<Utc>| {
            from.checked_add_signed(longest)
                .map_or(self.until, |end| end.min(self.until))
        };
        let first = Some(self.from).filter(|from| *from < self.until);
        let starts = std::iter::successors(first, move |from| {
            Some(end(*from)).filter(|next| *next < self.until)
        });
        starts.map(move |from| Self {
            from,
            until: end(from),
        })
    }
}

/// An instant as providers are asked about it.
pub(super) fn rfc3339(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// One event during which the owner is not free. A recurring event is one of these an occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusyEvent {
    /// The provider's id, the one that [`super::event::StoredEvent::id`] tells of an event of ours.
    pub event_id: String,
    /// The meeting whose event this is if there is such a meeting; known even where the answer that
    /// told the event's id was lost. Events of others may carry a UUID of their own here.
    pub meeting_id: Option<Uuid>,
    pub when: When,
}

/// When an event takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// From `start` to `end`, never empty.
    Instants {
        start: DateTime<Utc>,
        end: DateTime<Utc>,
    },
    /// All of the local days from `first` to the one before `end`, at least one day.
    Days {
        first: NaiveDate,
        end: NaiveDate,
        /// The IANA name of the zone whose days these are, where the calendar tells it. `None`, or a
        /// name that the server does not know, stands for the zone of the calendar's owner.
        zone: Option<String>,
    },
}

/// One of an account's calendars that count as busy, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heeded {
    /// `None` is the account's main one.
    pub calendar_id: Option<String>,
    /// Whether events of ours may be in it, so that it has to be told event by event, by their ids.
    pub by_event: bool,
    /// What its last answer said to ask with.
    pub known: Option<SyncToken>,
}

/// What one of several calendars says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarSays {
    /// As in [`Heeded::calendar_id`].
    pub calendar_id: Option<String>,
    pub answer: BusyAnswer,
}

/// What a provider wants to be told to answer "nothing has changed", and what is known as of then.
///
/// It belongs to one calendar of one connection and is worth nothing once the owner chooses another
/// one. It is stored as JSON; it is no credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncToken {
    pub(super) token: String,
    pub(super) covers: Window,
}

/// What a calendar says of a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusyAnswer {
    /// What was known when the sync token was given out is still all there is.
    Unchanged { next: SyncToken },
    /// All busy events that meet `covers`, each id once; others may be among them. This replaces
    /// whatever was known of the calendar. Where the provider was asked for no more than times, they stand
    /// for events.
    Complete {
        /// At least the window that was asked for.
        covers: Window,
        busy: Vec<BusyEvent>,
        /// What to ask with next time; `None` where the provider offers nothing of the kind.
        next: Option<SyncToken>,
    },
}

impl BusyAnswer {
    /// How far ahead it tells.
    pub fn until(&self) -> DateTime<Utc> {
        match self {
            Self::Unchanged { next } => next.covers.until,
            Self::Complete { covers, .. } => covers.until,
        }
    }
}

impl When {
    /// A timed event; `None` for one that takes no time and so keeps nobody busy.
    pub(super) fn instants(
        start: DateTime<Utc>,
        end: DateTime<Utc>,
    ) -> Result<Option<Self>, CalendarError> {
        match start.cmp(&end) {
            std::cmp::Ordering::Less => Ok(Some(Self::Instants { start, end })),
            std::cmp::Ordering::Equal => Ok(None),
            std::cmp::Ordering::Greater => Err(unreadable_event()),
        }
    }

    /// An all-day event. One whose end is its first day lasts that day (RFC 5545, section 3.6.1,
    /// says so of an event without an end).
    pub(super) fn days(
        first: NaiveDate,
        end: NaiveDate,
        zone: Option<String>,
    ) -> Result<Self, CalendarError> {
        let end = match first.cmp(&end) {
            std::cmp::Ordering::Less => Some(end),
            std::cmp::Ordering::Equal => first.succ_opt(),
            std::cmp::Ordering::Greater => None,
        };
        let end = end.ok_or_else(unreadable_event)?;
        Ok(Self::Days { first, end, zone })
    }
}

/// The answer holds an event that may keep its owner busy nobody knows when.
pub(super) fn unreadable_event() -> CalendarError {
    CalendarError::BadAnswer("an event without a readable time or id".into())
}
