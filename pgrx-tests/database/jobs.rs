//! What goes into the queue with a meeting: the same whether a visitor books or an administrator
//! writes the row, and nothing for what is history.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Meeting, Mode, Owner, row};
    use super::super::harness::sql::{at, one, rows, run};

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
    fn everybody_hears_of_all_that_an_invitation_shows() {
        const UPDATED: [&str; 3] = [
            "update_event",
            "send_email updated guest",
            "send_email updated owner",
        ];
        for mode in Mode::BOTH {
            let meeting = Owner::new(mode).meeting(&at(7, "10:00"), &at(7, "11:00"));
            let both = format!("title = 'Third', ends_at = {}", at(7, "11:30"));
            for (n, (change, queued)) in (1..).zip([
                ("title = 'Second call'", &UPDATED[..]),
                ("location = 'Room 2'", &UPDATED),
                ("location = null", &UPDATED),
                // The calendar's event does not show it.
                ("meeting_url = 'https://meet.example/x'", &UPDATED[1..]),
                (&both, &MOVED),
            ]) {
                meeting.clear_jobs();
                meeting.set(change);
                assert_eq!(meeting.jobs(), queued, "{change}");
                assert_eq!(meeting.text("sequence"), n.to_string(), "{change}");
            }
        }
    }

    /// Each mail with its reader's address.
    fn mails(meeting: &Meeting) -> Vec<String> {
        rows(&format!(
            "select concat_ws(' ', payload ->> 'mail', payload ->> 'to', payload ->> 'address')
             from scheduling.jobs where {} = '{}' and kind = 'send_email' order by id",
            meeting.mode.names().meeting_id,
            meeting.id
        ))
    }

    const ADA: &str = "ada@guest.example";

    #[pg_test]
    fn each_guest_has_a_mail_of_their_own_at_every_turn() {
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            let guests = "guests => '{kay@guest.example,KAY@guest.example,lin@guest.example,Ada@guest.example}'";
            let booking = link.booking_with(&at(7, "10:00"), guests);
            let meeting = &booking.meeting;
            let to_guests = |kind: &str| {
                [
                    format!("{kind} guest {ADA}"),
                    format!("{kind} further_guest kay@guest.example"),
                    format!("{kind} further_guest lin@guest.example"),
                ]
            };
            let sorted = |mut mails: Vec<String>| {
                mails.iter_mut().for_each(|mail| {
                    *mail = mail.replace("KAY@", "kay@");
                });
                mails.sort();
                mails
            };
            let expect = |kind: &str, owners: &str| {
                let mut mails = to_guests(kind).to_vec();
                mails.push(format!("{owners} owner"));
                mails.sort();
                assert_eq!(sorted(self::mails(meeting)), mails, "{mode:?}");
                meeting.clear_jobs();
            };
            expect("confirmation", "owner_notification");
            row(&booking.call("reschedule_booking", &at(7, "11:00")));
            expect("rescheduled", "rescheduled");
            meeting.set("title = 'Second call'");
            expect("updated", "updated");
            let again = format!(
                "select cardinality(scheduling.send_booking_notification({} => '{}'))",
                mode.names().meeting_id,
                meeting.id
            );
            assert_eq!(one::<i32>(&again), 4);
            assert_eq!(
                one::<i32>(&again),
                4,
                "those that are queued are not doubled"
            );
            expect("confirmation", "owner_notification");
            row(&booking.call("cancel_booking", ""));
            expect("cancelled", "cancelled");
        }
    }

    #[pg_test]
    fn who_is_added_is_invited_and_who_is_taken_off_loses_the_invitation() {
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            let meeting = link
                .booking_with(&at(7, "10:00"), "guests => '{kay@guest.example}'")
                .meeting;
            let owner_hears = "updated owner";
            let cases: [(&str, &[&str]); 6] = [
                (
                    "guests = '{kay@guest.example,lin@guest.example}'",
                    &["confirmation further_guest lin@guest.example", owner_hears],
                ),
                (
                    "guests = '{LIN@guest.example}'",
                    &["cancelled further_guest kay@guest.example", owner_hears],
                ),
                (
                    "guest_email = 'right@guest.example'",
                    &[
                        "cancelled further_guest ada@guest.example",
                        "confirmation guest right@guest.example",
                        owner_hears,
                    ],
                ),
                // Who was invited already becomes the one who may move the meeting.
                (
                    "guest_email = 'lin@guest.example', guests = '{}'",
                    &[
                        "cancelled further_guest right@guest.example",
                        "confirmation guest lin@guest.example",
                        owner_hears,
                    ],
                ),
                ("guest_email = 'Lin@guest.example'", &[owner_hears]),
                ("guest_name = 'Lin'", &[owner_hears]),
            ];
            for (n, (change, queued)) in (1..).zip(cases) {
                meeting.clear_jobs();
                meeting.set(change);
                assert_eq!(mails(&meeting), queued, "{change}");
                let sequence = meeting.text("sequence");
                let is_shown = change != "guest_name = 'Lin'";
                assert_eq!(sequence == n.to_string(), is_shown, "{change}: {sequence}");
            }
        }
    }

    #[pg_test]
    fn a_guest_whose_address_is_corrected_in_their_own_row_is_followed() {
        for mode in Mode::BOTH {
            let names = mode.names();
            let link = Owner::always_open(mode, "UTC").link();
            let meeting = link.booking(&at(7, "10:00")).meeting;
            let past = link.booking(&at(8, "10:00")).meeting;
            past.set(&format!(
                "starts_at = {}, ends_at = {}",
                at(-1, "10:00"),
                at(-1, "10:30")
            ));
            let moves = [
                "cancelled further_guest ada@guest.example",
                "confirmation guest ada@right.example",
                "updated owner",
            ];
            meeting.clear_jobs();
            run(&format!(
                "update scheduling.{} set email = 'ada@right.example'",
                names.guests
            ));
            assert_eq!(mails(&meeting), moves);
            assert_eq!(past.text("guest_email"), ADA, "history stays");

            // Another guest brings name and address.
            let other: String = one(&format!(
                "insert into scheduling.{} ({}, email, name)
                 select {1}, 'bob@guest.example', 'Bob' from scheduling.{} where id = '{}'
                 returning id::text",
                names.guests, names.owner_id, names.meetings, meeting.id
            ));
            meeting.clear_jobs();
            meeting.set(&format!("{} = '{other}'", names.guest_id));
            assert_eq!(
                meeting.text("concat_ws(' ', guest_name, guest_email)"),
                "Bob bob@guest.example"
            );
            assert_eq!(
                mails(&meeting),
                [
                    "cancelled further_guest ada@right.example",
                    "confirmation guest bob@guest.example",
                    "updated owner",
                ]
            );

            // A guest's row that is deleted leaves the meeting as it is.
            meeting.clear_jobs();
            run(&format!(
                "delete from scheduling.{} where id = '{other}'",
                names.guests
            ));
            assert_eq!(meeting.text(names.guest_id), "null");
            assert_eq!(meeting.text("guest_email"), "bob@guest.example");
            assert_eq!(mails(&meeting), [""; 0]);
        }
    }

    #[pg_test]
    fn who_invites_is_kept_from_the_first_invitation_on() {
        run("select scheduling.configure_mail('capture', 'Desk <desk@acme.example>')");
        for mode in Mode::BOTH {
            let (name, email) = match mode {
                Mode::Client => ("name", "primary_contact_email"),
                Mode::User => ("full_name", "email"),
            };
            for (address, organizer) in [
                ("'first@acme.example'", "First first@acme.example"),
                ("null", "First desk@acme.example"),
                ("'no address'", "First desk@acme.example"),
            ] {
                let owner = Owner::always_open(mode, "UTC");
                owner.set(&format!("{name} = 'First', {email} = {address}"));
                let booked = owner.link().booking(&at(7, "10:00")).meeting;
                let inserted = owner.meeting(&at(8, "10:00"), &at(8, "11:00"));
                owner.set(&format!(
                    "{name} = 'Second', {email} = 'second@acme.example'"
                ));
                for meeting in [booked, inserted] {
                    meeting.set("title = 'Second call'");
                    let kept = "concat_ws(' ', organizer_name, organizer_email)";
                    assert_eq!(meeting.text(kept), organizer, "{mode:?}");
                }
            }
        }
    }

    /// A visitor's reason is for the owner alone.
    #[pg_test]
    fn who_cancelled_is_known() {
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            let booking = link.booking(&at(7, "10:00"));
            row(&booking.call("cancel_booking", "'ill'"));
            assert_eq!(booking.meeting.text("cancelled_by"), "guest");
            booking.meeting.set("status = 'confirmed'");
            let undone = booking
                .meeting
                .text("num_nulls(cancelled_by, cancel_reason)");
            assert_eq!(undone, "2");
            booking
                .meeting
                .set("status = 'cancelled', cancel_reason = 'ill'");
            assert_eq!(booking.meeting.text("cancelled_by"), "owner");
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
