//! A stand-in for Google's token endpoint and Calendar API v3 on 127.0.0.1: as strict as the real
//! one is documented to be (methods, paths, query, headers, every field of a body), keeps events as
//! Google does, notes when each request arrived, and can be told to misbehave.
//!
//! The end-to-end tests and the demo share it; nothing here is specific to either.

mod calendar;
mod event;
mod token;

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::sync::oneshot;

pub use calendar::StoredEvent;
pub use token::{ACCESS_PREFIX, CLIENT_ID, CLIENT_SECRET, REFRESH_PREFIX};

/// What goes wrong with a calendar request.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// No answer for so long; then the request is served as ever.
    Hang(Duration),
    /// This status with Google's error document; nothing is stored.
    Status(u16),
    /// 429, with `Retry-After` in seconds.
    RateLimited { retry_after: u32 },
    /// The request is carried out, and the connection dies before the answer.
    LoseAnswer,
    /// 200 with a body that stops in the middle.
    Truncated,
}

/// One request as it came in.
#[derive(Clone, Debug)]
pub struct Request {
    pub arrived: Instant,
    pub method: Method,
    pub path: String,
}

/// The stand-in; it stops listening when dropped.
pub struct Google {
    port: u16,
    world: Arc<Mutex<World>>,
    server: Option<Server>,
}

/// Everything it remembers; going down and coming back forgets nothing.
#[derive(Default)]
struct World {
    tokens: token::Tokens,
    events: calendar::Events,
    requests: Vec<Request>,
    faults: VecDeque<Fault>,
    lasting_fault: Option<Fault>,
}

struct Server {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Google {
    /// Starts to listen on this port of 127.0.0.1.
    pub fn start(port: u16) -> Self {
        let mut google = Self {
            port,
            world: Arc::default(),
            server: None,
        };
        google.up();
        google
    }

    pub fn token_url(&self) -> String {
        format!("http://127.0.0.1:{}/token", self.port)
    }

    pub fn api_url(&self) -> String {
        format!("http://127.0.0.1:{}/calendar/v3", self.port)
    }

    /// Stops listening and drops every connection: from now on they are refused.
    pub fn down(&mut self) {
        if let Some(server) = self.server.take() {
            drop(server.stop);
            server
                .thread
                .join()
                .expect("the stand-in's thread does not panic");
        }
    }

    /// Listens again, on the same port.
    pub fn up(&mut self) {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, self.port));
        let listener = listener.expect("nobody else took the port");
        listener
            .set_nonblocking(true)
            .expect("sockets can be made non-blocking");
        let (stop, stopped) = oneshot::channel::<()>();
        let app = Router::new().fallback(serve).with_state(self.world.clone());
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
        self.server = Some(Server { stop, thread });
    }

    /// The next calendar request that no earlier fault is waiting for meets this one.
    pub fn next(&self, fault: Fault) {
        self.world().faults.push_back(fault);
    }

    /// Every calendar request meets this fault until it is lifted with `None`.
    pub fn always(&self, fault: Option<Fault>) {
        self.world().lasting_fault = fault;
    }

    /// A new pair of access and refresh token, as consent would have given.
    pub fn grant(&self) -> (String, String) {
        self.world().tokens.grant()
    }

    /// All access tokens given out so far are answered with 401 from now on.
    pub fn expire_access_tokens(&self) {
        self.world().tokens.expire();
    }

    /// All grants are gone, as if the user had revoked them: refreshing says `invalid_grant`.
    pub fn revoke_grants(&self) {
        self.world().tokens.revoke();
    }

    /// From now on a refresh also replaces the refresh token.
    pub fn rotate_refresh_tokens(&self) {
        self.world().tokens.rotate = true;
    }

    /// Events of all calendars that are not deleted, oldest first.
    pub fn events(&self) -> Vec<StoredEvent> {
        self.world().events.live()
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.world().requests.clone()
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

impl Drop for Google {
    fn drop(&mut self) {
        self.down();
    }
}

type Shared = Arc<Mutex<World>>;

async fn serve(
    State(world): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let arrived = Instant::now();
    let lock = || {
        world
            .lock()
            .expect("no request handler panics with the lock")
    };
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let (path, query) = (
        uri.path().to_owned(),
        uri.query().unwrap_or_default().to_owned(),
    );

    let fault = {
        let mut world = lock();
        let request = Request {
            arrived,
            method: method.clone(),
            path: path.clone(),
        };
        world.requests.push(request);
        match path.starts_with("/calendar/") {
            true => world.faults.pop_front().or(world.lasting_fault),
            false => None,
        }
    };
    if let Some(Fault::Hang(time)) = fault {
        tokio::time::sleep(time).await;
    }

    let mut world = lock();
    let answer = match fault {
        Some(Fault::Status(status)) => Answer::error(status, "backendError", "Backend Error"),
        Some(Fault::RateLimited { retry_after }) => {
            let mut answer = Answer::error(429, "rateLimitExceeded", "Rate Limit Exceeded");
            answer.retry_after = Some(retry_after);
            answer
        }
        _ if path == "/token" => world.tokens.serve(&method, &headers, &body),
        _ => match world.tokens.check(&headers) {
            Err(refusal) => refusal,
            Ok(()) => world.events.serve(&method, &path, &query, &headers, &json),
        },
    };
    if let Some(Fault::LoseAnswer) = fault {
        drop(world);
        // Ends this connection's task, and with it the connection, without the noise of a panic.
        std::panic::resume_unwind(Box::new("the answer is lost on purpose"));
    }
    drop(world);
    answer.into_response(matches!(fault, Some(Fault::Truncated)))
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
}

impl Answer {
    fn ok(body: Value) -> Self {
        Self {
            status: 200,
            body,
            retry_after: None,
        }
    }

    /// Google's error document.
    fn error(status: u16, reason: &str, message: &str) -> Self {
        let body = serde_json::json!({"error": {
            "errors": [{"domain": "global", "reason": reason, "message": message}],
            "code": status, "message": message,
        }});
        Self {
            status,
            body,
            retry_after: None,
        }
    }

    fn into_response(self, truncated: bool) -> Response {
        let mut text = if self.body.is_null() {
            String::new()
        } else {
            self.body.to_string()
        };
        if truncated {
            text.truncate(text.len() / 2);
        }
        let status = StatusCode::from_u16(self.status).expect("a status of HTTP");
        let mut response = (status, text).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            "application/json; charset=UTF-8".parse().expect("a header"),
        );
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
