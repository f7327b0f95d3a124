//! Events of our own meetings in their owner's calendar. One at its meeting's time says nothing new; one
//! that the owner has moved keeps them busy where it is now. An event that lags behind its meeting,
//! because a job has yet to move it there, was moved by nobody.

use super::reading::Reading;
use super::whereabouts::missing;
use crate::error::Result;
use crate::owner::Mode;
use crate::{plan, timestamptz};

/// Has the calendars read once more, event by event, where one of the owner's events is in none of those
/// that were: without ids it would be in its own meeting's way wherever it is.
pub fn look_for_missing(reading: &Reading) -> Result<()> {
    let target = &reading.target;
    if target.calendars.iter().all(|calendar| calendar.by_event) {
        return Ok(());
    }
    plan::change(
        ("look for missing", Some(target.mode)),
        || {
            format!(
                "update {connections} c set busy_due_at = now() where c.id = $1 and {missing}",
                connections = target.mode.tables().connections,
                missing = missing(target.mode),
            )
        },
        &[plan::uuid(target.connection.id).into()],
    )?;
    Ok(())
}

/// The calendar says what it has said before, but what was on its way then may have arrived.
pub fn look_for_moved(reading: &Reading) -> Result<()> {
    let target = &reading.target;
    plan::change(
        ("look for moved", Some(target.mode)),
        || {
            format!(
                "update scheduling.busy_times b set is_moved = not b.is_moved
                 where b.connection_id = $1 and b.meeting_id is not null
                   and b.is_moved <> {}",
                moved(target.mode, "b", "$2", "$3"),
            )
        },
        &[
            plan::uuid(target.connection.id).into(),
            plan::uuid(target.owner.id()).into(),
            timestamptz::to_postgres(reading.began)?.into(),
        ],
    )?;
    Ok(())
}

/// An SQL expression for whether an event is one of the owner's meetings at another time than the meeting
/// (which providers keep to the second at least, and people move by minutes), and has been moved by
/// somebody else than us: no job about it is waiting, and none has ended since the reading began.
pub fn moved(mode: Mode, event: &str, owner: &str, began: &str) -> String {
    let t = mode.tables();
    let differs =
        |column: &str| format!("abs(extract(epoch from {event}.{column} - m.{column})) >= 60");
    format!(
        "exists (select from {meetings} m
                 where m.id = {event}.meeting_id and m.{owner_id} = {owner}
                   and ({starts} or {ends})
                   and not exists (
                       select from scheduling.jobs j
                       where j.{job_meeting} = m.id
                         and j.kind in ('create_event', 'update_event', 'delete_event')
                         and (j.state in ('ready', 'running') or j.finished_at >= {began})))",
        meetings = t.meetings,
        owner_id = t.owner_id,
        job_meeting = t.job_meeting,
        starts = differs("starts_at"),
        ends = differs("ends_at"),
    )
}
