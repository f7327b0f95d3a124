//! Close: the CRM's REST API, as far as leads, their notes and the search go
//! (developer.close.com/api; each file names its pages).
//!
//! As the real one it has no idempotency keys, and its search finds a lead only some time after it was
//! made, and goes on finding one for as long after it was deleted or merged. Notes are listed at once.

mod account;
mod body;
mod lead;
mod limit;
mod note;
mod refusal;
mod search;

use std::time::Duration;

use axum::http::{HeaderMap, Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::answer::Answer;
use crate::fault::Kind;
use crate::query::Parameters;
use crate::request::Asked;
use crate::server::{Provider, StandIn};
use crate::tokens::Tokens;

pub use crate::fault::Fault;
pub use account::Account;
pub use lead::Lead;
pub use note::Note;

/// How keys begin, so that a leak can be searched for.
pub const KEY_PREFIX: &str = "api_close_key_";

/// The stand-in for Close. At first there is no lead, and the search is up to date.
pub type Close = StandIn<Account>;

impl Close {
    /// A new key of the account.
    pub fn key(&self) -> String {
        self.grant().0
    }

    /// The search knows from now on what was made so long ago.
    pub fn set_search_lag(&self, lag: Duration) {
        self.world().provider.lag = lag;
    }

    /// So many requests are taken in a window of this length from now on.
    pub fn set_limit(&self, limit: u32, window: Duration) {
        self.world().provider.limit = Some(limit::Limit::new(limit, window));
    }

    /// Leads and notes may be listed without naming one: for people who want to see them.
    pub fn show_all(&self) {
        self.world().provider.shows_all = true;
    }

    /// Leads that are there, the oldest first.
    pub fn leads(&self) -> Vec<Lead> {
        self.world().provider.leads.live().cloned().collect()
    }

    /// Notes of leads that are there, the oldest first.
    pub fn notes(&self) -> Vec<Note> {
        self.world().provider.notes.clone()
    }

    /// Somebody makes a lead by hand; its id.
    pub fn enter(&self, name: &str, address: &str) -> String {
        self.world().provider.enter(name, address)
    }

    /// Somebody deletes a lead.
    pub fn delete(&self, lead: &str) {
        let mut world = self.world();
        let account = &mut world.provider;
        account.leads.remove(lead);
        account.notes.retain(|note| note.lead_id != lead);
    }

    /// Somebody makes one lead a part of another.
    pub fn merge(&self, source: &str, destination: &str) {
        self.world().provider.merge(source, destination);
    }
}

impl Provider for Account {
    const API_PATH: &'static str = "/api/v1";
    const TOKEN_PATH: &'static str = "/no/token/endpoint";
    const PREFIXES: [&'static str; 2] = [KEY_PREFIX, "unused_"];
    const ENTRIES: &'static str = "data";

    fn is_list(_method: &Method, path: &str) -> bool {
        path == "/api/v1/data/search/"
    }

    fn kind(method: &Method, path: &str) -> Kind {
        match Self::is_list(method, path) {
            true => Kind::List,
            false => Kind::Other,
        }
    }

    fn refusal(status: u16) -> Answer {
        refusal::of_status(status)
    }

    fn no_form(problem: &str) -> Answer {
        refusal::bad_request(problem)
    }

    fn exchange(&mut self, _: &mut Tokens, _: &Parameters) -> Answer {
        refusal::of_status(404)
    }

    /// HTTP Basic, the key as the user's name and no password
    /// (developer.close.com/api/overview/api-key-authentication).
    fn admits(tokens: &Tokens, headers: &HeaderMap) -> bool {
        let key = || {
            let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
            let bytes = BASE64.decode(value.strip_prefix("Basic ")?).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            text.strip_suffix(':').map(str::to_owned)
        };
        key().is_some_and(|key| tokens.is_living(&key))
    }

    fn serve(&mut self, asked: &Asked) -> Answer {
        account::serve(self, asked)
    }
}
