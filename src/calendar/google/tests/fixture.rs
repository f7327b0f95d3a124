//! The account at the stand-in for Google, as the tests of this provider want it.

pub use stand_ins::google::Making;

pub use crate::calendar::fixture::*;

/// The ids the meeting's event may have.
pub const ID: &str = "0123456789ab4def8123456789abcdef";
pub const SUCCESSOR: &str = "0123456789ab4def8123456789abcdefr";
/// The main calendar, in which events are made, and the one whose busy times are read.
pub const MAIN: &str = "primary";
pub const TEAM: &str = "team/a@group.example";

pub type Google = Connection<stand_ins::google::Account>;

impl Google {
    /// Events go to the main calendar.
    pub fn start() -> Self {
        let google = Self::at(Provider::Google);
        google.hurry_conferences(true);
        google
    }

    /// The team's calendar in Berlin, with these events in the provider's words.
    pub fn holding(events: impl IntoIterator<Item = Value>) -> Self {
        let mut google = Self::at(Provider::Google);
        google.open.calendar_id = Some(TEAM.into());
        google.add_calendar(TEAM, &json!({}));
        google.set_zone(chrono_tz::Europe::Berlin);
        for event in events {
            google.put(TEAM, &event);
        }
        google
    }

    pub fn will_refuse(&self, status: u16, reason: &str) {
        self.will_answer(status, refusal(status, reason));
    }

    /// The ids of the events that the owner sees.
    pub fn visible(&self) -> Vec<String> {
        self.events().into_iter().map(|event| event.id).collect()
    }

    /// The fields of an event that the owner sees.
    pub fn fields(&self, id: &str) -> Value {
        let event = self.events().into_iter().find(|event| event.id == id);
        event.unwrap().fields.into()
    }

    /// How many conferences were made for the events that the owner sees.
    pub fn rooms(&self) -> u32 {
        self.events().iter().map(|event| event.rooms).sum()
    }

    /// Reads December anew.
    pub async fn all(&self) -> Result<(Vec<BusyEvent>, Option<SyncToken>), CalendarError> {
        match self.busy(december(), None).await? {
            BusyAnswer::Complete { busy, next, .. } => Ok((busy, next)),
            unchanged => panic!("{unchanged:?} without a token"),
        }
    }

    /// What one event of this shape, in December, makes of the owner's time.
    pub async fn reading(event: Value) -> Result<Option<When>, CalendarError> {
        let google = Self::holding([event]);
        let (busy, _) = google.all().await?;
        assert!(busy.len() <= 1);
        Ok(busy.into_iter().next().map(|event| event.when))
    }
}

pub fn refusal(status: u16, reason: &str) -> Value {
    json!({"error": {"code": status, "message": "Because", "errors": [{"reason": reason}]}})
}

/// A meeting from nine to ten UTC on a day of December 2026, as Google tells it.
pub fn told(id: &str, day: u32) -> Value {
    let zone = "Europe/Berlin";
    json!({
        "id": id, "status": "confirmed", "summary": "Private", "eventType": "default",
        "start": {"dateTime": format!("2026-12-{day:02}T10:00:00+01:00"), "timeZone": zone},
        "end": {"dateTime": format!("2026-12-{day:02}T11:00:00+01:00"), "timeZone": zone},
    })
}

pub fn busy_event(event_id: &str, start: &str, end: &str) -> BusyEvent {
    BusyEvent {
        event_id: event_id.into(),
        meeting_id: None,
        when: When::Instants {
            start: at(start),
            end: at(end),
        },
    }
}
