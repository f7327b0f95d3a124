//! A strict little Graph over real sockets, with one account and a bad temper on demand. It knows no
//! more of the API than what this crate may use.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use oauth2::AccessToken;
use serde_json::Value;
use uuid::Uuid;

use super::mailbox::{Contents, Temper, refusal};
use super::strict::carry_out;
use crate::calendar::asking::apply;
use crate::calendar::error::CalendarError;
use crate::calendar::event::{Change, Event, StoredEvent};
use crate::calendar::open_calendar::OpenCalendar;
use crate::http::HttpClient;
use crate::http::test_server::serve;
use crate::provider::Provider;

/// The access token that the fake accepts.
pub const TOKEN: &str = "access-token-1";
pub const MEETING: Uuid = Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef);
pub const MARK: &str = "String {5a3d9c52-6a0e-4f0b-9d2f-2f6c5a1b7e84} Name SchedulingMeetingId";

/// How the fake misbehaves, once.
pub enum Fault {
    /// Carries the request out, and the connection dies before the answer.
    LoseAnswer,
    /// Carries the request out and never answers.
    Hang,
    /// Answers this without carrying anything out.
    Answer(u16, Vec<(&'static str, String)>, String),
}

#[derive(Default)]
struct Fake {
    contents: Contents,
    faults: VecDeque<Fault>,
    /// After how many requests what goes wrong.
    later: Option<(usize, Fault)>,
    requests: Vec<String>,
}

/// The fake, its address, and a client with little patience.
pub struct Graph {
    fake: Arc<Mutex<Fake>>,
    pub mailbox: OpenCalendar,
    pub http: HttpClient,
}

/// What the fake holds, for as long as nobody else looks.
pub struct Inside<'a>(MutexGuard<'a, Fake>);

impl std::ops::Deref for Inside<'_> {
    type Target = Contents;
    fn deref(&self) -> &Contents {
        &self.0.contents
    }
}

impl std::ops::DerefMut for Inside<'_> {
    fn deref_mut(&mut self) -> &mut Contents {
        &mut self.0.contents
    }
}

impl Graph {
    pub async fn start() -> Self {
        Self::with(Temper::default()).await
    }

    pub async fn with(temper: Temper) -> Self {
        let fake = Arc::new(Mutex::new(Fake::default()));
        fake.lock().unwrap().contents.temper = temper;
        let router = Router::new()
            .fallback(serve_request)
            .with_state(fake.clone());
        Self {
            fake,
            mailbox: mailbox(serve(router).await + "/v1.0/"),
            http: HttpClient::new(Duration::from_millis(500)).unwrap(),
        }
    }

    /// An empty mailbox and another temper, with the same client: making one takes its time.
    pub fn renew(&self, temper: Temper) {
        *self.contents().0 = Fake::default();
        self.contents().temper = temper;
    }

    pub fn contents(&self) -> Inside<'_> {
        Inside(self.fake.lock().unwrap())
    }

    /// The ids of the events that the owner sees.
    pub fn visible(&self) -> Vec<String> {
        self.contents().visible()
    }

    /// A field of an event.
    pub fn field(&self, id: &str, name: &str) -> Value {
        self.contents().events[id].fields[name].clone()
    }

    pub fn will(&self, fault: Fault) {
        self.contents().0.faults.push_back(fault);
    }

    /// As [`Graph::will`], after so many requests that go well.
    pub fn will_after(&self, well: usize, fault: Fault) {
        self.contents().0.later = Some((well, fault));
    }

    pub fn will_refuse(&self, status: u16, code: &str) {
        let (status, body) = refusal(status, code);
        self.will(Fault::Answer(status, vec![], body.to_string()));
    }

    async fn apply(&self, change: Change) -> Result<Option<StoredEvent>, CalendarError> {
        apply(&self.http, &self.mailbox, &change).await
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
        self.apply(change)
            .await
            .map(|stored| assert_eq!(stored, None))
    }

    /// The requests since this was last asked, as `METHOD /path`.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.contents().0.requests)
    }
}

pub fn mailbox(api_url: String) -> OpenCalendar {
    OpenCalendar {
        provider: Provider::Outlook,
        api_url: Some(api_url),
        access_token: AccessToken::new(TOKEN.into()),
        calendar_id: None,
    }
}

fn at(text: &str) -> DateTime<Utc> {
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

async fn serve_request(State(fake): State<Arc<Mutex<Fake>>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let fault = {
        let mut fake = fake.lock().unwrap();
        let request = format!("{} {}", head.method, head.uri.path());
        fake.requests.push(request);
        match fake.later.take() {
            Some((0, fault)) => fake.faults.push_front(fault),
            later => fake.later = later.map(|(well, fault)| (well - 1, fault)),
        }
        fake.faults.pop_front()
    };
    match fault {
        Some(Fault::Answer(status, headers, body)) => {
            let mut answer = (StatusCode::from_u16(status).unwrap(), body).into_response();
            for (name, value) in headers {
                answer.headers_mut().insert(name, value.parse().unwrap());
            }
            answer
        }
        Some(Fault::LoseAnswer) => {
            carry_out(&mut fake.lock().unwrap().contents, &head, &body);
            // Ends this connection's task, and the connection with it, without a panic's noise.
            std::panic::resume_unwind(Box::new("the answer is lost on purpose"))
        }
        Some(Fault::Hang) => {
            carry_out(&mut fake.lock().unwrap().contents, &head, &body);
            std::future::pending().await
        }
        None => {
            let (status, body) = carry_out(&mut fake.lock().unwrap().contents, &head, &body);
            let body = if body.is_null() {
                String::new()
            } else {
                body.to_string()
            };
            (StatusCode::from_u16(status).unwrap(), body).into_response()
        }
    }
}
