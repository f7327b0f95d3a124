//! The queue's states and how jobs move between them: each move is one SQL statement. Which jobs are
//! next is `claim`'s business.
//!
//! A claimed job is leased, not locked: no transaction is open while the outside world answers.
//! Finishing is fenced by the lease, so that a job that was taken over meanwhile is left alone.

use std::time::Duration;

use chrono::{DateTime, Utc};
use strum::{EnumString, IntoStaticStr, VariantArray};
use uuid::Uuid;

use crate::error::Result;
use crate::owner::{MeetingKey, Owner};
use crate::plan;
use crate::worker::network::work::LONGEST_TASK;

/// How long a claimed job is ours: longer than the network goes on with it.
pub const LEASE: Duration = LONGEST_TASK.saturating_add(Duration::from_secs(60));

/// So often a job looks for what a provider is to make ready.
const MOST_LOOKS: i32 = 14;

/// The run of this worker process: the name in its leases.
#[derive(Clone, Copy, Debug)]
pub struct Run(pub(super) pgrx::Uuid);

/// What is to be done: the column `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum JobKind {
    CreateEvent,
    UpdateEvent,
    DeleteEvent,
    SendEmail,
}

/// A claimed job.
#[derive(Debug)]
pub struct Job {
    pub id: i64,
    /// Else the name of a kind that only a newer version does.
    pub kind: std::result::Result<JobKind, String>,
    pub payload: serde_json::Value,
    pub owner: Owner,
    pub meeting: Option<MeetingKey>,
    pub created_at: DateTime<Utc>,
}

impl Job {
    /// Whether it has done its work before, and only looks for what the provider was to make ready.
    pub fn only_looks(&self) -> bool {
        self.payload.get("looks").is_some()
    }
}

/// What became of a job.
#[derive(Debug)]
pub enum Verdict {
    /// With a word on what came out of it, where that is worth one.
    Done(Option<String>),
    Failed {
        error: String,
        permanent: bool,
        /// The provider's own word on when to come back.
        retry_after: Option<Duration>,
    },
    /// Not ready yet, and nobody's fault: to be looked at again.
    Waits,
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
}

impl Run {
    pub fn new() -> Self {
        Self(pgrx::Uuid::from_bytes(Uuid::new_v4().into_bytes()))
    }

    /// Makes the jobs of dead runs ready again. At start all running ones are: there is one worker.
    pub fn rescue(self) -> Result<u64> {
        plan::change(
            ("rescue", None),
            || {
                "update scheduling.jobs j
                 set state = 'ready', locked_by = null, locked_until = null
                 where j.state = 'running' and (j.locked_by <> $1 or j.locked_until < now())"
            },
            &[self.0.into()],
        )
    }

    /// Records what became of a job. False where the job is not ours any more: then nothing that
    /// belongs to the verdict may be recorded either.
    pub fn settle(self, job: i64, verdict: &Verdict) -> Result<bool> {
        match verdict {
            Verdict::Done(result) => self.complete(job, result.as_deref()),
            Verdict::Failed {
                error,
                permanent,
                retry_after,
            } => self.fail(job, error, *permanent, *retry_after),
            Verdict::Waits => self.snooze(job),
        }
    }

    /// Whether a job is ours until the end of this transaction.
    pub fn holds(self, job: i64) -> Result<bool> {
        plan::change(
            ("holds", None),
            || "select from scheduling.jobs j where j.id = $1 and j.locked_by = $2 for update",
            &[job.into(), self.0.into()],
        )
        .map(|rows| rows > 0)
    }

    fn complete(self, job: i64, result: Option<&str>) -> Result<bool> {
        plan::change(
            ("complete", None),
            || {
                "update scheduling.jobs j
                 set state = 'done', finished_at = now(), result = $3, last_error = null,
                     locked_by = null, locked_until = null
                 where j.id = $1 and j.locked_by = $2"
            },
            &[job.into(), self.0.into(), result.into()],
        )
        .map(|rows| rows > 0)
    }

    /// Ready again after 1, 2, 4 … seconds, at most five minutes, without counting as an attempt.
    /// Done with after [`MOST_LOOKS`], some half an hour, and where a later job of its lane waits:
    /// that one looks, too.
    fn snooze(self, job: i64) -> Result<bool> {
        plan::change(("snooze", None), || "with seen as (
                 select j.id, looks.made,
                        case when exists (
                                 select from scheduling.jobs later
                                 where later.lane = j.lane and later.id > j.id and later.state = 'ready')
                             then 'a later job looks for the video conference'
                             when looks.made >= $3
                             then 'the provider has not made the video conference'
                        end as ends
                 from scheduling.jobs j
                 cross join lateral (
                     select coalesce((j.payload ->> 'looks')::int, 0) as made
                 ) looks
                 where j.id = $1 and j.locked_by = $2
             )
             update scheduling.jobs j
             set state = case when seen.ends is null then 'ready' else 'done' end,
                 finished_at = case when seen.ends is not null then now() end,
                 result = seen.ends,
                 payload = j.payload || jsonb_build_object('looks', seen.made + 1),
                 attempts = j.attempts - case when seen.ends is null then 1 else 0 end,
                 run_at = now() + make_interval(secs => least(power(2, seen.made), 300)),
                 last_error = null, locked_by = null, locked_until = null
             from seen
             where j.id = seen.id", &[job.into(), self.0.into(), MOST_LOOKS.into()])
        .map(|rows| rows > 0)
    }

    /// Ready again after a pause (2, 4, 8 … seconds, at most an hour, give or take half, and never
    /// sooner than the provider asked for), or failed for good.
    fn fail(
        self,
        job: i64,
        error: &str,
        permanent: bool,
        retry_after: Option<Duration>,
    ) -> Result<bool> {
        plan::change(("fail", None), || "update scheduling.jobs j
             set state = case when $4 or j.attempts >= j.max_attempts then 'failed' else 'ready' end,
                 finished_at = case when $4 or j.attempts >= j.max_attempts then now() end,
                 run_at = now() + make_interval(secs => greatest(
                     least(3600, power(2, least(j.attempts, 12))) * (0.5 + random()), $5)),
                 last_error = $3, locked_by = null, locked_until = null
             where j.id = $1 and j.locked_by = $2", &[
                job.into(),
                self.0.into(),
                error.into(),
                permanent.into(),
                retry_after.unwrap_or_default().as_secs_f64().into(),
            ])
        .map(|rows| rows > 0)
    }
}

/// How long until the next job is due; `None` where none is waiting for its time.
pub fn next_due() -> Result<Option<Duration>> {
    plan::read_pause(("next due", None), || {
        "select extract(epoch from min(j.run_at) - clock_timestamp())::float8
         from scheduling.jobs j
         where j.state = 'ready' and not j.is_due"
    })
}

/// Deletes jobs that were finished longer ago than this, a bounded number at a time.
pub fn prune(retention: Duration) -> Result<u64> {
    plan::change(
        ("prune", None),
        || {
            "delete from scheduling.jobs j
             where j.id in (
                 select old.id from scheduling.jobs old
                 where old.state in ('done', 'failed', 'cancelled')
                   and old.finished_at < now() - make_interval(secs => $1)
                 limit 10000)"
        },
        &[retention.as_secs_f64().into()],
    )
}

/// Keeps a meeting from being written by others until the end of this transaction.
///
/// # Errors
/// [`Error::Locked`] at once where somebody else has written it and not committed yet.
pub fn hold_meeting(MeetingKey { mode, id }: MeetingKey) -> Result<()> {
    plan::change(
        ("hold meeting", Some(mode)),
        || {
            format!(
                "select from {} m where m.id = $1 for no key update nowait",
                mode.tables().meetings
            )
        },
        &[plan::uuid(id).into()],
    )
    .map(|_| ())
}
