//! What pages show to the holder of a manage token, and what they take from visitors.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;
    use serde_json::{Value, json};

    use super::super::harness::rows::{Booking, Meeting, Mode, Owner, row};
    use super::super::harness::sql::{at, one, quote, refusal, rows, run, slots};

    #[pg_test]
    fn a_page_is_shown_all_of_a_booking_and_until_when_it_can_be_changed() {
        for (mode, name) in [(Mode::Client, "name"), (Mode::User, "full_name")] {
            let owner = Owner::always_open(mode, "Asia/Tokyo");
            owner.set(&format!("{name} = 'Acme'"));
            let link = owner.link();
            link.set(
                "description = 'About us', duration_minutes = 45, location = 'Room 1',
                 cancel_notice_minutes = 60, reschedule_notice_minutes = null",
            );
            let booked = link.booked(
                &at(7, "10:30"),
                "timezone => 'Europe/Paris', guests => '{kay@guest.example}'",
            );
            let booking = Booking::of(mode, &booked);
            let mut shown = row(&booking.call("get_booking", ""));
            let until: bool = one(&format!(
                "select {}::timestamptz = {}",
                quote(shown["cancel_until"].as_str().expect("a time")),
                at(7, "09:30")
            ));
            assert!(until, "{shown}");
            shown["cancel_until"] = json!(true);
            let mut expected = booked.clone();
            let more = json!({
                "slug": link.slug, "description": "About us", "duration_minutes": 45,
                "timezone": "Europe/Paris", "owner_name": "Acme", "owner_timezone": "Asia/Tokyo",
                "guest_name": "Ada Guest", "guest_email": "ada@guest.example",
                "guests": ["kay@guest.example"], "cancel_reason": null, "can_reschedule": false,
                "can_cancel": true, "reschedule_until": null, "cancel_until": true,
                "location": "Room 1", "meeting_url": null, "expires_at": null,
            });
            for (column, value) in more.as_object().expect("a row") {
                expected[column] = value.clone();
            }
            assert_eq!(shown, expected);

            link.set("reschedule_notice_minutes = 0");
            let may = |wanted: [bool; 2]| {
                let shown = row(&booking.call("get_booking", ""));
                assert_eq!(
                    [&shown["can_reschedule"], &shown["can_cancel"]],
                    wanted.map(|may| json!(may)).each_ref()
                );
            };
            may([true, true]);
            link.set("is_active = false");
            may([false, true]);
            link.set("is_active = true");
            row(&booking.call("cancel_booking", "'ill'"));
            may([false, false]);
            let shown = row(&booking.call("get_booking", ""));
            assert_eq!(shown["cancel_reason"], "ill");
            assert_eq!(
                [&shown["cancel_until"], &shown["reschedule_until"]],
                [&json!(null), &json!(null)]
            );
        }
    }

    #[pg_test]
    fn what_is_listed_for_a_move_can_be_moved_to_and_nothing_else() {
        for mode in Mode::BOTH {
            let owner = Owner::closed(mode, "UTC");
            let link = owner.link();
            link.set("duration_minutes = 45, buffer_after_minutes = 15, max_bookings_per_day = 1");
            let day: String = one(&format!(
                "select ({} at time zone 'UTC')::date::text",
                at(7, "00:00")
            ));
            owner.open_on(&day, &[("09:00", "12:00")]);
            let booking = link.booking(&at(7, "09:45"));
            owner.meeting(&at(7, "11:30"), &at(7, "12:00"));
            // Others have other lengths by now; the buffers are those of now.
            link.set("duration_minutes = 30, slot_interval_minutes = 15");
            let listed = slots(&format!(
                "booking_slots('{}', {}, {})",
                booking.token,
                at(7, "00:00"),
                at(8, "00:00")
            ));
            let times: Vec<_> = listed.iter().map(|slot| slot[6..].to_owned()).collect();
            assert_eq!(
                times,
                [
                    "09:00-09:45",
                    "09:15-10:00",
                    "09:30-10:15",
                    "09:45-10:30",
                    "10:00-10:45",
                    "10:15-11:00",
                    "10:30-11:15"
                ]
            );
            row(&booking.call("reschedule_booking", &at(7, "10:30")));
            refusal(
                &booking.call("reschedule_booking", &at(7, "10:45")),
                "PT409",
            );
            let local = rows(&format!(
                "select to_char(local_start, 'HH24:MI') from scheduling.booking_slots('{}', {}, timezone => 'Asia/Tokyo')
                 limit 1",
                booking.token,
                at(7, "00:00")
            ));
            assert_eq!(local, ["18:00"]);
            // What cannot move at all has no times to move to.
            link.set("reschedule_notice_minutes = null");
            let ask = format!(
                "select * from scheduling.booking_slots('{}')",
                booking.token
            );
            assert!(refusal(&ask, "PT409").detail.starts_with("not_allowed: "));
            link.set("is_active = false, reschedule_notice_minutes = 0");
            refusal(&ask, "PT404");
        }
    }

    #[pg_test]
    fn an_invitation_is_a_file_that_names_no_guest_and_says_when_it_is_off() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            owner.set(match mode {
                Mode::Client => "name = 'Acme', primary_contact_email = 'owner@acme.example'",
                Mode::User => "full_name = 'Acme', email = 'owner@acme.example'",
            });
            let booking = owner.link().booking(&at(7, "10:00"));
            let file = || {
                let folded: String = one(&format!(
                    "select convert_from(scheduling.booking_invite('{}')::bytea, 'UTF8')",
                    booking.token
                ));
                folded.replace("\r\n ", "")
            };
            let first = file();
            let uid = format!("UID:{}@scheduling", booking.meeting.id);
            for line in [
                "BEGIN:VCALENDAR",
                "METHOD:PUBLISH",
                uid.as_str(),
                "SEQUENCE:0",
                "STATUS:CONFIRMED",
                "mailto:owner@acme.example",
            ] {
                assert!(first.contains(line), "{line}: {first}");
            }
            for secret in ["ada@guest.example", "ATTENDEE", booking.token.as_str()] {
                assert!(!first.contains(secret), "{secret}: {first}");
            }
            row(&booking.call("cancel_booking", ""));
            let off = file();
            for line in [uid.as_str(), "SEQUENCE:1", "STATUS:CANCELLED"] {
                assert!(off.contains(line), "{line}: {off}");
            }
            let headers: String = one("select current_setting('response.headers')");
            assert!(headers.contains("text/calendar"), "{headers}");
        }
        refusal("select scheduling.booking_invite('nothing')", "PT404");
        refusal("select scheduling.booking_invite(null)", "22023");
    }

    #[pg_test]
    fn names_with_a_link_in_them_are_refused_and_unseen_marks_are_left_out() {
        let link = Owner::always_open(Mode::Client, "UTC").link();
        let book = |name: &str, phone: &str, hour: &str| {
            format!(
                "select to_jsonb(booked) from scheduling.book('{}', {}, 'ada@guest.example', {}, phone => {}) booked",
                link.slug,
                at(7, hour),
                quote(name),
                quote(phone)
            )
        };
        for name in [
            "You won: https://prize.example",
            "www.prize.example",
            "prize.example/x",
            "Ada\u{2028}Bcc",
        ] {
            let failure = refusal(&book(name, "", "10:00"), "22023");
            assert!(failure.detail.starts_with("name: "), "{failure:?}");
            let failure = refusal(&book("Ada", name, "10:00"), "22023");
            assert!(failure.detail.starts_with("phone: "), "{failure:?}");
        }
        let booked = Booking::of(
            Mode::Client,
            &row(&book(
                "\u{202e}Dr.M\u{200b}\u{fc}ller",
                "+49 (0)30/12.34",
                "10:00",
            )),
        );
        assert_eq!(
            booked.meeting.text("guest_name || ', ' || guest_phone"),
            "Dr.M\u{fc}ller, +49 (0)30/12.34"
        );
    }

    #[pg_test]
    fn a_meeting_keeps_where_its_visitor_came_from() {
        let came = json!({
            "utm_source": "newsletter", "utm_medium": "email", "utm_campaign": "spring", "utm_term": "",
            "utm_content": " a\nb <script>", "referrer": "https://search.example/?q=piano",
        });
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            let told = format!("attribution => {}", quote(came.to_string()));
            let once = format!("{told}, idempotency_key => 'once'");
            let booked = link.booking_with(&at(7, "10:00"), &once).meeting;
            let kept = |meeting: &Meeting| -> Value {
                serde_json::from_str(&meeting.text("attribution")).expect("it is JSON")
            };
            assert_eq!(kept(&booked), came, "{mode:?}");
            // The same booking again came from where it came the first time.
            let again = "attribution => '{\"utm_source\": \"reload\"}', idempotency_key => 'once'";
            let again = link.booking_with(&at(7, "10:00"), again).meeting;
            assert_eq!(again.id, booked.id);
            assert_eq!(kept(&again), came, "{mode:?}");
            for (hour, nothing) in [
                ("11:00", ""),
                ("12:00", "attribution => null"),
                ("13:00", "attribution => '{}'"),
            ] {
                let booked = link.booking_with(&at(7, hour), nothing).meeting;
                assert_eq!(kept(&booked), json!({}), "{mode:?} {nothing}");
            }
        }
    }

    #[pg_test]
    fn where_a_visitor_came_from_is_the_owners_alone_to_see() {
        run("select scheduling.add_webhook('https://hooks.example.com/a')");
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            let told = "attribution => '{\"utm_source\": \"sourcemark\"}'";
            let booking = link.booking_with(&at(7, "10:00"), told);
            booking
                .meeting
                .set("attribution = '{\"utm_source\": \"sourcemark again\"}', title = 'Talk'");
            let shown = row(&booking.call("get_booking", ""));
            assert!(!shown.to_string().contains("sourcemark"), "{shown}");
            for table in [
                "scheduling.jobs",
                "scheduling_private.webhook_events",
                "scheduling.audit_log",
            ] {
                let told: i64 = one(&format!(
                    "select count(*) from {table} t where t::text like '%sourcemark%'"
                ));
                assert_eq!(told, 0, "{mode:?} {table}");
            }
        }
        let events: i64 = one("select count(*) from scheduling_private.webhook_events");
        assert!(events >= 4, "{events}: new and changed");
    }

    #[pg_test]
    fn an_attribution_that_is_none_is_refused_by_its_key() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            for (document, field) in [
                ("'[]'", "attribution"),
                ("'\"utm_source\"'", "attribution"),
                ("'{\"utm_id\": \"x\"}'", "attribution.utm_id"),
                ("'{\"utm_source\": null}'", "attribution.utm_source"),
                ("'{\"utm_source\": {}}'", "attribution.utm_source"),
                (
                    "jsonb_build_object('referrer', repeat('\u{fc}', 256))",
                    "attribution.referrer",
                ),
                ("jsonb_build_object(repeat('x', 256), '')", "attribution"),
            ] {
                let book = link.book(&at(7, "10:00"), &format!("attribution => {document}"));
                let insert = owner.insert_meeting(
                    &at(7, "10:00"),
                    &at(7, "11:00"),
                    &[("attribution", document)],
                );
                for statement in [book, insert] {
                    let failure = refusal(&statement, "22023");
                    assert!(
                        failure.detail.starts_with(&format!("{field}: ")),
                        "{statement}: {failure:?}"
                    );
                }
            }
            link.booking_with(
                &at(7, "10:00"),
                "attribution => jsonb_build_object('referrer', repeat('\u{fc}', 255))",
            );
        }
    }
}
