//! The background worker: one process a database that does what the queue says.
//!
//! - `launcher` starts workers, `process` is how both behave as server processes, `bell` how they
//!   are woken, `control` what sessions can do to them;
//! - `queue` moves jobs between their states, `details` reads what a job is about;
//! - `calendar_work` and `mail_work` turn jobs into work for the network and record what came of it,
//!   `mail_settings` is how mail leaves;
//! - `network` is the one thread with sockets, `sessions` its access tokens.
//!
//! The main loop claims jobs and commits, hands owned data to the network thread, and records and
//! commits what comes back. It never waits on the network: it would hold up the whole cluster's
//! barriers (DROP DATABASE, for one) and its own termination.

mod bell;
mod calendar_work;
mod control;
mod details;
mod launcher;
mod mail_settings;
mod mail_work;
mod network;
mod process;
mod queue;
mod sessions;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use pgrx::pg_sys;
use pgrx::prelude::*;
use uuid::Uuid;

use self::bell::{Address, Bell, Message};
use self::details::Details;
use self::network::{Network, Outcome, Reply, Task, Work};
use self::process::{Durability, transaction};
use self::queue::{Job, Run, Verdict};
use crate::error::Result;
use crate::owner::Mode;
use crate::settings;

/// How long the worker sleeps when nothing rings and no job is due: the net under the bell, for
/// jobs of prepared transactions and the like.
const SLOW_POLL: Duration = Duration::from_secs(10);
/// Between two rounds of deleting old jobs and taking over lost ones.
const HOUSEKEEPING: Duration = Duration::from_secs(60);

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
        process::launcher().load();
    }
}

/// What a claimed job comes to before anything is asked of the outside.
enum Prepared {
    /// Something for the network.
    Network(Box<Work>),
    /// The mail is where it belongs: in the table.
    Captured,
    Settled(Verdict),
}

impl Prepared {
    fn done(result: &str) -> Self {
        Self::Settled(Verdict::Done(Some(result.to_owned())))
    }

    /// For good: trying again would change nothing.
    fn failed(error: impl Into<String>) -> Self {
        Self::Settled(Verdict::Failed {
            error: error.into(),
            permanent: true,
            retry_after: None,
        })
    }
}

#[pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn scheduling_worker_main(argument: pg_sys::Datum) {
    let database = pg_sys::Oid::from(argument.value() as u32);
    // SAFETY: the start of a background worker; the argument is the OID that the launcher gave.
    unsafe {
        process::handle_signals();
        pg_sys::BackgroundWorkerInitializeConnectionByOid(database, pg_sys::InvalidOid, 0);
    }
    process::set_for_session(c"search_path", c"pg_catalog, pg_temp");

    if !extension_exists() {
        bell::ring(Address::Launcher, Message::Idle(database));
        // SAFETY: outside of any transaction.
        unsafe { pg_sys::proc_exit(0) }
    }
    match process::become_the_only_one() {
        Ok(true) => {}
        // The one before has not quite gone; the launcher will try again where it was needed.
        Ok(false) => unsafe { pg_sys::proc_exit(0) },
        Err(error) => error!("scheduling worker cannot start: {error}"),
    }
    take_down_bell_at_exit(database);
    let started = Bell::hang(Address::Worker(database))
        .map_err(|error| error.to_string())
        .and_then(|bell| {
            let network = Network::start(database).map_err(|error| error.to_string())?;
            Ok((bell, network))
        });
    let (bell, network) = match started {
        Ok(started) => started,
        Err(error) => error!("scheduling worker cannot start: {error}"),
    };
    log!("scheduling worker started");
    let mut worker = Worker {
        run: Run::new(),
        network,
        flying: HashMap::new(),
        tidied: None,
    };
    loop {
        for message in bell.messages().collect::<Vec<_>>() {
            match message {
                Message::Leave => process::leave(bell),
                Message::Stop => {
                    bell::ring(Address::Launcher, Message::Idle(database));
                    process::leave(bell);
                }
                Message::Wake | Message::Start(_) | Message::Idle(_) => {}
            }
        }
        let pause = match worker.round() {
            Ok(pause) => pause,
            // Not a word where it was DROP EXTENSION that took the tables away.
            Err(error) if extension_exists() => {
                warning!("scheduling worker: {error}");
                SLOW_POLL
            }
            Err(_) => Duration::ZERO,
        };
        if !extension_exists() {
            bell::ring(Address::Launcher, Message::Idle(database));
            process::leave(bell);
        }
        process::wait(&bell, pause);
    }
}

/// SIGTERM ends the process inside PostgreSQL's code, where no Rust value is dropped.
fn take_down_bell_at_exit(database: pg_sys::Oid) {
    unsafe extern "C-unwind" fn take_down(_code: i32, database: pg_sys::Datum) {
        bell::take_down(Address::Worker(pg_sys::Oid::from(database.value() as u32)));
    }
    // SAFETY: a function of this library, and an argument that is no pointer.
    unsafe {
        pg_sys::before_shmem_exit(
            Some(take_down),
            pg_sys::Datum::from(database.to_u32() as usize),
        );
    }
}

fn extension_exists() -> bool {
    let found = transaction(Durability::Lazy, || {
        // SAFETY: a terminated string, inside a transaction.
        Ok(
            unsafe { pg_sys::get_extension_oid(c"scheduling".as_ptr(), true) }
                != pg_sys::InvalidOid,
        )
    });
    found.unwrap_or(false)
}

struct Worker {
    run: Run,
    network: Network,
    /// The meetings of the jobs that the network has.
    flying: HashMap<i64, (Mode, Uuid)>,
    tidied: Option<Instant>,
}

impl Worker {
    /// Does all there is to do now; returns how long there will be nothing.
    fn round(&mut self) -> Result<Duration> {
        self.tidy()?;
        loop {
            self.record_outcomes()?;
            let room = settings::concurrency().saturating_sub(self.network.in_flight());
            if !settings::enabled() || room == 0 {
                return Ok(SLOW_POLL);
            }
            let run = self.run;
            let jobs = transaction(Durability::Lazy, || run.claim(room))?;
            if jobs.is_empty() {
                break;
            }
            for job in jobs {
                self.start(job)?;
            }
            pgrx::check_for_interrupts!();
        }
        let next = transaction(Durability::Lazy, queue::next_due)?;
        report_idle();
        Ok(next.map_or(SLOW_POLL, |next| next.min(SLOW_POLL)))
    }

    /// Has a claimed job done, as far as that is possible without the network.
    fn start(&mut self, job: Job) -> Result<()> {
        let run = self.run;
        let prepared = transaction(Durability::Lazy, || prepare(run, &job));
        let work = match prepared {
            Ok(Some(work)) => work,
            Ok(None) => return Ok(()),
            // Whatever it is, it is this job's trouble and not the queue's.
            Err(error) => {
                let verdict = Verdict::Failed {
                    error: error.to_string(),
                    permanent: false,
                    retry_after: None,
                };
                return transaction(Durability::Full, || {
                    run.settle(job.id, &verdict).map(|_| ())
                });
            }
        };
        if let Some(meeting) = job.meeting {
            self.flying.insert(job.id, meeting);
        }
        self.network
            .submit(Task { job: job.id, work })
            .unwrap_or_else(|error| broken_network(error));
        Ok(())
    }

    fn record_outcomes(&mut self) -> Result<()> {
        while let Some(outcome) = self
            .network
            .outcome()
            .unwrap_or_else(|error| broken_network(error))
        {
            let Some(meeting) = self.flying.remove(&outcome.job) else {
                continue;
            };
            let (run, job) = (self.run, outcome.job);
            if let Err(error) = transaction(Durability::Full, || record(run, meeting, outcome)) {
                // The lease ends, and the job is done again: that is what idempotency keys are for.
                warning!("scheduling worker cannot record job {job}: {error}");
            }
        }
        Ok(())
    }

    /// Takes over jobs of dead runs, and deletes old ones.
    fn tidy(&mut self) -> Result<()> {
        if self.tidied.is_some_and(|at| at.elapsed() < HOUSEKEEPING) {
            return Ok(());
        }
        let run = self.run;
        transaction(Durability::Lazy, || {
            let rescued = run.rescue()?;
            if rescued > 0 {
                log!("scheduling worker takes over {rescued} unfinished jobs");
            }
            settings::job_retention()
                .map_or(Ok(0), queue::prune)
                .map(|_| ())
        })?;
        self.tidied = Some(Instant::now());
        Ok(())
    }
}

/// What a job comes to: work for the network, or nothing more because it is settled.
fn prepare(run: Run, job: &Job) -> Result<Option<Box<Work>>> {
    let prepared = match (job.kind.as_str(), job.meeting) {
        ("create_event" | "update_event" | "delete_event", Some(meeting)) => {
            calendar_work::prepare(&Details::read(meeting)?)?
        }
        ("send_email", Some(meeting)) => {
            mail_work::prepare(job, meeting.0, &Details::read(meeting)?)?
        }
        (kind, _) => Prepared::failed(format!(
            "this version does no jobs of kind {kind} without a meeting"
        )),
    };
    match (prepared, job.meeting) {
        (Prepared::Network(work), _) => return Ok(Some(work)),
        (Prepared::Captured, Some(meeting)) => {
            mail_work::record(run, job.id, meeting, Ok(Vec::new()))?
        }
        (Prepared::Captured, None) => {}
        (Prepared::Settled(verdict), _) => {
            run.settle(job.id, &verdict)?;
        }
    }
    Ok(None)
}

fn record(run: Run, meeting: (Mode, Uuid), outcome: Outcome) -> Result<()> {
    match outcome.reply {
        Reply::Calendar { refreshed, result } => {
            if let Some(refreshed) = refreshed {
                calendar_work::record_tokens(meeting.0, &refreshed)?;
            }
            calendar_work::record(run, outcome.job, meeting, result)
        }
        Reply::Mail(result) => mail_work::record(run, outcome.job, meeting, result),
        Reply::Broken => {
            let verdict = Verdict::Failed {
                error: "the worker broke off the attempt".into(),
                permanent: false,
                retry_after: None,
            };
            run.settle(outcome.job, &verdict).map(|_| ())
        }
    }
}

/// Without its network thread a worker is of no use: it ends, and the launcher starts another one.
fn broken_network(error: network::NetworkError) -> ! {
    pgrx::ereport!(
        FATAL,
        PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
        format!("scheduling worker: {error}")
    );
}

/// Shows the worker as idle in pg_stat_activity, and its row counts to autovacuum.
fn report_idle() {
    // SAFETY: main thread, outside of any transaction.
    unsafe {
        pg_sys::pgstat_report_stat(true);
        pg_sys::pgstat_report_activity(pg_sys::BackendState::STATE_IDLE, std::ptr::null());
    }
}
