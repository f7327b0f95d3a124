//! The network thread: everything the worker says to the outside world.
//!
//! One thread, one runtime, all signals masked. It is handed owned data over a channel and hands
//! results back over another, ringing the worker's bell. It never calls PostgreSQL, logging
//! included, and PostgreSQL's main thread never waits for it.

use std::os::unix::net::UnixListener;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use pgrx::pg_sys;
use tokio::sync::mpsc as tokio_mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::bell::{self, Address, Message};
use super::listener::{self, Caller, Callers};
use super::question::{Answer, Question};
use super::queue;
use super::sessions::{Account, CalendarFailure, Refreshed, Request, Response, Sessions};
use crate::calendar::{CalendarError, Mailbox, directory};
use crate::http::{HttpClient, HttpError};
use crate::mail::{LONGEST_SEND, Mail, Mailer, SendError, SmtpMailer};
use crate::oauth::flow::{self, ExchangeRequest, FlowError, Grant, RevokeRequest};
use crate::oauth::provider::Provider;

/// A task that takes longer is given up: well within the lease of its job.
const LONGEST_TASK: Duration = queue::LEASE.saturating_sub(Duration::from_secs(60));
// A mail that is given up too early goes out twice.
const _: () = assert!(LONGEST_SEND.as_secs() < LONGEST_TASK.as_secs());

/// Whom a piece of work is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    Job(i64),
    Caller(Caller),
}

/// Work for the network.
pub struct Task {
    pub origin: Origin,
    pub work: Box<Work>,
}

pub enum Work {
    Calendar {
        account: Account,
        request: Request,
        timeout: Duration,
    },
    Mail {
        mail: Mail,
        smtp_url: Zeroizing<String>,
    },
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
}

/// Which calendar a request went to.
pub struct Place {
    pub connection: Uuid,
    pub provider: Provider,
    /// None: the account's primary one.
    pub calendar_id: Option<String>,
}

/// What comes from the network.
pub enum Event {
    Finished(Origin, Reply),
    Asked(Caller, Question),
}

pub enum Reply {
    Calendar {
        place: Place,
        /// Tokens that came on the way and are to be stored, whatever became of the request.
        refreshed: Option<Refreshed>,
        result: Result<Response, CalendarFailure>,
    },
    /// Recipients in copy that were refused, or why nothing was sent.
    Mail(Result<Vec<String>, SendError>),
    Connected(Result<Connected, ConnectFailure>),
    /// Whether the provider knows of revoking, and has done it.
    Revoked(Result<bool, FlowError>),
    /// The task itself broke; there is nothing to say about the outside world.
    Broken,
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

enum Command {
    Do(Task),
    Answer(Caller, Answer),
}

/// The main thread's end.
pub struct Network {
    commands: tokio_mpsc::UnboundedSender<Command>,
    events: mpsc::Receiver<Event>,
    in_flight: usize,
}

/// The thread cannot be started, or it ended.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    #[error("the network thread cannot be started: {0}")]
    Start(#[from] std::io::Error),
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] HttpError),
    #[error("the network thread has ended")]
    Ended,
}

impl Network {
    /// Starts the thread; it rings the bell of this database's worker for each event.
    pub fn start(database: pg_sys::Oid) -> Result<Self, NetworkError> {
        let (commands, receiver) = tokio_mpsc::unbounded_channel();
        let (sender, events) = mpsc::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let http = HttpClient::new(Duration::from_secs(10))?;
        let listener = listener::open(database)?;
        let post = Post {
            events: sender,
            database,
        };
        with_signals_masked(|| {
            thread::Builder::new()
                .name("scheduling network".into())
                .spawn(move || {
                    runtime.block_on(serve(http, listener, receiver, post));
                })
        })?;
        Ok(Self {
            commands,
            events,
            in_flight: 0,
        })
    }

    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    pub fn submit(&mut self, task: Task) -> Result<(), NetworkError> {
        self.send(Command::Do(task))?;
        self.in_flight += 1;
        Ok(())
    }

    /// Sends a waiting session its answer.
    pub fn answer(&self, caller: Caller, answer: Answer) -> Result<(), NetworkError> {
        self.send(Command::Answer(caller, answer))
    }

    fn send(&self, command: Command) -> Result<(), NetworkError> {
        self.commands.send(command).map_err(|_| NetworkError::Ended)
    }

    /// The next event, if one is there; never waits.
    pub fn event(&mut self) -> Result<Option<Event>, NetworkError> {
        match self.events.try_recv() {
            Ok(event) => {
                if matches!(event, Event::Finished(..)) {
                    self.in_flight -= 1;
                }
                Ok(Some(event))
            }
            Err(mpsc::TryRecvError::Empty) => Ok(None),
            Err(mpsc::TryRecvError::Disconnected) => Err(NetworkError::Ended),
        }
    }
}

/// PostgreSQL's signal handlers are for its main thread; a new thread inherits the mask.
fn with_signals_masked<T>(work: impl FnOnce() -> T) -> T {
    // SAFETY: both sets are locals, filled before they are read.
    unsafe {
        let mut all = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        let mut before = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
        let result = work();
        libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), std::ptr::null_mut());
        result
    }
}

/// The way of events to the main thread.
#[derive(Clone)]
struct Post {
    events: mpsc::Sender<Event>,
    database: pg_sys::Oid,
}

impl Post {
    fn send(&self, event: Event) {
        if self.events.send(event).is_ok() {
            bell::ring(Address::Worker(self.database), Message::Wake);
        }
    }
}

async fn serve(
    http: HttpClient,
    listener: UnixListener,
    mut commands: tokio_mpsc::UnboundedReceiver<Command>,
    post: Post,
) {
    let callers = Callers::default();
    // Fails only outside of a runtime; sessions are told that no worker listens.
    if let Ok(listener) = tokio::net::UnixListener::from_std(listener) {
        let post = post.clone();
        tokio::spawn(listener::listen(
            listener,
            callers.clone(),
            move |caller, question| {
                post.send(Event::Asked(caller, question));
            },
        ));
    }
    let sessions = Sessions::default();
    let mut mailers = Mailers::default();
    while let Some(command) = commands.recv().await {
        let Task { origin, work } = match command {
            Command::Do(task) => task,
            Command::Answer(caller, answer) => {
                callers.answer(caller, answer);
                continue;
            }
        };
        let reply = start(*work, &http, &sessions, &mut mailers);
        let post = post.clone();
        tokio::spawn(async move {
            // Neither a task that panics nor one that goes on and on may outlive its job's lease:
            // a change that reached the calendar later could undo a newer one.
            let task = reply.abort_handle();
            let reply = match timeout(LONGEST_TASK, reply).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(_)) => Reply::Broken,
                Err(_) => {
                    task.abort();
                    Reply::Broken
                }
            };
            post.send(Event::Finished(origin, reply));
        });
    }
}

fn start(
    work: Work,
    http: &HttpClient,
    sessions: &Sessions,
    mailers: &mut Mailers,
) -> JoinHandle<Reply> {
    match work {
        Work::Calendar {
            account,
            request,
            timeout,
        } => {
            let session = sessions.of(&account);
            let http = http.with_timeout(timeout);
            tokio::spawn(async move {
                let (refreshed, result) = session.request(&http, &account, &request).await;
                let place = Place {
                    connection: account.connection,
                    provider: account.provider,
                    calendar_id: account.calendar_id,
                };
                Reply::Calendar {
                    place,
                    refreshed,
                    result,
                }
            })
        }
        Work::Mail { mail, smtp_url } => match mailers.of(smtp_url) {
            Ok(mailer) => tokio::spawn(async move {
                Reply::Mail(mailer.send(&mail).await.map(|sent| sent.refused))
            }),
            Err(error) => tokio::spawn(std::future::ready(Reply::Mail(Err(error)))),
        },
        Work::Connect {
            exchange,
            userinfo_url,
            api_url,
            timeout,
        } => {
            let http = http.with_timeout(timeout);
            tokio::spawn(async move {
                Reply::Connected(connect(&http, exchange, &userinfo_url, api_url).await)
            })
        }
        Work::Revoke { request, timeout } => {
            let http = http.with_timeout(timeout);
            tokio::spawn(async move { Reply::Revoked(flow::revoke(&http, request).await) })
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
    let email = directory::account_email(http, provider, userinfo_url, &grant.access_token).await?;
    let mailbox = Mailbox {
        provider,
        api_url: Some(api_url),
        access_token: grant.access_token.clone(),
        calendar_id: None,
    };
    // Without a list of calendars events go to the primary one all the same.
    let calendars = match directory::calendars(http, &mailbox).await {
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
    current: Option<(Zeroizing<String>, Arc<Mailer>)>,
}

impl Mailers {
    fn of(&mut self, smtp_url: Zeroizing<String>) -> Result<Arc<Mailer>, SendError> {
        if let Some((url, mailer)) = &self.current
            && *url == smtp_url
        {
            return Ok(mailer.clone());
        }
        let smtp = SmtpMailer::new(&smtp_url).map_err(|error| SendError {
            permanent: false,
            detail: error.to_string(),
        })?;
        let mailer = Arc::new(Mailer::Smtp(smtp));
        self.current = Some((smtp_url, mailer.clone()));
        Ok(mailer)
    }
}
