//! A strict little `calendarView` over real sockets: one calendar, its views and pages, and a bad
//! temper on demand. It gives no more than the properties that were selected.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use oauth2::AccessToken;
use reqwest::Url;
use serde_json::{Value, json};

use crate::calendar::asking::read_busy;
use crate::calendar::busy::{BusyAnswer, BusyEvent, When, Window};
use crate::calendar::error::CalendarError;
use crate::calendar::open_calendar::OpenCalendar;
use crate::http::HttpClient;
use crate::http::test_server::serve;
use crate::provider::Provider;

const TOKEN: &str = "access-token-1";
const SELECTED: [&str; 9] = [
    "id",
    "showAs",
    "isCancelled",
    "isAllDay",
    "start",
    "end",
    "responseStatus",
    "originalStartTimeZone",
    "transactionId",
];

/// An answer instead of the one that is due: status, headers, body.
pub type Fault = (u16, Vec<(&'static str, String)>, String);

pub struct Fake {
    pub events: Vec<Value>,
    pub page_size: usize,
    /// Every page is followed by another one, under this link if it says one.
    pub endless: Option<&'static str>,
    /// Links begin with this instead of where the fake is.
    pub links_to: String,
    pub faults: VecDeque<Fault>,
    requests: Vec<String>,
}

/// The fake, its address, and a client with little patience.
pub struct Graph {
    fake: Arc<Mutex<Fake>>,
    pub mailbox: OpenCalendar,
    pub http: HttpClient,
}

impl Graph {
    pub async fn holding(events: impl IntoIterator<Item = Value>) -> Self {
        let fake = Arc::new(Mutex::new(Fake {
            events: events.into_iter().collect(),
            page_size: 500,
            endless: None,
            links_to: String::new(),
            faults: VecDeque::new(),
            requests: Vec::new(),
        }));
        let router = Router::new().fallback(answer).with_state(fake.clone());
        let root = serve(router).await;
        fake.lock().unwrap().links_to = root.clone();
        Self {
            fake,
            mailbox: OpenCalendar {
                provider: Provider::Outlook,
                api_url: Some(root + "/v1.0"),
                access_token: AccessToken::new(TOKEN.into()),
                calendar_id: None,
            },
            http: HttpClient::new(Duration::from_secs(2)).unwrap(),
        }
    }

    pub fn fake(&self) -> MutexGuard<'_, Fake> {
        self.fake.lock().unwrap()
    }

    pub fn will(&self, status: u16, body: impl Into<String>) {
        self.fake().faults.push_back((status, vec![], body.into()));
    }

    /// Reads a window, which is exactly what the answer covers.
    pub async fn read(&self, window: Window) -> Result<Vec<BusyEvent>, CalendarError> {
        match read_busy(&self.http, &self.mailbox, window, None).await? {
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
        let busy = Self::holding([event]).await.december().await?;
        assert!(busy.len() <= 1);
        Ok(busy.into_iter().next().map(|event| event.when))
    }

    /// The requests since this was last asked, path and query.
    pub fn requests(&self) -> Vec<String> {
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

/// A meeting from nine to ten UTC on a day of December 2026, as Graph tells it.
pub fn event(id: &str, day: u32) -> Value {
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
    with(event("e", 1), changes)
}

pub fn with(mut event: Value, changes: Value) -> Value {
    for (key, value) in changes.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

pub fn ids(busy: &[BusyEvent]) -> Vec<&str> {
    busy.iter().map(|event| event.event_id.as_str()).collect()
}

fn refuse(status: u16, code: &str) -> Response {
    let body = json!({"error": {"code": code, "message": "Because"}});
    (StatusCode::from_u16(status).unwrap(), body.to_string()).into_response()
}

async fn answer(State(fake): State<Arc<Mutex<Fake>>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let mut fake = fake.lock().unwrap();
    fake.requests.push(head.uri.to_string());
    if let Some((status, headers, body)) = fake.faults.pop_front() {
        let mut answer = (StatusCode::from_u16(status).unwrap(), body).into_response();
        for (name, value) in headers {
            answer.headers_mut().insert(name, value.parse().unwrap());
        }
        return answer;
    }
    view(&fake, &head)
}

fn view(fake: &Fake, head: &Parts) -> Response {
    let url = Url::parse(&format!("http://fake{}", head.uri)).unwrap();
    let mut query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    let mut take = |name| query.remove(name);
    let header = |name, expected: &str| {
        let mut values = head.headers.get_all(name).iter();
        values.next().is_some_and(|value| value == expected) && values.next().is_none()
    };
    if !header("authorization", &format!("Bearer {TOKEN}")) {
        return refuse(401, "InvalidAuthenticationToken");
    }
    if !header("prefer", r#"outlook.timezone="UTC", IdType="ImmutableId""#) {
        return refuse(400, "ErrorInvalidRequest");
    }
    let path = url.path();
    if head.method != "GET"
        || !matches!(
            path,
            "/v1.0/me/calendarView" | "/v1.0/me/calendars/AAMk%2Fb=/calendarView"
        )
    {
        return refuse(404, "ErrorItemNotFound");
    }
    let (from, until) = (take("startDateTime"), take("endDateTime"));
    let (Some(Ok(from)), Some(Ok(until))) = (from.map(|t| t.parse()), until.map(|t| t.parse()))
    else {
        return refuse(400, "ErrorInvalidRequest");
    };
    let view = Window { from, until };
    let skipped = take("$skip").map_or(0, |skip| skip.parse().unwrap());
    let selected = take("$select").is_some_and(|select| select.split(',').eq(SELECTED));
    if view.from >= view.until
        || view.until - view.from > TimeDelta::days(1825)
        || !selected
        || take("$top").as_deref() != Some("500")
        || !query.is_empty()
    {
        return refuse(400, "ErrorInvalidRequest");
    }
    page(fake, &url, &seen(fake, view), skipped)
}

/// The events that meet a view, as far as their times can be read, with the selected properties.
fn seen(fake: &Fake, view: Window) -> Vec<Value> {
    let instant = |moment: &Value| {
        let local: NaiveDateTime = moment["dateTime"].as_str()?.parse().ok()?;
        Some(local.and_utc())
    };
    let meets = |event: &&Value| {
        instant(&event["start"]).is_none_or(|start| start < view.until)
            && instant(&event["end"]).is_none_or(|end| end > view.from)
    };
    let select = |event: &Value| -> Value {
        let properties = event.as_object().unwrap().iter();
        properties
            .filter(|(name, _)| name.starts_with('@') || SELECTED.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    fake.events.iter().filter(meets).map(select).collect()
}

fn page(fake: &Fake, url: &Url, events: &[Value], skipped: usize) -> Response {
    let value: Vec<_> = events.iter().skip(skipped).take(fake.page_size).collect();
    let mut page = json!({"@odata.context": "https://graph.example/$metadata", "value": value});
    let shown = skipped + fake.page_size;
    let pairs = url.query_pairs().filter(|(name, _)| name != "$skip");
    let mut next = Url::parse(&fake.links_to).unwrap();
    next.set_path(url.path());
    next.query_pairs_mut()
        .extend_pairs(pairs)
        .append_pair("$skip", &shown.to_string());
    match fake.endless {
        Some("") => page["@odata.nextLink"] = json!(next),
        Some(link) => page["@odata.nextLink"] = json!(link),
        None if events.len() > shown => page["@odata.nextLink"] = json!(next),
        None => {}
    }
    page.to_string().into_response()
}
