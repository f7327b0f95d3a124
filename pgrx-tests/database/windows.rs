//! Opening hours as slots: what windows mean on the wall clock of a zone, over clock changes and
//! midnights, and the grids that slots start on. The contract's "Slots, exactly" through
//! `available_slots`. Dates are those of 2030, whose 7 January is a Monday; answers are worked out by
//! hand.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::slots;

    /// Zone, day, start and end of a window; its length in minutes, and its instants in UTC.
    #[rustfmt::skip]
    const CLOCK_CHANGES: [(&str, &str, &str, &str, i32, &str); 9] = [
        // The contract's own examples, a few years on.
        ("America/New_York", "2030-11-03", "01:00", "04:00", 240, "11-03 05:00-09:00"),
        ("America/New_York", "2030-03-10", "01:30", "02:30", 30, "03-10 06:30-07:00"),
        // A start that occurs twice is its first occurrence, an end that does its second.
        ("Europe/Berlin", "2030-10-27", "02:30", "04:00", 150, "10-27 00:30-03:00"),
        ("Europe/Berlin", "2030-10-27", "01:00", "02:30", 150, "10-26 23:00-01:30"),
        ("Europe/Berlin", "2030-03-31", "01:30", "03:30", 60, "03-31 00:30-01:30"),
        // Half an hour is set back, from 02:00 to 01:30.
        ("Australia/Lord_Howe", "2030-04-07", "01:30", "02:00", 60, "04-06 14:30-15:30"),
        // Midnight itself is skipped: 24:00 and the next day's 00:00 are the change.
        ("America/Santiago", "2030-09-07", "22:00", "24:00", 120, "09-08 02:00-04:00"),
        ("America/Santiago", "2030-09-08", "00:00", "02:00", 60, "09-08 04:00-05:00"),
        // No change at all, on another date than in UTC.
        ("Pacific/Auckland", "2030-01-07", "09:00", "10:00", 60, "01-06 20:00-21:00"),
    ];

    fn ask(owner: &Owner, arguments: &str) -> Vec<String> {
        slots(&owner.available_slots(arguments))
    }

    /// Each window is as long as it can be filled by one slot of the given minutes, and by no other.
    #[pg_test]
    fn windows_are_wall_clock_times_over_every_clock_change() {
        for (zone, day, start, end, minutes, expected) in CLOCK_CHANGES {
            for mode in Mode::BOTH {
                let owner = Owner::closed(mode, zone);
                owner.open_on(day, &[(start, end)]);
                let around = format!(
                    "'{day} 00:00Z'::timestamptz - interval '3 days', '{day} 00:00Z'::timestamptz + interval '3 days',
                     duration_minutes => {minutes}, interval_minutes => 1"
                );
                assert_eq!(
                    ask(&owner, &around),
                    [expected],
                    "{zone} {day} {start}-{end}"
                );
            }
        }
    }

    #[pg_test]
    fn a_window_that_the_clock_skips_has_no_slots() {
        let owner = Owner::closed(Mode::Client, "Europe/Berlin");
        owner.open_on("2030-03-31", &[("02:00", "03:00")]);
        let day = "'2030-03-30 00:00Z', '2030-04-02 00:00Z', duration_minutes => 1";
        assert_eq!(ask(&owner, day), [""; 0]);
    }

    #[pg_test]
    fn windows_that_a_clock_change_makes_overlap_count_as_one() {
        // 00:30 to the second 01:30 is 04:30Z to 06:30Z; the first 01:30 to 02:00 is 05:30Z to 07:00Z.
        let owner = Owner::closed(Mode::Client, "America/New_York");
        owner.open_on("2030-11-03", &[("00:30", "01:30"), ("01:30", "02:00")]);
        let day = "'2030-11-02 12:00Z', '2030-11-03 12:00Z', duration_minutes => 50";
        assert_eq!(
            ask(&owner, day),
            [
                "11-03 04:30-05:20",
                "11-03 05:20-06:10",
                "11-03 06:10-07:00"
            ]
        );
    }

    #[pg_test]
    fn a_slot_runs_on_into_windows_that_touch_across_midnight_too() {
        let owner = Owner::closed(Mode::User, "UTC");
        owner.open_on("2030-01-07", &[("22:00", "24:00")]);
        owner.open_on("2030-01-08", &[("00:00", "02:00"), ("02:01", "03:00")]);
        let night = "'2030-01-07 00:00Z', '2030-01-09 00:00Z', duration_minutes => 45";
        assert_eq!(
            ask(&owner, night),
            [
                "01-07 22:00-22:45",
                "01-07 22:45-23:30",
                "01-07 23:30-00:15",
                "01-08 00:00-00:45",
                "01-08 00:45-01:30",
                // 01:30 would end at 02:15: a minute is closed before 02:01.
                "01-08 02:01-02:46",
            ]
        );
    }

    #[pg_test]
    fn starts_lie_on_the_windows_grid_whatever_is_asked_for() {
        let owner = Owner::closed(Mode::Client, "UTC");
        owner.open_on("2030-01-07", &[("09:10", "11:00")]);
        for (arguments, expected) in [
            // from_time is in, until_time is out.
            (
                "'2030-01-07 09:40Z', '2030-01-07 10:10Z'",
                &["01-07 09:40-10:10"][..],
            ),
            (
                "'2030-01-07 09:41Z', '2030-01-07 10:11Z'",
                &["01-07 10:10-10:40"],
            ),
            ("'2030-01-07 09:40Z', '2030-01-07 09:40Z'", &[]),
            // The interval is the duration, where none is given.
            (
                "'2030-01-07 00:00Z', '2030-01-08 00:00Z', duration_minutes => 50",
                &["01-07 09:10-10:00", "01-07 10:00-10:50"],
            ),
            (
                "'2030-01-07 00:00Z', '2030-01-08 00:00Z', duration_minutes => 50, interval_minutes => 20",
                &[
                    "01-07 09:10-10:00",
                    "01-07 09:30-10:20",
                    "01-07 09:50-10:40",
                    "01-07 10:10-11:00",
                ],
            ),
        ] {
            assert_eq!(ask(&owner, arguments), expected, "{arguments}");
        }
    }

    #[pg_test]
    fn an_override_replaces_the_hours_of_its_day_alone() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            owner.open_on("2030-01-07", &[]);
            owner.open_on("2030-01-12", &[("10:00", "11:00")]); // a Saturday
            let week = "'2030-01-06 00:00Z', '2030-01-14 00:00Z', duration_minutes => 480";
            assert_eq!(
                ask(&owner, week),
                [
                    "01-08 09:00-17:00",
                    "01-09 09:00-17:00",
                    "01-10 09:00-17:00",
                    "01-11 09:00-17:00"
                ]
            );
            let saturday = "'2030-01-12 00:00Z', '2030-01-13 00:00Z', duration_minutes => 60";
            assert_eq!(ask(&owner, saturday), ["01-12 10:00-11:00"]);
        }
    }
}
