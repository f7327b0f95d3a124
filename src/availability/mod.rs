//! When an owner can be booked.
//!
//! `engine` is pure: settings documents, local times, slots. `server_zone` and `stored` read the server's
//! zones and an owner's rows for it (`gather` is the aggregate that packs them), `outside` knows what
//! connected calendars say, and `schedule` puts all of it together. Here are the SQL functions, those
//! about many owners at once in `many`.

pub mod engine;
#[cfg(any(test, fuzzing))]
mod fuzzing;
mod gather;
mod many;
pub mod outside;
pub mod owner_lock;
pub mod schedule;
pub mod server_zone;
pub mod stored;
mod zone_names;

#[cfg(any(test, fuzzing))]
pub use self::fuzzing::FUZZING;

use pgrx::datum::{Range, RangeBound, TimestampWithTimeZone};
use pgrx::prelude::*;

use self::engine::hours;
use self::engine::slots::Rules;
use self::schedule::{Schedule, Scope, Wanted};
use self::server_zone::ServerZone;
use crate::access;
use crate::error::{Error, Result, or_raise, required};
use crate::instant::{DAY, Instant, MINUTE};
use crate::json::Json;
use crate::rows::Rows;
use crate::timestamptz;

/// The longest stretch that one call may ask for.
const MAX_RANGE_DAYS: i64 = 366;
/// The stretch where `until_time` is not given.
const DEFAULT_RANGE_DAYS: i64 = 14;

/// The contract's `available_slots`; see sql/availability.sql.
#[pg_extern(sql = false)]
#[allow(clippy::too_many_arguments)] // The contract's.
fn available_slots(
    owner: Option<&str>,
    from_time: Option<TimestampWithTimeZone>,
    until_time: Option<TimestampWithTimeZone>,
    duration_minutes: Option<i32>,
    interval_minutes: Option<i32>,
    buffer_before_minutes: Option<i32>,
    buffer_after_minutes: Option<i32>,
    minimum_notice_minutes: Option<i32>,
) -> Rows<2> {
    let slots = || {
        let owner = access::managed_owner(owner)?;
        let range = range(from_time, until_time)?;
        let wanted = wanted(
            duration_minutes,
            interval_minutes,
            buffer_before_minutes,
            buffer_after_minutes,
            minimum_notice_minutes,
        )?;
        let schedule = Schedule::known(owner, wanted, range, &Scope::default())?;
        let slots = schedule.slots(wanted, range).into_iter();
        Ok(Rows::new(slots.map(|slot| {
            Ok([
                timestamptz::to_datum(slot.start)?,
                timestamptz::to_datum(slot.end)?,
            ])
        })))
    };
    or_raise(slots())
}

/// The slots that the arguments of a call ask for, with the contract's defaults and limits.
fn wanted(
    duration_minutes: Option<i32>,
    interval_minutes: Option<i32>,
    buffer_before_minutes: Option<i32>,
    buffer_after_minutes: Option<i32>,
    minimum_notice_minutes: Option<i32>,
) -> Result<Wanted> {
    Ok(Wanted {
        rules: rules(
            duration_minutes.unwrap_or(30),
            interval_minutes,
            buffer_before_minutes.unwrap_or(0),
            buffer_after_minutes.unwrap_or(0),
        )?,
        minimum_notice_minutes: notice(minimum_notice_minutes.unwrap_or(0))?,
        window_days: None,
    })
}

/// The stretch `[from, until)` of a question, with the contract's defaults and limits.
pub fn range(
    from_time: Option<TimestampWithTimeZone>,
    until_time: Option<TimestampWithTimeZone>,
) -> Result<(Instant, Instant)> {
    let from = from_time.map_or(Ok(timestamptz::now()), |from| {
        timestamptz::finite("from_time", from)
    })?;
    let until = until_time.map_or(Ok(from.plus(DEFAULT_RANGE_DAYS * DAY)), |until| {
        timestamptz::finite("until_time", until)
    })?;
    if until < from {
        return Err(Error::invalid(
            "until_time",
            "until_time is before from_time",
            "The range ends before it starts.",
            "Pass an until_time that is not before from_time.",
        ));
    }
    if until.unix_micros() - from.unix_micros() > MAX_RANGE_DAYS * DAY {
        return Err(Error::invalid(
            "until_time",
            format!("the range is longer than {MAX_RANGE_DAYS} days"),
            "One call answers for at most a year.",
            "Ask for a shorter range, or in several calls.",
        ));
    }
    Ok((from, until))
}

/// How many slots are wanted, the earliest of all.
pub fn most(argument: &str, slots: Option<i32>) -> Result<usize> {
    match slots.map(usize::try_from) {
        None => Ok(usize::MAX),
        Some(Ok(most @ 1..)) => Ok(most),
        Some(_) => Err(Error::invalid(
            argument,
            format!("{argument} must be 1 or more"),
            format!("The argument \"{argument}\" says how many slots are wanted."),
            "Pass a value 1 or more, or null for all.",
        )),
    }
}

/// Rules within the contract's limits.
pub fn rules(duration: i32, interval: Option<i32>, before: i32, after: i32) -> Result<Rules> {
    Rules::new(duration, interval, before, after).map_err(|error| {
        Error::invalid(
            error.argument,
            error.to_string(),
            format!("The argument \"{}\" is in minutes.", error.argument),
            format!("Pass a value {}.", error.expected),
        )
    })
}

fn notice(minutes: i32) -> Result<i32> {
    if minutes >= 0 {
        return Ok(minutes);
    }
    Err(Error::invalid(
        "minimum_notice_minutes",
        format!("minimum_notice_minutes must be 0 or more, not {minutes}"),
        "The argument \"minimum_notice_minutes\" is in minutes.",
        "Pass a value 0 or more.",
    ))
}

/// `scheduling_private.check_availability_settings(jsonb)`: true, or 22023 with the path of what is wrong.
#[pg_extern(sql = false)]
fn check_availability_settings(settings: Json) -> bool {
    or_raise(settings.read("availability_settings").and_then(|settings| {
        hours::WeeklyHours::parse(&settings)
            .map(|_| true)
            .map_err(malformed_hours)
    }))
}

/// `scheduling_private.check_availability_windows(jsonb)`: the same for the windows of an override.
#[pg_extern(sql = false)]
fn check_availability_windows(windows: Json) -> bool {
    or_raise(windows.read("windows").and_then(|windows| {
        hours::parse_windows(&windows)
            .map(|_| true)
            .map_err(malformed_hours)
    }))
}

fn malformed_hours(error: hours::HoursError) -> Error {
    Error::malformed_document(
        "malformed availability",
        error,
        r#"A day is {"enabled": true, "start": "09:00", "end": "17:00"}, or has "windows": [{"start": "09:00", "end": "12:00"}]."#,
    )
}

/// `scheduling_private.canonical_time_zone(text)`: the name as the server spells it, or 22023.
#[pg_extern(sql = false)]
fn canonical_time_zone(name: Option<&str>) -> String {
    or_raise(
        required("timezone", name).and_then(|name| Ok(ServerZone::named(name)?.name().to_owned())),
    )
}

/// `scheduling_private.blocked_range(…)`: a meeting with its buffers, `[start − before, end + after)`. Whole
/// minutes of elapsed time, so that it is immutable, which `timestamptz - interval` is not. Times in
/// the wrong order block nothing; a CHECK constraint refuses them.
#[pg_extern(sql = false)]
fn blocked_range(
    starts_at: TimestampWithTimeZone,
    ends_at: TimestampWithTimeZone,
    buffer_before_minutes: i32,
    buffer_after_minutes: i32,
) -> Range<TimestampWithTimeZone> {
    let blocked = || {
        let (start, end) = (
            timestamptz::from_postgres(starts_at),
            timestamptz::from_postgres(ends_at),
        );
        if start >= end {
            return Ok(Range::empty());
        }
        let first = start.plus(-i64::from(buffer_before_minutes) * MINUTE);
        let last = end.plus(i64::from(buffer_after_minutes) * MINUTE);
        // Half-open: a meeting may start when another one ends.
        Ok(Range::new(
            RangeBound::Inclusive(timestamptz::to_postgres(first)?),
            RangeBound::Exclusive(timestamptz::to_postgres(last)?),
        ))
    };
    or_raise(blocked())
}
