//! When a meeting's next reminder is due: taken from the link, kept by whatever writes the meeting.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Meeting, Mode, Owner};
    use super::super::harness::sql::{SUCCESS, at, one, run, sqlstate};

    /// How many minutes before the start the next reminder is due; `none`.
    fn next(meeting: &Meeting) -> String {
        meeting.text(
            "coalesce((extract(epoch from starts_at - next_reminder_at) / 60)::int::text, 'none')",
        )
    }

    fn with_reminders(mode: Mode, minutes: &str) -> Owner {
        let owner = Owner::always_open(mode, "UTC");
        owner.link().set(&format!(
            "slug = 'reminding-{}', reminder_minutes = '{minutes}'",
            owner.id
        ));
        owner
    }

    fn link_of(owner: &Owner) -> super::super::harness::rows::Link {
        super::super::harness::rows::Link {
            mode: owner.mode,
            slug: format!("reminding-{}", owner.id),
        }
    }

    #[pg_test]
    fn a_meeting_takes_its_reminders_from_the_link_and_keeps_them() {
        for mode in Mode::BOTH {
            let owner = with_reminders(mode, "{60,1440}");
            let link = link_of(&owner);
            let booking = link.booking(&at(7, "10:00"));
            let id = link.id();
            let inserted = owner.meeting_with(
                &at(8, "10:00"),
                &at(8, "10:30"),
                &[("booking_link_id", &id)],
            );
            let own = owner.meeting_with(
                &at(9, "10:00"),
                &at(9, "10:30"),
                &[("booking_link_id", &id), ("reminder_minutes", "'{30}'")],
            );
            let without = owner.meeting(&at(10, "10:00"), &at(10, "10:30"));
            link.set("reminder_minutes = '{10}'");
            let moved = format!("starts_at => {}", at(11, "10:00"));
            one::<pgrx::JsonB>(&booking.call("reschedule_booking", &moved));
            for (meeting, minutes, due) in [
                (&booking.meeting, "{60,1440}", "1440"),
                (&inserted, "{60,1440}", "1440"),
                (&own, "{30}", "30"),
                (&without, "{}", "none"),
            ] {
                assert_eq!(meeting.text("reminder_minutes"), minutes);
                assert_eq!(next(meeting), due);
            }
        }
    }

    #[pg_test]
    fn a_list_that_cannot_be_one_of_reminders_is_refused_of_meetings_too() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let meeting = owner.meeting(&at(7, "10:00"), &at(7, "10:30"));
            for (minutes, expected) in [
                ("'{1440,60}'", SUCCESS),
                ("'{4}'", "23514"),
                ("'{60,60}'", "23514"),
                ("'{60,null}'", "23514"),
                ("'{{60},{30}}'", "23514"),
                ("null", SUCCESS),
            ] {
                let set = meeting.update(&format!("reminder_minutes = {minutes}"));
                assert_eq!(sqlstate(&set), expected, "{minutes}");
            }
            let inserted = owner.insert_meeting(
                &at(8, "10:00"),
                &at(8, "10:30"),
                &[("reminder_minutes", "'{4}'")],
            );
            assert_eq!(sqlstate(&inserted), "23514");
        }
    }

    #[pg_test]
    fn the_next_reminder_follows_whatever_happens_to_the_meeting() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let day = |days| (at(days, "10:00"), at(days, "10:30"));
            let (start, end) = day(7);
            let meeting = owner.meeting_with(&start, &end, &[("reminder_minutes", "'{60,1440}'")]);
            assert_eq!(next(&meeting), "1440");
            let (start, end) = day(9);
            for (change, due) in [
                (format!("starts_at = {start}, ends_at = {end}"), "1440"),
                ("status = 'cancelled'".into(), "none"),
                ("reminder_minutes = '{30}'".into(), "none"),
                ("status = 'confirmed'".into(), "30"),
                ("status = 'no_show'".into(), "none"),
                ("status = 'confirmed'".into(), "30"),
                ("reminder_minutes = '{}'".into(), "none"),
                ("reminder_minutes = null".into(), "none"),
                ("reminder_minutes = '{10080,5}'".into(), "10080"),
                // nothing that it depends on
                (
                    "title = 'Talk', location = 'Room 5', timezone = 'Asia/Tokyo', notes = 'x'"
                        .into(),
                    "10080",
                ),
            ] {
                meeting.set(&change);
                assert_eq!(next(&meeting), due, "{change}");
            }
        }
    }

    #[pg_test]
    fn a_reminder_whose_time_has_passed_is_not_made_up_for() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            for (starts_in, due) in [
                ("50 minutes", "none"),
                ("61 minutes", "60"),
                ("23 hours", "60"),
                ("25 hours", "1440"),
                ("-1 hours", "none"),
            ] {
                let meeting = owner.meeting_with(
                    &format!("now() + interval '{starts_in}'"),
                    &format!("now() + interval '{starts_in}' + interval '5 minutes'"),
                    &[("reminder_minutes", "'{60,1440}'")],
                );
                assert_eq!(next(&meeting), due, "{starts_in}");
                meeting.set("status = 'cancelled'");
            }
        }
    }

    /// One that is imported is to come like any other: it says what is, and not what was.
    #[pg_test]
    fn an_imported_meeting_that_is_to_come_is_reminded_of() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let imported = owner.meeting_with(
                &at(7, "10:00"),
                &at(7, "10:30"),
                &[
                    ("confirmation_sent_at", "now()"),
                    ("calendar_event_id", "'x'"),
                    ("reminder_minutes", "'{60}'"),
                ],
            );
            assert_eq!(next(&imported), "60");
            assert_eq!(imported.jobs(), [""; 0]);
        }
    }

    /// A dump's row says when: of what was due in between, the latest is sent.
    #[pg_test]
    fn a_row_that_says_when_its_reminder_is_due_keeps_that() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let restored = owner.meeting_with(
                &at(7, "10:00"),
                &at(7, "10:30"),
                &[
                    ("reminder_minutes", "'{43200,60}'"),
                    ("next_reminder_at", "now() - interval '1 day'"),
                ],
            );
            assert_eq!(
                restored.text("next_reminder_at = now() - interval '1 day'"),
                "true"
            );
        }
    }

    #[pg_test]
    fn what_the_worker_notes_of_reminders_is_no_change_of_the_meeting() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let more = &[
                ("reminder_minutes", "'{60,1440}'"),
                ("updated_at", "now() - interval '1 day'"),
            ];
            let meeting = owner.meeting_with(&at(7, "10:00"), &at(7, "10:30"), more);
            meeting.clear_jobs();
            let changes = || -> i64 {
                one(&format!(
                    "select count(*) from scheduling.audit_log where row_id = '{}'",
                    meeting.id
                ))
            };
            let before = (changes(), meeting.text("updated_at"));
            meeting.set("next_reminder_at = starts_at - interval '1 hour'");
            assert_eq!((changes(), meeting.text("updated_at")), before);
            assert_eq!(meeting.jobs(), [""; 0]);
            assert_eq!(next(&meeting), "60");
        }
    }

    /// By the clock and not by the start of the transaction, during which the worker may have sent one.
    #[pg_test]
    fn a_reminder_that_came_due_since_the_transaction_began_is_not_queued_again() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            run("select pg_sleep(0.2)");
            let meeting = owner.meeting_with(
                "now() + interval '60 minutes 100 milliseconds'",
                "now() + interval '70 minutes'",
                &[("reminder_minutes", "'{60,1440}'")],
            );
            assert_eq!(next(&meeting), "none");
        }
    }
}
