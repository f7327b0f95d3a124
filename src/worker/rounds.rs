//! A round of a worker's work: it looks for jobs, claims those whose turn it is, hands owned data to the
//! network thread, and records what comes back: in sets, one transaction and one flush for all that has
//! come. What sessions ask takes the same way (`callers`).
//!
//! One job's trouble is nobody else's. A set that fails is halved until what is wrong is alone; that is
//! put off, and tried again. Nothing that came back is thrown away before it is recorded.
//!
//! It never waits on the network: that would hold up the whole cluster's barriers (DROP DATABASE,
//! for one) and its own termination.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use pgrx::pg_sys;
use pgrx::prelude::*;

use super::callers::Callers;
use super::connections::{self, Broken};
use super::halves::{PATIENCE, in_halves};
use super::housekeeping::Housekeeping;
use super::jobs::backlog::{self, Backlog, Open};
use super::jobs::came::{Came, Said};
use super::jobs::look::Look;
use super::jobs::queue::{self, Claim, Held, Job, JobKind, Verdict};
use super::jobs::record::{self, Recorded};
use super::jobs::{self, Begun, claim};
use super::mail_way::{self, MailWay};
use super::network::account::Refreshed;
use super::network::work::{Finished, Task};
use super::network::{FromNetwork, Network};
use super::pace::Pace;
use super::process::{self, BRIEFLY, Durability, report, transaction};
use super::reminders::Reminders;
use super::untold::Untold;
use crate::error::{Error, Result};
use crate::instant::SECOND;
use crate::ipc::bell::Bell;
use crate::{settings, timestamptz};

/// How long the worker sleeps when nothing rings and no job is due: the net under the bell.
const SLOW_POLL: Duration = Duration::from_secs(10);
/// A round that has more to do than this ends, and another one begins.
const LONGEST_ROUND: Duration = Duration::from_millis(200);
/// What comes back meanwhile waits for so long at most.
const LONGEST_REST: Duration = Duration::from_millis(20);
/// How long until what somebody's lock kept from being written is tried again.
const LOCKED_POLL: Duration = Duration::from_millis(500);
const LONGEST_LOCKED_POLL: Duration = Duration::from_secs(2);
/// How long until a job is looked at again that somebody has locked, in microseconds; and one whose row
/// cannot be written at all.
const PUT_OFF_LOCKED: i64 = SECOND;
const PUT_OFF_BROKEN: i64 = 10 * SECOND;
/// So long a worker that comes after one that died has its claims on disk before it begins with a job. If
/// one of them is what that one died of, the attempts are counted whatever else is lost.
const WARY: Duration = Duration::from_secs(2);

/// A worker between two rounds.
pub struct Worker {
    wary_until: Option<Instant>,
    network: Network,
    backlog: Backlog,
    look: Look,
    /// The jobs that the network has, or whose outcome is not recorded yet.
    flying: HashMap<i64, Held>,
    callers: Callers,
    /// New tokens that are not stored yet, oldest first.
    unstored: Vec<Refreshed>,
    /// Connections that are not marked yet.
    broken: Vec<Broken>,
    /// What came of jobs.
    came: Vec<Came>,
    /// What came of jobs that somebody has locked, and when it is tried again.
    unrecorded: Vec<Came>,
    record_at: Instant,
    record_pause: Duration,
    untold: Untold,
    reminders: Reminders,
    mail_way: MailWay,
    housekeeping: Housekeeping,
    pace: Pace,
}

impl Worker {
    /// `after_a_death`: whether the worker before this one died.
    pub fn new(network: Network, after_a_death: bool) -> Self {
        let now = Instant::now();
        Self {
            wary_until: after_a_death.then_some(now + WARY),
            network,
            backlog: Backlog::default(),
            look: Look::default(),
            flying: HashMap::new(),
            callers: Callers::default(),
            unstored: Vec::new(),
            broken: Vec::new(),
            came: Vec::new(),
            unrecorded: Vec::new(),
            record_at: now,
            record_pause: LOCKED_POLL,
            untold: Untold::default(),
            reminders: Reminders::default(),
            mail_way: MailWay::new(),
            housekeeping: Housekeeping::default(),
            pace: Pace::new(),
        }
    }

    /// Does all there is to do now; returns how long there will be nothing.
    ///
    /// # Errors
    /// Where the queue cannot be read. What has come back is recorded all the same.
    pub fn round(&mut self) -> Result<Duration> {
        let began = Instant::now();
        self.housekeeping.tidy(&self.flying);
        self.store_tokens();
        if settings::enabled() {
            self.reminders.queue_due();
        }
        let is_done = loop {
            self.take_events();
            self.mark_broken();
            self.record();
            self.mail_way.note();
            self.untold.make_up();
            if !settings::enabled() || !self.start_due()? {
                break true;
            }
            process::heed_interrupts();
            if let Some(rest) = self.pace.rest() {
                process::rest(rest.min(LONGEST_REST));
            }
            // However much there is to be done, the bell is heard.
            if began.elapsed() > LONGEST_ROUND {
                break false;
            }
        };
        if settings::enabled() {
            let kept = self.callers.keep_fresh(&mut self.network);
            report("keep calendars fresh", kept);
        }
        if !is_done {
            return Ok(Duration::ZERO);
        }
        report_idle();
        Ok(self.pause())
    }

    /// Starts nothing more, and records what comes back until nothing is in flight or the patience is at
    /// its end. What is in flight then is given back: the next worker does it again at once.
    pub fn wind_up(&mut self, bell: &Bell, patience: Duration) {
        let end = Instant::now() + patience;
        loop {
            self.take_events();
            self.store_tokens();
            self.mark_broken();
            self.record();
            let left = end.saturating_duration_since(Instant::now());
            if (self.flying.is_empty() && self.unstored.is_empty()) || left.is_zero() {
                break;
            }
            process::wait(bell, left.min(Duration::from_millis(100)));
            bell.messages();
        }
        if !self.flying.is_empty() {
            let flying: Vec<_> = self.flying.values().copied().collect();
            let given = transaction(Durability::Full, || queue::give_back(&flying));
            report("give back what is in flight", given);
        }
    }

    fn pause(&self) -> Duration {
        let mut pause = SLOW_POLL;
        if settings::enabled() {
            pause = pause.min(self.look.due_in());
            pause = pause.min(self.reminders.due_in());
            // Where all places are taken, whoever gives one back wakes us.
            if self.network.in_flight() < settings::concurrency() {
                pause = pause.min(self.callers.due_in());
            }
            if let Some(due) = self.backlog.next_due() {
                let micros = due.unix_micros() - timestamptz::wall_clock().unix_micros();
                pause = pause.min(Duration::from_micros(u64::try_from(micros).unwrap_or(0)));
            }
        }
        let due_in = |at: Instant| at.saturating_duration_since(Instant::now());
        if !self.unrecorded.is_empty() {
            pause = pause.min(due_in(self.record_at));
        }
        if !self.broken.is_empty() || !self.unstored.is_empty() {
            pause = pause.min(LOCKED_POLL);
        }
        pause.min(self.untold.due_in())
    }

    // ---- jobs on their way out --------------------------------------------------------------------

    /// Claims jobs whose turn it is and has them begun; false where there is nothing to be done.
    fn start_due(&mut self) -> Result<bool> {
        let (look, backlog) = (&mut self.look, &mut self.backlog);
        let mail_way = &mut self.mail_way;
        transaction(Durability::Lazy, || {
            mail_way.see(backlog)?;
            look.see(backlog)
        })?;
        let concurrency = settings::concurrency();
        let of_mail = backlog::places_of_mail(concurrency);
        self.backlog.limit(mail_way::WAY, of_mail);
        let room = concurrency.saturating_sub(self.network.in_flight());
        let places = backlog::places_of_a_share(concurrency);
        let picked = self.backlog.pick(room, places, timestamptz::wall_clock());
        if picked.is_empty() {
            return Ok(false);
        }
        let (mails, others): (Vec<_>, Vec<_>) = self
            .claim(&picked)
            .into_iter()
            .partition(|job| job.kind == Ok(JobKind::SendEmail));
        let (leads, others): (Vec<_>, Vec<_>) = others
            .into_iter()
            .partition(|job| job.kind == Ok(JobKind::CrmLead));
        // Rendering mails takes time, and a request for a calendar is on its way meanwhile.
        self.begin(&others, Durability::Lazy);
        self.begin(&mails, Durability::Lazy);
        // That a lead may be made is on disk before it is.
        self.begin(&leads, Durability::Full);
        Ok(true)
    }

    /// Takes jobs that were picked; what becomes of the others, too.
    fn claim(&mut self, picked: &[i64]) -> Vec<Job> {
        self.wary_until.take_if(|until| *until < Instant::now());
        let durability = match self.wary_until {
            Some(_) => Durability::Full,
            None => Durability::Lazy,
        };
        let name = Claim::new();
        let mut jobs = Vec::new();
        let failed = in_halves(picked, PATIENCE, |part| {
            jobs.extend(transaction(durability, || {
                process::set_local(c"lock_timeout", BRIEFLY);
                claim::claim(name, part)
            })?);
            Ok(())
        });
        let later = timestamptz::wall_clock().plus(PUT_OFF_BROKEN);
        let mut tried = picked.to_vec();
        for (n, error) in failed {
            warning!("scheduling worker cannot claim job {}: {error}", picked[n]);
            self.backlog.put_off(picked[n], later);
            tried.retain(|id| *id != picked[n]);
        }
        self.leave_out(&tried, &jobs);
        jobs
    }

    /// Those that were picked and could not be claimed: somebody has locked or changed them.
    fn leave_out(&mut self, picked: &[i64], claimed: &[Job]) {
        if claimed.len() == picked.len() {
            return;
        }
        let claimed: HashSet<_> = claimed.iter().map(|job| job.held.id).collect();
        let mut others = picked.to_vec();
        others.retain(|id| !claimed.contains(id));
        let soon = timestamptz::wall_clock().plus(PUT_OFF_LOCKED);
        let left = match transaction(Durability::Lazy, || claim::left(&others)) {
            Ok(left) => left,
            Err(error) => {
                warning!("scheduling worker: {error}");
                for id in others {
                    self.backlog.put_off(id, soon);
                }
                return;
            }
        };
        let ready: HashSet<_> = left.iter().map(|job| job.id).collect();
        for id in others {
            if ready.contains(&id) {
                self.backlog.put_off(id, soon);
            } else {
                self.backlog.finish(id);
            }
        }
        // What was not known: earlier ones of their lanes, new times.
        for job in left {
            self.backlog.add(Open {
                id: job.id,
                run_at: if picked.contains(&job.id) {
                    soon.max(job.run_at)
                } else {
                    job.run_at
                },
                lane: &job.lane,
                share: &job.share,
            });
        }
    }

    /// Has claimed jobs done, as far as that is possible without the network.
    fn begin(&mut self, jobs: &[Job], durability: Durability) {
        let failed = in_halves(jobs, PATIENCE, |part| {
            let Begun { network, settled } = transaction(durability, || {
                process::set_local(c"lock_timeout", BRIEFLY);
                jobs::prepare(part)
            })?;
            for (held, work) in network {
                self.flying.insert(held.id, held);
                self.network.submit(Task::Job(held.id, work));
            }
            // Somebody has locked these since they were claimed.
            let locked: HashSet<_> = settled.locked.iter().copied().collect();
            for job in part.iter().filter(|job| locked.contains(&job.held.id)) {
                self.try_again(job, "somebody has locked the job");
            }
            self.see(settled);
            Ok(())
        });
        for (n, error) in failed {
            self.try_again(&jobs[n], &error.to_string());
        }
    }

    /// A claimed job that could not be begun has failed for now.
    fn try_again(&mut self, job: &Job, error: &str) {
        self.flying.insert(job.held.id, job.held);
        self.came.push(Came {
            held: job.held,
            said: Said::Nothing(Verdict::again(error)),
        });
    }

    // ---- and back ---------------------------------------------------------------------------------

    fn take_events(&mut self) {
        self.network.hear();
        while let Some(event) = self.network.event() {
            match event {
                FromNetwork::Refreshed(refreshed) => {
                    self.unstored.push(refreshed);
                    self.store_tokens();
                }
                FromNetwork::Finished(Finished::Job(job, reply)) => {
                    if let Some(&held) = self.flying.get(&job) {
                        self.broken.extend(connections::broken_by(&reply));
                        self.mail_way.heed(&reply, &mut self.backlog);
                        self.came.push(Came::of(held, reply));
                    }
                }
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

    /// Records what came of jobs, and of those that were locked when it was tried before.
    fn record(&mut self) {
        let came = std::mem::take(&mut self.came);
        self.record_set(came);
        if !self.unrecorded.is_empty() && self.record_at <= Instant::now() {
            let came = std::mem::take(&mut self.unrecorded);
            self.record_pause = (self.record_pause * 2).min(LONGEST_LOCKED_POLL);
            self.record_set(came);
            if self.unrecorded.is_empty() {
                self.record_pause = LOCKED_POLL;
            }
        }
    }

    fn record_set(&mut self, mut came: Vec<Came>) {
        let mut unrecorded = HashSet::new();
        let failed = in_halves(&came, PATIENCE, |part| {
            let recorded = transaction(Durability::Full, || {
                process::set_local(c"lock_timeout", BRIEFLY);
                record::record(part)
            })?;
            unrecorded.extend(self.see(recorded));
            Ok(())
        });
        if !failed.is_empty() {
            let (_, error) = &failed[0];
            warning!(
                "scheduling worker cannot write to other rows what came of {} jobs: {error}",
                failed.len()
            );
            let failed: HashSet<_> = failed.iter().map(|(n, _)| came[*n].held.id).collect();
            let (alone, others): (Vec<_>, Vec<_>) = came
                .into_iter()
                .partition(|came| failed.contains(&came.held.id));
            let failed = in_halves(&alone, PATIENCE, |part| {
                let recorded = transaction(Durability::Full, || {
                    process::set_local(c"lock_timeout", BRIEFLY);
                    record::record_jobs_alone(part)
                })?;
                unrecorded.extend(self.see(recorded));
                Ok(())
            });
            for (n, error) in failed {
                let id = alone[n].held.id;
                warning!("scheduling worker cannot record what came of job {id}: {error}");
                unrecorded.insert(id);
            }
            came = others;
            came.extend(alone);
        }
        came.retain(|came| unrecorded.contains(&came.held.id));
        if !came.is_empty() {
            self.record_at = Instant::now() + self.record_pause;
            self.unrecorded.extend(came);
        }
    }

    /// What was recorded is over for us. Returns what could not be, because somebody has locked it.
    fn see(&mut self, recorded: Recorded) -> Vec<i64> {
        for (id, until) in recorded.rests {
            self.backlog.rest(id, until);
        }
        for id in recorded.over {
            self.flying.remove(&id);
            self.backlog.finish(id);
        }
        if recorded.is_left {
            self.untold.there_are();
        }
        recorded.locked
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

    /// Marks connections that only their owners can mend; where a lock is in the way, with the next round.
    fn mark_broken(&mut self) {
        self.broken.retain(|broken| {
            let marked = transaction(Durability::Full, || {
                process::set_local(c"lock_timeout", c"10ms");
                connections::require_reconnect(
                    broken.mode,
                    broken.connection,
                    broken.grant.as_ref(),
                    &broken.detail,
                )
            });
            !matches!(marked, Err(Error::Locked { .. })) && {
                report("mark a connection", marked);
                false
            }
        });
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
