//! What the network thread can be asked to do, and how each piece of work is done. An answer is of its
//! question's kind: whoever asked for an event cannot be told of a mail.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use uuid::Uuid;

use super::account::{Account, Keeper};
use super::client::{Clients, Outcome};
use super::listener::Caller;
use crate::calendar::busy::BusyAnswer;
use crate::calendar::by_provider::{AccountEmail, ListCalendars, Operation, ReadBusy, carry_out};
use crate::calendar::directory::CalendarEntry;
use crate::calendar::error::CalendarError;
use crate::calendar::event::{EventAnswer, EventRequest};
use crate::calendar::open_calendar::OpenCalendar;
use crate::http::HttpClient;
use crate::mail::{LONGEST_SEND, Mail, Mailer, Route, SendError};
use crate::oauth::flow::{self, ExchangeRequest, FlowError, Grant, RevokeRequest};
use crate::owner::MeetingKey;
use crate::provider::Provider;

/// A task that takes longer is given up. The lease of its job is longer.
pub const LONGEST_TASK: Duration = Duration::from_secs(240);
// A mail that is given up too early goes out twice.
const _: () = assert!(LONGEST_SEND.as_secs() < LONGEST_TASK.as_secs());

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
    Busy(Uuid, Result<Outcome<BusyAnswer>, BrokenOff>),
}

/// The task itself broke, or took too long; there is nothing to say about the outside world.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the worker broke off the attempt")]
pub struct BrokenOff;

/// What a job wants.
#[expect(clippy::large_enum_variant, reason = "it travels in a box")]
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
    },
}

/// What came of [`JobWork`].
pub enum JobReply {
    Event {
        meeting: MeetingKey,
        place: Place,
        outcome: Outcome<EventAnswer>,
    },
    /// Recipients in copy that were refused, or why nothing was sent.
    Mail(Result<Vec<String>, SendError>),
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

/// Reading when an owner is busy.
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
pub struct Place {
    pub connection: Uuid,
    pub provider: Provider,
    /// None: the account's primary one.
    pub calendar_id: Option<String>,
}

/// What pieces of work share: the HTTP client, each account's client and where new tokens are kept, and
/// the way to the mail server.
pub struct Tools {
    http: HttpClient,
    keeper: Keeper,
    clients: Clients,
    mailers: Mailers,
}

/// A piece of work that has all it needs.
type Doing<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl Tools {
    pub fn new(http: HttpClient, keeper: Keeper) -> Self {
        Self {
            http,
            keeper,
            clients: Clients::new(),
            mailers: Mailers::default(),
        }
    }

    /// Starts a piece of work; `post` is told what came of it.
    pub fn start(&mut self, task: Task, post: impl FnOnce(Finished) + Send + 'static) {
        match task {
            Task::Job(job, work) => {
                let doing = self.job(*work);
                tokio::spawn(async move { post(Finished::Job(job, guarded(doing).await)) });
            }
            Task::Errand(caller, work) => {
                let doing = self.errand(*work);
                tokio::spawn(async move { post(Finished::Errand(caller, guarded(doing).await)) });
            }
            Task::Busy(connection, work) => {
                let BusyWork {
                    account,
                    read,
                    timeout,
                } = *work;
                let doing = self.ask(account, read, timeout);
                tokio::spawn(async move {
                    let reply = guarded(async move { doing.await.1 }).await;
                    post(Finished::Busy(connection, reply));
                });
            }
        }
    }

    fn job(&mut self, work: JobWork) -> Doing<JobReply> {
        match work {
            JobWork::Event {
                meeting,
                account,
                request,
                timeout,
            } => {
                let asked = self.ask(account, request, timeout);
                Box::pin(async move {
                    let (account, outcome) = asked.await;
                    let place = Place {
                        connection: account.connection,
                        provider: account.provider,
                        calendar_id: account.calendar_id,
                    };
                    JobReply::Event {
                        meeting,
                        place,
                        outcome,
                    }
                })
            }
            JobWork::Mail { mail, route } => {
                let mailer = self.mailers.of(route);
                Box::pin(async move {
                    let sent = match mailer {
                        Ok(mailer) => mailer.send(&mail).await,
                        Err(error) => Err(error),
                    };
                    JobReply::Mail(sent.map(|sent| sent.refused))
                })
            }
        }
    }

    fn errand(&mut self, work: ErrandWork) -> Doing<ErrandReply> {
        match work {
            ErrandWork::Connect {
                exchange,
                userinfo_url,
                api_url,
                timeout,
            } => {
                let http = self.http.with_timeout(timeout);
                Box::pin(async move {
                    ErrandReply::Connected(connect(&http, exchange, &userinfo_url, api_url).await)
                })
            }
            ErrandWork::Revoke { request, timeout } => {
                let http = self.http.with_timeout(timeout);
                Box::pin(async move { ErrandReply::Revoked(flow::revoke(&http, request).await) })
            }
            ErrandWork::Calendars { account, timeout } => {
                let asked = self.ask(account, ListCalendars, timeout);
                Box::pin(async move {
                    let (account, outcome) = asked.await;
                    ErrandReply::Calendars {
                        connection: account.connection,
                        outcome,
                    }
                })
            }
        }
    }

    /// Has an account's client carry out an operation.
    fn ask<O: Operation + Send + 'static>(
        &mut self,
        account: Account,
        operation: O,
        timeout: Duration,
    ) -> Doing<(Account, Outcome<O::Answer>)> {
        let client = self.clients.of(&account);
        let keeper = self.keeper.clone();
        let http = self.http.with_timeout(timeout);
        Box::pin(async move {
            let outcome = client.request(&http, &account, &operation, &keeper).await;
            (account, outcome)
        })
    }
}

/// Neither a task that panics nor one that goes on and on may outlive its job's lease: a change that
/// reached the calendar later could undo a newer one.
async fn guarded<T: Send + 'static>(
    doing: impl Future<Output = T> + Send + 'static,
) -> Result<T, BrokenOff> {
    let task = tokio::spawn(doing);
    let abort = task.abort_handle();
    match timeout(LONGEST_TASK, task).await {
        Ok(done) => done.map_err(|_| BrokenOff),
        Err(_) => {
            abort.abort();
            Err(BrokenOff)
        }
    }
}

async fn connect(
    http: &HttpClient,
    exchange: ExchangeRequest,
    userinfo_url: &str,
    api_url: String,
) -> Result<Connected, ConnectFailure> {
    let provider = exchange.provider;
    let grant = flow::exchange(http, exchange).await?;
    let calendar = OpenCalendar {
        provider,
        api_url: Some(api_url),
        access_token: grant.access_token.clone(),
        calendar_id: None,
    };
    let email = carry_out(http, &calendar, &AccountEmail { userinfo_url }).await?;
    // Without a list of calendars events go to the primary one all the same.
    let calendars = match carry_out(http, &calendar, &ListCalendars).await {
        Err(error @ (CalendarError::Unauthorized(_) | CalendarError::InsufficientScope(_))) => {
            return Err(error.into());
        }
        calendars => calendars.unwrap_or_default(),
    };
    let calendar_id = calendars
        .into_iter()
        .find(|calendar| calendar.is_primary)
        .map(|calendar| calendar.calendar_id);
    Ok(Connected {
        grant,
        email,
        calendar_id,
    })
}

/// The way mail leaves, kept between mails: it holds connections. There is one setting, so a new
/// one takes the place of the old one.
#[derive(Default)]
struct Mailers {
    current: Option<(Route, Arc<Mailer>)>,
}

impl Mailers {
    fn of(&mut self, route: Route) -> Result<Arc<Mailer>, SendError> {
        if let Some((known, mailer)) = &self.current
            && *known == route
        {
            return Ok(mailer.clone());
        }
        let mailer = Arc::new(Mailer::open(&route)?);
        self.current = Some((route, mailer.clone()));
        Ok(mailer)
    }
}
