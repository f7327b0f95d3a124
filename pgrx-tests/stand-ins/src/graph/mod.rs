//! Microsoft: the token endpoint (learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow)
//! and of Graph 1.0 the account and its calendars (learn.microsoft.com/graph/api/resources/calendar).

mod account;
mod batch;
mod body;
mod calendar;
mod event;
mod foreign;
mod online_meeting;
mod refusal;
mod request;
mod temper;
mod view;

use axum::http::Method;
use serde_json::Value;

use crate::answer::Answer;
use crate::query::Parameters;
use crate::request::Asked;
use crate::server::{Provider, StandIn};
use crate::tokens::Tokens;

pub use crate::fault::Fault;
pub use account::{ACCESS_PREFIX, Account, CLIENT_ID, CLIENT_SECRET, REFRESH_PREFIX};
pub use batch::Batches;
pub use event::StoredEvent;
pub use request::{MAIN, MARK};
pub use temper::{Links, Spent, Temper};

/// The stand-in for Microsoft. At first the account has its main calendar only, and that is empty.
pub type Graph = StandIn<Account>;

impl Graph {
    /// Where the account itself is told.
    pub fn userinfo_url(&self) -> String {
        self.api_url() + "/me"
    }

    /// Somebody else enters an event in the provider's words (no calendar: the main one), or changes
    /// these fields of the one of this id. Times are local ones of an IANA zone; a `recurrence` is
    /// daily and numbered.
    pub fn enter(&self, calendar: Option<&str>, id: &str, fields: &Value) {
        let fields = foreign::stored(fields.as_object().expect("an event is an object"));
        let mut world = self.world();
        world.provider.calendars.write(calendar, id, fields);
    }

    /// A calendar holds this, whatever it is; it is shown so.
    pub fn put(&self, calendar: Option<&str>, event: &Value) {
        self.world().provider.calendars.put(calendar, event);
    }

    /// The owner copies an event: the mark goes along, and what Graph knew it by does not.
    pub fn copy(&self, id: &str, new_id: &str) {
        self.world().provider.calendars.copy(id, new_id);
    }

    /// The owner moves an event to another calendar by hand.
    pub fn move_to(&self, id: &str, calendar: &str) {
        let calendar = Some(calendar.to_owned());
        self.world().provider.calendars.event(id).calendar = calendar;
    }

    /// The owner moves an event to the bin by hand.
    pub fn bin(&self, id: &str) {
        self.world().provider.calendars.event(id).calendar = None;
    }

    /// Lets an hour pass for all events.
    pub fn age(&self) {
        self.world().provider.calendars.age();
    }

    /// The account has a calendar of this id, with these fields of such a list.
    pub fn add_calendar(&self, id: &str, fields: &Value) {
        self.world().provider.calendars.add(id, fields);
    }

    /// Everything in this calendar is answered with this status from now on.
    pub fn close_calendar(&self, id: &str, status: u16) {
        let closed = &mut self.world().provider.calendars.closed;
        closed.insert(id.to_owned(), status);
    }

    /// Everything in this calendar is answered as it is at first again.
    pub fn open_calendar(&self, id: &str) {
        self.world().provider.calendars.closed.remove(id);
    }

    /// Changes how batches are answered.
    pub fn set_batches(&self, change: impl FnOnce(&mut Batches)) {
        change(&mut self.world().provider.batches);
    }

    /// Pages of views hold no more than this from now on.
    pub fn set_page_size(&self, page_size: usize) {
        self.world().provider.calendars.views.page_size = Some(page_size);
    }

    /// Whether views may be asked for as the reference has it, and not only as this product does.
    pub fn take_any_view(&self, any: bool) {
        self.world().provider.calendars.views.takes_any_query = any;
    }

    /// How Graph behaves where its reference is silent.
    pub fn temper(&self) -> Temper {
        self.world().provider.calendars.temper
    }

    pub fn set_temper(&self, temper: Temper) {
        self.world().provider.calendars.temper = temper;
    }

    /// From now on refusals of a grant carry this AADSTS code.
    pub fn refuse_as(&self, code: u32) {
        self.world().provider.refuses_as = code;
    }

    /// Events of all calendars that are not deleted, oldest first.
    pub fn events(&self) -> Vec<StoredEvent> {
        self.world().provider.calendars.listed()
    }
}

impl Provider for Account {
    const API_PATH: &'static str = "/v1.0";
    // `common` stands for accounts of all kinds.
    const TOKEN_PATH: &'static str = "/common/oauth2/v2.0/token";
    const PREFIXES: [&'static str; 2] = [ACCESS_PREFIX, REFRESH_PREFIX];
    const ENTRIES: &'static str = "value";

    fn is_list(method: &Method, path: &str) -> bool {
        method == Method::GET && path.ends_with("/calendarView")
            || method == Method::POST && path.ends_with("/$batch")
    }

    fn refusal(status: u16) -> Answer {
        refusal::of_status(status)
    }

    fn no_form(problem: &str) -> Answer {
        refusal::of_token(400, "invalid_request", 900_144, problem)
    }

    fn exchange(&mut self, tokens: &mut Tokens, form: &Parameters) -> Answer {
        account::refresh(self, tokens, form)
    }

    fn serve(&mut self, asked: &Asked) -> Answer {
        account::serve(self, asked)
    }
}
