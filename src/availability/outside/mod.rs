//! What outside calendars say of an owner: how much of it is known, and having the worker ask where
//! that is not enough. Unknown is busy: a question that cannot be answered for sure raises PT503.

pub mod many;

use std::time::Duration;

use pgrx::datum::TimestampWithTimeZone;
use pgrx::prelude::*;

use crate::access::{self, no_such_owner, parse_owner};
use crate::error::{Error, Result, or_raise, required};
use crate::instant::Instant;
use crate::ipc::ask::ask;
use crate::ipc::question::Question;
use crate::owner::Owner;
use crate::{plan, settings, timestamptz};

/// A booking looks at the calendars themselves where what is known is older than this.
const FRESH_ENOUGH_TO_BOOK: Duration = Duration::from_secs(60);

/// What is known of an owner's connected calendars, the least known one counting.
#[derive(Clone, Copy, Debug)]
pub enum Knowledge {
    NothingConnected,
    /// One of them has never been read.
    Unknown,
    Known {
        as_of: Instant,
        until: Instant,
    },
}

impl Knowledge {
    /// From how many connections there are, as of when the oldest of them was read (null: one was
    /// not), and up to when the shortest of them is known.
    pub fn of(
        connections: Option<i64>,
        as_of: Option<TimestampWithTimeZone>,
        until: Option<TimestampWithTimeZone>,
    ) -> Self {
        match (connections, as_of, until) {
            (None | Some(0), ..) => Self::NothingConnected,
            (_, Some(as_of), Some(until)) => Self::Known {
                as_of: timestamptz::from_postgres(as_of),
                until: timestamptz::from_postgres(until),
            },
            _ => Self::Unknown,
        }
    }

    /// Whether it is good for a question about the time before `until`.
    pub fn is_good(&self, until: Instant, max_age: Duration) -> bool {
        match self {
            Self::NothingConnected => true,
            Self::Unknown => false,
            Self::Known {
                as_of,
                until: known,
            } => *known >= until && *as_of >= ago(timestamptz::now(), max_age),
        }
    }
}

/// Before a booking: looks at the owner's calendars themselves where what is known is not quite new.
/// A provider that does not answer stops nobody as long as what is known would do for showing slots.
///
/// # Errors
/// PT503 where the calendars are not known up to `until`.
pub fn look_before_booking(owner: Owner, until: Instant) -> Result<()> {
    let known = Spi::connect(|client| read(client, owner))?;
    if known.is_good(until, FRESH_ENOUGH_TO_BOOK) {
        return Ok(());
    }
    match look(owner, until, FRESH_ENOUGH_TO_BOOK) {
        Err(_) if known.is_good(until, settings::busy_max_age()) => Ok(()),
        looked => looked,
    }
}

/// Has the worker read the owner's calendars, unless a reading is under way that began no longer ago
/// than `max_age`, and waits for it.
///
/// # Errors
/// PT503 where they cannot be read; visitors are not told more than that.
pub fn look(owner: Owner, until: Instant, max_age: Duration) -> Result<()> {
    match ask_for(owner, until, max_age) {
        Err(Error::BadGateway { .. } | Error::NotFound { .. }) => Err(unknown(owner)),
        looked => looked,
    }
}

/// The refusal where the calendars are not known well enough.
pub fn unknown(owner: Owner) -> Error {
    Error::Unavailable {
        detail: format!("When owner {owner} is busy is not known, and unknown is not free."),
        hint: "Try again in a moment; the status of the owner's calendar connection says what is wrong."
            .into(),
    }
}

fn ask_for(owner: Owner, until: Instant, max_age: Duration) -> Result<()> {
    ask(&question(&[owner], until, max_age)).map(|_| ())
}

/// The question that has the worker read these owners' calendars.
pub fn question(owners: &[Owner], until: Instant, max_age: Duration) -> Question {
    Question::Busy {
        owners: owners.to_vec(),
        until: until.unix_micros(),
        since: ago(timestamptz::wall_clock(), max_age).unix_micros(),
    }
}

fn ago(now: Instant, age: Duration) -> Instant {
    now.plus(i64::try_from(age.as_micros()).map_or(i64::MIN, |age| -age))
}

fn read(client: &pgrx::spi::SpiClient<'_>, owner: Owner) -> Result<Knowledge> {
    let mode = owner.mode();
    let id = plan::uuid(owner.id());
    // An owner has one connection or two: aggregates over them would take longer to set up.
    let rows = plan::read(
        client,
        ("knowledge", Some(mode)),
        || {
            let t = mode.tables();
            format!(
                "select c.busy_synced_at, c.busy_until from {} c where c.{} = $1 and c.is_active",
                t.connections, t.owner_id
            )
        },
        None,
        &[id.into()],
    )?;
    let mut connections = 0;
    let (mut synced, mut until) = (Vec::new(), Vec::new());
    for row in rows {
        connections += 1;
        synced.push(row.get::<TimestampWithTimeZone>(1)?);
        until.extend(row.get::<TimestampWithTimeZone>(2)?);
    }
    let as_of = synced.into_iter().collect::<Option<Vec<_>>>();
    let oldest = as_of.and_then(|times| times.into_iter().min());
    Ok(Knowledge::of(
        Some(connections),
        oldest,
        until.into_iter().min(),
    ))
}

/// The three columns of [`Knowledge::of`] over an owner's active connections `c`.
pub const KNOWLEDGE: &str = "count(*),
    case when count(c.busy_synced_at) = count(*) then min(c.busy_synced_at) end,
    min(c.busy_until)";

/// The contract's `refresh_busy_times`; see sql/busy.sql.
#[pg_extern(sql = false)]
fn refresh_busy_times(owner: Option<&str>) -> i32 {
    let refresh = || {
        let owner = parse_owner(required("owner", owner)?)?;
        access::require_manager(owner)?;
        ask_for(owner, timestamptz::now(), Duration::ZERO)?;
        let mode = owner.mode();
        Spi::connect_mut(|client| {
            let id = plan::uuid(owner.id());
            let rows = plan::write(
                client,
                ("count busy times", Some(mode)),
                || {
                    let t = mode.tables();
                    format!(
                        "select (select count(*)::int from scheduling.busy_times b
                                 where b.{id} = o.{key})
                         from {owners} o where o.{key} = $1",
                        id = t.owner_id,
                        key = t.owner_key,
                        owners = t.owners,
                    )
                },
                Some(1),
                &[id.into()],
            )?;
            if rows.is_empty() {
                return Err(no_such_owner(owner));
            }
            Ok(rows.first().get_one::<i32>()?.unwrap_or(0))
        })
    };
    or_raise(refresh())
}
