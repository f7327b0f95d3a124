//! What jobs have brought and their meetings are yet to be told. Somebody may have locked a meeting: its
//! jobs do not wait for that, it is kept with the job that brought it (the column `outcome`), and told when
//! the meeting is free.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use pgrx::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::outbox;
use super::telling::{EventNote, Note, tell};
use crate::error::{Error, Result};
use crate::owner::{MeetingKey, Mode};
use crate::plan;

/// So many jobs whose meetings are yet to be told are seen to at once.
const PORTION: i64 = 200;

/// What a job has brought that is not written yet.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventNote>,
    /// When its mail went out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<DateTime<Utc>>,
    /// When the guest's confirmation went out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// The jobs after this number whose meetings are yet to be told; not all, where there are many. Looking
/// needs no transaction id.
pub fn untold(after: i64) -> Result<Vec<i64>> {
    let ids: Option<Vec<i64>> = plan::read_value(
        ("untold", None),
        || {
            "select array_agg(u.id order by u.id) from (
                 select j.id from scheduling.jobs j
                 where j.outcome is not null and j.id > $1 order by j.id limit $2
             ) u"
        },
        &[after.into(), PORTION.into()],
    )?;
    Ok(ids.unwrap_or_default())
}

/// Tells the meetings of these jobs what was kept for them, as far as they are free; how many of the jobs
/// have nothing left to tell.
///
/// # Errors
/// Where one of them cannot be written for another reason than a lock; then none is.
pub fn make_up_for(jobs: &[i64]) -> Result<usize> {
    let kept = kept(jobs)?;
    let sent: Vec<_> = kept
        .iter()
        .filter_map(|(id, _, outcome)| outcome.sent_at.map(|at| (*id, at)))
        .collect();
    let noted = outbox::note_sent(&sent)?;
    let mut notes: HashMap<Mode, HashMap<Uuid, Note<'_>>> = HashMap::new();
    for (id, meeting, outcome) in &kept {
        let confirmed_at = match noted.get(id) {
            Some(true) => outcome.sent_at,
            _ => outcome.confirmed_at,
        };
        if let Some(meeting) = meeting
            && (outcome.event.is_some() || confirmed_at.is_some())
        {
            let note = notes
                .entry(meeting.mode)
                .or_default()
                .entry(meeting.id)
                .or_default();
            note.event = outcome.event.as_ref().or(note.event);
            note.confirmed_at = confirmed_at.or(note.confirmed_at);
        }
    }
    let mut told = HashSet::new();
    for (mode, notes) in &notes {
        let mode = *mode;
        told.extend(
            tell(mode, notes)?
                .into_keys()
                .map(|id| MeetingKey { mode, id }),
        );
    }
    let over: Vec<_> = kept
        .iter()
        .filter(|(id, meeting, outcome)| {
            let to_tell = meeting.filter(|meeting| {
                notes
                    .get(&meeting.mode)
                    .is_some_and(|notes| notes.contains_key(&meeting.id))
            });
            (outcome.sent_at.is_none() || noted.contains_key(id))
                && to_tell.is_none_or(|meeting| told.contains(&meeting))
        })
        .map(|(id, ..)| *id)
        .collect();
    let told = over.len();
    if over.is_empty() {
        return Ok(told);
    }
    plan::change(
        ("told", None),
        || "update scheduling.jobs j set outcome = null where j.id = any ($1)",
        &[over.into()],
    )?;
    Ok(told)
}

fn kept(jobs: &[i64]) -> Result<Vec<(i64, Option<MeetingKey>, Outcome)>> {
    Spi::connect_mut(|client| {
        let rows = plan::write(
            client,
            ("kept outcomes", None),
            || {
                "select j.id, j.meeting_id, j.sales_meeting_id, j.outcome::text
                 from scheduling.jobs j
                 where j.id = any ($1) and j.outcome is not null
                 order by j.id
                 for no key update skip locked"
            },
            None,
            &[jobs.to_vec().into()],
        )?;
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            let meeting = |column, mode| -> Result<Option<MeetingKey>> {
                let id = row.get::<pgrx::Uuid>(column)?;
                Ok(id.map(|id| MeetingKey {
                    mode,
                    id: Uuid::from_bytes(*id),
                }))
            };
            let outcome = serde_json::from_str(row.get::<&str>(4)?.unwrap_or_default());
            kept.push((
                row.get::<i64>(1)?.unwrap_or_default(),
                meeting(2, Mode::Client)?.or(meeting(3, Mode::User)?),
                outcome.map_err(|_| Error::Internal("a kept outcome cannot be read".into()))?,
            ));
        }
        Ok(kept)
    })
}
