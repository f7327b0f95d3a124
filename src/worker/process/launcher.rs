//! The launcher: sees to it that every database with the extension has its worker.
//!
//! It is connected to no database, so it is in nobody's way. Registered by the postmaster where the
//! library is preloaded, else by the first CREATE EXTENSION after a start of the server.
//!
//! Whether a database has the extension is seen from inside only, so a worker has to go and look; nothing
//! that is written down would hold for a template's copy, a standby or a restored backup. Most databases
//! of most servers have none. Those who merely look are two at a time, and the others take their turns;
//! where a worker is known to belong, one is started at once.
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
use crate::worker::process::{self, Durability, Termination, known};

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
    let mut launcher = Launcher::new();
    loop {
        launcher.hear(&bell);
        let pause = launcher.start_missing();
        process::wait(&bell, pause);
    }
}

struct Launcher {
    /// Databases that are to have no worker until somebody rings `Start`.
    idle: HashSet<pg_sys::Oid>,
    /// Databases that have the extension, as far as is known.
    wanted: HashSet<pg_sys::Oid>,
    attempts: HashMap<pg_sys::Oid, Attempts>,
    /// Since no process could be made: when to try again, and how long to wait then.
    full: Option<(Instant, Duration)>,
}

/// Starts in one database.
struct Attempts {
    last: Instant,
    /// How long the next one has to wait after the last.
    pause: Duration,
    /// The process that the last one made.
    process: Option<DynamicBackgroundWorker>,
    /// Whether it was made to look for the extension.
    looks: bool,
}

impl Attempts {
    /// Whether it is still at looking for the extension. One that is kept waiting (somebody copies the
    /// database, say) is not counted for long, or nobody else would have a turn.
    fn is_looking(&self) -> bool {
        self.looks && self.last.elapsed() < LOOK_AROUND && self.is_underway()
    }

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
    fn new() -> Self {
        Self {
            idle: HashSet::new(),
            wanted: known::read(),
            attempts: HashMap::new(),
            full: None,
        }
    }

    fn hear(&mut self, bell: &Bell) {
        for message in bell.messages() {
            match message {
                Message::Start(database) => {
                    self.idle.remove(&database);
                    idle::clear(database);
                    self.wanted.insert(database);
                    if let Some(attempts) = self.attempts.get_mut(&database) {
                        attempts.pause = Duration::ZERO;
                    }
                }
                Message::Idle(database) => {
                    self.idle.insert(database);
                    idle::mark(database);
                    self.wanted.remove(&database);
                    self.try_again();
                }
                Message::Later(database) => {
                    let process = self.attempts.remove(&database).and_then(|a| a.process);
                    let attempts = Attempts {
                        last: Instant::now(),
                        pause: STEPPED_ASIDE,
                        process,
                        looks: false,
                    };
                    self.attempts.insert(database, attempts);
                    self.try_again();
                }
                Message::Wake | Message::Leave | Message::Stop => {}
            }
        }
    }

    /// Starts the workers that are missing; returns how long there is nothing to do at most.
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
        self.wanted.retain(|database| databases.contains(database));

        let mut missing = Vec::new();
        for &database in &databases {
            if bell::is_hung(Address::Worker(database)) {
                self.runs(database);
            } else if !self.idle.contains(&database) {
                missing.push(database);
            }
        }
        known::write(&self.wanted);
        self.start_in_turn(missing)
    }

    /// The worker of a database answers: the next time it goes, it is missed for a moment only.
    fn runs(&mut self, database: pg_sys::Oid) {
        self.wanted.insert(database);
        if let Some(attempts) = self.attempts.get_mut(&database) {
            attempts.looks = false;
            // But where it is about to step aside, that pause stands.
            if attempts.last.elapsed() >= attempts.pause {
                attempts.pause = FIRST_PAUSE;
            }
        }
    }

    /// Those first who are known to need one, then who was never tried or longest ago.
    fn start_in_turn(&mut self, mut missing: Vec<pg_sys::Oid>) -> Duration {
        missing.sort_by_key(|database| {
            let last = self.attempts.get(database).map(|attempts| attempts.last);
            (!self.wanted.contains(database), last)
        });
        let places = places_to_look(max_worker_processes());
        let mut looking = self.attempts.values().filter(|a| a.is_looking()).count();
        let mut pause = LOOK_AROUND;
        for database in missing {
            if let Some((at, _)) = self.full
                && Instant::now() < at
            {
                return pause.min(at - Instant::now());
            }
            let looks = !self.wanted.contains(&database);
            // The end of one of them wakes the launcher.
            if looks && looking >= places {
                break;
            }
            match self.start(database, looks) {
                Start::Made => looking += usize::from(looks),
                Start::Waits(time) => pause = pause.min(time),
            }
        }
        pause
    }

    /// Starts the worker of a database, unless the last try was too recent.
    fn start(&mut self, database: pg_sys::Oid, looks: bool) -> Start {
        let now = Instant::now();
        let pause = match self.attempts.get(&database) {
            Some(attempts) if attempts.is_underway() => return Start::Waits(LOOK_AROUND),
            Some(Attempts { last, pause, .. }) if now - *last < *pause => {
                return Start::Waits(*pause - (now - *last));
            }
            // The last start came to nothing, or its worker would answer.
            Some(Attempts { pause, .. }) => (*pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE),
            None => FIRST_PAUSE,
        };
        let Ok(process) = process::worker(database).load_dynamic() else {
            return Start::Waits(self.is_full());
        };
        if self.full.take().is_some() {
            log!("scheduling can start its workers again");
        }
        let attempts = Attempts {
            last: now,
            pause,
            process: Some(process),
            looks,
        };
        self.attempts.insert(database, attempts);
        Start::Made
    }

    /// No process can be made, for whichever database: said once, until it is over. How long to wait.
    fn is_full(&mut self) -> Duration {
        let pause = match self.full {
            Some((_, pause)) => (pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE),
            None => {
                warning!("scheduling cannot start its workers: increase max_worker_processes");
                FIRST_PAUSE
            }
        };
        self.full = Some((Instant::now() + pause, pause));
        pause
    }

    /// A place has become free.
    fn try_again(&mut self) {
        if let Some((at, pause)) = &mut self.full {
            (*at, *pause) = (Instant::now(), Duration::ZERO);
        }
    }
}

/// What came of starting a worker.
enum Start {
    Made,
    /// Not before this time is over.
    Waits(Duration),
}

fn max_worker_processes() -> usize {
    // SAFETY: set when the server started.
    unsafe { pg_sys::max_worker_processes }.max(0) as usize
}

/// How many processes may merely look for the extension at once: they come and go in some milliseconds,
/// and leave the server's processes to those who work.
fn places_to_look(max_worker_processes: usize) -> usize {
    (max_worker_processes / 4).clamp(1, 2)
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
