//! Where the events of an owner's meetings may be, of an account's calendars that count as busy. Those have
//! to be told event by event: only its id tells an event of ours from others, and without it an event would
//! be in its own meeting's way.

use serde::Deserialize;

use super::tokens;
use crate::owner::Mode;

/// Where the owner's events may be.
#[derive(Debug, Deserialize)]
pub struct OwnEvents {
    /// Where they were made, and where they have been seen; the main calendar has no name.
    calendars: Vec<String>,
    /// Whether one was seen in none of them: the owner may have moved it to any other.
    are_missing: bool,
}

impl OwnEvents {
    pub fn may_be_in(&self, calendar_id: Option<&str>) -> bool {
        let key = tokens::key(calendar_id);
        self.are_missing || self.calendars.iter().any(|calendar| calendar == key)
    }
}

/// An SQL expression for the [`OwnEvents`] of a connection `c` of the owner `o`; null where no more than one
/// calendar counts, for that one tells its events.
pub fn own_events(mode: Mode) -> String {
    format!(
        "case when cardinality(c.busy_calendar_ids) > 1 then jsonb_build_object(
             'calendars', (
                 select coalesce(jsonb_agg(distinct own.calendar_id), '[]')
                 from (select coalesce(m.calendar_id, '') as calendar_id from {events}
                       union all
                       select b.calendar_id from scheduling.busy_times b
                       where b.connection_id = c.id and b.meeting_id is not null) own),
             'are_missing', {missing}) end",
        events = events(mode),
        missing = missing(mode),
    )
}

/// An SQL expression for whether the event of one of the owner's meetings should be in one of the calendars
/// of a connection `c` that count, and was seen in none of them. One that has just been made or moved may
/// have been missed.
pub fn missing(mode: Mode) -> String {
    format!(
        "exists (select from {events}
                 and (m.calendar_id is null or m.calendar_id = any (c.busy_calendar_ids))
                 and not exists (select from scheduling.busy_times b
                                 where b.connection_id = c.id and b.meeting_id = m.id)
                 and not exists (
                     select from scheduling.jobs j
                     where j.{job_meeting} = m.id
                       and j.kind in ('create_event', 'update_event', 'delete_event')
                       and (j.state in ('ready', 'running')
                            or j.finished_at >= coalesce(c.busy_synced_at, '-infinity'))))",
        events = events(mode),
        job_meeting = mode.tables().job_meeting,
    )
}

/// The owner's meetings `m` that have an event with the provider of a connection `c`.
fn events(mode: Mode) -> String {
    let t = mode.tables();
    format!(
        "{meetings} m
         where m.{owner_id} = c.{owner_id} and m.status = 'confirmed'
           and m.blocked && tstzrange(now() - interval '2 days', null)
           and m.calendar_provider = c.provider and m.calendar_event_id is not null",
        meetings = t.meetings,
        owner_id = t.owner_id,
    )
}
