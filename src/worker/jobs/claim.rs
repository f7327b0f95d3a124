//! Taking jobs that the backlog has picked: those that are still to be had, by one statement.

use pgrx::prelude::*;

use super::queue::{Claim, Held, Job, LEASE, meeting_of};
use crate::error::{Error, Result};
use crate::instant::Instant;
use crate::owner::Owner;
use crate::{plan, timestamptz};

/// Claims those of the jobs that are due, first in their lanes, and locked by nobody. Their rows and no
/// others are written, once and in a transaction that writes nothing else: for a row that its own
/// transaction has made, PostgreSQL checks foreign keys anew, and so would wait for whoever has locked
/// the meeting.
///
/// `FOR NO KEY UPDATE`: an application's own table may reference jobs. `state || ''` is no condition of
/// an index: a planner that has seen the queue empty would else read all of it, instead of looking up
/// each job by its key.
const CLAIM: &str = "
    with free as materialized (
        select j.id from scheduling.jobs j
        where j.id = any ($1) and j.state || '' = 'ready' and j.run_at <= now() and j.outcome is null
          and not exists (
              select from scheduling.jobs earlier
              where earlier.lane = j.lane and earlier.id < j.id
                and (earlier.state in ('ready', 'running') or earlier.outcome is not null)
                and (earlier.state in ('ready', 'running') or earlier.outcome ?| '{event,crm}'))
        for no key update of j skip locked
    )
    update scheduling.jobs j
    set state = 'running', attempts = j.attempts + 1, locked_by = $2,
        locked_until = now() + make_interval(secs => $3)
    where j.id = any (array(select free.id from free))
    returning j.id, j.kind, j.payload::text, j.owner, j.meeting_id, j.sales_meeting_id, j.created_at";

/// Takes the jobs that are to be had; where there are none, without a transaction id.
///
/// # Errors
/// Where a row cannot be written or read.
pub fn claim(claim: Claim, ids: &[i64]) -> Result<Vec<Job>> {
    let arguments = [
        ids.to_vec().into(),
        claim.id().into(),
        LEASE.as_secs_f64().into(),
    ];
    let mut jobs = Spi::connect(|client| -> Result<_> {
        let mut jobs = Vec::with_capacity(ids.len());
        for row in plan::read_latest(client, ("claim", None), || CLAIM, None, &arguments)? {
            let text =
                |column| -> Result<String> { Ok(row.get::<String>(column)?.unwrap_or_default()) };
            let id = row.get(1)?.unwrap_or_default();
            jobs.push(Job {
                held: Held {
                    id,
                    claim,
                    meeting: meeting_of(&row, 5, 6)?,
                },
                kind: text(2).map(|kind| kind.parse().map_err(|_| kind))?,
                // What jsonb takes and we cannot read asks for nothing that is known.
                payload: serde_json::from_str(&text(3)?).unwrap_or_default(),
                owner: text(4)?
                    .parse::<Owner>()
                    .map_err(|error| Error::Internal(format!("job {id}: {error}")))?,
                created_at: row
                    .get::<TimestampWithTimeZone>(7)?
                    .map(|at| timestamptz::from_postgres(at).utc())
                    .unwrap_or_default(),
            });
        }
        Ok(jobs)
    })?;
    // RETURNING has no order.
    jobs.sort_by_key(|job| job.held.id);
    Ok(jobs)
}

/// A job that is still ready.
pub struct Left {
    pub id: i64,
    pub run_at: Instant,
    pub lane: String,
    pub share: String,
}

/// Of jobs that could not be claimed, those that are still ready: somebody has put them off or locked
/// them, or there is an earlier one in their lane; that one, too. The others are gone.
pub fn left(ids: &[i64]) -> Result<Vec<Left>> {
    let arguments = [ids.to_vec().into()];
    Spi::connect(|client| {
        let rows = plan::read_latest(
            client,
            ("left", None),
            || {
                "select j.id, j.run_at, j.lane, j.share from scheduling.jobs j
                 where j.state || '' = 'ready' and j.id = any ($1)
                 union
                 select earlier.id, earlier.run_at, earlier.lane, earlier.share
                 from scheduling.jobs j
                 join scheduling.jobs earlier on earlier.lane = j.lane and earlier.id < j.id
                 where j.state || '' = 'ready' and j.id = any ($1) and earlier.state = 'ready'"
            },
            None,
            &arguments,
        )?;
        let mut left = Vec::with_capacity(rows.len());
        for row in rows {
            if let (Some(id), Some(run_at)) = (row.get(1)?, row.get(2)?) {
                left.push(Left {
                    id,
                    run_at: timestamptz::from_postgres(run_at),
                    lane: row.get::<String>(3)?.unwrap_or_default(),
                    share: row.get::<String>(4)?.unwrap_or_default(),
                });
            }
        }
        Ok(left)
    })
}
