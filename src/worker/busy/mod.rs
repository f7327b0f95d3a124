//! Keeping the busy times of connected calendars fresh: on a schedule, and at once for a session
//! that waits. Here is who waits for which `reading`; `target` finds the calendars to be read, and
//! `record` keeps what they said.
//!
//! One calendar is read once at a time, however many wait for it. A session that needs to know more
//! than the reading in progress will tell (it began too long ago, or does not reach far enough)
//! waits for the next one.

mod own_events;
pub mod reading;
pub mod record;
pub mod target;
mod tokens;
mod whereabouts;

use std::collections::HashMap;
use std::time::{self, Duration};

use uuid::Uuid;

use self::reading::{LONGEST_REST, Reading};
use self::target::{Need, Target};
use super::network::listener::Caller;
use super::network::work::BusyWork;
use crate::availability::outside::VISITORS_WAIT;
use crate::calendar::by_provider::ReadBusy;
use crate::error::Result;
use crate::ipc::question::{Reason, Refusal};
use crate::owner::Owner;
use crate::{settings, timestamptz};

/// How long until the schedule is looked at again: soon where something was due, for there may be more.
const LOOK_SOON: Duration = Duration::from_millis(200);
const LOOK_LATER: Duration = Duration::from_secs(10);

/// A session asks a provider again that has failed no longer ago than this, should the schedule not have
/// done so.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);

/// A reading that has taken so long hangs, for visitors: it began after the first of them began to wait.
const HANGS: Duration = VISITORS_WAIT.saturating_sub(Duration::from_secs(1));

/// A session, and how many readings it still waits for.
struct Wait {
    left: usize,
    /// The first refusal among those that came.
    refusal: Option<Refusal>,
}

/// A session that has waited for its last reading; with a refusal where one of them failed.
pub type Settled = (Caller, Option<Refusal>);

/// All readings in progress, and who waits for them.
#[derive(Default)]
pub struct BusyTimes {
    readings: HashMap<Uuid, Reading>,
    waits: HashMap<Caller, Wait>,
    /// Calendars that are left alone for a while, and why.
    resting: HashMap<Uuid, (time::Instant, Refusal)>,
    /// Calendars that have just failed: until then sessions do not wait for them again. The schedule
    /// asks when their time comes.
    failed: HashMap<Uuid, time::Instant>,
    look_at: Option<time::Instant>,
}

impl BusyTimes {
    /// When the schedule is to be looked at again.
    pub fn due_in(&self) -> Duration {
        self.look_at.map_or(Duration::ZERO, |at| {
            at.saturating_duration_since(time::Instant::now())
        })
    }

    /// Has the schedule looked at in the next round: a calendar may have been connected.
    pub fn look_now(&mut self) {
        self.look_at = None;
    }

    /// The calendars whose turn it is. Half of the worker's places stay with everything else.
    pub fn scheduled(&mut self, room: usize) -> Result<Vec<Target>> {
        let places = (settings::concurrency() / 2).max(1);
        let most = room.min(places.saturating_sub(self.readings.len()));
        if !self.due_in().is_zero() {
            return Ok(Vec::new());
        }
        let now = time::Instant::now();
        if most == 0 {
            self.look_at = Some(now + LOOK_SOON);
            return Ok(Vec::new());
        }
        // What goes wrong now would go wrong at once again.
        self.look_at = Some(now + LOOK_LATER);
        self.resting.retain(|_, (until, _)| *until > now);
        self.failed.retain(|_, until| *until > now);
        let (mut targets, unreadable) = target::due(most)?;
        for (mode, connection) in unreadable {
            record::put_off(mode, connection, "the connection's row cannot be read")?;
        }
        let pause = if targets.is_empty() {
            let next = target::next_due()?.unwrap_or(LOOK_LATER);
            next.clamp(LOOK_SOON, LOOK_LATER)
        } else {
            LOOK_SOON
        };
        self.look_at = Some(now + pause);
        targets.retain(|target| {
            let connection = target.connection();
            !self.readings.contains_key(&connection) && !self.resting.contains_key(&connection)
        });
        Ok(targets)
    }

    /// The calendars to be read for a session, which waits for those too that are being read
    /// already, but not for those that have just been read, nor for those that have just failed.
    pub fn asked(&mut self, caller: Caller, owners: &[Owner], need: Need) -> Result<Vec<Target>> {
        let mut targets = target::of_owners(owners, need.until)?;
        targets.retain(|target| !target.satisfies(need));
        let mut refusal = None;
        targets.retain(|target| match self.hopeless(target, need) {
            Some(hopeless) => {
                refusal.get_or_insert(hopeless);
                false
            }
            None => true,
        });
        self.waits.insert(
            caller,
            Wait {
                left: targets.len(),
                refusal,
            },
        );
        targets.retain(|target| match self.readings.get_mut(&target.connection()) {
            Some(reading) if reading.satisfies(need) => {
                reading.waiting.push(caller);
                false
            }
            Some(reading) => {
                reading.later.push((caller, need));
                false
            }
            None => true,
        });
        Ok(targets)
    }

    /// Why a session need not wait for a calendar: it has failed just now, or it failed before and is
    /// being tried again, which whoever asked first waits for; visitors need not either where others of them
    /// have waited for the reading that goes on and given up. Once somebody has connected it again, there is
    /// no failure any more.
    fn hopeless(&self, target: &Target, need: Need) -> Option<Refusal> {
        let connection = target.connection();
        let failed_just_now = self
            .failed
            .get(&connection)
            .is_some_and(|until| *until > time::Instant::now());
        let reading = self.readings.get(&connection);
        if need.insists || !(failed_just_now || reading.is_some()) {
            return None;
        }
        target.failure().or_else(|| {
            let hangs = reading.is_some_and(|reading| reading.has_taken(HANGS));
            (need.hurries && hangs)
                .then(|| Refusal::new(Reason::Unreachable, "The calendar has not answered yet."))
        })
    }

    /// A session whose owners have no calendar that needs to be read, or can be.
    pub fn nothing_to_wait_for(&mut self, caller: Caller) -> Option<Settled> {
        match self.waits.get(&caller) {
            Some(wait) if wait.left == 0 => {
                let wait = self.waits.remove(&caller);
                Some((caller, wait.and_then(|wait| wait.refusal)))
            }
            _ => None,
        }
    }

    /// The work for a calendar, or why it cannot be asked.
    pub fn start(&mut self, target: Target, waiting: Vec<Caller>) -> Result<BusyWork, Refused> {
        let refuse = |refusal, is_resting| Refused {
            refusal,
            waiting: waiting.clone(),
            is_resting,
        };
        if let Some((until, refusal)) = self.resting.get(&target.connection())
            && *until > time::Instant::now()
        {
            return Err(refuse(refusal.clone(), true));
        }
        let account = target.open().map_err(|refusal| refuse(refusal, false))?;
        let read = ReadBusy {
            window: target.window,
            calendars: target.calendars.clone(),
        };
        let reading = Reading {
            began: timestamptz::wall_clock(),
            target,
            waiting,
            later: Vec::new(),
        };
        self.readings.insert(reading.target.connection(), reading);
        Ok(BusyWork {
            account,
            read,
            timeout: settings::http_timeout(),
        })
    }

    /// The reading of a calendar that has come to its end.
    pub fn take(&mut self, connection: Uuid) -> Option<Reading> {
        self.readings.remove(&connection)
    }

    /// Has sessions not wait for a calendar for so long.
    pub fn fail(&mut self, connection: Uuid, rest: Duration) {
        let until = time::Instant::now() + rest.min(LONGEST_SILENCE);
        self.failed.insert(connection, until);
    }

    /// Leaves a calendar alone for so long.
    pub fn rest(&mut self, connection: Uuid, rest: Duration, refusal: Refusal) {
        let until = time::Instant::now() + rest.min(LONGEST_REST);
        self.resting.insert(connection, (until, refusal));
    }

    /// Counts a reading as over for those who waited for it; the ones who wait for nothing more.
    pub fn settle(&mut self, waiting: &[Caller], refusal: Option<&Refusal>) -> Vec<Settled> {
        let mut settled = Vec::new();
        for caller in waiting {
            let Some(wait) = self.waits.get_mut(caller) else {
                continue;
            };
            wait.left = wait.left.saturating_sub(1);
            if wait.refusal.is_none() {
                wait.refusal = refusal.cloned();
            }
            if wait.left == 0
                && let Some(wait) = self.waits.remove(caller)
            {
                settled.push((*caller, wait.refusal));
            }
        }
        settled
    }
}

/// A calendar that cannot be asked, and who waits for it.
pub struct Refused {
    pub refusal: Refusal,
    pub waiting: Vec<Caller>,
    /// Else it will not be able to be until somebody has changed something.
    pub is_resting: bool,
}
