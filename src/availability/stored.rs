//! What is stored of an owner's time: the owner with the meetings and the time off, which every question is
//! about, by one statement; days with hours of their own and busy times of outside calendars by one each, where there
//! are any. One large statement for all of it costs more than those that a question needs: most of what
//! PostgreSQL does for it is to set it up.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::rc::Rc;

use chrono::{Datelike as _, NaiveDate};
use pgrx::datum::{Date, DatumWithOid, TimestampWithTimeZone};
use pgrx::spi::{SpiClient, SpiTupleTable};
use uuid::Uuid;

use super::engine::hours::{self, HoursError, WeeklyHours, Window};
use super::engine::slots::BusyTime;
use super::gather;
use super::outside::{KNOWLEDGE, Knowledge};
use super::server_zone::ServerZone;
use crate::error::{Error, Result};
use crate::instant::Instant;
use crate::owner::{Owner, Tables};
use crate::plan::{self, Sees};
use crate::timestamptz;

/// From chrono's day 0 to PostgreSQL's, 2000-01-01.
const POSTGRES_EPOCH_DAY: i32 = 730_120;
/// Settings documents that a session remembers, each well under a kilobyte.
const REMEMBERED_DOCUMENTS: usize = 1_000;

thread_local! {
    /// Weekly hours by the document that spells them. Most owners of a database share a few.
    static HOURS: RefCell<HashMap<String, Rc<WeeklyHours>>> = RefCell::new(HashMap::new());
}

/// Reads about one owner.
pub struct Reader<'a, 'conn> {
    pub client: &'a SpiClient<'conn>,
    pub owner: Owner,
    /// Of what moment; what the caller sees, unless it has waited for something.
    pub sees: Sees,
}

/// The owner's own row.
pub struct StoredOwner {
    pub zone: ServerZone,
    pub hours: Rc<WeeklyHours>,
    /// Whether outside calendars have a say.
    pub is_connected: bool,
    /// The last day that has hours of its own.
    pub last_override: Option<NaiveDate>,
    /// Its live meetings with their buffers, and its time off.
    pub taken: Vec<BusyTime>,
}

impl<'conn> Reader<'_, 'conn> {
    /// The owner, the live meetings that reach into `[from, until)` with their buffers, but for `moving`,
    /// and the time off that does; `None` where the owner does not exist.
    ///
    /// An exclusion constraint holds that no two of the meetings overlap, buffers included. So the order
    /// of their starts is the order of everything else about them, and those that reach into a stretch
    /// are the ones that start in it and one more on either side. That an index answers by itself,
    /// some three times as fast as the constraint's own.
    pub fn owner(
        &self,
        from: Instant,
        until: Instant,
        moving: Option<Uuid>,
    ) -> Result<Option<StoredOwner>> {
        let name = match moving {
            None => "owner and meetings",
            Some(_) => "owner and meetings but one",
        };
        let [id, from, until] = stretch(self.owner.id(), from, until)?;
        let arguments = [id, from, until, moving.map(plan::uuid).into()];
        // The id is in no index that is used, so it is asked for only where it has to be.
        let given = if moving.is_some() { 4 } else { 3 };
        let rows = self.select(name, &arguments[..given], |t| {
            format!(
                "select o.timezone, o.availability_settings::text,
                        exists (select from {connections} c
                                where c.{owner_id} = $1 and c.is_active),
                        (select max(a.day) from scheduling.availability_overrides a
                         where a.{owner_id} = $1),
                        (select scheduling_private.blocked_times(m.starts_at, m.ends_at,
                                    m.buffer_before_minutes, m.buffer_after_minutes)
                         from {meetings} m
                         where m.{owner_id} = $1 and m.status = 'confirmed' {but_one}
                           and m.starts_at >= coalesce((
                               select earlier.starts_at from {meetings} earlier
                               where earlier.{owner_id} = $1 and earlier.status = 'confirmed'
                                 and earlier.starts_at < $2
                               order by earlier.starts_at desc limit 1), $2)
                           and m.starts_at <= coalesce((
                               select later.starts_at from {meetings} later
                               where later.{owner_id} = $1 and later.status = 'confirmed'
                                 and later.starts_at >= $3
                               order by later.starts_at limit 1), $3)),
                        (select scheduling_private.blocked_times(off.starts_at, off.ends_at, 0, 0)
                         from scheduling.time_off off
                         where off.{owner_id} = $1 and off.ends_at > $2 and off.starts_at < $3)
                 from {owners} o
                 where o.{owner_key} = $1",
                connections = t.connections,
                meetings = t.meetings,
                owner_id = t.owner_id,
                owner_key = t.owner_key,
                owners = t.owners,
                but_one = if moving.is_some() {
                    "and m.id <> $4"
                } else {
                    ""
                },
            )
        })?;
        if rows.is_empty() {
            return Ok(None);
        }
        let row = rows.first();
        let meetings = row.get::<&[u8]>(5)?.unwrap_or_default();
        let time_off = row.get::<&[u8]>(6)?.unwrap_or_default();
        Ok(Some(StoredOwner {
            zone: ServerZone::named(row.get::<&str>(1)?.unwrap_or_default())?,
            hours: weekly_hours(row.get::<&str>(2)?.unwrap_or_default(), &self.owner)?,
            is_connected: row.get::<bool>(3)?.unwrap_or(true),
            last_override: row
                .get::<Date>(4)?
                .map(|day| naive(day).unwrap_or(NaiveDate::MAX)),
            taken: gather::unpack(meetings)
                .chain(gather::unpack(time_off))
                .collect(),
        }))
    }

    /// The local days from `first` to `last` on which other windows replace the weekly ones.
    pub fn overrides(
        &self,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<BTreeMap<NaiveDate, Vec<Window>>> {
        let date =
            |day: NaiveDate| Date::saturating_from_raw(day.num_days_from_ce() - POSTGRES_EPOCH_DAY);
        let arguments = [
            plan::uuid(self.owner.id()).into(),
            date(first).into(),
            date(last).into(),
        ];
        let rows = self.select("overrides", &arguments, |t| {
            format!(
                "select a.day, a.windows::text from scheduling.availability_overrides a
                 where a.{} = $1 and a.day between $2 and $3",
                t.owner_id
            )
        })?;
        let mut overrides = BTreeMap::new();
        for row in rows {
            let (day, windows) = (row.get::<Date>(1)?, row.get::<&str>(2)?);
            let day = day.and_then(naive);
            if let (Some(day), Some(windows)) = (day, windows) {
                let windows = hours::parse_windows(&json(windows)?)
                    .map_err(|error| malformed(&self.owner, &error))?;
                overrides.insert(day, windows);
            }
        }
        Ok(overrides)
    }

    /// What outside calendars say is taken in `[from, until)`, and how much of them is known. One
    /// statement for both, so that they are of one moment: a calendar that has just been exchanged
    /// for another one must not look known and empty.
    pub fn outside(
        &self,
        from: Instant,
        until: Instant,
        moving: Option<Uuid>,
    ) -> Result<(Vec<BusyTime>, Knowledge)> {
        let [id, from, until] = stretch(self.owner.id(), from, until)?;
        let row = self
            .select(
                "outside",
                &[id, from, until, moving.map(plan::uuid).into()],
                |t| {
                    format!(
                        "select taken.times, known.connections, known.as_of, known.until
                         from (
                             -- the event of a meeting of ours says nothing that the meeting does not
                             -- say better, unless the owner has moved it; that of the meeting that is
                             -- being moved comes along
                             select scheduling_private.blocked_times(b.starts_at, b.ends_at, 0, 0) as times
                             from scheduling.busy_times b
                             where b.{owner_id} = $1 and b.starts_at < $3 and b.ends_at > $2
                               and not exists (
                                   select from {meetings} m
                                   where m.id = b.meeting_id and m.{owner_id} = $1
                                     and (not b.is_moved or m.id = $4))
                         ) taken, (
                             select {KNOWLEDGE}
                             from {connections} c
                             where c.{owner_id} = $1 and c.is_active
                         ) known (connections, as_of, until)",
                        owner_id = t.owner_id,
                        meetings = t.meetings,
                        connections = t.connections,
                    )
                },
            )?
            .first();
        let packed = row.get::<&[u8]>(1)?.unwrap_or_default();
        let known = Knowledge::of(row.get(2)?, row.get(3)?, row.get(4)?);
        Ok((gather::unpack(packed).collect(), known))
    }

    /// When the live meetings of a link start, those in `[from, until)` and but for `moving`.
    pub fn starts_of_link(
        &self,
        link: Uuid,
        from: Instant,
        until: Instant,
        moving: Option<Uuid>,
    ) -> Result<Vec<Instant>> {
        let [link, from, until] = stretch(link, from, until)?;
        let arguments = [link, from, until, moving.map(plan::uuid).into()];
        let row = self
            .select("starts of link", &arguments, |t| {
                format!(
                    "select array_agg(m.starts_at) from {} m
                     where m.booking_link_id = $1 and m.status = 'confirmed'
                       and m.starts_at >= $2 and m.starts_at < $3 and m.id is distinct from $4",
                    t.meetings
                )
            })?
            .first();
        let starts = instants(&row, 1)?;
        Ok(starts.into_iter().map(timestamptz::from_postgres).collect())
    }

    fn select(
        &self,
        name: &'static str,
        arguments: &[DatumWithOid<'_>],
        sql: impl FnOnce(&Tables) -> String,
    ) -> Result<SpiTupleTable<'conn>> {
        let mode = self.owner.mode();
        let sql = || sql(mode.tables());
        plan::read_as(
            self.sees,
            self.client,
            (name, Some(mode)),
            sql,
            None,
            arguments,
        )
    }
}

/// The weekly hours that a stored document spells; whose they are, an error says.
pub fn weekly_hours(document: &str, whose: &dyn fmt::Display) -> Result<Rc<WeeklyHours>> {
    if let Some(hours) = HOURS.with_borrow(|known| known.get(document).cloned()) {
        return Ok(hours);
    }
    let hours =
        Rc::new(WeeklyHours::parse(&json(document)?).map_err(|error| malformed(whose, &error))?);
    HOURS.with_borrow_mut(|known| {
        if known.len() >= REMEMBERED_DOCUMENTS {
            known.clear();
        }
        known.insert(document.to_owned(), Rc::clone(&hours));
    });
    Ok(hours)
}

fn malformed(whose: &dyn fmt::Display, error: &HoursError) -> Error {
    Error::Internal(format!("stored hours of {whose} are malformed: {error}"))
}

/// The CHECK of the column has read the document before.
fn json(stored: &str) -> Result<serde_json::Value> {
    serde_json::from_str(stored)
        .map_err(|error| Error::Internal(format!("stored hours are no JSON: {error}")))
}

fn stretch(id: Uuid, from: Instant, until: Instant) -> Result<[DatumWithOid<'static>; 3]> {
    Ok([
        plan::uuid(id).into(),
        timestamptz::to_postgres(from)?.into(),
        timestamptz::to_postgres(until)?.into(),
    ])
}

fn instants(row: &SpiTupleTable<'_>, column: usize) -> Result<Vec<TimestampWithTimeZone>> {
    Ok(row
        .get::<Vec<TimestampWithTimeZone>>(column)?
        .unwrap_or_default())
}

/// PostgreSQL's dates reach further than chrono's: `None` beyond.
fn naive(day: Date) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(day.to_pg_epoch_days().checked_add(POSTGRES_EPOCH_DAY)?)
}
