//! Google: the token endpoint (developers.google.com/identity/protocols/oauth2/web-server), OpenID's
//! user info, the list of calendars and the events of Calendar API v3
//! (developers.google.com/workspace/calendar/api/v3/reference).

mod account;
mod body;
mod calendar;
mod conference;
mod event;
mod fields;
mod foreign;
mod free_busy;
mod list;
mod refusal;

use axum::http::Method;
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::query::Parameters;
use crate::request::Asked;
use crate::server::{Provider, StandIn};
use crate::tokens::Tokens;

pub use crate::fault::Fault;
pub use account::{
    ACCESS_PREFIX, Account, CLIENT_ID, CLIENT_SECRET, REFRESH_PREFIX, USERINFO_PATH,
};
pub use conference::Making;
pub use event::StoredEvent;
pub use free_busy::FreeBusy;
pub use list::Lists;

/// The stand-in for Google. At first it has the calendar `primary` only, and that is empty.
pub type Google = StandIn<Account>;

impl Google {
    pub fn userinfo_url(&self) -> String {
        self.world().root.clone() + USERINFO_PATH
    }

    /// Somebody else enters an event in the provider's words, or changes these fields of the one of
    /// this id. A `recurrence` may be `RRULE:FREQ=DAILY;COUNT=` and a number.
    pub fn enter(&self, calendar: &str, id: &str, fields: &Value) {
        let mut world = self.world();
        let events = &mut world.provider.events;
        foreign::check(fields, &events.write(calendar, id, fields).fields);
    }

    /// The owner moves an event to another calendar by hand, where it keeps its id
    /// (developers.google.com/workspace/calendar/api/v3/reference/events/move).
    pub fn move_to(&self, from: &str, id: &str, to: &str) {
        let events = &mut self.world().provider.events;
        let mut fields = events.write(from, id, &json!({})).fields.clone();
        events.write(from, id, &json!({"status": "cancelled"}));
        fields.insert("status".into(), json!("confirmed"));
        events.write(to, id, &fields.into());
    }

    /// A calendar holds this, whatever it is, instead of what it had of its id; lists show it so.
    pub fn put(&self, calendar: &str, event: &Value) {
        self.world().provider.events.put(calendar, event);
    }

    /// The account's list has a calendar of this id, with these fields of such a list.
    pub fn add_calendar(&self, id: &str, fields: &Value) {
        self.world().provider.calendars.add(id, fields);
    }

    /// Changes how questions for busy times are answered.
    pub fn set_free_busy(&self, change: impl FnOnce(&mut FreeBusy)) {
        change(&mut self.world().provider.free_busy);
    }

    /// Changes how lists of events are answered.
    pub fn set_lists(&self, change: impl FnOnce(&mut Lists)) {
        change(&mut self.world().provider.events.lists);
    }

    /// Every calendar is in this zone from now on; at first they are in UTC.
    pub fn set_zone(&self, zone: Tz) {
        self.set_lists(|lists| lists.zone = zone);
    }

    /// Pages of lists hold no more than this from now on.
    pub fn set_page_size(&self, page_size: usize) {
        self.set_lists(|lists| lists.page_size = Some(page_size));
    }

    /// Every sync token given out so far asks for a full sync from now on.
    pub fn expire_sync_tokens(&self) {
        self.set_lists(Lists::expire_tokens);
    }

    /// From now on a refresh also replaces the refresh token.
    pub fn rotate_refresh_tokens(&self) {
        self.world().provider.rotates = true;
    }

    /// Events of all calendars that are not deleted, oldest first.
    pub fn events(&self) -> Vec<StoredEvent> {
        self.world().provider.events.live()
    }

    /// What becomes of requests for conferences from now on, those that are pending included.
    pub fn make_conferences(&self, making: Making) {
        self.world().provider.events.rooms.making = making;
    }

    /// Whether the answer to a request for a conference tells already what became of it. At first only
    /// a later one does.
    pub fn hurry_conferences(&self, at_once: bool) {
        self.world().provider.events.rooms.at_once = at_once;
    }

    /// The deleted event of this id left the bin: what would revive it is accepted and does nothing,
    /// or is forbidden. Its id stays taken.
    pub fn purge(&self, id: &str, forbidden: bool) {
        let purged = &mut self.world().provider.events.purged;
        purged.insert(id.to_owned(), forbidden);
    }
}

impl Provider for Account {
    const API_PATH: &'static str = "/calendar/v3";
    const TOKEN_PATH: &'static str = "/token";
    const PREFIXES: [&'static str; 2] = [ACCESS_PREFIX, REFRESH_PREFIX];
    const ENTRIES: &'static str = "items";

    fn is_list(method: &Method, path: &str) -> bool {
        method == Method::GET && path.ends_with("/events")
            || method == Method::POST && path.ends_with("/freeBusy")
    }

    fn refusal(status: u16) -> Answer {
        refusal::of_status(status)
    }

    fn no_form(problem: &str) -> Answer {
        refusal::of_token(400, "invalid_request", problem)
    }

    fn exchange(&mut self, tokens: &mut Tokens, form: &Parameters) -> Answer {
        account::refresh(self, tokens, form)
    }

    fn serve(&mut self, asked: &Asked) -> Answer {
        account::serve(self, asked)
    }
}
