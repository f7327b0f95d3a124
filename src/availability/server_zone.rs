//! Time zones as the server knows them: names and offsets from the very data that `AT TIME ZONE`
//! uses, so that an update of tzdata needs no new build and the two never disagree.
//!
//! A zone is read once a session into a table of its own, which crosses threads. Main thread only.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_int, c_long};
use std::sync::Arc;

use chrono::{
    DateTime, Datelike as _, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, Offset,
    TimeZone,
};
use pgrx::pg_sys;

use super::zone_names;
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
    /// By their names as `zone_names` spells them: there are no more entries than there are names of zones,
    /// whatever visitors type.
    static ZONES: RefCell<HashMap<Cow<'static, str>, ServerZone>> = RefCell::new(HashMap::new());
    /// What the server lists and `zone_names` does not know, for it is younger.
    static YOUNGER: OnceCell<Vec<String>> = const { OnceCell::new() };
}

impl ServerZone {
    /// The zone of this name, letter case forgiven; where the server lacks the name, the zone by another
    /// name that it knows.
    ///
    /// # Errors
    /// 22023 for a name the server does not know, and for what it knows but is no zone's name:
    /// offsets, POSIX rules, `localtime`, `Factory` and the like.
    pub fn named(name: &str) -> Result<Self> {
        if name.len() > zone_names::LONGEST {
            return Err(too_long());
        }
        if let Some(zone) = remembered(name) {
            return Ok(zone);
        }
        Self::found(name).ok_or_else(|| unknown(name))
    }

    /// PostgreSQL keeps whatever it is once asked for, POSIX rules too: it is asked for names only.
    fn found(name: &str) -> Option<Self> {
        let spelled = zone_names::spelled(name)
            .map(Cow::Borrowed)
            .or_else(|| younger(name).map(Cow::Owned))?;
        if zone_names::is_of_no_place(&spelled) {
            return None;
        }
        if let Some(zone) = remembered(&spelled) {
            return Some(zone);
        }
        let zone = load(&spelled).or_else(|| zone_names::others(&spelled).find_map(load))?;
        ZONES.with_borrow_mut(|zones| zones.insert(spelled, zone.clone()));
        Some(zone)
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

fn remembered(name: &str) -> Option<ServerZone> {
    ZONES.with_borrow(|zones| zones.get(name).cloned())
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
    Some(ServerZone {
        table: Arc::new(read(tz, canonical)),
    })
}

/// The name of a zone that only the server knows, as it spells it.
fn younger(name: &str) -> Option<String> {
    YOUNGER.with(|younger| {
        let mut names = younger.get_or_init(server_lists).iter();
        names
            .find(|known| known.eq_ignore_ascii_case(name))
            .cloned()
    })
}

/// Goes through all the zones of the server, which takes some milliseconds: once a session, and only
/// where somebody asks for what is in no list here.
fn server_lists() -> Vec<String> {
    let mut names = Vec::new();
    // SAFETY: main thread; the enumeration is ended before this returns.
    unsafe {
        let zones = pg_sys::pg_tzenumerate_start();
        loop {
            let tz = pg_sys::pg_tzenumerate_next(zones);
            if tz.is_null() {
                break;
            }
            if let Ok(name) = CStr::from_ptr(pg_sys::pg_get_timezone_name(tz)).to_str()
                && zone_names::spelled(name).is_none()
                && !zone_names::is_of_no_place(name)
            {
                names.push(name.to_owned());
            }
        }
        pg_sys::pg_tzenumerate_end(zones);
    }
    names
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

fn too_long() -> Error {
    Error::invalid(
        "timezone",
        "unknown time zone",
        format!(
            "The name of a time zone has at most {} bytes.",
            zone_names::LONGEST
        ),
        "Use an IANA name such as Europe/Berlin; pg_timezone_names lists them.",
    )
}

fn unknown(name: &str) -> Error {
    let shown: String = name.chars().take(64).collect();
    // What this server would not take is no help.
    let near: Vec<_> = zone_names::like(name)
        .filter(|name| ServerZone::found(name).is_some())
        .take(3)
        .collect();
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

/// The local date and time of an instant as PostgreSQL's `timestamp` counts it: microseconds since
/// 2000-01-01 on the wall clock.
pub fn wall_micros(zone: &ServerZone, at: DateTime<chrono::Utc>) -> i64 {
    let local = at.with_timezone(zone).naive_local();
    debug_assert!(local.year() < 294_277, "beyond PostgreSQL's timestamps");
    local.and_utc().timestamp_micros() - crate::timestamptz::POSTGRES_EPOCH
}
