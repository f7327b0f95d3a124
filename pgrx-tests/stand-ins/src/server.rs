//! The skeleton of every stand-in: a server on a thread of its own that notes each request, lets
//! faults happen, checks tokens and leaves the rest to its provider.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::Response;

use crate::answer::Answer;
use crate::fault::{Fault, Faults, Kind};
use crate::listening::Listening;
use crate::query::Parameters;
use crate::request::{Asked, Request};
use crate::tokens::Tokens;

/// What one provider makes of a request, and what it remembers.
pub trait Provider: Default + Send + 'static {
    const API_PATH: &'static str;
    const TOKEN_PATH: &'static str;
    /// How access and refresh tokens begin.
    const PREFIXES: [&'static str; 2];
    /// Under which name lists hold their entries.
    const ENTRIES: &'static str;

    /// Whether a request of this path reads what is in calendars for busy times, as opposed to looking
    /// for events.
    fn is_list(method: &Method, path: &str) -> bool;

    fn kind(method: &Method, path: &str) -> Kind {
        match path {
            path if path == Self::TOKEN_PATH => Kind::Token,
            path if Self::is_list(method, path) => Kind::List,
            _ => Kind::Other,
        }
    }

    /// The provider's words for a status.
    fn refusal(status: u16) -> Answer;
    /// The refusal of what is no request to a token endpoint.
    fn no_form(problem: &str) -> Answer;
    /// Serves the token endpoint.
    fn exchange(&mut self, tokens: &mut Tokens, form: &Parameters) -> Answer;
    /// Whether a request carries a living token, as the provider wants it carried.
    fn admits(tokens: &Tokens, headers: &HeaderMap) -> bool {
        let bearer = headers.get(header::AUTHORIZATION);
        let bearer = bearer.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        bearer.is_some_and(|token| tokens.is_living(token))
    }
    /// Serves the rest, to those who have a token.
    fn serve(&mut self, asked: &Asked) -> Answer;
}

/// A stand-in; it stops listening when dropped.
pub struct StandIn<P: Provider> {
    world: Shared<P>,
    listening: Listening,
}

type Shared<P> = Arc<Mutex<World<P>>>;

/// Everything a stand-in remembers; going down and coming back forgets nothing.
pub struct World<P> {
    pub root: String,
    pub tokens: Tokens,
    pub provider: P,
    requests: Vec<Request>,
    /// One for each kind of request.
    faults: [Faults; 3],
}

impl<P: Provider> StandIn<P> {
    /// Starts to listen on this port of 127.0.0.1; 0 is any that is free.
    pub fn start(port: u16) -> Self {
        let mut stand_in = Self {
            world: Arc::new(Mutex::new(World {
                root: String::new(),
                tokens: Tokens::new(P::PREFIXES),
                provider: P::default(),
                requests: Vec::new(),
                faults: Default::default(),
            })),
            listening: Listening::on(port),
        };
        stand_in.up();
        stand_in
    }

    pub fn token_url(&self) -> String {
        self.world().root.clone() + P::TOKEN_PATH
    }

    pub fn api_url(&self) -> String {
        self.world().root.clone() + P::API_PATH
    }

    /// Stops listening and drops every connection: from now on they are refused.
    pub fn down(&mut self) {
        self.listening.down();
    }

    /// Listens again, on the same port.
    pub fn up(&mut self) {
        let app = Router::new().fallback(serve::<P>);
        self.listening.up(app.with_state(self.world.clone()));
        self.world().root = format!("http://127.0.0.1:{}", self.listening.port());
    }

    fn faults(&self, kind: Kind, change: impl FnOnce(&mut Faults)) {
        change(&mut self.world().faults[kind as usize]);
    }

    /// The next request that is neither a list nor for tokens, and that no earlier fault is waiting
    /// for, meets this one.
    pub fn next(&self, fault: Fault) {
        self.next_after(0, fault);
    }

    /// As [`StandIn::next`], after so many requests that go well.
    pub fn next_after(&self, well: usize, fault: Fault) {
        self.faults(Kind::Other, |faults| faults.add(well, fault));
    }

    /// Every request that is neither a list nor for tokens meets this fault until it is lifted with
    /// `None`.
    pub fn always(&self, fault: Option<Fault>) {
        self.faults(Kind::Other, |faults| faults.lasting = fault);
    }

    /// The next list that no earlier fault is waiting for meets this one.
    pub fn next_read(&self, fault: Fault) {
        self.faults(Kind::List, |faults| faults.add(0, fault));
    }

    /// Every list meets this fault until it is lifted with `None`.
    pub fn always_read(&self, fault: Option<Fault>) {
        self.faults(Kind::List, |faults| faults.lasting = fault);
    }

    /// The next form for the token endpoint that no earlier fault is waiting for meets this one.
    pub fn next_token(&self, fault: Fault) {
        self.faults(Kind::Token, |faults| faults.add(0, fault));
    }

    /// A new pair of access and refresh token, as consent would have given.
    pub fn grant(&self) -> (String, String) {
        self.world().tokens.grant()
    }

    /// All access tokens given out so far are answered with 401 from now on.
    pub fn expire_access_tokens(&self) {
        self.world().tokens.expire();
    }

    /// All grants are gone, as if the user had revoked them or changed the password.
    pub fn revoke_grants(&self) {
        self.world().tokens.revoke();
    }

    /// Everything is as at first, but for the tokens.
    pub fn clear(&self) {
        let mut world = self.world();
        world.provider = P::default();
        world.requests.clear();
        world.faults = Default::default();
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.world().requests.clone()
    }

    /// The requests since this was last asked.
    pub fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.world().requests)
    }

    /// Every request for a page of a list so far, in the order of arrival.
    pub fn reads(&self) -> Vec<Request> {
        let mut requests = self.requests();
        requests.retain(|r| P::kind(&r.method, &r.path) == Kind::List);
        requests
    }

    /// How many requests came with this method to a path that contains `part`.
    pub fn count(&self, method: Method, part: &str) -> usize {
        let is_meant = |r: &&Request| r.method == method && r.path.contains(part);
        self.world().requests.iter().filter(is_meant).count()
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World<P>> {
        lock(&self.world)
    }
}

fn lock<P>(world: &Shared<P>) -> MutexGuard<'_, World<P>> {
    world
        .lock()
        .expect("no request handler panics with the lock")
}

impl<P: Provider> World<P> {
    /// Notes a request; returns what is to go wrong with it.
    fn note(&mut self, asked: &Asked) -> Option<Fault> {
        let path = asked.uri.path();
        let kind = P::kind(&asked.method, path);
        self.requests.push(Request::of(asked));
        // What is no form is refused, whatever answer was meant for the next one.
        let is_sound = kind != Kind::Token || asked.form().is_ok();
        is_sound.then(|| self.faults[kind as usize].take())?
    }

    fn serve(&mut self, asked: &Asked, fault: Option<&Fault>) -> Answer {
        match fault {
            Some(Fault::Status(status) | Fault::Answer { status, .. }) => P::refusal(*status),
            Some(Fault::RateLimited { retry_after }) => Answer {
                retry_after: Some(*retry_after),
                ..P::refusal(429)
            },
            _ if asked.uri.path() == P::TOKEN_PATH => match asked.form() {
                Ok(form) => self.provider.exchange(&mut self.tokens, &form),
                Err(problem) => P::no_form(&problem),
            },
            _ if P::admits(&self.tokens, &asked.headers) => self.provider.serve(asked),
            _ => P::refusal(401),
        }
    }
}

async fn serve<P: Provider>(
    State(world): State<Shared<P>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let root = lock(&world).root.clone();
    let asked = Asked {
        root,
        method,
        uri,
        headers,
        body,
    };
    let fault = lock(&world).note(&asked);
    if let Some(Fault::Hang(time)) = fault {
        tokio::time::sleep(time).await;
    }
    let answer = lock(&world).serve(&asked, fault.as_ref());
    match fault {
        Some(Fault::Late(time)) => tokio::time::sleep(time).await,
        // Ends this connection's task, and with it the connection, without the noise of a panic.
        Some(Fault::LoseAnswer) => {
            std::panic::resume_unwind(Box::new("the answer is lost on purpose"))
        }
        _ => {}
    }
    answer.into_response(fault, P::ENTRIES)
}
