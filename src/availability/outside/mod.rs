//! What outside calendars say of an owner: how much of it is known, and having the worker ask where
//! that is not enough. Unknown is busy: a question that cannot be answered for sure raises PT503.

pub mod many;

use std::time::Duration;

use pgrx::datum::TimestampWithTimeZone;
use pgrx::prelude::*;

use crate::access::{self, no_such_owner};
use crate::error::{Error, Outage, Result, or_raise};
use crate::instant::Instant;
use crate::ipc::ask::{NO_ANSWER, ask, ask_within};
use crate::ipc::question::{Question, Reason};
use crate::owner::Owner;
use crate::{plan, settings, timestamptz};

/// A booking looks at the calendars themselves where what is known is older than this.
const FRESH_ENOUGH_TO_BOOK: Duration = Duration::from_secs(60);

/// Visitors wait for a provider no longer than this.
pub const VISITORS_WAIT: Duration = Duration::from_secs(5);

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
            } => {
                // By the clock, as a transaction may be open for long.
                let oldest = ago(timestamptz::wall_clock(), max_age);
                *known >= until && (oldest..=timestamptz::latest()).contains(as_of)
            }
        }
    }
}

/// Who is told that calendars are not known, and waits for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// Whoever may manage the owner: told what the provider or the worker says.
    #[default]
    Managers,
    /// Anybody: told that the host's calendar is not known, and what can be done about it.
    Visitors,
}

impl Audience {
    /// How long they wait: visitors must not hold up for long all the connections that pages share.
    fn patience(self) -> Duration {
        let longest = settings::http_timeout();
        match self {
            Self::Managers => longest,
            Self::Visitors => longest.min(VISITORS_WAIT),
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
    match look(owner, until, FRESH_ENOUGH_TO_BOOK, Audience::Visitors) {
        Err(_) if known.is_good(until, settings::busy_max_age()) => Ok(()),
        looked => looked,
    }
}

/// Has the worker read the owner's calendars, unless a reading is under way that began no longer ago
/// than `max_age`, and waits for it.
///
/// # Errors
/// PT503 where they cannot be read.
pub fn look(owner: Owner, until: Instant, max_age: Duration, audience: Audience) -> Result<()> {
    let mut question = question(&[owner], until, max_age);
    if let Question::Busy { hurries, .. } = &mut question {
        *hurries = audience == Audience::Visitors;
    }
    let asked = ask_within(&question, audience.patience());
    let (why, said) = match asked {
        Ok(Some(Ok(_))) => return Ok(()),
        Ok(Some(Err(refusal))) if refusal.reason == Reason::Reconnect => {
            (Outage::ReconnectRequired, Some(refusal.detail))
        }
        Ok(Some(Err(refusal))) => (Outage::Unreachable, Some(refusal.detail)),
        Ok(None) => (Outage::Unreachable, Some(NO_ANSWER.to_owned())),
        Err(Error::Unavailable { why, .. }) if audience == Audience::Visitors => (why, None),
        Err(error) => return Err(error),
    };
    Err(not_known(owner, audience, why, said.as_deref()))
}

/// The refusal where the calendars are not known well enough, for whoever it is.
pub fn unknown(owner: Owner, audience: Audience) -> Error {
    not_known(owner, audience, Outage::Unreachable, None)
}

fn not_known(owner: Owner, audience: Audience, why: Outage, said: Option<&str>) -> Error {
    let (detail, hint) = match audience {
        Audience::Visitors => (
            "When the host is busy is not known, and unknown is not free.".to_owned(),
            match why {
                Outage::ReconnectRequired => "Ask the host to connect the calendar again.",
                Outage::Unreachable | Outage::WorkerStopped => "Try again in a moment.",
            },
        ),
        Audience::Managers => (
            match said {
                Some(said) => format!("When owner {owner} is busy is not known: {said}"),
                None => {
                    format!("When owner {owner} is busy is not known, and unknown is not free.")
                }
            },
            "Try again in a moment; the status of the owner's calendar connection says what is wrong.",
        ),
    };
    Error::Unavailable {
        why,
        detail,
        hint: hint.into(),
    }
}

/// The question that has the worker read these owners' calendars.
pub fn question(owners: &[Owner], until: Instant, max_age: Duration) -> Question {
    Question::Busy {
        owners: owners.to_vec(),
        until: until.unix_micros(),
        since: ago(timestamptz::wall_clock(), max_age).unix_micros(),
        insists: false,
        hurries: false,
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
        let owner = access::managed_owner(owner)?;
        // Who asks for a reading gets one, even where the last one has just failed.
        ask(&Question::Busy {
            owners: vec![owner],
            until: timestamptz::now().unix_micros(),
            since: timestamptz::wall_clock().unix_micros(),
            insists: true,
            hurries: false,
        })?;
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
