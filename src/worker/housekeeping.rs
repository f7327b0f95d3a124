//! What is done once a minute, whatever else there is to do: lost jobs are taken over, leases renewed, and
//! what has been kept long enough is deleted. Jobs that are due do not wait for what cannot be done of that.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use pgrx::prelude::*;

use super::jobs::prune::{Kept, Prune};
use super::jobs::queue::{self, Held};
use super::process::{Durability, report, transaction};
use crate::error::Result;
use crate::settings;

const PAUSE: Duration = Duration::from_secs(60);
/// Between two portions of one table's old rows, while there are more.
const NEXT_PORTION: Duration = Duration::from_secs(1);

pub struct Housekeeping {
    tidied: Option<Instant>,
    pruning: [Pruning; 3],
}

impl Default for Housekeeping {
    fn default() -> Self {
        Self {
            tidied: None,
            pruning: [Kept::Jobs, Kept::Emails, Kept::AuditLog].map(Pruning::new),
        }
    }
}

impl Housekeeping {
    /// Does what it is time for; `flying` are the jobs that this worker is at.
    pub fn tidy(&mut self, flying: &HashMap<i64, Held>) {
        let is_first = self.tidied.is_none();
        if self.tidied.is_none_or(|at| at.elapsed() >= PAUSE) {
            self.tidied = Some(Instant::now());
            let rescued = rescue(flying, is_first);
            if rescued.is_err() && is_first {
                self.tidied = None;
            }
            report("take over unfinished jobs", rescued);
            if !flying.is_empty() {
                let flying: Vec<_> = flying.values().copied().collect();
                let renewed = transaction(Durability::Lazy, || queue::renew(&flying));
                report("renew leases", renewed);
            }
        }
        for pruning in &mut self.pruning {
            pruning.go_on();
        }
    }
}

/// The pruning of one table, and when it goes on.
struct Pruning {
    kept: Kept,
    prune: Prune,
    retention: Option<Duration>,
    at: Instant,
}

impl Pruning {
    fn new(kept: Kept) -> Self {
        Self {
            kept,
            prune: Prune::new(kept),
            retention: None,
            at: Instant::now(),
        }
    }

    /// Deletes a portion, if it is time for one. A new setting holds at once.
    fn go_on(&mut self) {
        let retention = match self.kept {
            Kept::Jobs => settings::job_retention(),
            Kept::Emails => settings::email_retention(),
            Kept::AuditLog => settings::audit_retention(),
        };
        if retention != self.retention {
            self.retention = retention;
            self.at = Instant::now();
        }
        if let Some(retention) = retention
            && self.at <= Instant::now()
        {
            let pruned = self.prune.portion(retention);
            let has_more = matches!(pruned, Ok(true));
            self.at = Instant::now() + if has_more { NEXT_PORTION } else { PAUSE };
            report(&format!("delete {}", self.kept.name()), pruned);
        }
    }
}

/// At start all running jobs are lost ones: there is one worker.
fn rescue(flying: &HashMap<i64, Held>, is_first: bool) -> Result<()> {
    let flying: Vec<_> = flying.keys().copied().collect();
    let looked = flying.clone();
    if !transaction(Durability::Lazy, || queue::has_lost(looked, is_first))? {
        return Ok(());
    }
    let rescued = transaction(Durability::Full, || queue::rescue(flying, is_first))?;
    log!("scheduling worker takes over {rescued} unfinished jobs");
    Ok(())
}
