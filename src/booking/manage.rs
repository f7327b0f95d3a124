//! What the holder of a manage token can do to a booking: move it, cancel it.

use pgrx::datum::TimestampWithTimeZone;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;

use super::deadline::{self, Change};
use super::free_slot::{free_slot, look_outside, or_not_free};
use super::managed::Managed;
use super::status::MeetingStatus;
use super::token::no_such_booking;
use super::typed::text;
use super::{Booking, attempts, columns, limits};
use crate::access;
use crate::availability::owner_lock::{OwnerLock, or_locked_out, without_waiting};
use crate::error::{Result, or_raise, required};
use crate::instant::Instant;
use crate::owner::MeetingKey;
use crate::plan::{self, Sees};
use crate::timestamptz;

/// The longest reason for cancelling, in characters.
const LONGEST_REASON: usize = 1_000;

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
        name!(location, Option<String>),
        name!(meeting_url, Option<String>),
        name!(expires_at, Option<TimestampWithTimeZone>),
    ),
> {
    let cancel = || {
        access::require_writable(c"cancel_booking()");
        let key = MeetingKey::from_token(required("manage_token", manage_token)?)?;
        let reason = reason.map_or(Ok(None), |reason| text("reason", reason, LONGEST_REASON))?;
        or_locked_out(|| Spi::connect_mut(|client| call_off(client, key, reason.as_deref())))?
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
        name!(location, Option<String>),
        name!(meeting_url, Option<String>),
        name!(expires_at, Option<TimestampWithTimeZone>),
    ),
> {
    let reschedule = || {
        access::require_writable(c"reschedule_booking()");
        let key = MeetingKey::from_token(required("manage_token", manage_token)?)?;
        let starts_at = timestamptz::finite("starts_at", required("starts_at", starts_at)?)?;
        or_locked_out(|| Spi::connect_mut(|client| move_to(client, key, starts_at)))?.into_row()
    };
    TableIterator::once(or_raise(reschedule()))
}

/// Cancelling takes nobody's time, so it needs no turn with the owner.
fn call_off(client: &mut SpiClient<'_>, key: MeetingKey, reason: Option<&str>) -> Result<Booking> {
    let managed = Managed::lock(client, key)?.ok_or_else(no_such_booking)?;
    if managed.booking.status == MeetingStatus::Cancelled {
        return Ok(managed.booking);
    }
    deadline::check(Change::Cancel, &managed.booking, managed.cancelling)?;
    Booking::first(
        key.mode,
        plan::write(
            client,
            ("cancel", Some(key.mode)),
            || {
                format!(
                    "update {} m set status = 'cancelled', cancel_reason = $2, cancelled_by = 'guest'
                     where m.id = $1 returning {}",
                    key.mode.tables().meetings,
                    columns(key.mode)
                )
            },
            Some(1),
            &[plan::uuid(key.id).into(), reason.into()],
        )?,
    )?
    .ok_or_else(no_such_booking)
}

fn move_to(client: &mut SpiClient<'_>, key: MeetingKey, starts_at: Instant) -> Result<Booking> {
    let managed = Managed::read(client, key, Sees::WhatIsCommitted)?;
    deadline::check(Change::Move, &managed.booking, managed.moving)?;
    if is_at(&managed.booking, starts_at) {
        return Ok(managed.booking);
    }
    let link = managed.link(client)?;
    attempts::count_move(&link, key)?;
    let owner = managed.booking.owner;
    look_outside(owner, link.wanted_lasting(managed.duration()), starts_at)?;
    without_waiting(
        client,
        owner,
        |_| Ok(()),
        |client, lock, ()| move_behind_lock(client, lock, key, starts_at),
        |client, ()| {
            // Somebody is changing or deleting it.
            Managed::lock(client, key)?.ok_or_else(no_such_booking)?;
            Ok(())
        },
    )
}

/// `None` where somebody has locked the booking.
fn move_behind_lock(
    client: &mut SpiClient<'_>,
    lock: &OwnerLock,
    key: MeetingKey,
    starts_at: Instant,
) -> Result<Option<Booking>> {
    let Some(managed) = Managed::lock_at_once(client, key)? else {
        return Ok(None);
    };
    // Again, as somebody may have moved or cancelled it, or changed the link, while this waited.
    deadline::check(Change::Move, &managed.booking, managed.moving)?;
    if is_at(&managed.booking, starts_at) {
        return Ok(Some(managed.booking));
    }
    let link = managed.link(client)?;
    limits::check_move(client, lock, &link, key)?;
    let wanted = link.wanted_lasting(managed.duration());
    free_slot(client, lock, &link, wanted, starts_at, Some(key.id))?;
    let ends_at = starts_at.plus(managed.duration());
    let arguments = [
        plan::uuid(key.id).into(),
        timestamptz::to_postgres(starts_at)?.into(),
        timestamptz::to_postgres(ends_at)?.into(),
        link.buffer_before_minutes.into(),
        link.buffer_after_minutes.into(),
    ];
    or_not_free(|| {
        Booking::first(
            key.mode,
            plan::write(
                client,
                ("move", Some(key.mode)),
                || {
                    format!(
                        "update {} m set starts_at = $2, ends_at = $3, buffer_before_minutes = $4,
                                         buffer_after_minutes = $5
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
    .map(Some)
}

fn is_at(booking: &Booking, starts_at: Instant) -> bool {
    timestamptz::from_postgres(booking.starts_at) == starts_at
}
