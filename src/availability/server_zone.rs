//! Time zones as the server knows them: names and offsets from the very data that `AT TIME ZONE`
//! uses, so that an update of tzdata needs no new build and the two never disagree.
//!
//! A zone is read once a session into a table of its own, which crosses threads. Main thread only.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_int, c_long};
use std::sync::Arc;

use chrono::{
    DateTime, Datelike as _, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, Offset,
    TimeZone,
};
use pgrx::pg_sys;

use crate::error::{Error, Result};

/// 1900-01-01 and 2200-01-01 in seconds of the Unix epoch: the stretch that is read. Before it the
/// zone's first offset holds, after it the last one.
const READ_FROM: i64 = -2_208_988_800;
const READ_UNTIL: i64 = 7_258_118_400;

/// One zone of the server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerZone {
    table: Arc<Table>,
}

#[derive(Debug, PartialEq, Eq)]
struct Table {
    name: String,
    /// Before the first change.
    first: FixedOffset,
    /// Instants in seconds of the Unix epoch, ascending, with the offset that holds from there on.
    changes: Vec<(i64, FixedOffset)>,
}

thread_local! {
    /// By the name as it was asked for.
    static ZONES: RefCell<HashMap<String, ServerZone>> = RefCell::new(HashMap::new());
}

impl ServerZone {
    /// The zone of this name, letter case forgiven.
    ///
    /// # Errors
    /// 22023 for a name the server does not know, and for what it knows but is no zone's name:
    /// offsets, POSIX rules, `localtime`, `Factory` and the like.
    pub fn named(name: &str) -> Result<Self> {
        if let Some(zone) = ZONES.with_borrow(|zones| zones.get(name).cloned()) {
            return Ok(zone);
        }
        let zone = load(name).ok_or_else(|| unknown(name))?;
        ZONES.with_borrow_mut(|zones| zones.insert(name.to_owned(), zone.clone()));
        Ok(zone)
    }

    /// The name as the server spells it.
    pub fn name(&self) -> &str {
        &self.table.name
    }

    fn offset_at(&self, utc: &NaiveDateTime) -> FixedOffset {
        let at = utc.and_utc().timestamp();
        match self
            .table
            .changes
            .partition_point(|(change, _)| *change <= at)
        {
            0 => self.table.first,
            n => self.table.changes[n - 1].1,
        }
    }
}

/// The offset of a [`ServerZone`] at some instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOffset {
    zone: ServerZone,
    fixed: FixedOffset,
}

impl std::fmt::Display for ServerOffset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.fixed.fmt(f)
    }
}

impl Offset for ServerOffset {
    fn fix(&self) -> FixedOffset {
        self.fixed
    }
}

impl TimeZone for ServerZone {
    type Offset = ServerOffset;

    fn from_offset(offset: &ServerOffset) -> Self {
        offset.zone.clone()
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<ServerOffset> {
        self.offset_from_local_datetime(&local.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<ServerOffset> {
        // The offsets a day before and after are the only ones that can show this local time: no
        // zone has two changes within two days.
        let day = chrono::TimeDelta::days(1);
        let candidates =
            [*local - day, *local + day].map(|around| self.offset_from_utc_datetime(&around));
        let shows_it =
            |offset: &ServerOffset| self.offset_at(&(*local - offset.fixed)) == offset.fixed;
        let [before, after] = candidates;
        match (shows_it(&before), shows_it(&after)) {
            (true, true) if before.fixed != after.fixed => {
                MappedLocalTime::Ambiguous(before, after)
            }
            (true, _) => MappedLocalTime::Single(before),
            (false, true) => MappedLocalTime::Single(after),
            (false, false) => MappedLocalTime::None,
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> ServerOffset {
        self.offset_from_utc_datetime(&utc.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ServerOffset {
        ServerOffset {
            zone: self.clone(),
            fixed: self.offset_at(utc),
        }
    }
}

fn load(name: &str) -> Option<ServerZone> {
    let c_name = CString::new(name).ok()?;
    // SAFETY: a terminated string on the main thread; the zone lives in the session's cache.
    let tz = unsafe { pg_sys::pg_tzset(c_name.as_ptr()) };
    if tz.is_null() {
        return None;
    }
    // SAFETY: `tz` is a zone of the session's cache, and so is its name.
    let canonical = unsafe {
        if !pg_sys::pg_tz_acceptable(tz) {
            return None;
        }
        CStr::from_ptr(pg_sys::pg_get_timezone_name(tz))
            .to_str()
            .ok()?
            .to_owned()
    };
    if !is_zone_name(&canonical) {
        return None;
    }
    Some(ServerZone {
        table: Arc::new(read(tz, canonical)),
    })
}

/// Whether the server lists this name. It takes POSIX rules and bare offsets for zones as well, but
/// they are not in its list.
fn is_zone_name(canonical: &str) -> bool {
    let is_alias_of_no_place = ["Factory", "localtime", "posixrules"].contains(&canonical)
        || canonical.starts_with("posix/")
        || canonical.starts_with("right/");
    !is_alias_of_no_place
        && (chrono_tz::TZ_VARIANTS
            .iter()
            .any(|zone| zone.name() == canonical)
            || server_lists(canonical))
}

/// Looks through all the zones of the server: slow, so only for names that chrono-tz does not know,
/// which are those younger than it.
fn server_lists(canonical: &str) -> bool {
    // SAFETY: main thread; the enumeration is ended before this returns.
    unsafe {
        let zones = pg_sys::pg_tzenumerate_start();
        let mut found = false;
        while !found {
            let tz = pg_sys::pg_tzenumerate_next(zones);
            if tz.is_null() {
                break;
            }
            found =
                CStr::from_ptr(pg_sys::pg_get_timezone_name(tz)).to_bytes() == canonical.as_bytes();
        }
        pg_sys::pg_tzenumerate_end(zones);
        found
    }
}

fn read(tz: *mut pg_sys::pg_tz, name: String) -> Table {
    let fixed = |seconds: c_long| {
        // tzdata's offsets are below 16 hours; zero stands in for what no zone can have.
        i32::try_from(seconds)
            .ok()
            .and_then(FixedOffset::east_opt)
            .unwrap_or(chrono::Utc.fix())
    };
    let mut first = None;
    let mut changes: Vec<(i64, FixedOffset)> = Vec::new();
    let mut at: pg_sys::pg_time_t = READ_FROM;
    while at < READ_UNTIL {
        let (mut before, mut after): (c_long, c_long) = (0, 0);
        let (mut before_is_dst, mut after_is_dst): (c_int, c_int) = (0, 0);
        let mut boundary: pg_sys::pg_time_t = 0;
        // SAFETY: all pointers are to locals; `tz` is a loaded zone.
        let found = unsafe {
            pg_sys::pg_next_dst_boundary(
                &at,
                &mut before,
                &mut before_is_dst,
                &mut boundary,
                &mut after,
                &mut after_is_dst,
                tz,
            )
        };
        if found >= 0 && first.is_none() {
            first = Some(fixed(before));
        }
        if found != 1 {
            break;
        }
        // Some changes rename the time only.
        if before != after {
            changes.push((boundary, fixed(after)));
        }
        at = boundary;
    }
    Table {
        name,
        first: first.unwrap_or(chrono::Utc.fix()),
        changes,
    }
}

fn unknown(name: &str) -> Error {
    let shown: String = name.chars().take(64).collect();
    let near = near_matches(name);
    let hint = if near.is_empty() {
        "Use an IANA name such as Europe/Berlin; pg_timezone_names lists them.".to_owned()
    } else {
        format!(
            "Did you mean {}? pg_timezone_names lists all names.",
            near.join(", ")
        )
    };
    Error::invalid(
        "timezone",
        format!("unknown time zone \"{shown}\""),
        "A time zone is an IANA name that the server knows; offsets and POSIX rules are not names.",
        hint,
    )
}

/// Up to three names that look like what was meant: the last part counts most (`berlin`).
fn near_matches(name: &str) -> Vec<&'static str> {
    const LIKE_ENOUGH: f64 = 0.85;
    let wanted = name.to_lowercase().replace(' ', "_");
    // Another folder of the same zones.
    let wanted = wanted.strip_prefix("posix/").unwrap_or(&wanted);
    let mut near: Vec<(f64, &'static str)> = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| {
            let candidate = zone.name().to_lowercase();
            let place = candidate.rsplit('/').next().unwrap_or(&candidate);
            let likeness =
                strsim::jaro_winkler(wanted, &candidate).max(strsim::jaro_winkler(wanted, place));
            (likeness, zone.name())
        })
        .filter(|(likeness, _)| *likeness >= LIKE_ENOUGH)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The local date and time of an instant as PostgreSQL's `timestamp` counts it: microseconds since
/// 2000-01-01 on the wall clock.
pub fn wall_micros(zone: &ServerZone, at: DateTime<chrono::Utc>) -> i64 {
    let local = at.with_timezone(zone).naive_local();
    debug_assert!(local.year() < 294_277, "beyond PostgreSQL's timestamps");
    local.and_utc().timestamp_micros() - crate::timestamptz::POSTGRES_EPOCH
}
