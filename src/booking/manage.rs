//! What the holder of a manage token can do: look at the booking, move it, cancel it.

use pgrx::datum::TimestampWithTimeZone;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;

use super::free_slot::{free_slot, look_outside, or_not_free};
use super::link::Link;
use super::token::no_such_booking;
use super::{Booking, attempts, columns, limits};
use crate::availability::owner_lock::OwnerLock;
use crate::error::{Conflict, Error, Missing, Result, or_raise, required};
use crate::owner::MeetingKey;
use crate::plan;
use crate::timestamptz;

/// The contract's `get_booking`; see sql/booking.sql.
#[pg_extern(sql = false)]
#[allow(clippy::type_complexity)] // The row of the contract.
fn get_booking(
    manage_token: Option<&str>,
) -> TableIterator<
    'static,
    (
        name!(meeting_id, pgrx::Uuid),
        name!(mode, &'static str),
        name!(owner_id, pgrx::Uuid),
        name!(guest_id, Option<pgrx::Uuid>),
        name!(status, &'static str),
        name!(title, String),
        name!(starts_at, TimestampWithTimeZone),
        name!(ends_at, TimestampWithTimeZone),
        name!(manage_token, String),
    ),
> {
    let booking = || {
        let key = MeetingKey::from_token(required("manage_token", manage_token)?)?;
        Spi::connect(|client| {
            // Not read(): that one writes, to see what others have committed, and so does not
            // work on a standby.
            let id = plan::uuid(key.id);
            Booking::first(
                key.mode,
                plan::read(
                    client,
                    ("look at booking", Some(key.mode)),
                    || by_id(key),
                    Some(1),
                    &[id.into()],
                )?,
            )?
            .ok_or_else(no_such_booking)
        })?
        .into_row()
    };
    TableIterator::once(or_raise(booking()))
}

/// The contract's `cancel_booking`; see sql/booking.sql.
#[pg_extern(sql = false)]
#[allow(clippy::type_complexity)] // The row of the contract.
fn cancel_booking(
    manage_token: Option<&str>,
    reason: Option<&str>,
) -> TableIterator<
    'static,
    (
        name!(meeting_id, pgrx::Uuid),
        name!(mode, &'static str),
        name!(owner_id, pgrx::Uuid),
        name!(guest_id, Option<pgrx::Uuid>),
        name!(status, &'static str),
        name!(title, String),
        name!(starts_at, TimestampWithTimeZone),
        name!(ends_at, TimestampWithTimeZone),
        name!(manage_token, String),
    ),
> {
    let cancel = || {
        let key = MeetingKey::from_token(required("manage_token", manage_token)?)?;
        let reason = reason.map(|reason| reason.trim().chars().take(1_000).collect::<String>());
        Spi::connect_mut(|client| {
            let id = plan::uuid(key.id);
            plan::write(
                client,
                ("cancel", Some(key.mode)),
                || {
                    format!(
                        "update {} m set status = 'cancelled', cancel_reason = nullif($2, '')
                         where m.id = $1 and m.status = 'confirmed'",
                        key.mode.tables().meetings
                    )
                },
                None,
                &[id.into(), reason.into()],
            )?;
            read(client, key)
        })?
        .into_row()
    };
    TableIterator::once(or_raise(cancel()))
}

/// The contract's `reschedule_booking`; see sql/booking.sql.
#[pg_extern(sql = false)]
#[allow(clippy::type_complexity)] // The row of the contract.
fn reschedule_booking(
    manage_token: Option<&str>,
    starts_at: Option<TimestampWithTimeZone>,
) -> TableIterator<
    'static,
    (
        name!(meeting_id, pgrx::Uuid),
        name!(mode, &'static str),
        name!(owner_id, pgrx::Uuid),
        name!(guest_id, Option<pgrx::Uuid>),
        name!(status, &'static str),
        name!(title, String),
        name!(starts_at, TimestampWithTimeZone),
        name!(ends_at, TimestampWithTimeZone),
        name!(manage_token, String),
    ),
> {
    let reschedule = || {
        let key = MeetingKey::from_token(required("manage_token", manage_token)?)?;
        let starts_at = required("starts_at", starts_at)?;
        Spi::connect_mut(|client| move_to(client, key, starts_at))?.into_row()
    };
    TableIterator::once(or_raise(reschedule()))
}

fn move_to(
    client: &mut SpiClient<'_>,
    key: MeetingKey,
    to: TimestampWithTimeZone,
) -> Result<Booking> {
    let starts_at = timestamptz::finite("starts_at", to)?;
    let is_there_already = |booking: &Booking| {
        if !booking.status.is_live() {
            return Err(Error::not_free(
                Conflict::Over,
                format!(
                    "The booking is {} and cannot be moved.",
                    booking.status.as_str()
                ),
            ));
        }
        Ok(timestamptz::from_postgres(booking.starts_at) == starts_at)
    };
    let booking = read(client, key)?;
    if is_there_already(&booking)? {
        return Ok(booking);
    }
    let link = link_of(client, key)?;
    attempts::count_move(&link, key)?;
    look_outside(booking.owner, &link, starts_at)?;
    let lock = OwnerLock::take(booking.owner);
    // Again, as somebody may have moved or cancelled it while this waited.
    let booking = read(client, key)?;
    if is_there_already(&booking)? {
        return Ok(booking);
    }
    limits::check_move(client, &lock, &link, key)?;
    free_slot(client, &lock, &link, starts_at, Some(key.id))?;
    let id = plan::uuid(key.id);
    let arguments = [id.into(), to.into(), link.duration_minutes.into()];
    or_not_free(|| {
        Booking::first(
            key.mode,
            plan::write(
                client,
                ("move", Some(key.mode)),
                || {
                    format!(
                        "update {} m set starts_at = $2, ends_at = $2 + make_interval(mins => $3)
                         where m.id = $1 returning {}",
                        key.mode.tables().meetings,
                        columns(key.mode)
                    )
                },
                Some(1),
                &arguments,
            )?,
        )
    })?
    .ok_or_else(no_such_booking)
}

/// The booking as of now, what others committed in the meantime included.
fn read(client: &mut SpiClient<'_>, key: MeetingKey) -> Result<Booking> {
    let id = plan::uuid(key.id);
    Booking::first(
        key.mode,
        plan::write(
            client,
            ("booking", Some(key.mode)),
            || by_id(key),
            Some(1),
            &[id.into()],
        )?,
    )?
    .ok_or_else(no_such_booking)
}

fn by_id(key: MeetingKey) -> String {
    format!(
        "select {} from {} m where m.id = $1",
        columns(key.mode),
        key.mode.tables().meetings
    )
}

/// The link that a booking was made with: its rules hold for the new time too.
///
/// # Errors
/// PT404 where it is gone or was made inactive.
fn link_of(client: &mut SpiClient<'_>, key: MeetingKey) -> Result<Link> {
    let slug = plan::write(
        client,
        ("link of booking", Some(key.mode)),
        || {
            format!(
                "select l.slug
                 from {} m join scheduling.booking_links l on l.id = m.booking_link_id
                 where m.id = $1",
                key.mode.tables().meetings
            )
        },
        Some(1),
        &[plan::uuid(key.id).into()],
    )?;
    let slug = if slug.is_empty() {
        None
    } else {
        slug.first().get_one::<String>()?
    };
    match slug {
        Some(slug) => Link::read(client, &slug),
        None => Err(Error::NotFound {
            what: Missing::Link,
            detail: "The link that this booking was made with is gone.".into(),
            hint: "Cancel the booking and make a new one.".into(),
        }),
    }
}
