//! Meetings that are yet to be told what came of their jobs, because somebody has locked them: tried again
//! and again, a portion at a time.

use std::time::{Duration, Instant};

use pgrx::prelude::*;

use super::halves::{PATIENCE, in_halves};
use super::jobs::outcome;
use super::process::{self, BRIEFLY, Durability, transaction};

/// How long until a locked meeting is tried again: twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Whether there may be such meetings, and when they are tried.
pub struct Untold(Option<Next>);

struct Next {
    /// The jobs up to this number have been tried.
    after: i64,
    at: Instant,
    pause: Duration,
}

impl Default for Untold {
    /// There may be some that the worker before this one left.
    fn default() -> Self {
        let mut untold = Self(None);
        untold.there_are();
        untold
    }
}

impl Untold {
    /// Some are left.
    pub fn there_are(&mut self) {
        self.0.get_or_insert_with(|| Next {
            after: 0,
            at: Instant::now(),
            pause: FIRST_PAUSE,
        });
    }

    /// How long until the next portion; for ever where there is none.
    pub fn due_in(&self) -> Duration {
        self.0.as_ref().map_or(Duration::MAX, |next| {
            next.at.saturating_duration_since(Instant::now())
        })
    }

    /// Tells the next portion, where its time has come.
    pub fn make_up(&mut self) {
        let Some(next) = self.0.take_if(|next| next.at <= Instant::now()) else {
            return;
        };
        let after = next.after;
        self.0 = match transaction(Durability::Lazy, || outcome::untold(after)) {
            Ok(jobs) => match jobs.last() {
                Some(&last) => {
                    // Without a pause, where most of them could be told.
                    let is_quick = 2 * make_up_for(&jobs) > jobs.len();
                    Some(next.go_on(last, is_quick))
                }
                // From the start once more, unless there are none at all.
                None if after > 0 => Some(next.go_on(0, false)),
                None => None,
            },
            Err(error) => {
                warning!("scheduling worker: {error}");
                Some(next.go_on(after, false))
            }
        };
    }
}

impl Next {
    fn go_on(self, after: i64, is_quick: bool) -> Self {
        let pause = if is_quick { Duration::ZERO } else { self.pause };
        Self {
            after,
            at: Instant::now() + pause,
            pause: (self.pause * 2).min(LONGEST_PAUSE),
        }
    }
}

/// How many of the jobs have nothing left to tell.
fn make_up_for(jobs: &[i64]) -> usize {
    let mut told = 0;
    let failed = in_halves(jobs, PATIENCE, |part| {
        told += transaction(Durability::Full, || {
            process::set_local(c"lock_timeout", BRIEFLY);
            outcome::make_up_for(part)
        })?;
        Ok(())
    });
    if let Some((n, error)) = failed.first() {
        warning!(
            "scheduling worker cannot tell the meetings of {} jobs what came of them, such as job {}: {error}",
            failed.len(),
            jobs[*n]
        );
    }
    told
}
