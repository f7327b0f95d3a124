//! A session's end of a question to the worker: asks, and waits for the answer on its latch, so that
//! it can be cancelled like any query.

use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use pgrx::pg_sys;
use pgrx::prelude::*;

use super::question::{Answer, LONGEST_FRAME, Question, Reason, Refusal, socket_path};
use super::{idle, my_database};
use crate::error::{Error, Result};
use crate::settings;

/// A worker that takes longer to start has trouble.
const STARTS_WITHIN: Duration = Duration::from_secs(3);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// The worker's answer to a question.
///
/// # Errors
/// PT503 at once on a standby, and where no worker listens and none is on its way; and after `scheduling.http_timeout` where it does not
/// answer; else what the refusal says.
pub fn ask(question: &Question) -> Result<serde_json::Value> {
    match ask_within(question, settings::http_timeout())? {
        Some(answer) => answer.map_err(refused),
        None => Err(no_worker(
            "The answer did not come within scheduling.http_timeout.",
        )),
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
            detail: "This server is a standby: the worker runs on the primary.".into(),
            hint: "Ask the primary.".into(),
        });
    }
    let socket = connect().ok_or_else(|| no_worker("The worker of this database does not run."))?;
    match exchange(socket, question, time) {
        // It is nothing about those who were asked about.
        Ok(Err(refusal)) if refusal.reason == Reason::Held => Err(refused(refusal)),
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Ok(None),
        Err(_) => Err(no_worker("The worker ended before it answered.")),
    }
}

/// A connection to the worker; one that is on its way up is waited for.
fn connect() -> Option<UnixStream> {
    let path = socket_path(my_database());
    let began = Instant::now();
    loop {
        if let Ok(socket) = UnixStream::connect(&path) {
            return Some(socket);
        }
        if began.elapsed() > STARTS_WITHIN || !idle::worker_is_expected() {
            return None;
        }
        wait(None, LOOK_AGAIN);
    }
}

fn exchange(mut socket: UnixStream, question: &Question, time: Duration) -> io::Result<Answer> {
    let frame = serde_json::to_vec(question)?;
    let length = u32::try_from(frame.len()).map_err(io::Error::other)?;
    // Questions are small: the socket's buffer takes them whole.
    socket.write_all(&length.to_ne_bytes())?;
    socket.write_all(&frame)?;
    socket.set_nonblocking(true)?;

    let deadline = Instant::now() + time;
    let mut length = [0; 4];
    read_exact(&mut socket, &mut length, deadline)?;
    let length = u32::from_ne_bytes(length) as usize;
    if length > LONGEST_FRAME {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut frame = vec![0; length];
    read_exact(&mut socket, &mut frame, deadline)?;
    Ok(serde_json::from_slice(&frame)?)
}

fn read_exact(socket: &mut UnixStream, mut buffer: &mut [u8], deadline: Instant) -> io::Result<()> {
    while !buffer.is_empty() {
        match socket.read(buffer) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => buffer = &mut buffer[read..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                wait(Some(socket), left);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Waits for the socket, or for some time only; a cancelled query ends here.
fn wait(socket: Option<&UnixStream>, time: Duration) {
    let mut events = pg_sys::WL_LATCH_SET | pg_sys::WL_TIMEOUT | pg_sys::WL_EXIT_ON_PM_DEATH;
    if socket.is_some() {
        events |= pg_sys::WL_SOCKET_READABLE;
    }
    // SAFETY: the session's own latch and socket, on the main thread.
    unsafe {
        pg_sys::WaitLatchOrSocket(
            pg_sys::MyLatch,
            events as i32,
            socket.map_or(pg_sys::PGINVALID_SOCKET, AsRawFd::as_raw_fd),
            time.as_millis().max(1) as std::ffi::c_long,
            pg_sys::PG_WAIT_EXTENSION,
        );
        pg_sys::ResetLatch(pg_sys::MyLatch);
    }
    check_for_interrupts!();
}

fn no_worker(detail: &str) -> Error {
    Error::Unavailable {
        detail: detail.into(),
        hint: "Look at scheduling.worker_status(); start_worker() starts the worker.".into(),
    }
}

fn refused(Refusal { reason, detail }: Refusal) -> Error {
    match reason {
        Reason::Nonce => Error::invalid(
            "the OAuth round trip cannot be finished",
            detail,
            "Start again with oauth_authorize_url().",
        ),
        Reason::NoConnection => Error::NotFound {
            what: "calendar connection",
            detail,
            hint: "Connect the calendar with oauth_authorize_url().".into(),
        },
        Reason::NoProvider => Error::NotFound {
            what: "provider",
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
            detail,
            hint: "Try again in a moment.".into(),
        },
        Reason::Locked => Error::Locked { detail },
        Reason::Held => Error::Unavailable {
            detail,
            hint: "Call start_worker() where this database is to do its work here.".into(),
        },
        Reason::Internal => Error::Internal(detail),
    }
}
