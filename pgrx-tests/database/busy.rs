//! Busy times of outside calendars, as far as the database decides: what counts, what is known well
//! enough, and what is forgotten. No worker sees these rows, so what is not known stays unknown.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner, row};
    use super::super::harness::sql::{at, one, outcome, quote, refusal, run, slots};

    /// A connected calendar of an owner.
    struct Connection<'a> {
        owner: &'a Owner,
        id: String,
    }

    impl<'a> Connection<'a> {
        /// One that has never been read.
        fn new(owner: &'a Owner, provider: &str) -> Self {
            let names = owner.mode.names();
            let id = one(&format!(
                "insert into scheduling.{} ({}, provider, calendar_id, connected_email)
                 values ('{}', '{provider}', 'main', 'owner@calendar.example') returning id::text",
                names.connections, names.owner_id, owner.id
            ));
            Self { owner, id }
        }

        /// One that was read just now, ten years ahead.
        fn known(owner: &'a Owner, provider: &str) -> Self {
            let connection = Self::new(owner, provider);
            connection.set("busy_synced_at = now(), busy_until = now() + interval '3700 days'");
            connection
        }

        fn set(&self, assignments: &str) {
            run(&format!(
                "update scheduling.{} set {assignments} where id = '{}'",
                self.owner.mode.names().connections,
                self.id
            ));
        }

        /// Adds an event; `meeting` is an SQL expression.
        fn busy(&self, event: &str, starts_at: &str, ends_at: &str, meeting: &str) {
            run(&format!(
                "insert into scheduling.busy_times
                     (connection_id, {}, event_id, meeting_id, starts_at, ends_at)
                 values ('{}', '{}', {}, {meeting}, {starts_at}, {ends_at})",
                self.owner.mode.names().owner_id,
                self.id,
                self.owner.id,
                quote(event)
            ));
        }

        fn busy_times(&self) -> i64 {
            one(&format!(
                "select count(*) from scheduling.busy_times where connection_id = '{}'",
                self.id
            ))
        }
    }

    /// The slots of an hour on 7 January 2030.
    fn on_monday(owner: &Owner, more: &str) -> Vec<String> {
        slots(&owner.available_slots(&format!(
            "'2030-01-07 00:00Z', '2030-01-08 00:00Z', duration_minutes => 60{more}"
        )))
    }

    #[pg_test]
    fn an_outside_busy_time_is_not_offered_and_cannot_be_booked() {
        for mode in Mode::BOTH {
            let owner = Owner::closed(mode, "UTC");
            owner.open_on("2030-01-07", &[("09:00", "13:00")]);
            let calendar = Connection::known(&owner, "google");
            calendar.busy(
                "dentist",
                "'2030-01-07 10:00Z'",
                "'2030-01-07 11:00Z'",
                "null",
            );
            let free = [
                "01-07 09:00-10:00",
                "01-07 11:00-12:00",
                "01-07 12:00-13:00",
            ];
            assert_eq!(on_monday(&owner, ""), free);

            let link = owner.link();
            link.set("duration_minutes = 60");
            let offered = slots(&format!(
                "link_slots('{}', '2030-01-07 00:00Z', '2030-01-08 00:00Z')",
                link.slug
            ));
            assert_eq!(offered, free);
            refusal(&link.book("'2030-01-07 10:00Z'", ""), "PT409");
            let booking = link.booking("'2030-01-07 11:00Z'");
            let onto_it = booking.call("reschedule_booking", "'2030-01-07 10:00Z'");
            refusal(&onto_it, "PT409");
        }
    }

    #[pg_test]
    fn outside_busy_times_have_no_buffers_of_their_own() {
        let owner = Owner::closed(Mode::User, "UTC");
        owner.open_on("2030-01-07", &[("09:00", "13:00")]);
        let calendar = Connection::known(&owner, "outlook");
        calendar.busy(
            "standup",
            "'2030-01-07 10:00Z'",
            "'2030-01-07 10:30Z'",
            "null",
        );
        assert_eq!(
            on_monday(&owner, ", interval_minutes => 30"),
            [
                "01-07 09:00-10:00",
                "01-07 10:30-11:30",
                "01-07 11:00-12:00",
                "01-07 11:30-12:30",
                "01-07 12:00-13:00"
            ]
        );
        assert_eq!(
            on_monday(
                &owner,
                ", interval_minutes => 30, buffer_before_minutes => 30"
            ),
            [
                "01-07 09:00-10:00",
                "01-07 11:00-12:00",
                "01-07 11:30-12:30",
                "01-07 12:00-13:00"
            ]
        );
        assert_eq!(
            on_monday(
                &owner,
                ", interval_minutes => 30, buffer_after_minutes => 1"
            ),
            [
                "01-07 10:30-11:30",
                "01-07 11:00-12:00",
                "01-07 11:30-12:30",
                "01-07 12:00-13:00"
            ]
        );
    }

    #[pg_test]
    fn the_busy_times_of_all_connected_calendars_count() {
        for mode in Mode::BOTH {
            let owner = Owner::closed(mode, "UTC");
            owner.open_on("2030-01-07", &[("09:00", "12:00")]);
            let (google, outlook) = (
                Connection::known(&owner, "google"),
                Connection::known(&owner, "outlook"),
            );
            google.busy("a", "'2030-01-07 09:00Z'", "'2030-01-07 10:00Z'", "null");
            outlook.busy("a", "'2030-01-07 11:00Z'", "'2030-01-07 12:00Z'", "null");
            assert_eq!(on_monday(&owner, ""), ["01-07 10:00-11:00"]);
            outlook.set("is_active = false");
            assert_eq!(
                on_monday(&owner, ""),
                ["01-07 10:00-11:00", "01-07 11:00-12:00"]
            );
        }
    }

    #[pg_test]
    fn the_event_of_a_meeting_does_not_stand_in_its_way() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let calendar = Connection::known(&owner, "google");
            let link = owner.link();
            link.set("duration_minutes = 60, slot_interval_minutes = 15");
            let booking = link.booking(&at(7, "10:00"));
            let meeting = format!("'{}'", booking.meeting.id);
            calendar.busy("ours", &at(7, "10:00"), &at(7, "11:00"), &meeting);
            row(&booking.call("reschedule_booking", &at(7, "10:15")));
            // Where it was, somebody else may be: the calendar will say so in a moment.
            row(&booking.call("reschedule_booking", &at(7, "14:00")));
            link.booking(&at(7, "10:00"));
        }
    }

    #[pg_test]
    fn an_event_that_claims_to_be_a_meeting_of_another_owner_counts() {
        let (owner, other) = (
            Owner::closed(Mode::Client, "UTC"),
            Owner::always_open(Mode::Client, "UTC"),
        );
        owner.open_on("2030-01-07", &[("09:00", "11:00")]);
        let theirs = other.meeting("'2030-01-07 10:00Z'", "'2030-01-07 11:00Z'");
        let calendar = Connection::known(&owner, "outlook");
        let (from, until) = ("'2030-01-07 10:00Z'", "'2030-01-07 11:00Z'");
        calendar.busy("copied", from, until, &format!("'{}'", theirs.id));
        assert_eq!(on_monday(&owner, ""), ["01-07 09:00-10:00"]);
    }

    #[pg_test]
    fn what_is_not_known_is_not_free() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            link.set("booking_window_days = 60");
            let booking = link.booking(&at(7, "10:00"));
            let calls = [
                format!(
                    "select from scheduling.{}",
                    owner.available_slots("now(), now() + interval '20 days'")
                ),
                format!("select from scheduling.link_slots('{}')", link.slug),
                link.book(&at(7, "12:00"), ""),
                booking.call("reschedule_booking", &at(7, "14:00")),
            ];
            let calendar = Connection::new(&owner, "google");
            let refused = |why: &str| {
                for call in &calls {
                    let failure = refusal(call, "PT503");
                    let detail = &failure.detail;
                    assert!(detail.starts_with("unreachable: "), "{why}: {failure:?}");
                    // Of whom the question is, visitors are not told.
                    let is_managers = call.contains("available_slots");
                    assert_eq!(detail.contains(&owner.key()), is_managers, "{failure:?}");
                }
            };
            refused("never read");
            calendar.set("busy_synced_at = now(), busy_until = now() + interval '5 days'");
            refused("known for five days");
            calendar.set(
                "busy_synced_at = now() - interval '16 minutes', busy_until = now() + interval '90 days'",
            );
            refused("known for too long");
            calendar.set("busy_synced_at = now() - interval '14 minutes'");
            let second = Connection::new(&owner, "outlook");
            refused("one of two");
            second.set("is_active = false");
            for call in &calls {
                assert_eq!(outcome(call), Ok(()), "{call}");
            }
        }
    }

    #[pg_test]
    fn a_question_beyond_the_booking_window_needs_to_know_no_more_than_that() {
        let owner = Owner::always_open(Mode::User, "Pacific/Kiritimati");
        let link = owner.link();
        link.set("booking_window_days = 30");
        let calendar = Connection::new(&owner, "outlook");
        calendar.set("busy_synced_at = now(), busy_until = now() + interval '33 days'");
        let offered: i64 = one(&format!(
            "select count(distinct (slot_start at time zone 'Pacific/Kiritimati')::date)
             from scheduling.link_slots('{}', now(), now() + interval '366 days')",
            link.slug
        ));
        // Today may be over for a slot of half an hour.
        assert!((30..=31).contains(&offered), "{offered}");
    }

    #[pg_test]
    fn what_is_known_of_one_calendar_is_forgotten_with_it() {
        for mode in Mode::BOTH {
            for change in [
                "calendar_id = 'another'",
                "busy_calendar_ids = '{another}'",
                "connected_email = 'somebody@else.example'",
                "is_active = false",
            ] {
                let owner = Owner::new(mode);
                let calendar = Connection::known(&owner, "google");
                calendar.busy("a", "now()", "now() + interval '1 hour'", "null");
                calendar.set("status_detail = 'nothing of the kind'");
                assert_eq!(calendar.busy_times(), 1);
                calendar.set(change);
                assert_eq!(calendar.busy_times(), 0, "{change}");
                let is_unknown: bool = one(&format!(
                    "select busy_synced_at is null and busy_until is null and busy_token is null
                     from scheduling.{} where id = '{}'",
                    mode.names().connections,
                    calendar.id
                ));
                assert!(is_unknown, "{change}");
            }
            let owner = Owner::new(mode);
            let calendar = Connection::known(&owner, "google");
            calendar.busy("a", "now()", "now() + interval '1 hour'", "null");
            let names = mode.names();
            run(&format!(
                "delete from scheduling.{} where id = '{}'",
                names.connections, calendar.id
            ));
            assert_eq!(calendar.busy_times(), 0);
        }
    }

    #[pg_test]
    fn a_connection_that_comes_with_knowledge_of_its_own_is_not_believed() {
        let owner = Owner::new(Mode::Client);
        let believed: bool = one(&format!(
            "insert into scheduling.calendar_connections (client_id, provider, busy_synced_at, busy_until)
             values ('{}', 'google', now(), now() + interval '1 year')
             returning busy_synced_at is not null or busy_until is not null",
            owner.id
        ));
        assert!(!believed);
    }
}
