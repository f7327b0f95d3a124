//! The question that making and moving a booking have in common: whether a time is a free slot of the
//! link, asked behind the owner's lock, so that the answer holds until commit.

use std::panic::AssertUnwindSafe;

use pgrx::PgSqlErrorCode;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::link::Link;
use crate::availability::outside::{self, Audience};
use crate::availability::owner_lock::OwnerLock;
use crate::availability::schedule::{Schedule, Wanted};
use crate::error::{Conflict, Error, Result};
use crate::instant::Instant;
use crate::owner::Owner;

/// Looks at the owner's outside calendars, as far as a slot of the link at this time needs them. Before
/// the lock: nobody else waits for a provider that is slow.
///
/// # Errors
/// PT503 where they are not known.
pub fn look_outside(owner: Owner, wanted: Wanted, starts_at: Instant) -> Result<()> {
    let (_, until) = starting_at(starts_at);
    outside::look_before_booking(owner, wanted.outside_until(until))
}

/// The owner's schedule around a wanted slot of the link that starts at this time and is free; `moving` is the
/// meeting that is to be moved there, which neither blocks nor counts.
///
/// # Errors
/// PT409 where no slot starts then, PT503 where the owner's calendars are not known.
pub fn free_slot(
    client: &SpiClient<'_>,
    lock: &OwnerLock,
    link: &Link,
    wanted: Wanted,
    starts_at: Instant,
    moving: Option<Uuid>,
) -> Result<Schedule> {
    let range = starting_at(starts_at);
    let schedule = Schedule::locked(client, lock, wanted, range, &link.scope(moving))?;
    schedule.require_known(lock.owner(), wanted, range.1, Audience::Visitors)?;
    match schedule.why_no_slot(wanted, starts_at) {
        None => Ok(schedule),
        Some(why) => Err(refusal(why)),
    }
}

fn refusal(why: Conflict) -> Error {
    Error::not_free(
        why,
        match why {
            Conflict::Past => "That time is over.",
            Conflict::Hours => "No slot of this link starts at that time.",
            Conflict::Notice => "That is too soon for this link.",
            Conflict::Window => "That is further ahead than this link can be booked.",
            Conflict::DayFull => "That day has as many bookings as this link allows.",
            _ => "That time is taken.",
        },
    )
}

/// The stretch in which a slot that starts at this time starts.
fn starting_at(at: Instant) -> (Instant, Instant) {
    (at, at.plus(1))
}

/// Runs a statement that writes a live meeting. The exclusion constraint still speaks up where
/// the transaction's own snapshot is too old to see the other meeting (REPEATABLE READ).
pub fn or_not_free<T>(write: impl FnOnce() -> Result<T>) -> Result<T> {
    // Nothing that the closure holds is looked at again after an error.
    PgTryBuilder::new(AssertUnwindSafe(write))
        .catch_when(PgSqlErrorCode::ERRCODE_EXCLUSION_VIOLATION, |_| {
            Err(refusal(Conflict::Taken))
        })
        .execute()
}
