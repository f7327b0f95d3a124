//! The main loop of a worker: it claims jobs and commits, hands owned data to the network thread, and
//! records and commits what comes back; sessions' questions take the same way.
//!
//! It never waits on the network: that would hold up the whole cluster's barriers (DROP DATABASE,
//! for one) and its own termination.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use pgrx::pg_sys;
use pgrx::prelude::*;
use uuid::Uuid;

use super::answers::{self, Pending, Step};
use super::bell::{self, Address, Bell, Message};
use super::dispatch;
use super::listener::{self, Caller};
use super::network::{self, Event, Network, Origin, Task};
use super::process::{self, Durability, transaction};
use super::question::{Answer, Question, Reason, Refusal};
use super::queue::{self, Job, Run, Verdict};
use super::work::Reply;
use crate::error::{Error, Result};
use crate::owner::Mode;
use crate::settings;

/// How long the worker sleeps when nothing rings and no job is due: the net under the bell, for
/// jobs of prepared transactions and the like.
const SLOW_POLL: Duration = Duration::from_secs(10);
/// Between two rounds of deleting old jobs and taking over lost ones.
const HOUSEKEEPING: Duration = Duration::from_secs(60);

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
    let (bell, network) = match started {
        Ok(started) => started,
        Err(error) => error!("scheduling worker cannot start: {error}"),
    };
    log!("scheduling worker started");
    let mut worker = Worker {
        run: Run::new(),
        network,
        flying: HashMap::new(),
        pending: HashMap::new(),
        tidied: None,
    };
    loop {
        for message in bell.messages().collect::<Vec<_>>() {
            match message {
                Message::Leave => {
                    bell::ring(Address::Launcher, Message::Later(database));
                    process::leave(bell);
                }
                Message::Stop => {
                    bell::ring(Address::Launcher, Message::Idle(database));
                    process::leave(bell);
                }
                Message::Wake | Message::Start(_) | Message::Idle(_) | Message::Later(_) => {}
            }
        }
        let outcome = worker.round();
        // A round that claimed, or tried to, has found the tables.
        if (outcome.is_err() || !settings::enabled()) && !extension_exists() {
            bell::ring(Address::Launcher, Message::Idle(database));
            process::leave(bell);
        }
        let pause = outcome.unwrap_or_else(|error| {
            warning!("scheduling worker: {error}");
            SLOW_POLL
        });
        process::wait(&bell, pause);
    }
}

/// SIGTERM ends the process inside PostgreSQL's code, where no Rust value is dropped.
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
    /// The questions that wait for the network.
    pending: HashMap<Caller, Pending>,
    tidied: Option<Instant>,
}

impl Worker {
    /// Does all there is to do now; returns how long there will be nothing.
    fn round(&mut self) -> Result<Duration> {
        self.tidy()?;
        loop {
            self.take_events();
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
        let prepared = transaction(Durability::Lazy, || dispatch::prepare(run, &job));
        let work = match prepared {
            Ok(Some(work)) => work,
            Ok(None) => return Ok(()),
            // Whatever it is, it is this job's trouble and not the queue's.
            Err(error) => {
                let verdict = Verdict::again(error.to_string());
                return transaction(Durability::Full, || {
                    run.settle(job.id, &verdict).map(|_| ())
                });
            }
        };
        if let Some(meeting) = job.meeting {
            self.flying.insert(job.id, meeting);
        }
        self.network
            .submit(Task {
                origin: Origin::Job(job.id),
                work,
            })
            .unwrap_or_else(|error| broken_network(error));
        Ok(())
    }

    fn take_events(&mut self) {
        while let Some(event) = self
            .network
            .event()
            .unwrap_or_else(|error| broken_network(error))
        {
            match event {
                Event::Finished(Origin::Job(job), reply) => self.record(job, reply),
                Event::Finished(Origin::Caller(caller), reply) => self.reply_to(caller, reply),
                Event::Asked(caller, question) => self.consider(caller, question),
            }
        }
    }

    fn record(&mut self, job: i64, reply: Reply) {
        let Some(meeting) = self.flying.remove(&job) else {
            return;
        };
        let run = self.run;
        if let Err(error) = transaction(Durability::Full, || {
            dispatch::record(run, job, meeting, reply)
        }) {
            // The lease ends, and the job is done again: that is what idempotency keys are for.
            warning!("scheduling worker cannot record job {job}: {error}");
        }
    }

    /// The first look at a question from a session.
    fn consider(&mut self, caller: Caller, question: Question) {
        match transaction(Durability::Full, || {
            dont_wait_for_the_asker();
            answers::begin(question)
        }) {
            Ok(Step::Answer(answer)) => self.answer(caller, answer),
            Ok(Step::Network(work, pending)) => {
                self.pending.insert(caller, pending);
                self.network
                    .submit(Task {
                        origin: Origin::Caller(caller),
                        work,
                    })
                    .unwrap_or_else(|error| broken_network(error));
            }
            Err(error) => self.answer(caller, Err(broken_question(&error))),
        }
    }

    fn reply_to(&mut self, caller: Caller, reply: Reply) {
        let Some(pending) = self.pending.remove(&caller) else {
            return;
        };
        let answer = transaction(Durability::Full, || {
            dont_wait_for_the_asker();
            answers::finish(&pending, reply)
        })
        .unwrap_or_else(|error| Err(broken_question(&error)));
        self.answer(caller, answer);
    }

    fn answer(&self, caller: Caller, answer: Answer) {
        self.network
            .answer(caller, answer)
            .unwrap_or_else(|error| broken_network(error));
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

/// A session that waits for an answer may hold locks on the very rows that are to be written.
fn dont_wait_for_the_asker() {
    process::set_local(c"lock_timeout", c"2s");
}

fn broken_question(error: &Error) -> Refusal {
    Refusal::new(Reason::Internal, error.to_string())
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
