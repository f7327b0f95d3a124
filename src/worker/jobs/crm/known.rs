//! What is known of leads and notes: read before the CRM is asked, and written down where asking may make one,
//! so that it is known whatever becomes of the answer.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use pgrx::prelude::*;
use serde::Deserialize;

use crate::crm::Told;
use crate::error::{Error, Result};
use crate::plan;

/// What is known of the lead and the meeting of one job.
#[derive(Deserialize)]
pub struct Known {
    pub lead_id: Option<String>,
    /// For so many seconds it has not been known whether a lead was made.
    pub unsure_for: Option<f64>,
    pub told: Option<Told>,
    /// What a note says that may have been written after what was told, and since when it may.
    pub trying: Option<Told>,
    pub trying_since: Option<DateTime<Utc>>,
}

/// What is known for each of these jobs.
pub fn read(jobs: Vec<i64>) -> Result<HashMap<i64, Known>> {
    Spi::connect(|client| {
        let rows = plan::read(
            client,
            ("known leads", None),
            || {
                "select j.id, jsonb_build_object(
                            'lead_id', l.lead_id,
                            'unsure_for', extract(epoch from clock_timestamp() - l.unsure_since),
                            'told', case when n.notes > 0 then to_jsonb(n) end,
                            'trying', n.trying, 'trying_since', n.trying_since)::text
                 from scheduling.jobs j
                 cross join lateral (
                     select scheduling_private.address_digest(j.payload ->> 'address') as digest
                 ) a
                 left join scheduling_private.crm_leads l on l.address_digest = a.digest
                 left join scheduling_private.crm_notes n
                     on n.meeting = coalesce(j.meeting_id, j.sales_meeting_id) and n.address_digest = a.digest
                 where j.id = any ($1)"
            },
            None,
            &[jobs.into()],
        )?;
        let mut known = HashMap::with_capacity(rows.len());
        for row in rows {
            let unreadable = |_| Error::Internal("what is known of a lead cannot be read".into());
            let what = serde_json::from_str(row.get::<&str>(2)?.unwrap_or_default());
            known.extend(row.get::<i64>(1)?.zip(Some(what.map_err(unreadable)?)));
        }
        Ok(known)
    })
}

/// Notes down that these jobs may make a lead from now on.
pub fn announce_leads(jobs: Vec<i64>) -> Result<()> {
    plan::change(
        ("announce leads", None),
        || {
            "insert into scheduling_private.crm_leads as l (address_digest, unsure_since)
             select distinct scheduling_private.address_digest(j.payload ->> 'address'), clock_timestamp()
             from scheduling.jobs j where j.id = any ($1)
             on conflict (address_digest) do update
                 set unsure_since = excluded.unsure_since, updated_at = now()"
        },
        &[jobs.into()],
    )?;
    Ok(())
}

/// Notes down that these jobs may write a note from now on, and what it says.
///
/// Of two jobs for one meeting and address one runs at a time, so each row is written once.
pub fn announce_notes(notes: Vec<(i64, Told)>) -> Result<()> {
    let (jobs, says): (Vec<_>, Vec<_>) = notes.into_iter().unzip();
    let says = says.iter().map(serde_json::to_string);
    let says: Vec<_> = says
        .collect::<std::result::Result<_, _>>()
        .map_err(|_| Error::Internal("what a note says cannot be written down".into()))?;
    plan::change(
        ("announce notes", None),
        || {
            "insert into scheduling_private.crm_notes as n
                 (meeting, address_digest, notes, starts_at, ends_at, takes_place, trying, trying_since)
             select coalesce(j.meeting_id, j.sales_meeting_id),
                    scheduling_private.address_digest(j.payload ->> 'address'), 0,
                    (may.says ->> 'starts_at')::timestamptz, (may.says ->> 'ends_at')::timestamptz, false,
                    may.says, clock_timestamp()
             from (select m.job, m.says::jsonb from unnest($1, $2) as m (job, says)) may
             join scheduling.jobs j on j.id = may.job
             where num_nonnulls(j.meeting_id, j.sales_meeting_id) = 1
             on conflict (meeting, address_digest) do update
                 set trying = excluded.trying,
                     trying_since = coalesce(n.trying_since, excluded.trying_since), updated_at = now()"
        },
        &[jobs.into(), says.into()],
    )?;
    Ok(())
}
