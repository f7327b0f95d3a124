//! An account with a calendar provider, as the network thread is handed it, and what it comes to know
//! of its tokens meanwhile.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};
use oauth2::{AccessToken, ClientSecret, RefreshToken};
use uuid::Uuid;

use crate::calendar::open_calendar::OpenCalendar;
use crate::oauth::refresh::RefreshError;
use crate::owner::Owner;
use crate::provider::Provider;

/// More than are fetched while any request waits: the provider gives each an hour or so.
const SETS_OF_LATE: usize = 8;

/// A calendar connection as it is stored, its secrets open.
#[derive(Clone)]
pub struct Account {
    pub connection: Uuid,
    pub owner: Owner,
    pub provider: Provider,
    pub api_url: String,
    pub calendar_id: Option<String>,
    pub tokens: Tokens,
    pub token_url: String,
    pub client_id: String,
    pub client_secret: ClientSecret,
}

impl Account {
    /// The account's chosen calendar, open.
    pub fn calendar(&self, access_token: AccessToken) -> OpenCalendar {
        OpenCalendar {
            provider: self.provider,
            api_url: Some(self.api_url.clone()),
            access_token,
            calendar_id: self.calendar_id.clone(),
        }
    }
}

#[derive(Clone)]
pub struct Tokens {
    pub access: Option<AccessToken>,
    pub refresh: Option<RefreshToken>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Tokens that are newer than the stored ones.
pub struct Refreshed {
    pub connection: Uuid,
    pub owner: Owner,
    /// The refresh token that they were given for.
    pub grant: RefreshToken,
    pub access: AccessToken,
    /// None: the one that is stored stays good.
    pub refresh: Option<RefreshToken>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Where new tokens go to be stored: at once, and in the order in which they came.
pub type Keeper = Arc<dyn Fn(Refreshed) + Send + Sync>;

/// The newest tokens, and those of late, oldest first: where they came from, and each set that was
/// fetched since, the newest included. Requests carry the tokens as they were stored when the request
/// was made, so a request that has waited brings some that are long replaced.
pub struct Known {
    pub newest: Tokens,
    of_late: VecDeque<Tokens>,
    /// When the newest refresh token was refused, and how.
    pub refused: Option<(Instant, RefreshError)>,
}

impl Known {
    /// What is known when a client begins: what is stored.
    pub fn new(stored: Tokens) -> Self {
        Self {
            of_late: VecDeque::from([stored.clone()]),
            newest: stored,
            refused: None,
        }
    }

    /// Takes over tokens from the database that are none of late: the calendar was connected anew.
    pub fn adopt(&mut self, stored: &Tokens) {
        if !self.of_late.iter().any(|tokens| tokens.is(stored)) {
            self.take(stored.clone());
        }
    }

    pub fn take(&mut self, newest: Tokens) {
        if self.of_late.len() == SETS_OF_LATE {
            self.of_late.pop_front();
        }
        self.of_late.push_back(newest.clone());
        self.newest = newest;
        self.refused = None;
    }
}

impl Tokens {
    fn is(&self, other: &Self) -> bool {
        let secrets = |tokens: &Self| {
            (
                tokens.access.as_ref().map(|token| token.secret().clone()),
                tokens.refresh.as_ref().map(|token| token.secret().clone()),
            )
        };
        secrets(self) == secrets(other) && self.expires_at == other.expires_at
    }
}
