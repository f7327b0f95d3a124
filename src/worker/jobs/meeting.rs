//! What jobs are about, read when their turn comes: the meetings as they are now, their guests and
//! owners, and the owners' calendar connections. One query a mode.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use pgrx::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use crate::booking::questions::answers::labelled;
use crate::booking::status::MeetingStatus;
use crate::calendar::conferencing::Conferencing;
use crate::error::{Error, Result};
use crate::owner::{MeetingKey, Mode};
use crate::plan;
use crate::worker::connections::Connection;

/// A meeting and everybody in it.
#[derive(Deserialize)]
pub struct Meeting {
    pub mode: Mode,
    pub id: Uuid,
    pub title: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// The guest's zone.
    pub timezone: String,
    /// The guests' language; `None` is English.
    pub locale: Option<String>,
    pub status: MeetingStatus,
    pub location: Option<String>,
    pub conferencing: Conferencing,
    pub meeting_url: Option<String>,
    /// What the event brought, which `meeting_url` is unless somebody has set that.
    pub conference_url: Option<String>,
    pub notes: Option<String>,
    answers: String,
    /// The link's, where the meeting has one.
    questions: Option<serde_json::Value>,
    pub guests: Vec<String>,
    /// How long before it the guests are reminded.
    pub reminder_minutes: Vec<i32>,
    pub calendar_event_id: Option<String>,
    /// The calendar that holds the event.
    pub calendar_id: Option<String>,
    pub sequence: i32,
    pub cancel_reason: Option<String>,
    /// `guest` or `owner`.
    pub cancelled_by: Option<String>,
    pub organizer_name: Option<String>,
    pub organizer_email: Option<String>,
    pub guest: Option<Guest>,
    pub owner: Host,
    pub connection: Option<Connection>,
}

#[derive(Deserialize)]
pub struct Guest {
    pub email: String,
    pub name: Option<String>,
    pub phone: Option<String>,
}

#[derive(Deserialize)]
pub struct Host {
    pub name: Option<String>,
    pub email: Option<String>,
    pub timezone: String,
    /// Theirs; `None` is English.
    pub locale: Option<String>,
}

/// Reads meetings; what cannot be read of one is its own trouble. Those that are gone are missing.
///
/// # Errors
/// Where the database cannot be read.
pub fn read(mode: Mode, ids: HashSet<Uuid>) -> Result<HashMap<MeetingKey, Result<Meeting>>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<_> = ids.into_iter().map(plan::uuid).collect();
    Spi::connect(|client| {
        let rows = plan::read(
            client,
            ("meetings of jobs", Some(mode)),
            || query(mode),
            None,
            &[ids.into()],
        )?;
        let mut meetings = HashMap::with_capacity(rows.len());
        for row in rows {
            let Some(id) = row.get::<pgrx::Uuid>(1)? else {
                continue;
            };
            let id = Uuid::from_bytes(*id);
            let meeting = serde_json::from_str(row.get::<&str>(2)?.unwrap_or_default());
            meetings.insert(
                MeetingKey { mode, id },
                meeting.map_err(|error| {
                    Error::Internal(format!(
                        "meeting {id} cannot be read (column {})",
                        error.column()
                    ))
                }),
            );
        }
        Ok(meetings)
    })
}

impl Meeting {
    /// The conference that is to come with the event: none where somebody has set another link.
    pub fn wanted_conference(&self) -> Conferencing {
        if self.meeting_url == self.conference_url {
            self.conferencing
        } else {
            Conferencing::None
        }
    }

    pub fn key(&self) -> MeetingKey {
        MeetingKey {
            mode: self.mode,
            id: self.id,
        }
    }

    pub fn is_live(&self) -> bool {
        self.status.is_live()
    }

    /// What people call the guest.
    pub fn guest_name(&self) -> Option<&str> {
        self.guest
            .as_ref()
            .map(|guest| guest.name.as_deref().unwrap_or(&guest.email))
    }

    /// The guest's answers under the labels that the link's questions have by now.
    pub fn labelled_answers(&self) -> Vec<(String, serde_json::Value)> {
        // A row from before its CHECK may hold what cannot be read: the meeting is told without it.
        let answers = serde_json::from_str(&self.answers).unwrap_or_default();
        labelled(self.questions.as_ref(), &answers)
    }
}

/// An SQL expression for the [`Host`] of a row `o` of the owners' table.
pub fn owner(mode: Mode) -> String {
    let t = mode.tables();
    format!(
        "jsonb_build_object('name', o.{}, 'email', {}, 'timezone', o.timezone, 'locale', o.locale)",
        t.owner_name, t.owner_email
    )
}

/// The connection is the one that holds the event already, else one that has the conference that the
/// meeting asks for, else the oldest active one.
fn query(mode: Mode) -> String {
    let t = mode.tables();
    format!(
        "select d.id, to_jsonb(d)::text from (
             select '{mode}' as mode, m.id, m.title, m.starts_at, m.ends_at, m.timezone, m.locale, m.status,
                    m.location, m.conferencing, m.meeting_url, m.conference_url,
                    m.notes, m.answers::text as answers, m.guests,
                    coalesce(m.reminder_minutes, '{{}}') as reminder_minutes,
                    (select l.questions from scheduling.booking_links l
                     where l.id = m.booking_link_id) as questions,
                    m.calendar_event_id, m.calendar_id, m.sequence, m.cancel_reason,
                    m.cancelled_by, m.organizer_name, m.organizer_email,
                    -- the person who was typed for this meeting; rows from before have the guest's own
                    case when coalesce(m.guest_email, g.email) is not null then
                        jsonb_build_object(
                            'email', coalesce(m.guest_email, g.email),
                            'name', coalesce(m.guest_name, g.name),
                            'phone', case when m.guest_email is null then coalesce(m.guest_phone, g.phone)
                                          else m.guest_phone end)
                    end as guest,
                    {owner} as owner,
                    c.connection
             from {meetings} m
             join {owners} o on o.{owner_key} = m.{owner_id}
             left join {guests} g on g.id = m.{guest_id}
             left join lateral (
                 select to_jsonb(c) || jsonb_build_object('application', to_jsonb(p)) as connection
                 from {connections} c
                 left join scheduling.providers p on p.provider = c.provider
                 where c.{owner_id} = m.{owner_id} and c.is_active
                   and coalesce(m.calendar_provider, c.provider) = c.provider
                 order by (c.provider = (select d.provider from scheduling_private.provider_defaults d
                                         where d.conferencing = m.conferencing)) is true desc,
                          c.created_at, c.id
                 limit 1
             ) c on true
             where m.id = any ($1)
         ) d",
        mode = mode.as_str(),
        owner = owner(mode),
        meetings = t.meetings,
        owners = t.owners,
        owner_key = t.owner_key,
        owner_id = t.owner_id,
        guests = t.guests,
        guest_id = t.guest_id,
        connections = t.connections,
    )
}
