//! A calendar at a stand-in, for the tests of both providers: what they use of this room, the meeting
//! that they book, and a client with little patience.

pub use std::time::Duration;

pub use chrono::{DateTime, Utc};
pub use oauth2::AccessToken;
pub use serde_json::{Value, json};
pub use stand_ins::{Fault, StandIn};
pub use uuid::Uuid;

pub use super::asking::{account_email, apply, calendars, look, read_busy, read_calendars};
pub use super::busy::{BusyAnswer, BusyEvent, Heeded, SyncToken, When, Window};
pub use super::error::CalendarError;
pub use super::event::{Change, Event, StoredEvent};
pub use super::open_calendar::OpenCalendar;
pub use crate::http::test_server::{refused, serve_bytes};
pub use crate::http::{HttpClient, HttpError};
pub use crate::provider::Provider;

/// How long the client waits.
pub const PATIENCE: Duration = Duration::from_secs(1);
pub const MEETING: Uuid = Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef);

/// A stand-in, a connection to it, and the client. What the stand-in can do, this can.
pub struct Connection<P: stand_ins::Provider> {
    pub peer: StandIn<P>,
    pub open: OpenCalendar,
    pub http: HttpClient,
}

impl<P: stand_ins::Provider> std::ops::Deref for Connection<P> {
    type Target = StandIn<P>;
    fn deref(&self) -> &StandIn<P> {
        &self.peer
    }
}

impl<P: stand_ins::Provider> Connection<P> {
    pub fn at(provider: Provider) -> Self {
        let peer = StandIn::start(0);
        let open = OpenCalendar {
            access_token: AccessToken::new(peer.grant().0),
            // A slash at its end makes no difference.
            ..unconnected(provider, peer.api_url() + "/")
        };
        let http = HttpClient::new(PATIENCE).unwrap();
        Self { peer, open, http }
    }

    /// Instead of the next answer to what is no list, this one.
    pub fn will_answer(&self, status: u16, body: impl ToString) {
        self.next(Fault::answer(status, body));
    }

    /// Instead of the answer to the next list, this one.
    pub fn will_list(&self, status: u16, body: impl ToString) {
        self.next_read(Fault::answer(status, body));
    }

    /// The requests since this was last asked, as `METHOD /path`.
    pub fn requested(&self) -> Vec<String> {
        let requests = self.take_requests();
        requests.iter().map(ToString::to_string).collect()
    }

    async fn apply(&self, change: Change) -> Result<Option<StoredEvent>, CalendarError> {
        apply(&self.http, &self.open, &change).await
    }

    pub async fn create(&self, event: Event) -> Result<StoredEvent, CalendarError> {
        let stored = self.apply(Change::Create(event)).await;
        stored.map(|stored| stored.expect("an event"))
    }

    pub async fn update(&self, event_id: &str, event: Event) -> Result<StoredEvent, CalendarError> {
        let event_id = event_id.into();
        let stored = self.apply(Change::Update { event_id, event }).await;
        stored.map(|stored| stored.expect("an event"))
    }

    pub async fn delete(&self, event_id: Option<&str>) -> Result<(), CalendarError> {
        let change = Change::Delete {
            meeting_id: MEETING,
            event_id: event_id.map(String::from),
        };
        let stored = self.apply(change).await;
        stored.map(|stored| assert_eq!(stored, None))
    }

    pub async fn look(&self, event_id: &str) -> Result<Option<StoredEvent>, CalendarError> {
        look(&self.http, &self.open, event_id).await
    }

    pub async fn busy(
        &self,
        window: Window,
        known: Option<&SyncToken>,
    ) -> Result<BusyAnswer, CalendarError> {
        read_busy(&self.http, &self.open, window, known).await
    }
}

/// The ids of the busy events of each of several calendars, in the order in which they were told of.
pub type Told = Vec<(String, Vec<String>)>;

impl<P: stand_ins::Provider> Connection<P> {
    /// What several calendars say of December. Those with a star before the id are told event by event.
    pub async fn several(&self, ids: &[&str]) -> Result<Told, CalendarError> {
        self.several_within(december(), ids).await
    }

    pub async fn several_within(
        &self,
        window: Window,
        ids: &[&str],
    ) -> Result<Told, CalendarError> {
        let heeded = |id: &&str| Heeded {
            calendar_id: Some(id.trim_start_matches('*').into()),
            by_event: id.starts_with('*'),
            known: None,
        };
        let calendars = ids.iter().map(heeded).collect();
        let says = read_calendars(&self.http, &self.open, window, calendars).await?;
        let mut told: Told = says
            .into_iter()
            .map(|said| match said.answer {
                BusyAnswer::Complete { busy, covers, .. } => {
                    assert!(covers.contains(&window));
                    let ids = busy.into_iter().map(|event| event.event_id);
                    (said.calendar_id.expect("asked so"), ids.collect())
                }
                unchanged => panic!("{unchanged:?} without a token"),
            })
            .collect();
        told.sort();
        Ok(told)
    }
}

/// What [`Connection::several`] should have told.
pub fn told_of<const N: usize>(expected: [(&str, &[&str]); N]) -> Told {
    let owned = expected.map(|(calendar, events)| {
        let events = events.iter().map(|event| (*event).to_owned());
        (calendar.to_owned(), events.collect())
    });
    owned.into()
}

/// A connection that nobody has granted.
pub fn unconnected(provider: Provider, api_url: String) -> OpenCalendar {
    OpenCalendar {
        provider,
        api_url: Some(api_url),
        access_token: AccessToken::new("stale".into()),
        calendar_id: None,
    }
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The meeting as it was booked.
pub fn event() -> Event {
    Event {
        meeting_id: MEETING,
        title: "Intro call".into(),
        description: "With <Ada> & Co".into(),
        location: Some("Room 1".into()),
        starts_at: at("2026-12-01T15:00:00Z"),
        ends_at: at("2026-12-01T15:30:00Z"),
        conference: false,
    }
}

/// The same meeting, rescheduled to nowhere in particular.
pub fn moved() -> Event {
    Event {
        starts_at: at("2026-12-02T09:00:00Z"),
        ends_at: at("2026-12-02T09:30:00.25Z"),
        location: None,
        ..event()
    }
}

/// The same meeting with a video conference.
pub fn conference(event: Event) -> Event {
    Event {
        conference: true,
        ..event
    }
}

pub fn december() -> Window {
    Window {
        from: at("2026-12-01T00:00:00Z"),
        until: at("2027-01-01T00:00:00Z"),
    }
}

/// An event in the provider's words, changed.
pub fn with(mut event: Value, changes: Value) -> Value {
    for (key, value) in changes.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

pub fn ids(busy: &[BusyEvent]) -> Vec<&str> {
    busy.iter().map(|event| event.event_id.as_str()).collect()
}
