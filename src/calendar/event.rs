//! A meeting's event: as it shall be, what shall happen to it, and what the provider says of it.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::shorten::shorten;

/// A meeting as it shall appear in the owner's calendar.
///
/// It is placed by its instants alone. The calendar shows them in the zone its owner set there;
/// naming a zone would add nothing and let a provider refuse a name that PostgreSQL knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The meeting; the provider's idempotency key is made of it.
    pub meeting_id: Uuid,
    pub title: String,
    /// Plain text; a provider that expects HTML gets it escaped.
    pub description: String,
    pub location: Option<String>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// Whether the provider shall add its own video conference (Meet at Google, Teams at Outlook).
    pub conference: bool,
}

impl Event {
    /// Name of the place and text, as far as fields of these sizes hold them; what a character counts in
    /// the second is said besides, the first counts UTF-16 units. A place that is too long for the first
    /// begins the second as well, as it may be a link.
    pub fn place_and_text(
        &self,
        place: usize,
        text: usize,
        size: impl Fn(char) -> usize,
    ) -> (Cow<'_, str>, Cow<'_, str>) {
        let whole = self.location.as_deref().unwrap_or_default();
        let shown = shorten(whole, place, char::len_utf16);
        let description = if shown == whole {
            shorten(&self.description, text, size)
        } else {
            let described = format!("Where: {whole}\n{}", self.description);
            Cow::Owned(shorten(&described, text, size).into_owned())
        };
        (shown, description)
    }
}

/// What the provider says of an event it has stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// The provider's id of the event, to be kept: it is not always the one we proposed.
    pub id: String,
    /// Where the owner sees the event in a browser.
    pub html_link: Option<String>,
    /// Where the video conference takes place, once there is one.
    pub meeting_url: Option<String>,
    /// The conference was asked for and is not ready: [`EventRequest::Look`] brings its URL later.
    pub conference_pending: bool,
}

/// What shall happen to a meeting's event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Make it. Made before, with the answer lost: bring it to this state.
    Create(Event),
    /// Bring the event of this id to this state, making it anew if its owner deleted it.
    Update { event_id: String, event: Event },
    /// Remove it. Without an id, because no answer ever told it, the provider finds the event by
    /// its meeting.
    Delete {
        meeting_id: Uuid,
        event_id: Option<String>,
    },
}

/// What is wanted of a meeting's event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventRequest {
    Change(Change),
    /// The event of this id as it is, nothing changed.
    Look(String),
}

/// The answer to the [`EventRequest`] of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventAnswer {
    /// The event as it is now; `None`: it was removed.
    Changed(Option<StoredEvent>),
    /// `None`: it is not there any more.
    Seen(Option<StoredEvent>),
}
