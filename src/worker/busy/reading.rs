//! One calendar being read: since when, for whom, and for whom it will not be enough.

use std::time::Duration;

use super::target::{Need, Target};
use crate::error::Result;
use crate::instant::Instant;
use crate::timestamptz;
use crate::worker::network::listener::Caller;

/// A provider that asks to be left alone is, even where somebody waits, but no longer than this.
pub const LONGEST_REST: Duration = Duration::from_secs(900);

/// A reading in progress.
pub struct Reading {
    pub target: Target,
    /// What the answer will be known as of: what is entered while it goes on may be missed.
    pub began: Instant,
    pub waiting: Vec<Caller>,
    /// Those for whom it is not enough.
    pub later: Vec<(Caller, Need)>,
}

impl Reading {
    /// Whether the answer will be new enough for a session and reach far enough. It need not reach as
    /// far as a reading that began now would: windows move on with the clock.
    pub fn satisfies(&self, need: Need) -> bool {
        let until = Instant::from(self.target.window.until);
        self.began >= need.since && until >= need.until
    }

    /// Whether it has gone on for so long.
    pub fn has_taken(&self, time: Duration) -> bool {
        let taken = timestamptz::wall_clock().unix_micros() - self.began.unix_micros();
        u128::try_from(taken).is_ok_and(|taken| taken >= time.as_micros())
    }

    /// The calendar once more, for those to whom this reading was not enough; `None` where it is
    /// not connected any more.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn once_more(&self) -> Result<Option<Target>> {
        let until = self.later.iter().map(|(_, need)| need.until).max();
        match until {
            Some(until) => self.target.again(until),
            None => Ok(None),
        }
    }

    /// Those for whom the next reading would be enough, but who do not wait for a calendar that has just
    /// failed.
    pub fn let_go(&mut self) -> Vec<Caller> {
        let (insisting, others) = std::mem::take(&mut self.later)
            .into_iter()
            .partition(|(_, need)| need.insists);
        self.later = insisting;
        others.into_iter().map(|(caller, _)| caller).collect()
    }

    /// Those who wait for the next reading.
    pub fn waiting_for_more(&self) -> Vec<Caller> {
        self.later.iter().map(|(caller, _)| *caller).collect()
    }
}
