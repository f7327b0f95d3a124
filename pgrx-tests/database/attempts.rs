//! How often one guest may try: PT429, though what was tried before is rolled back.

#[pgrx::pg_schema]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use pgrx::prelude::*;

    use super::super::harness::rows::{Link, Mode, Owner, row};
    use super::super::harness::sql::{at, refusal};

    /// A link at which only attempts are limited.
    fn link(owner: &Owner, attempts: &str) -> Link {
        let link = owner.link();
        link.set(&format!(
            "max_hourly_attempts_per_guest = {attempts}, max_hourly_bookings_per_guest = null,
             max_upcoming_bookings_per_guest = null, max_hourly_moves_per_booking = null"
        ));
        link
    }

    fn book_for(link: &Link, email: &str, starts_at: &str) -> String {
        format!(
            "select to_jsonb(booked) from scheduling.book('{}', {starts_at}, '{email}', 'Guest') booked",
            link.slug
        )
    }

    #[pg_test]
    fn a_refused_call_counts_though_it_was_rolled_back() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = link(&owner, "4");
            owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
            refusal(&link.book(&at(7, "10:00"), ""), "PT409");
            let answers = "answers => '{\"nobody asked\": 1}'";
            refusal(&link.book(&at(7, "12:00"), answers), "22023");
            row(&book_for(&link, "ADA@Guest.example", &at(7, "12:00")));
            row(&book_for(&link, "Ada@guest.EXAMPLE", &at(7, "13:00")));

            let failure = refusal(&link.book(&at(7, "14:00"), ""), "PT429");
            assert_eq!(
                (failure.message.as_str(), failure.detail.as_str()),
                (
                    "too many attempts",
                    "wait 3600: This link allows 4 attempts to book by this address within an hour."
                )
            );
            // Whatever is asked for, and however often.
            refusal(&link.book(&at(7, "10:00"), ""), "PT429");
            refusal(&link.book(&at(7, "14:00"), answers), "PT429");
        }
    }

    #[pg_test]
    fn another_address_and_another_link_have_attempts_of_their_own() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let (link, other) = (link(&owner, "1"), link(&owner, "1"));
            link.booking(&at(7, "10:00"));
            refusal(&link.book(&at(7, "11:00"), ""), "PT429");
            row(&book_for(&link, "bob@guest.example", &at(7, "11:00")));
            other.booking(&at(7, "12:00"));
        }
    }

    #[pg_test]
    fn a_call_that_names_no_link_or_is_malformed_is_no_attempt() {
        let owner = Owner::always_open(Mode::Client, "UTC");
        let link = link(&owner, "1");
        for _ in 0..3 {
            refusal(
                &link.book(&at(7, "10:00"), "timezone => 'Nowhere'"),
                "22023",
            );
            link.set("is_active = false");
            refusal(&link.book(&at(7, "10:00"), ""), "PT404");
            link.set("is_active = true");
        }
        link.booking(&at(7, "10:00"));
    }

    #[pg_test]
    fn a_replay_is_answered_after_any_number_of_attempts() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = link(&owner, "2");
            let booked = link.booked(&at(7, "10:00"), "idempotency_key => 'k'");
            for _ in 0..3 {
                assert_eq!(
                    link.booked(&at(7, "10:00"), "idempotency_key => 'k'"),
                    booked
                );
            }
            // Two of four were too many already, so nothing new is booked.
            let other = "idempotency_key => 'l'";
            refusal(&link.book(&at(7, "11:00"), other), "PT429");
            refusal(&link.book(&at(7, "11:00"), ""), "PT429");
        }
    }

    #[pg_test]
    fn moving_counts_by_booking_and_apart_from_booking() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = link(&owner, "2");
            owner.meeting(&at(8, "10:00"), &at(8, "11:00"));
            let (moving, other) = (link.booking(&at(7, "10:00")), link.booking(&at(7, "11:00")));
            refusal(&moving.call("reschedule_booking", &at(8, "10:00")), "PT409");
            row(&moving.call("reschedule_booking", &at(8, "12:00")));
            let failure = refusal(&moving.call("reschedule_booking", &at(8, "13:00")), "PT429");
            assert_eq!(
                failure.detail,
                "wait 3600: This link allows 2 attempts to move a booking within an hour."
            );
            // Where it is already, it is as good as moved; and it can be looked at and cancelled.
            row(&moving.call("reschedule_booking", &at(8, "12:00")));
            row(&moving.call("get_booking", ""));
            row(&moving.call("cancel_booking", ""));
            row(&other.call("reschedule_booking", &at(8, "14:00")));
        }
    }

    #[pg_test]
    fn null_is_no_limit_and_counts_nothing() {
        let owner = Owner::always_open(Mode::User, "UTC");
        let link = link(&owner, "null");
        owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
        for _ in 0..200 {
            refusal(&link.book(&at(7, "10:00"), ""), "PT409");
        }
        link.set("max_hourly_attempts_per_guest = 1");
        link.booking(&at(7, "12:00"));
        refusal(&link.book(&at(7, "14:00"), ""), "PT429");
    }

    #[pg_test]
    fn the_file_is_for_the_servers_account_alone() {
        let owner = Owner::always_open(Mode::Client, "UTC");
        link(&owner, "1").booking(&at(7, "10:00")); // the first use makes it
        // The working directory of a backend is the data directory.
        let file = fs::metadata("scheduling.attempts").expect("it was made");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        assert_eq!(file.len(), 4096 + 1024 * 1024);
    }
}
