//! A strict little `events.list` over real sockets: one calendar, its changes, pages and sync
//! tokens, and a bad temper on demand. It gives no more than the fields that were asked for.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveTime, Utc};
use oauth2::AccessToken;
use reqwest::Url;
use serde_json::{Value, json};

use crate::calendar::asking::read_busy;
use crate::calendar::busy::{BusyAnswer, BusyEvent, SyncToken, When, Window};
use crate::calendar::error::CalendarError;
use crate::calendar::open_calendar::OpenCalendar;
use crate::http::HttpClient;
use crate::http::test_server::serve;
use crate::provider::Provider;

const TOKEN: &str = "access-token-1";
const PATH: &str = "/calendar/v3/calendars/team%2Fa@group.example/events";
const ZONE: &str = "Europe/Berlin";
const FIELDS: &str = "kind,timeZone,nextPageToken,nextSyncToken,items(id,status,transparency,\
                      eventType,start(date,dateTime),end(date,dateTime),attendees(self,responseStatus))";

/// An answer instead of the one that is due: status, headers, body.
pub type Fault = (u16, Vec<(&'static str, String)>, String);

pub struct Fake {
    /// Events as Google keeps them, each with the number of the change that brought it here.
    events: Vec<(usize, Value)>,
    changes: usize,
    pub page_size: usize,
    /// Sync tokens of before this change have expired.
    pub expired_before: usize,
    /// How an expired token is refused.
    pub expired_status: u16,
    pub gives_sync_tokens: bool,
    /// Every page is followed by another one, of this name if there is one.
    pub endless: Option<&'static str>,
    pub empty_page_first: bool,
    pub faults: VecDeque<Fault>,
    requests: Vec<HashMap<String, String>>,
}

/// The fake, its address, and a client with little patience.
pub struct Google {
    fake: Arc<Mutex<Fake>>,
    pub mailbox: OpenCalendar,
    pub http: HttpClient,
}

impl Google {
    pub async fn start() -> Self {
        let fake = Arc::new(Mutex::new(Fake {
            events: Vec::new(),
            changes: 0,
            page_size: 700,
            expired_before: 0,
            expired_status: 410,
            gives_sync_tokens: true,
            endless: None,
            empty_page_first: false,
            faults: VecDeque::new(),
            requests: Vec::new(),
        }));
        let router = Router::new().fallback(answer).with_state(fake.clone());
        Self {
            fake,
            mailbox: OpenCalendar {
                provider: Provider::Google,
                api_url: Some(serve(router).await + "/calendar/v3/"),
                access_token: AccessToken::new(TOKEN.into()),
                calendar_id: Some("team/a@group.example".into()),
            },
            http: HttpClient::new(Duration::from_secs(2)).unwrap(),
        }
    }

    pub async fn holding(events: impl IntoIterator<Item = Value>) -> Self {
        let google = Self::start().await;
        for event in events {
            google.put(event);
        }
        google
    }

    pub fn fake(&self) -> MutexGuard<'_, Fake> {
        self.fake.lock().unwrap()
    }

    /// Adds an event, or replaces the one of its id.
    pub fn put(&self, event: Value) {
        let mut fake = self.fake();
        fake.changes += 1;
        let changes = fake.changes;
        fake.events.retain(|(_, other)| other["id"] != event["id"]);
        fake.events.push((changes, event));
    }

    pub fn will(&self, status: u16, body: impl Into<String>) {
        self.fake().faults.push_back((status, vec![], body.into()));
    }

    pub async fn read(
        &self,
        window: Window,
        known: Option<&SyncToken>,
    ) -> Result<BusyAnswer, CalendarError> {
        read_busy(&self.http, &self.mailbox, window, known).await
    }

    /// Reads December anew.
    pub async fn all(&self) -> Result<(Vec<BusyEvent>, Option<SyncToken>), CalendarError> {
        match self.read(december(), None).await? {
            BusyAnswer::Complete { busy, next, .. } => Ok((busy, next)),
            unchanged => panic!("{unchanged:?} without a token"),
        }
    }

    /// What one event of this shape, in December, makes of the owner's time.
    pub async fn reading(event: Value) -> Result<Option<When>, CalendarError> {
        let google = Self::holding([event]).await;
        let (busy, _) = google.all().await?;
        assert!(busy.len() <= 1);
        Ok(busy.into_iter().next().map(|event| event.when))
    }

    /// The queries since this was last asked.
    pub fn requests(&self) -> Vec<HashMap<String, String>> {
        std::mem::take(&mut self.fake().requests)
    }
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn december() -> Window {
    Window {
        from: at("2026-12-01T00:00:00Z"),
        until: at("2027-01-01T00:00:00Z"),
    }
}

/// A meeting from nine to ten UTC on a day of December 2026.
pub fn event(id: &str, day: u32) -> Value {
    json!({
        "id": id, "status": "confirmed", "summary": "Private", "eventType": "default",
        "start": {"dateTime": format!("2026-12-{day:02}T10:00:00+01:00"), "timeZone": ZONE},
        "end": {"dateTime": format!("2026-12-{day:02}T11:00:00+01:00"), "timeZone": ZONE},
    })
}

pub fn with(mut event: Value, changes: Value) -> Value {
    for (key, value) in changes.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

pub fn busy(event_id: &str, start: &str, end: &str) -> BusyEvent {
    BusyEvent {
        event_id: event_id.into(),
        meeting_id: None,
        when: When::Instants {
            start: at(start),
            end: at(end),
        },
    }
}

pub fn ids(busy: &[BusyEvent]) -> Vec<&str> {
    busy.iter().map(|event| event.event_id.as_str()).collect()
}

fn refuse(status: u16, reason: &str) -> Response {
    let body = json!({"error": {"message": "Because", "errors": [{"reason": reason}]}});
    (StatusCode::from_u16(status).unwrap(), body.to_string()).into_response()
}

async fn answer(State(fake): State<Arc<Mutex<Fake>>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let url = Url::parse(&format!("http://fake{}", head.uri)).unwrap();
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    let mut fake = fake.lock().unwrap();
    fake.requests.push(query.clone());
    if let Some((status, headers, body)) = fake.faults.pop_front() {
        let mut answer = (StatusCode::from_u16(status).unwrap(), body).into_response();
        for (name, value) in headers {
            answer.headers_mut().insert(name, value.parse().unwrap());
        }
        return answer;
    }
    if url.query_pairs().count() != query.len() {
        return refuse(400, "duplicateParameter");
    }
    list(&fake, &head, query)
}

fn list(fake: &Fake, head: &Parts, mut query: HashMap<String, String>) -> Response {
    let authorization = head.headers.get("authorization");
    if authorization.is_none_or(|value| value != &format!("Bearer {TOKEN}")) {
        return refuse(401, "authError");
    }
    if head.method != "GET" || head.uri.path() != PATH {
        return refuse(404, "notFound");
    }
    let mut take = |name| query.remove(name);
    let fixed = [
        ("singleEvents", "true"),
        ("maxResults", "700"),
        ("maxAttendees", "1"),
        ("fields", FIELDS),
    ];
    if fixed.map(|(name, _)| take(name)) != fixed.map(|(_, value)| Some(value.to_owned())) {
        return refuse(400, "badRequest");
    }
    let page_token = take("pageToken");
    let selected = match (take("syncToken"), take("timeMin"), take("timeMax")) {
        (Some(token), None, None) => {
            let since = token
                .strip_prefix("changes-until-")
                .unwrap()
                .parse()
                .unwrap();
            if since < fake.expired_before {
                return refuse(fake.expired_status, "fullSyncRequired");
            }
            let changed = fake.events.iter().filter(|(change, _)| *change > since);
            changed.map(|(_, event)| event.clone()).collect()
        }
        (None, Some(from), Some(until)) => meeting(fake, at(&from), at(&until)),
        // "syncToken cannot be combined with timeMin or timeMax"
        _ => return refuse(400, "badRequest"),
    };
    if !query.is_empty() {
        return refuse(400, "badRequest");
    }
    page(fake, selected, page_token.as_deref())
}

/// The events that are not cancelled and meet a stretch of time.
fn meeting(fake: &Fake, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Value> {
    let instant = |moment: &Value| match &moment["date"] {
        Value::String(date) => Some(
            date.parse::<chrono::NaiveDate>()
                .ok()?
                .and_time(NaiveTime::MIN)
                .and_utc(),
        ),
        _ => moment["dateTime"].as_str()?.parse().ok(),
    };
    let selected = fake.events.iter().filter(|(_, event)| {
        event["status"] != "cancelled"
            && instant(&event["start"]).is_none_or(|start| start < until)
            && instant(&event["end"]).is_none_or(|end| end > from)
    });
    selected.map(|(_, event)| event.clone()).collect()
}

fn page(fake: &Fake, selected: Vec<Value>, token: Option<&str>) -> Response {
    let number: usize = token.map_or(0, |token| {
        token.trim_start_matches("page-").parse().unwrap_or(0)
    });
    let empty_first = usize::from(fake.empty_page_first);
    let skipped = number.saturating_sub(empty_first) * fake.page_size;
    let taken = if number < empty_first {
        0
    } else {
        fake.page_size
    };
    let items = selected.iter().skip(skipped).take(taken);
    let asked: Vec<&str> = FIELDS.split(|c| "(),".contains(c)).collect();
    let keep = |value: &Value| -> Value {
        let fields = value.as_object().unwrap().iter();
        fields
            .filter(|(name, _)| asked.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    let mut page = json!({
        "kind": "calendar#events",
        "timeZone": ZONE,
        "items": items.map(keep).collect::<Vec<_>>(),
    });
    let next = format!("page-{}", number + 1);
    match fake.endless {
        Some("") => page["nextPageToken"] = json!(next),
        Some(name) => page["nextPageToken"] = json!(name),
        None if selected.len() > skipped + taken => page["nextPageToken"] = json!(next),
        None if number < empty_first => page["nextPageToken"] = json!(next),
        None if fake.gives_sync_tokens => {
            page["nextSyncToken"] = json!(format!("changes-until-{}", fake.changes));
        }
        None => {}
    }
    page.to_string().into_response()
}
