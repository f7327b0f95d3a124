//! The background worker: one process a database that does what the queue says.
//!
//! ```text
//!                  MAIN THREAD: everything of PostgreSQL's          NETWORK THREAD: sockets, never PostgreSQL
//!
//!   sessions       process/    being a server process               network/  mod       the thread, its channels
//!     |            main_loop   BEGIN HERE: the worker's day                   work      what it can do
//!     | jobs       rounds      a round: look, claim, begin, record            tools     how it is done
//!     v            jobs/       what a job is and becomes       <----->        client    a calendar account's requests
//!   the queue      busy/       keeping busy times fresh                       account   its tokens
//!                  untold      meetings that were locked are told later
//!                  reminders   mails whose time comes, long after the booking
//!                  mail_way    whether mails are sent just now
//!                  housekeeping, halves, pace: the other habits of a round
//!                  home, held  a copy of a database knows that it is one
//!                  callers     what waiting sessions want                     listener  questions from sessions
//!                  answers     what the database says to them
//!                  connections calendar connections as stored
//! ```
//!
//! Owned data crosses between the threads, and nothing else; a bell (`ipc`) wakes the main one. Sessions
//! ask through `ipc` as well: the network thread reads the question, the main thread answers it.
//!
//! README.md beside this file tells the whole life of a job and of a worker, and what can go wrong.

mod answers;
mod busy;
mod callers;
pub mod connections;
mod halves;
mod held;
pub mod home;
mod housekeeping;
pub mod jobs;
mod mail_way;
mod main_loop;
mod network;
mod pace;
pub mod process;
mod reminders;
mod rounds;
mod untold;

use pgrx::pg_sys;

use self::process::utility;
use crate::ipc::idle;

/// At load time: the launcher where the library is preloaded, and good manners in every session.
pub fn register() {
    utility::hook();
    // SAFETY: flags of the server, at load time.
    let (preloading, upgrading) = unsafe {
        (
            pg_sys::process_shared_preload_libraries_in_progress,
            pg_sys::IsBinaryUpgrade,
        )
    };
    if preloading && !upgrading {
        idle::expect_launcher();
        process::launcher().load();
    }
}
