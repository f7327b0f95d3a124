//! The slot engine: which starts a visitor can book, from opening hours, rules and busy times.
//!
//! It answers for one owner and reads nothing itself: no clock, no settings, no calendar. One sweep
//! over sorted windows and sorted refusals, linear in windows, slots and busy times. The rules are
//! the contract's, "Slots, exactly".

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use chrono::{Datelike, NaiveDate, TimeZone};
use thiserror::Error;

use super::hours::{WeeklyHours, Window};
use super::zone::{Clock, local_date};
use crate::instant::{DAY, Instant, MINUTE};

/// How far to look at first where the earliest slots are wanted.
const FIRST_STRETCH: i64 = 7 * DAY;

/// A meeting that can be booked: `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub start: Instant,
    pub end: Instant,
}

/// Time that is taken, `[start, end)`: a live meeting of the owner grown by its own buffers, or a
/// busy time of an outside calendar or time off as it is. One without length takes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusyTime {
    pub start: Instant,
    pub end: Instant,
}

/// How long the wanted meetings are, how far apart they may start, and how much room each needs
/// around it; all in microseconds and within the contract's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    duration: i64,
    interval: i64,
    buffer_before: i64,
    buffer_after: i64,
}

impl Rules {
    /// Checks the four rules, in minutes: duration and interval 1 to 1,440, buffers not negative.
    /// Without an interval one meeting's length lies between starts.
    pub fn new(
        duration_minutes: i32,
        interval_minutes: Option<i32>,
        buffer_before_minutes: i32,
        buffer_after_minutes: i32,
    ) -> Result<Self, RuleError> {
        let length = |argument, minutes| match minutes {
            1..=1440 => Ok(i64::from(minutes) * MINUTE),
            _ => Err(RuleError {
                argument,
                minutes,
                expected: "from 1 to 1440",
            }),
        };
        let buffer = |argument, minutes| match minutes {
            0.. => Ok(i64::from(minutes) * MINUTE),
            _ => Err(RuleError {
                argument,
                minutes,
                expected: "0 or more",
            }),
        };
        Ok(Self {
            duration: length("duration_minutes", duration_minutes)?,
            interval: length(
                "interval_minutes",
                interval_minutes.unwrap_or(duration_minutes),
            )?,
            buffer_before: buffer("buffer_before_minutes", buffer_before_minutes)?,
            buffer_after: buffer("buffer_after_minutes", buffer_after_minutes)?,
        })
    }

    /// The same for a meeting that lasts so long, in microseconds; whether the interval is the meeting's
    /// length, it says.
    #[must_use]
    pub fn lasting(self, duration: i64, interval_follows: bool) -> Self {
        let duration = duration.max(1);
        Self {
            duration,
            interval: if interval_follows {
                duration
            } else {
                self.interval
            },
            ..self
        }
    }

    /// The same with this room around each, in minutes that are not negative.
    #[must_use]
    pub fn with_buffers(self, before_minutes: i32, after_minutes: i32) -> Self {
        Self {
            buffer_before: i64::from(before_minutes.max(0)) * MINUTE,
            buffer_after: i64::from(after_minutes.max(0)) * MINUTE,
            ..self
        }
    }

    /// How long the wanted meetings are, in microseconds.
    pub fn duration(&self) -> i64 {
        self.duration
    }

    /// How far before its start or after it a slot can be in the way of something, in microseconds.
    pub fn reach(&self) -> i64 {
        self.duration + self.buffer_before.max(self.buffer_after)
    }
}

/// A rule outside its limits.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{argument} must be {expected}, not {minutes}")]
pub struct RuleError {
    /// The argument's name in SQL.
    pub argument: &'static str,
    /// What was given.
    pub minutes: i32,
    /// The limits, as words.
    pub expected: &'static str,
}

/// Everything that decides when one owner can be booked.
#[derive(Clone, Copy, Debug)]
pub struct Availability<'a, Tz> {
    /// The owner's zone.
    pub zone: &'a Tz,
    /// The owner's hours in an ordinary week.
    pub hours: &'a WeeklyHours,
    /// The dates on which other windows, or none, replace them; each date's are sorted.
    pub overrides: &'a BTreeMap<NaiveDate, Vec<Window>>,
    /// What a slot looks like.
    pub rules: Rules,
    /// Now and the minimum notice: no slot starts before.
    pub not_before: Instant,
    /// The last date, in the owner's zone, on which a slot may start: the booking window.
    pub last_date: Option<NaiveDate>,
    /// What is taken, in any order, overlapping or not.
    pub busy: &'a [BusyTime],
    /// The dates, in the owner's zone, whose daily cap is reached.
    pub full_days: &'a BTreeSet<NaiveDate>,
}

impl<Tz: TimeZone> Availability<'_, Tz> {
    /// The slots with `from <= start < until`, in order.
    pub fn slots(&self, from: Instant, until: Instant) -> Vec<Slot> {
        let mut slots = Vec::new();
        self.each_slot(from, until, |slot| {
            slots.push(slot);
            ControlFlow::Continue(())
        });
        slots
    }

    /// The earliest of [`Self::slots`], at most so many; those after them are not looked for. Where few are
    /// wanted of a long time, it is looked at a week first, then at twice as long, and so on: no more than
    /// a few times what has them.
    pub fn first_slots(&self, most: usize, from: Instant, until: Instant) -> Vec<Slot> {
        if most == usize::MAX {
            return self.slots(from, until);
        }
        let mut slots = Vec::new();
        let mut from = from.max(self.not_before);
        let mut stretch = FIRST_STRETCH;
        while slots.len() < most && from < until {
            let next = until.min(from.plus(stretch));
            self.each_slot(from, next, |slot| {
                slots.push(slot);
                if slots.len() < most {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            });
            from = next;
            stretch = stretch.saturating_mul(2);
        }
        slots
    }

    /// Whether a slot starts at exactly this instant.
    pub fn is_slot(&self, start: Instant) -> bool {
        !self.first_slots(1, start, start.plus(1)).is_empty()
    }

    /// Visits the slots with `from <= start < until`, in order, until it is told to stop.
    fn each_slot(
        &self,
        from: Instant,
        until: Instant,
        mut visit: impl FnMut(Slot) -> ControlFlow<()>,
    ) {
        let from = from.max(self.not_before);
        if from >= until
            || self
                .last_date
                .is_some_and(|last| last < local_date(self.zone, from))
        {
            return;
        }
        // Windows of the days around can reach into the range (a clock change over midnight, a date
        // line crossed) or carry on a slot that starts in it.
        let first_day = local_date(self.zone, from.plus(-3 * DAY));
        let last_day = local_date(self.zone, until.plus(self.rules.duration + 3 * DAY));
        let clock = Clock::over(self.zone, first_day, last_day);
        let until = match self.last_date {
            Some(date) if date < last_day => until.min(clock.end_of_day(date)),
            _ => until,
        };

        let openings = self.openings(&clock, first_day, last_day);
        let mut refusals = self.refusals(&clock, first_day..=last_day, from, until);
        refusals.sort_unstable_by_key(|refusal| refusal.from);
        let mut refusals = refusals.into_iter().peekable();
        let mut refused_until = Instant::MIN;

        let Rules {
            duration, interval, ..
        } = self.rules;
        for opening in &openings {
            // The first start that is too late: for the question, the window or the run of windows.
            let too_late = until
                .min(opening.end)
                .min(opening.run_end.plus(1 - duration));
            let mut start = opening.on_grid_from(from, interval);
            while start < too_late {
                while let Some(refusal) = refusals.next_if(|refusal| refusal.from <= start) {
                    refused_until = refused_until.max(refusal.until);
                }
                if start < refused_until {
                    start = opening.on_grid_from(refused_until, interval);
                } else {
                    let end = start.plus(duration);
                    if visit(Slot { start, end }).is_break() {
                        return;
                    }
                    start = start.plus(interval);
                }
            }
        }
    }

    /// The windows of the days `first` to `last` as instants: sorted and disjoint, those that a
    /// clock change made overlap taken as one.
    fn openings(&self, clock: &Clock, first: NaiveDate, last: NaiveDate) -> Vec<Opening> {
        let mut openings = Vec::new();
        for day in first.iter_days().take_while(|day| *day <= last) {
            let replaced = self.overrides.get(&day).map(Vec::as_slice);
            for window in replaced.unwrap_or_else(|| self.hours.on(day.weekday())) {
                let start = clock.window_start(day, window.start);
                let end = clock.window_end(day, window.end);
                // A window that a clock change skipped altogether has no length.
                if start < end {
                    openings.push(Opening {
                        start,
                        end,
                        run_end: end,
                    });
                }
            }
        }
        // In order as they are: a later local time is never reached before an earlier one.
        debug_assert!(openings.is_sorted_by_key(|opening| opening.start));
        openings.dedup_by(|later, earlier| {
            let overlap = later.start < earlier.end;
            if overlap {
                earlier.end = earlier.end.max(later.end);
                earlier.run_end = earlier.end;
            }
            overlap
        });
        let mut next: Option<Opening> = None;
        for opening in openings.iter_mut().rev() {
            if let Some(next) = next.filter(|next| next.start == opening.end) {
                opening.run_end = next.run_end;
            }
            next = Some(*opening);
        }
        openings
    }

    /// The starts between `from` and `until` that busy times and full days rule out.
    fn refusals(
        &self,
        clock: &Clock,
        days: std::ops::RangeInclusive<NaiveDate>,
        from: Instant,
        until: Instant,
    ) -> Vec<Refusal> {
        let Rules {
            duration,
            buffer_before,
            buffer_after,
            ..
        } = self.rules;
        let busy = self
            .busy
            .iter()
            .filter(|busy| busy.start < busy.end)
            .map(|busy| Refusal {
                // The first start whose meeting and buffer reach into the busy time by a microsecond.
                from: busy.start.plus(1 - buffer_after - duration),
                until: busy.end.plus(buffer_before),
            });
        let full = self.full_days.range(days).flat_map(|day| {
            clock
                .stretches_of(*day)
                .map(|(from, until)| Refusal { from, until })
        });
        busy.chain(full)
            .filter(|refusal| refusal.from < until && from < refusal.until)
            .collect()
    }
}

/// A window on a certain day, as instants, `[start, end)`.
#[derive(Clone, Copy, Debug)]
struct Opening {
    start: Instant,
    end: Instant,
    /// The end of the last of the windows that touch one another from this one on: as far as a
    /// slot that starts here may run.
    run_end: Instant,
}

impl Opening {
    /// The first instant of the window's grid, its start and every `interval` after, not before
    /// `at`; past the window's end it is any instant not before that end.
    fn on_grid_from(&self, at: Instant, interval: i64) -> Instant {
        let at = at.clamp(self.start, self.end);
        let behind = at.unix_micros() - self.start.unix_micros();
        let steps = behind / interval + i64::from(behind % interval != 0);
        self.start.plus(steps * interval)
    }
}

/// Starts that cannot be booked, `[from, until)`.
#[derive(Clone, Copy, Debug)]
struct Refusal {
    from: Instant,
    until: Instant,
}

#[cfg(test)]
mod tests;
