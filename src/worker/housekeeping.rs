//! What is done once a minute, whatever else there is to do: lost jobs are taken over, leases renewed, old
//! jobs deleted. Jobs that are due do not wait for what cannot be done of that.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use pgrx::prelude::*;

use super::jobs::prune::Prune;
use super::jobs::queue::{self, Held};
use super::process::{Durability, report, transaction};
use crate::error::Result;
use crate::settings;

const PAUSE: Duration = Duration::from_secs(60);
/// Between two portions of old jobs, while there are more.
const NEXT_PORTION: Duration = Duration::from_secs(1);

pub struct Housekeeping {
    tidied: Option<Instant>,
    prune: Prune,
    prune_at: Instant,
}

impl Default for Housekeeping {
    fn default() -> Self {
        Self {
            tidied: None,
            prune: Prune::default(),
            prune_at: Instant::now(),
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
        if let Some(retention) = settings::job_retention()
            && self.prune_at <= Instant::now()
        {
            let pruned = self.prune.portion(retention);
            let has_more = matches!(pruned, Ok(true));
            self.prune_at = Instant::now() + if has_more { NEXT_PORTION } else { PAUSE };
            report("delete old jobs", pruned);
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
