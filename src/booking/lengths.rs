//! The lengths that a guest may choose from: a link's own, and those that it offers besides.

use std::ops::RangeInclusive;

use pgrx::prelude::*;

use super::link::Link;
use crate::availability::schedule::Wanted;
use crate::error::{Error, Result};
use crate::instant::MINUTE;

/// More than a page can show as a choice.
const MOST: usize = 20;
const MINUTES: RangeInclusive<i32> = 1..=1_440;

/// `scheduling_private.are_durations(int[])`, for a CHECK constraint.
#[pg_extern(sql = false)]
fn are_durations(minutes: Vec<Option<i32>>) -> bool {
    minutes.len() <= MOST
        && minutes.iter().enumerate().all(|(n, one)| {
            one.is_some_and(|one| MINUTES.contains(&one)) && !minutes[..n].contains(one)
        })
}

impl Link {
    /// Slots of this link for a meeting of a length that it offers; `None` is its own.
    ///
    /// # Errors
    /// 22023 for any other length; the DETAIL names those offered.
    pub fn wanted_for(&self, minutes: Option<i32>) -> Result<Wanted> {
        match minutes {
            None => Ok(self.wanted),
            Some(minutes) if self.offers(minutes) => {
                Ok(self.wanted_lasting(i64::from(minutes) * MINUTE))
            }
            Some(minutes) => Err(Error::invalid(
                "duration_minutes",
                format!("the link offers no meetings of {minutes} minutes"),
                format!("It offers {} minutes.", self.offered()),
                "Pass one of these, or null for the first.",
            )),
        }
    }

    fn offers(&self, minutes: i32) -> bool {
        minutes == self.duration_minutes || self.duration_options.contains(&minutes)
    }

    /// Its own length and those besides, in their order, as words.
    fn offered(&self) -> String {
        let besides = self.duration_options.iter().copied();
        let besides = besides.filter(|minutes| *minutes != self.duration_minutes);
        let offered: Vec<_> = std::iter::once(self.duration_minutes)
            .chain(besides)
            .map(|minutes| minutes.to_string())
            .collect();
        match offered.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("{} and {last}", others.join(", "))
            }
            _ => offered.concat(),
        }
    }
}
