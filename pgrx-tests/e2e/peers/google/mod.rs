//! A stand-in for Google's token endpoint and Calendar API v3 on 127.0.0.1: as strict as the real
//! one is documented to be (methods, paths, query, headers, every field of a body), keeps events as
//! Google does, notes when each request arrived, and can be told to misbehave.
//!
//! The end-to-end tests and the demo share it; nothing here is specific to either.

mod answer;
mod calendar;
mod conference;
mod event;
mod fields;
mod foreign;
mod list;
mod token;

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use chrono_tz::Tz;
use serde_json::Value;
use tokio::sync::oneshot;

use answer::{Answer, Faults};

pub use answer::Fault;
pub use calendar::StoredEvent;
pub use conference::Making;
pub use token::{ACCESS_PREFIX, CLIENT_ID, CLIENT_SECRET, REFRESH_PREFIX};

/// One request as it came in.
#[derive(Clone, Debug)]
pub struct Request {
    pub arrived: Instant,
    pub method: Method,
    pub path: String,
}

impl Request {
    /// Whether it lists events, as opposed to writing one or looking at one.
    fn is_read(&self) -> bool {
        self.method == Method::GET && self.path.ends_with("/events")
    }
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
    /// For lists of events.
    read_faults: Faults,
    /// For all other calendar requests.
    write_faults: Faults,
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

    /// The next calendar request that is no list of events, and that no earlier fault is waiting for,
    /// meets this one.
    pub fn next(&self, fault: Fault) {
        self.world().write_faults.next.push_back(fault);
    }

    /// Every calendar request that is no list of events meets this fault until it is lifted with
    /// `None`.
    pub fn always(&self, fault: Option<Fault>) {
        self.world().write_faults.lasting = fault;
    }

    /// The next list of events that no earlier fault is waiting for meets this one.
    pub fn next_read(&self, fault: Fault) {
        self.world().read_faults.next.push_back(fault);
    }

    /// Every list of events meets this fault until it is lifted with `None`.
    pub fn always_read(&self, fault: Option<Fault>) {
        self.world().read_faults.lasting = fault;
    }

    /// Somebody else enters an event in the provider's words, or changes these fields of the one of
    /// this id. A `recurrence` may be `RRULE:FREQ=DAILY;COUNT=` and a number.
    pub fn enter(&self, calendar: &str, id: &str, fields: &Value) {
        self.world().events.enter(calendar, id, fields);
    }

    /// Every calendar is in this zone from now on; at first they are in UTC.
    pub fn set_zone(&self, zone: Tz) {
        self.world().events.lists.zone = zone;
    }

    /// Pages of lists hold no more than this from now on.
    pub fn set_page_size(&self, page_size: usize) {
        self.world().events.lists.page_size = page_size;
    }

    /// Every sync token given out so far asks for a full sync from now on.
    pub fn expire_sync_tokens(&self) {
        self.world().events.lists.expire_tokens();
    }

    /// Every request for a page of events so far, in the order of arrival.
    pub fn reads(&self) -> Vec<Request> {
        let requests = &self.world().requests;
        requests.iter().filter(|r| r.is_read()).cloned().collect()
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

    /// What becomes of requests for conferences from now on, those that are pending included.
    pub fn make_conferences(&self, making: Making) {
        self.world().events.making = making;
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
        let fault = match (request.is_read(), path.starts_with("/calendar/")) {
            (true, _) => world.read_faults.take(),
            (false, true) => world.write_faults.take(),
            (false, false) => None,
        };
        world.requests.push(request);
        fault
    };
    if let Some(Fault::Hang(time)) = fault {
        tokio::time::sleep(time).await;
    }

    let mut world = lock();
    let answer = match fault.and_then(Answer::refusal) {
        Some(refusal) => refusal,
        None if path == "/token" => world.tokens.serve(&method, &headers, &body),
        None => match world.tokens.check(&headers) {
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
    answer.into_response(fault)
}

/// The names and values of a query string or form.
fn pairs(encoded: &str) -> Vec<(String, String)> {
    let url = reqwest::Url::parse(&format!("http://localhost/?{encoded}"));
    url.expect("a query can hold anything")
        .query_pairs()
        .into_owned()
        .collect()
}
