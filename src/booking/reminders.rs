//! When the guests of a meeting are reminded of it: so many minutes before it starts. Minutes that pass,
//! whatever clocks do meanwhile: a day is 1,440 of them.

use std::ops::RangeInclusive;

use pgrx::datum::TimestampWithTimeZone;
use pgrx::prelude::*;

use crate::instant::{Instant, MINUTE};
use crate::timestamptz;

const MOST: usize = 5;
/// Sooner than the worker looks for what it was not told of makes no sense; later than a month, neither.
const MINUTES: RangeInclusive<i32> = 5..=43_200;

/// The first reminder after a moment, of a meeting that starts then. One whose time has passed is not made up
/// for.
pub fn next(starts_at: Instant, minutes: &[Option<i32>], after: Instant) -> Option<Instant> {
    let before = |minutes: &i32| starts_at.plus(-i64::from(*minutes) * MINUTE);
    let times = minutes.iter().flatten().map(before);
    times.filter(|at| *at > after).min()
}

/// Whether a list of minutes can be one of reminders: at most five, each once.
fn are_in_range(minutes: &[Option<i32>]) -> bool {
    minutes.len() <= MOST
        && minutes.iter().enumerate().all(|(n, one)| {
            one.is_some_and(|one| MINUTES.contains(&one)) && !minutes[..n].contains(one)
        })
}

/// `scheduling_private.are_reminders(int[])`, for CHECK constraints.
#[pg_extern(sql = false)]
fn are_reminders(minutes: Vec<Option<i32>>) -> bool {
    are_in_range(&minutes)
}

/// `scheduling_private.next_reminder(timestamptz, int[], timestamptz)`; null where there is none.
#[pg_extern(sql = false)]
fn next_reminder(
    starts_at: TimestampWithTimeZone,
    minutes: Vec<Option<i32>>,
    after: TimestampWithTimeZone,
) -> Option<TimestampWithTimeZone> {
    let moment = timestamptz::from_postgres;
    let next = next(moment(starts_at), &minutes, moment(after))?;
    timestamptz::to_postgres(next).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap()
            .into()
    }

    #[test]
    fn the_next_reminder_is_the_first_that_is_still_to_come() {
        let starts_at = at("2026-12-01T15:00:00Z");
        let minutes = [Some(60), Some(1440), Some(5)];
        for (after, expected) in [
            ("2026-11-01T00:00:00Z", Some("2026-11-30T15:00:00Z")),
            ("2026-11-30T14:59:59Z", Some("2026-11-30T15:00:00Z")),
            // one that is due now is not to come
            ("2026-11-30T15:00:00Z", Some("2026-12-01T14:00:00Z")),
            ("2026-12-01T14:00:00Z", Some("2026-12-01T14:55:00Z")),
            ("2026-12-01T14:55:00Z", None),
            ("2026-12-01T15:30:00Z", None),
        ] {
            assert_eq!(
                next(starts_at, &minutes, at(after)),
                expected.map(at),
                "{after}"
            );
        }
        assert_eq!(next(starts_at, &[], at("2026-11-01T00:00:00Z")), None);
    }

    #[test]
    fn a_day_before_is_so_many_minutes_whatever_the_clocks_do() {
        // New York's clocks change on 2026-11-01: on the wall the day before is an hour off.
        let starts_at = at("2026-11-01T14:00:00Z");
        let long_ago = at("2026-10-01T00:00:00Z");
        let reminder = next(starts_at, &[Some(1440)], long_ago);
        assert_eq!(reminder, Some(at("2026-10-31T14:00:00Z")));
    }

    #[test]
    fn a_list_has_at_most_five_each_once_and_in_range() {
        let list = |minutes: &[i32]| minutes.iter().copied().map(Some).collect::<Vec<_>>();
        for good in [&[][..], &[5], &[43_200], &[1440, 60], &[5, 6, 7, 8, 9]] {
            assert!(are_in_range(&list(good)), "{good:?}");
        }
        for bad in [
            &[4][..],
            &[0],
            &[-60],
            &[43_201],
            &[60, 60],
            &[60, 30, 60],
            &[5, 6, 7, 8, 9, 10],
            &[i32::MAX],
            &[i32::MIN],
        ] {
            assert!(!are_in_range(&list(bad)), "{bad:?}");
        }
        assert!(!are_in_range(&[Some(60), None]));
    }
}
