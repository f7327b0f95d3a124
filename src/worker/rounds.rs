//! A round of a worker's work: it claims jobs and commits, hands owned data to the network thread, and
//! records and commits what comes back. What sessions ask takes the same way (`callers`).
//!
//! It never waits on the network: that would hold up the whole cluster's barriers (DROP DATABASE,
//! for one) and its own termination.

use std::collections::{HashMap, HashSet};
use std::time::{self, Duration};

use pgrx::pg_sys;
use pgrx::prelude::*;

use super::callers::Callers;
use super::jobs::claim::{self, Turns};
use super::jobs::queue::{self, Job, Run, Verdict};
use super::network::account::Refreshed;
use super::network::work::{BrokenOff, Finished, JobReply, Task};
use super::network::{FromNetwork, Network};
use super::process::{self, Durability, transaction};
use super::{connections, jobs};
use crate::error::{Error, Result};
use crate::owner::MeetingKey;
use crate::settings;

/// How long the worker sleeps when nothing rings and no job is due: the net under the bell, for
/// jobs of prepared transactions and the like.
pub const SLOW_POLL: Duration = Duration::from_secs(10);
/// How long until what could not be recorded is tried again.
const LOCKED_POLL: Duration = Duration::from_millis(500);
/// Between two rounds of deleting old jobs and taking over lost ones.
const HOUSEKEEPING: Duration = Duration::from_secs(60);

/// A worker between two rounds.
pub struct Worker {
    run: Run,
    network: Network,
    turns: Turns,
    /// The jobs that the network has, and their meetings.
    flying: HashMap<i64, Option<MeetingKey>>,
    callers: Callers,
    /// New tokens that are not stored yet, oldest first.
    unstored: Vec<Refreshed>,
    /// What came of jobs whose meetings somebody has locked.
    unrecorded: Vec<(i64, Result<JobReply, BrokenOff>)>,
    tidied: Option<time::Instant>,
}

impl Worker {
    pub fn new(network: Network) -> Self {
        Self {
            run: Run::new(),
            network,
            turns: Turns::default(),
            flying: HashMap::new(),
            callers: Callers::default(),
            unstored: Vec::new(),
            unrecorded: Vec::new(),
            tidied: None,
        }
    }

    /// Does all there is to do now; returns how long there will be nothing.
    pub fn round(&mut self) -> Result<Duration> {
        self.tidy()?;
        self.store_tokens();
        for (job, reply) in std::mem::take(&mut self.unrecorded) {
            self.record(job, reply);
        }
        loop {
            self.take_events();
            let concurrency = settings::concurrency();
            let room = concurrency.saturating_sub(self.network.in_flight());
            if !settings::enabled() || room == 0 {
                return Ok(self.longest_pause());
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
        self.callers.keep_fresh(&mut self.network)?;
        let next = transaction(Durability::Lazy, queue::next_due)?.unwrap_or(SLOW_POLL);
        report_idle();
        Ok(next.min(self.callers.due_in()).min(self.longest_pause()))
    }

    fn longest_pause(&self) -> Duration {
        if self.unrecorded.is_empty() {
            SLOW_POLL
        } else {
            LOCKED_POLL
        }
    }

    /// Has a claimed job done, as far as that is possible without the network.
    fn start(&mut self, job: Job) -> Result<()> {
        let run = self.run;
        let prepared = transaction(Durability::Lazy, || jobs::prepare(run, &job));
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
        self.network.submit(Task::Job(job.id, work));
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
                    process::set_local(c"lock_timeout", c"10ms");
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
        while let Some(event) = self.network.event() {
            match event {
                FromNetwork::Refreshed(refreshed) => {
                    self.unstored.push(refreshed);
                    self.store_tokens();
                }
                FromNetwork::Finished(Finished::Job(job, reply)) => self.record(job, reply),
                FromNetwork::Finished(Finished::Errand(caller, reply)) => {
                    self.callers.reply_to(&self.network, caller, reply);
                }
                FromNetwork::Finished(Finished::Busy(connection, reply)) => {
                    self.callers
                        .keep_busy_times(&mut self.network, connection, reply);
                }
                FromNetwork::Asked(caller, question) => {
                    self.callers.consider(&mut self.network, caller, question);
                }
            }
        }
    }

    /// Records what came of a job. Somebody who has written to its meeting and not committed yet is
    /// not waited for: everybody else's jobs would wait as well.
    fn record(&mut self, job: i64, reply: Result<JobReply, BrokenOff>) {
        let Some(&meeting) = self.flying.get(&job) else {
            return;
        };
        let run = self.run;
        let mut reply = Some(reply);
        let recorded = transaction(Durability::Full, || {
            if let Some(meeting) = meeting {
                queue::hold_meeting(meeting)?;
            }
            reply
                .take()
                .map_or(Ok(()), |reply| jobs::record(run, job, meeting, reply))
        });
        if let (Err(Error::Locked { .. }), Some(reply)) = (&recorded, reply) {
            self.unrecorded.push((job, reply));
            return;
        }
        self.flying.remove(&job);
        if let Err(error) = recorded {
            // The lease ends, and the job is done again: that is what idempotency keys are for.
            warning!("scheduling worker cannot record job {job}: {error}");
        }
    }

    /// Takes over jobs of dead runs, and deletes old ones. Jobs that are due do not wait for that.
    fn tidy(&mut self) -> Result<()> {
        if self.tidied.is_some_and(|at| at.elapsed() < HOUSEKEEPING) {
            return Ok(());
        }
        let run = self.run;
        let tidied = transaction(Durability::Lazy, || {
            let rescued = run.rescue()?;
            if rescued > 0 {
                log!("scheduling worker takes over {rescued} unfinished jobs");
            }
            settings::job_retention()
                .map_or(Ok(0), queue::prune)
                .map(|_| ())
        });
        match tidied {
            Err(Error::Locked { .. }) => {
                warning!("scheduling worker tidies up later: a job is locked")
            }
            tidied => tidied?,
        }
        self.tidied = Some(time::Instant::now());
        Ok(())
    }
}

/// Shows the worker as idle in pg_stat_activity, and its row counts to autovacuum.
pub fn report_idle() {
    // SAFETY: main thread, outside of any transaction.
    unsafe {
        pg_sys::pgstat_report_stat(true);
        pg_sys::pgstat_report_activity(pg_sys::BackendState::STATE_IDLE, std::ptr::null());
    }
}
