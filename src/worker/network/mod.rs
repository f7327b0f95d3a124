//! The network thread: everything the worker says to the outside world.
//!
//! One thread, one runtime, all signals masked. It is handed owned data over a channel and hands
//! results back over another, ringing the worker's bell. It never calls PostgreSQL, logging
//! included, and PostgreSQL's main thread never waits for it.

pub mod account;
pub mod client;
pub mod listener;
pub mod work;

use std::os::unix::net::UnixListener;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use pgrx::pg_sys;
use tokio::sync::mpsc as tokio_mpsc;
use tokio::time::timeout;
use uuid::Uuid;

use self::account::Refreshed;
use self::listener::{Caller, Callers};
use self::work::{Reply, Tools, Work};
use crate::http::{HttpClient, HttpError};
use crate::ipc::bell::{self, Address, Message};
use crate::ipc::question::{Answer, Question};
use crate::mail::LONGEST_SEND;

/// A task that takes longer is given up. The lease of its job is longer.
pub const LONGEST_TASK: Duration = Duration::from_secs(240);
// A mail that is given up too early goes out twice.
const _: () = assert!(LONGEST_SEND.as_secs() < LONGEST_TASK.as_secs());

/// Whom a piece of work is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    Job(i64),
    Caller(Caller),
    /// The busy times of this connection.
    Busy(Uuid),
}

/// Work for the network.
pub struct Task {
    pub origin: Origin,
    pub work: Box<Work>,
}

/// What comes from the network.
pub enum Event {
    Finished(Origin, Reply),
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
    let keeper = {
        let post = post.clone();
        Arc::new(move |refreshed| post.send(Event::Refreshed(refreshed)))
    };
    let mut tools = Tools::new(http, keeper);
    while let Some(command) = commands.recv().await {
        let Task { origin, work } = match command {
            Command::Do(task) => task,
            Command::Answer(caller, answer) => {
                callers.answer(caller, answer);
                continue;
            }
        };
        let reply = work::start(*work, &mut tools);
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
