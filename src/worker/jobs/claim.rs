//! Who is next: which due jobs the worker takes, so that nobody waits for somebody else's backlog.
//!
//! Jobs of one owner and one kind of work (calendar, mail, CRM) are a share. Shares take turns, each
//! claim goes on where the last one ended, and a share has only so many jobs running at once. Within
//! a share the oldest job comes first, and none before the earlier ones of its lane are finished.
//! What becomes of a claimed job is not decided here.

use std::collections::BTreeSet;

use pgrx::JsonB;
use pgrx::prelude::*;
use uuid::Uuid;

use super::queue::{Job, LEASE, Run};
use crate::error::{Error, Result};
use crate::owner::{MeetingKey, Mode, Owner};
use crate::{plan, timestamptz};

/// Jobs of one share that run at once at most. Twice what a mailbox takes, so that the next request
/// is there when one ends; more would only wait, and take the places of others.
const MOST_OF_A_SHARE: usize = 8;

/// Walks through the shares that have due jobs, from one index entry to the next share's first, and
/// stops when it has enough: however long the backlogs are, it reads little more than it takes.
///
/// `$1` the run, `$2` how many jobs, `$3` the lease in seconds, `$4` the places of a share, `$5` the
/// share that had the last turn.
///
/// The lane is looked up by a scalar subquery and the jobs are updated by an array, because neither
/// can become a join: the planner expects a tenth of all jobs from the limits, and would read them all.
const CLAIM: &str = "
    with recursive ahead (share) as (
        (select j.share from scheduling.jobs j
         where j.state = 'ready' and j.is_due and j.share > $5
         order by j.share limit 1)
        union all
        select (select j.share from scheduling.jobs j
                where j.state = 'ready' and j.is_due and j.share > ahead.share
                order by j.share limit 1)
        from ahead where ahead.share is not null
    ), behind (share) as (
        (select j.share from scheduling.jobs j
         where j.state = 'ready' and j.is_due and j.share <= $5
         order by j.share limit 1)
        union all
        select (select j.share from scheduling.jobs j
                where j.state = 'ready' and j.is_due and j.share > behind.share and j.share <= $5
                order by j.share limit 1)
        from behind where behind.share is not null
    ), due as materialized (
        select next.id
        from (select share from ahead union all select share from behind) turn
        cross join lateral (
            select j.id
            from scheduling.jobs j
            where j.state = 'ready' and j.is_due and j.share = turn.share
              and j.id = (select min(first.id) from scheduling.jobs first
                          where first.lane = j.lane and first.state in ('ready', 'running'))
            order by j.run_at, j.id
            limit greatest(0, $4 - (select count(*) from scheduling.jobs running
                                    where running.state = 'running' and running.share = turn.share))
            for update skip locked
        ) next
        limit $2
    )
    update scheduling.jobs j
    set state = 'running', attempts = j.attempts + 1, locked_by = $1,
        locked_until = now() + make_interval(secs => $3)
    where j.id = any (array(select due.id from due))
    returning j.id, j.kind, j.payload, j.owner, j.meeting_id, j.sales_meeting_id, j.created_at, j.share";

/// Whose turn it was last.
#[derive(Debug, Default)]
pub struct Turns {
    last: String,
}

impl Turns {
    /// As if this share had had the last turn.
    #[cfg(any(test, feature = "pg_test"))]
    pub fn after(share: &str) -> Self {
        Self { last: share.into() }
    }

    /// The next claim goes on after these shares. They were walked in the order of their bytes (the
    /// column's collation is \"C\"), first those after the last turn, then from the start.
    fn pass(&mut self, shares: &BTreeSet<String>) {
        let around = shares.range(..=self.last.clone()).next_back();
        if let Some(last) = around.or(shares.last()) {
            self.last = last.clone();
        }
    }
}

/// Of so many places, those that one share can have: few enough that three others find some too.
pub fn places_of_a_share(concurrency: usize) -> usize {
    (concurrency / 4).clamp(1, MOST_OF_A_SHARE)
}

/// Takes up to `most` due jobs, of no share more than leave it with `places` running.
///
/// # Errors
/// Where a row cannot be read.
pub fn claim(run: Run, most: usize, places: usize, turns: &mut Turns) -> Result<Vec<Job>> {
    see_time_come()?;
    let (jobs, shares) = Spi::connect_mut(|client| -> Result<_> {
        let arguments = [
            run.0.into(),
            (most as i64).into(),
            (LEASE.as_secs() as i64).into(),
            (places as i64).into(),
            turns.last.as_str().into(),
        ];
        let (mut jobs, mut shares) = (Vec::new(), BTreeSet::new());
        for row in plan::write(client, ("claim", None), || CLAIM, None, &arguments)? {
            let text =
                |column| -> Result<String> { Ok(row.get::<String>(column)?.unwrap_or_default()) };
            let meeting = |column, mode| -> Result<Option<MeetingKey>> {
                let id = row.get::<pgrx::Uuid>(column)?;
                Ok(id.map(|id| MeetingKey {
                    mode,
                    id: Uuid::from_bytes(*id),
                }))
            };
            let id = row.get(1)?.unwrap_or_default();
            jobs.push(Job {
                id,
                kind: text(2).map(|kind| kind.parse().map_err(|_| kind))?,
                payload: row
                    .get::<JsonB>(3)?
                    .map_or(serde_json::Value::Null, |json| json.0),
                owner: text(4)?
                    .parse::<Owner>()
                    .map_err(|error| Error::Internal(format!("job {id}: {error}")))?,
                meeting: meeting(5, Mode::Client)?.or(meeting(6, Mode::User)?),
                created_at: row
                    .get::<TimestampWithTimeZone>(7)?
                    .map(|at| timestamptz::from_postgres(at).utc())
                    .unwrap_or_default(),
            });
            shares.insert(text(8)?);
        }
        Ok((jobs, shares))
    })?;
    turns.pass(&shares);
    let mut jobs = jobs;
    // RETURNING has no order.
    jobs.sort_by_key(|job| job.id);
    Ok(jobs)
}

/// Marks the jobs whose time has come since they were queued or put off.
fn see_time_come() -> Result<u64> {
    plan::change(
        ("time has come", None),
        || {
            "update scheduling.jobs j set is_due = true
             where j.id = any (array(
                 select d.id from scheduling.jobs d
                 where d.state = 'ready' and not d.is_due and d.run_at <= now()
                 for update skip locked))"
        },
        &[],
    )
}
