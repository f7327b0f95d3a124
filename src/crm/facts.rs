//! What the room is told of a meeting and of its guest, and what is asked of it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The account at the CRM. No `Debug`: it holds the key.
#[derive(Clone)]
pub struct Account {
    /// Where the API is, without a slash at its end.
    pub api_url: String,
    pub api_key: Zeroizing<String>,
    /// Another one each time the account is configured.
    pub generation: Uuid,
}

/// The guest as typed for a meeting.
#[derive(Clone)]
pub struct Guest {
    pub address: String,
    pub name: Option<String>,
    pub phone: Option<String>,
}

/// A meeting, as a note tells it. No `Debug`: guests typed some of it.
pub struct Facts {
    pub meeting_id: Uuid,
    pub title: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// Neither cancelled nor given to another guest.
    pub takes_place: bool,
    /// Whether the meeting has another guest by now.
    pub has_another_guest: bool,
    pub guest: Guest,
    pub owner_name: Option<String>,
    pub location: Option<String>,
    pub meeting_url: Option<String>,
    pub notes: Option<String>,
    /// Each after what people call its question.
    pub answers: Vec<(String, serde_json::Value)>,
    pub cancel_reason: Option<String>,
}

/// What the CRM has been told of a meeting last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub takes_place: bool,
    /// How many notes there are.
    pub notes: i32,
}

/// Whether a lead may be made where none is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {
    Allowed,
    /// One may have been made of which we have not heard, and the CRM's search finds it within this time.
    NotBefore(Duration),
}

/// What is wanted of a lead.
pub enum Errand {
    /// This note, unless there is one that carries the marker.
    Note { marker: String, text: String },
    /// That the note with this marker says this, where there is one: an attempt to write it was not heard of,
    /// and what it said does not hold any more.
    Amend { marker: String, text: String },
    /// That there is no second one of ours.
    Check,
}

/// What is asked of the CRM. No `Debug`: see [`Account`].
pub struct LeadRequest {
    pub account: Account,
    pub guest: Guest,
    /// The lead as it is known here.
    pub known: Option<String>,
    pub creation: Creation,
    pub errand: Errand,
    /// No earlier attempt can have written a note before this.
    pub since: DateTime<Utc>,
    /// For each exchange.
    pub timeout: Duration,
}

/// What is known of a lead after an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeadState {
    Known(String),
    /// There is none, as far as can be known; this attempt has made none.
    Absent,
    /// As before this attempt, which has made none.
    Unchanged,
    /// There may be one that the search does not find yet: this attempt may have made it, or the one that was
    /// known has been merged into it.
    Unsure,
}
