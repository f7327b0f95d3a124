//! The word that the DETAIL of a refusal begins with: the real reason, in a form that a page can say in
//! another language.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{at, one, quote, refusal, run};

    /// The word before the colon.
    fn word(statement: &str, sqlstate: &str) -> String {
        let failure = refusal(statement, sqlstate);
        let (word, said) = failure.detail.split_once(": ").expect("a word and a colon");
        assert!(said.ends_with('.'), "a sentence for people: {failure:?}");
        word.to_owned()
    }

    #[pg_test]
    fn a_time_that_cannot_be_booked_is_refused_by_its_real_reason() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            let closed_day: String = one(&format!(
                "select ({} at time zone 'UTC')::date::text",
                at(9, "00:00")
            ));
            owner.open_on(&closed_day, &[("09:00", "10:00")]);
            link.set(
                "minimum_notice_minutes = 2880, booking_window_days = 20, buffer_after_minutes = 10,
                 max_bookings_per_day = 2",
            );
            let booking = link.booking(&at(7, "10:00"));
            let full = [at(8, "10:00"), at(8, "12:00")];
            full.iter().for_each(|start| drop(link.booking(start)));
            owner.meeting(&at(10, "12:00"), &at(10, "13:00"));
            for (when, why) in [
                (at(7, "10:00"), "taken"),
                (at(7, "10:30"), "taken"),
                (at(7, "09:30"), "taken"),
                (at(10, "12:30"), "taken"),
                (at(7, "14:10"), "hours"),
                (at(9, "08:30"), "hours"),
                (at(9, "10:00"), "hours"),
                (at(-1, "10:00"), "past"),
                (at(1, "10:00"), "notice"),
                (at(22, "10:00"), "window"),
                (at(8, "18:00"), "day_full"),
            ] {
                assert_eq!(word(&link.book(&when, ""), "PT409"), why, "{when}");
                let own = [at(7, "10:00"), at(7, "09:30"), at(7, "10:30")].contains(&when);
                if !own {
                    let moving = booking.call("reschedule_booking", &when);
                    assert_eq!(word(&moving, "PT409"), why, "moved to {when}");
                }
            }
        }
    }

    #[pg_test]
    fn a_malformed_argument_is_named() {
        let link = Owner::always_open(Mode::Client, "UTC").link();
        link.set(
            r#"questions = '[{"id": "company", "required": true}, {"id": "size", "type": "number"}]'"#,
        );
        let good = r#"{"company": "Acme"}"#;
        let answered = format!("answers => '{good}'");
        for (arguments, field) in [
            ("timezone => 'Mars/Olympus'".to_owned(), "timezone"),
            ("phone => repeat('1', 51)".to_owned(), "phone"),
            ("notes => repeat('x', 10001)".to_owned(), "notes"),
            (
                "idempotency_key => repeat('x', 201)".to_owned(),
                "idempotency_key",
            ),
            (
                "guests => '{kay@guest.example,kay}'".to_owned(),
                "guests[1]",
            ),
            ("guests => array[null]::text[]".to_owned(), "guests[0]"),
            (
                "guests => array_fill('kay@guest.example'::text, array[21])".to_owned(),
                "guests",
            ),
        ] {
            let call = link.book(&at(7, "10:00"), &format!("{arguments}, {answered}"));
            assert_eq!(word(&call, "22023"), field);
        }
        for (answers, field) in [
            ("[]", "answers"),
            (r#"{"company": "Acme", "who": "asked"}"#, "answers"),
            (r#"{"company": "  "}"#, "answers.company"),
            (r#"{"company": "Acme", "size": "big"}"#, "answers.size"),
        ] {
            let call = link.book(&at(7, "10:00"), &format!("answers => {}", quote(answers)));
            assert_eq!(word(&call, "22023"), field, "{answers}");
        }
        for (guest, field) in [
            ("'ada', 'Ada'", "email"),
            ("'ada@guest.example', ' '", "name"),
        ] {
            let call = format!(
                "select * from scheduling.book('{}', {}, {guest})",
                link.slug,
                at(7, "10:00")
            );
            assert_eq!(word(&call, "22023"), field);
        }
        for (call, field) in [
            ("get_booking(null)", "manage_token"),
            ("link_slots('x', timezone => '+02')", "timezone"),
            (
                "link_slots('x', now(), now() - interval '1 day')",
                "until_time",
            ),
            ("available_slots('nobody')", "owner"),
        ] {
            assert_eq!(
                word(&format!("select * from scheduling.{call}"), "22023"),
                field
            );
        }
    }

    #[pg_test]
    fn what_is_not_there_is_named() {
        let nobody = "00000000-0000-4000-8000-00000000000a";
        for (call, what) in [
            ("get_booking_link('nowhere')".to_owned(), "link"),
            ("get_booking('no token')".to_owned(), "booking"),
            (format!("available_slots('{nobody}')"), "owner"),
        ] {
            assert_eq!(
                word(&format!("select * from scheduling.{call}"), "PT404"),
                what
            );
        }
        let owner = Owner::new(Mode::User);
        let select = format!(
            "select scheduling.select_calendar('{}', 'google', 'x')",
            owner.key()
        );
        assert_eq!(word(&select, "PT404"), "connection");
    }

    #[pg_test]
    fn who_has_had_too_many_is_told_how_long_to_wait() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            link.set("max_hourly_bookings_per_guest = 2");
            for (start, age) in [("10:00", 50), ("11:00", 20)] {
                link.booking(&at(7, start))
                    .meeting
                    .set(&format!("created_at = now() - interval '{age} minutes'"));
            }
            // The first of the two leaves the hour in ten minutes.
            assert_eq!(word(&link.book(&at(7, "12:00"), ""), "PT429"), "wait 600");
            run(&format!(
                "update scheduling.{} set created_at = created_at - interval '10 minutes'",
                mode.names().meetings
            ));
            link.booking(&at(7, "12:00"));
        }
    }
}
