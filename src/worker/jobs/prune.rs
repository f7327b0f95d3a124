//! Deleting jobs that were finished long ago, in small portions.
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

/// When a job was finished, and its number.
type Finished = (TimestampWithTimeZone, i64);

/// Where the pruning stands.
pub struct Prune {
    portion: i64,
    /// All that finished before this, and jobs of that moment up to a number, are gone or refused to go.
    past: Option<Finished>,
    refused: Option<Instant>,
}

impl Default for Prune {
    fn default() -> Self {
        Self {
            portion: LARGEST_PORTION,
            past: None,
            refused: None,
        }
    }
}

impl Prune {
    /// Deletes a portion; true where there may be more.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub fn portion(&mut self, retention: Duration) -> Result<bool> {
        if self.refused.is_some_and(|at| at.elapsed() >= FORGIVE_AFTER) {
            *self = Self::default();
        }
        let (past, portion) = (self.past, self.portion);
        let old = transaction(Durability::Lazy, || old(retention, past, portion))?;
        let ids: Vec<_> = old.iter().map(|(_, id)| *id).collect();
        let refused = delete(&ids);
        if refused > 0 {
            warning!(
                "scheduling worker cannot delete {refused} old jobs: other tables reference them, or they are locked"
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

fn old(retention: Duration, past: Option<Finished>, portion: i64) -> Result<Vec<Finished>> {
    let (finished_at, id) = past.unzip();
    let arguments = [
        retention.as_secs_f64().into(),
        finished_at.into(),
        id.into(),
        portion.into(),
    ];
    Spi::connect(|client| {
        let rows = plan::read(
            client,
            ("old jobs", None),
            || {
                "select j.finished_at, j.id from scheduling.jobs j
                 where j.finished_at < now() - make_interval(secs => $1)
                   and j.state in ('done', 'failed', 'cancelled') and j.outcome is null
                   and (j.finished_at, j.id) > (coalesce($2, '-infinity'), coalesce($3, 0))
                 order by j.finished_at, j.id
                 limit $4"
            },
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
fn delete(ids: &[i64]) -> usize {
    let mut deleted = 0;
    in_halves(ids, PATIENCE, |part| {
        deleted += transaction(Durability::Lazy, || {
            process::set_local(c"lock_timeout", c"10ms");
            plan::change(
                ("prune", None),
                || {
                    "delete from scheduling.jobs j
                     where j.id = any (array(
                         select free.id from scheduling.jobs free
                         where free.id = any ($1) for update skip locked))"
                },
                &[part.to_vec().into()],
            )
        })?;
        Ok(())
    });
    ids.len()
        .saturating_sub(usize::try_from(deleted).unwrap_or(0))
}
