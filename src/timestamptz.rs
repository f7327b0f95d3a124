//! Instants between PostgreSQL (microseconds since 2000-01-01T00:00Z, with infinities) and the rest
//! of the code (microseconds since 1970-01-01T00:00Z, always finite).

use chrono::Utc;
use pgrx::datum::TimestampWithTimeZone;
use pgrx::pg_sys;

use crate::error::{Error, Result};
use crate::instant::{Instant, SECOND};

/// 2000-01-01T00:00Z, where PostgreSQL's count starts, in microseconds of the Unix epoch.
pub const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

/// An instant of PostgreSQL's; infinities become the ends of the range.
pub fn from_postgres(at: TimestampWithTimeZone) -> Instant {
    Instant::from_unix_micros(pg_sys::TimestampTz::from(at).saturating_add(POSTGRES_EPOCH))
}

/// The argument `name` as an instant.
///
/// # Errors
/// 22023 for an infinity.
pub fn finite(name: &str, at: TimestampWithTimeZone) -> Result<Instant> {
    match pg_sys::TimestampTz::from(at) {
        i64::MIN | i64::MAX => Err(Error::invalid(
            name,
            format!("{name} must be finite"),
            format!("The argument \"{name}\" is an infinite timestamp."),
            "Pass a date and time.",
        )),
        _ => Ok(from_postgres(at)),
    }
}

/// # Errors
/// Where the instant is beyond PostgreSQL's range, which reaches into the year 294276.
pub fn to_postgres(at: Instant) -> Result<TimestampWithTimeZone> {
    TimestampWithTimeZone::try_from(at.unix_micros() - POSTGRES_EPOCH).map_err(|_| {
        Error::invalid(
            "starts_at",
            "timestamp out of range",
            "The time is beyond what PostgreSQL can store.",
            "Pass a time within the next few thousand years.",
        )
    })
}

/// A value of a `timestamptz` column.
///
/// # Errors
/// As [`to_postgres`].
pub fn to_datum(at: Instant) -> Result<pg_sys::Datum> {
    Ok(pg_sys::TimestampTz::from(to_postgres(at)?).into())
}

/// `now()`: the start of the transaction.
pub fn now() -> Instant {
    // SAFETY: main thread, inside a transaction.
    let now = unsafe { pg_sys::GetCurrentTransactionStartTimestamp() };
    Instant::from_unix_micros(now.saturating_add(POSTGRES_EPOCH))
}

/// Nothing can be known as of a later time than this: a second for clocks that are being adjusted. What
/// says so comes from before the clock was set back, and is of an unknown age.
pub fn latest() -> Instant {
    wall_clock().plus(SECOND)
}

/// The time of day, which goes on during a transaction.
pub fn wall_clock() -> Instant {
    Utc::now().into()
}
