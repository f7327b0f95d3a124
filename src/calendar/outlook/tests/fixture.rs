//! The account at the stand-in for Microsoft, as the tests of this provider want it.

pub use stand_ins::graph::{Links, MAIN, MARK, Spent, Temper};

pub use crate::calendar::fixture::*;

/// Another calendar of the owner's.
pub const OTHER: &str = "other=";
/// One that nobody can put events in, and one of somebody else's that does not answer well.
pub const BIRTHDAYS: &str = "birthdays=";
pub const SHARED: &str = "shared=";

pub type Graph = Connection<stand_ins::graph::Account>;

impl Graph {
    /// Four calendars, listed one by one.
    pub fn start() -> Self {
        Self::with(Temper::default())
    }

    pub fn with(temper: Temper) -> Self {
        let graph = Self::at(Provider::Outlook);
        graph.renew(temper);
        graph
    }

    /// An empty mailbox and another temper, with the same client: making one takes its time.
    pub fn renew(&self, temper: Temper) {
        self.clear();
        self.set_temper(Temper {
            links: Links::AtOnce,
            list_page: Some(1),
            ..temper
        });
        self.add_calendar(BIRTHDAYS, &json!({"canEdit": null}));
        self.add_calendar(SHARED, &json!({}));
        self.add_calendar(OTHER, &json!({}));
        self.close_calendar(SHARED, 403);
    }

    /// The main calendar with these events in the provider's words.
    pub fn holding(events: impl IntoIterator<Item = Value>) -> Self {
        let mut graph = Self::at(Provider::Outlook);
        graph.open.api_url = Some(graph.api_url());
        for event in events {
            graph.put(None, &event);
        }
        graph
    }

    pub fn will_refuse(&self, status: u16, code: &str) {
        self.will_answer(status, refusal(code));
    }

    /// The ids of the events that the owner sees.
    pub fn visible(&self) -> Vec<String> {
        self.events().into_iter().map(|event| event.id).collect()
    }

    /// A field of an event that the owner sees.
    pub fn field(&self, id: &str, name: &str) -> Value {
        let event = self.events().into_iter().find(|event| event.id == id);
        event.unwrap().fields[name].clone()
    }

    /// In which calendar the owner sees an event.
    pub fn calendar_of(&self, id: &str) -> String {
        let event = self.events().into_iter().find(|event| event.id == id);
        event.unwrap().calendar.unwrap()
    }

    /// Changes how links of online meetings are told.
    pub fn tell_links(&self, links: Links) {
        let temper = self.temper();
        self.set_temper(Temper { links, ..temper });
    }

    /// Reads a window, which is exactly what the answer covers.
    pub async fn read(&self, window: Window) -> Result<Vec<BusyEvent>, CalendarError> {
        match self.busy(window, None).await? {
            BusyAnswer::Complete { covers, busy, next } => {
                assert_eq!((covers, next), (window, None));
                Ok(busy)
            }
            unchanged => panic!("{unchanged:?} without a token"),
        }
    }

    pub async fn december(&self) -> Result<Vec<BusyEvent>, CalendarError> {
        self.read(december()).await
    }

    /// What one event of this shape, in December, makes of the owner's time.
    pub async fn reading(event: Value) -> Result<Option<When>, CalendarError> {
        let busy = Self::holding([event]).december().await?;
        assert!(busy.len() <= 1);
        Ok(busy.into_iter().next().map(|event| event.when))
    }
}

pub fn refusal(code: &str) -> Value {
    json!({"error": {"code": code, "message": "Because", "innerError": {"date": "now"}}})
}

/// A meeting from nine to ten UTC on a day of December 2026, as Graph tells it.
pub fn told(id: &str, day: u32) -> Value {
    json!({
        "@odata.etag": "W/\"x\"", "id": id, "subject": "Private", "type": "singleInstance",
        "showAs": "busy", "isCancelled": false, "isAllDay": false,
        "originalStartTimeZone": "W. Europe Standard Time", "transactionId": null,
        "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
        "start": {"dateTime": format!("2026-12-{day:02}T09:00:00.0000000"), "timeZone": "UTC"},
        "end": {"dateTime": format!("2026-12-{day:02}T10:00:00.0000000"), "timeZone": "UTC"},
    })
}

pub fn midnight(date: &str) -> Value {
    json!({"dateTime": format!("{date}T00:00:00.0000000"), "timeZone": "UTC"})
}

/// An all-day event that was made in a zone of this name.
pub fn days(first: &str, end: &str, zone: &str) -> Value {
    let changes = json!({"isAllDay": true, "showAs": "oof", "originalStartTimeZone": zone,
        "start": midnight(first), "end": midnight(end)});
    with(told("e", 1), changes)
}
