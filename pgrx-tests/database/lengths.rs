//! The lengths that a link offers, and how many slots are wanted.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Booking, Link, Mode, Owner, row};
    use super::super::harness::sql::{SUCCESS, at, one, refusal, slots, sqlstate};

    /// Open on a Monday from 09:00 to 11:00 UTC; offers 30 minutes, and 60 and 20 besides.
    fn link(mode: Mode) -> Link {
        let owner = Owner::closed(mode, "UTC");
        owner.open_on("2030-01-07", &[("09:00", "11:00")]);
        let link = owner.link();
        link.set("duration_options = '{60,20}'");
        link
    }

    fn ask(link: &Link, more: &str) -> Vec<String> {
        slots(&format!(
            "link_slots('{}', '2030-01-07 00:00Z', '2030-01-08 00:00Z'{more})",
            link.slug
        ))
    }

    #[pg_test]
    fn each_length_that_is_offered_has_its_own_slots() {
        for mode in Mode::BOTH {
            let link = link(mode);
            let hours = ["01-07 09:00-10:00", "01-07 10:00-11:00"];
            assert_eq!(ask(&link, ", duration_minutes => 60"), hours);
            assert_eq!(ask(&link, ", duration_minutes => 20").len(), 6);
            let own = ask(&link, "");
            assert_eq!(own.len(), 4);
            for own_length in ["null", "30"] {
                assert_eq!(
                    ask(&link, &format!(", duration_minutes => {own_length}")),
                    own
                );
            }
            // An interval of the link's holds for all lengths, and so do its buffers.
            link.set("slot_interval_minutes = 15");
            assert_eq!(ask(&link, ", duration_minutes => 60").len(), 5);
            let last = ask(&link, ", duration_minutes => 20").pop();
            assert_eq!(last.as_deref(), Some("01-07 10:30-10:50"));
        }
    }

    #[pg_test]
    fn a_length_that_is_not_offered_is_refused_by_those_that_are() {
        for mode in Mode::BOTH {
            let link = link(mode);
            // One that is its own as well is named once.
            link.set("duration_options = '{60,30,20}'");
            for minutes in ["45", "0", "-30", "2147483647", "-2147483648"] {
                for call in [
                    format!(
                        "select scheduling.link_slots('{}', duration_minutes => {minutes})",
                        link.slug
                    ),
                    link.book(
                        "'2030-01-07 09:00Z'",
                        &format!("duration_minutes => {minutes}"),
                    ),
                ] {
                    let failure = refusal(&call, "22023");
                    assert_eq!(
                        failure.detail, "duration_minutes: It offers 30, 60 and 20 minutes.",
                        "{call}"
                    );
                }
            }
            link.set("duration_options = '{}'");
            let failure = refusal(
                &link.book("'2030-01-07 09:00Z'", "duration_minutes => 60"),
                "22023",
            );
            assert_eq!(failure.detail, "duration_minutes: It offers 30 minutes.");
        }
    }

    #[pg_test]
    fn a_booking_lasts_as_long_as_was_asked_for_and_keeps_that_when_it_moves() {
        for mode in Mode::BOTH {
            let link = link(mode);
            let booking = link.booking_with("'2030-01-07 09:00Z'", "duration_minutes => 60");
            assert_eq!(booking.meeting.text("ends_at - starts_at"), "01:00:00");
            assert_eq!(ask(&link, ""), ["01-07 10:00-10:30", "01-07 10:30-11:00"]);
            // Whatever the link offers by then.
            link.set("duration_options = '{}', duration_minutes = 15");
            let could_move = slots(&format!(
                "booking_slots('{}', '2030-01-07 00:00Z', '2030-01-08 00:00Z')",
                booking.token
            ));
            assert_eq!(could_move, ["01-07 09:00-10:00", "01-07 10:00-11:00"]);
            let moved = row(&booking.call("reschedule_booking", "'2030-01-07 10:00Z'"));
            assert_eq!(moved["ends_at"], "2030-01-07T11:00:00+00:00");
            let shown: i32 = one(&format!(
                "select duration_minutes from scheduling.get_booking('{}')",
                booking.token
            ));
            assert_eq!(shown, 60);
        }
    }

    /// The cap counts meetings and not minutes.
    #[pg_test]
    fn caps_are_the_same_for_every_length() {
        for mode in Mode::BOTH {
            let link = link(mode);
            link.set("max_bookings_per_day = 1");
            link.booking_with("'2030-01-07 09:00Z'", "duration_minutes => 20");
            assert_eq!(ask(&link, ", duration_minutes => 60"), [""; 0]);
            let full = refusal(
                &link.book("'2030-01-07 10:00Z'", "duration_minutes => 60"),
                "PT409",
            );
            assert!(full.detail.starts_with("day_full: "), "{full:?}");
        }
    }

    #[pg_test]
    fn a_limit_lists_the_earliest_slots() {
        for mode in Mode::BOTH {
            let link = link(mode);
            let all = ask(&link, "");
            for (limit, listed) in [("1", 1), ("3", 3), ("4", 4), ("2147483647", 4), ("null", 4)] {
                assert_eq!(
                    ask(&link, &format!(", slots_limit => {limit}")),
                    all[..listed]
                );
            }
            link.booking("'2030-01-07 09:00Z'");
            let first = ask(&link, ", duration_minutes => 60, slots_limit => 1");
            assert_eq!(
                first,
                ["01-07 10:00-11:00"],
                "free ones count, and no others"
            );
            for limit in ["0", "-1"] {
                let call = format!(
                    "select scheduling.link_slots('{}', slots_limit => {limit})",
                    link.slug
                );
                let failure = refusal(&call, "22023");
                assert!(failure.detail.starts_with("slots_limit: "), "{failure:?}");
            }
        }
    }

    #[pg_test]
    fn a_key_of_another_length_is_refused_and_tells_nothing() {
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            link.set("duration_options = '{60,90}'");
            let call = |key: &str, day: i32, length: &str| {
                format!(
                    "select to_jsonb(b) from scheduling.book('{}', {}, 'bob@guest.example', 'Bob',
                         idempotency_key => '{key}', duration_minutes => {length}) b",
                    link.slug,
                    at(day, "10:00")
                )
            };
            let (own, hour) = (row(&call("own", 7, "null")), row(&call("hour", 8, "60")));
            for (key, day, length) in [
                ("own", 7, "60"),
                ("hour", 8, "null"),
                ("hour", 8, "90"),
                ("hour", 8, "30"),
            ] {
                let failure = refusal(&call(key, day, length), "22023");
                assert!(
                    failure.detail.starts_with("idempotency_key: "),
                    "{failure:?}"
                );
                let said = format!("{failure:?}");
                assert!(!said.contains("60") && !said.contains("hour"), "{said}");
            }
            // The link's own length said and left out is the same length.
            assert_eq!(row(&call("own", 7, "30")), own);
            assert_eq!(row(&call("hour", 8, "60")), hour);
            // And what was booked stays booked when the link changes.
            link.set("duration_minutes = 90, duration_options = '{45}'");
            for (key, day, length, booked) in [
                ("own", 7, "null", &own),
                ("own", 7, "30", &own),
                ("hour", 8, "60", &hour),
            ] {
                assert_eq!(&row(&call(key, day, length)), booked, "{key} {length}");
            }
            // Nor does it when it moves.
            let moved = row(&Booking::of(mode, &hour).call("reschedule_booking", &at(9, "12:00")));
            assert_eq!(row(&call("hour", 8, "60")), moved);
            refusal(&call("hour", 8, "45"), "22023");
        }
    }

    #[pg_test]
    fn lengths_and_limits_go_by_named_arguments_as_clients_send_them() {
        let link = link(Mode::User);
        let named = format!(
            "select from scheduling.book(slug => '{}', starts_at => '2030-01-07 09:00Z',
                 email => 'ada@guest.example', name => 'Ada', duration_minutes => 20, locale => 'de')",
            link.slug
        );
        assert_eq!(sqlstate(&named), SUCCESS);
    }
}
