//! Deleting what has been kept long enough, in small portions: finished jobs, mails, the audit log.
//!
//! A row may refuse to go: an application's own table references it, or somebody has locked it. It is
//! left for another day, and the others go.

use std::time::{Duration, Instant};

use pgrx::prelude::*;

use crate::error::Result;
use crate::plan;
use crate::worker::halves::in_halves;
use crate::worker::process::{self, Durability, transaction};

/// So many at a time: what waits meanwhile waits some milliseconds. Fewer after some have refused to go,
/// and twice as many with each portion that goes.
const LARGEST_PORTION: i64 = 1_000;
const SMALLEST_PORTION: i64 = 16;
/// So long a portion is halved.
const PATIENCE: Duration = Duration::from_millis(50);
/// So long until rows that refused to go are asked again.
const FORGIVE_AFTER: Duration = Duration::from_secs(3600);

/// What is kept for a while only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Jobs,
    Emails,
    AuditLog,
}

impl Kept {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jobs => "old jobs",
            Self::Emails => "old mails",
            Self::AuditLog => "old lines of the audit log",
        }
    }

    /// A page of the oldest rows that may go: the moment that their age is counted from, and their
    /// number. There is an index on that moment.
    fn oldest(self) -> &'static str {
        match self {
            Self::Jobs => {
                "select t.finished_at, t.id from scheduling.jobs t
                 where t.finished_at < now() - make_interval(secs => $1)
                   and t.state in ('done', 'failed', 'cancelled') and t.outcome is null
                   and (t.finished_at, t.id) > (coalesce($2, '-infinity'), coalesce($3, 0))
                 order by t.finished_at, t.id
                 limit $4"
            }
            // A job that is not finished may still send its mail. It is looked up one by one, as a join might
            // be planned while there are hardly any jobs, and read all of them.
            Self::Emails => {
                "select t.created_at, t.id from scheduling.emails t
                 where t.created_at < now() - make_interval(secs => $1)
                   and coalesce((select j.state from scheduling.jobs j where j.id = t.job_id), 'done')
                       not in ('ready', 'running')
                   and (t.created_at, t.id) > (coalesce($2, '-infinity'), coalesce($3, 0))
                 order by t.created_at, t.id
                 limit $4"
            }
            Self::AuditLog => {
                "select t.at, t.id from scheduling.audit_log t
                 where t.at < now() - make_interval(secs => $1)
                   and (t.at, t.id) > (coalesce($2, '-infinity'), coalesce($3, 0))
                 order by t.at, t.id
                 limit $4"
            }
        }
    }

    fn delete(self) -> &'static str {
        match self {
            Self::Jobs => {
                "delete from scheduling.jobs t
                 where t.id = any (array(
                     select free.id from scheduling.jobs free
                     where free.id = any ($1) for update skip locked))"
            }
            Self::Emails => {
                "delete from scheduling.emails t
                 where t.id = any (array(
                     select free.id from scheduling.emails free
                     where free.id = any ($1) for update skip locked))"
            }
            Self::AuditLog => {
                "delete from scheduling.audit_log t
                 where t.id = any (array(
                     select free.id from scheduling.audit_log free
                     where free.id = any ($1) for update skip locked))"
            }
        }
    }
}

/// The moment that a row's age is counted from, and its number.
type Place = (TimestampWithTimeZone, i64);

/// Where the pruning of one table stands.
pub struct Prune {
    kept: Kept,
    portion: i64,
    /// All up to here are gone or refused to go.
    past: Option<Place>,
    refused: Option<Instant>,
}

impl Prune {
    pub fn new(kept: Kept) -> Self {
        Self {
            kept,
            portion: LARGEST_PORTION,
            past: None,
            refused: None,
        }
    }

    /// Deletes a portion; true where there may be more.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub fn portion(&mut self, retention: Duration) -> Result<bool> {
        if self.refused.is_some_and(|at| at.elapsed() >= FORGIVE_AFTER) {
            *self = Self::new(self.kept);
        }
        let (kept, past, portion) = (self.kept, self.past, self.portion);
        let old = transaction(Durability::Lazy, || oldest(kept, retention, past, portion))?;
        let ids: Vec<_> = old.iter().map(|(_, id)| *id).collect();
        let refused = delete(kept, &ids);
        if refused > 0 {
            warning!(
                "scheduling worker cannot delete {refused} {}: other tables reference them, or they are locked",
                kept.name()
            );
            self.refused = Some(Instant::now());
            self.past = old.last().copied().or(self.past);
            self.portion = SMALLEST_PORTION;
        } else {
            self.portion = (portion * 2).min(LARGEST_PORTION);
        }
        Ok(old.len() as i64 == portion)
    }
}

fn oldest(
    kept: Kept,
    retention: Duration,
    past: Option<Place>,
    portion: i64,
) -> Result<Vec<Place>> {
    let (moment, id) = past.unzip();
    let arguments = [
        retention.as_secs_f64().into(),
        moment.into(),
        id.into(),
        portion.into(),
    ];
    Spi::connect(|client| {
        let rows = plan::read(
            client,
            (kept.name(), None),
            || kept.oldest(),
            None,
            &arguments,
        )?;
        let mut old = Vec::with_capacity(rows.len());
        for row in rows {
            old.extend(row.get(1)?.zip(row.get(2)?));
        }
        Ok(old)
    })
}

/// How many refused to go, or are locked.
fn delete(kept: Kept, ids: &[i64]) -> usize {
    let name = match kept {
        Kept::Jobs => "prune jobs",
        Kept::Emails => "prune mails",
        Kept::AuditLog => "prune the audit log",
    };
    let mut deleted = 0;
    in_halves(ids, PATIENCE, |part| {
        deleted += transaction(Durability::Lazy, || {
            process::set_local(c"lock_timeout", c"10ms");
            plan::change((name, None), || kept.delete(), &[part.to_vec().into()])
        })?;
        Ok(())
    });
    ids.len()
        .saturating_sub(usize::try_from(deleted).unwrap_or(0))
}
