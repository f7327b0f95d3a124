//! How the processes of one cluster reach each other: sessions, the launcher, and the worker of each
//! database with its two threads.
//!
//! - `bell` wakes a process, `idle` tells which databases are to have no worker;
//! - `question` is what a session can have the worker ask a provider, `ask` the session's end of it over a
//!   `line` that never blocks.
//!
//! Everything goes through files and sockets in the data directory, which is the working directory of
//! every server process: no shared memory, so it works whether or not the library was preloaded.

pub mod ask;
pub mod bell;
pub mod idle;
mod line;
pub mod question;

use std::sync::atomic::{AtomicBool, Ordering};

use pgrx::pg_sys;

pub const LAUNCHER: &str = "scheduling launcher";
/// As `pg_stat_activity.backend_type` has it.
pub const WORKER: &str = "scheduling worker";

static IS_WORKER: AtomicBool = AtomicBool::new(false);

/// This process is the worker of a database from now on.
pub fn become_worker() {
    IS_WORKER.store(true, Ordering::Relaxed);
}

/// Whether this process is the worker of a database. Other background workers are not, whatever they
/// are called.
pub fn is_worker() -> bool {
    IS_WORKER.load(Ordering::Relaxed)
}

/// The database of this process.
pub fn my_database() -> pg_sys::Oid {
    // SAFETY: constant for the life of a session.
    unsafe { pg_sys::MyDatabaseId }
}
