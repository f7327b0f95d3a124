//! The calendar feed: an owner's meetings as a file that calendar programs fetch every hour.
//!
//! `calendar` is the file as text; here are the SQL functions, and what they read. The secret in a feed's
//! address is signed (`vault::signed_id`). Nothing is written but which of a feed's addresses is good.

mod calendar;
#[cfg(any(test, fuzzing))]
mod fuzzing;

#[cfg(any(test, fuzzing))]
pub use self::fuzzing::FUZZING;

use chrono::{DateTime, Utc};
use pgrx::datum::TimestampWithTimeZone;
use pgrx::prelude::*;
use pgrx::spi::{SpiClient, SpiHeapTupleData};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use self::calendar::{Feed, Meeting};
use crate::access;
use crate::error::{Error, Missing, Result, or_raise, required};
use crate::mail::web_link;
use crate::owner::Owner;
use crate::vault::signed_id::{Claim, Purpose};
use crate::{plan, postgrest, timestamptz};

/// Of the token in a feed's address, which is signed with which of the addresses it is.
const PURPOSE: Purpose = Purpose(b"calendar feed:");

/// How far back a feed goes. What is older, programs that keep what they have seen still show.
const DAYS_BACK: i32 = 90;
/// For how long it says of a meeting that it was cancelled, for programs that delete nothing that is only gone.
const DAYS_CANCELLED: i32 = 30;
/// The nearest of those to come, and of those that were. Google and Microsoft take a megabyte or little more.
const MOST_TO_COME: i32 = 2_000;
const MOST_THAT_WERE: i32 = 500;

/// The contract's `calendar_feed_url`; see sql/feed.sql.
#[pg_extern(sql = false)]
fn calendar_feed_url(owner: Option<&str>) -> String {
    let url = || {
        let owner = access::managed_owner(owner)?;
        let generation = Spi::connect(|client| generation(client, owner))?;
        let generation = generation.ok_or_else(|| access::no_such_owner(owner))?;
        path(owner, generation)
    };
    or_raise(url())
}

/// The contract's `rotate_calendar_feed`; see sql/feed.sql.
#[pg_extern(sql = false)]
fn rotate_calendar_feed(owner: Option<&str>) -> String {
    let rotate = || {
        let owner = access::managed_owner(owner)?;
        access::require_owner(owner)?;
        let mode = owner.mode();
        let generation: Option<pgrx::Uuid> = plan::write_value(
            ("rotate feed", Some(mode)),
            || {
                let id = mode.tables().owner_id;
                format!(
                    "insert into scheduling_private.calendar_feeds ({id}) values ($1)
                     on conflict ({id}) do update set generation = gen_random_uuid(), rotated_at = now()
                     returning generation"
                )
            },
            &[plan::uuid(owner.id()).into()],
        )?;
        let generation = generation.ok_or_else(|| access::no_such_owner(owner))?;
        path(owner, Uuid::from_bytes(*generation))
    };
    or_raise(rotate())
}

/// The contract's `calendar_feed`; see sql/feed.sql.
#[pg_extern(sql = false)]
fn calendar_feed(token: Option<&str>) -> Vec<u8> {
    let file = || {
        let claim = Claim::read(required("token", token)?).ok_or_else(no_such_feed)?;
        let owner = claim.mode.owner(claim.id);
        let file = Spi::connect(|client| {
            // An owner who is not there takes as long as a token that is wrong.
            let generation = generation(client, owner)?;
            let besides = generation.unwrap_or_default();
            if !PURPOSE.is_of(&claim, besides.as_bytes())? || generation.is_none() {
                return Err(no_such_feed());
            }
            read(client, owner)
        })?;
        hand_over(file)
    };
    or_raise(file())
}

fn path(owner: Owner, generation: Uuid) -> Result<String> {
    let token = PURPOSE.token(owner.mode(), owner.id(), generation.as_bytes())?;
    Ok(format!("/rpc/calendar_feed?token={token}"))
}

/// The answer to a token that opens nothing: why, is nobody's business.
fn no_such_feed() -> Error {
    Error::NotFound {
        what: Missing::Feed,
        detail: "No calendar feed has this token.".into(),
        hint: "Subscribe to the address that calendar_feed_url() returns now.".into(),
    }
}

/// Which of the feed's addresses is good: nil until it has been given another one; `None` where there is no
/// such owner.
fn generation(client: &SpiClient<'_>, owner: Owner) -> Result<Option<Uuid>> {
    let mode = owner.mode();
    let rows = plan::read(
        client,
        ("generation of feed", Some(mode)),
        || {
            let t = mode.tables();
            format!(
                "select f.generation
                 from {} o left join scheduling_private.calendar_feeds f on f.{} = o.{key}
                 where o.{key} = $1",
                t.owners,
                t.owner_id,
                key = t.owner_key
            )
        },
        Some(1),
        &[plan::uuid(owner.id()).into()],
    )?;
    if rows.is_empty() {
        return Ok(None);
    }
    let generation: Option<pgrx::Uuid> = rows.first().get(1)?;
    Ok(Some(generation.map_or_else(Uuid::nil, |generation| {
        Uuid::from_bytes(*generation)
    })))
}

/// The file of this moment.
fn read(client: &SpiClient<'_>, owner: Owner) -> Result<String> {
    let mode = owner.mode();
    let t = mode.tables();
    let id = plan::uuid(owner.id());
    let rows = plan::read(
        client,
        ("owner of feed", Some(mode)),
        || {
            format!(
                "select o.{}, o.timezone, o.locale from {} o where o.{} = $1",
                t.owner_name, t.owners, t.owner_key
            )
        },
        Some(1),
        &[id.into()],
    )?;
    if rows.is_empty() {
        return Err(no_such_feed());
    }
    let (name, zone, locale) = rows.first().get_three::<String, String, String>()?;
    let meetings = plan::read(
        client,
        ("meetings of feed", Some(mode)),
        || {
            // Both ends from the index on the owner and the start, the nearest first.
            let some = |range: &str, order: &str, most: &str| {
                format!(
                    "(select m.* from {} m
                      where m.{} = $1 and {range}
                        and (m.status <> 'cancelled'
                             or coalesce(m.cancelled_at, m.updated_at) > now() - $3 * interval '1 day')
                      order by m.starts_at {order} limit {most})",
                    t.meetings, t.owner_id
                )
            };
            format!(
                "select m.id, m.sequence, m.created_at, m.updated_at, m.starts_at, m.ends_at,
                        m.status = 'cancelled', m.title, m.location, m.meeting_url,
                        coalesce(m.guest_name, g.name)
                 from ({} union all {}) m left join {} g on g.id = m.{}
                 order by m.starts_at, m.id",
                some(
                    "m.starts_at < now() and m.starts_at > now() - $2 * interval '1 day'",
                    "desc",
                    "$4"
                ),
                some("m.starts_at >= now()", "", "$5"),
                t.guests,
                t.guest_id
            )
        },
        None,
        &[
            id.into(),
            DAYS_BACK.into(),
            DAYS_CANCELLED.into(),
            MOST_THAT_WERE.into(),
            MOST_TO_COME.into(),
        ],
    )?;
    let meetings: Vec<_> = meetings.map(|row| meeting(&row)).collect::<Result<_>>()?;
    Ok(Feed {
        name: name.as_deref().unwrap_or_default(),
        zone: zone.as_deref().unwrap_or("UTC"),
        locale: locale.as_deref(),
        meetings: &meetings,
    }
    .render())
}

fn meeting(row: &SpiHeapTupleData<'_>) -> Result<Meeting> {
    let at = |n| -> Result<DateTime<Utc>> {
        let at: Option<TimestampWithTimeZone> = row.get(n)?;
        let at = at.ok_or_else(|| Error::Internal("a meeting without a time".into()))?;
        Ok(timestamptz::from_postgres(at).utc())
    };
    let id: Option<pgrx::Uuid> = row.get(1)?;
    let id = id.ok_or_else(|| Error::Internal("a meeting without an id".into()))?;
    Ok(Meeting {
        id: Uuid::from_bytes(*id),
        sequence: row.get::<i32>(2)?.map_or(0, i32::unsigned_abs),
        created_at: at(3)?,
        updated_at: at(4)?,
        starts_at: at(5)?,
        ends_at: at(6)?,
        is_cancelled: row.get(7)?.unwrap_or(false),
        title: row.get(8)?.unwrap_or_default(),
        location: row.get(9)?,
        link: row.get::<String>(10)?.as_deref().and_then(web_link),
        guest: row.get(11)?,
    })
}

/// Hands the file over as what it is, or says that the program has it already (RFC 9110, section 13.1.2).
fn hand_over(file: String) -> Result<Vec<u8>> {
    let hash = Sha256::digest(file.as_bytes());
    let hash: String = hash[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("\"{hash}\"");
    let is_known = postgrest::has_already(&tag);
    postgrest::answer(
        is_known.then_some(304),
        &[
            ("Content-Type", "text/calendar; charset=utf-8"),
            ("Content-Disposition", "inline; filename=calendar.ics"),
            ("Cache-Control", "private, no-cache"),
            ("ETag", &tag),
        ],
    )?;
    Ok(if is_known { Vec::new() } else { file.into() })
}
