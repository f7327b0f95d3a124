//! How the processes of one cluster reach each other: sessions, the launcher, and the worker of each
//! database with its two threads.
//!
//! - `bell` wakes a process, `idle` tells which databases are to have no worker;
//! - `question` is what a session can have the worker ask a provider, `ask` the session's end of it.
//!
//! Everything goes through files and sockets in the data directory, which is the working directory of
//! every server process: no shared memory, so it works whether or not the library was preloaded.

pub mod ask;
pub mod bell;
pub mod idle;
pub mod question;

use std::ffi::CStr;

use pgrx::pg_sys;

pub const LAUNCHER: &str = "scheduling launcher";
/// As `pg_stat_activity.backend_type` has it.
pub const WORKER: &str = "scheduling worker";

/// Whether this process is the worker of a database.
pub fn is_worker() -> bool {
    // SAFETY: set once at the start of a background worker, null in every other process.
    unsafe {
        pg_sys::MyBgworkerEntry.as_ref().is_some_and(|entry| {
            CStr::from_ptr(entry.bgw_type.as_ptr()).to_bytes() == WORKER.as_bytes()
        })
    }
}

/// The database of this process.
pub fn my_database() -> pg_sys::Oid {
    // SAFETY: constant for the life of a session.
    unsafe { pg_sys::MyDatabaseId }
}
