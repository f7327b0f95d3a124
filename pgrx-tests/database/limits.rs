//! How often one guest may book and move: PT429, what counts towards it, and what does not.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Booking, Link, Mode, Owner, row};
    use super::super::harness::sql::{at, one, refusal, rows, run};

    /// A link whose other limits are out of the way.
    fn link(owner: &Owner, limits: &str) -> Link {
        let link = owner.link();
        link.set(
            "max_hourly_attempts_per_guest = null, max_hourly_bookings_per_guest = null,
             max_upcoming_bookings_per_guest = null, max_hourly_moves_per_booking = null",
        );
        link.set(limits);
        link
    }

    /// The statement that books for another address.
    fn book_for(link: &Link, email: &str, starts_at: &str, more: &str) -> String {
        format!(
            "select to_jsonb(booked) from scheduling.book(
                 '{}', {starts_at}, '{email}', 'Guest' {more}) booked",
            link.slug
        )
    }

    /// Lets an hour pass for everything that is there.
    fn an_hour_passes() {
        for mode in Mode::BOTH {
            run(&format!(
                "update scheduling.{} set created_at = created_at - interval '1 hour'",
                mode.names().meetings
            ));
        }
        run("update scheduling.jobs set created_at = created_at - interval '1 hour'");
    }

    #[pg_test]
    fn one_address_books_so_often_an_hour_whatever_becomes_of_its_bookings() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = link(&owner, "max_hourly_bookings_per_guest = 3");
            row(&link.booking(&at(7, "10:00")).call("cancel_booking", ""));
            link.booking(&at(7, "10:00"))
                .meeting
                .set("status = 'no_show'");
            row(&book_for(&link, "ADA@Guest.example", &at(7, "10:00"), ""));

            let failure = refusal(&link.book(&at(7, "12:00"), ""), "PT429");
            assert_eq!(
                (failure.message.as_str(), failure.detail.as_str()),
                (
                    "too many attempts",
                    // All were booked just now.
                    "wait 3600: This link allows 3 bookings by this address within an hour."
                )
            );
            // Somebody else is not concerned.
            row(&book_for(&link, "bob@guest.example", &at(7, "12:00"), ""));
            an_hour_passes();
            link.booking(&at(7, "14:00"));
        }
    }

    #[pg_test]
    fn bookings_count_over_all_links_of_the_owner_and_of_no_other() {
        for mode in Mode::BOTH {
            let (owner, other) = (
                Owner::always_open(mode, "UTC"),
                Owner::always_open(mode, "UTC"),
            );
            let strict = link(&owner, "max_hourly_bookings_per_guest = 1");
            let elsewhere = link(&other, "max_hourly_bookings_per_guest = 1");
            owner.link().booking(&at(7, "10:00"));
            refusal(&strict.book(&at(7, "12:00"), ""), "PT429");
            elsewhere.booking(&at(7, "12:00"));
        }
    }

    #[pg_test]
    fn a_replayed_booking_is_no_further_one() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = link(
                &owner,
                "max_hourly_bookings_per_guest = 1, max_upcoming_bookings_per_guest = 1",
            );
            let booked = link.booked(&at(7, "10:00"), "idempotency_key => 'k'");
            for _ in 0..3 {
                assert_eq!(
                    link.booked(&at(7, "10:00"), "idempotency_key => 'k'"),
                    booked
                );
            }
            refusal(
                &link.book(&at(7, "11:00"), "idempotency_key => 'l'"),
                "PT429",
            );
        }
    }

    #[pg_test]
    fn refused_attempts_are_no_bookings() {
        let owner = Owner::always_open(Mode::Client, "UTC");
        let link = link(&owner, "max_hourly_bookings_per_guest = 1");
        owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
        for _ in 0..3 {
            refusal(&link.book(&at(7, "10:00"), ""), "PT409");
            refusal(
                &link.book(&at(7, "12:00"), "answers => '{\"x\": 1}'"),
                "22023",
            );
        }
        link.booking(&at(7, "12:00"));
    }

    #[pg_test]
    fn one_address_has_so_many_bookings_to_come_at_one_link() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = link(&owner, "max_upcoming_bookings_per_guest = 2");
            // At another link, in the past, or no longer live: none of these is to come here.
            owner.link().booking(&at(7, "08:00"));
            link.booking(&at(7, "09:00")).meeting.set(&format!(
                "starts_at = {}, ends_at = {}",
                at(-2, "09:00"),
                at(-2, "09:30")
            ));
            link.booking(&at(7, "09:00"))
                .meeting
                .set("status = 'completed'");
            let first = link.booking(&at(7, "10:00"));
            link.booking(&at(7, "11:00"));

            let failure = refusal(&link.book(&at(7, "12:00"), ""), "PT429");
            // Until the first of the two has begun.
            let wait: String = one(&format!(
                "select 'wait ' || ceil(extract(epoch from {} - now()))",
                at(7, "10:00")
            ));
            assert_eq!(
                failure.detail,
                format!("{wait}: This link allows 2 upcoming bookings by this address.")
            );
            row(&book_for(&link, "bob@guest.example", &at(7, "12:00"), ""));
            // Moving takes no more than it had, and cancelling makes room.
            row(&first.call("reschedule_booking", &at(7, "14:00")));
            row(&first.call("cancel_booking", ""));
            link.booking(&at(7, "15:00"));
        }
    }

    /// Somebody who books under ever new addresses can name the same victim as a further guest.
    #[pg_test]
    fn a_further_guest_is_invited_so_often_an_hour_whoever_books() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = link(&owner, "max_hourly_bookings_per_guest = 2");
            let book = |n: i32, guests: &str| {
                book_for(
                    &link,
                    &format!("stranger-{n}@guest.example"),
                    &at(7 + n, "10:00"),
                    &format!(", guests => '{guests}'"),
                )
            };
            row(&book(0, "{victim@guest.example,victim@guest.example}"));
            row(&book(1, "{kay@guest.example,Victim@Guest.example}"));
            let failure = refusal(
                &book(2, "{kay@guest.example,VICTIM@guest.example}"),
                "PT429",
            );
            assert!(failure.detail.contains("further guest"), "{failure:?}");
            row(&book(2, "{kay@guest.example}"));
            refusal(&book(3, "{kay@guest.example}"), "PT429");
            an_hour_passes();
            row(&book(4, "{victim@guest.example}"));
        }
    }

    #[pg_test]
    fn one_booking_moves_so_often_an_hour() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = link(&owner, "max_hourly_moves_per_booking = 2");
            let (moving, other) = (link.booking(&at(7, "10:00")), link.booking(&at(8, "10:00")));
            let to = |booking: &Booking, time| booking.call("reschedule_booking", &at(7, time));
            row(&to(&moving, "11:00"));
            // Where it is already is no move.
            row(&to(&moving, "11:00"));
            row(&to(&moving, "12:00"));
            let failure = refusal(&to(&moving, "13:00"), "PT429");
            assert_eq!(
                failure.detail,
                "wait 3600: This link allows 2 moves of a booking within an hour."
            );
            row(&to(&moving, "12:00"));
            row(&to(&other, "15:00"));
            // The owner moves what they like.
            moving.meeting.set("location = 'Room 2'");
            an_hour_passes();
            row(&to(&moving, "13:00"));
            link.set("max_hourly_moves_per_booking = 1");
            refusal(&to(&moving, "14:00"), "PT429");
            row(&moving.call("cancel_booking", ""));
        }
    }

    #[pg_test]
    fn plain_sql_is_not_limited() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = link(
                &owner,
                "max_hourly_bookings_per_guest = 1, max_upcoming_bookings_per_guest = 1,
                 max_hourly_moves_per_booking = 1",
            );
            let booking = link.booking(&at(7, "10:00"));
            for day in 8..12 {
                run(&format!(
                    "insert into scheduling.{meetings} ({owner_id}, booking_link_id, {guest_id}, starts_at, ends_at)
                     select {owner_id}, booking_link_id, {guest_id}, {}, {} from scheduling.{meetings} where id = '{}'",
                    at(day, "10:00"),
                    at(day, "11:00"),
                    booking.meeting.id,
                    meetings = mode.names().meetings,
                    owner_id = mode.names().owner_id,
                    guest_id = mode.names().guest_id,
                ));
                booking.meeting.set(&format!(
                    "starts_at = {}, ends_at = {}",
                    at(day, "14:00"),
                    at(day, "14:30")
                ));
            }
        }
    }

    /// With the statistics of a big table, and sequential scans as cheap as ever.
    #[pg_test]
    fn counting_scans_no_table() {
        for mode in Mode::BOTH {
            let names = mode.names();
            let owner = Owner::always_open(mode, "UTC");
            run(&format!(
                "with guest as (
                     insert into scheduling.{guests} ({owner_id}, email)
                     select '{id}', 'guest-' || n || '@guest.example' from generate_series(1, 5000) n
                     returning id, {owner_id}
                 )
                 insert into scheduling.{meetings} ({owner_id}, {guest_id}, starts_at, ends_at, status)
                 select {owner_id}, id, now(), now() + interval '1 hour', 'cancelled' from guest",
                guests = names.guests,
                meetings = names.meetings,
                owner_id = names.owner_id,
                guest_id = names.guest_id,
                id = owner.id,
            ));
            for table in [names.guests, names.meetings, "jobs"] {
                run(&format!("analyze scheduling.{table}"));
            }
            let scans = || {
                rows(&format!(
                    "select relname || ' ' || coalesce(pg_stat_get_xact_numscans(oid), 0)
                     from pg_class where relnamespace = 'scheduling'::regnamespace
                       and relname = any ('{{{},{},jobs}}') order by relname",
                    names.guests, names.meetings
                ))
            };
            let before = scans();
            let link = link(
                &owner,
                "max_hourly_bookings_per_guest = 20, max_upcoming_bookings_per_guest = 20,
                 max_hourly_moves_per_booking = 20",
            );
            let booked = link.booked(&at(7, "10:00"), "guests => '{kay@guest.example}'");
            let booking = Booking::of(mode, &booked);
            row(&booking.call("reschedule_booking", &at(7, "12:00")));
            assert_eq!(scans(), before, "sequential scans");
        }
    }
}
