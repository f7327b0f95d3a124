//! What an account's calendars want to be told to answer "nothing has changed", as it is stored
//! (`busy_token`): by calendar, the main one under no name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::busy::{BusyAnswer, CalendarSays, SyncToken};

#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tokens(BTreeMap<String, SyncToken>);

impl Tokens {
    /// What the calendars have just said to ask with.
    pub fn of(says: &[CalendarSays]) -> Self {
        let tokens = says.iter().filter_map(|said| {
            let next = match &said.answer {
                BusyAnswer::Unchanged { next } => Some(next),
                BusyAnswer::Complete { next, .. } => next.as_ref(),
            };
            Some((key(said.calendar_id.as_deref()).to_owned(), next?.clone()))
        });
        Self(tokens.collect())
    }

    pub fn take(&mut self, calendar_id: Option<&str>) -> Option<SyncToken> {
        self.0.remove(key(calendar_id))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// How a calendar is stored where there is no null: in `busy_times` as well.
pub fn key(calendar_id: Option<&str>) -> &str {
    calendar_id.unwrap_or_default()
}
