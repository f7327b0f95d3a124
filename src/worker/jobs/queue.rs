//! The queue's states and how jobs move between them: each move is one SQL statement for any number of
//! jobs. Which jobs are next is `backlog`'s business, and `claim`'s.
//!
//! A claimed job is leased, not locked: no transaction is open while the outside world answers. Each
//! claim has a name of its own, and finishing is fenced by it, so that a job that was taken over
//! meanwhile is left alone.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use pgrx::datum::DatumWithOid;
use pgrx::prelude::*;
use pgrx::spi::SpiHeapTupleData;
use strum::{EnumString, IntoStaticStr, VariantArray};
use uuid::Uuid;

use crate::error::Result;
use crate::owner::{MeetingKey, Mode, Owner};
use crate::plan;
use crate::worker::network::work::LONGEST_TASK;

/// How long a claimed job is ours: longer than the network goes on with it.
pub const LEASE: Duration = LONGEST_TASK.saturating_add(Duration::from_secs(60));

/// So often a job looks for what a provider is to make ready.
const MOST_LOOKS: i32 = 14;

/// What is to be done: the column `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum JobKind {
    CreateEvent,
    UpdateEvent,
    DeleteEvent,
    SendEmail,
    CrmLead,
    Webhook,
}

impl JobKind {
    /// Whether it makes the calendar agree with the meeting.
    pub fn is_of_calendar(self) -> bool {
        match self {
            Self::CreateEvent | Self::UpdateEvent | Self::DeleteEvent => true,
            Self::SendEmail | Self::CrmLead | Self::Webhook => false,
        }
    }
}

/// The name under which some jobs are claimed: a new one for each round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim(Uuid);

impl Claim {
    pub fn new() -> Self {
        Self(Uuid::new_v4())
    }

    pub fn id(self) -> pgrx::Uuid {
        plan::uuid(self.0)
    }
}

/// A job that is ours, as far as its outcome goes.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub id: i64,
    pub claim: Claim,
    pub meeting: Option<MeetingKey>,
}

/// A claimed job.
#[derive(Debug)]
pub struct Job {
    pub held: Held,
    /// Else the name of a kind that only a newer version does.
    pub kind: std::result::Result<JobKind, String>,
    pub payload: serde_json::Value,
    pub owner: Owner,
    pub created_at: DateTime<Utc>,
}

impl Job {
    /// Whether it has done its work before, and only looks for what the provider was to make ready.
    pub fn only_looks(&self) -> bool {
        self.payload.get("looks").is_some()
    }
}

/// What became of a job.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// With a word on what came out of it, where that is worth one.
    Done(Option<String>),
    Failed {
        error: String,
        permanent: bool,
        /// The provider's own word on when to come back.
        retry_after: Option<Duration>,
    },
    /// Failed, and to be tried again after the usual pause, however often: whoever says so knows when to stop.
    Persists {
        error: String,
        retry_after: Option<Duration>,
    },
    /// Not ready yet, and nobody's fault: to be looked at again.
    Waits,
    /// Not to be tried now, and nobody's fault: after this pause, or when somebody has it go on. It does not
    /// count as an attempt.
    Later {
        why: String,
        pause: Option<Duration>,
    },
}

impl Verdict {
    /// Failed, and to be tried again after the usual pause.
    pub fn again(error: impl Into<String>) -> Self {
        Self::Failed {
            error: error.into(),
            permanent: false,
            retry_after: None,
        }
    }

    /// Whether there is nothing more to come.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Done(_) => true,
            Self::Failed { permanent, .. } => *permanent,
            Self::Persists { .. } | Self::Waits | Self::Later { .. } => false,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Failed {
                permanent: true, ..
            } => "failed",
            Self::Failed { .. } => "again",
            Self::Persists { .. } => "persists",
            Self::Waits => "waits",
            Self::Later { .. } => "later",
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Done(text) => text.as_deref(),
            Self::Failed { error, .. }
            | Self::Persists { error, .. }
            | Self::Later { why: error, .. } => Some(error),
            Self::Waits => None,
        }
    }

    fn pause(&self) -> f64 {
        match self {
            Self::Failed { retry_after, .. } | Self::Persists { retry_after, .. } => {
                retry_after.unwrap_or_default().as_secs_f64()
            }
            Self::Later { pause, .. } => pause.map_or(f64::INFINITY, |pause| pause.as_secs_f64()),
            Self::Done(_) | Self::Waits => 0.0,
        }
    }
}

/// The meeting of a job, by its columns `meeting_id` and `sales_meeting_id` in a row.
pub fn meeting_of(
    row: &SpiHeapTupleData<'_>,
    client: usize,
    user: usize,
) -> Result<Option<MeetingKey>> {
    let key = |column, mode| -> Result<Option<MeetingKey>> {
        let id = row.get::<pgrx::Uuid>(column)?;
        Ok(id.map(|id| MeetingKey {
            mode,
            id: Uuid::from_bytes(*id),
        }))
    };
    Ok(key(client, Mode::Client)?.or(key(user, Mode::User)?))
}

/// Of these jobs the ones that are still ours, and stay so until the end of this transaction. Of the
/// others some may only be locked by somebody: see [`still_claimed`].
pub fn hold(jobs: &[Held]) -> Result<HashSet<i64>> {
    ids_of(
        "hold jobs",
        "select j.id from unnest($1, $2) as ours (id, claim)
         join scheduling.jobs j on j.id = ours.id and j.locked_by = ours.claim
         for no key update of j skip locked",
        jobs,
    )
}

/// Of these jobs the ones that nobody has taken from us, whoever may have locked them.
pub fn still_claimed(jobs: &[Held]) -> Result<HashSet<i64>> {
    ids_of(
        "still claimed",
        "select j.id from unnest($1, $2) as ours (id, claim)
         join scheduling.jobs j on j.id = ours.id and j.locked_by = ours.claim",
        jobs,
    )
}

fn ids_of(name: &'static str, sql: &'static str, jobs: &[Held]) -> Result<HashSet<i64>> {
    Spi::connect_mut(|client| {
        let mut ids = HashSet::new();
        for row in plan::write(client, (name, None), || sql, None, &names(jobs))? {
            ids.extend(row.get::<i64>(1)?);
        }
        Ok(ids)
    })
}

/// Jobs by number and claim, as the first two arguments of a statement.
fn names(jobs: &[Held]) -> [DatumWithOid<'static>; 2] {
    let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
    let claims: Vec<_> = jobs.iter().map(|job| job.claim.id()).collect();
    [ids.into(), claims.into()]
}

/// Records what became of jobs that are held, and what their meetings are yet to be told.
///
/// Done and failed for good are finished. Failed for now is ready again after a pause: 2, 4, 8 …
/// seconds, at most an hour, give or take half, and never sooner than the provider asked for; or has
/// failed for good with the last attempt. What waits is ready again after 1, 2, 4 … seconds, at most
/// five minutes, without counting as an attempt; it is done with after [`MOST_LOOKS`], some half an hour,
/// and where a later job of its lane waits: that one looks, too. What is for later is ready after the pause
/// that it names, and counts no attempt either. What persists never runs out of attempts.
pub fn settle(jobs: &[(Held, &Verdict, Option<String>)]) -> Result<u64> {
    let held: Vec<_> = jobs.iter().map(|(held, ..)| *held).collect();
    let [ids, claims] = names(&held);
    let column = |of: &dyn Fn(&Verdict) -> Option<String>| -> Vec<Option<String>> {
        jobs.iter().map(|(_, verdict, _)| of(verdict)).collect()
    };
    let verdicts = column(&|verdict| Some(verdict.name().to_owned()));
    let texts = column(&|verdict| verdict.text().map(str::to_owned));
    let pauses: Vec<_> = jobs.iter().map(|(_, verdict, _)| verdict.pause()).collect();
    let outcomes: Vec<_> = jobs.iter().map(|(.., outcome)| outcome.clone()).collect();
    plan::change(
        ("settle", None),
        || {
            "update scheduling.jobs j
             set state = told.state,
                 finished_at = case when told.state <> 'ready' then now() end,
                 run_at = case when told.state <> 'ready' then j.run_at
                               when told.pause = 'infinity' then 'infinity'
                               else now() + make_interval(secs => told.pause) end,
                 attempts = j.attempts - (told.state = 'ready' and told.verdict in ('waits', 'later'))::int,
                 max_attempts = case when told.verdict = 'persists' then greatest(j.max_attempts, j.attempts + 20)
                                     else j.max_attempts end,
                 payload = case when told.verdict = 'waits'
                               then j.payload || jsonb_build_object('looks', told.looks + 1)
                               else j.payload end,
                 result = case told.verdict when 'done' then told.text when 'waits' then told.ends end,
                 last_error = case when told.verdict in ('failed', 'again', 'persists', 'later') then told.text end,
                 outcome = told.outcome::jsonb,
                 locked_by = null, locked_until = null
             from (
                 select said.*, looked.looks, ended.ends,
                        case said.verdict
                            when 'again' then
                                case when old.attempts >= old.max_attempts then 'failed' else 'ready' end
                            when 'waits' then case when ended.ends is null then 'ready' else 'done' end
                            when 'later' then 'ready'
                            when 'persists' then 'ready'
                            else said.verdict
                        end as state,
                        case said.verdict
                            when 'waits' then least(power(2, looked.looks), 300)
                            when 'later' then said.at_least
                            else greatest(said.at_least,
                                least(3600, power(2, least(old.attempts, 12))) * (0.5 + random()))
                        end as pause
                 from unnest($1, $2, $3, $4, $5, $6)
                     as said (id, claim, verdict, text, at_least, outcome)
                 join scheduling.jobs old on old.id = said.id
                 cross join lateral (
                     select case when said.verdict = 'waits'
                                 then coalesce((old.payload ->> 'looks')::int, 0) end as looks
                 ) looked
                 cross join lateral (
                     select case
                         when said.verdict <> 'waits' then null
                         when exists (
                             select from scheduling.jobs later
                             where later.lane = old.lane and later.id > old.id and later.state = 'ready')
                             then 'a later job looks for the video conference'
                         when looked.looks >= $7 then 'the provider has not made the video conference'
                     end as ends
                 ) ended
             ) told
             where j.id = told.id and j.locked_by = told.claim"
        },
        &[
            ids,
            claims,
            verdicts.into(),
            texts.into(),
            pauses.into(),
            outcomes.into(),
            MOST_LOOKS.into(),
        ],
    )
}

/// Gives back jobs that are in flight when the worker leaves: the attempt does not count.
pub fn give_back(jobs: &[Held]) -> Result<u64> {
    let held: Vec<_> = hold(jobs)?.into_iter().collect();
    plan::change(
        ("give back", None),
        || {
            "update scheduling.jobs j
             set state = 'ready', attempts = j.attempts - 1, locked_by = null, locked_until = null
             where j.id = any ($1)"
        },
        &[held.into()],
    )
}

/// Renews the leases of jobs that are in flight, where they are half over.
pub fn renew(jobs: &[Held]) -> Result<u64> {
    let [ids, claims] = names(jobs);
    plan::change(
        ("renew", None),
        || {
            "with old as materialized (
                 select j.id from unnest($1, $2) as ours (id, claim)
                 join scheduling.jobs j on j.id = ours.id and j.locked_by = ours.claim
                 where j.locked_until < now() + make_interval(secs => $3 / 2)
                 for no key update of j skip locked
             )
             update scheduling.jobs j set locked_until = now() + make_interval(secs => $3)
             where j.id = any (array(select old.id from old))"
        },
        &[ids, claims, LEASE.as_secs_f64().into()],
    )
}

/// Makes jobs ready again that nobody is at: those of dead runs, and those whose lease has ended. One
/// that has had all its attempts has failed: it may be what its workers died of. `flying` are our own.
pub fn rescue(flying: Vec<i64>, all: bool) -> Result<u64> {
    plan::change(
        ("rescue", None),
        || {
            "with lost as materialized (
                 select j.id from scheduling.jobs j
                 where j.state = 'running' and j.id <> all ($1) and ($2 or j.locked_until < now())
                 for no key update skip locked
             )
             update scheduling.jobs j
             set state = case when j.attempts >= j.max_attempts then 'failed' else 'ready' end,
                 finished_at = case when j.attempts >= j.max_attempts then now() end,
                 last_error = case when j.attempts >= j.max_attempts
                                   then 'the worker ended while it was at it' else j.last_error end,
                 locked_by = null, locked_until = null
             where j.id = any (array(select lost.id from lost))"
        },
        &[flying.into(), all.into()],
    )
}

/// Whether there is a job that [`rescue`] would take: looking needs no transaction id.
pub fn has_lost(flying: Vec<i64>, all: bool) -> Result<bool> {
    let found: Option<bool> = plan::read_value(
        ("has lost", None),
        || {
            "select true from scheduling.jobs j
             where j.state = 'running' and j.id <> all ($1) and ($2 or j.locked_until < now())
             limit 1"
        },
        &[flying.into(), all.into()],
    )?;
    Ok(found.is_some())
}
