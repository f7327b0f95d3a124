//! Which calendars are to be read, and how far ahead: those of an account together.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use pgrx::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::tokens::Tokens;
use super::whereabouts::{self, OwnEvents};
use crate::calendar::busy::{Heeded, Window};
use crate::error::{Error, Result};
use crate::instant::Instant;
use crate::ipc::question::{Reason, Refusal};
use crate::owner::{Mode, Owner};
use crate::worker::connections::{Connection, ConnectionStatus};
use crate::worker::network::account::Account;
use crate::{plan, timestamptz};

/// How far ahead a calendar is read where no link says otherwise.
const LEAST_DAYS: i64 = 60;
/// Longer than the last day of a booking window lasts, anywhere on Earth, with a meeting of a whole
/// day that starts at its end and the buffer after it.
const BEYOND: TimeDelta = TimeDelta::days(4);
/// Nothing is read further ahead than this: the longest booking window and a year's question.
const MOST: TimeDelta = TimeDelta::days(3_650 + 366 + 4);
/// What has begun is still under way.
const BEFORE: TimeDelta = TimeDelta::days(2);
/// An owner has one connection a provider.
const CONNECTIONS_OF_AN_OWNER: usize = 16;

/// What a session needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// Up to then.
    pub until: Instant,
    /// As of this time or a later one.
    pub since: Instant,
    /// Whether a provider that has just failed is asked once more.
    pub insists: bool,
    /// Whether one that others have waited for in vain is not waited for.
    pub hurries: bool,
}

/// An account whose calendars are to be read.
pub struct Target {
    pub mode: Mode,
    pub owner: Owner,
    /// For all-day events of calendars that do not tell their zone.
    pub owner_zone: String,
    pub connection: Connection,
    /// Those of the account's calendars that count as busy.
    pub calendars: Vec<Heeded>,
    /// What is stored of it is known as of then, and up to then.
    stored: Option<(DateTime<Utc>, DateTime<Utc>)>,
    pub window: Window,
}

impl Target {
    pub fn connection(&self) -> Uuid {
        self.connection.id
    }

    /// Whether what is stored will do: a session may ask just when the reading it needs has ended.
    pub fn satisfies(&self, need: Need) -> bool {
        self.stored.is_some_and(|(as_of, until)| {
            let as_of = Instant::from(as_of);
            as_of >= need.since
                && as_of <= timestamptz::latest()
                && Instant::from(until) >= need.until
        })
    }

    /// Why the calendar could not be read the last time, where it could not.
    pub fn failure(&self) -> Option<Refusal> {
        (self.connection.status == ConnectionStatus::Error).then(|| {
            let detail = self.connection.status_detail.as_deref();
            Refusal::new(
                Reason::Unreachable,
                detail.unwrap_or("The calendar could not be read the last time."),
            )
        })
    }

    /// The account, its secrets open, or why it cannot be asked.
    pub fn open(&self) -> Result<Account, Refusal> {
        if self.connection.status == ConnectionStatus::ReconnectRequired {
            return Err(Refusal::new(
                Reason::Reconnect,
                "The calendar must be connected again.",
            ));
        }
        match self.connection.open() {
            Ok(Some(account)) => Ok(account),
            Ok(None) => Err(Refusal::no_provider(self.connection.provider)),
            Err(error) => Err(Refusal::new(Reason::Internal, error.to_string())),
        }
    }

    /// The same calendar as it is stored now, up to `until` at least; `None` where it is not
    /// connected any more.
    pub fn again(&self, until: Instant) -> Result<Option<Self>> {
        let condition = "c.id = $1";
        let id = plan::uuid(self.connection.id);
        let key = ("calendar once more", self.mode);
        let (targets, _) = read(key, condition, &[id.into()], 1, Some(until))?;
        Ok(targets.into_iter().next())
    }
}

/// The calendars that are read on schedule; the partial indexes of sql/busy.sql have the same words.
const SCHEDULED: &str = "c.is_active and c.status <> 'reconnect_required'";

/// How long until the next calendar's time comes; `None` where there is none.
pub fn next_due() -> Result<Option<Duration>> {
    plan::read_pause(("next calendar", None), || {
        let earliest = |mode: Mode| {
            let connections = mode.tables().connections;
            format!("(select min(c.busy_due_at) from {connections} c where {SCHEDULED})")
        };
        format!(
            "select extract(epoch from least({}, {}) - now())::float8",
            earliest(Mode::Client),
            earliest(Mode::User)
        )
    })
}

/// Calendars, and connections whose rows cannot be read.
pub type Found = (Vec<Target>, Vec<(Mode, Uuid)>);

/// The calendars whose time has come, the most overdue first.
pub fn due(most: usize) -> Result<Found> {
    let condition = format!("{SCHEDULED} and c.busy_due_at <= now()");
    let (mut targets, mut unreadable) = (Vec::new(), Vec::new());
    for mode in Mode::BOTH {
        // Clients leave users their half.
        let most = match mode {
            Mode::Client => most.div_ceil(2),
            Mode::User => most - targets.len(),
        };
        if most > 0 {
            let (found, others) = read(("due calendars", mode), &condition, &[], most, None)?;
            targets.extend(found);
            unreadable.extend(others);
        }
    }
    Ok((targets, unreadable))
}

/// All calendars of these owners, up to `until` at least.
///
/// # Errors
/// Where one of them cannot be read: it is not known then when its owner is busy.
pub fn of_owners(owners: &[Owner], until: Instant) -> Result<Vec<Target>> {
    let mut targets = Vec::new();
    for mode in Mode::BOTH {
        let ids: Vec<_> = mode.ids_among(owners).map(plan::uuid).collect();
        if ids.is_empty() {
            continue;
        }
        let most = CONNECTIONS_OF_AN_OWNER * ids.len();
        let (found, unreadable) = read(
            ("calendars of owners", mode),
            &format!("c.{} = any ($1)", mode.tables().owner_id),
            &[ids.into()],
            most,
            Some(until),
        )?;
        if !unreadable.is_empty() {
            return Err(Error::Internal(
                "a calendar connection cannot be read".into(),
            ));
        }
        targets.extend(found);
    }
    Ok(targets)
}

/// A row of [`read`].
#[derive(Deserialize)]
struct Row {
    #[serde(flatten)]
    connection: Connection,
    owner_id: Uuid,
    owner_zone: String,
    busy_token: Option<Tokens>,
    own_events: Option<OwnEvents>,
    busy_synced_at: Option<DateTime<Utc>>,
    busy_until: Option<DateTime<Utc>>,
    /// The longest booking window in use.
    days: Option<i64>,
}

fn read(
    (name, mode): (&'static str, Mode),
    condition: &str,
    arguments: &[pgrx::datum::DatumWithOid<'_>],
    most: usize,
    until: Option<Instant>,
) -> Result<Found> {
    let limit = std::ffi::c_long::try_from(most).unwrap_or(std::ffi::c_long::MAX);
    let now = Utc::now();
    let (mut targets, mut unreadable) = (Vec::new(), Vec::new());
    Spi::connect(|client| {
        let sql = || query(mode, condition);
        for row in plan::read(client, (name, Some(mode)), sql, Some(limit), arguments)? {
            let Some(id) = row.get::<pgrx::Uuid>(1)? else {
                continue;
            };
            match serde_json::from_str::<Row>(row.get::<&str>(2)?.unwrap_or_default()) {
                Ok(row) => targets.push(Target {
                    mode,
                    owner: mode.owner(row.owner_id),
                    owner_zone: row.owner_zone,
                    window: window(now, row.days, until),
                    calendars: heeded(&row.connection, row.busy_token, row.own_events),
                    stored: row.busy_synced_at.zip(row.busy_until),
                    connection: row.connection,
                }),
                Err(_) => unreadable.push((mode, Uuid::from_bytes(*id))),
            }
        }
        Ok::<_, Error>(())
    })?;
    Ok((targets, unreadable))
}

/// The calendars that count, with what is known of each.
fn heeded(
    connection: &Connection,
    tokens: Option<Tokens>,
    own_events: Option<OwnEvents>,
) -> Vec<Heeded> {
    let mut tokens = tokens.unwrap_or_default();
    let heeded = connection.heeded().into_iter().map(|calendar_id| Heeded {
        by_event: calendar_id == connection.calendar_id
            || own_events
                .as_ref()
                .is_none_or(|events| events.may_be_in(calendar_id.as_deref())),
        known: tokens.take(calendar_id.as_deref()),
        calendar_id,
    });
    heeded.collect()
}

fn query(mode: Mode, condition: &str) -> String {
    let t = mode.tables();
    format!(
        "select c.id, (to_jsonb(c) || jsonb_build_object(
                    'application', to_jsonb(p), 'owner_id', o.{key}, 'owner_zone', o.timezone,
                    'own_events', {own_events},
                    'days', (select max(l.booking_window_days) from scheduling.booking_links l
                             where l.{owner_id} = o.{key} and l.is_active)))::text
         from {connections} c
         join {owners} o on o.{key} = c.{owner_id}
         left join scheduling.providers p on p.provider = c.provider
         where c.is_active and {condition}
         order by c.busy_due_at",
        own_events = whereabouts::own_events(mode),
        key = t.owner_key,
        owner_id = t.owner_id,
        owners = t.owners,
        connections = t.connections,
    )
}

/// As far as any link of the owner can be booked, and as the question reaches.
fn window(now: DateTime<Utc>, days: Option<i64>, until: Option<Instant>) -> Window {
    let horizon = now + TimeDelta::days(days.unwrap_or(0).max(LEAST_DAYS)) + BEYOND;
    let asked = until.and_then(|until| DateTime::from_timestamp_micros(until.unix_micros()));
    Window {
        from: now - BEFORE,
        until: asked
            .map_or(horizon, |asked| horizon.max(asked))
            .min(now + MOST),
    }
}
