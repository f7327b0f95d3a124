//! The network thread: everything the worker says to the outside world.
//!
//! One thread, one runtime, all signals masked. It is handed owned data over a channel and hands
//! results back over another, ringing the worker's bell. It never calls PostgreSQL, logging
//! included, and PostgreSQL's main thread never waits for it.
//!
//! `work` is what it can be asked to do and `tools` how it is done, with each `account`'s `client`;
//! `listener` takes in what sessions ask.

pub mod account;
pub mod client;
pub mod listener;
mod tools;
pub mod work;

use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use pgrx::pg_sys;
use pgrx::prelude::*;
use tokio::sync::mpsc as tokio_mpsc;

use self::account::Refreshed;
use self::listener::{Caller, Waiting};
use self::tools::Tools;
use self::work::{Finished, Task};
use crate::http::{HttpClient, HttpError};
use crate::ipc::bell::{self, Address, Message};
use crate::ipc::question::{Answer, Question};
use crate::webhook::delivery::Couriers;

/// What comes from the network.
pub enum FromNetwork {
    Finished(Finished),
    Refreshed(Refreshed),
    Asked(Caller, Question),
}

enum Command {
    Do(Task),
    Answer(Caller, Answer),
}

/// The main thread's end.
pub struct Network {
    commands: tokio_mpsc::UnboundedSender<Command>,
    events: mpsc::Receiver<FromNetwork>,
    in_flight: usize,
    rung: Rung,
}

/// Whether the bell has been rung since the main thread last began to take events: once is enough.
type Rung = Arc<AtomicBool>;

/// The thread cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    #[error("the network thread cannot be started: {0}")]
    Start(#[from] std::io::Error),
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] HttpError),
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
        let couriers = Couriers::new(Duration::from_secs(10))?;
        let listener = listener::open(database)?;
        let rung = Rung::default();
        let post = Post {
            events: sender,
            database,
            rung: rung.clone(),
        };
        with_signals_masked(|| {
            thread::Builder::new()
                .name("scheduling network".into())
                .spawn(move || {
                    runtime.block_on(serve(http, couriers, listener, receiver, post));
                })
        })?;
        Ok(Self {
            commands,
            events,
            in_flight: 0,
            rung,
        })
    }

    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    pub fn submit(&mut self, task: Task) {
        self.send(Command::Do(task));
        self.in_flight += 1;
    }

    /// Sends a waiting session its answer.
    pub fn answer(&self, caller: Caller, answer: Answer) {
        self.send(Command::Answer(caller, answer));
    }

    fn send(&self, command: Command) {
        if self.commands.send(command).is_err() {
            ended();
        }
    }

    /// From here on the bell is rung again for what comes.
    pub fn hear(&self) {
        self.rung.store(false, Ordering::SeqCst);
    }

    /// The next event, if one is there; never waits.
    pub fn event(&mut self) -> Option<FromNetwork> {
        match self.events.try_recv() {
            Ok(event) => {
                if matches!(event, FromNetwork::Finished(_)) {
                    self.in_flight -= 1;
                }
                Some(event)
            }
            Err(mpsc::TryRecvError::Empty) => None,
            Err(mpsc::TryRecvError::Disconnected) => ended(),
        }
    }
}

/// Without its network thread a worker is of no use: it ends, and the launcher starts another one.
fn ended() -> ! {
    pgrx::ereport!(
        FATAL,
        PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
        "scheduling worker: the network thread has ended"
    );
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
    events: mpsc::Sender<FromNetwork>,
    database: pg_sys::Oid,
    rung: Rung,
}

impl Post {
    fn send(&self, event: FromNetwork) {
        if self.events.send(event).is_ok() && !self.rung.swap(true, Ordering::SeqCst) {
            bell::ring(Address::Worker(self.database), Message::Wake);
        }
    }
}

async fn serve(
    http: HttpClient,
    couriers: Couriers,
    listener: UnixListener,
    mut commands: tokio_mpsc::UnboundedReceiver<Command>,
    post: Post,
) {
    let waiting = Waiting::default();
    // Fails only outside of a runtime; sessions are told that no worker listens.
    if let Ok(listener) = tokio::net::UnixListener::from_std(listener) {
        let post = post.clone();
        tokio::spawn(listener::listen(
            listener,
            waiting.clone(),
            move |caller, question| {
                post.send(FromNetwork::Asked(caller, question));
            },
        ));
    }
    let keeper = {
        let post = post.clone();
        Arc::new(move |refreshed| post.send(FromNetwork::Refreshed(refreshed)))
    };
    let mut tools = Tools::new(http, couriers, keeper);
    while let Some(command) = commands.recv().await {
        match command {
            Command::Answer(caller, answer) => waiting.answer(caller, answer),
            Command::Do(task) => {
                let post = post.clone();
                tools.start(task, move |finished| {
                    post.send(FromNetwork::Finished(finished))
                });
            }
        }
    }
}
