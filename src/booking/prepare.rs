//! The trigger that every writer of a meeting passes, plain SQL included: a zone as the server spells
//! it, a language as BCP 47 does, when the next reminder is due, and the owner's lock. It runs no statement,
//! so a booking pays next to nothing for it.

use pgrx::datum::TimestampWithTimeZone;
use pgrx::prelude::*;
use pgrx::{AllocatedByRust, PgTrigger, spi};
use uuid::Uuid;

use super::reminders;
use super::status::MeetingStatus;
use crate::availability::owner_lock::OwnerLock;
use crate::availability::server_zone::ServerZone;
use crate::error::{Error, Result, or_raise, required};
use crate::locale;
use crate::owner::{Mode, Owner};
use crate::timestamptz;

type Meeting<'a> = PgHeapTuple<'a, AllocatedByPostgres>;

/// `scheduling_private.prepare_meeting()`; see sql/meeting_rules.sql.
#[pg_trigger(sql = false)]
fn prepare_meeting<'a>(
    trigger: &'a PgTrigger<'a>,
) -> std::result::Result<Option<Meeting<'a>>, Error> {
    Ok(Some(or_raise(prepare(trigger))))
}

fn prepare<'a>(trigger: &'a PgTrigger<'a>) -> Result<Meeting<'a>> {
    let mut meeting = trigger.new().ok_or_else(not_of_meetings)?;
    let old = trigger.old();
    let zone = text(&meeting, "timezone")?;
    let is_kept = |column, new| match &old {
        Some(old) => Ok::<_, Error>(text(old, column)? == new),
        None => Ok(false),
    };
    let mut changes = Changes::default();
    if !is_kept("timezone", zone)? {
        let given = required("timezone", zone)?;
        let known = ServerZone::named(given)?;
        if known.name() != given {
            changes.timezone = Some(known.name().to_owned());
        }
    }
    let language = text(&meeting, "locale")?;
    if let Some(given) = language
        && !is_kept("locale", language)?
        // What is none is the CHECK's to refuse.
        && let Some(known) = locale::canonical(given)
        && known != given
    {
        changes.locale = Some(known);
    }
    changes.next_reminder_at = reminder_to_set(&meeting, old.as_ref())?;
    if !changes.is_empty() {
        meeting = changes.made_to(trigger, meeting)?;
    }
    let owner = owner(trigger, &meeting)?;
    if let Some(old) = &old {
        refuse_another_owner(self::owner(trigger, old)?, owner)?;
    }
    // Two inserters who check an exclusion constraint at once can deadlock; behind the owner's lock
    // the second one simply waits for the first one's commit.
    if text(&meeting, "status")? == Some(MeetingStatus::Confirmed.as_str())
        // One that is missing is the table's to refuse.
        && let Some(owner) = owner
    {
        OwnerLock::take(owner);
    }
    Ok(meeting)
}

/// Event, mails, busy times and the guest are the owner's: they do not follow a change of the column.
fn refuse_another_owner(old: Option<Owner>, new: Option<Owner>) -> Result<()> {
    match (old, new) {
        // One that is missing is the table's to refuse.
        (Some(old), Some(new)) if old != new => Err(Error::invalid(
            old.mode().tables().owner_id,
            "a meeting stays with its owner",
            "Its calendar event, mails and guest are the owner's and would not follow.",
            "Cancel it and make another one. UPDATE will never do it; reassign_meeting() is for that, \
             where this version has it.",
        )),
        _ => Ok(()),
    }
}

fn owner(trigger: &PgTrigger<'_>, meeting: &Meeting<'_>) -> Result<Option<Owner>> {
    let relation = trigger.relation().map_err(|_| not_of_meetings())?;
    let mode = Mode::BOTH.into_iter().find(|mode| {
        let (_schema, table) = mode.tables().meetings.split_once('.').unwrap_or_default();
        table == relation.name()
    });
    let mode = mode.ok_or_else(not_of_meetings)?;
    let id = meeting.get_by_name::<pgrx::Uuid>(mode.tables().owner_id);
    let id = id.map_err(spi::Error::from)?;
    Ok(id.map(|id| mode.owner(Uuid::from_bytes(*id))))
}

fn text<'a>(meeting: &'a Meeting<'_>, column: &str) -> Result<Option<&'a str>> {
    Ok(meeting.get_by_name(column).map_err(spi::Error::from)?)
}

/// When the next reminder is due, where that is to be set: of a new meeting unless the row says so itself, as
/// one out of a dump does, and of one that has changed in what it depends on. By the clock and not by `now()`:
/// the worker may have sent one since the transaction began.
fn reminder_to_set(
    meeting: &Meeting<'_>,
    old: Option<&Meeting<'_>>,
) -> Result<Option<Option<TimestampWithTimeZone>>> {
    let is = reminder(meeting)?;
    let is_kept = match old {
        None => is.is_some(),
        Some(old) => reminded(old)? == reminded(meeting)?,
    };
    if is_kept {
        return Ok(None);
    }
    let (starts_at, status, minutes) = reminded(meeting)?;
    let next = match (starts_at, minutes) {
        // An infinity is the table's to refuse.
        (Some(starts_at), Some(minutes)) if status == Some(MeetingStatus::Confirmed.as_str()) => {
            let starts_at = timestamptz::from_postgres(starts_at);
            reminders::next(starts_at, &minutes, timestamptz::wall_clock())
        }
        _ => None,
    };
    let next = next.and_then(|at| timestamptz::to_postgres(at).ok());
    Ok((next != is).then_some(next))
}

fn reminder(meeting: &Meeting<'_>) -> Result<Option<TimestampWithTimeZone>> {
    Ok(meeting
        .get_by_name("next_reminder_at")
        .map_err(spi::Error::from)?)
}

/// What reminders depend on: start, status, minutes.
type Reminded<'a> = (
    Option<TimestampWithTimeZone>,
    Option<&'a str>,
    Option<Vec<Option<i32>>>,
);

fn reminded<'a>(meeting: &'a Meeting<'_>) -> Result<Reminded<'a>> {
    let minutes = meeting.get_by_name::<pgrx::Array<i32>>("reminder_minutes");
    let minutes = minutes.map_err(spi::Error::from)?;
    Ok((
        meeting.get_by_name("starts_at").map_err(spi::Error::from)?,
        text(meeting, "status")?,
        minutes.map(|minutes| minutes.iter().collect()),
    ))
}

/// What is to be another than it was given.
#[derive(Default)]
struct Changes {
    timezone: Option<String>,
    locale: Option<String>,
    next_reminder_at: Option<Option<TimestampWithTimeZone>>,
}

impl Changes {
    fn is_empty(&self) -> bool {
        self.timezone.is_none() && self.locale.is_none() && self.next_reminder_at.is_none()
    }

    fn made_to<'a>(self, trigger: &'a PgTrigger<'a>, meeting: Meeting<'a>) -> Result<Meeting<'a>> {
        let mut changed = meeting.into_owned();
        for (column, text) in [("timezone", self.timezone), ("locale", self.locale)] {
            if let Some(text) = text {
                changed
                    .set_by_name(column, text)
                    .map_err(spi::Error::from)?;
            }
        }
        if let Some(at) = self.next_reminder_at {
            changed
                .set_by_name("next_reminder_at", at)
                .map_err(spi::Error::from)?;
        }
        row_of(trigger, changed)
    }
}

fn row_of<'a>(
    trigger: &'a PgTrigger<'a>,
    changed: PgHeapTuple<'a, AllocatedByRust>,
) -> Result<Meeting<'a>> {
    // SAFETY: the row is one of the table that the trigger is on, whose relation outlives the call.
    Ok(unsafe {
        let columns =
            pgrx::PgTupleDesc::from_pg_unchecked((*trigger.trigger_data().tg_relation).rd_att);
        PgHeapTuple::from_heap_tuple(columns, changed.into_pg())
    })
}

fn not_of_meetings() -> Error {
    Error::Internal("only a trigger on the rows of meetings may call this".into())
}
