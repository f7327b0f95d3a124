//! What an account's calendars have said, put into the database.

use std::time::Duration;

use chrono::{Days, NaiveDate};
use oauth2::RefreshToken;
use pgrx::datum::TimestampWithTimeZone;
use uuid::Uuid;

use super::own_events::{look_for_missing, look_for_moved, moved};
use super::reading::{LONGEST_REST, Reading};
use super::tokens::{self, Tokens};
use crate::availability::engine::zone::Clock;
use crate::availability::server_zone::ServerZone;
use crate::calendar::busy::{BusyAnswer, CalendarSays, When};
use crate::error::{Error, Result};
use crate::instant::Instant;
use crate::ipc::question::{Reason, Refusal};
use crate::owner::Mode;
use crate::worker::answers::{broken_off, calendar_refused};
use crate::worker::connections;
use crate::worker::network::client::{CalendarFailure, Outcome};
use crate::worker::network::work::BrokenOff;
use crate::{plan, settings, timestamptz};

/// Why a reading is of no use to those who waited for it.
pub struct Unread {
    pub refusal: Refusal,
    /// How long the provider asks to be left alone.
    pub rest: Option<Duration>,
    /// How long until the calendar is tried again, where it may answer then.
    pub again: Option<Duration>,
}

impl From<Refusal> for Unread {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            rest: None,
            again: None,
        }
    }
}

/// Stores what a calendar has said, or why it could not be read.
///
/// # Errors
/// Where it cannot be stored.
pub fn record(
    reading: &Reading,
    reply: Result<Outcome<Vec<CalendarSays>>, BrokenOff>,
) -> Result<Result<(), Unread>> {
    let outcome = match reply {
        Ok(outcome) => outcome,
        Err(broken) => return Ok(Err(broken_off(broken).into())),
    };
    let says = match outcome.result {
        Ok(says) => says,
        Err(failure) => {
            return Ok(Err(Unread {
                again: record_failure(reading, &failure, outcome.grant.as_ref())?,
                refusal: calendar_refused(&failure),
                rest: failure.retry_after(),
            }));
        }
    };
    if !record_read(reading, &says)? {
        return Ok(Err(Refusal::new(
            Reason::Unreachable,
            "The connection was changed while its calendar was read.",
        )
        .into()));
    }
    replace(reading, &says)?;
    if says
        .iter()
        .any(|said| matches!(said.answer, BusyAnswer::Unchanged { .. }))
    {
        look_for_moved(reading)?;
    }
    look_for_missing(reading)?;
    Ok(Ok(()))
}

/// Known as of when the reading began: what was entered while it went on may have been missed.
/// False where the connection is not the one that was read any more.
fn record_read(reading: &Reading, says: &[CalendarSays]) -> Result<bool> {
    let target = &reading.target;
    let until = says.iter().map(|said| said.answer.until()).min();
    let until = until
        .map(|until| timestamptz::to_postgres(until.into()))
        .transpose()?;
    let tokens = Tokens::of(says);
    let tokens = (!tokens.is_empty())
        .then(|| serde_json::to_value(&tokens))
        .transpose()
        .map_err(|_| Error::Internal("a sync token cannot be stored".into()))?;
    let recorded = plan::change(
        ("record busy times read", Some(target.mode)),
        // Spread a little, so that calendars connected together are not read together for ever.
        || {
            format!(
                "update {} c
                 set busy_synced_at = $4, busy_until = $5, busy_token = $6,
                     busy_due_at = now() + make_interval(secs => $7 * (0.9 + 0.1 * random())),
                     status = 'ok', status_detail = null
                 where c.id = $1 and c.is_active
                   and coalesce(c.busy_calendar_ids, array[c.calendar_id]) = $2
                   and c.connected_email is not distinct from $3",
                target.mode.tables().connections
            )
        },
        &[
            plan::uuid(target.connection.id).into(),
            target.connection.heeded().into(),
            target.connection.connected_email.as_deref().into(),
            timestamptz::to_postgres(reading.began)?.into(),
            until.into(),
            tokens.map(pgrx::JsonB).into(),
            settings::busy_refresh_interval().as_secs_f64().into(),
        ],
    )?;
    Ok(recorded > 0)
}

/// Makes what is stored of the calendars that told all of it what they say now; rows that stay the same
/// are not touched.
fn replace(reading: &Reading, says: &[CalendarSays]) -> Result<()> {
    let target = &reading.target;
    let owner_zone = ServerZone::named(&target.owner_zone)?;
    let mut told = Vec::with_capacity(says.len());
    let mut calendars = Vec::new();
    let mut events = Vec::new();
    let mut meetings = Vec::new();
    let mut starts: Vec<TimestampWithTimeZone> = Vec::new();
    let mut ends: Vec<TimestampWithTimeZone> = Vec::new();
    for said in says {
        let BusyAnswer::Complete { busy, .. } = &said.answer else {
            continue;
        };
        let calendar = tokens::key(said.calendar_id.as_deref());
        told.push(calendar.to_owned());
        for event in busy {
            let (start, end) = instants(&event.when, &owner_zone);
            // A day that its zone has skipped.
            if start >= end {
                continue;
            }
            calendars.push(calendar.to_owned());
            events.push(event.event_id.clone());
            meetings.push(event.meeting_id.map(plan::uuid));
            starts.push(timestamptz::to_postgres(start)?);
            ends.push(timestamptz::to_postgres(end)?);
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    plan::change(
        ("forget busy times", None),
        || {
            "delete from scheduling.busy_times b
             where b.connection_id = $1 and b.calendar_id = any ($2)
               and not exists (
                   select from unnest($3, $4) as said (calendar_id, event_id)
                   where (said.calendar_id, said.event_id) = (b.calendar_id, b.event_id))"
        },
        &[
            plan::uuid(target.connection.id).into(),
            told.into(),
            calendars.clone().into(),
            events.clone().into(),
        ],
    )?;
    plan::change(
        ("store busy times", Some(target.mode)),
        || {
            format!(
                "insert into scheduling.busy_times as b
                     (connection_id, {owner_id}, calendar_id, event_id, meeting_id, is_moved,
                      starts_at, ends_at)
                 select $1, $2, said.calendar_id, said.event_id, said.meeting_id, {moved},
                        said.starts_at, said.ends_at
                 from unnest($3, $4, $5, $6, $7)
                     as said (calendar_id, event_id, meeting_id, starts_at, ends_at)
                 on conflict (connection_id, calendar_id, event_id) do update
                     set meeting_id = excluded.meeting_id, is_moved = excluded.is_moved,
                         starts_at = excluded.starts_at, ends_at = excluded.ends_at
                     where (b.meeting_id, b.is_moved, b.starts_at, b.ends_at) is distinct from
                           (excluded.meeting_id, excluded.is_moved, excluded.starts_at, excluded.ends_at)",
                owner_id = target.mode.tables().owner_id,
                moved = moved(target.mode, "said", "$2", "$8"),
            )
        },
        &[
            plan::uuid(target.connection.id).into(),
            plan::uuid(target.owner.id()).into(),
            calendars.into(),
            events.into(),
            meetings.into(),
            starts.into(),
            ends.into(),
            timestamptz::to_postgres(reading.began)?.into(),
        ],
    )?;
    Ok(())
}

/// An event's time; whole days are those of the calendar's zone, else of the owner's.
fn instants(when: &When, owner_zone: &ServerZone) -> (Instant, Instant) {
    match when {
        When::Instants { start, end } => ((*start).into(), (*end).into()),
        When::Days { first, end, zone } => {
            let zone = zone
                .as_deref()
                .and_then(|name| ServerZone::named(name).ok());
            let zone = zone.as_ref().unwrap_or(owner_zone);
            let last = end
                .checked_sub_days(Days::new(1))
                .unwrap_or(NaiveDate::MIN)
                .max(*first);
            let clock = Clock::over(zone, *first, last);
            (clock.window_start(*first, 0), clock.end_of_day(last))
        }
    }
}

/// Says of a calendar why it cannot be asked at all, and leaves it for a while: no provider is configured,
/// or its secrets do not open.
pub fn put_off(mode: Mode, connection: Uuid, detail: &str) -> Result<()> {
    plan::change(
        ("put off calendar", Some(mode)),
        || {
            format!(
                "update {} c
                 set status = 'error', status_detail = $2, busy_due_at = now() + interval '1 minute'
                 where c.id = $1 and c.is_active and c.status <> 'reconnect_required'",
                mode.tables().connections
            )
        },
        &[plan::uuid(connection).into(), detail.into()],
    )
    .map(|_| ())
}

/// What was known stays known, and grows old. The longer a calendar has not been read, the less
/// often it is tried: from every half minute to every quarter of an hour. What only the owner can
/// mend, as another request has found meanwhile, is no passing failure. How long until the next try.
fn record_failure(
    reading: &Reading,
    failure: &CalendarFailure,
    grant: Option<&RefreshToken>,
) -> Result<Option<Duration>> {
    let target = &reading.target;
    if failure.needs_reconnect() {
        connections::require_reconnect(
            target.mode,
            target.connection.id,
            grant,
            &failure.to_string(),
        )?;
        return Ok(None);
    }
    let rest = failure.retry_after().unwrap_or_default();
    let again: Option<f64> = plan::write_value(
        ("record busy failure", Some(target.mode)),
        || {
            format!(
                "update {} c
                 set status = 'error', status_detail = $2,
                     busy_due_at = now() + greatest(
                         least(greatest((now() - coalesce(c.busy_synced_at, c.created_at)) / 8,
                                        interval '30 seconds'),
                               interval '15 minutes') * (0.5 + 0.5 * random()),
                         make_interval(secs => $3))
                 where c.id = $1 and c.is_active and c.status <> 'reconnect_required'
                 returning extract(epoch from c.busy_due_at - now())::float8",
                target.mode.tables().connections
            )
        },
        &[
            plan::uuid(target.connection.id).into(),
            failure.to_string().into(),
            rest.min(LONGEST_REST).as_secs_f64().into(),
        ],
    )?;
    Ok(again.map(|again| Duration::try_from_secs_f64(again).unwrap_or_default()))
}
