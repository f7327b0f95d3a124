//! The main loop of a worker, as a server process: it comes up, hears its bell, does rounds of work
//! (`rounds`), and leaves.

use std::time::Duration;

use pgrx::pg_sys;
use pgrx::prelude::*;

use super::held;
use super::network::Network;
use super::network::listener;
use super::process::leaving::{self, Reason};
use super::process::{self, Durability, Termination, extension_exists};
use super::rounds::{Worker, report_idle};
use crate::ipc;
use crate::ipc::bell::{self, Address, Bell, Message};
use crate::{settings, vault};

/// How long until the queue is read again where that has failed: somebody alters the table, say.
const TRY_AGAIN: Duration = Duration::from_secs(2);

#[pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn scheduling_worker_main(argument: pg_sys::Datum) {
    let database = pg_sys::Oid::from(argument.value() as u32);
    // SAFETY: the start of a background worker; the argument is the OID that the launcher gave.
    unsafe {
        process::handle_signals(Termination::WindsUp);
        pg_sys::BackgroundWorkerInitializeConnectionByOid(database, pg_sys::InvalidOid, 0);
    }
    ipc::become_worker();
    process::session::set_our_own();

    if !extension_exists() {
        bell::ring(Address::Launcher, Message::Idle(database));
        // A CREATE EXTENSION may have committed, and rung, between the look and the ring.
        if extension_exists() {
            bell::ring(Address::Launcher, Message::Start(database));
        }
        // SAFETY: outside of any transaction.
        unsafe { pg_sys::proc_exit(0) }
    }
    match process::become_the_only_one() {
        Ok(true) => {}
        // The one before has not quite gone; the launcher will try again where it was needed.
        // SAFETY: outside of any transaction.
        Ok(false) => unsafe { pg_sys::proc_exit(0) },
        Err(error) => error!("scheduling worker cannot start: {error}"),
    }
    take_down_sockets_at_exit(database);
    // The bell last: whoever finds it finds a worker that answers.
    let started = Network::start(database)
        .map_err(|error| error.to_string())
        .and_then(|network| {
            let bell = Bell::hang(Address::Worker(database)).map_err(|error| error.to_string())?;
            Ok((bell, network))
        });
    let (bell, mut network) = match started {
        Ok(started) => started,
        Err(error) => error!("scheduling worker cannot start: {error}"),
    };
    log!("scheduling worker started");
    if let Some(reason) = held::hold(&bell, &mut network) {
        leave(bell, database, reason);
    }
    let mut worker = Worker::new(network, bell.was_left());
    // worker_status() takes this for the sign that the worker answers.
    report_idle();
    loop {
        if let Some(reason) = leaving::told(&bell) {
            worker.wind_up(&bell, leaving::PATIENCE);
            leave(bell, database, reason);
        }
        bell.awake();
        // The one that comes after it holds, if it still cannot.
        if !vault::is_open() && !can_open() {
            leave(bell, database, Reason::Leave);
        }
        let outcome = worker.round();
        // A round that claimed, or tried to, has found the tables.
        if (outcome.is_err() || !settings::enabled()) && !extension_exists() {
            leave(bell, database, Reason::Stop);
        }
        let pause = outcome.unwrap_or_else(|error| {
            warning!("scheduling worker: {error}");
            TRY_AGAIN
        });
        process::wait(&bell, pause);
    }
}

/// Whether what the database has sealed can be opened, as far as it has sealed anything: looked at until
/// it can, and when another key has come. A look that fails says nothing of the key.
fn can_open() -> bool {
    match process::transaction(Durability::Lazy, vault::trouble_here) {
        Ok(trouble) => trouble.is_none(),
        Err(error) => {
            warning!("scheduling worker cannot look for its key: {error}");
            true
        }
    }
}

/// Tells the launcher what to do about it, and goes.
fn leave(bell: Bell, database: pg_sys::Oid, reason: Reason) -> ! {
    let code = match reason {
        Reason::Leave => {
            bell::ring(Address::Launcher, Message::Later(database));
            0
        }
        Reason::Stop => {
            bell::ring(Address::Launcher, Message::Idle(database));
            0
        }
        // So that a shutdown, and the log, see that it was no decision of its own.
        Reason::Terminated => 1,
    };
    drop(bell);
    process::exit(code)
}

/// A second SIGTERM ends the process inside PostgreSQL's code, where no Rust value is dropped.
fn take_down_sockets_at_exit(database: pg_sys::Oid) {
    unsafe extern "C-unwind" fn take_down(_code: i32, database: pg_sys::Datum) {
        let database = pg_sys::Oid::from(database.value() as u32);
        bell::take_down(Address::Worker(database));
        listener::close(database);
    }
    // SAFETY: a function of this library, and an argument that is no pointer.
    unsafe {
        pg_sys::before_shmem_exit(
            Some(take_down),
            pg_sys::Datum::from(database.to_u32() as usize),
        );
    }
}
