//! How often one guest may book, and move a booking: what keeps a form from filling a calendar, and
//! from writing to somebody else's mailbox over and over.
//!
//! What is counted here is what was committed: bookings whatever became of them, and mails about moves.
//! A call that is refused leaves nothing of that behind; [`super::attempts`] counts those as well.
//! Everything here is read behind the owner's lock, so that of many callers at once exactly as many get
//! through as the limit says.

use pgrx::spi::SpiClient;

use super::link::{Limits, Link};
use crate::availability::owner_lock::OwnerLock;
use crate::error::{Error, Result};
use crate::owner::{MeetingKey, Mode};
use crate::plan;

/// Lets a booking pass that is within the link's limits.
///
/// # Errors
/// PT429 where the guest, or one of the further guests, has had too many.
pub fn check_booking(
    client: &SpiClient<'_>,
    _lock: &OwnerLock,
    link: &Link,
    email: &str,
    further_guests: &[String],
) -> Result<()> {
    let Limits {
        hourly_bookings,
        upcoming_bookings,
        ..
    } = link.limits;
    if hourly_bookings.is_some() || upcoming_bookings.is_some() {
        let (recent, upcoming) = bookings(client, link, email)?;
        within(
            recent,
            hourly_bookings,
            "bookings by this address within an hour",
        )?;
        within(
            upcoming,
            upcoming_bookings,
            "upcoming bookings by this address",
        )?;
    }
    if hourly_bookings.is_some() && !further_guests.is_empty() {
        let recent = invitations(client, link, further_guests)?;
        within(
            recent,
            hourly_bookings,
            "invitations of a further guest within an hour",
        )?;
    }
    Ok(())
}

/// Lets a move pass that is within the limit of the booking's link.
///
/// # Errors
/// PT429 where the booking has been moved too often.
pub fn check_move(
    client: &SpiClient<'_>,
    _lock: &OwnerLock,
    link: &Link,
    key: MeetingKey,
) -> Result<()> {
    if link.limits.hourly_moves.is_none() {
        return Ok(());
    }
    let id = plan::uuid(key.id);
    let moves = plan::read_latest(
        client,
        ("recent moves", Some(key.mode)),
        || recent_moves(key.mode),
        Some(1),
        &[id.into()],
    )?
    .first();
    let moves = moves.get_one::<i64>()?.unwrap_or_default();
    within(
        moves,
        link.limits.hourly_moves,
        "moves of a booking within an hour",
    )
}

/// Lets one more pass where there were fewer than the limit.
pub fn within(count: i64, limit: Option<i32>, what: &str) -> Result<()> {
    match limit {
        Some(limit) if count >= i64::from(limit) => Err(Error::TooMany {
            detail: format!("This link allows {limit} {what}."),
            hint: "Try again later, or ask the host.".into(),
        }),
        _ => Ok(()),
    }
}

/// How many bookings an address has made with the link's owner within the hour, and how many it has
/// before it at this link.
fn bookings(client: &SpiClient<'_>, link: &Link, email: &str) -> Result<(i64, i64)> {
    let mode = link.owner.mode();
    let owner = plan::uuid(link.owner.id());
    // By itself: most who book do so for the first time, and this is the cheaper question.
    let guest = plan::read_latest(
        client,
        ("guest", Some(mode)),
        || {
            let t = mode.tables();
            format!(
                "select g.id from {guests} g
                 where g.{owner_id} = $1 and lower(g.email) = lower($2)",
                guests = t.guests,
                owner_id = t.owner_id,
            )
        },
        Some(1),
        &[owner.into(), email.into()],
    )?;
    if guest.is_empty() {
        return Ok((0, 0));
    }
    let guest = guest.first().get_one::<pgrx::Uuid>()?;
    let link = plan::uuid(link.id);
    let counts = plan::read_latest(
        client,
        ("bookings of guest", Some(mode)),
        || {
            let t = mode.tables();
            let of_guest = format!(
                "select count(*) from {} m where m.{} = $1",
                t.meetings, t.guest_id
            );
            format!(
                "select ({of_guest} and m.created_at > now() - interval '1 hour'),
                 ({of_guest} and m.booking_link_id = $2 and m.status = 'confirmed'
                  and m.starts_at > now())"
            )
        },
        Some(1),
        &[guest.into(), link.into()],
    )?;
    let (recent, upcoming) = counts.first().get_two::<i64, i64>()?;
    Ok((recent.unwrap_or_default(), upcoming.unwrap_or_default()))
}

/// How many of the owner's bookings within the hour have written to the one of these addresses that
/// was written to most.
fn invitations(client: &SpiClient<'_>, link: &Link, addresses: &[String]) -> Result<i64> {
    let mode = link.owner.mode();
    let owner = plan::uuid(link.owner.id());
    let times = plan::read_latest(
        client,
        ("invitations", Some(mode)),
        || {
            let t = mode.tables();
            format!(
                "select max(written.times) from (
                     select count(distinct m.id) as times
                     from {meetings} m, unnest(m.guests) further
                     where m.{owner_id} = $1 and m.created_at > now() - interval '1 hour'
                       and m.guests <> '{{}}'
                       and lower(further) in (select lower(address) from unnest($2) address)
                     group by lower(further)
                 ) written",
                meetings = t.meetings,
                owner_id = t.owner_id,
            )
        },
        Some(1),
        &[owner.into(), addresses.to_vec().into()],
    )?;
    Ok(times.first().get_one::<i64>()?.unwrap_or_default())
}

/// A move is counted by the mail to the guest that it has queued: that mail is what moving without
/// end would flood.
fn recent_moves(mode: Mode) -> String {
    format!(
        "select count(*) from scheduling.jobs j
         where j.{} = $1 and j.kind = 'send_email' and j.payload ->> 'mail' = 'rescheduled'
           and j.payload ->> 'to' = 'guest' and j.created_at > now() - interval '1 hour'",
        mode.tables().job_meeting,
    )
}
