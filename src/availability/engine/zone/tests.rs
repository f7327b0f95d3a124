//! The contract's rule for clock changes, kind by kind, with chrono-tz as the zone.

use chrono::{FixedOffset, MappedLocalTime, NaiveDateTime};
use chrono_tz::Tz;

use super::*;
use crate::instant::at;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn minute(text: &str) -> u16 {
    let (hour, minute) = text.split_once(':').unwrap();
    hour.parse::<u16>().unwrap() * 60 + minute.parse::<u16>().unwrap()
}

/// The columns of a row of a table.
fn words<const N: usize>(row: &str) -> [&str; N] {
    row.split_whitespace()
        .collect::<Vec<_>>()
        .try_into()
        .unwrap()
}

/// The window as instants, seen by a clock made for its day alone and by one made for a year.
fn window(zone: &str, day: &str, start: &str, end: &str) -> (Instant, Instant) {
    let (tz, day) = (zone.parse::<Tz>().unwrap(), date(day));
    let through = |clock: &Clock| {
        (
            clock.window_start(day, minute(start)),
            clock.window_end(day, minute(end)),
        )
    };
    let narrow = through(&Clock::over(&tz, day, day));
    let wide = through(&Clock::over(
        &tz,
        day - Days::new(180),
        day + Days::new(180),
    ));
    assert_eq!(narrow, wide, "{zone} {day} {start}-{end}");
    narrow
}

#[test]
fn windows_keep_to_the_wall_over_every_kind_of_clock_change() {
    let cases = [
        // The contract's two examples.
        "America/New_York 2026-11-01 01:00 04:00 2026-11-01T05:00Z 2026-11-01T09:00Z",
        "America/New_York 2026-03-08 01:30 02:30 2026-03-08T06:30Z 2026-03-08T07:00Z",
        // An ordinary day.
        "America/New_York 2026-07-01 09:00 24:00 2026-07-01T13:00Z 2026-07-02T04:00Z",
        "Asia/Kathmandu 2026-07-01 00:00 09:00 2026-06-30T18:15Z 2026-07-01T03:15Z",
        // 01:00 to 02:00 twice: both edges of the hour, and inside it.
        "America/New_York 2026-11-01 00:00 01:00 2026-11-01T04:00Z 2026-11-01T06:00Z",
        "America/New_York 2026-11-01 01:30 01:45 2026-11-01T05:30Z 2026-11-01T06:45Z",
        "America/New_York 2026-11-01 01:59 02:00 2026-11-01T05:59Z 2026-11-01T07:00Z",
        "America/New_York 2026-11-01 02:00 03:00 2026-11-01T07:00Z 2026-11-01T08:00Z",
        // 02:00 to 03:00 skipped: both edges, and a window wholly inside.
        "America/New_York 2026-03-08 02:00 03:00 2026-03-08T07:00Z 2026-03-08T07:00Z",
        "America/New_York 2026-03-08 02:15 02:45 2026-03-08T07:00Z 2026-03-08T07:00Z",
        "America/New_York 2026-03-08 02:59 03:01 2026-03-08T07:00Z 2026-03-08T07:01Z",
        "America/New_York 2026-03-08 01:59 02:00 2026-03-08T06:59Z 2026-03-08T07:00Z",
        // Half an hour.
        "Australia/Lord_Howe 2026-04-05 01:45 01:45 2026-04-04T14:45Z 2026-04-04T15:15Z",
        "Australia/Lord_Howe 2026-04-05 01:29 02:00 2026-04-04T14:29Z 2026-04-04T15:30Z",
        "Australia/Lord_Howe 2026-10-04 02:15 02:29 2026-10-03T15:30Z 2026-10-03T15:30Z",
        "Australia/Lord_Howe 2026-10-04 01:30 02:45 2026-10-03T15:00Z 2026-10-03T15:45Z",
        // Midnight skipped: 24:00 and 00:00 are the change.
        "Asia/Beirut 2026-03-28 22:00 24:00 2026-03-28T20:00Z 2026-03-28T22:00Z",
        "Asia/Beirut 2026-03-29 00:00 00:30 2026-03-28T22:00Z 2026-03-28T22:00Z",
        "Asia/Beirut 2026-03-29 00:30 02:00 2026-03-28T22:00Z 2026-03-28T23:00Z",
        // Back at midnight: the day's last hour twice, midnight once.
        "Asia/Beirut 2026-10-24 23:00 24:00 2026-10-24T20:00Z 2026-10-24T22:00Z",
        "Asia/Beirut 2026-10-24 22:00 23:00 2026-10-24T19:00Z 2026-10-24T21:00Z",
        // Back to midnight: the day's first hour twice; 24:00 is the first of the two midnights.
        "America/Havana 2026-10-31 23:00 24:00 2026-11-01T03:00Z 2026-11-01T04:00Z",
        "America/Havana 2026-11-01 00:00 00:30 2026-11-01T04:00Z 2026-11-01T05:30Z",
        // Back over midnight, at 00:01: the next day's first minute comes before the repeated hour.
        "America/St_Johns 2010-11-06 23:30 24:00 2010-11-07T02:00Z 2010-11-07T02:30Z",
        "America/St_Johns 2010-11-06 23:30 23:59 2010-11-07T02:00Z 2010-11-07T03:29Z",
        "America/St_Johns 2010-11-07 00:00 01:00 2010-11-07T02:30Z 2010-11-07T04:30Z",
        // A whole day skipped: 24:00 of the day before is the first instant of the day after.
        "Pacific/Apia 2011-12-29 20:00 24:00 2011-12-30T06:00Z 2011-12-30T10:00Z",
        "Pacific/Apia 2011-12-30 09:00 17:00 2011-12-30T10:00Z 2011-12-30T10:00Z",
        "Pacific/Apia 2011-12-30 00:00 24:00 2011-12-30T10:00Z 2011-12-30T10:00Z",
        "Pacific/Apia 2011-12-31 00:00 09:00 2011-12-30T10:00Z 2011-12-30T19:00Z",
        // Twenty-three hours twice, from 1969-09-30 01:00 on.
        "Pacific/Kwajalein 1969-09-30 12:00 12:00 1969-09-30T01:00Z 1969-10-01T00:00Z",
        // A change that comes at no whole minute.
        "Africa/Monrovia 1972-01-07 00:10 00:20 1972-01-07T00:44:30Z 1972-01-07T00:44:30Z",
        "Africa/Monrovia 1972-01-06 23:00 24:00 1972-01-06T23:44:30Z 1972-01-07T00:44:30Z",
    ];
    for case in cases {
        let [zone, day, start, end, from, until] = words(case);
        assert_eq!(
            window(zone, day, start, end),
            (at(from), at(until)),
            "{case}"
        );
    }
}

#[test]
fn the_local_date_is_the_wall_calendar_s() {
    let cases = [
        "UTC 2026-01-01T00:00Z 2026-01-01",
        "America/New_York 2026-01-01T04:59:59Z 2025-12-31",
        "America/New_York 2026-01-01T05:00Z 2026-01-01",
        "Pacific/Kiritimati 2026-01-01T10:00Z 2026-01-02",
        "Pacific/Apia 2011-12-30T09:59:59Z 2011-12-29",
        "Pacific/Apia 2011-12-30T10:00Z 2011-12-31",
        "America/St_Johns 2010-11-07T02:30Z 2010-11-07",
        "America/St_Johns 2010-11-07T02:31Z 2010-11-06",
    ];
    for case in cases {
        let [zone, instant, day] = words(case);
        assert_eq!(
            local_date(&zone.parse::<Tz>().unwrap(), at(instant)),
            date(day),
            "{case}"
        );
    }
}

#[test]
fn a_day_is_made_of_the_stretches_that_show_its_date() {
    let cases = [
        (
            "America/New_York 2026-11-01",
            "2026-11-01T04:00Z 2026-11-01T06:00Z 2026-11-01T06:00Z 2026-11-02T05:00Z",
        ),
        ("Pacific/Apia 2011-12-30", ""),
        (
            "America/St_Johns 2010-11-06",
            "2010-11-06T02:30Z 2010-11-07T02:30Z 2010-11-07T02:31Z 2010-11-07T03:30Z",
        ),
        (
            "America/St_Johns 2010-11-07",
            "2010-11-07T02:30Z 2010-11-07T02:31Z 2010-11-07T03:30Z 2010-11-08T03:30Z",
        ),
    ];
    for (case, stretches) in cases {
        let [zone, day] = words(case);
        let day = date(day);
        let clock = Clock::over(&zone.parse::<Tz>().unwrap(), day, day);
        let edges: Vec<_> = clock
            .stretches_of(day)
            .flat_map(|(from, until)| [from, until])
            .collect();
        assert_eq!(
            edges,
            stretches.split_whitespace().map(at).collect::<Vec<_>>(),
            "{case}"
        );
    }
}

/// A zone an hour ahead of UTC for one stretch of time.
#[derive(Clone, Copy, Debug)]
struct HourAhead(Instant, Instant);

impl TimeZone for HourAhead {
    type Offset = FixedOffset;

    fn from_offset(_: &FixedOffset) -> Self {
        unreachable!("no local time is resolved by the zone itself")
    }

    fn offset_from_local_date(&self, _: &NaiveDate) -> MappedLocalTime<FixedOffset> {
        unreachable!("no local time is resolved by the zone itself")
    }

    fn offset_from_local_datetime(&self, _: &NaiveDateTime) -> MappedLocalTime<FixedOffset> {
        unreachable!("no local time is resolved by the zone itself")
    }

    fn offset_from_utc_date(&self, _: &NaiveDate) -> FixedOffset {
        unreachable!("an offset belongs to an instant")
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> FixedOffset {
        let instant = Instant::from_unix_micros(utc.and_utc().timestamp_micros());
        let ahead = self.0 <= instant && instant < self.1;
        FixedOffset::east_opt(if ahead { 3600 } else { 0 }).unwrap()
    }
}

#[test]
fn two_changes_as_close_as_any_ever_were_are_both_seen_and_to_the_second() {
    let first_day = date("1939-08-20");
    for hour in 0..24 * 14 {
        let change = at("1939-08-24T00:00:01Z").plus(hour * 60 * MINUTE);
        let back = change.plus(SAMPLING);
        let clock = Clock::over(&HourAhead(change, back), first_day, date("1939-09-20"));
        let changes: Vec<_> = clock.spells[1..].iter().map(|spell| spell.from).collect();
        assert_eq!(changes, [change, back], "{hour}");
    }
}

#[test]
fn the_ends_of_time_are_instants_like_any_other() {
    for micros in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX] {
        let instant = Instant::from_unix_micros(micros);
        for zone in [
            chrono_tz::Pacific::Apia,
            chrono_tz::America::Juneau,
            chrono_tz::UTC,
        ] {
            let day = local_date(&zone, instant);
            let clock = Clock::over(&zone, day, day);
            assert!(clock.window_start(day, 0) <= instant, "{zone} {micros}");
            assert!(clock.window_end(day, 1440) > instant || instant == Instant::MAX);
        }
        assert_eq!(instant.plus(i64::MAX).max(instant), instant.plus(i64::MAX));
        assert_eq!(instant.plus(i64::MIN).min(instant), instant.plus(i64::MIN));
    }
    for day in [NaiveDate::MIN, NaiveDate::MAX] {
        let clock = Clock::over(&chrono_tz::Asia::Tokyo, day, day);
        assert_eq!(clock.window_start(day, 0), clock.window_end(day, 1440));
        assert_eq!(clock.stretches_of(day).count(), 0);
    }
}
