//! Slots of a booking link: the link's own rules, its booking window and daily cap in the owner's
//! days, and the visitor's clock.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Link, Mode, Owner};
    use super::super::harness::sql::{at, one, refusal, rows, slots};

    /// What is offered on 7 January 2030.
    fn on_monday(link: &Link) -> Vec<String> {
        slots(&format!(
            "link_slots('{}', '2030-01-07 00:00Z', '2030-01-08 00:00Z')",
            link.slug
        ))
    }

    #[pg_test]
    fn a_link_offers_slots_by_its_own_rules() {
        for mode in Mode::BOTH {
            let owner = Owner::closed(mode, "UTC");
            owner.open_on("2030-01-07", &[("09:00", "11:00")]);
            owner.meeting("'2030-01-07 11:10Z'", "'2030-01-07 12:00Z'");
            let link = owner.link();
            link.set("duration_minutes = 50");
            // The interval is null: it follows the duration.
            assert_eq!(on_monday(&link), ["01-07 09:00-09:50", "01-07 09:50-10:40"]);
            link.set("duration_minutes = 60");
            assert_eq!(on_monday(&link), ["01-07 09:00-10:00", "01-07 10:00-11:00"]);
            link.set("slot_interval_minutes = 30");
            assert_eq!(
                on_monday(&link),
                [
                    "01-07 09:00-10:00",
                    "01-07 09:30-10:30",
                    "01-07 10:00-11:00"
                ]
            );
            link.set("buffer_after_minutes = 15");
            assert_eq!(on_monday(&link), ["01-07 09:00-10:00", "01-07 09:30-10:30"]);
            owner.meeting("'2030-01-07 08:00Z'", "'2030-01-07 08:50Z'");
            link.set("buffer_before_minutes = 11");
            assert_eq!(on_monday(&link), ["01-07 09:30-10:30"]);
        }
    }

    #[pg_test]
    fn a_link_keeps_its_minimum_notice() {
        let link = Owner::always_open(Mode::Client, "UTC").link();
        link.set("duration_minutes = 10, slot_interval_minutes = 1, minimum_notice_minutes = 2000");
        let in_time: bool = one(&format!(
            "select min(slot_start) >= now() + interval '2000 minutes'
                and min(slot_start) < now() + interval '2001 minutes'
             from scheduling.link_slots('{}')",
            link.slug
        ));
        assert!(in_time);
    }

    /// The owner's days: the two zones are never on the same date for long, and seldom on UTC's.
    #[pg_test]
    fn nothing_is_offered_after_the_booking_window_in_the_owners_days() {
        for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            let link = Owner::always_open(Mode::User, zone).link();
            for days in [1, 2, 30] {
                link.set(&format!("booking_window_days = {days}"));
                let last_is_as_promised: bool = one(&format!(
                    "select max(slot_start at time zone '{zone}')
                            = date_trunc('day', now() at time zone '{zone}')
                              + interval '{days} days 23 hours 30 minutes'
                     from scheduling.link_slots('{}', until_time => now() + interval '40 days')",
                    link.slug
                ));
                assert!(last_is_as_promised, "{days} days in {zone}");
            }
            link.set("booking_window_days = 0");
            let later: i64 = one(&format!(
                "select count(*) from scheduling.link_slots('{}', timezone => '{zone}')
                 where local_start::date <> (now() at time zone '{zone}')::date",
                link.slug
            ));
            assert_eq!(later, 0, "0 is today only");
        }
    }

    /// The owner is in Tokyo (UTC+9 all year): the day in question starts at 15:00Z the day before.
    #[pg_test]
    fn a_day_with_as_many_meetings_of_the_link_as_its_cap_is_full() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "Asia/Tokyo");
            let (link, other) = (owner.link(), owner.link());
            link.set("max_bookings_per_day = 2, duration_minutes = 60");
            let offered = || {
                rows(&format!(
                    "select count(*)::text from scheduling.link_slots('{}', {}, {})
                     group by local_start::date order by local_start::date",
                    link.slug,
                    at(4, "15:00"),
                    at(7, "15:00"),
                ))
            };
            assert_eq!(offered(), ["24", "24", "24"]);
            // The last hour of the day before and the first of the day after do not count, nor do
            // other links and meetings without one.
            link.booking(&at(5, "14:00"));
            link.booking(&at(6, "15:00"));
            other.booking(&at(6, "00:00"));
            owner.meeting(&at(6, "01:00"), &at(6, "02:00"));
            let first = link.booking(&at(5, "15:00")).meeting;
            assert_eq!(offered(), ["23", "21", "23"]);
            link.booking(&at(6, "14:00"));
            assert_eq!(offered(), ["23", "23"], "the day between is full");
            refusal(&link.book(&at(6, "05:00"), ""), "PT409");
            assert_eq!(other.booked(&at(6, "05:00"), "")["status"], "confirmed");
            first.set("status = 'cancelled'");
            assert_eq!(offered(), ["23", "20", "23"]);
        }
    }

    /// `AT TIME ZONE 'CET'` is UTC+1 all year, the zone of that name is not.
    #[pg_test]
    fn days_of_a_cap_are_those_of_the_zone_where_its_name_abbreviates_another() {
        let link = Owner::always_open(Mode::Client, "CET").link();
        link.set("max_bookings_per_day = 1, duration_minutes = 60");
        link.booking("'2030-07-09 22:00Z'"); // 10 July, 00:00
        assert_eq!(
            slots(&format!(
                "link_slots('{}', '2030-07-09 20:00Z', '2030-07-11 00:00Z')",
                link.slug
            )),
            [
                "07-09 20:00-21:00",
                "07-09 21:00-22:00",
                "07-10 22:00-23:00",
                "07-10 23:00-00:00"
            ]
        );
    }

    #[pg_test]
    fn local_start_is_the_visitors_clock_or_the_owners() {
        let owner = Owner::closed(Mode::Client, "America/New_York");
        owner.open_on("2030-01-07", &[("09:00", "09:30")]);
        let link = owner.link();
        for (zone, local_start) in [
            ("null", "2030-01-07 09:00:00"),
            ("'Asia/Kathmandu'", "2030-01-07 19:45:00"),
            ("'utc'", "2030-01-07 14:00:00"),
        ] {
            let shown = rows(&format!(
                "select to_char(local_start, 'YYYY-MM-DD HH24:MI:SS')
                 from scheduling.link_slots('{}', '2030-01-07', '2030-01-09', {zone})",
                link.slug
            ));
            assert_eq!(shown, [local_start], "{zone}");
        }
        let offset = format!(
            "select * from scheduling.link_slots('{}', timezone => '+02')",
            link.slug
        );
        refusal(&offset, "22023");
    }

    #[pg_test]
    fn a_question_has_the_same_limits_as_that_of_an_owner() {
        let link = Owner::always_open(Mode::User, "UTC").link();
        for arguments in [
            "'2030-01-07 00:00Z', '2031-01-08 00:00:01Z'",
            "'2030-01-07 00:00Z', '2030-01-06 00:00Z'",
            "'2030-01-07 00:00Z', 'infinity'",
            "'-infinity'",
        ] {
            let query = format!(
                "select * from scheduling.link_slots('{}', {arguments})",
                link.slug
            );
            refusal(&query, "22023");
        }
        let two_weeks: i64 = one(&format!(
            "select count(*) from scheduling.link_slots('{}', '2030-01-07 00:00Z', null, null)",
            link.slug
        ));
        assert_eq!(two_weeks, 14 * 48);
    }
}
