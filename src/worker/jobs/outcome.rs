//! What jobs have brought and their meetings are yet to be told. Somebody may have locked a meeting: its
//! jobs do not wait for that, it is kept with the job that brought it (the column `outcome`), and told when
//! the meeting is free.

use chrono::{DateTime, Utc};
use pgrx::prelude::*;
use serde::{Deserialize, Serialize};

use super::crm::record::{self as crm_record, LeadNote};
use super::outbox;
use super::queue::meeting_of;
use super::telling::{EventNote, Note, tell};
use crate::error::{Error, Result};
use crate::owner::MeetingKey;
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
    /// Of its guest's lead. Later jobs of its lane wait until this is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm: Option<LeadNote>,
    /// Whether its guest's row is yet to be told which lead it has.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guest: bool,
}

impl Outcome {
    /// What its meeting is to be told; none where that is nothing.
    pub fn note(&self) -> Option<Note<'_>> {
        Note::of(self.event.as_ref(), self.confirmed_at)
    }

    /// Whether all of it is written.
    pub fn is_over(&self) -> bool {
        self.note().is_none() && self.sent_at.is_none() && self.crm.is_none() && !self.guest
    }
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
    let mut kept = kept(jobs)?;
    let sent: Vec<_> = kept
        .iter()
        .filter_map(|(id, _, outcome)| outcome.sent_at.map(|at| (*id, at)))
        .collect();
    let noted = outbox::note_sent(&sent)?;
    for (id, _, outcome) in &mut kept {
        if noted.get(id).is_some_and(|noted| noted.is_confirmation) {
            outcome.confirmed_at = outcome.sent_at;
        }
    }
    let notes = kept
        .iter()
        .filter_map(|(_, meeting, outcome)| meeting.zip(outcome.note()));
    let told = tell(notes)?;
    let leads: Vec<_> = kept
        .iter()
        .filter_map(|(id, _, outcome)| Some((*id, outcome.crm.as_ref()?)))
        .collect();
    crm_record::note(&leads)?;
    let guests: Vec<_> = kept
        .iter()
        .filter(|(.., outcome)| outcome.guest || outcome.crm.is_some())
        .map(|(id, ..)| *id)
        .collect();
    let locked = crm_record::tell_guests(&guests)?;
    let noted_alone: Vec<_> = leads
        .iter()
        .map(|(id, _)| *id)
        .filter(|id| locked.contains(id))
        .collect();
    if !noted_alone.is_empty() {
        plan::change(
            ("noted leads", None),
            || {
                "update scheduling.jobs j set outcome = j.outcome - 'crm' || '{\"guest\": true}'
                 where j.id = any ($1)"
            },
            &[noted_alone.into()],
        )?;
    }
    let over: Vec<_> = kept
        .iter()
        .filter(|(id, meeting, outcome)| {
            let to_tell = meeting.filter(|_| outcome.note().is_some());
            !locked.contains(id)
                && (outcome.sent_at.is_none() || noted.contains_key(id))
                && to_tell.is_none_or(|meeting| told.contains_key(&meeting))
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
            let outcome = serde_json::from_str(row.get::<&str>(4)?.unwrap_or_default());
            kept.push((
                row.get::<i64>(1)?.unwrap_or_default(),
                meeting_of(&row, 2, 3)?,
                outcome.map_err(|_| Error::Internal("a kept outcome cannot be read".into()))?,
            ));
        }
        Ok(kept)
    })
}
