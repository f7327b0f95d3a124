//! A strict little Google over real sockets, with one account, one calendar and a bad temper on
//! demand. It knows no more of the API than what this crate may use.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use oauth2::AccessToken;
use serde_json::{Value, json};
use uuid::Uuid;

use super::rooms::Rooms;
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
/// The ids the meeting's event may have.
pub const ID: &str = "0123456789ab4def8123456789abcdef";
pub const SUCCESSOR: &str = "0123456789ab4def8123456789abcdefr";

/// How the fake misbehaves, once.
pub enum Fault {
    /// Carries the request out and never answers.
    LoseAnswer,
    /// Answers this without carrying anything out.
    Answer(u16, Vec<(&'static str, String)>, String),
}

#[derive(Default)]
pub struct Fake {
    pub events: BTreeMap<String, Value>,
    /// Events of these ids cannot be revived: they were purged from the bin.
    pub purged: Vec<&'static str>,
    /// Reviving those is forbidden; otherwise the attempt is accepted and changes nothing.
    pub forbids_revival: bool,
    pub rooms: Rooms,
    faults: VecDeque<Fault>,
    requests: Vec<String>,
}

/// The fake, its address, and a client with little patience.
pub struct Google {
    fake: Arc<Mutex<Fake>>,
    pub mailbox: OpenCalendar,
    pub http: HttpClient,
}

impl Google {
    pub async fn start() -> Self {
        let fake = Arc::new(Mutex::new(Fake::default()));
        let router = Router::new()
            .fallback(serve_request)
            .with_state(fake.clone());
        Self {
            fake,
            mailbox: mailbox(serve(router).await + "/calendar/v3/"),
            http: HttpClient::new(Duration::from_millis(500)).unwrap(),
        }
    }

    pub fn fake(&self) -> MutexGuard<'_, Fake> {
        self.fake.lock().unwrap()
    }

    pub fn will(&self, fault: Fault) {
        self.fake().faults.push_back(fault);
    }

    pub fn will_refuse(&self, status: u16, reason: &str) {
        self.will(Fault::Answer(status, vec![], refusal_body(status, reason)));
    }

    async fn apply(&self, change: Change) -> Result<Option<StoredEvent>, CalendarError> {
        apply(&self.http, &self.mailbox, &change).await
    }

    pub async fn create(&self, event: Event) -> Result<StoredEvent, CalendarError> {
        self.apply(Change::Create(event))
            .await
            .map(|stored| stored.expect("an event"))
    }

    pub async fn update(&self, event_id: &str, event: Event) -> Result<StoredEvent, CalendarError> {
        let change = Change::Update {
            event_id: event_id.into(),
            event,
        };
        self.apply(change)
            .await
            .map(|stored| stored.expect("an event"))
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

    /// The ids of the events that the owner sees.
    pub fn visible(&self) -> Vec<String> {
        let fake = self.fake();
        let visible = fake
            .events
            .iter()
            .filter(|(_, event)| event["status"] == "confirmed");
        visible.map(|(id, _)| id.clone()).collect()
    }

    /// The requests since this was last asked, as `METHOD /path`.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.fake().requests)
    }
}

pub fn mailbox(api_url: String) -> OpenCalendar {
    OpenCalendar {
        provider: Provider::Google,
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
        description: "With Ada".into(),
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

pub fn refusal_body(status: u16, reason: &str) -> String {
    json!({"error": {"code": status, "message": "Because", "errors": [{"reason": reason}]}})
        .to_string()
}

fn refuse(status: u16, reason: &str) -> Response {
    (
        StatusCode::from_u16(status).unwrap(),
        refusal_body(status, reason),
    )
        .into_response()
}

async fn serve_request(State(fake): State<Arc<Mutex<Fake>>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let fault = {
        let mut fake = fake.lock().unwrap();
        fake.requests
            .push(format!("{} {}", head.method, head.uri.path()));
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
            carry_out(&mut fake.lock().unwrap(), &head, &body);
            std::future::pending().await
        }
        None => carry_out(&mut fake.lock().unwrap(), &head, &body),
    }
}

fn carry_out(fake: &mut Fake, head: &axum::http::request::Parts, body: &Bytes) -> Response {
    if head
        .headers
        .get("authorization")
        .is_none_or(|value| value != &format!("Bearer {TOKEN}"))
    {
        return refuse(401, "authError");
    }
    let method = head.method.as_str();
    let query = head.uri.query().unwrap_or("");
    let expected_query = match method {
        "POST" | "PATCH" => "sendUpdates=none&conferenceDataVersion=1",
        "DELETE" => "sendUpdates=none",
        _ => "",
    };
    let Some(id) = head
        .uri
        .path()
        .strip_prefix("/calendar/v3/calendars/primary/events")
    else {
        return refuse(404, "notFound");
    };
    let id = id.trim_start_matches('/').to_owned();
    if query != expected_query || id.is_empty() != (method == "POST") {
        return refuse(400, "badRequest");
    }
    let Ok(body) = serde_json::from_slice::<Value>(if body.is_empty() { b"null" } else { body })
    else {
        return refuse(400, "parseError");
    };
    let own_id = body["id"].as_str().unwrap_or(&id);
    if !body.is_null()
        && (!is_sound(&body, own_id) || head.headers["content-type"] != "application/json")
    {
        return refuse(400, "invalid");
    }
    match (method, fake.events.get(&id)) {
        ("POST", _) => {
            let id = body["id"].as_str().unwrap_or("").to_owned();
            if fake.events.contains_key(&id) {
                return refuse(409, "duplicate");
            }
            if !(5..=1024).contains(&id.len())
                || !id.chars().all(|c| matches!(c, '0'..='9' | 'a'..='v'))
            {
                return refuse(400, "invalid");
            }
            store(fake, id, json!({}), &body)
        }
        (_, None) => refuse(404, "notFound"),
        ("GET", Some(_)) => {
            let Fake { events, rooms, .. } = fake;
            let event = events.get_mut(&id).unwrap();
            if let Some(data) = event.get_mut("conferenceData") {
                rooms.settle(data);
            }
            event.to_string().into_response()
        }
        ("PATCH", Some(event)) if fake.purged.contains(&id.as_str()) => {
            if fake.forbids_revival {
                refuse(403, "forbidden")
            } else {
                event.to_string().into_response()
            }
        }
        ("PATCH", Some(event)) => {
            let event = event.clone();
            store(fake, id, event, &body)
        }
        ("DELETE", Some(event)) if event["status"] == "cancelled" => refuse(410, "deleted"),
        ("DELETE", Some(_)) => {
            fake.events.get_mut(&id).unwrap()["status"] = json!("cancelled");
            StatusCode::NO_CONTENT.into_response()
        }
        _ => refuse(405, "httpMethodNotAllowed"),
    }
}

/// Writes the fields of `body` over an event.
fn store(fake: &mut Fake, id: String, mut event: Value, body: &Value) -> Response {
    for (key, value) in body.as_object().unwrap() {
        let value = match key.as_str() {
            "conferenceData" => fake.rooms.write(&event[key], value),
            _ => Some(value.clone()),
        };
        let Some(value) = value else {
            return refuse(400, "invalid");
        };
        event[key] = value;
    }
    event["id"] = json!(id);
    event["htmlLink"] = json!(format!("https://calendar.example/{id}"));
    fake.events.insert(id, event.clone());
    event.to_string().into_response()
}

/// Only known fields of the right types, as Google insists.
fn is_sound(body: &Value, own_id: &str) -> bool {
    body.as_object().is_some_and(|fields| {
        fields.iter().all(|(name, value)| match name.as_str() {
            "id" | "summary" | "description" | "location" => value.is_string(),
            "status" => value == "confirmed",
            "start" | "end" => value["dateTime"]
                .as_str()
                .is_some_and(|t| t.parse::<DateTime<Utc>>().is_ok()),
            "extendedProperties" => value == &json!({"private": {"schedulingMeetingId": MEETING}}),
            "reminders" => value == &json!({"useDefault": true}),
            "conferenceData" => {
                let solution = json!({"type": "hangoutsMeet"});
                let request = json!({"requestId": own_id, "conferenceSolutionKey": solution});
                value == &json!({"createRequest": request})
            }
            _ => false,
        })
    })
}
