//! The background worker: one process a database that does what the queue says.
//!
//! - `launcher` starts workers, but not where it is `idle`, `process` is how both behave as server
//!   processes, `bell` how they are woken, `control` what sessions can do to them;
//! - `main_loop` is what a worker does all day: `rounds` of work, and what its `callers` ask;
//! - `queue` moves jobs between their states, `claim` says who is next, `details` reads what a job is
//!   about, `dispatch` knows which kind of job is done how;
//! - `calendar_work`, `mail_work` and `disconnect_notice` turn jobs into work for the network and
//!   record what came of it, with `connections` and `mail_settings` for how to get there; `conference`
//!   sees to the link that comes out of the first and goes into the second;
//! - `busy` keeps the busy times of connected calendars fresh;
//! - `network` is the one thread with sockets, `work` what it can do there, `sessions` its access
//!   tokens for each `account`;
//! - `ask` is how a session gets an answer that only the outside has: its `question` goes through
//!   `listener` to `answers`.
//!
//! README.md beside this file tells the whole life of a job and of a worker, and what can go wrong.

mod account;
mod answers;
pub mod ask;
mod bell;
mod busy;
mod calendar_work;
mod callers;
pub mod claim;
mod conference;
mod connections;
mod control;
mod details;
mod disconnect_notice;
mod dispatch;
mod idle;
mod launcher;
mod listener;
mod mail_settings;
mod mail_work;
mod main_loop;
mod network;
mod process;
pub mod question;
pub mod queue;
mod rounds;
mod sessions;
mod work;

use pgrx::pg_sys;

pub use self::process::{WORKER, is_this_process};

/// At load time: the launcher where the library is preloaded, and good manners in every session.
pub fn register() {
    control::step_aside_for_utilities();
    // SAFETY: flags of the server, at load time.
    let (preloading, upgrading) = unsafe {
        (
            pg_sys::process_shared_preload_libraries_in_progress,
            pg_sys::IsBinaryUpgrade,
        )
    };
    if preloading && !upgrading {
        control::expect_launcher();
        process::launcher().load();
    }
}
