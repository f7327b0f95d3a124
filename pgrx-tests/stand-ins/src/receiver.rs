//! A receiver of webhooks as a customer would write one: it verifies what comes with the library of Standard
//! Webhooks, refuses (400) whatever that specification and our page on webhooks do not have, and can be told to
//! misbehave.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use serde_json::Value;
use standardwebhooks::Webhook;

use crate::listening::Listening;

/// What goes wrong with a delivery.
#[derive(Clone, Debug)]
pub enum Mishap {
    /// It is answered so, and not taken.
    Status(u16),
    /// The same, with `Retry-After` in seconds.
    RetryAfter(u16, u64),
    /// It is sent elsewhere.
    Redirect(String),
    /// It is answered only after this time, and taken.
    Late(Duration),
    /// It is taken, and the connection breaks before the answer.
    LoseAnswer,
    /// It is taken, and the answer has a body of so many bytes.
    Long(usize),
}

/// A delivery as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub at: Instant,
    pub headers: HeaderMap,
    pub body: String,
    /// Of our answer; none where it was lost.
    pub status: Option<u16>,
    /// What is wrong with it, by the rules.
    pub problem: Option<String>,
}

impl Received {
    /// The value of a header.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub fn kind(&self) -> String {
        self.event()["type"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether the receiver has it, whether or not the sender knows.
    pub fn is_taken(&self) -> bool {
        self.problem.is_none()
            && self
                .status
                .is_none_or(|status| (200..300).contains(&status))
    }
}

#[derive(Default)]
struct World {
    secrets: Vec<String>,
    next: VecDeque<Mishap>,
    always: Option<Mishap>,
    received: Vec<Received>,
}

type Shared = Arc<Mutex<World>>;

/// The receiver; it stops listening when dropped.
pub struct Receiver {
    world: Shared,
    listening: Listening,
}

impl Receiver {
    /// Starts to listen on this port of 127.0.0.1; 0 is any that is free.
    pub fn start(port: u16) -> Self {
        let mut receiver = Self {
            world: Shared::default(),
            listening: Listening::on(port),
        };
        receiver.up();
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hooks", self.listening.port())
    }

    /// From now on it knows this secret as well.
    pub fn learn(&self, secret: &str) {
        self.world().secrets.push(secret.to_owned());
    }

    /// Forgets all secrets but this one.
    pub fn know_only(&self, secret: &str) {
        self.world().secrets = vec![secret.to_owned()];
    }

    /// The next delivery that no earlier mishap waits for meets this one.
    pub fn next(&self, mishap: Mishap) {
        self.world().next.push_back(mishap);
    }

    /// Every delivery meets this mishap until it is lifted with `None`.
    pub fn always(&self, mishap: Option<Mishap>) {
        self.world().always = mishap;
    }

    /// Everything that came, in the order of arrival.
    pub fn received(&self) -> Vec<Received> {
        self.world().received.clone()
    }

    /// What it has taken.
    pub fn taken(&self) -> Vec<Received> {
        let mut received = self.received();
        received.retain(Received::is_taken);
        received
    }

    /// Stops listening and drops every connection.
    pub fn down(&mut self) {
        self.listening.down();
    }

    /// Listens again, on the same port.
    pub fn up(&mut self) {
        let app = Router::new().fallback(serve);
        self.listening.up(app.with_state(self.world.clone()));
    }

    fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }
}

fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().expect("no handler panics with the lock")
}

async fn serve(
    State(world): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (mishap, problem) = {
        let mut world = lock(&world);
        let mishap = world.next.pop_front().or_else(|| world.always.clone());
        let problem = problem_of(&method, &uri, &headers, &body, &world.secrets);
        (mishap, problem)
    };
    let status = match (&problem, &mishap) {
        (Some(_), _) => Some(400),
        (None, Some(Mishap::Status(status) | Mishap::RetryAfter(status, _))) => Some(*status),
        (None, Some(Mishap::Redirect(_))) => Some(307),
        (None, Some(Mishap::LoseAnswer)) => None,
        (None, Some(Mishap::Late(_) | Mishap::Long(_)) | None) => Some(204),
    };
    lock(&world).received.push(Received {
        at: Instant::now(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        status,
        problem: problem.clone(),
    });
    let mut answer = Response::builder();
    let mut text = problem.unwrap_or_default();
    match mishap {
        Some(Mishap::Late(time)) => tokio::time::sleep(time).await,
        Some(Mishap::RetryAfter(_, seconds)) => answer = answer.header("retry-after", seconds),
        Some(Mishap::Redirect(to)) => answer = answer.header("location", to),
        Some(Mishap::Long(bytes)) => text = "x".repeat(bytes),
        _ => {}
    }
    let Some(status) = status else {
        // Ends this connection's task, and with it the connection, without the noise of a panic.
        std::panic::resume_unwind(Box::new("the answer is lost on purpose"))
    };
    let status = if text.len() > 1_000 { 200 } else { status };
    let answer = answer.status(status).body(Body::from(text));
    answer.expect("the parts are well-formed")
}

/// What a delivery has that it should not have, or lacks.
fn problem_of(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
    secrets: &[String],
) -> Option<String> {
    const EXPECTED: [&str; 8] = [
        "accept",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "webhook-id",
        "webhook-signature",
        "webhook-timestamp",
    ];
    if method != Method::POST || uri.path() != "/hooks" || uri.query().is_some() {
        return Some(format!("{method} {uri}"));
    }
    if let Some(other) = headers
        .keys()
        .find(|name| !EXPECTED.contains(&name.as_str()))
    {
        return Some(format!("the header {other}"));
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if header("content-type") != Some("application/json") {
        return Some("the content type".into());
    }
    if !header("user-agent").is_some_and(|agent| agent.starts_with("scheduling/")) {
        return Some("the user agent".into());
    }
    let id = header("webhook-id").and_then(|id| id.strip_prefix("msg_"));
    if !id.is_some_and(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Some("the id".into());
    }
    let verifies = |secret: &String| {
        Webhook::new(secret).is_ok_and(|webhook| webhook.verify(body, headers).is_ok())
    };
    if !secrets.iter().any(verifies) {
        return Some("the signature".into());
    }
    let Ok(Value::Object(event)) = serde_json::from_slice(body) else {
        return Some("the body is no object".into());
    };
    let mut keys: Vec<_> = event.keys().map(String::as_str).collect();
    keys.sort_unstable();
    if keys != ["data", "timestamp", "type"] {
        return Some(format!("the keys {keys:?}"));
    }
    let moment = event["timestamp"].as_str().unwrap_or_default();
    if chrono::DateTime::parse_from_rfc3339(moment).is_err() {
        return Some("the timestamp".into());
    }
    None
}
