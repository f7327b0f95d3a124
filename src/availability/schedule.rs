//! Reads what decides when an owner can be booked: one query a call, then the engine's turn.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use pgrx::JsonB;
use pgrx::datum::{Date, TimestampWithTimeZone};
use pgrx::pg_sys::BuiltinOid;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::hours::{self, WeeklyHours, Window};
use super::outside::{self, KNOWLEDGE, Knowledge};
use super::server_zone::ServerZone;
use super::slots::{Availability, BusyTime, Rules, Slot};
use super::zone::{DAY, Instant, MINUTE};
use crate::error::{Error, Result};
use crate::instant;
use crate::owner::{Mode, Owner};
use crate::{plan, settings};

/// What to leave out and what to count besides the owner's own hours and meetings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope {
    /// A link whose live meetings fill up days, with its cap.
    pub daily_cap: Option<(Uuid, i32)>,
    /// A meeting that is being moved: neither blocks nor counts.
    pub moving: Option<Uuid>,
}

/// An owner's hours, zone and taken time over some stretch.
pub struct Schedule {
    pub zone: ServerZone,
    hours: WeeklyHours,
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
        scope: Scope,
    ) -> Result<Self> {
        let read = |after_wait| {
            Spi::connect(|client| Self::read(client, owner, wanted, range, scope, after_wait))
        };
        let schedule = read(false)?;
        let (until, max_age) = (wanted.outside_until(range.1), settings::busy_max_age());
        if schedule.outside.is_good(until, max_age) {
            return Ok(schedule);
        }
        outside::look(owner, until, max_age)?;
        let schedule = read(true)?;
        schedule.require_known(owner, wanted, range.1)?;
        Ok(schedule)
    }

    /// Reads the owner's schedule, enough of it for wanted slots that start in `[from, until)`. With
    /// `after_lock` it sees what was committed while the caller waited for the owner's lock.
    ///
    /// # Errors
    /// PT404 where the owner does not exist.
    pub fn read(
        client: &SpiClient<'_>,
        owner: Owner,
        wanted: Wanted,
        (from, until): (Instant, Instant),
        scope: Scope,
        after_lock: bool,
    ) -> Result<Self> {
        // Local days that the stretch touches are counted whole for their caps.
        let reach = wanted.rules.reach() + 2 * DAY;
        let plan = if after_lock {
            plan::fresh
        } else {
            plan::reading
        };
        let name = if after_lock {
            "schedule after lock"
        } else {
            "schedule"
        };
        let plan = plan(
            client,
            (name, Some(owner.mode())),
            &[
                BuiltinOid::UUIDOID,
                BuiltinOid::TIMESTAMPTZOID,
                BuiltinOid::TIMESTAMPTZOID,
                BuiltinOid::UUIDOID,
                BuiltinOid::UUIDOID,
            ],
            || query(owner.mode()),
        )?;
        let rows = client.select(
            plan,
            Some(1),
            &[
                plan::uuid(owner.id()).into(),
                instant::to_postgres(from.plus(-reach))?.into(),
                instant::to_postgres(until.plus(reach))?.into(),
                scope.daily_cap.map(|(link, _)| plan::uuid(link)).into(),
                scope.moving.map(plan::uuid).into(),
            ],
        )?;
        if rows.is_empty() {
            return Err(no_such_owner(owner));
        }
        let row = rows.first();
        let zone = row.get::<String>(1)?.unwrap_or_default();
        let settings = row
            .get::<JsonB>(2)?
            .map_or(serde_json::Value::Null, |json| json.0);
        let days = row.get::<Vec<Date>>(3)?.unwrap_or_default();
        let windows = row.get::<Vec<JsonB>>(4)?.unwrap_or_default();
        let instants = |column| -> Result<Vec<TimestampWithTimeZone>> {
            Ok(row
                .get::<Vec<TimestampWithTimeZone>>(column)?
                .unwrap_or_default())
        };
        let (starts, ends, of_link) = (instants(5)?, instants(6)?, instants(7)?);
        let (outside_starts, outside_ends) = (instants(8)?, instants(9)?);
        let outside = Knowledge::of(row.get(10)?, row.get(11)?, row.get(12)?);

        let stored = |error: hours::HoursError| {
            Error::Internal(format!(
                "stored hours of owner {owner} are malformed: {error}"
            ))
        };
        let mut overrides = BTreeMap::new();
        for (day, windows) in days.into_iter().zip(windows) {
            overrides.insert(
                naive(day),
                hours::parse_windows(&windows.0).map_err(stored)?,
            );
        }
        let zone = ServerZone::named(&zone)?;
        let mut per_day: BTreeMap<NaiveDate, i32> = BTreeMap::new();
        for start in of_link {
            let day = super::zone::local_date(&zone, instant::from_postgres(start));
            *per_day.entry(day).or_default() += 1;
        }
        let is_full = |count: i32| scope.daily_cap.is_some_and(|(_, cap)| count >= cap);
        Ok(Self {
            zone,
            hours: WeeklyHours::parse(&settings).map_err(stored)?,
            overrides,
            busy: busy_times(starts, ends)
                .chain(busy_times(outside_starts, outside_ends))
                .collect(),
            outside,
            full_days: per_day
                .into_iter()
                .filter(|(_, count)| is_full(*count))
                .map(|(day, _)| day)
                .collect(),
        })
    }

    /// # Errors
    /// PT503 where connected calendars are not known well enough for slots that start before `until`.
    pub fn require_known(&self, owner: Owner, wanted: Wanted, until: Instant) -> Result<()> {
        let until = wanted.outside_until(until);
        if self.outside.is_good(until, settings::busy_max_age()) {
            Ok(())
        } else {
            Err(outside::unknown(owner))
        }
    }

    /// The slots that start in `[from, until)`, in order.
    pub fn slots(&self, wanted: Wanted, (from, until): (Instant, Instant)) -> Vec<Slot> {
        self.availability(wanted).slots(from, until)
    }

    /// Whether a slot starts at exactly this instant.
    pub fn is_slot(&self, wanted: Wanted, start: Instant) -> bool {
        self.availability(wanted).is_slot(start)
    }

    fn availability(&self, wanted: Wanted) -> Availability<'_, ServerZone> {
        let now = instant::now();
        let today = super::zone::local_date(&self.zone, now);
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
            .map(|days| instant::now().plus((i64::from(days) + 2) * DAY));
        last.map_or(until, |last| last.min(until))
            .plus(self.rules.reach())
    }
}

fn busy_times(
    starts: Vec<TimestampWithTimeZone>,
    ends: Vec<TimestampWithTimeZone>,
) -> impl Iterator<Item = BusyTime> {
    starts.into_iter().zip(ends).map(|(start, end)| BusyTime {
        start: instant::from_postgres(start),
        end: instant::from_postgres(end),
    })
}

pub fn no_such_owner(owner: Owner) -> Error {
    Error::NotFound {
        what: "owner",
        detail: format!("No {} has this key: {owner}.", owner.mode().as_str()),
        hint: "Clients are in scheduling.clients, users in scheduling.user_profiles.".into(),
    }
}

/// $1 owner, $2 and $3 the stretch, $4 the link that has a cap (null: none has), $5 the meeting to
/// leave out. Days are not counted here: `AT TIME ZONE` takes the zone `CET` for an abbreviation,
/// which is the same all year. Overrides are read with a day to spare.
fn query(mode: Mode) -> String {
    let t = mode.tables();
    format!(
        "select o.timezone, o.availability_settings, changed.days, changed.windows,
                taken.starts, taken.ends, of_link.starts,
                outside.starts, outside.ends, known.connections, known.as_of, known.until
         from {owners} o
         left join lateral (
             select array_agg(a.day) as days, array_agg(a.windows) as windows
             from scheduling.availability_overrides a
             where a.{owner_id} = o.{owner_key}
               and a.day between ($2 at time zone o.timezone)::date - 1
                             and ($3 at time zone o.timezone)::date + 1
         ) changed on true
         left join lateral (
             select array_agg(lower(m.blocked)) as starts, array_agg(upper(m.blocked)) as ends
             from {meetings} m
             where m.{owner_id} = o.{owner_key} and m.status = 'confirmed'
               and m.blocked && tstzrange($2, $3) and m.id is distinct from $5
         ) taken on true
         left join lateral (
             select array_agg(m.starts_at) as starts
             from {meetings} m
             where m.booking_link_id = $4 and m.status = 'confirmed'
               and m.starts_at >= $2 and m.starts_at < $3 and m.id is distinct from $5
         ) of_link on true
         left join lateral (
             -- the event of a meeting of ours says nothing that the meeting does not say better
             select array_agg(b.starts_at) as starts, array_agg(b.ends_at) as ends
             from scheduling.busy_times b
             where b.{owner_id} = o.{owner_key} and b.starts_at < $3 and b.ends_at > $2
               and not exists (select from {meetings} m
                               where m.id = b.meeting_id and m.{owner_id} = o.{owner_key})
         ) outside on true
         left join lateral (
             select {KNOWLEDGE}
             from {connections} c
             where c.{owner_id} = o.{owner_key} and c.is_active
         ) known (connections, as_of, until) on true
         where o.{owner_key} = $1",
        owners = t.owners,
        owner_id = t.owner_id,
        owner_key = t.owner_key,
        meetings = t.meetings,
        connections = t.connections,
    )
}

fn naive(day: Date) -> NaiveDate {
    // 719,163 days lie between 0001-01-01 and 1970-01-01.
    NaiveDate::from_num_days_from_ce_opt(day.to_unix_epoch_days().saturating_add(719_163))
        .unwrap_or(if day.year() < 0 {
            NaiveDate::MIN
        } else {
            NaiveDate::MAX
        })
}
