//! Slots of an owner through `available_slots`: what blocks them, and what can be asked. Dates are
//! those of 2030, whose 7 January is a Monday; answers are worked out by hand.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{SUCCESS, at, one, refusal, rows, slots, sqlstate};

    /// Monday, 7 January 2030, in UTC, as a range.
    const MONDAY: &str = "from_time => '2030-01-07 00:00Z', until_time => '2030-01-08 00:00Z'";

    fn ask(owner: &Owner, arguments: &str) -> Vec<String> {
        slots(&owner.available_slots(arguments))
    }

    #[pg_test]
    fn a_new_owner_offers_half_hours_of_the_working_week() {
        let week = "from_time => '2030-01-07 00:00Z', until_time => '2030-01-14 00:00Z'";
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let monday = ask(&owner, MONDAY);
            assert_eq!(monday.len(), 16);
            assert_eq!(monday[..2], ["01-07 09:00-09:30", "01-07 09:30-10:00"]);
            assert_eq!(monday[15], "01-07 16:30-17:00");
            assert_eq!(ask(&owner, week).len(), 5 * 16, "no weekend");
        }
    }

    /// [10:50, 12:20) is blocked; a slot needs 15 minutes before and after itself as well, so 10:00
    /// (until 10:45) is free, 10:15 (until 11:00) is not, 12:30 (from 12:15) is not and 12:45 is.
    #[pg_test]
    fn buffers_of_meetings_and_of_slots_add_up() {
        for mode in Mode::BOTH {
            let owner = Owner::closed(mode, "UTC");
            owner.open_on("2030-01-07", &[("09:45", "13:15")]);
            owner.meeting_with(
                "'2030-01-07 11:00Z'",
                "'2030-01-07 12:00Z'",
                &[
                    ("buffer_before_minutes", "10"),
                    ("buffer_after_minutes", "20"),
                ],
            );
            let quarters = format!(
                "{MONDAY}, interval_minutes => 15, buffer_before_minutes => 15, buffer_after_minutes => 15"
            );
            assert_eq!(
                ask(&owner, &quarters),
                [
                    "01-07 09:45-10:15",
                    "01-07 10:00-10:30",
                    "01-07 12:45-13:15"
                ]
            );
        }
    }

    /// One that began a week before and ends at 09:30, and one five days later whose buffer begins at
    /// 10:00; cancelled ones lie nearer than either.
    #[pg_test]
    fn meetings_far_away_block_what_they_and_their_buffers_reach() {
        for mode in Mode::BOTH {
            let owner = Owner::closed(mode, "UTC");
            owner.open_on("2030-01-07", &[("09:00", "12:00")]);
            let cancelled = [("status", "'cancelled'")];
            let buffer = [("buffer_before_minutes", "5 * 1440")];
            owner.meeting_with("'2029-12-30 00:00Z'", "'2030-01-07 09:30Z'", &[]);
            owner.meeting_with("'2030-01-03 10:00Z'", "'2030-01-03 11:00Z'", &cancelled);
            owner.meeting_with("'2030-01-11 10:00Z'", "'2030-01-11 11:00Z'", &cancelled);
            owner.meeting_with("'2030-01-12 10:00Z'", "'2030-01-12 11:00Z'", &buffer);
            assert_eq!(ask(&owner, MONDAY), ["01-07 09:30-10:00"], "{mode:?}");
        }
    }

    #[pg_test]
    fn meetings_that_touch_a_slot_leave_it_free() {
        let owner = Owner::closed(Mode::Client, "UTC");
        owner.open_on("2030-01-07", &[("09:00", "12:00")]);
        owner.meeting("'2030-01-07 08:00Z'", "'2030-01-07 09:00Z'");
        owner.meeting("'2030-01-07 10:00Z'", "'2030-01-07 11:00Z'");
        let hours = format!("{MONDAY}, duration_minutes => 60");
        assert_eq!(
            ask(&owner, &hours),
            ["01-07 09:00-10:00", "01-07 11:00-12:00"]
        );
        let with_buffer = format!("{hours}, buffer_after_minutes => 1");
        assert_eq!(ask(&owner, &with_buffer), ["01-07 11:00-12:00"]);
    }

    #[pg_test]
    fn only_live_meetings_of_the_owner_block() {
        for mode in Mode::BOTH {
            let (owner, other) = (Owner::closed(mode, "UTC"), Owner::closed(mode, "UTC"));
            owner.open_on("2030-01-07", &[("09:00", "10:00")]);
            let (start, end) = ("'2030-01-07 09:00Z'", "'2030-01-07 10:00Z'");
            other.meeting(start, end);
            let meeting = owner.meeting(start, end);
            for (status, free) in [
                ("confirmed", 0),
                ("cancelled", 2),
                ("completed", 2),
                ("no_show", 2),
            ] {
                meeting.set(&format!("status = '{status}'"));
                assert_eq!(ask(&owner, MONDAY).len(), free, "{status}");
            }
        }
    }

    #[pg_test]
    fn meetings_of_every_link_and_of_none_block() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let (one_link, other_link) = (owner.link(), owner.link());
            one_link.booking(&at(7, "10:00"));
            other_link.booking(&at(7, "11:00"));
            owner.meeting(&at(7, "12:00"), &at(7, "13:00"));
            let hours = rows(&format!(
                "select to_char(slot_start at time zone 'UTC', 'HH24:MI')
                 from scheduling.available_slots('{}', {}, {})",
                owner.key(),
                at(7, "09:30"),
                at(7, "13:30")
            ));
            assert_eq!(hours, ["09:30", "10:30", "11:30", "13:00"]);
        }
    }

    #[pg_test]
    fn nothing_is_offered_before_now_and_the_minimum_notice() {
        let owner = Owner::always_open(Mode::Client, "UTC");
        for notice in [0, 90, 3 * 24 * 60] {
            let in_time: bool = one(&format!(
                "select min(slot_start) >= now() + make_interval(mins => {notice})
                    and min(slot_start) < now() + make_interval(mins => {notice} + 1)
                 from scheduling.{}",
                owner.available_slots(&format!(
                    "now() - interval '2 days', now() + interval '5 days', duration_minutes => 30,
                         interval_minutes => 1, minimum_notice_minutes => {notice}"
                ))
            ));
            assert!(in_time, "{notice} minutes");
        }
    }

    #[pg_test]
    fn an_explicit_null_means_the_default() {
        let owner = Owner::new(Mode::User);
        let plain = ask(&owner, "from_time => '2030-01-07 00:00Z'");
        assert_eq!(plain.len(), 10 * 16, "two weeks");
        let nulls = ask(
            &owner,
            "'2030-01-07 00:00Z', null, null, null, null, null, null",
        );
        assert_eq!(nulls, plain);
        let from_now = ask(&owner, "from_time => now()");
        assert!(!from_now.is_empty());
        assert_eq!(ask(&owner, "null"), from_now);
    }

    #[pg_test]
    fn arguments_beyond_the_limits_are_refused() {
        let owner = Owner::new(Mode::Client);
        let from = "from_time => '2030-01-07 00:00Z'";
        let cases = [
            (
                format!("{from}, until_time => '2031-01-08 00:00Z'"),
                SUCCESS,
            ), // 366 days
            (
                format!("{from}, until_time => '2031-01-08 00:00:00.000001Z'"),
                "22023",
            ),
            (
                format!("{from}, until_time => '2030-01-07 00:00Z'"),
                SUCCESS,
            ),
            (
                format!("{from}, until_time => '2030-01-06 23:59:59.999999Z'"),
                "22023",
            ),
            (format!("{from}, until_time => 'infinity'"), "22023"),
            ("from_time => '-infinity'".to_owned(), "22023"),
            ("from_time => 'infinity'".to_owned(), "22023"),
            (format!("{from}, duration_minutes => 0"), "22023"),
            (format!("{from}, duration_minutes => 1"), SUCCESS),
            (format!("{from}, duration_minutes => 1440"), SUCCESS),
            (format!("{from}, duration_minutes => 1441"), "22023"),
            (format!("{from}, interval_minutes => 0"), "22023"),
            (format!("{from}, interval_minutes => 1"), SUCCESS),
            (format!("{from}, interval_minutes => 1440"), SUCCESS),
            (format!("{from}, interval_minutes => 1441"), "22023"),
            (format!("{from}, buffer_before_minutes => -1"), "22023"),
            (format!("{from}, buffer_after_minutes => -1"), "22023"),
            (
                format!("{from}, buffer_before_minutes => 2147483647"),
                SUCCESS,
            ),
            (format!("{from}, minimum_notice_minutes => -1"), "22023"),
            (
                format!("{from}, minimum_notice_minutes => 2147483647"),
                SUCCESS,
            ),
        ];
        for (arguments, expected) in cases {
            let query = format!(
                "select * from scheduling.{}",
                owner.available_slots(&arguments)
            );
            if expected == SUCCESS {
                assert_eq!(sqlstate(&query), SUCCESS, "{query}");
            } else {
                refusal(&query, expected);
            }
        }
    }

    #[pg_test]
    fn the_edge_functions_answer_is_the_slots_as_json() {
        let owners = Mode::BOTH.map(|mode| Owner::closed(mode, "UTC"));
        let [client, user] = &owners;
        client.open_on("2030-01-07", &[("09:00", "10:00")]);
        user.open_on("2030-01-07", &[("09:00", "10:00"), ("11:00", "11:45")]);
        let answer = |who: &str| {
            rows(&format!(
                "select format('%s-%s', (slot ->> 'start')::timestamptz at time zone 'UTC',
                               (slot ->> 'end')::timestamptz at time zone 'UTC')
                 from jsonb_array_elements(scheduling.get_calendar_availability(
                     {who}, from_time => '2030-01-07 00:00Z', duration_minutes => 45)) slot"
            ))
        };
        let morning = "2030-01-07 09:00:00-2030-01-07 09:45:00";
        let noon = "2030-01-07 11:00:00-2030-01-07 11:45:00";
        let (client_id, user_id) = (&client.id, &user.id);
        for (who, expected) in [
            (format!("client_id => '{client_id}'"), &[morning][..]),
            (format!("user_id => '{user_id}'"), &[morning, noon]),
            (format!("'{client_id}', '{user_id}'"), &[morning]),
        ] {
            assert_eq!(answer(&who), expected, "{who}");
        }
        client.open_on("2030-01-08", &[]);
        let closed: String = one(&format!(
            "select scheduling.get_calendar_availability('{client_id}', null, '2030-01-08 00:00Z')::text"
        ));
        assert_eq!(closed, "[]");
        for (arguments, expected) in [
            ("", "22023"),
            ("null, null", "22023"),
            ("gen_random_uuid()", "PT404"),
            ("user_id => gen_random_uuid()", "PT404"),
        ] {
            let call = format!("select scheduling.get_calendar_availability({arguments})");
            refusal(&call, expected);
        }
    }

    #[pg_test]
    fn an_owner_key_names_somebody_or_is_refused() {
        let nobody = "6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40";
        let owners = Mode::BOTH.map(Owner::new);
        let [client, user] = &owners;
        let mut cases = vec![
            (format!("'{nobody}'"), "PT404"),
            (format!("'user:{nobody}'"), "PT404"),
            // Each is looked for in its own mode only.
            (format!("'user:{}'", client.id), "PT404"),
            (format!("'{}'", user.id), "PT404"),
        ];
        for key in [
            "null",
            "''",
            "'acme'",
            "'user:'",
            "'user:ada'",
            "'client:6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40'",
            "'6f1f64a50d0e4b0a8a5c2f6c1d2e3f40'",
            "'{6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40}'",
        ] {
            cases.push((key.to_owned(), "22023"));
        }
        for (key, expected) in cases {
            let query = format!("select * from scheduling.available_slots({key})");
            refusal(&query, expected);
        }
        for owner in &owners {
            let upper = format!(
                "available_slots('{}', {MONDAY})",
                owner.key().to_uppercase()
            );
            assert_eq!(slots(&upper).len(), 16, "{upper}");
        }
    }
}
