//! A point in time, and the minutes and days between two: pure arithmetic, which knows no zone and no
//! database. PostgreSQL's timestamps become instants in `timestamptz`.

use chrono::{DateTime, NaiveDateTime, Utc};

/// Microseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in 24 hours; a local day may be shorter or longer.
pub const DAY: i64 = 24 * 60 * MINUTE;

/// An instant in microseconds since 1970-01-01T00:00Z, PostgreSQL's own precision.
///
/// It always lies within chrono's range of years, with a year to spare at both ends. Whatever is
/// outside, PostgreSQL's `infinity` and its last years included, becomes the nearest such instant;
/// so no arithmetic here can overflow or panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i64);

impl Instant {
    /// The first instant there is.
    pub const MIN: Self = Self(NaiveDateTime::MIN.and_utc().timestamp_micros() + 366 * DAY);
    /// The last instant there is.
    pub const MAX: Self = Self(NaiveDateTime::MAX.and_utc().timestamp_micros() - 366 * DAY);

    /// The instant `micros` microseconds after 1970-01-01T00:00Z, or the nearest there is.
    pub fn from_unix_micros(micros: i64) -> Self {
        Self(micros.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Microseconds since 1970-01-01T00:00Z.
    pub fn unix_micros(self) -> i64 {
        self.0
    }

    /// The instant `micros` later (earlier if negative), or the nearest there is.
    pub fn plus(self, micros: i64) -> Self {
        Self::from_unix_micros(self.0.saturating_add(micros))
    }

    /// The same instant for chrono.
    #[expect(clippy::expect_used, reason = "MIN and MAX lie within chrono's range")]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).expect("an instant in chrono's range")
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        Self::from_unix_micros(at.timestamp_micros())
    }
}

/// `2026-11-01T05:00Z` or `2026-11-01T05:00:30Z`, for tests.
#[cfg(test)]
pub fn at(text: &str) -> Instant {
    let seconds = if text.len() == 17 {
        text.replace('Z', ":00Z")
    } else {
        text.to_owned()
    };
    let utc = NaiveDateTime::parse_from_str(&seconds, "%Y-%m-%dT%H:%M:%SZ").unwrap();
    Instant::from_unix_micros(utc.and_utc().timestamp_micros())
}
