//! Video conferences, as far as the database sees to them: which one a meeting wants, and that its
//! first mails wait for the link.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Meeting, Mode, Owner, row};
    use super::super::harness::sql::{at, rows, sqlstate};

    /// Its jobs, oldest first, with the seconds that they are put off.
    fn waits(meeting: &Meeting) -> Vec<String> {
        rows(&format!(
            "select concat_ws(' ', coalesce(payload ->> 'mail', kind),
                              extract(epoch from run_at - now())::int)
             from scheduling.jobs where {} = '{}' order by id",
            meeting.mode.names().meeting_id,
            meeting.id
        ))
    }

    const AT_ONCE: [&str; 3] = ["create_event 0", "confirmation 0", "owner_notification 0"];
    const MAILS_WAIT: [&str; 3] = [
        "create_event 0",
        "confirmation 120",
        "owner_notification 120",
    ];

    #[pg_test]
    fn a_meeting_wants_the_conference_of_its_link_and_keeps_it() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            link.set("conferencing = 'google_meet'");
            let id = link.id();
            let of_link = ("booking_link_id", id.as_str());
            let inserted = |from: &str, to: &str, more: &[(&str, &str)]| {
                owner.meeting_with(&at(7, from), &at(7, to), more)
            };
            let booked = link.booking(&at(7, "10:00")).meeting;
            let plain = inserted("11:00", "12:00", &[of_link]);
            let other = inserted("12:00", "13:00", &[of_link, ("conferencing", "'teams'")]);
            let alone = inserted("13:00", "14:00", &[]);
            link.set("conferencing = 'none'");
            plain.set("title = 'Second call'");
            for (meeting, wanted) in [
                (booked, "google_meet"),
                (plain, "google_meet"),
                (other, "teams"),
                (alone, "none"),
            ] {
                assert_eq!(meeting.text("conferencing"), wanted);
            }
            let bad = owner.insert_meeting(
                &at(8, "11:00"),
                &at(8, "12:00"),
                &[("conferencing", "'zoom'")],
            );
            assert_eq!(sqlstate(&bad), "23514");
        }
    }

    #[pg_test]
    fn the_first_mails_wait_two_minutes_for_a_link_that_is_to_come() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            assert_eq!(waits(&link.booking(&at(6, "10:00")).meeting), AT_ONCE);
            for wanted in ["google_meet", "teams"] {
                let meet = ("conferencing", &*format!("'{wanted}'"));
                link.set(&format!("conferencing = '{wanted}'"));
                let booked = link.booking(&at(7, "10:00")).meeting;
                assert_eq!(waits(&booked), MAILS_WAIT);
                let plain = owner.meeting_with(&at(7, "11:00"), &at(7, "12:00"), &[meet]);
                assert_eq!(waits(&plain), MAILS_WAIT);
                let url = ("meeting_url", "'https://zoom.example/1'");
                let by_hand = owner.meeting_with(&at(7, "12:00"), &at(7, "13:00"), &[meet, url]);
                assert_eq!(waits(&by_hand), AT_ONCE, "there is a link");
                for meeting in [booked, plain, by_hand] {
                    meeting.set("status = 'cancelled'");
                }
            }
        }
    }

    #[pg_test]
    fn only_the_first_mails_wait() {
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            link.set("conferencing = 'google_meet'");
            let booking = link.booking(&at(7, "10:00"));
            booking.meeting.clear_jobs();
            row(&booking.call("reschedule_booking", &at(7, "11:00")));
            let moved = ["update_event 0", "rescheduled 0", "rescheduled 0"];
            assert_eq!(waits(&booking.meeting), moved);
            booking.meeting.clear_jobs();
            row(&booking.call("cancel_booking", ""));
            let cancelled = ["delete_event 0", "cancelled 0", "cancelled 0"];
            assert_eq!(waits(&booking.meeting), cancelled);
            booking.meeting.clear_jobs();
            booking.meeting.set("status = 'confirmed'");
            assert_eq!(waits(&booking.meeting), MAILS_WAIT, "and live again");
        }
    }

    #[pg_test]
    fn a_conference_that_is_wanted_later_changes_the_event_and_mails_nobody() {
        for mode in Mode::BOTH {
            let meeting = Owner::new(mode).meeting(&at(7, "10:00"), &at(7, "11:00"));
            meeting.clear_jobs();
            meeting.set("conferencing = 'teams'");
            assert_eq!(waits(&meeting), ["update_event 0"]);
            assert_eq!(meeting.text("sequence"), "0");
        }
    }

    #[pg_test]
    fn a_link_that_is_written_queues_nothing() {
        for mode in Mode::BOTH {
            let meet = ("conferencing", "'google_meet'");
            let meeting = Owner::new(mode).meeting_with(&at(7, "10:00"), &at(7, "11:00"), &[meet]);
            meeting.clear_jobs();
            meeting
                .set("meeting_url = 'https://m.example/1', conference_url = 'https://m.example/1'");
            assert_eq!(waits(&meeting), [""; 0]);
            assert_eq!(meeting.text("sequence"), "0");
        }
    }
}
