//! The same booking asked for again, by its idempotency key.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;
    use serde_json::Value;

    use super::super::harness::rows::{Booking, Link, Mode, Owner, row};
    use super::super::harness::sql::{at, one, refusal};

    fn book(link: &Link, starts_at: &str, email: &str, name: &str) -> String {
        format!(
            "select to_jsonb(booked) from scheduling.book(
                 '{}', {starts_at}, '{email}', '{name}', idempotency_key => 'k') booked",
            link.slug
        )
    }

    fn assert_tells_nothing(statement: &str, first: &Value) {
        let failure = refusal(statement, "22023");
        assert!(
            failure.detail.starts_with("idempotency_key: "),
            "{failure:?}"
        );
        let said = format!("{failure:?}");
        for secret in ["Bob", "bob@", "manage_token", "10:00"] {
            assert!(!said.contains(secret), "{said}");
        }
        for member in ["meeting_id", "manage_token"] {
            assert!(
                !said.contains(first[member].as_str().expect("a text")),
                "{said}"
            );
        }
    }

    #[pg_test]
    fn a_key_of_another_time_or_address_is_refused_and_tells_nothing() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            for attempts in ["120", "1"] {
                let link = if attempts == "1" {
                    &owner.link()
                } else {
                    &link
                };
                let day = if attempts == "1" { 8 } else { 7 };
                let first = row(&book(link, &at(day, "10:00"), "bob@guest.example", "Bob"));
                link.set(&format!("max_hourly_attempts_per_guest = {attempts}"));
                let other_time = book(link, &at(day, "11:00"), "bob@guest.example", "Bob");
                assert_tells_nothing(&other_time, &first);
                if attempts != "1" {
                    let other_guest = book(link, &at(day, "10:00"), "carol@guest.example", "Carol");
                    assert_tells_nothing(&other_guest, &first);
                }
                // However the address is written, and whatever else is typed.
                let again = book(link, &at(day, "10:00"), "BOB@guest.example", "Robert");
                assert_eq!(row(&again), first);
            }
            let meetings: i64 = one(&format!(
                "select count(*) from scheduling.{} where {} = '{}'",
                mode.names().meetings,
                mode.names().owner_id,
                owner.id
            ));
            assert_eq!(meetings, 2);
        }
    }

    #[pg_test]
    fn a_booking_is_answered_by_its_key_after_it_was_moved_and_after_it_was_cancelled() {
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            let ask = book(&link, &at(7, "10:00"), "bob@guest.example", "Bob");
            let first = row(&ask);
            let booking = Booking::of(mode, &first);
            let moved = row(&booking.call("reschedule_booking", &at(7, "12:00")));
            assert_eq!(row(&ask), moved);
            refusal(
                &book(&link, &at(7, "12:00"), "bob@guest.example", "Bob"),
                "22023",
            );
            // Somebody corrects the address.
            booking.meeting.set("guest_email = 'robert@guest.example'");
            assert_eq!(row(&ask), moved);
            let cancelled = row(&booking.call("cancel_booking", ""));
            assert_eq!(row(&ask), cancelled);
        }
    }
}
