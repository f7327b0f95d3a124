//! How often one guest may book, and move a booking: what keeps a form from filling a calendar, and
//! from writing to somebody else's mailbox over and over.
//!
//! What is counted here is what was committed: bookings whatever became of them, and mails about moves.
//! A call that is refused leaves nothing of that behind; [`super::attempts`] counts those as well.
//! Everything here is read behind the owner's lock, so that of many callers at once exactly as many get
//! through as the limit says.

use pgrx::datum::DatumWithOid;
use pgrx::spi::SpiClient;

use super::guest::Guest;
use super::link::{Limits, Link};
use crate::availability::owner_lock::OwnerLock;
use crate::error::{Error, Result};
use crate::owner::{MeetingKey, Mode};
use crate::plan;

/// In seconds.
const HOUR: u32 = 3_600;

/// Lets a booking pass that is within the link's limits.
///
/// # Errors
/// PT429 where the guest, or one of the further guests, has had too many.
pub fn check_booking(
    client: &SpiClient<'_>,
    _lock: &OwnerLock,
    link: &Link,
    guest: &Guest,
    further_guests: &[String],
) -> Result<()> {
    let Limits {
        hourly_bookings,
        upcoming_bookings,
        ..
    } = link.limits;
    // Most who book do so for the first time.
    if !guest.is_new && (hourly_bookings.is_some() || upcoming_bookings.is_some()) {
        let mode = link.owner.mode();
        let guest = plan::uuid(guest.id);
        let (recent, upcoming) = bookings(client, link, guest)?;
        within(
            recent,
            hourly_bookings,
            "bookings by this address within an hour",
            |limit| {
                seconds_until(
                    client,
                    ("hour of bookings", Some(mode)),
                    || {
                        format!(
                            "select m.created_at + interval '1 hour' from {} m where m.{} = $1",
                            mode.tables().meetings,
                            mode.tables().guest_id
                        )
                    },
                    limit,
                    vec![guest.into()],
                )
            },
        )?;
        within(
            upcoming,
            upcoming_bookings,
            "upcoming bookings by this address",
            |limit| {
                seconds_until(
                    client,
                    ("end of bookings", Some(mode)),
                    || {
                        format!(
                            "select m.starts_at from {} m
                             where m.{} = $1 and m.booking_link_id = $2 and m.status = 'confirmed'",
                            mode.tables().meetings,
                            mode.tables().guest_id
                        )
                    },
                    limit,
                    vec![guest.into(), plan::uuid(link.id).into()],
                )
            },
        )?;
    }
    if hourly_bookings.is_some() && !further_guests.is_empty() {
        let recent = invitations(client, link, further_guests)?;
        within(
            recent,
            hourly_bookings,
            "invitations of a further guest within an hour",
            // Whose invitations fill the hour is not the visitor's to know, so not when either.
            |_| Ok(HOUR),
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
        || {
            format!(
                "{} and j.created_at > now() - interval '1 hour'",
                moves_of(key.mode, "count(*)")
            )
        },
        Some(1),
        &[id.into()],
    )?
    .first();
    let moves = moves.get_one::<i64>()?.unwrap_or_default();
    within(
        moves,
        link.limits.hourly_moves,
        "moves of a booking within an hour",
        |limit| {
            seconds_until(
                client,
                ("hour of moves", Some(key.mode)),
                || moves_of(key.mode, "j.created_at + interval '1 hour'"),
                limit,
                vec![plan::uuid(key.id).into()],
            )
        },
    )
}

/// Lets one more pass where there were fewer than the limit; else the refusal, with the seconds until
/// one more would pass, as `wait` finds them for the limit.
pub fn within(
    count: i64,
    limit: Option<i32>,
    what: &str,
    wait: impl FnOnce(i32) -> Result<u32>,
) -> Result<()> {
    match limit {
        Some(limit) if count >= i64::from(limit) => Err(Error::TooMany {
            wait: wait(limit)?.max(1),
            detail: format!("This link allows {limit} {what}."),
            hint: "Try again later, or ask the host.".into(),
        }),
        _ => Ok(()),
    }
}

/// The seconds until fewer than `limit` of the moments that a query finds are to come: it is the latest
/// but `limit - 1` of them. A query of a refusal's only, so none that is prepared once and for all.
fn seconds_until(
    client: &SpiClient<'_>,
    key: plan::Key,
    moments: impl FnOnce() -> String,
    limit: i32,
    mut arguments: Vec<DatumWithOid<'_>>,
) -> Result<u32> {
    let others_to_come = i64::from(limit) - 1;
    let place = arguments.len() + 1;
    arguments.push(others_to_come.into());
    let rows = plan::read_latest(
        client,
        key,
        || {
            format!(
                "select ceil(extract(epoch from moment - now()))::int8
                 from ({}) found (moment) order by moment desc offset ${place} limit 1",
                moments()
            )
        },
        Some(1),
        &arguments,
    )?;
    let seconds = if rows.is_empty() {
        None
    } else {
        rows.first().get_one::<i64>()?
    };
    Ok(seconds
        .and_then(|seconds| u32::try_from(seconds).ok())
        .unwrap_or(0))
}

/// How many bookings a guest has made with the link's owner within the hour, and how many they have
/// before them at this link.
fn bookings(client: &SpiClient<'_>, link: &Link, guest: pgrx::Uuid) -> Result<(i64, i64)> {
    let mode = link.owner.mode();
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
fn moves_of(mode: Mode, what: &str) -> String {
    format!(
        "select {what} from scheduling.jobs j
         where j.{} = $1 and j.kind = 'send_email' and j.payload ->> 'mail' = 'rescheduled'
           and j.payload ->> 'to' = 'guest'",
        mode.tables().job_meeting,
    )
}
