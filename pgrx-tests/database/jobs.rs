//! What goes into the queue with a meeting: the same whether a visitor books or an administrator
//! writes the row, and nothing for what is history.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner, row};
    use super::super::harness::sql::{at, one, run};

    const BOOKED: [&str; 3] = [
        "create_event",
        "send_email confirmation guest",
        "send_email owner_notification owner",
    ];
    const MOVED: [&str; 3] = [
        "update_event",
        "send_email rescheduled guest",
        "send_email rescheduled owner",
    ];
    const CANCELLED: [&str; 3] = [
        "delete_event",
        "send_email cancelled guest",
        "send_email cancelled owner",
    ];

    #[pg_test]
    fn a_booking_queues_its_event_and_mails_at_every_turn() {
        for mode in Mode::BOTH {
            let booking = Owner::always_open(mode, "UTC")
                .link()
                .booking(&at(7, "10:00"));
            let mut queued = BOOKED.to_vec();
            assert_eq!(booking.meeting.jobs(), queued);
            row(&booking.call("reschedule_booking", &at(7, "11:00")));
            queued.extend(MOVED);
            assert_eq!(booking.meeting.jobs(), queued);
            row(&booking.call("cancel_booking", ""));
            queued.extend(CANCELLED);
            assert_eq!(booking.meeting.jobs(), queued);
        }
    }

    #[pg_test]
    fn plain_sql_queues_what_the_functions_queue() {
        for mode in Mode::BOTH {
            let meeting = Owner::new(mode).meeting(&at(7, "10:00"), &at(7, "11:00"));
            let mut queued = BOOKED.to_vec();
            assert_eq!(meeting.jobs(), queued);
            meeting.set(&format!(
                "starts_at = {}, ends_at = {}",
                at(8, "10:00"),
                at(8, "11:00")
            ));
            queued.extend(MOVED);
            assert_eq!(meeting.jobs(), queued);
            meeting.set("status = 'cancelled'");
            queued.extend(CANCELLED);
            assert_eq!(meeting.jobs(), queued);
            meeting.set("status = 'confirmed'");
            queued.extend(BOOKED);
            assert_eq!(meeting.jobs(), queued, "and live again");
        }
    }

    #[pg_test]
    fn queued_jobs_are_ready_at_once_and_know_their_meeting() {
        for mode in Mode::BOTH {
            let names = mode.names();
            let meeting = Owner::new(mode).meeting(&at(7, "10:00"), &at(7, "11:00"));
            let ready: i64 = one(&format!(
                "select count(*) from scheduling.jobs
                 where {} = '{}' and num_nonnulls(meeting_id, sales_meeting_id) = 1
                   and state = 'ready' and attempts = 0 and run_at = now() and locked_by is null
                   and finished_at is null and last_error is null",
                names.meeting_id, meeting.id
            ));
            assert_eq!(ready, 3);
        }
    }

    #[pg_test]
    fn changes_that_nobody_outside_sees_queue_nothing() {
        for mode in Mode::BOTH {
            let meeting = Owner::new(mode).meeting(&at(7, "10:00"), &at(7, "11:00"));
            meeting.clear_jobs();
            for change in [
                "notes = 'Bring the plans'",
                "answers = '{\"topic\": \"all\"}'",
                "calendar_provider = 'google', calendar_event_id = 'e1'",
                "meeting_url = 'https://meet.example/x'",
                "confirmation_sent_at = now()",
                "timezone = 'Asia/Tokyo'",
                "buffer_after_minutes = 5",
                "starts_at = starts_at, status = status, title = title",
            ] {
                meeting.set(change);
                assert_eq!(meeting.jobs(), [""; 0], "{change}");
                assert_eq!(meeting.text("sequence"), "0", "{change}");
            }
        }
    }

    #[pg_test]
    fn a_new_title_reaches_the_calendar_and_a_new_place_the_people_too() {
        for mode in Mode::BOTH {
            let meeting = Owner::new(mode).meeting(&at(7, "10:00"), &at(7, "11:00"));
            meeting.clear_jobs();
            meeting.set("title = 'Second call'");
            assert_eq!(meeting.jobs(), ["update_event"]);
            meeting.clear_jobs();
            meeting.set("location = 'Room 2'");
            assert_eq!(meeting.jobs(), MOVED);
            assert_eq!(meeting.text("sequence"), "2");
        }
    }

    #[pg_test]
    fn history_queues_nothing() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let past = owner.meeting(&at(-7, "10:00"), &at(-7, "11:00"));
            past.set("title = 'Corrected'");
            past.set(&format!("starts_at = {}", at(-7, "10:30")));
            past.set("status = 'cancelled'");
            assert_eq!(past.jobs(), [""; 0], "a meeting that was over");
            for status in ["cancelled", "completed", "no_show"] {
                let meeting = owner.meeting_with(
                    &at(7, "10:00"),
                    &at(7, "11:00"),
                    &[("status", &format!("'{status}'"))],
                );
                assert_eq!(meeting.jobs(), [""; 0], "imported as {status}");
            }
            for status in ["completed", "no_show"] {
                let meeting = owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
                meeting.clear_jobs();
                meeting.set(&format!("status = '{status}'"));
                assert_eq!(meeting.jobs(), [""; 0], "{status}");
            }
        }
    }

    /// The guest was never told, so there is nothing to take back.
    #[pg_test]
    fn a_meeting_that_is_put_back_from_completed_or_no_show_is_still_on() {
        for mode in Mode::BOTH {
            for status in ["completed", "no_show"] {
                let owner = Owner::new(mode);
                let meeting = owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
                meeting.clear_jobs();
                meeting.set(&format!("status = '{status}'"));
                meeting.set("status = 'completed'");
                meeting.set("status = 'no_show'");
                assert_eq!(meeting.jobs(), [""; 0]);
                meeting.set("status = 'confirmed'");
                assert_eq!(meeting.jobs(), ["update_event"], "after {status}");

                meeting.set(&format!("status = '{status}'"));
                meeting.clear_jobs();
                meeting.set("status = 'cancelled'");
                assert_eq!(meeting.jobs(), CANCELLED, "after {status}");
            }
        }
    }

    #[pg_test]
    fn past_meetings_are_completed_or_no_show_without_anybody_hearing_of_it() {
        for mode in Mode::BOTH {
            let booking = Owner::always_open(mode, "UTC")
                .link()
                .booking(&at(7, "10:00"));
            booking.meeting.set(&format!(
                "starts_at = {}, ends_at = {}",
                at(-1, "10:00"),
                at(-1, "10:30")
            ));
            booking.meeting.clear_jobs();
            for status in ["completed", "no_show", "confirmed", "completed"] {
                booking.meeting.set(&format!("status = '{status}'"));
                let shown = row(&booking.call("get_booking", ""));
                assert_eq!(shown["status"], status);
                assert_eq!(booking.meeting.text("cancelled_at"), "null");
                assert_eq!(booking.meeting.jobs(), [""; 0], "{status}");
            }
        }
    }

    /// What pg_dump writes begins with it, and so do the schemas that other tools keep.
    #[pg_test]
    fn no_setting_of_dumps_silences_the_triggers() {
        for mode in Mode::BOTH {
            let booking = Owner::always_open(mode, "UTC")
                .link()
                .booking(&at(7, "10:00"));
            booking.meeting.clear_jobs();
            run("set local check_function_bodies = off");
            booking.meeting.set("status = 'cancelled'");
            assert_eq!(
                booking.meeting.jobs(),
                [
                    "delete_event",
                    "send_email cancelled guest",
                    "send_email cancelled owner",
                ],
                "{mode:?}"
            );
            run("set local check_function_bodies = on");
        }
    }

    /// By this future meetings are imported without a word to their guests.
    #[pg_test]
    fn an_inserted_meeting_says_itself_what_was_done_for_it_elsewhere() {
        let confirmed = ("confirmation_sent_at", "now() - interval '1 day'");
        let entered = ("calendar_event_id", "'of-another-system'");
        let mails = [
            "send_email confirmation guest",
            "send_email owner_notification owner",
        ];
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let insert = |hour: &str, columns: &[(&str, &str)]| {
                let (from, to) = (format!("{hour}:00"), format!("{hour}:30"));
                owner.meeting_with(&at(7, &from), &at(7, &to), columns)
            };
            assert_eq!(insert("08", &[confirmed]).jobs(), ["create_event"]);
            assert_eq!(insert("09", &[entered]).jobs(), mails);
            let imported = insert("10", &[confirmed, entered]);
            assert_eq!(imported.jobs(), [""; 0]);

            // What becomes of it is told as of any other.
            imported.set(&format!(
                "starts_at = {}, ends_at = {}",
                at(7, "11:00"),
                at(7, "11:30")
            ));
            assert_eq!(
                imported.jobs(),
                [
                    "update_event",
                    "send_email rescheduled guest",
                    "send_email rescheduled owner",
                ]
            );
            imported.clear_jobs();
            imported.set("status = 'cancelled'");
            imported.clear_jobs();
            imported.set("status = 'confirmed'");
            assert_eq!(imported.jobs(), [&["create_event"][..], &mails].concat());
        }
    }

    #[pg_test]
    fn cancelling_is_dated_and_undone_with_its_reason() {
        for mode in Mode::BOTH {
            let meeting = Owner::new(mode).meeting(&at(7, "10:00"), &at(7, "11:00"));
            let kept = "concat_ws(' ', sequence, cancelled_at = now(), cancel_reason)";
            assert_eq!(meeting.text(kept), "0");
            meeting.set("status = 'cancelled', cancel_reason = 'ill'");
            assert_eq!(meeting.text(kept), "1 t ill");
            meeting.set("status = 'confirmed'");
            assert_eq!(meeting.text(kept), "2");
            meeting.set("status = 'cancelled', cancelled_at = now() - interval '1 day'");
            assert_eq!(meeting.text(kept), "3 f", "a given date is kept");
        }
    }

    #[pg_test]
    fn jobs_end_with_their_meeting() {
        for mode in Mode::BOTH {
            let meeting = Owner::new(mode).meeting(&at(7, "10:00"), &at(7, "11:00"));
            assert_eq!(meeting.jobs(), BOOKED);
            run(&format!("delete from scheduling.{}", mode.names().meetings));
            assert_eq!(meeting.jobs(), [""; 0]);
        }
    }

    /// Without a foreign key: checking one would lock the meeting.
    #[pg_test]
    fn jobs_and_mails_go_with_their_meeting_and_mails_stay_without_their_job() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let [kept, gone] =
                [7, 8].map(|day| owner.meeting(&at(day, "10:00"), &at(day, "11:00")));
            run(&format!(
                "insert into scheduling.emails (job_id, kind, {0}, recipient, envelope_to, envelope_from,
                                                subject, message, message_id, transport)
                 select j.id, 'confirmation', j.{0}, 'ada@guest.example', '{{}}', 'a@b.example', 's', 'm', 'i', 'smtp'
                 from scheduling.jobs j where j.kind = 'send_email'",
                mode.names().meeting_id
            ));
            run(&format!(
                "delete from scheduling.{} where id = '{}'",
                mode.names().meetings,
                gone.id
            ));
            let mails = |of: &str| -> i64 {
                one(&format!(
                    "select count(*) from scheduling.emails where {} = '{of}'",
                    mode.names().meeting_id
                ))
            };
            assert_eq!((mails(&kept.id), mails(&gone.id)), (2, 0), "{mode:?}");
            assert_eq!(gone.jobs(), [""; 0]);
            run("delete from scheduling.jobs");
            assert_eq!(mails(&kept.id), 2, "{mode:?}");
        }
    }
}
