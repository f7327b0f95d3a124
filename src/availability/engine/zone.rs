//! Local wall-clock times to instants and back, over every kind of clock change: hours that occur
//! twice, hours and whole days that are skipped, changes at midnight.
//!
//! It asks a zone for one thing only, its offset from UTC at an instant
//! ([`TimeZone::offset_from_utc_datetime`]), so a zone from chrono-tz and one from the server's own
//! data behave alike. It never decides what a zone's name means.

use chrono::{Days, NaiveDate, NaiveTime, Offset, TimeZone};

use super::hours::END_OF_DAY;
use crate::instant::{DAY, Instant, MINUTE, SECOND};

/// How far apart a [`Clock`] samples a zone. Changes closer than this could hide each other; the
/// closest two in the whole time zone database are 95 hours apart (Africa/Freetown, 1939).
const SAMPLING: i64 = 2 * DAY;

/// The date that the wall calendar of `tz` shows at an instant.
pub fn local_date<Tz: TimeZone>(tz: &Tz, at: Instant) -> NaiveDate {
    tz.from_utc_datetime(&at.utc().naive_utc()).date_naive()
}

/// What local time is ahead of UTC at an instant, in microseconds.
fn offset<Tz: TimeZone>(tz: &Tz, at: Instant) -> i64 {
    let offset = tz.offset_from_utc_datetime(&at.utc().naive_utc());
    i64::from(offset.fix().local_minus_utc()) * SECOND
}

/// A zone's clock over a stretch of time: its changes found once and exactly, so that any number
/// of local times can then be turned into instants without asking the zone again.
#[derive(Debug)]
pub struct Clock {
    /// In order and without gaps; the first has no beginning, the last no end.
    spells: Vec<Spell>,
}

/// A spell without a clock change: `[from, until)` at one offset, in microseconds.
#[derive(Clone, Copy, Debug)]
struct Spell {
    from: Instant,
    until: Instant,
    offset: i64,
}

impl Clock {
    /// The clock of `tz`, right for the local days `first` to `last`.
    pub fn over<Tz: TimeZone>(tz: &Tz, first: NaiveDate, last: NaiveDate) -> Self {
        // Local time is less than a day from UTC, and at most a day from the change that repeats
        // or skips it (Pacific/Apia skipped a whole one).
        let from = Instant::from_unix_micros(local_micros(first, 0) - 2 * DAY);
        let until = Instant::from_unix_micros(local_micros(last, 0) + 3 * DAY);
        let mut spell = Spell {
            from: Instant::MIN,
            until: Instant::MAX,
            offset: offset(tz, from),
        };
        let mut spells = Vec::with_capacity(4);
        let mut known = from;
        while known < until {
            let next = known.plus(SAMPLING).min(until);
            let offset_then = offset(tz, next);
            if offset_then != spell.offset {
                let change = first_change(tz, known, next);
                spells.push(Spell {
                    until: change,
                    ..spell
                });
                spell = Spell {
                    from: change,
                    until: Instant::MAX,
                    offset: offset_then,
                };
            }
            known = next;
        }
        spells.push(spell);
        Self { spells }
    }

    /// The instant at which a window opens that starts at `minute` of the local day: of two
    /// occurrences the first; where the change skips that time, the instant of the change.
    ///
    /// In other words the first instant at which the wall shows that time or a later one, which
    /// for minute 0 is the first instant of the day.
    pub fn window_start(&self, day: NaiveDate, minute: u16) -> Instant {
        let local = local_micros(day, minute);
        let reached = |spell: &&Spell| local - spell.offset < spell.until.unix_micros();
        match self.spells.iter().find(reached) {
            Some(spell) => spell
                .from
                .max(Instant::from_unix_micros(local - spell.offset)),
            None => Instant::MAX,
        }
    }

    /// The instant at which a window closes that ends at `minute` of the local day: of two
    /// occurrences the second; where the change skips that time, the instant of the change. Minute
    /// 1440 (`24:00`) is the first instant of the next local day.
    ///
    /// In other words, but for `24:00`, the last instant at which the wall shows that time or an
    /// earlier one.
    pub fn window_end(&self, day: NaiveDate, minute: u16) -> Instant {
        if minute >= END_OF_DAY {
            return self.end_of_day(day);
        }
        let local = local_micros(day, minute);
        let not_past = |spell: &&Spell| local - spell.offset >= spell.from.unix_micros();
        match self.spells.iter().rfind(not_past) {
            Some(spell) => spell
                .until
                .min(Instant::from_unix_micros(local - spell.offset)),
            None => Instant::MIN,
        }
    }

    /// The first instant of the next local day.
    pub fn end_of_day(&self, day: NaiveDate) -> Instant {
        match day.checked_add_days(Days::new(1)) {
            Some(next) => self.window_start(next, 0),
            None => Instant::MAX,
        }
    }

    /// The stretches of time in which the wall calendar shows `day`, in order: mostly one, none for
    /// a day that the zone skipped, two where the clock went back over midnight.
    pub fn stretches_of(&self, day: NaiveDate) -> impl Iterator<Item = (Instant, Instant)> {
        let (first, last) = (local_micros(day, 0), local_micros(day, 0) + DAY);
        self.spells.iter().filter_map(move |spell| {
            let from = spell
                .from
                .max(Instant::from_unix_micros(first - spell.offset));
            let until = spell
                .until
                .min(Instant::from_unix_micros(last - spell.offset));
            (from < until).then_some((from, until))
        })
    }
}

/// The change after `before` and not after `after`, to the second: the zone's offsets at the two
/// differ. Changes come at whole seconds.
fn first_change<Tz: TimeZone>(tz: &Tz, before: Instant, after: Instant) -> Instant {
    let old = offset(tz, before);
    let (mut low, mut high) = (
        before.unix_micros().div_euclid(SECOND),
        after.unix_micros().div_euclid(SECOND),
    );
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if offset(tz, Instant::from_unix_micros(middle * SECOND)) == old {
            low = middle;
        } else {
            high = middle;
        }
    }
    Instant::from_unix_micros(high * SECOND)
}

/// A local time as if it were UTC, in microseconds since 1970-01-01T00:00.
fn local_micros(day: NaiveDate, minute: u16) -> i64 {
    let midnight = day.and_time(NaiveTime::MIN).and_utc().timestamp_micros();
    midnight + i64::from(minute) * MINUTE
}

#[cfg(test)]
mod tests;
