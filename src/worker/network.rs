//! The network thread: everything the worker says to the outside world.
//!
//! One thread, one runtime, all signals masked. It is handed owned data over a channel and hands
//! results back over another, ringing the worker's bell. It never calls PostgreSQL, logging
//! included, and PostgreSQL's main thread never waits for it.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use pgrx::pg_sys;
use tokio::sync::mpsc as tokio_mpsc;
use zeroize::Zeroizing;

use super::bell::{self, Address, Message};
use super::queue;
use super::sessions::{Account, Refreshed, Sessions};
use crate::calendar::{CalendarError, Change, StoredEvent};
use crate::http::{HttpClient, HttpError};
use crate::mail::{LONGEST_SEND, Mail, Mailer, SendError, SmtpMailer};
use crate::oauth::refresh::RefreshError;

/// A task that takes longer is given up: well within the lease of its job.
const LONGEST_TASK: Duration = queue::LEASE.saturating_sub(Duration::from_secs(60));
// A mail that is given up too early goes out twice.
const _: () = assert!(LONGEST_SEND.as_secs() < LONGEST_TASK.as_secs());

/// Work for the network, with the job it belongs to.
pub struct Task {
    pub job: i64,
    pub work: Box<Work>,
}

pub enum Work {
    Calendar {
        account: Account,
        change: Change,
        timeout: Duration,
    },
    Mail {
        mail: Mail,
        smtp_url: Zeroizing<String>,
    },
}

/// What the network has to say about a job.
pub struct Outcome {
    pub job: i64,
    pub reply: Reply,
}

pub enum Reply {
    Calendar {
        /// Tokens that came on the way and are to be stored, whatever became of the change.
        refreshed: Option<Refreshed>,
        result: Result<Option<StoredEvent>, CalendarFailure>,
    },
    /// Recipients in copy that were refused, or why nothing was sent.
    Mail(Result<Vec<String>, SendError>),
    /// The task itself broke; there is nothing to say about the outside world.
    Broken,
}

/// Why a change did not reach the calendar.
#[derive(Debug, thiserror::Error)]
pub enum CalendarFailure {
    #[error(transparent)]
    Refresh(#[from] RefreshError),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

/// The main thread's end.
pub struct Network {
    tasks: tokio_mpsc::UnboundedSender<Task>,
    outcomes: mpsc::Receiver<Outcome>,
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
    /// Starts the thread; it rings the bell of this database's worker for each outcome.
    pub fn start(database: pg_sys::Oid) -> Result<Self, NetworkError> {
        let (tasks, receiver) = tokio_mpsc::unbounded_channel();
        let (sender, outcomes) = mpsc::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let http = HttpClient::new(Duration::from_secs(10))?;
        with_signals_masked(|| {
            thread::Builder::new()
                .name("scheduling network".into())
                .spawn(move || {
                    runtime.block_on(serve(http, receiver, sender, database));
                })
        })?;
        Ok(Self {
            tasks,
            outcomes,
            in_flight: 0,
        })
    }

    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    pub fn submit(&mut self, task: Task) -> Result<(), NetworkError> {
        self.tasks.send(task).map_err(|_| NetworkError::Ended)?;
        self.in_flight += 1;
        Ok(())
    }

    /// The next outcome, if one is there; never waits.
    pub fn outcome(&mut self) -> Result<Option<Outcome>, NetworkError> {
        match self.outcomes.try_recv() {
            Ok(outcome) => {
                self.in_flight -= 1;
                Ok(Some(outcome))
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

async fn serve(
    http: HttpClient,
    mut tasks: tokio_mpsc::UnboundedReceiver<Task>,
    outcomes: mpsc::Sender<Outcome>,
    database: pg_sys::Oid,
) {
    let sessions = Sessions::default();
    let mut mailers = Mailers::default();
    while let Some(Task { job, work }) = tasks.recv().await {
        let reply = match *work {
            Work::Calendar {
                account,
                change,
                timeout,
            } => {
                let session = sessions.of(&account);
                let http = http.with_timeout(timeout);
                tokio::spawn(async move {
                    let (refreshed, result) = session.apply(&http, &account, &change).await;
                    Reply::Calendar { refreshed, result }
                })
            }
            Work::Mail { mail, smtp_url } => match mailers.of(smtp_url) {
                Ok(mailer) => tokio::spawn(async move {
                    Reply::Mail(mailer.send(&mail).await.map(|sent| sent.refused))
                }),
                Err(error) => tokio::spawn(std::future::ready(Reply::Mail(Err(error)))),
            },
        };
        let outcomes = outcomes.clone();
        tokio::spawn(async move {
            // Neither a task that panics nor one that goes on and on may outlive its job's lease.
            let reply = match tokio::time::timeout(LONGEST_TASK, reply).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(_)) | Err(_) => Reply::Broken,
            };
            if outcomes.send(Outcome { job, reply }).is_ok() {
                bell::ring(Address::Worker(database), Message::Wake);
            }
        });
    }
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
