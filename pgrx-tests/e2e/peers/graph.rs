//! A stand-in for Microsoft's token endpoint and for the calendars of Microsoft Graph 1.0 on
//! 127.0.0.1: as strict as the real ones are documented to be (methods, paths, query, headers, every
//! field of a body), keeps events as Exchange does, notes each request, and can be told to misbehave.

mod answer;
mod body;
mod calendar;
mod foreign;
mod online_meeting;
mod request;
mod token;
mod view;

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use serde_json::Value;
use tokio::sync::oneshot;

use answer::{Answer, Faults};

pub use answer::Fault;
pub use calendar::StoredEvent;
pub use token::{ACCESS_PREFIX, CLIENT_ID, CLIENT_SECRET, REFRESH_PREFIX};

/// One request as it came in.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    pub path: String,
}

impl Request {
    /// Whether it reads a view, as opposed to writing an event or looking for one.
    fn is_read(&self) -> bool {
        self.method == Method::GET && self.path.ends_with("/calendarView")
    }
}

/// The stand-in; it stops listening when dropped.
pub struct Graph {
    port: u16,
    world: Arc<Mutex<World>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What requests share, and where they arrive.
#[derive(Clone)]
struct Shared {
    root: String,
    world: Arc<Mutex<World>>,
}

/// Everything it remembers.
#[derive(Default)]
struct World {
    tokens: token::Tokens,
    calendars: calendar::Calendars,
    requests: Vec<Request>,
    /// For views.
    read_faults: Faults,
    /// For all other calendar requests.
    write_faults: Faults,
    /// For the token endpoint.
    token_faults: Faults,
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
        let shared = Shared {
            root: format!("http://127.0.0.1:{port}"),
            world: Arc::default(),
        };
        let world = shared.world.clone();
        let app = Router::new().fallback(serve).with_state(shared);
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

    /// The next calendar request that is no view, and that no earlier fault is waiting for, meets
    /// this one.
    pub fn next(&self, fault: Fault) {
        self.world().write_faults.next.push_back(fault);
    }

    /// Every view meets this fault until it is lifted with `None`.
    pub fn always_read(&self, fault: Option<Fault>) {
        self.world().read_faults.lasting = fault;
    }

    /// Somebody else enters an event in the provider's words (no calendar: the main one), or changes
    /// these fields of the one of this id. Times are local ones of an IANA zone; a `recurrence` is
    /// daily and numbered.
    pub fn enter(&self, calendar: Option<&str>, id: &str, fields: &Value) {
        self.world().calendars.enter(calendar, id, fields);
    }

    /// Pages of views hold no more than this from now on.
    pub fn set_page_size(&self, page_size: usize) {
        self.world().calendars.views.page_size = page_size;
    }

    /// Every request for a page of a view so far, in the order of arrival.
    pub fn reads(&self) -> Vec<Request> {
        let requests = &self.world().requests;
        requests.iter().filter(|r| r.is_read()).cloned().collect()
    }

    /// The next request for tokens that no earlier fault is waiting for meets this one.
    pub fn next_token(&self, fault: Fault) {
        self.world().token_faults.next.push_back(fault);
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

    /// From now on refusals of a grant carry this AADSTS code.
    pub fn refuse_as(&self, code: u32) {
        self.world().tokens.refuses_as = code;
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
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let lock = || {
        let world = shared.world.lock();
        world.expect("no request handler panics with the lock")
    };
    let path = uri.path().to_owned();
    let fault = {
        let mut world = lock();
        let request = Request {
            method: method.clone(),
            path: path.clone(),
        };
        let fault = match (request.is_read(), path == token::PATH) {
            (true, _) => world.read_faults.take(),
            (false, false) => world.write_faults.take(),
            (false, true) => world.token_faults.take(),
        };
        world.requests.push(request);
        fault
    };
    if let Some(Fault::Hang(time)) = fault {
        tokio::time::sleep(time).await;
    }

    let answer = {
        let mut world = lock();
        match fault.and_then(Answer::refusal) {
            Some(refusal) => refusal,
            None if path == token::PATH => world.tokens.serve(&method, &headers, &body),
            None => match world.tokens.check(&headers) {
                Err(refusal) => refusal,
                Ok(()) => world
                    .calendars
                    .serve(&shared.root, &method, &uri, &headers, &body),
            },
        }
    };
    if let Some(Fault::Late(time)) = fault {
        tokio::time::sleep(time).await;
    }
    if let Some(Fault::LoseAnswer) = fault {
        // Ends this connection's task, and with it the connection, without the noise of a panic.
        std::panic::resume_unwind(Box::new("the answer is lost on purpose"));
    }
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
