//! How meetings are told what their jobs have brought: which event they have, the link that came with it,
//! when the confirmation went out. Those that somebody has locked are passed over.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use pgrx::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::conference;
use crate::calendar::conferencing::Conferencing;
use crate::calendar::event::StoredEvent;
use crate::error::{Error, Result};
use crate::owner::{MeetingKey, Mode};
use crate::provider::Provider;
use crate::worker::network::work::Place;
use crate::{plan, timestamptz};

/// The event of a meeting, or that it has none any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventNote {
    id: Option<String>,
    provider: Provider,
    calendar_id: Option<String>,
    meeting_url: Option<String>,
}

impl EventNote {
    pub fn new(place: &Place, stored: Option<&StoredEvent>) -> Self {
        Self {
            id: stored.map(|event| event.id.clone()),
            provider: place.provider,
            calendar_id: place.calendar_id.clone(),
            meeting_url: stored.and_then(|event| event.meeting_url.clone()),
        }
    }
}

/// What one meeting is to be told.
#[derive(Default)]
pub struct Note<'a> {
    pub event: Option<&'a EventNote>,
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl<'a> Note<'a> {
    /// None where there is nothing to tell.
    pub fn of(event: Option<&'a EventNote>, confirmed_at: Option<DateTime<Utc>>) -> Option<Self> {
        let note = Self {
            event,
            confirmed_at,
        };
        (event.is_some() || confirmed_at.is_some()).then_some(note)
    }
}

/// Tells the meetings that nobody has locked, and queues the invitation again where a link
/// came that whoever has it does not know. The meetings that were told, with what is wanted for them.
///
/// Each row is written once: for a row that its own transaction has made, PostgreSQL checks all
/// foreign keys anew, and so would wait for whoever has locked the owner, the link or the guest.
/// Of two notes for one meeting the later one holds, part by part.
pub fn tell<'a>(
    notes: impl IntoIterator<Item = (MeetingKey, Note<'a>)>,
) -> Result<HashMap<MeetingKey, Conferencing>> {
    let mut by_mode: HashMap<Mode, HashMap<Uuid, Note<'a>>> = HashMap::new();
    for (meeting, told) in notes {
        let of_mode = by_mode.entry(meeting.mode).or_default();
        let note = of_mode.entry(meeting.id).or_default();
        note.event = told.event.or(note.event);
        note.confirmed_at = told.confirmed_at.or(note.confirmed_at);
    }
    let mut told = HashMap::new();
    for (mode, notes) in by_mode {
        told.extend(keyed(mode, tell_of_mode(mode, &notes)?));
    }
    Ok(told)
}

/// What is wanted for meetings that cannot be told now.
pub fn read_wanted(meetings: &[MeetingKey]) -> Result<HashMap<MeetingKey, Conferencing>> {
    let mut wanted = HashMap::new();
    for mode in Mode::BOTH {
        wanted.extend(keyed(mode, read_of_mode(mode, ids_of(mode, meetings))?));
    }
    Ok(wanted)
}

/// The ids of those of the meetings that are of this mode.
pub fn ids_of<'a>(mode: Mode, meetings: impl IntoIterator<Item = &'a MeetingKey>) -> Vec<Uuid> {
    let of_mode = meetings.into_iter().filter(|meeting| meeting.mode == mode);
    of_mode.map(|meeting| meeting.id).collect()
}

fn keyed(
    mode: Mode,
    found: HashMap<Uuid, Conferencing>,
) -> impl Iterator<Item = (MeetingKey, Conferencing)> {
    found
        .into_iter()
        .map(move |(id, wanted)| (MeetingKey { mode, id }, wanted))
}

fn tell_of_mode(
    mode: Mode,
    notes: &HashMap<Uuid, Note<'_>>,
) -> Result<HashMap<Uuid, Conferencing>> {
    let (mut plain, mut others) = (Rows::default(), Rows::default());
    for (id, has_conference) in hold_free(mode, notes.keys().copied())? {
        if let Some(note) = notes.get(&id) {
            let rows = if has_conference {
                &mut others
            } else {
                &mut plain
            };
            rows.push(id, note)?;
        }
    }
    let mut told: HashMap<_, _> = plain
        .ids
        .iter()
        .map(|id| (Uuid::from_bytes(**id), Conferencing::None))
        .collect();
    if !plain.ids.is_empty() {
        let [ids, has_event, events, providers, calendars, _, confirmed] = plain.into_arguments();
        plan::change(
            ("tell plain meetings", Some(mode)),
            || plain_statement(mode),
            &[ids, has_event, events, providers, calendars, confirmed],
        )?;
    }
    if !others.ids.is_empty() {
        told.extend(tell_of_links(mode, others)?);
    }
    Ok(told)
}

/// Tells meetings that have a conference, or had one.
fn tell_of_links(mode: Mode, rows: Rows) -> Result<HashMap<Uuid, Conferencing>> {
    let (mut told, mut sides) = (HashMap::new(), Vec::new());
    Spi::connect_mut(|client| -> Result<()> {
        let rows = plan::write(
            client,
            ("tell meetings", Some(mode)),
            || statement(mode),
            None,
            &rows.into_arguments(),
        )?;
        for row in rows {
            let Some(id) = row.get::<pgrx::Uuid>(1)? else {
                continue;
            };
            told.insert(Uuid::from_bytes(*id), wanted(row.get(2)?)?);
            for side in row.get::<Vec<String>>(3)?.unwrap_or_default() {
                sides.push((id, side));
            }
        }
        Ok(())
    })?;
    conference::invite_again(mode, sides)?;
    Ok(told)
}

fn read_of_mode(mode: Mode, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Conferencing>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<_> = ids.into_iter().map(plan::uuid).collect();
    Spi::connect(|client| {
        let rows = plan::read_latest(
            client,
            ("wanted conferences", Some(mode)),
            || {
                format!(
                    "select m.id, case when m.meeting_url is not distinct from m.conference_url
                                       then m.conferencing else 'none' end::text
                     from {} m where m.id = any ($1)",
                    mode.tables().meetings
                )
            },
            None,
            &[ids.into()],
        )?;
        let mut found = HashMap::new();
        for row in rows {
            if let Some(id) = row.get::<pgrx::Uuid>(1)? {
                found.insert(Uuid::from_bytes(*id), wanted(row.get(2)?)?);
            }
        }
        Ok(found)
    })
}

/// The conference that is to come with the event of a meeting: none where somebody has set another
/// link.
fn wanted(name: Option<&str>) -> Result<Conferencing> {
    serde_json::from_value(name.unwrap_or("none").into())
        .map_err(|_| Error::Internal("a meeting wants a conference that is not known".into()))
}

/// Locks those of the meetings that nobody else has locked. Each with whether it has a conference, or a
/// link of one.
fn hold_free(mode: Mode, ids: impl Iterator<Item = Uuid>) -> Result<Vec<(Uuid, bool)>> {
    let ids: Vec<_> = ids.map(plan::uuid).collect();
    Spi::connect_mut(|client| {
        let rows = plan::write(
            client,
            ("hold meetings", Some(mode)),
            || {
                format!(
                    "select m.id, m.conferencing <> 'none' or m.conference_url is not null
                     from {} m where m.id = any ($1) for no key update skip locked",
                    mode.tables().meetings
                )
            },
            None,
            &[ids.into()],
        )?;
        let mut free = Vec::with_capacity(rows.len());
        for row in rows {
            if let (Some(id), Some(has_conference)) = (row.get::<pgrx::Uuid>(1)?, row.get(2)?) {
                free.push((Uuid::from_bytes(*id), has_conference));
            }
        }
        Ok(free)
    })
}

/// The notes, a column each.
#[derive(Default)]
struct Rows {
    ids: Vec<pgrx::Uuid>,
    has_event: Vec<bool>,
    events: Vec<Option<String>>,
    providers: Vec<Option<String>>,
    calendars: Vec<Option<String>>,
    urls: Vec<Option<String>>,
    confirmed: Vec<Option<TimestampWithTimeZone>>,
}

impl Rows {
    fn push(&mut self, id: Uuid, note: &Note<'_>) -> Result<()> {
        let event = note.event.filter(|event| event.id.is_some());
        self.ids.push(plan::uuid(id));
        self.has_event.push(note.event.is_some());
        self.events.push(event.and_then(|event| event.id.clone()));
        self.providers
            .push(event.map(|event| event.provider.as_str().to_owned()));
        self.calendars
            .push(event.and_then(|event| event.calendar_id.clone()));
        self.urls
            .push(event.and_then(|event| event.meeting_url.clone()));
        let at = note.confirmed_at;
        self.confirmed.push(
            at.map(|at| timestamptz::to_postgres(at.into()))
                .transpose()?,
        );
        Ok(())
    }

    fn into_arguments(self) -> [pgrx::datum::DatumWithOid<'static>; 7] {
        [
            self.ids.into(),
            self.has_event.into(),
            self.events.into(),
            self.providers.into(),
            self.calendars.into(),
            self.urls.into(),
            self.confirmed.into(),
        ]
    }
}

/// Names no column that the audit log is about, so that its trigger is not called for each meeting.
fn plain_statement(mode: Mode) -> String {
    format!(
        "update {} m
         set calendar_event_id = case when n.has_event then n.event else m.calendar_event_id end,
             calendar_provider = case when n.has_event then n.provider else m.calendar_provider::text end,
             calendar_id = case when n.has_event then n.calendar else m.calendar_id end,
             confirmation_sent_at = coalesce(n.confirmed_at, m.confirmation_sent_at)
         from unnest($1, $2, $3, $4, $5, $6) as n (id, has_event, event, provider, calendar, confirmed_at)
         where m.id = n.id",
        mode.tables().meetings
    )
}

/// An answer without a link takes none away, unless it is about another event: a provider may leave the
/// link out, and what was told to the guest still holds. `meeting_url` follows `conference_url` for as
/// long as the two are the same: a link that somebody has set by hand is never overwritten.
///
/// Whoever has a mail that was written without the new link is to get the invitation again, as a change
/// of the one they have: `sequence` rises (RFC 5545, section 3.8.7.4). Where a mail to them is yet to be
/// written, that one brings the link.
fn statement(mode: Mode) -> String {
    format!(
        "update {meetings} m
         set calendar_event_id = case when n.has_event then n.event else m.calendar_event_id end,
             calendar_provider = case when n.has_event then n.provider else m.calendar_provider::text end,
             calendar_id = case when n.has_event then n.calendar else m.calendar_id end,
             conference_url = n.link,
             meeting_url = case when n.follows then n.link else m.meeting_url end,
             confirmation_sent_at = coalesce(n.confirmed_at, m.confirmation_sent_at),
             sequence = m.sequence + (cardinality(n.sides) > 0)::int
         from (
             select said.*, seen.follows, seen.link, written.sides
             from unnest($1, $2, $3, $4, $5, $6, $7)
                 as said (id, has_event, event, provider, calendar, url, confirmed_at)
             join {meetings} old on old.id = said.id
             cross join lateral (
                 select old.meeting_url is not distinct from old.conference_url as follows,
                        case when not said.has_event then old.conference_url
                             when old.conferencing = 'none' then null
                             when old.calendar_event_id = said.event then coalesce(said.url, old.conference_url)
                             else said.url
                        end as link
             ) seen
             cross join lateral (
                 select case
                     when said.has_event and seen.follows and seen.link is not null
                          and seen.link is distinct from old.meeting_url
                          and old.status = 'confirmed' and old.ends_at > now()
                     then {missing}
                     else '{{}}'::text[]
                 end as sides
             ) written
         ) n
         where m.id = n.id
         returning m.id, (case when n.follows then m.conferencing else 'none' end)::text, n.sides",
        meetings = mode.tables().meetings,
        missing = conference::sides_without_link(mode, "old.id"),
    )
}
