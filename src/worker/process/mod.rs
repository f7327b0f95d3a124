//! What the launcher and the workers have in common as server processes: how they are registered,
//! how they wait, take part in signals, run transactions, and leave.

pub mod control;
mod known;
mod launcher;
pub mod leaving;
mod look_up;
mod restored;
pub mod session;
pub mod utility;
mod wish;

use std::ffi::{CStr, c_int};
use std::os::fd::AsRawFd;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use pgrx::bgworkers::{BackgroundWorkerBuilder, BgWorkerStartTime};
use pgrx::pg_sys;
use pgrx::pg_sys::panic::CaughtError;
use pgrx::prelude::*;

use crate::error::{Error, Result};
use crate::ipc::bell::Bell;
use crate::ipc::{LAUNCHER, WORKER, my_database};

/// The launcher, restarted by the postmaster whenever it goes: it leaves with exit code 1.
pub fn launcher() -> BackgroundWorkerBuilder {
    builder(LAUNCHER, "scheduling_launcher_main").set_restart_time(Some(Duration::from_secs(1)))
}

/// The worker of one database. The launcher starts it anew where it should run, because the
/// postmaster would go on for ever starting one in a database that was dropped.
pub fn worker(database: pg_sys::Oid) -> BackgroundWorkerBuilder {
    builder(WORKER, "scheduling_worker_main")
        .set_argument(database.into_datum())
        .set_restart_time(None)
        // SAFETY: the launcher's own process id.
        .set_notify_pid(unsafe { pg_sys::MyProcPid })
}

fn builder(name: &str, function: &str) -> BackgroundWorkerBuilder {
    BackgroundWorkerBuilder::new(name)
        .set_type(name)
        .set_library("scheduling")
        .set_function(function)
        .enable_spi_access()
        // Not on a standby; on promotion.
        .set_start_time(BgWorkerStartTime::RecoveryFinished)
}

// pgrx's own bindings are no C functions, and so no signal handlers.
unsafe extern "C-unwind" {
    fn die(signal: c_int);
    fn SignalHandlerForConfigReload(signal: c_int);
}

/// How a process takes SIGTERM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Termination {
    /// As a session: it ends with exit code 1 at the next look for interrupts, also in the middle of a
    /// query or of a wait for a lock.
    AtOnce,
    /// Once what it is at has come to an end (`leaving`).
    WindsUp,
}

/// The handlers of SIGTERM, and of SIGHUP, which reloads settings.
///
/// # Safety
/// At the start of a background worker's main function, on its main thread.
pub unsafe fn handle_signals(termination: Termination) {
    #[cfg(not(feature = "pg18"))]
    use pg_sys::pqsignal;
    #[cfg(feature = "pg18")]
    use pg_sys::pqsignal_be as pqsignal;

    // SAFETY: handlers of PostgreSQL's own, or built of such, as in its own background workers.
    unsafe {
        match termination {
            Termination::AtOnce => pqsignal(libc::SIGTERM, Some(die)),
            Termination::WindsUp => {
                leaving::prepare();
                pqsignal(libc::SIGTERM, Some(leaving::on_sigterm))
            }
        };
        pqsignal(libc::SIGHUP, Some(SignalHandlerForConfigReload));
        pg_sys::BackgroundWorkerUnblockSignals();
    }
}

/// Waits until the bell is rung, a signal comes in or the time is over; takes part in barriers,
/// cancellation and reloads. Never waits on anything else.
pub fn wait(bell: &Bell, timeout: Duration) {
    let events = pg_sys::WL_LATCH_SET
        | pg_sys::WL_SOCKET_READABLE
        | pg_sys::WL_TIMEOUT
        | pg_sys::WL_EXIT_ON_PM_DEATH;
    let timeout = if bell.is_quiet() {
        std::ffi::c_long::try_from(timeout.as_millis()).unwrap_or(std::ffi::c_long::MAX)
    } else {
        0
    };
    // SAFETY: the process's own latch and socket, on the main thread.
    unsafe {
        pg_sys::WaitLatchOrSocket(
            pg_sys::MyLatch,
            events as i32,
            bell.as_raw_fd(),
            timeout,
            pg_sys::PG_WAIT_EXTENSION,
        );
        pg_sys::ResetLatch(pg_sys::MyLatch);
    }
    heed_interrupts();
    // SAFETY: a flag that the SIGHUP handler sets; main thread.
    unsafe {
        if std::ptr::read_volatile(&raw const pg_sys::ConfigReloadPending) != 0 {
            pg_sys::ConfigReloadPending = 0;
            pg_sys::ProcessConfigFile(pg_sys::GucContext::PGC_SIGHUP);
        }
    }
}

/// Takes part in barriers and termination, between two transactions. There is nothing to cancel then:
/// `pg_cancel_backend` would else end the process.
pub fn heed_interrupts() {
    // SAFETY: a flag of the process, on its main thread.
    unsafe { std::ptr::write_volatile(&raw mut pg_sys::QueryCancelPending, 0) };
    check_for_interrupts!();
}

/// Does nothing for a moment, whoever rings. Signals and barriers are heeded.
pub fn rest(moment: Duration) {
    let events = pg_sys::WL_LATCH_SET | pg_sys::WL_TIMEOUT | pg_sys::WL_EXIT_ON_PM_DEATH;
    let moment = std::ffi::c_long::try_from(moment.as_millis()).unwrap_or(0);
    // SAFETY: the process's own latch, on the main thread.
    unsafe {
        pg_sys::WaitLatch(
            pg_sys::MyLatch,
            events as i32,
            moment,
            pg_sys::PG_WAIT_EXTENSION,
        );
        pg_sys::ResetLatch(pg_sys::MyLatch);
    }
    heed_interrupts();
}

/// For `lock_timeout`, where rows that somebody has locked are passed over: locks that cannot be are those
/// of whole tables, and what an application's own triggers take.
pub const BRIEFLY: &CStr = c"50ms";

/// What goes wrong with one thing is said, and the others go on.
pub fn report<T>(what: &str, result: Result<T>) {
    if let Err(error) = result {
        warning!("scheduling worker cannot {what}: {error}");
    }
}

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// As the server is configured.
    Full,
    /// A crash may undo it, and then it is simply done again.
    Lazy,
}

/// Runs a transaction. An error inside, PostgreSQL's own included, undoes it and is returned; so is one
/// that comes with the commit: constraints and triggers may be deferred until then.
pub fn transaction<T>(durability: Durability, work: impl FnOnce() -> Result<T>) -> Result<T> {
    // SAFETY: main thread of a background worker, outside of any transaction.
    unsafe {
        pg_sys::SetCurrentStatementStartTimestamp();
        pg_sys::StartTransactionCommand();
        pg_sys::PushActiveSnapshot(pg_sys::GetTransactionSnapshot());
    }
    let result = PgTryBuilder::new(AssertUnwindSafe(|| {
        if durability == Durability::Lazy {
            set_local(c"synchronous_commit", c"off");
        }
        let result = work()?;
        // SAFETY: in the transaction that was started above.
        unsafe {
            pg_sys::PopActiveSnapshot();
            pg_sys::CommitTransactionCommand();
        }
        Ok(result)
    }))
    .catch_others(|caught| Err(error_of(&caught)))
    .catch_rust_panic(|caught| Err(error_of(&caught)))
    .execute();
    if result.is_err() {
        // SAFETY: as above; the transaction has not been committed.
        unsafe { pg_sys::AbortCurrentTransaction() };
    }
    result
}

fn error_of(caught: &CaughtError) -> Error {
    let (CaughtError::PostgresError(report)
    | CaughtError::ErrorReport(report)
    | CaughtError::RustPanic {
        ereport: report, ..
    }) = caught;
    let message = report.message().to_owned();
    match report.sql_error_code() {
        PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE => Error::Locked { detail: message },
        _ => Error::Internal(message),
    }
}

/// Sets a setting until the end of the transaction.
pub fn set_local(name: &CStr, value: &CStr) {
    // SAFETY: terminated strings, inside a transaction, main thread.
    unsafe {
        pg_sys::set_config_option(
            name.as_ptr(),
            value.as_ptr(),
            pg_sys::GucContext::PGC_USERSET,
            pg_sys::GucSource::PGC_S_SESSION,
            pg_sys::GucAction::GUC_ACTION_LOCAL,
            true,
            0,
            false,
        );
    }
}

/// Takes a lock that lasts as long as the process, to be the only one of its kind: false where
/// another process holds it. The launcher has no database, and its lock is in none.
///
/// It is of PostgreSQL's lock manager, so it ends with its process, however that dies, and with the
/// shared memory after a crash; a server that is started anew waits for the last process of the old
/// one. It is of the class of user locks, which SQL has no function for: an advisory lock could be held
/// by any role, and no worker would start.
pub fn become_the_only_one() -> Result<bool> {
    /// "scheduli", as two numbers.
    const KEY: [u32; 2] = [u32::from_be_bytes(*b"sche"), u32::from_be_bytes(*b"duli")];
    let tag = pg_sys::LOCKTAG {
        locktag_field1: my_database().to_u32(),
        locktag_field2: KEY[0],
        locktag_field3: KEY[1],
        locktag_field4: 0,
        locktag_type: pg_sys::LockTagType::LOCKTAG_USERLOCK as u8,
        locktag_lockmethodid: pg_sys::USER_LOCKMETHOD as u8,
    };
    transaction(Durability::Lazy, || {
        let mode = pg_sys::ExclusiveLock as pg_sys::LOCKMODE;
        // SAFETY: a tag of its own; not bound to the transaction; does not wait.
        let got = unsafe { pg_sys::LockAcquire(&tag, mode, true, true) };
        Ok(got != pg_sys::LockAcquireResult::LOCKACQUIRE_NOT_AVAIL)
    })
}

/// Ends the process: with code 0 for good, with any other to be started again by whoever does that.
pub fn exit(code: c_int) -> ! {
    // SAFETY: outside of any transaction.
    unsafe { pg_sys::proc_exit(code) };
    // In PostgreSQL 18 the binding does not say that it never returns.
    #[allow(unreachable_code)]
    std::process::abort()
}

/// Whether this database has the extension. What cannot be looked up is there: a worker that left for a
/// passing trouble would stay away.
pub fn extension_exists() -> bool {
    let found = transaction(Durability::Lazy, || {
        // SAFETY: a terminated string, inside a transaction.
        Ok(
            unsafe { pg_sys::get_extension_oid(c"scheduling".as_ptr(), true) }
                != pg_sys::InvalidOid,
        )
    });
    found.unwrap_or(true)
}
