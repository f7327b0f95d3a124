//! A session's end of a question to the worker: asks, and waits for the answer on its latch, so that
//! it can be cancelled like any query.

use std::io;
use std::time::{Duration, Instant};

use pgrx::pg_sys;

use super::line::Line;
use super::question::{Answer, LONGEST_FRAME, Question, Reason, Refusal, socket_path};
use super::{idle, my_database};
use crate::error::{Error, Missing, Outage, Result};
use crate::settings;

/// A worker that takes longer to start has trouble.
const STARTS_WITHIN: Duration = Duration::from_secs(3);

/// Why there is no answer, where the worker runs.
pub const NO_ANSWER: &str = "The answer did not come within scheduling.http_timeout.";

/// The worker's answer to a question.
///
/// # Errors
/// PT503 at once on a standby, and where no worker listens and none is on its way; and after `scheduling.http_timeout` where it does not
/// answer; else what the refusal says.
pub fn ask(question: &Question) -> Result<serde_json::Value> {
    match ask_within(question, settings::http_timeout())? {
        Some(answer) => answer.map_err(refused),
        None => Err(no_worker(NO_ANSWER)),
    }
}

/// The worker's answer to a question, or `None` where it does not come in this time.
///
/// # Errors
/// PT503 at once on a standby, and where no worker listens and none is on its way.
pub fn ask_within(question: &Question, time: Duration) -> Result<Option<Answer>> {
    if !settings::enabled() {
        return Err(no_worker("The setting scheduling.enabled is off."));
    }
    // SAFETY: a state of the server.
    if unsafe { pg_sys::RecoveryInProgress() } {
        return Err(Error::Unavailable {
            why: Outage::WorkerStopped,
            detail: "This server is a standby: the worker runs on the primary.".into(),
            hint: "Ask the primary.".into(),
        });
    }
    match exchange(question, time) {
        // It is nothing about those who were asked about.
        Ok(Err(refusal)) if refusal.reason == Reason::Held => Err(refused(refusal)),
        Ok(answer) => Ok(Some(answer)),
        Err(Trouble::NoWorker) => Err(no_worker("The worker of this database does not run.")),
        Err(Trouble::Io(error)) if error.kind() == io::ErrorKind::TimedOut => Ok(None),
        Err(Trouble::Io(_)) => Err(no_worker("The worker ended before it answered.")),
    }
}

enum Trouble {
    NoWorker,
    Io(io::Error),
}

impl<E: Into<io::Error>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Io(error.into())
    }
}

fn exchange(question: &Question, time: Duration) -> Result<Answer, Trouble> {
    let mut line = connect(time)?;
    let frame = serde_json::to_vec(question)?;
    let length = u32::try_from(frame.len()).map_err(io::Error::other)?;
    line.send(&length.to_ne_bytes())?;
    line.send(&frame)?;

    let mut length = [0; 4];
    line.receive(&mut length)?;
    let length = u32::from_ne_bytes(length) as usize;
    if length > LONGEST_FRAME {
        return Err(io::Error::from(io::ErrorKind::InvalidData).into());
    }
    let mut frame = vec![0; length];
    line.receive(&mut frame)?;
    Ok(serde_json::from_slice(&frame)?)
}

/// A connection to the worker; one that is on its way up is waited for.
fn connect(time: Duration) -> Result<Line, Trouble> {
    let began = Instant::now();
    let is_expected = || began.elapsed() <= STARTS_WITHIN && idle::worker_is_expected();
    Line::connect(&socket_path(my_database()), time, is_expected).map_err(|error| {
        match error.kind() {
            io::ErrorKind::TimedOut => Trouble::Io(error),
            _ => Trouble::NoWorker,
        }
    })
}

fn no_worker(detail: &str) -> Error {
    Error::Unavailable {
        why: Outage::WorkerStopped,
        detail: detail.into(),
        hint: "Look at scheduling.worker_status(); start_worker() starts the worker.".into(),
    }
}

fn refused(Refusal { reason, detail }: Refusal) -> Error {
    match reason {
        Reason::Nonce => Error::invalid(
            "state",
            "the OAuth round trip cannot be finished",
            detail,
            "Start again with oauth_authorize_url().",
        ),
        Reason::NoConnection => Error::NotFound {
            what: Missing::Connection,
            detail,
            hint: "Connect the calendar with oauth_authorize_url().".into(),
        },
        Reason::NoProvider => Error::NotFound {
            what: Missing::Provider,
            detail,
            hint: "Register the application with configure_provider().".into(),
        },
        Reason::Reconnect => Error::BadGateway {
            detail,
            hint: "Connect the calendar again with oauth_authorize_url().".into(),
        },
        Reason::Provider => Error::BadGateway {
            detail,
            hint: "Check configure_provider() and the application's settings at the provider."
                .into(),
        },
        Reason::Unreachable => Error::Unavailable {
            why: Outage::Unreachable,
            detail,
            hint: "Try again in a moment.".into(),
        },
        Reason::Locked => Error::Locked { detail },
        Reason::Held => Error::Unavailable {
            why: Outage::WorkerStopped,
            detail,
            hint: "Call start_worker() where this database is to do its work here.".into(),
        },
        Reason::Internal => Error::Internal(detail),
    }
}
