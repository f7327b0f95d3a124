//! An owner's schedule: what is stored of it, put together for the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use chrono::NaiveDate;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::engine::hours::{WeeklyHours, Window};
use super::engine::slots::{Availability, BusyTime, Rules, Slot};
use super::engine::zone::local_date;
use super::outside::{self, Audience, Knowledge};
use super::owner_lock::OwnerLock;
use super::server_zone::ServerZone;
use super::stored::Reader;
use crate::access::no_such_owner;
use crate::error::{Conflict, Result};
use crate::instant::{DAY, Instant, MINUTE};
use crate::owner::Owner;
use crate::plan::Sees;
use crate::settings;
use crate::timestamptz;

/// What to leave out and what to count besides the owner's own hours and meetings, and whose hours they are.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// A link's own weekly hours; `None` for the owner's.
    pub hours: Option<Rc<WeeklyHours>>,
    /// A link whose live meetings fill up days, with its cap.
    pub daily_cap: Option<(Uuid, i32)>,
    /// A meeting that is being moved: neither blocks nor counts.
    pub moving: Option<Uuid>,
    /// Who asks.
    pub audience: Audience,
}

/// An owner's hours, zone and taken time over some stretch.
pub struct Schedule {
    pub zone: ServerZone,
    hours: Rc<WeeklyHours>,
    overrides: BTreeMap<NaiveDate, Vec<Window>>,
    busy: Vec<BusyTime>,
    full_days: BTreeSet<NaiveDate>,
    outside: Knowledge,
}

impl Schedule {
    /// The owner's schedule for slots that start in `range`. Where what is known of connected
    /// calendars is too old or does not reach far enough, the worker has them read first.
    ///
    /// # Errors
    /// PT404 where the owner does not exist, PT503 where a calendar stays unknown.
    pub fn known(
        owner: Owner,
        wanted: Wanted,
        range: (Instant, Instant),
        scope: &Scope,
    ) -> Result<Self> {
        let read =
            |sees| Spi::connect(|client| Self::read(client, owner, wanted, range, scope, sees));
        let schedule = read(Sees::WhatTheCallerSees)?;
        let (until, max_age) = (wanted.outside_until(range.1), settings::busy_max_age());
        if schedule.outside.is_good(until, max_age) {
            return Ok(schedule);
        }
        outside::look(owner, until, max_age, scope.audience)?;
        let schedule = read(Sees::WhatIsCommitted)?;
        schedule.require_known(owner, wanted, range.1, scope.audience)?;
        Ok(schedule)
    }

    /// The owner's schedule as it stays until this transaction ends: with what was committed while the
    /// caller waited for the lock.
    ///
    /// # Errors
    /// PT404 where the owner does not exist.
    pub fn locked(
        client: &SpiClient<'_>,
        lock: &OwnerLock,
        wanted: Wanted,
        range: (Instant, Instant),
        scope: &Scope,
    ) -> Result<Self> {
        Self::read(
            client,
            lock.owner(),
            wanted,
            range,
            scope,
            Sees::WhatIsCommitted,
        )
    }

    /// Reads the owner's schedule, enough of it for wanted slots that start in `[from, until)`:
    /// of what moment, `sees` says.
    ///
    /// # Errors
    /// PT404 where the owner does not exist.
    pub fn read(
        client: &SpiClient<'_>,
        owner: Owner,
        wanted: Wanted,
        (from, until): (Instant, Instant),
        scope: &Scope,
        sees: Sees,
    ) -> Result<Self> {
        let reader = Reader {
            client,
            owner,
            sees,
        };
        // What is taken further away than this is in no slot's way.
        let reach = wanted.rules.reach();
        let (from, until) = (from.plus(-reach), until.plus(reach));
        let Some(stored) = reader.owner(from, until, scope.moving)? else {
            return Err(no_such_owner(owner));
        };
        let zone = stored.zone;
        let day = |at| local_date(&zone, at);
        let mut busy = stored.taken;
        let mut outside = Knowledge::NothingConnected;
        if stored.is_connected {
            let (taken, known) = reader.outside(from, until, scope.moving)?;
            busy.extend(taken);
            outside = known;
        }
        // Local days that the stretch touches are counted whole for their caps.
        let (from, until) = (from.plus(-2 * DAY), until.plus(2 * DAY));
        let mut full_days = BTreeSet::new();
        if let Some((link, cap)) = scope.daily_cap {
            let mut per_day: BTreeMap<NaiveDate, i32> = BTreeMap::new();
            for start in reader.starts_of_link(link, from, until, scope.moving)? {
                *per_day.entry(day(start)).or_default() += 1;
            }
            let full = per_day.into_iter().filter(|(_, count)| *count >= cap);
            full_days.extend(full.map(|(day, _)| day));
        }
        let mut overrides = BTreeMap::new();
        // With a day to spare, as windows of the days around can reach into the stretch.
        let (first, last) = (day(from.plus(-DAY)), day(until.plus(DAY)));
        if stored.last_override.is_some_and(|day| day >= first) {
            overrides = reader.overrides(first, last)?;
        }
        Ok(Self {
            overrides,
            hours: scope.hours.clone().unwrap_or(stored.hours),
            zone,
            busy,
            full_days,
            outside,
        })
    }

    /// # Errors
    /// PT503 where connected calendars are not known well enough for slots that start before `until`.
    pub fn require_known(
        &self,
        owner: Owner,
        wanted: Wanted,
        until: Instant,
        audience: Audience,
    ) -> Result<()> {
        let until = wanted.outside_until(until);
        if self.outside.is_good(until, settings::busy_max_age()) {
            Ok(())
        } else {
            Err(outside::unknown(owner, audience))
        }
    }

    /// The slots that start in `[from, until)`, in order.
    pub fn slots(&self, wanted: Wanted, (from, until): (Instant, Instant)) -> Vec<Slot> {
        self.availability(wanted).slots(from, until)
    }

    /// The earliest of [`Self::slots`], at most so many.
    pub fn first_slots(
        &self,
        most: usize,
        wanted: Wanted,
        (from, until): (Instant, Instant),
    ) -> Vec<Slot> {
        self.availability(wanted).first_slots(most, from, until)
    }

    /// Why no slot starts at exactly this instant; `None` where one does. Of several reasons the one
    /// that stands whatever else changes comes first.
    pub fn why_no_slot(&self, wanted: Wanted, start: Instant) -> Option<Conflict> {
        let availability = self.availability(wanted);
        if availability.is_slot(start) {
            return None;
        }
        let now = timestamptz::now();
        let date = local_date(&self.zone, start);
        let no_days = BTreeSet::new();
        let by_the_hours = Availability {
            not_before: Instant::MIN,
            last_date: None,
            busy: &[],
            full_days: &no_days,
            ..availability
        };
        Some(if start < now {
            Conflict::Past
        } else if availability.last_date.is_some_and(|last| last < date) {
            Conflict::Window
        } else if !by_the_hours.is_slot(start) {
            Conflict::Hours
        } else if start < availability.not_before {
            Conflict::Notice
        } else if self.full_days.contains(&date) {
            Conflict::DayFull
        } else {
            Conflict::Taken
        })
    }

    fn availability(&self, wanted: Wanted) -> Availability<'_, ServerZone> {
        let now = timestamptz::now();
        let today = local_date(&self.zone, now);
        Availability {
            zone: &self.zone,
            hours: &self.hours,
            overrides: &self.overrides,
            rules: wanted.rules,
            not_before: now.plus(i64::from(wanted.minimum_notice_minutes) * MINUTE),
            last_date: wanted
                .window_days
                .and_then(|days| today.checked_add_days(chrono::Days::new(u64::from(days)))),
            busy: &self.busy,
            full_days: &self.full_days,
        }
    }
}

/// The slots that are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub rules: Rules,
    pub minimum_notice_minutes: i32,
    /// How many local days ahead a slot may start; `None` for no limit.
    pub window_days: Option<u32>,
}

impl Wanted {
    /// How far outside calendars must be known for slots that start before `until`. Wherever the
    /// owner is, their local day `window_days` ahead is over two days later.
    pub fn outside_until(&self, until: Instant) -> Instant {
        let last = self
            .window_days
            .map(|days| timestamptz::now().plus((i64::from(days) + 2) * DAY));
        last.map_or(until, |last| last.min(until))
            .plus(self.rules.reach())
    }
}
