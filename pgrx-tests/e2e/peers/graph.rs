//! A stand-in for Microsoft's token endpoint and for the calendars of Microsoft Graph 1.0 on
//! 127.0.0.1: as strict as the real ones are documented to be (methods, paths, query, headers, every
//! field of a body), keeps events as Exchange does, notes each request, and can be told to misbehave.

mod body;
mod calendar;
mod token;

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::oneshot;

pub use calendar::StoredEvent;
pub use token::{ACCESS_PREFIX, CLIENT_ID, CLIENT_SECRET, REFRESH_PREFIX};

/// What goes wrong with a calendar request.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// This status with Graph's error document; nothing is stored.
    Status(u16),
    /// 429 as for too many requests at once, with `Retry-After` in seconds.
    RateLimited { retry_after: u32 },
    /// The request is carried out, and the connection dies before the answer.
    LoseAnswer,
    /// The request is carried out, and the body of the answer stops in the middle.
    Truncated,
}

/// One request as it came in.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    pub path: String,
}

/// The stand-in; it stops listening when dropped.
pub struct Graph {
    port: u16,
    world: Shared,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

type Shared = Arc<Mutex<World>>;

/// Everything it remembers.
#[derive(Default)]
struct World {
    tokens: token::Tokens,
    calendars: calendar::Calendars,
    requests: Vec<Request>,
    faults: VecDeque<Fault>,
}

impl Graph {
    /// Starts to listen on this port of 127.0.0.1.
    pub fn start(port: u16) -> Self {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let listener = listener.expect("nobody else took the port");
        listener
            .set_nonblocking(true)
            .expect("sockets can be made non-blocking");
        let (stop, stopped) = oneshot::channel::<()>();
        let world = Shared::default();
        let app = Router::new().fallback(serve).with_state(world.clone());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            // Dropping the runtime at the end drops the connections too.
            runtime.expect("a runtime can be made").block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                tokio::select! {
                    _ = axum::serve(listener, app) => {}
                    _ = stopped => {}
                }
            });
        });
        Self {
            port,
            world,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub fn token_url(&self) -> String {
        format!("http://127.0.0.1:{}{}", self.port, token::PATH)
    }

    pub fn api_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1.0", self.port)
    }

    /// The next calendar request that no earlier fault is waiting for meets this one.
    pub fn next(&self, fault: Fault) {
        self.world().faults.push_back(fault);
    }

    /// A new pair of access and refresh token, as consent would have given.
    pub fn grant(&self) -> (String, String) {
        self.world().tokens.grant()
    }

    /// All access tokens given out so far are answered with 401 from now on.
    pub fn expire_access_tokens(&self) {
        self.world().tokens.expire();
    }

    /// All grants are gone, as if the user's password had changed.
    pub fn revoke_grants(&self) {
        self.world().tokens.revoke();
    }

    /// The owner moves an event to the bin by hand.
    pub fn bin(&self, id: &str) {
        self.world().calendars.bin(id);
    }

    /// Lets an hour pass for all events.
    pub fn age(&self) {
        self.world().calendars.age();
    }

    /// Events of all calendars that are not deleted, oldest first.
    pub fn events(&self) -> Vec<StoredEvent> {
        self.world().calendars.listed()
    }

    /// How many requests came with this method to a path that contains `part`.
    pub fn count(&self, method: Method, part: &str) -> usize {
        let requests = &self.world().requests;
        requests
            .iter()
            .filter(|r| r.method == method && r.path.contains(part))
            .count()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world
            .lock()
            .expect("no request handler panics with the lock")
    }
}

impl Drop for Graph {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the stand-in's thread does not panic");
        }
    }
}

async fn serve(
    State(world): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut world = world
        .lock()
        .expect("no request handler panics with the lock");
    let path = uri.path().to_owned();
    world.requests.push(Request {
        method: method.clone(),
        path: path.clone(),
    });
    if path == token::PATH {
        return world.tokens.serve(&method, &headers, &body).into();
    }
    let fault = world.faults.pop_front();
    match fault {
        Some(Fault::Status(status)) => return Answer::error(status, "UnknownError", "").into(),
        Some(Fault::RateLimited { retry_after }) => {
            let message = "Application is over its MailboxConcurrency limit.";
            let mut answer = Answer::error(429, "ApplicationThrottled", message);
            answer.retry_after = Some(retry_after);
            return answer.into();
        }
        _ => {}
    }
    let mut answer = match world.tokens.check(&headers) {
        Err(refusal) => refusal,
        Ok(()) => world.calendars.serve(&method, &uri, &headers, &body),
    };
    answer.is_truncated = matches!(fault, Some(Fault::Truncated));
    if let Some(Fault::LoseAnswer) = fault {
        drop(world);
        // Ends this connection's task, and with it the connection, without the noise of a panic.
        std::panic::resume_unwind(Box::new("the answer is lost on purpose"));
    }
    answer.into()
}

/// The names and values of a query string or form.
fn pairs(encoded: &str) -> Vec<(String, String)> {
    let url = reqwest::Url::parse(&format!("http://localhost/?{encoded}"));
    url.expect("a query can hold anything")
        .query_pairs()
        .into_owned()
        .collect()
}

/// An answer before it is made into HTTP.
struct Answer {
    status: u16,
    body: Value,
    retry_after: Option<u32>,
    is_truncated: bool,
}

impl Answer {
    fn new(status: u16, body: Value) -> Self {
        Self {
            status,
            body,
            retry_after: None,
            is_truncated: false,
        }
    }

    /// Graph's error document.
    fn error(status: u16, code: &str, message: &str) -> Self {
        let inner = json!({"date": "2026-11-22T14:00:00", "request-id": "stand-in"});
        let error = json!({"code": code, "message": message, "innerError": inner});
        Self::new(status, json!({"error": error}))
    }
}

impl From<Answer> for Response {
    fn from(answer: Answer) -> Self {
        let mut text = match answer.body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        if answer.is_truncated {
            text.truncate(text.len() / 2);
        }
        let status = StatusCode::from_u16(answer.status).expect("a status of HTTP");
        let mut response = (status, text).into_response();
        let headers = response.headers_mut();
        let json = "application/json; charset=utf-8".parse();
        headers.insert(header::CONTENT_TYPE, json.expect("a header"));
        if let Some(seconds) = answer.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
