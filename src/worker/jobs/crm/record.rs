//! What came of jobs for the CRM, written down: which lead an address has, what its notes say, and at the
//! guest's own row. Rows of guests that somebody has locked are passed over, and written later.

use std::collections::HashSet;

use pgrx::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::came::{Came, Said};
use crate::crm::{CrmError, LeadState, Told};
use crate::error::Result;
use crate::owner::Mode;
use crate::worker::network::work::CrmReply;
use crate::{plan, timestamptz};

/// Two databases may make a lead for one address at once: after this the search finds both.
const CHECKED_AFTER: &str = "2 minutes";

/// What one job has brought.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LeadNote {
    /// known, absent, unsure or unchanged.
    state: String,
    lead: Option<String>,
    is_new: bool,
    note: Option<String>,
    /// Where a note was written.
    says: Option<Told>,
}

impl LeadNote {
    pub fn new(reply: &CrmReply) -> Self {
        let (state, lead) = match &reply.answer.lead {
            LeadState::Known(lead) => ("known", Some(lead.clone())),
            LeadState::Absent => ("absent", None),
            LeadState::Unsure => ("unsure", None),
            LeadState::Unchanged => ("unchanged", None),
        };
        let done = reply.answer.done.as_ref().ok();
        Self {
            state: state.to_owned(),
            lead,
            is_new: reply.answer.is_new,
            note: done.and_then(Clone::clone),
            says: reply
                .says
                .clone()
                .filter(|_| done.is_some_and(Option::is_some)),
        }
    }
}

/// Writes down what these jobs have brought, but for their guests' rows.
///
/// # Errors
/// Where one of them cannot be written; then none is.
pub fn note(jobs: &[(i64, &LeadNote)]) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    note_leads(jobs)?;
    note_notes(jobs)?;
    let new: Vec<_> = jobs
        .iter()
        .filter(|(_, note)| note.is_new)
        .map(|(job, _)| *job)
        .collect();
    check_later(new)
}

fn note_leads(jobs: &[(i64, &LeadNote)]) -> Result<()> {
    let ids: Vec<_> = jobs.iter().map(|(job, _)| *job).collect();
    let states: Vec<_> = jobs.iter().map(|(_, note)| note.state.clone()).collect();
    let leads: Vec<_> = jobs.iter().map(|(_, note)| note.lead.clone()).collect();
    plan::change(
        ("note leads", None),
        || {
            "insert into scheduling_private.crm_leads as l (address_digest, lead_id, unsure_since)
             select distinct on (1) scheduling_private.address_digest(j.payload ->> 'address'), said.lead,
                    case said.state when 'unsure' then clock_timestamp() end
             from unnest($1, $2, $3) as said (job, state, lead)
             join scheduling.jobs j on j.id = said.job
             where said.state <> 'unchanged'
             order by 1, said.job desc
             on conflict (address_digest) do update
                 set lead_id = excluded.lead_id, unsure_since = excluded.unsure_since, updated_at = now()"
        },
        &[ids.into(), states.into(), leads.into()],
    )?;
    Ok(())
}

fn note_notes(jobs: &[(i64, &LeadNote)]) -> Result<()> {
    let noted: Vec<_> = jobs
        .iter()
        .filter_map(|(job, note)| Some((*job, *note, note.says.as_ref()?, note.lead.as_ref()?)))
        .collect();
    if noted.is_empty() {
        return Ok(());
    }
    let time = |of: &dyn Fn(&Told) -> chrono::DateTime<chrono::Utc>| {
        noted
            .iter()
            .map(|(_, _, says, _)| timestamptz::to_postgres(of(says).into()))
            .collect::<Result<Vec<_>>>()
    };
    let ids: Vec<_> = noted.iter().map(|(job, ..)| *job).collect();
    let leads: Vec<_> = noted.iter().map(|(.., lead)| (*lead).clone()).collect();
    let notes: Vec<_> = noted
        .iter()
        .map(|(_, note, ..)| note.note.clone())
        .collect();
    let numbers: Vec<_> = noted.iter().map(|(_, _, says, _)| says.notes).collect();
    let takes_place: Vec<_> = noted
        .iter()
        .map(|(_, _, says, _)| says.takes_place)
        .collect();
    plan::change(
        ("note notes", None),
        || {
            "insert into scheduling_private.crm_notes
                 (meeting, address_digest, lead_id, note_id, notes, starts_at, ends_at, takes_place)
             select coalesce(j.meeting_id, j.sales_meeting_id),
                    scheduling_private.address_digest(j.payload ->> 'address'),
                    said.lead, said.note, said.number, said.starts_at, said.ends_at, said.takes_place
             from unnest($1, $2, $3, $4, $5, $6, $7)
                 as said (job, lead, note, number, starts_at, ends_at, takes_place)
             join scheduling.jobs j on j.id = said.job
             where num_nonnulls(j.meeting_id, j.sales_meeting_id) = 1
             on conflict (meeting, address_digest) do update
                 set lead_id = excluded.lead_id, note_id = excluded.note_id, notes = excluded.notes,
                     starts_at = excluded.starts_at, ends_at = excluded.ends_at,
                     takes_place = excluded.takes_place, trying = null, trying_since = null,
                     updated_at = now()"
        },
        &[
            ids.into(),
            leads.into(),
            notes.into(),
            numbers.into(),
            time(&|says| says.starts_at)?.into(),
            time(&|says| says.ends_at)?.into(),
            takes_place.into(),
        ],
    )?;
    Ok(())
}

/// Queues a second look at leads that were made just now.
fn check_later(jobs: Vec<i64>) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    plan::change(
        ("check leads later", None),
        || {
            format!(
                "insert into scheduling.jobs (kind, payload, run_at, meeting_id, sales_meeting_id, owner)
                 select 'crm_lead', jsonb_build_object('address', j.payload -> 'address', 'check', true),
                        now() + interval '{CHECKED_AFTER}', j.meeting_id, j.sales_meeting_id, j.owner
                 from scheduling.jobs j where j.id = any ($1)"
            )
        },
        &[jobs.into()],
    )?;
    Ok(())
}

/// Writes the leads into the rows of these jobs' guests; returns the jobs whose guests somebody has locked.
///
/// # Errors
/// Where one of them cannot be written for another reason; then none is.
pub fn tell_guests(jobs: &[i64]) -> Result<HashSet<i64>> {
    let mut locked = HashSet::new();
    if jobs.is_empty() {
        return Ok(locked);
    }
    for mode in Mode::BOTH {
        Spi::connect_mut(|client| -> Result<()> {
            let rows = plan::write(
                client,
                ("tell guests", Some(mode)),
                || guests_query(mode),
                None,
                &[jobs.to_vec().into()],
            )?;
            for row in rows {
                locked.extend(row.get::<i64>(1)?);
            }
            Ok(())
        })?;
    }
    Ok(locked)
}

fn guests_query(mode: Mode) -> String {
    let t = mode.tables();
    format!(
        "with due as materialized (
             select j.id as job, g.id, l.lead_id
             from scheduling.jobs j
             join {meetings} m on m.id = j.{job_meeting}
             join {guests} g on g.id = m.{guest_id}
             join scheduling_private.crm_leads l
                 on l.address_digest = scheduling_private.address_digest(g.email)
             where j.id = any ($1) and lower(g.email) = lower(j.payload ->> 'address')
               and g.crm_lead_id is distinct from l.lead_id
         ), free as materialized (
             select g.id from {guests} g where g.id in (select due.id from due)
             for no key update skip locked
         ), told as (
             update {guests} g set crm_lead_id = due.lead_id
             from due join free on free.id = due.id
             where g.id = due.id
             returning g.id
         )
         select due.job from due where due.id not in (select free.id from free)",
        meetings = t.meetings,
        job_meeting = t.job_meeting,
        guests = t.guests,
        guest_id = t.guest_id,
    )
}

/// Where the CRM has refused the key, holds all jobs for it until it is configured anew; the accounts that
/// are held: none while somebody configures it. It is said once, in the log.
///
/// # Errors
/// Where that cannot be written.
pub fn hold(came: &[&Came]) -> Result<HashSet<Uuid>> {
    let refused = came.iter().find_map(|came| match &came.said {
        Said::Lead(reply) => match &reply.answer.done {
            Err(error @ CrmError::Refused(_)) => Some((reply.generation, error.to_string())),
            _ => None,
        },
        _ => None,
    });
    let Some((generation, reason)) = refused else {
        return Ok(HashSet::new());
    };
    let account = plan::uuid(generation);
    let is_new = plan::change(
        ("hold the crm", None),
        || {
            "update scheduling.crm_settings s set held_reason = $2, held_since = now()
             where s.singleton = any (array(
                 select o.singleton from scheduling.crm_settings o
                 where o.generation = $1 and o.held_reason is null
                 for no key update skip locked))"
        },
        &[account.into(), reason.as_str().into()],
    )?;
    if is_new > 0 {
        warning!("scheduling worker makes no leads until configure_close() is called: {reason}");
        plan::change(
            ("hold leads", None),
            || {
                "update scheduling.jobs j set run_at = 'infinity', last_error = $1
                 where j.id = any (array(
                     select w.id from scheduling.jobs w
                     where w.kind = 'crm_lead' and w.state = 'ready' and w.run_at < 'infinity'
                     for no key update skip locked))"
            },
            &[reason.as_str().into()],
        )?;
    }
    let held: Option<bool> = plan::write_value(
        ("is the crm held", None),
        || {
            "select true from scheduling.crm_settings s
             where s.generation = $1 and s.held_reason is not null for share skip locked"
        },
        &[account.into()],
    )?;
    Ok(held.map(|_| generation).into_iter().collect())
}
