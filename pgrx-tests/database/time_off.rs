//! Spans in which an owner cannot be booked, whatever the hours say: what they take from whom, what is
//! refused, and what guests hear of it. Dates are those of 2030, whose 7 January is a Monday.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Names, Owner};
    use super::super::harness::sql::{
        SUCCESS, at, one, outcome, refusal, rows, run, slots, sqlstate,
    };

    /// Monday, 7 January 2030, in UTC, as a range.
    const MONDAY: &str = "from_time => '2030-01-07 00:00Z', until_time => '2030-01-08 00:00Z'";

    fn ask(owner: &Owner, arguments: &str) -> Vec<String> {
        slots(&owner.available_slots(arguments))
    }

    #[pg_test]
    fn spans_take_what_they_reach_and_spans_that_touch_leave_no_gap() {
        for mode in Mode::BOTH {
            let (owner, other) = (Owner::closed(mode, "UTC"), Owner::closed(mode, "UTC"));
            for owner in [&owner, &other] {
                owner.open_on("2030-01-07", &[("09:00", "12:00")]);
            }
            // They touch, overlap and are written twice.
            owner.off("'2030-01-07 10:00Z'", "'2030-01-07 10:20Z'");
            owner.off("'2030-01-07 10:20Z'", "'2030-01-07 11:00Z'");
            owner.off("'2030-01-07 10:30Z'", "'2030-01-07 11:00Z'");
            owner.off("'2030-01-07 10:30Z'", "'2030-01-07 11:00Z'");
            let free = [
                "01-07 09:00-09:30",
                "01-07 09:30-10:00",
                "01-07 11:00-11:30",
                "01-07 11:30-12:00",
            ];
            assert_eq!(ask(&owner, MONDAY), free, "{mode:?}");
            assert_eq!(ask(&other, MONDAY).len(), 6, "another owner's");
            let a_minute_after = format!("{MONDAY}, buffer_after_minutes => 1");
            assert_eq!(ask(&owner, &a_minute_after), [free[0], free[2], free[3]]);
            let a_minute_before = format!("{MONDAY}, buffer_before_minutes => 1");
            assert_eq!(ask(&owner, &a_minute_before), [free[0], free[1], free[3]]);
        }
    }

    #[pg_test]
    fn spans_go_over_midnight_and_over_the_whole_range() {
        for mode in Mode::BOTH {
            let owner = Owner::closed(mode, "UTC");
            owner.open_on("2030-01-07", &[("22:00", "24:00")]);
            owner.open_on("2030-01-08", &[("00:00", "02:00")]);
            owner.off("'2030-01-07 23:15Z'", "'2030-01-08 00:15Z'");
            let nights = "from_time => '2030-01-07 00:00Z', until_time => '2030-01-09 00:00Z'";
            assert_eq!(
                ask(&owner, nights),
                [
                    "01-07 22:00-22:30",
                    "01-07 22:30-23:00",
                    "01-08 00:30-01:00",
                    "01-08 01:00-01:30",
                    "01-08 01:30-02:00",
                ]
            );
            owner.off("'2025-01-01 00:00Z'", "'2030-01-08 01:00Z'");
            assert_eq!(
                ask(&owner, nights),
                ["01-08 01:00-01:30", "01-08 01:30-02:00"],
                "years that began long ago"
            );
            owner.off("'4713-01-01 00:00Z BC'", "'294276-12-31 23:59:59.999999Z'");
            assert_eq!(ask(&owner, nights), [""; 0], "all of time");
        }
    }

    /// New York's 3 November 2030 has 25 hours: 00:00 to 04:00 is from 04:00Z to 09:00Z, and 01:30 comes at
    /// 05:30Z and at 06:30Z. Its 10 March has 23: 01:00 to 04:00 is from 06:00Z to 08:00Z.
    #[pg_test]
    fn spans_are_instants_in_the_weeks_when_clocks_change() {
        for mode in Mode::BOTH {
            let owner = Owner::closed(mode, "America/New_York");
            owner.open_on("2030-11-03", &[("00:00", "04:00")]);
            owner.open_on("2030-03-10", &[("01:00", "04:00")]);
            owner.off("'2030-11-03 01:30 EDT'", "'2030-11-03 01:30 EST'");
            owner.off("'2030-03-10 06:30Z'", "'2030-03-10 07:30Z'");
            let starts = |day: &str| {
                ask(
                    &owner,
                    &format!("from_time => '{day} 00:00Z', until_time => '{day} 12:00Z'"),
                )
                .iter()
                .map(|slot| slot[6..11].to_owned())
                .collect::<Vec<_>>()
            };
            assert_eq!(
                starts("2030-11-03"),
                [
                    "04:00", "04:30", "05:00", "06:30", "07:00", "07:30", "08:00", "08:30"
                ]
            );
            assert_eq!(starts("2030-03-10"), ["06:00", "07:30"]);
        }
    }

    #[pg_test]
    fn every_list_leaves_it_out() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            let token = link.booking(&at(9, "10:00")).token;
            owner.off(&at(7, "10:00"), &at(7, "23:00"));
            let range = format!(
                "from_time => {}, until_time => {}",
                at(7, "09:00"),
                at(7, "11:00")
            );
            let key = owner.key();
            for call in [
                format!("available_slots('{key}', {range})"),
                format!("available_slots_for(array['{key}'], {range})"),
                format!("link_slots('{}', {range})", link.slug),
                format!("booking_slots('{token}', {range})"),
            ] {
                let listed: i64 = one(&format!("select count(*) from scheduling.{call}"));
                assert_eq!(listed, 2, "{call}");
            }
            let first: bool = one(&format!(
                "select slot_start = {} from scheduling.earliest_slots_for(array['{key}'], from_time => {})",
                at(7, "23:00"),
                at(7, "10:00")
            ));
            assert!(first, "who is free first");
            let json: i32 = one(&format!(
                "select jsonb_array_length(scheduling.get_calendar_availability({} => '{}', {range}))",
                mode.names().owner_id,
                owner.id
            ));
            assert_eq!(json, 2);
        }
    }

    #[pg_test]
    fn a_guest_can_neither_book_it_nor_move_there_and_never_reads_why() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            link.set("buffer_before_minutes = 15");
            let booking = link.booking(&at(9, "10:00"));
            owner.off(&at(7, "10:00"), &at(7, "11:00"));
            run("update scheduling.time_off set reason = 'chemotherapy'");
            let taken = |statement: &str| {
                let failure = refusal(statement, "PT409");
                assert!(failure.detail.starts_with("taken: "), "{failure:?}");
                assert!(!format!("{failure:?}").contains("chemo"), "{failure:?}");
            };
            for free in [at(7, "09:30"), at(7, "11:30")] {
                assert_eq!(sqlstate(&link.book(&free, "")), SUCCESS, "{free}");
            }
            for start in [at(7, "10:00"), at(7, "10:30"), at(7, "11:00")] {
                taken(&link.book(&start, ""));
                taken(&booking.call("reschedule_booking", &start));
            }
            // The hours are the reason that stands, also where both are in the way.
            let off_the_grid = refusal(&link.book(&at(7, "10:05"), ""), "PT409");
            assert!(off_the_grid.detail.starts_with("hours: "));
        }
    }

    #[pg_test]
    fn what_the_owner_writes_may_lie_in_it_and_what_was_booked_before_stays() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let booking = owner.link().booking(&at(7, "10:00"));
            owner.off(&at(7, "00:00"), &at(8, "00:00"));
            assert_eq!(booking.meeting.text("status"), "confirmed");
            let meeting = owner.meeting(&at(7, "12:00"), &at(7, "13:00"));
            meeting.set(&format!(
                "starts_at = {}, ends_at = {}",
                at(7, "14:00"),
                at(7, "15:00")
            ));
        }
    }

    #[pg_test]
    fn it_has_one_owner_and_two_finite_ends_in_their_order() {
        let [client, user] = Mode::BOTH.map(|mode| format!("'{}'", Owner::new(mode).id));
        let (start, end) = ("'2030-01-07 10:00Z'", "'2030-01-07 11:00Z'");
        for (client_id, user_id, starts_at, ends_at, expected, constraint) in [
            (client.as_str(), "null", start, end, SUCCESS, ""),
            ("null", user.as_str(), start, end, SUCCESS, ""),
            (client.as_str(), user.as_str(), start, end, "23514", "owner"),
            ("null", "null", start, end, "23514", "owner"),
            ("null", user.as_str(), end, start, "23514", "times"),
            ("null", user.as_str(), end, end, "23514", "times"),
            ("null", user.as_str(), "'-infinity'", end, "23514", "finite"),
            (
                client.as_str(),
                "null",
                start,
                "'infinity'",
                "23514",
                "finite",
            ),
            (client.as_str(), "null", "null", end, "23502", ""),
            (client.as_str(), "null", start, "null", "23502", ""),
        ] {
            let insert = format!(
                "insert into scheduling.time_off (client_id, user_id, starts_at, ends_at)
                 values ({client_id}, {user_id}, {starts_at}, {ends_at})"
            );
            if expected == "23514" {
                let failure = outcome(&insert).expect_err(&insert);
                let named = format!("time_off_{constraint}_check");
                assert_eq!(
                    (failure.sqlstate, failure.constraint),
                    (expected.into(), named)
                );
            } else {
                assert_eq!(sqlstate(&insert), expected, "{insert}");
            }
        }
    }

    #[pg_test]
    fn it_goes_with_its_owner_and_its_changes_are_in_the_log() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            owner.off("'2030-01-07 10:00Z'", "'2030-01-07 11:00Z'");
            run("update scheduling.time_off set reason = 'holiday'");
            let Names { owners, id, .. } = mode.names();
            run(&format!(
                "delete from scheduling.{owners} where {id} = '{}'",
                owner.id
            ));
            assert_eq!(one::<i64>("select count(*) from scheduling.time_off"), 0);
            let told = rows(&format!(
                "select action || ' ' || coalesce(changes ->> 'reason', '') from scheduling.audit_log
                 where subject = 'time_off' and {} = '{}' order by id",
                mode.names().owner_id,
                owner.id
            ));
            assert_eq!(
                told,
                [
                    "insert ",
                    r#"update {"new": "holiday", "old": null}"#,
                    r#"delete {"old": "holiday"}"#,
                ]
            );
        }
    }

    #[pg_test]
    fn thousands_of_spans_take_what_they_reach_and_nothing_else() {
        for mode in Mode::BOTH {
            let owner = Owner::closed(mode, "UTC");
            owner.open_on("2030-01-07", &[("09:00", "12:00")]);
            let spans = |from: &str, step: &str| {
                run(&format!(
                    "insert into scheduling.time_off ({}, starts_at, ends_at)
                     select '{}', t, t + interval '5 minutes'
                     from generate_series(0, 4999) n, lateral (select {from}::timestamptz + n * {step}) s (t)",
                    mode.names().owner_id,
                    owner.id
                ));
            };
            spans("'2000-01-01 00:00Z'", "interval '1 day'");
            spans("'2030-01-07 09:25Z'", "interval '1 hour'");
            run("analyze scheduling.time_off");
            assert_eq!(
                ask(&owner, MONDAY),
                [
                    "01-07 09:30-10:00",
                    "01-07 10:30-11:00",
                    "01-07 11:30-12:00"
                ]
            );
        }
    }
}
