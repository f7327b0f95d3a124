//! What the holder of a manage token can do, and that nobody else can.

#[pgrx::pg_schema]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use pgrx::prelude::*;
    use serde_json::json;

    use super::super::harness::rows::{Booking, Mode, Owner, row};
    use super::super::harness::sql::{SUCCESS, at, quote, refusal, run, sqlstate};

    /// The moment of a row's member, as an expression.
    fn moment(row: &serde_json::Value, key: &str) -> String {
        format!("{}::timestamptz", quote(row[key].as_str().expect("a time")))
    }

    #[track_caller]
    fn assert_holds(condition: &str) {
        let holds: bool = super::super::harness::sql::one(&format!("select {condition}"));
        assert!(holds, "{condition}");
    }

    /// All that the row of `book` has, and maybe more.
    #[track_caller]
    fn assert_same(shown: &serde_json::Value, booked: &serde_json::Value) {
        for (column, value) in booked.as_object().expect("a row") {
            assert_eq!(&shown[column], value, "{column}");
        }
    }

    #[pg_test]
    fn a_booking_is_shown_as_it_was_booked() {
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            let booked = link.booked(&at(7, "10:00"), "");
            let booking = Booking::of(mode, &booked);
            assert_same(&row(&booking.call("get_booking", "")), &booked);
            link.set("is_active = false");
            assert_same(&row(&booking.call("get_booking", "")), &booked);
        }
    }

    #[pg_test]
    fn a_booking_moves_to_another_free_slot_of_its_link() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            link.set("duration_minutes = 60, slot_interval_minutes = 15");
            let booking = link.booking(&at(7, "10:00"));
            owner.meeting(&at(7, "13:00"), &at(7, "14:00"));

            // Its own time is no obstacle.
            for (time, end) in [("10:15", "11:15"), ("12:00", "13:00"), ("14:00", "15:00")] {
                let moved = row(&booking.call("reschedule_booking", &at(7, time)));
                assert_holds(&format!(
                    "{} = {}",
                    moment(&moved, "starts_at"),
                    at(7, time)
                ));
                assert_holds(&format!("{} = {}", moment(&moved, "ends_at"), at(7, end)));
                assert_eq!(moved["manage_token"], booking.token.as_str());
                assert_same(&row(&booking.call("get_booking", "")), &moved);
            }
            assert_eq!(booking.meeting.text("sequence"), "3");

            for (when, why) in [
                (at(7, "12:15"), "meets another meeting"),
                (at(7, "09:10"), "not on the grid"),
                (at(-1, "10:00"), "past"),
            ] {
                let failure = refusal(&booking.call("reschedule_booking", &when), "PT409");
                assert_eq!(failure.message, "the slot is not free", "{why}");
            }
            link.set("booking_window_days = 10");
            refusal(
                &booking.call("reschedule_booking", &at(12, "10:00")),
                "PT409",
            );
            for when in ["null", "'infinity'"] {
                refusal(&booking.call("reschedule_booking", when), "22023");
            }
            assert_eq!(
                booking.meeting.text("sequence"),
                "3",
                "refusals change nothing"
            );
        }
    }

    #[pg_test]
    fn moving_to_the_time_it_has_changes_nothing() {
        let link = Owner::always_open(Mode::Client, "UTC").link();
        let booked = link.booked(&at(7, "10:00"), "");
        let booking = Booking::of(Mode::Client, &booked);
        booking.meeting.clear_jobs();
        let moved = row(&booking.call("reschedule_booking", &at(7, "10:00")));
        assert_eq!(moved, booked);
        assert_eq!(booking.meeting.text("sequence"), "0");
        assert_eq!(booking.meeting.jobs(), [""; 0]);
    }

    #[pg_test]
    fn a_booking_can_move_within_a_day_that_it_fills() {
        let link = Owner::always_open(Mode::User, "UTC").link();
        link.set("max_bookings_per_day = 1");
        let booking = link.booking(&at(7, "10:00"));
        let on_another_day = link.booking(&at(8, "10:00"));
        row(&booking.call("reschedule_booking", &at(7, "15:00")));
        refusal(
            &on_another_day.call("reschedule_booking", &at(7, "10:00")),
            "PT409",
        );
    }

    #[pg_test]
    fn a_booking_cannot_move_once_its_link_is_inactive_or_gone() {
        let link = Owner::always_open(Mode::Client, "UTC").link();
        let booking = link.booking(&at(7, "10:00"));
        link.set("is_active = false");
        refusal(
            &booking.call("reschedule_booking", &at(7, "11:00")),
            "PT404",
        );
        run(&format!(
            "delete from scheduling.booking_links where slug = '{}'",
            link.slug
        ));
        refusal(
            &booking.call("reschedule_booking", &at(7, "11:00")),
            "PT404",
        );
        let cancelled = row(&booking.call("cancel_booking", ""));
        assert_eq!(cancelled["status"], "cancelled");
    }

    #[pg_test]
    fn cancelling_frees_the_time_and_twice_is_no_error() {
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            let booked = link.booked(&at(7, "10:00"), "");
            let booking = Booking::of(mode, &booked);
            refusal(&link.book(&at(7, "10:00"), ""), "PT409");

            refusal(
                &booking.call("cancel_booking", "reason => repeat('x', 1001)"),
                "22023",
            );
            let cancelled = row(&booking.call("cancel_booking", "reason => ' No time '"));
            let mut expected = booked;
            expected["status"] = json!("cancelled");
            assert_eq!(cancelled, expected);
            let kept = "concat_ws(', ', status, cancel_reason, cancelled_at = now(), sequence)";
            assert_eq!(booking.meeting.text(kept), "cancelled, No time, t, 1");

            booking.meeting.clear_jobs();
            let again = row(&booking.call("cancel_booking", "reason => 'Other'"));
            assert_eq!(again, expected);
            assert_eq!(booking.meeting.text(kept), "cancelled, No time, t, 1");
            assert_eq!(booking.meeting.jobs(), [""; 0], "nobody is told twice");

            refusal(
                &booking.call("reschedule_booking", &at(7, "11:00")),
                "PT409",
            );
            assert_eq!(sqlstate(&link.book(&at(7, "10:00"), "")), SUCCESS);
        }
    }

    /// The word that the DETAIL of a refusal begins with.
    fn refused(statement: &str) -> String {
        let failure = refusal(statement, "PT409");
        let (word, _) = failure.detail.split_once(": ").expect("a word and a colon");
        word.to_owned()
    }

    #[pg_test]
    fn what_has_begun_or_is_over_is_neither_moved_nor_cancelled() {
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            let booking = link.booking(&at(7, "10:00"));
            let calls = [
                booking.call("cancel_booking", ""),
                booking.call("reschedule_booking", &at(8, "10:00")),
            ];
            // Now is the start of the transaction; a booking that begins now has begun.
            for starts_at in [
                "now()",
                "now() - interval '1 minute'",
                "now() - interval '3 days'",
            ] {
                booking.meeting.set(&format!(
                    "starts_at = {starts_at}, ends_at = {starts_at} + interval '30 minutes'"
                ));
                for call in &calls {
                    assert_eq!(refused(call), "over", "{starts_at}");
                }
                let same = booking.call("reschedule_booking", starts_at);
                assert_eq!(refused(&same), "over", "it is there already");
            }
            let soon = "now() + interval '1 microsecond'";
            booking.meeting.set(&format!(
                "starts_at = {soon}, ends_at = {soon} + interval '30 minutes'"
            ));
            for status in ["completed", "no_show"] {
                booking.meeting.set(&format!("status = '{status}'"));
                for call in &calls {
                    assert_eq!(refused(call), "over", "{status}");
                }
            }
            booking.meeting.set("status = 'confirmed'");
            row(&calls[1]);
            row(&calls[0]);
            booking.meeting.set("starts_at = now() - interval '1 hour'");
            assert_eq!(row(&calls[0])["status"], "cancelled", "twice is no error");
        }
    }

    #[pg_test]
    fn a_link_says_until_when_its_guests_may_move_and_cancel() {
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            let booking = link.booking(&at(7, "10:00"));
            let (cancel, reschedule) = (
                booking.call("cancel_booking", ""),
                booking.call("reschedule_booking", &at(9, "10:00")),
            );
            let in_an_hour =
                "starts_at = now() + interval '1 hour', ends_at = now() + interval '2 hours'";
            booking.meeting.set(in_an_hour);
            link.set("cancel_notice_minutes = 61, reschedule_notice_minutes = null");
            assert_eq!(refused(&cancel), "notice_passed");
            assert_eq!(refused(&reschedule), "not_allowed");
            link.set("cancel_notice_minutes = null, reschedule_notice_minutes = 61");
            assert_eq!(refused(&cancel), "not_allowed");
            assert_eq!(refused(&reschedule), "notice_passed");
            // The host is not bound.
            booking.meeting.set("status = 'cancelled'");
            booking.meeting.set("status = 'confirmed'");
            // Exactly at the notice it can still be done.
            link.set("cancel_notice_minutes = 60, reschedule_notice_minutes = 60");
            row(&reschedule);
            booking.meeting.set(in_an_hour);
            row(&cancel);
            // Nothing is bound to a link that is gone.
            let other = link.booking(&at(7, "10:00"));
            link.set("cancel_notice_minutes = null");
            run(&format!(
                "delete from scheduling.booking_links where slug = '{}'",
                link.slug
            ));
            row(&other.call("cancel_booking", ""));
        }
    }

    #[pg_test]
    fn a_booking_moves_by_the_buffers_that_its_link_has_by_then_and_keeps_its_length() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            link.set("buffer_after_minutes = 30");
            let booking = link.booking(&at(7, "10:00"));
            owner.meeting(&at(7, "13:00"), &at(7, "14:00"));
            let to = |time| booking.call("reschedule_booking", &at(7, time));
            let kept =
                "concat_ws(' ', ends_at - starts_at, buffer_before_minutes, buffer_after_minutes)";
            assert_eq!(refused(&to("12:30")), "taken");
            link.set("buffer_before_minutes = 15, buffer_after_minutes = 0, duration_minutes = 60");
            // By its own length it ends at one; the link's would be in the way.
            row(&to("12:30"));
            assert_eq!(booking.meeting.text(kept), "00:30:00 15 0");
            // The starts of a link without an interval are one such meeting apart.
            row(&to("15:30"));
            assert_eq!(refused(&to("14:00")), "taken", "within the buffer of now");
            link.set("slot_interval_minutes = 60");
            assert_eq!(refused(&to("16:30")), "hours");
        }
    }

    #[pg_test]
    fn no_text_but_the_token_itself_opens_a_booking() {
        let link = Owner::always_open(Mode::Client, "UTC").link();
        let Booking { token, meeting } = link.booking(&at(7, "10:00"));
        let mut forged = vec![
            String::new(),
            meeting.id.clone(),
            token[..token.len() - 1].to_owned(),
            token[..22].to_owned(),
            token[1..].to_owned(),
            format!("{token}A"),
            format!("{token}{token}"),
            "no base64 at all".to_owned(),
        ];
        // Each character counts.
        for (i, ch) in token.char_indices() {
            let other = if ch == 'A' { "B" } else { "A" };
            let mut text = token.clone();
            text.replace_range(i..=i, other);
            forged.push(text);
        }
        // The same meeting in the other mode, under the same signature.
        let mut bytes = URL_SAFE_NO_PAD.decode(&token).expect("a token is base64");
        assert_eq!(bytes[0], b'c');
        bytes[0] = b'u';
        forged.push(URL_SAFE_NO_PAD.encode(&bytes));
        for token in forged {
            for call in [
                format!("get_booking({})", quote(&token)),
                format!("reschedule_booking({}, {})", quote(&token), at(7, "11:00")),
                format!("cancel_booking({})", quote(&token)),
            ] {
                refusal(&format!("select * from scheduling.{call}"), "PT404");
            }
        }
        for call in [
            "get_booking(null)",
            "reschedule_booking(null, now())",
            "cancel_booking(null)",
        ] {
            refusal(&format!("select * from scheduling.{call}"), "22023");
        }
    }

    #[pg_test]
    fn a_token_outlives_nothing_but_its_meeting() {
        let link = Owner::always_open(Mode::User, "UTC").link();
        let booking = link.booking(&at(7, "10:00"));
        run("delete from scheduling.sales_meetings");
        for call in [
            booking.call("get_booking", ""),
            booking.call("reschedule_booking", &at(7, "11:00")),
            booking.call("cancel_booking", ""),
        ] {
            refusal(&call, "PT404");
        }
    }
}
