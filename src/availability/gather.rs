//! The aggregate `scheduling_private.blocked_times`: stretches of time on their way from many rows into one
//! value. Four `array_agg`s, built and taken apart again, take several times as long.

use pgrx::Internal;
use pgrx::PgMemoryContexts;
use pgrx::datum::TimestampWithTimeZone;
use pgrx::pg_sys;
use pgrx::prelude::*;

use super::engine::slots::BusyTime;
use crate::error::{Error, Result, or_raise};
use crate::instant::{Instant, MINUTE};
use crate::timestamptz;

/// How one stretch is written: where it starts and where it ends, in microseconds of the Unix epoch.
const PACKED: usize = 16;

/// The next row: a time, and what is kept free before and after it.
#[pg_extern(sql = false)]
fn blocked_times_add(
    gathered: Internal,
    starts_at: TimestampWithTimeZone,
    ends_at: TimestampWithTimeZone,
    buffer_before_minutes: i32,
    buffer_after_minutes: i32,
    fcinfo: pg_sys::FunctionCallInfo,
) -> Internal {
    or_raise(add(
        gathered,
        BusyTime {
            start: timestamptz::from_postgres(starts_at)
                .plus(-i64::from(buffer_before_minutes) * MINUTE),
            end: timestamptz::from_postgres(ends_at).plus(i64::from(buffer_after_minutes) * MINUTE),
        },
        fcinfo,
    ))
}

fn add(
    mut gathered: Internal,
    time: BusyTime,
    fcinfo: pg_sys::FunctionCallInfo,
) -> Result<Internal> {
    // SAFETY: nobody but this function makes a state, and PostgreSQL lets nobody else pass one on.
    if let Some(times) = unsafe { gathered.get_mut::<Vec<BusyTime>>() } {
        times.push(time);
        return Ok(gathered);
    }
    let mut context = std::ptr::null_mut();
    // SAFETY: the call that this function serves; it says whether an aggregate makes it.
    if unsafe { pg_sys::AggCheckCallContext(fcinfo, &mut context) } == 0 {
        return Err(Error::Internal("only an aggregate may call this".into()));
    }
    let times = PgMemoryContexts::For(context).leak_and_drop_on_delete(vec![time]);
    Ok(Internal::from(Some(pg_sys::Datum::from(times))))
}

/// All of them in one value; none for no rows at all.
#[pg_extern(sql = false)]
fn blocked_times_pack(gathered: Internal) -> Option<Vec<u8>> {
    // SAFETY: as above.
    let times = unsafe { gathered.get::<Vec<BusyTime>>() }?;
    let mut packed = Vec::with_capacity(times.len() * PACKED);
    for time in times {
        packed.extend(time.start.unix_micros().to_ne_bytes());
        packed.extend(time.end.unix_micros().to_ne_bytes());
    }
    Some(packed)
}

/// The stretches in a value of `blocked_times`.
pub fn unpack(packed: &[u8]) -> impl Iterator<Item = BusyTime> {
    let micros = |bytes: &[u8]| {
        let bytes = bytes.try_into().unwrap_or_default();
        Instant::from_unix_micros(i64::from_ne_bytes(bytes))
    };
    packed.chunks_exact(PACKED).map(move |packed| BusyTime {
        start: micros(&packed[..PACKED / 2]),
        end: micros(&packed[PACKED / 2..]),
    })
}
