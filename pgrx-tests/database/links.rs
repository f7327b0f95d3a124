//! Booking links: the limits of their rules, and what anybody may know of one.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;
    use serde_json::json;

    use super::super::harness::rows::{Mode, Owner, row};
    use super::super::harness::sql::{
        SUCCESS, at, one, outcome, quote, refusal, rows, run, sqlstate,
    };
    use crate::booking::link::COLUMNS;

    #[pg_test]
    fn a_new_link_has_the_defaults_of_the_contract() {
        let owner = Owner::new(Mode::Client);
        run(&format!(
            "insert into scheduling.booking_links (slug, client_id) values ('{0}', '{0}')",
            owner.id
        ));
        let rules = row(&format!(
            "select to_jsonb(l) - '{{id, slug, client_id, user_id, created_at, updated_at}}'::text[]
             from scheduling.booking_links l where slug = '{}'",
            owner.id
        ));
        assert_eq!(
            rules,
            json!({
                "title": "Meeting", "description": null, "location": null,
                "duration_minutes": 30, "slot_interval_minutes": null, "buffer_before_minutes": 0,
                "buffer_after_minutes": 0, "minimum_notice_minutes": 0, "booking_window_days": 60,
                "max_bookings_per_day": null, "conferencing": "none", "is_active": true,
                "questions": [], "max_hourly_attempts_per_guest": 120,
                "max_hourly_bookings_per_guest": 60, "max_upcoming_bookings_per_guest": 100,
                "max_hourly_moves_per_booking": 10, "cancel_notice_minutes": 0,
                "reschedule_notice_minutes": 0, "redirect_url": null, "locale": null,
                "reminder_minutes": [], "duration_options": [], "availability_settings": null,
            })
        );
    }

    #[pg_test]
    fn rules_beyond_the_limits_cannot_be_stored() {
        let link = Owner::new(Mode::User).link();
        for (assignment, expected) in [
            ("duration_minutes = 0", "23514"),
            ("duration_minutes = 1", SUCCESS),
            ("duration_minutes = 1440", SUCCESS),
            ("duration_minutes = 1441", "23514"),
            ("slot_interval_minutes = 0", "23514"),
            ("slot_interval_minutes = 1", SUCCESS),
            ("slot_interval_minutes = 1440", SUCCESS),
            ("slot_interval_minutes = 1441", "23514"),
            ("slot_interval_minutes = null", SUCCESS),
            ("buffer_before_minutes = -1", "23514"),
            ("buffer_before_minutes = 0", SUCCESS),
            ("buffer_after_minutes = -1", "23514"),
            ("buffer_after_minutes = 0", SUCCESS),
            ("minimum_notice_minutes = -1", "23514"),
            ("minimum_notice_minutes = 0", SUCCESS),
            ("booking_window_days = -1", "23514"),
            ("booking_window_days = 0", SUCCESS),
            ("booking_window_days = 3650", SUCCESS),
            ("booking_window_days = 3651", "23514"),
            ("max_bookings_per_day = 0", "23514"),
            ("max_bookings_per_day = 1", SUCCESS),
            ("max_bookings_per_day = null", SUCCESS),
            ("conferencing = 'google_meet'", SUCCESS),
            ("conferencing = 'teams'", SUCCESS),
            ("conferencing = 'zoom'", "23514"),
            ("questions = '{}'", "22023"),
            ("questions = '[]'", SUCCESS),
            ("max_hourly_attempts_per_guest = 0", "23514"),
            ("max_hourly_attempts_per_guest = 1", SUCCESS),
            ("max_hourly_attempts_per_guest = 10000", SUCCESS),
            ("max_hourly_attempts_per_guest = 10001", "23514"),
            ("max_hourly_attempts_per_guest = null", SUCCESS),
            ("max_hourly_bookings_per_guest = 0", "23514"),
            ("max_hourly_bookings_per_guest = null", SUCCESS),
            ("max_upcoming_bookings_per_guest = 0", "23514"),
            ("max_upcoming_bookings_per_guest = null", SUCCESS),
            ("max_hourly_moves_per_booking = 0", "23514"),
            ("max_hourly_moves_per_booking = null", SUCCESS),
            ("redirect_url = 'https://a.example/thanks?x=1'", SUCCESS),
            ("redirect_url = 'http://a.example/'", "23514"),
            ("redirect_url = 'javascript:alert(1)'", "23514"),
            ("redirect_url = 'https://user@a.example/'", "23514"),
            ("redirect_url = 'https://a.example/a b'", "23514"),
            ("locale = 'pt-BR'", SUCCESS),
            ("locale = 'not a locale'", "23514"),
            ("reminder_minutes = '{1440,60}'", SUCCESS),
            ("reminder_minutes = '{5,6,7,8,43200}'", SUCCESS),
            ("reminder_minutes = '{}'", SUCCESS),
            ("reminder_minutes = '{4}'", "23514"),
            ("reminder_minutes = '{43201}'", "23514"),
            ("reminder_minutes = '{60,60}'", "23514"),
            ("reminder_minutes = '{5,6,7,8,9,10}'", "23514"),
            ("reminder_minutes = '{60,null}'", "23514"),
            ("reminder_minutes = '{{60,30},{20,10}}'", "23514"),
            ("reminder_minutes = null", "23502"),
            ("duration_options = '{1,1440,30}'", SUCCESS),
            (
                "duration_options = '{1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20}'",
                SUCCESS,
            ),
            ("duration_options = '{}'", SUCCESS),
            (
                "duration_options = '{1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21}'",
                "23514",
            ),
            ("duration_options = '{0}'", "23514"),
            ("duration_options = '{1441}'", "23514"),
            ("duration_options = '{15,15}'", "23514"),
            ("duration_options = '{15,null}'", "23514"),
            ("duration_options = '{{15,30},{45,60}}'", "23514"),
            ("duration_options = null", "23502"),
            ("availability_settings = '{}'", SUCCESS),
            ("availability_settings = null", SUCCESS),
            ("availability_settings = '[]'", "22023"),
            ("cancel_notice_minutes = -1", "23514"),
            ("cancel_notice_minutes = null", SUCCESS),
            ("reschedule_notice_minutes = -1", "23514"),
            ("reschedule_notice_minutes = null", SUCCESS),
            ("slug = 'a b'", "23514"),
            ("slug = ''", "23514"),
        ] {
            assert_eq!(sqlstate(&link.update(assignment)), expected, "{assignment}");
        }
    }

    #[pg_test]
    fn a_link_without_an_owner_cannot_be_stored() {
        let orphan = outcome("insert into scheduling.booking_links (slug) values ('orphan')");
        let failure = orphan.expect_err("it has neither client_id nor user_id");
        assert_eq!(
            (failure.sqlstate.as_str(), failure.constraint.as_str()),
            ("23514", "booking_links_owner_check")
        );
    }

    #[pg_test]
    fn a_slug_is_one_links_alone_over_all_owners() {
        let [taken, other] = Mode::BOTH.map(|mode| Owner::new(mode).link());
        assert_eq!(
            sqlstate(&other.update(&format!("slug = '{}'", taken.slug))),
            "23505"
        );
    }

    #[pg_test]
    fn the_public_row_of_a_link_shows_nothing_private() {
        let client = Owner::new(Mode::Client);
        client.set(
            "name = 'Acme', primary_contact_email = 'secret@acme.example', timezone = 'Asia/Tokyo'",
        );
        let user = Owner::new(Mode::User);
        user.set("full_name = 'Grace', email = 'secret@acme.example', timezone = 'Asia/Tokyo'");
        for (owner, name) in [(client, "Acme"), (user, "Grace")] {
            let link = owner.link();
            link.set(
                "title = 'Intro call', description = 'About us', duration_minutes = 20, location = 'Phone',
                 questions = '[{\"id\": \"topic\"}]', booking_window_days = 10, conferencing = 'teams',
                 redirect_url = 'https://acme.example/thanks', locale = 'de', duration_options = '{60,15}'",
            );
            let call = format!(
                "select to_jsonb(link) from scheduling.get_booking_link('{}') link",
                link.slug
            );
            let mut shown = row(&call);
            let until: bool = one(&format!(
                "select {}::timestamptz = ((now() at time zone 'Asia/Tokyo')::date + 11)::timestamp
                     at time zone 'Asia/Tokyo'",
                quote(shown["bookable_until"].as_str().expect("a time"))
            ));
            assert!(until, "{shown}: the end of the tenth day in Tokyo");
            shown["bookable_until"] = json!(true);
            // As a column would be that only the signature has.
            let empty = shown
                .as_object()
                .and_then(|row| row.values().find(|it| it.is_null()));
            assert_eq!(empty, None, "{shown}: give each column a value");
            assert_eq!(
                shown,
                json!({
                    "slug": link.slug, "mode": owner.mode.names().mode, "title": "Intro call",
                    "description": "About us", "duration_minutes": 20, "owner_name": name,
                    "timezone": "Asia/Tokyo", "questions": [{"id": "topic"}], "location": "Phone",
                    "duration_options": [60, 15], "conferencing": "teams", "booking_window_days": 10,
                    "bookable_until": true, "requires_approval": false,
                    "requires_email_proof": false, "max_guests": 20,
                    "redirect_url": "https://acme.example/thanks", "locale": "de",
                })
            );
        }
    }

    #[pg_test]
    fn a_link_with_both_owners_is_in_client_mode() {
        let (client, user) = (
            Owner::always_open(Mode::Client, "UTC"),
            Owner::new(Mode::User),
        );
        let link = client.link();
        link.set(&format!("user_id = '{}'", user.id));
        let mode: String = one(&format!(
            "select mode from scheduling.get_booking_link('{}')",
            link.slug
        ));
        assert_eq!(mode, "client");
        let booked = link.booked(&at(7, "10:00"), "");
        assert_eq!(booked["mode"], "client");
        assert_eq!(booked["owner_id"], client.id.as_str());
    }

    #[pg_test]
    fn a_slug_that_names_no_active_link_is_not_found() {
        let link = Owner::always_open(Mode::User, "UTC").link();
        link.set("is_active = false");
        let when = at(7, "10:00");
        for slug in [link.slug.as_str(), "no-such-link", ""] {
            // It is shown to who manages its owner, as a superuser does.
            for call in ["link_slots", "get_booking_link", "booking_url"] {
                let query = format!("select * from scheduling.{call}('{slug}')");
                if slug != link.slug {
                    refusal(&query, "PT404");
                }
            }
            let book = format!(
                "select * from scheduling.book('{slug}', {when}, 'ada@guest.example', 'Ada')"
            );
            refusal(&book, "PT404");
        }
        for query in [
            "select * from scheduling.link_slots(null)",
            "select * from scheduling.get_booking_link(null)",
        ] {
            refusal(query, "22023");
        }
    }

    /// A rule that is stored and that nobody reads would be passed over in silence.
    #[pg_test]
    fn every_column_of_a_link_has_a_reader() {
        let read_elsewhere = [
            // by get_booking_link
            "slug",
            "description",
            "redirect_url",
            "locale",
            // by the statement of book() and the trigger of plain inserts
            "reminder_minutes",
            // by those who read a booking with its link
            "cancel_notice_minutes",
            "reschedule_notice_minutes",
            // in the condition of every query for a link
            "is_active",
            // by nobody but people
            "created_at",
            "updated_at",
        ];
        let mut known: Vec<_> = COLUMNS.iter().chain(&read_elsewhere).copied().collect();
        known.sort_unstable();
        let stored = rows(
            "select attname::text collate \"C\" from pg_attribute
             where attrelid = 'scheduling.booking_links'::regclass and attnum > 0
               and not attisdropped
             order by 1",
        );
        assert_eq!(stored, known);
    }
}
