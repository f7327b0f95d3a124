//! What the network thread can be asked to do, and what comes of it. An answer is of its question's kind:
//! whoever asked for an event cannot be told of a mail. How it is done is in `tools`.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::account::Account;
use super::client::Outcome;
use super::listener::Caller;
use crate::calendar::busy::CalendarSays;
use crate::calendar::by_provider::ReadBusy;
use crate::calendar::directory::CalendarEntry;
use crate::calendar::error::CalendarError;
use crate::calendar::event::{EventAnswer, EventRequest};
use crate::crm::{LeadAnswer, LeadRequest, Told};
use crate::mail::{LONGEST_SEND, LONGEST_WAIT_FOR_RESEND, Mail, Route, SendError, Sent};
use crate::oauth::flow::{ExchangeRequest, FlowError, Grant, RevokeRequest};
use crate::owner::MeetingKey;
use crate::provider::Provider;
use crate::webhook::delivery::{Delivery, NotTaken};
use crate::webhook::order::Order;

/// A task that takes longer is given up. The lease of its job is longer.
pub const LONGEST_TASK: Duration = Duration::from_secs(240);
// A mail that is given up too early goes out twice.
const _: () = assert!(LONGEST_SEND.as_secs() < LONGEST_TASK.as_secs());
// And what comes after the wait takes no longer than `scheduling.http_timeout`, of 60 s at most.
const _: () = assert!(LONGEST_WAIT_FOR_RESEND.as_secs() + 60 < LONGEST_TASK.as_secs());

/// A piece of work, and whom it is for. Time-outs are for each exchange with a provider.
pub enum Task {
    Job(i64, Box<JobWork>),
    Errand(Caller, Box<ErrandWork>),
    /// The busy times of this connection.
    Busy(Uuid, Box<BusyWork>),
}

/// What came of a [`Task`] of the same name.
pub enum Finished {
    Job(i64, Result<JobReply, BrokenOff>),
    Errand(Caller, Result<ErrandReply, BrokenOff>),
    Busy(Uuid, Result<Outcome<Vec<CalendarSays>>, BrokenOff>),
}

/// The task itself broke, or took too long; there is nothing to say about the outside world.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the worker broke off the attempt")]
pub struct BrokenOff;

/// Which mail settings something was done by. It changes with every call of `configure_mail`, and is nothing
/// before the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct Revision(String);

impl Revision {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a job wants.
pub enum JobWork {
    Event {
        meeting: MeetingKey,
        account: Account,
        request: EventRequest,
        timeout: Duration,
    },
    Mail {
        mail: Mail,
        route: Route,
        /// The settings by which it leaves.
        settings: Revision,
    },
    Webhook {
        order: Order,
        delivery: Delivery,
    },
    Crm(CrmWork),
}

/// What came of [`JobWork`].
pub enum JobReply {
    Event {
        meeting: MeetingKey,
        place: Place,
        outcome: Outcome<EventAnswer>,
    },
    /// That it was sent, or why not.
    Mail {
        sent: Result<Sent, SendError>,
        settings: Revision,
    },
    /// When it began, and the status of the answer that took it, or why it was not taken.
    Webhook {
        order: Order,
        began: DateTime<Utc>,
        taken: Result<u16, NotTaken>,
    },
    Crm(CrmReply),
}

/// A lead, and what a note of it says.
pub struct CrmWork {
    pub request: LeadRequest,
    /// None where no note is wanted.
    pub says: Option<Told>,
}

/// What came of [`CrmWork`].
pub struct CrmReply {
    /// The account that was asked.
    pub generation: Uuid,
    pub answer: LeadAnswer,
    pub says: Option<Told>,
}

/// What a session wants.
pub enum ErrandWork {
    /// The end of an OAuth round trip: tokens for a code, and whose they are.
    Connect {
        exchange: ExchangeRequest,
        userinfo_url: String,
        api_url: String,
        timeout: Duration,
    },
    Revoke {
        request: RevokeRequest,
        timeout: Duration,
    },
    /// The account's calendars.
    Calendars { account: Account, timeout: Duration },
}

/// What came of [`ErrandWork`].
pub enum ErrandReply {
    Connected(Result<Connected, ConnectFailure>),
    /// Whether the provider knows of revoking, and has done it.
    Revoked(Result<bool, FlowError>),
    Calendars {
        connection: Uuid,
        outcome: Outcome<Vec<CalendarEntry>>,
    },
}

/// Reading when an owner is busy, by all calendars of an account that count.
pub struct BusyWork {
    pub account: Account,
    pub read: ReadBusy,
    pub timeout: Duration,
}

/// A new connection.
pub struct Connected {
    pub grant: Grant,
    pub email: String,
    /// None where the account lists no primary calendar.
    pub calendar_id: Option<String>,
}

/// Why an OAuth round trip came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ConnectFailure {
    #[error(transparent)]
    Flow(#[from] FlowError),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

/// Which calendar a request went to.
#[derive(Clone)]
pub struct Place {
    pub connection: Uuid,
    pub provider: Provider,
    /// None: the account's primary one.
    pub calendar_id: Option<String>,
}
