//! The launcher: sees to it that every database with the extension has its worker.
//!
//! It is connected to no database, so it is in nobody's way. Registered by the postmaster where the
//! library is preloaded, else by the first CREATE EXTENSION after a start of the server.
//!
//! ```text
//!                      no worker answers                   it answers its bell
//!   database seen ------------------------> worker started -------------------> running
//!        ^                                       |                                 |
//!        |  Start (CREATE EXTENSION,             | no extension: Idle              | terminated, crashed,
//!        |         start_worker())               v                                 | stepped aside
//!        +------------------------------------ idle <---- Stop (stop_worker()) ----+--> started again
//! ```

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use pgrx::bgworkers::{BackgroundWorkerStatus, DynamicBackgroundWorker};
use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::error::Result;
use crate::ipc::bell;
use crate::ipc::bell::{Address, Bell, Message};
use crate::ipc::idle;
use crate::worker::process::{self, Durability, Termination};

/// How often databases are looked through without being asked to: finds those that were made from
/// a template with the extension. Everything else rings.
const LOOK_AROUND: Duration = Duration::from_secs(10);
/// Between two starts in one database, doubled with each start that comes to nothing.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// After a worker has stepped aside for DROP DATABASE or the like.
const STEPPED_ASIDE: Duration = Duration::from_secs(2);

#[pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn scheduling_launcher_main(_argument: pg_sys::Datum) {
    // SAFETY: the start of a background worker.
    unsafe {
        process::handle_signals(Termination::AtOnce);
        pg_sys::BackgroundWorkerInitializeConnection(std::ptr::null(), std::ptr::null(), 0);
    }
    process::session::set_our_own();
    match process::become_the_only_one() {
        Ok(true) => {}
        // Another launcher is at work: two sessions created the extension at once.
        // SAFETY: outside of any transaction.
        Ok(false) => unsafe { pg_sys::proc_exit(0) },
        Err(error) => error!("scheduling launcher cannot start: {error}"),
    }
    let bell = match Bell::hang(Address::Launcher) {
        Ok(bell) => bell,
        Err(error) => error!("scheduling launcher cannot open its socket: {error}"),
    };
    idle::clear_all();
    let mut launcher = Launcher::default();
    loop {
        launcher.hear(&bell);
        let pause = launcher.start_missing();
        process::wait(&bell, pause);
    }
}

#[derive(Default)]
struct Launcher {
    /// Databases that are to have no worker until somebody rings `Start`.
    idle: HashSet<pg_sys::Oid>,
    attempts: HashMap<pg_sys::Oid, Attempts>,
}

/// Starts in one database.
struct Attempts {
    last: Instant,
    /// How long the next one has to wait after the last.
    pause: Duration,
    /// The process that the last one made.
    process: Option<DynamicBackgroundWorker>,
}

impl Attempts {
    /// Whether the process is on its way up, at work, or on its way out. Its end wakes the launcher.
    fn is_underway(&self) -> bool {
        self.process.as_ref().is_some_and(|process| {
            matches!(
                process.pid(),
                Ok(_) | Err(BackgroundWorkerStatus::NotYetStarted)
            )
        })
    }
}

impl Launcher {
    fn hear(&mut self, bell: &Bell) {
        for message in bell.messages() {
            match message {
                Message::Start(database) => {
                    self.idle.remove(&database);
                    idle::clear(database);
                    if let Some(attempts) = self.attempts.get_mut(&database) {
                        attempts.pause = Duration::ZERO;
                    }
                }
                Message::Idle(database) => {
                    self.idle.insert(database);
                    idle::mark(database);
                }
                Message::Later(database) => {
                    let process = self.attempts.remove(&database).and_then(|a| a.process);
                    let attempts = Attempts {
                        last: Instant::now(),
                        pause: STEPPED_ASIDE,
                        process,
                    };
                    self.attempts.insert(database, attempts);
                }
                Message::Wake | Message::Leave | Message::Stop => {}
            }
        }
    }

    /// Starts the workers that are missing; returns how long there is nothing to do.
    fn start_missing(&mut self) -> Duration {
        let databases = match process::transaction(Durability::Lazy, databases) {
            Ok(databases) => databases,
            Err(error) => {
                warning!("scheduling launcher cannot read pg_database: {error}");
                return LOOK_AROUND;
            }
        };
        for gone in self
            .idle
            .extract_if(|database| !databases.contains(database))
        {
            idle::clear(gone);
        }
        self.attempts
            .retain(|database, _| databases.contains(database));

        let mut pause = LOOK_AROUND;
        for database in databases {
            if bell::is_hung(Address::Worker(database)) {
                // It runs: the next time it goes, it is missed for a moment only.
                // But where it is about to step aside, that pause stands.
                if let Some(attempts) = self.attempts.get_mut(&database)
                    && attempts.last.elapsed() >= attempts.pause
                {
                    attempts.pause = FIRST_PAUSE;
                }
            } else if !self.idle.contains(&database) {
                pause = pause.min(self.start(database));
            }
        }
        pause
    }

    /// Starts the worker of a database, unless the last try was too recent; returns when to look again.
    fn start(&mut self, database: pg_sys::Oid) -> Duration {
        let now = Instant::now();
        let pause = match self.attempts.get(&database) {
            Some(attempts) if attempts.is_underway() => return LOOK_AROUND,
            Some(Attempts { last, pause, .. }) if now - *last < *pause => {
                return *pause - (now - *last);
            }
            // The last start came to nothing, or its worker would answer.
            Some(Attempts { pause, .. }) => (*pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE),
            None => FIRST_PAUSE,
        };
        let process = process::worker(database).load_dynamic().ok();
        if process.is_none() {
            warning!(
                "scheduling cannot start its worker in database {}: increase max_worker_processes",
                database.to_u32()
            );
        }
        let attempts = Attempts {
            last: now,
            pause,
            process,
        };
        self.attempts.insert(database, attempts);
        pause
    }
}

/// The databases that a worker could connect to. There is no database to run a query in, so the
/// shared catalog is read as it is.
fn databases() -> Result<Vec<pg_sys::Oid>> {
    let mut databases = Vec::new();
    // SAFETY: inside a transaction; the relation and the scan are closed again, and rows of
    // pg_database start with the columns of its struct.
    unsafe {
        let lock = pg_sys::AccessShareLock as pg_sys::LOCKMODE;
        let relation = pg_sys::table_open(pg_sys::DatabaseRelationId, lock);
        let scan = pg_sys::table_beginscan_catalog(relation, 0, std::ptr::null_mut());
        loop {
            let tuple = pg_sys::heap_getnext(scan, pg_sys::ScanDirection::ForwardScanDirection);
            if tuple.is_null() {
                break;
            }
            let row = pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_database>();
            // What an interrupted DROP DATABASE leaves behind has a limit of -2.
            if (*row).datallowconn && !(*row).datistemplate && (*row).datconnlimit != -2 {
                databases.push((*row).oid);
            }
        }
        pg_sys::table_endscan(scan);
        pg_sys::table_close(relation, lock);
    }
    Ok(databases)
}
