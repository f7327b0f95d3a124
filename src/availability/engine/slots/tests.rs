//! The contract's sentences on slots, one test each; the oracle looks for what they forgot.

use chrono_tz::Tz;
use serde_json::json;

use super::super::hours::parse_windows;
use super::*;
use crate::instant::at;

/// An owner as the tests describe them; by default open every day from 09:00 to 12:00 UTC, with
/// half-hour meetings, and nothing booked.
struct Owner {
    zone: Tz,
    hours: WeeklyHours,
    overrides: BTreeMap<NaiveDate, Vec<Window>>,
    rules: Rules,
    not_before: Instant,
    last_date: Option<NaiveDate>,
    busy: Vec<BusyTime>,
    full_days: BTreeSet<NaiveDate>,
}

impl Owner {
    fn new() -> Self {
        Self {
            zone: Tz::UTC,
            hours: open_daily(&[("09:00", "12:00")]),
            overrides: BTreeMap::new(),
            rules: Rules::new(30, None, 0, 0).unwrap(),
            not_before: Instant::MIN,
            last_date: None,
            busy: Vec::new(),
            full_days: BTreeSet::new(),
        }
    }

    fn zone(mut self, zone: &str) -> Self {
        self.zone = zone.parse().unwrap();
        self
    }

    fn open(mut self, windows: &[(&str, &str)]) -> Self {
        self.hours = open_daily(windows);
        self
    }

    fn on(mut self, day: &str, windows: &[(&str, &str)]) -> Self {
        self.overrides.insert(
            day.parse().unwrap(),
            parse_windows(&json_windows(windows)).unwrap(),
        );
        self
    }

    fn rules(mut self, duration: i32, interval: i32, before: i32, after: i32) -> Self {
        self.rules = Rules::new(duration, Some(interval), before, after).unwrap();
        self
    }

    fn busy(mut self, start: &str, end: &str) -> Self {
        self.busy.push(BusyTime {
            start: at(start),
            end: at(end),
        });
        self
    }

    fn availability(&self) -> Availability<'_, Tz> {
        Availability {
            zone: &self.zone,
            hours: &self.hours,
            overrides: &self.overrides,
            rules: self.rules,
            not_before: self.not_before,
            last_date: self.last_date,
            busy: &self.busy,
            full_days: &self.full_days,
        }
    }

    /// The starts of the slots as `DDThh:mm` in UTC; each slot has the length of the rules, and
    /// `is_slot` agrees with the list.
    fn starts(&self, from: &str, until: &str) -> Vec<String> {
        let availability = self.availability();
        let slots = availability.slots(at(from), at(until));
        for slot in &slots {
            assert_eq!(slot.end, slot.start.plus(self.rules.duration));
            assert!(availability.is_slot(slot.start));
        }
        slots.iter().map(|slot| spell(slot.start)).collect()
    }
}

fn spell(instant: Instant) -> String {
    let utc = chrono::DateTime::from_timestamp_micros(instant.unix_micros()).unwrap();
    utc.format(if utc.timestamp() % 60 == 0 {
        "%dT%H:%M"
    } else {
        "%dT%H:%M:%S"
    })
    .to_string()
}

fn json_windows(windows: &[(&str, &str)]) -> serde_json::Value {
    windows
        .iter()
        .map(|(start, end)| json!({"start": start, "end": end}))
        .collect()
}

fn open_daily(windows: &[(&str, &str)]) -> WeeklyHours {
    let day = json!({"enabled": true, "windows": json_windows(windows)});
    let names = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let week: serde_json::Value = names
        .iter()
        .map(|name| ((*name).to_owned(), day.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    WeeklyHours::parse(&week).unwrap()
}

#[test]
fn an_ordinary_morning_is_cut_into_slots() {
    let starts = Owner::new().starts("2026-12-01T00:00Z", "2026-12-02T00:00Z");
    assert_eq!(
        starts,
        [
            "01T09:00", "01T09:30", "01T10:00", "01T10:30", "01T11:00", "01T11:30"
        ]
    );
}

#[test]
fn the_grid_stands_on_the_window_and_not_on_the_question() {
    let owner = Owner::new()
        .open(&[("09:10", "10:00"), ("10:20", "11:30")])
        .rules(20, 25, 0, 0);
    let all = owner.starts("2026-12-01T00:00Z", "2026-12-02T00:00Z");
    assert_eq!(
        all,
        ["01T09:10", "01T09:35", "01T10:20", "01T10:45", "01T11:10"]
    );
    assert_eq!(
        owner.starts("2026-12-01T09:11Z", "2026-12-01T10:46Z"),
        all[1..4]
    );
    // `from` counts, `until` does not.
    assert_eq!(
        owner.starts("2026-12-01T09:35Z", "2026-12-01T10:45Z"),
        all[1..3]
    );
    assert!(
        owner
            .starts("2026-12-01T09:35:01Z", "2026-12-01T10:20Z")
            .is_empty()
    );
    assert!(
        owner
            .starts("2026-12-01T09:35Z", "2026-12-01T09:35Z")
            .is_empty()
    );
    assert!(
        owner
            .starts("2026-12-01T10:35Z", "2026-12-01T09:00Z")
            .is_empty()
    );
}

#[test]
fn is_slot_is_exact_to_the_microsecond() {
    let owner = Owner::new();
    let availability = owner.availability();
    let nine = at("2026-12-01T09:00Z");
    assert!(availability.is_slot(nine));
    for start in [
        nine.plus(1),
        nine.plus(-1),
        nine.plus(15 * MINUTE),
        at("2026-12-01T12:00Z"),
    ] {
        assert!(!availability.is_slot(start), "{start:?}");
    }
}

#[test]
fn without_an_interval_the_duration_is_the_interval() {
    for minutes in [1, 7, 30, 1440] {
        assert_eq!(
            Rules::new(minutes, None, 0, 0),
            Rules::new(minutes, Some(minutes), 0, 0)
        );
    }
}

#[test]
fn the_first_slots_are_those_that_all_of_them_begin_with() {
    let owner = Owner::new()
        .open(&[("09:00", "10:00"), ("22:00", "24:00")])
        .on("2030-01-08", &[])
        .rules(30, 15, 5, 0)
        .busy("2030-01-07T09:10Z", "2030-01-07T22:20Z");
    let (from, until) = (at("2030-01-07T00:00Z"), at("2030-01-10T00:00Z"));
    let availability = owner.availability();
    let all = availability.slots(from, until);
    assert!(all.len() > 10, "{all:?}");
    for most in 0..=all.len() {
        let first = availability.first_slots(most, from, until);
        assert_eq!(first, all[..most]);
    }
    for most in [all.len() + 1, usize::MAX] {
        assert_eq!(availability.first_slots(most, from, until), all);
    }
}

/// Open on days that lie a week, two and thirty apart, over a clock change and up to the last day.
#[test]
fn the_first_slots_are_found_however_far_they_lie_apart() {
    let owner = Owner::new()
        .zone("America/New_York")
        .open(&[])
        .on("2030-01-13", &[("23:30", "24:00")])
        .on("2030-01-14", &[("00:00", "00:30")])
        .on("2030-01-28", &[("09:00", "10:00")])
        .on("2030-03-10", &[("01:30", "03:30")])
        .on("2030-12-31", &[("23:00", "24:00")])
        .rules(30, 10, 0, 0)
        .busy("2030-01-20T00:00Z", "2030-01-28T14:20Z");
    for from in [
        "2029-12-31T05:00Z",
        "2030-01-07T05:00Z",
        "2030-01-07T04:35Z",
    ] {
        let (from, until) = (at(from), at("2031-01-01T05:00Z"));
        let availability = owner.availability();
        let all = availability.slots(from, until);
        assert!(all.len() > 10, "{all:?}");
        for most in 0..=all.len() + 1 {
            let first = availability.first_slots(most, from, until);
            assert_eq!(first, all[..most.min(all.len())]);
        }
    }
}

#[test]
fn rules_outside_their_limits_are_refused_by_name() {
    let cases = [
        (
            0,
            None,
            0,
            0,
            "duration_minutes must be from 1 to 1440, not 0",
        ),
        (
            1441,
            Some(30),
            0,
            0,
            "duration_minutes must be from 1 to 1440, not 1441",
        ),
        (
            30,
            Some(0),
            0,
            0,
            "interval_minutes must be from 1 to 1440, not 0",
        ),
        (
            30,
            Some(-5),
            0,
            0,
            "interval_minutes must be from 1 to 1440, not -5",
        ),
        (
            30,
            Some(1441),
            0,
            0,
            "interval_minutes must be from 1 to 1440, not 1441",
        ),
        (
            30,
            None,
            -1,
            0,
            "buffer_before_minutes must be 0 or more, not -1",
        ),
        (
            30,
            None,
            0,
            i32::MIN,
            "buffer_after_minutes must be 0 or more, not -2147483648",
        ),
    ];
    for (duration, interval, before, after, message) in cases {
        let error = Rules::new(duration, interval, before, after).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    for edge in [1, 1440] {
        assert!(Rules::new(edge, Some(edge), 0, i32::MAX).is_ok());
    }
}

#[test]
fn a_slot_ends_within_its_window() {
    let owner = Owner::new().rules(45, 30, 0, 0);
    let starts = owner.starts("2026-12-01T00:00Z", "2026-12-02T00:00Z");
    assert_eq!(
        starts,
        ["01T09:00", "01T09:30", "01T10:00", "01T10:30", "01T11:00"]
    );
    assert!(
        Owner::new()
            .rules(181, 30, 0, 0)
            .starts("2026-12-01T00:00Z", "2026-12-09T00:00Z")
            .is_empty()
    );
}

#[test]
fn a_slot_runs_on_into_windows_that_touch_across_midnight_too() {
    let owner = Owner::new()
        .open(&[("22:00", "24:00"), ("00:00", "02:00")])
        .rules(30, 15, 0, 0);
    let starts = owner.starts("2026-12-01T23:30Z", "2026-12-02T02:00Z");
    assert_eq!(
        starts,
        [
            "01T23:30", "01T23:45", "02T00:00", "02T00:15", "02T00:30", "02T00:45", "02T01:00",
            "02T01:15", "02T01:30"
        ]
    );
    // Through a run of more than two windows, each with its own grid, no start listed twice.
    let owner = Owner::new().open(&[("09:00", "09:10"), ("09:10", "09:20"), ("09:20", "09:50")]);
    let owner = owner.rules(30, 15, 0, 0);
    assert_eq!(
        owner.starts("2026-12-01T00:00Z", "2026-12-02T00:00Z"),
        ["01T09:00", "01T09:10", "01T09:20"]
    );
    // A full day through a week without a gap.
    let owner = Owner::new()
        .open(&[("00:00", "24:00")])
        .rules(1440, 720, 0, 0);
    assert_eq!(
        owner.starts("2026-12-01T00:00Z", "2026-12-02T00:00Z"),
        ["01T00:00", "01T12:00"]
    );
}

#[test]
fn windows_that_a_clock_change_makes_touch_carry_a_slot() {
    // 02:15 and 02:45 are both the instant of the change, 07:00Z.
    let owner = Owner::new()
        .zone("America/New_York")
        .open(&[("01:00", "02:15"), ("02:45", "04:00")]);
    let owner = owner.rules(60, 30, 0, 0);
    assert_eq!(
        owner.starts("2026-03-08T05:00Z", "2026-03-09T00:00Z"),
        ["08T06:00", "08T06:30", "08T07:00"]
    );
    // On any other day there is half an hour between them.
    assert_eq!(
        owner.starts("2026-03-09T05:00Z", "2026-03-10T00:00Z"),
        ["09T05:00", "09T06:45"]
    );
    // Pacific/Apia went from the 29th to the 31st without a pause.
    let owner = Owner::new()
        .zone("Pacific/Apia")
        .open(&[("22:00", "24:00"), ("00:00", "02:00")]);
    let owner = owner.rules(120, 60, 0, 0);
    assert_eq!(
        owner.starts("2011-12-30T00:00Z", "2011-12-31T00:00Z"),
        ["30T08:00", "30T09:00", "30T10:00"]
    );
}

#[test]
fn windows_that_a_clock_change_makes_overlap_are_one_with_one_grid() {
    // 01:00-01:30 is 05:00Z-06:30Z and 01:30-02:10 is 05:30Z-07:10Z.
    let owner = Owner::new()
        .zone("America/New_York")
        .open(&[("01:00", "01:30"), ("01:30", "02:10")]);
    let owner = owner.rules(20, 20, 0, 0);
    assert_eq!(
        owner.starts("2026-11-01T04:00Z", "2026-11-02T00:00Z"),
        [
            "01T05:00", "01T05:20", "01T05:40", "01T06:00", "01T06:20", "01T06:40"
        ]
    );
    // Every other day keeps two grids.
    assert_eq!(
        owner.starts("2026-11-02T05:00Z", "2026-11-03T00:00Z"),
        ["02T06:00", "02T06:20", "02T06:30", "02T06:50"]
    );
    // Back over midnight: 23:10-23:40 is 01:40Z-03:10Z and holds 23:40-24:00, 02:10Z-02:30Z.
    let owner = Owner::new()
        .zone("America/St_Johns")
        .open(&[("23:10", "23:40"), ("23:40", "24:00")]);
    assert_eq!(
        owner
            .rules(20, 20, 0, 0)
            .starts("2010-11-07T00:00Z", "2010-11-07T12:00Z"),
        ["07T01:40", "07T02:00", "07T02:20", "07T02:40"]
    );
}

#[test]
fn the_contract_s_clock_change_examples_hold() {
    let owner = Owner::new()
        .zone("America/New_York")
        .open(&[])
        .rules(30, 30, 0, 0);
    let owner = owner
        .on("2026-11-01", &[("01:00", "04:00")])
        .on("2026-03-08", &[("01:30", "02:30")]);
    assert_eq!(
        owner.starts("2026-10-25T00:00Z", "2026-11-08T00:00Z"),
        [
            "01T05:00", "01T05:30", "01T06:00", "01T06:30", "01T07:00", "01T07:30", "01T08:00",
            "01T08:30"
        ]
    );
    assert_eq!(
        owner.starts("2026-03-01T00:00Z", "2026-03-15T00:00Z"),
        ["08T06:30"]
    );
}

#[test]
fn an_override_replaces_the_hours_of_its_date() {
    let owner = Owner::new()
        .on("2026-12-02", &[])
        .on("2026-12-03", &[("15:00", "16:00")]);
    let starts = owner
        .rules(60, 60, 0, 0)
        .starts("2026-12-01T10:00Z", "2026-12-04T10:00Z");
    assert_eq!(starts, ["01T10:00", "01T11:00", "03T15:00", "04T09:00"]);
}

#[test]
fn busy_times_block_what_overlaps_and_nothing_that_touches() {
    let owner = Owner::new().busy("2026-12-01T10:00Z", "2026-12-01T10:30Z");
    let starts = owner.starts("2026-12-01T00:00Z", "2026-12-02T00:00Z");
    assert_eq!(
        starts,
        ["01T09:00", "01T09:30", "01T10:30", "01T11:00", "01T11:30"]
    );
    // Between two busy times exactly one slot fits; one second less and none does.
    let tight = Owner::new().busy("2026-12-01T10:00Z", "2026-12-01T12:00Z");
    let fits = tight.busy("2026-12-01T08:00Z", "2026-12-01T09:30Z");
    assert_eq!(
        fits.starts("2026-12-01T00:00Z", "2026-12-02T00:00Z"),
        ["01T09:30"]
    );
    let too_tight = fits.busy("2026-12-01T09:59:59Z", "2026-12-01T10:00Z");
    assert!(
        too_tight
            .starts("2026-12-01T00:00Z", "2026-12-02T00:00Z")
            .is_empty()
    );
    // No length, nothing taken.
    let owner = Owner::new().busy("2026-12-01T10:15Z", "2026-12-01T10:15Z");
    assert_eq!(
        owner.starts("2026-12-01T00:00Z", "2026-12-02T00:00Z").len(),
        6
    );
}

#[test]
fn a_short_busy_time_inside_a_long_one_does_not_end_it() {
    let owner = Owner::new()
        .busy("2026-12-01T09:15Z", "2026-12-01T09:20Z")
        .busy("2026-12-01T08:00Z", "2026-12-01T11:00Z")
        .busy("2026-12-01T10:00Z", "2026-12-01T10:01Z");
    assert_eq!(
        owner.starts("2026-12-01T00:00Z", "2026-12-02T00:00Z"),
        ["01T11:00", "01T11:30"]
    );
}

#[test]
fn buffers_keep_their_distance_and_may_reach_outside_the_window() {
    let owner = Owner::new()
        .rules(30, 30, 15, 10)
        .busy("2026-12-01T10:10Z", "2026-12-01T10:15Z");
    // 09:30 ends 10:00 and its buffer touches 10:10; the buffer of 10:30 touches 10:15.
    let starts = owner.starts("2026-12-01T00:00Z", "2026-12-02T00:00Z");
    assert_eq!(
        starts,
        ["01T09:00", "01T09:30", "01T10:30", "01T11:00", "01T11:30"]
    );
    let nearer = owner.busy("2026-12-01T10:09:59Z", "2026-12-01T10:15:01Z");
    assert_eq!(
        nearer.starts("2026-12-01T00:00Z", "2026-12-02T00:00Z"),
        ["01T09:00", "01T11:00", "01T11:30"]
    );
    // Busy times outside the window count as far as the buffers reach.
    let outside = Owner::new()
        .rules(30, 30, 15, 10)
        .busy("2026-12-01T08:00Z", "2026-12-01T08:46Z");
    let outside = outside.busy("2026-12-01T12:09Z", "2026-12-01T13:00Z");
    assert_eq!(
        outside.starts("2026-12-01T00:00Z", "2026-12-02T00:00Z"),
        ["01T09:30", "01T10:00", "01T10:30", "01T11:00"]
    );
}

#[test]
fn nothing_starts_before_the_notice_but_buffers_may() {
    let mut owner = Owner::new().rules(30, 30, 60, 0);
    owner.not_before = at("2026-12-01T11:00Z");
    let from = "2026-12-01T00:00Z";
    assert_eq!(
        owner.starts(from, "2026-12-02T00:00Z"),
        ["01T11:00", "01T11:30"]
    );
    owner.not_before = owner.not_before.plus(1);
    assert_eq!(owner.starts(from, "2026-12-02T00:00Z"), ["01T11:30"]);
    assert!(!owner.availability().is_slot(at("2026-12-01T11:00Z")));
}

#[test]
fn the_booking_window_ends_with_the_owner_s_local_date() {
    let mut owner = Owner::new()
        .zone("America/New_York")
        .open(&[("00:00", "24:00")])
        .rules(60, 60, 0, 0);
    owner.last_date = "2026-12-01".parse().ok();
    let starts = owner.starts("2026-12-02T03:00Z", "2026-12-09T00:00Z");
    assert_eq!(starts, ["02T03:00", "02T04:00"]);
    assert!(!owner.availability().is_slot(at("2026-12-02T05:00Z")));
    assert!(
        owner
            .starts("2026-12-02T05:00Z", "2026-12-09T00:00Z")
            .is_empty()
    );
    for far in [NaiveDate::MIN, "2020-01-01".parse().unwrap()] {
        owner.last_date = Some(far);
        assert!(
            owner
                .starts("2026-12-01T00:00Z", "2026-12-09T00:00Z")
                .is_empty()
        );
    }
    for far in [NaiveDate::MAX, "2099-01-01".parse().unwrap()] {
        owner.last_date = Some(far);
        assert_eq!(
            owner.starts("2026-12-01T00:00Z", "2026-12-09T00:00Z").len(),
            8 * 24
        );
    }
}

#[test]
fn a_full_day_has_no_slots_on_the_owner_s_calendar() {
    let mut owner = Owner::new()
        .zone("America/New_York")
        .open(&[("00:00", "24:00")])
        .rules(60, 60, 0, 0);
    owner.full_days = BTreeSet::from(["2026-11-01".parse().unwrap()]);
    let starts = owner.starts("2026-11-01T02:00Z", "2026-11-02T07:00Z");
    assert_eq!(starts, ["01T02:00", "01T03:00", "02T05:00", "02T06:00"]);
}

#[test]
fn the_ends_of_time_give_an_answer_and_no_panic() {
    let owner = Owner::new().rules(1440, 1440, i32::MAX, i32::MAX);
    let mut owner = owner.open(&[("00:00", "24:00")]);
    let week = 7 * DAY;
    for edge in [Instant::MIN, Instant::MAX] {
        assert!(owner.availability().slots(edge, edge).is_empty());
    }
    let last = owner
        .availability()
        .slots(Instant::MAX.plus(-week), Instant::MAX);
    // The seventh would end after the last instant there is.
    assert_eq!(last.len(), 6);
    assert_eq!(
        owner
            .availability()
            .slots(Instant::MIN, Instant::MIN.plus(week))
            .len(),
        7
    );
    owner.busy.push(BusyTime {
        start: Instant::MIN,
        end: Instant::MAX,
    });
    assert!(
        owner
            .availability()
            .slots(Instant::MAX.plus(-week), Instant::MAX)
            .is_empty()
    );
    assert!(
        owner
            .availability()
            .slots(Instant::MIN, Instant::MIN.plus(week))
            .is_empty()
    );
    assert!(!owner.availability().is_slot(Instant::MAX));
}
