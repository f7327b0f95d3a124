//! The main loop of a worker: it claims jobs and commits, hands owned data to the network thread, and
//! records and commits what comes back; sessions' questions take the same way.
//!
//! It never waits on the network: that would hold up the whole cluster's barriers (DROP DATABASE,
//! for one) and its own termination.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant as Clock};

use pgrx::pg_sys;
use pgrx::prelude::*;
use uuid::Uuid;

use super::account::Refreshed;
use super::answers::{self, Pending, Step};
use super::bell::{self, Address, Bell, Message};
use super::busy::{self, BusyTimes, Need, Target};
use super::claim::{self, Turns};
use super::listener::{self, Caller};
use super::network::{self, Event, Network, Origin, Task};
use super::process::{self, Durability, transaction};
use super::question::{Answer, Errand, Question, Reason, Refusal};
use super::queue::{self, Job, Run, Verdict};
use super::work::Reply;
use super::{connections, dispatch};
use crate::access::parse_owner;
use crate::availability::zone::Instant;
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
    // All statements are short, and compiling one takes longer than running it a hundred times; but
    // the planner's idea of a claim's cost grows with the queue.
    process::set_for_session(c"jit", c"off");

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
        turns: Turns::default(),
        flying: HashMap::new(),
        pending: HashMap::new(),
        busy: BusyTimes::default(),
        unstored: Vec::new(),
        tidied: None,
    };
    // worker_status() takes this for the sign that the worker answers.
    report_idle();
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
    turns: Turns,
    /// The jobs that the network has, and their meetings.
    flying: HashMap<i64, Option<(Mode, Uuid)>>,
    /// The questions that wait for the network.
    pending: HashMap<Caller, Pending>,
    busy: BusyTimes,
    /// New tokens that are not stored yet, oldest first.
    unstored: Vec<Refreshed>,
    tidied: Option<Clock>,
}

impl Worker {
    /// Does all there is to do now; returns how long there will be nothing.
    fn round(&mut self) -> Result<Duration> {
        self.tidy()?;
        self.store_tokens();
        loop {
            self.take_events();
            let concurrency = settings::concurrency();
            let room = concurrency.saturating_sub(self.network.in_flight());
            if !settings::enabled() || room == 0 {
                return Ok(SLOW_POLL);
            }
            let (run, turns) = (self.run, &mut self.turns);
            let places = claim::places_of_a_share(concurrency);
            let jobs = transaction(Durability::Lazy, || claim::claim(run, room, places, turns))?;
            if jobs.is_empty() {
                break;
            }
            for job in jobs {
                self.start(job)?;
            }
            pgrx::check_for_interrupts!();
        }
        self.keep_fresh()?;
        let next = transaction(Durability::Lazy, queue::next_due)?.unwrap_or(SLOW_POLL);
        report_idle();
        Ok(next.min(self.busy.due_in()).min(SLOW_POLL))
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
        self.flying.insert(job.id, job.meeting);
        self.network
            .submit(Task {
                origin: Origin::Job(job.id),
                work,
            })
            .unwrap_or_else(|error| broken_network(error));
        Ok(())
    }

    /// Stores new tokens, a connection's in the order in which they came: a provider that rotates
    /// refresh tokens takes each of them once. What cannot be stored now is tried again with the next
    /// round; until then the network thread has it.
    fn store_tokens(&mut self) {
        let mut stuck = HashSet::new();
        for refreshed in std::mem::take(&mut self.unstored) {
            if !stuck.contains(&refreshed.connection) {
                let stored = transaction(Durability::Full, || {
                    process::set_local(c"lock_timeout", c"100ms");
                    connections::record_tokens(&refreshed)
                });
                match stored {
                    Ok(()) => continue,
                    Err(error) => {
                        warning!("scheduling worker cannot store new tokens yet: {error}")
                    }
                }
            }
            stuck.insert(refreshed.connection);
            self.unstored.push(refreshed);
        }
    }

    fn take_events(&mut self) {
        while let Some(event) = self
            .network
            .event()
            .unwrap_or_else(|error| broken_network(error))
        {
            match event {
                Event::Refreshed(refreshed) => {
                    self.unstored.push(refreshed);
                    self.store_tokens();
                }
                Event::Finished(Origin::Job(job), reply) => self.record(job, reply),
                Event::Finished(Origin::Caller(caller), reply) => self.reply_to(caller, reply),
                Event::Finished(Origin::Busy(connection), reply) => {
                    self.keep_busy_times(connection, reply);
                }
                Event::Asked(
                    caller,
                    Question::Connection {
                        owner,
                        provider,
                        errand,
                    },
                ) => self.consider(caller, &owner, &provider, errand),
                Event::Asked(
                    caller,
                    Question::Busy {
                        owners,
                        until,
                        since,
                    },
                ) => {
                    let need = Need {
                        until: Instant::from_unix_micros(until),
                        since: Instant::from_unix_micros(since),
                    };
                    self.read_for(caller, &owners, need);
                }
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

    /// The first look at a question about a connection.
    fn consider(&mut self, caller: Caller, owner: &str, provider: &str, errand: Errand) {
        match transaction(Durability::Full, || {
            dont_wait_for_the_asker();
            answers::begin(owner, provider, errand)
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
        self.busy.look_now();
    }

    /// Reads the calendars whose turn it is.
    fn keep_fresh(&mut self) -> Result<()> {
        let room = settings::concurrency().saturating_sub(self.network.in_flight());
        let busy = &mut self.busy;
        for target in transaction(Durability::Lazy, || busy.scheduled(room))? {
            self.read_calendar(target, Vec::new());
        }
        Ok(())
    }

    /// Reads some owners' calendars for a session that waits.
    fn read_for(&mut self, caller: Caller, owners: &[String], need: Need) {
        let busy = &mut self.busy;
        let targets = transaction(Durability::Lazy, || {
            let owners = owners.iter().map(|owner| parse_owner(owner));
            busy.asked(caller, &owners.collect::<Result<Vec<_>>>()?, need)
        });
        match targets {
            Ok(targets) => {
                let settled = self.busy.nothing_to_wait_for(caller);
                self.tell(settled);
                for target in targets {
                    self.read_calendar(target, vec![caller]);
                }
            }
            Err(error) => self.answer(caller, Err(broken_question(&error))),
        }
    }

    fn read_calendar(&mut self, target: Target, waiting: Vec<Caller>) {
        let connection = target.connection();
        match self.busy.start(target, waiting) {
            Ok(work) => self
                .network
                .submit(Task {
                    origin: Origin::Busy(connection),
                    work: Box::new(work),
                })
                .unwrap_or_else(|error| broken_network(error)),
            Err(refused) => {
                let settled = self.busy.settle(&refused.waiting, Some(&refused.refusal));
                self.tell(settled);
            }
        }
    }

    /// Stores what a calendar has said, and lets those go who waited for it.
    fn keep_busy_times(&mut self, connection: Uuid, reply: Reply) {
        let Some(reading) = self.busy.take(connection) else {
            return;
        };
        // Should a crash undo it, the calendar says the same again.
        let refusal = transaction(Durability::Lazy, || {
            dont_wait_for_the_asker();
            busy::record(&reading, reply)
        })
        .map_or_else(
            |error| Some(broken_question(&error)),
            |recorded| {
                let unread = recorded.err()?;
                if let Some(rest) = unread.rest {
                    self.busy.rest(connection, rest, unread.refusal.clone());
                }
                Some(unread.refusal)
            },
        );
        let settled = self.busy.settle(reading.waiting(), refusal.as_ref());
        self.tell(settled);

        let waiting = reading.waiting_for_more();
        match transaction(Durability::Lazy, || reading.once_more()) {
            Ok(Some(target)) => self.read_calendar(target, waiting),
            Ok(None) => {
                let settled = self.busy.settle(&waiting, None);
                self.tell(settled);
            }
            Err(error) => {
                let settled = self.busy.settle(&waiting, Some(&broken_question(&error)));
                self.tell(settled);
            }
        }
    }

    fn tell(&self, settled: impl IntoIterator<Item = busy::Settled>) {
        for (caller, refusal) in settled {
            self.answer(caller, refusal.map_or(Ok(serde_json::Value::Null), Err));
        }
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
        self.tidied = Some(Clock::now());
        Ok(())
    }
}

/// A session that waits for an answer may hold locks on the very rows that are to be written.
fn dont_wait_for_the_asker() {
    process::set_local(c"lock_timeout", c"2s");
}

fn broken_question(error: &Error) -> Refusal {
    match error {
        Error::Locked { .. } => Refusal::new(
            Reason::Locked,
            "The worker waited 2 s for a lock that another transaction holds.",
        ),
        error => Refusal::new(Reason::Internal, error.to_string()),
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
