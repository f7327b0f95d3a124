//! The meeting tables under plain SQL: no two live meetings of one owner overlap whatever writes
//! them, and what a row leaves out is filled in.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{SUCCESS, at, one, outcome, refusal, run, sqlstate};

    #[pg_test]
    fn two_live_meetings_of_one_owner_never_overlap() {
        for mode in Mode::BOTH {
            let (owner, other) = (Owner::new(mode), Owner::new(mode));
            owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
            for (start, end, more, expected) in [
                ("10:00", "11:00", &[][..], "23P01"),
                ("10:59", "12:00", &[], "23P01"),
                ("09:00", "10:01", &[], "23P01"),
                ("10:15", "10:30", &[], "23P01"),
                ("09:00", "12:00", &[], "23P01"),
                ("11:00", "12:00", &[("buffer_before_minutes", "1")], "23P01"),
                ("09:00", "10:00", &[("buffer_after_minutes", "1")], "23P01"),
                ("10:15", "10:30", &[("status", "'cancelled'")], SUCCESS),
                ("10:15", "10:30", &[("status", "'completed'")], SUCCESS),
                ("11:00", "12:00", &[], SUCCESS),
                ("09:00", "10:00", &[], SUCCESS),
            ] {
                let insert = owner.insert_meeting(&at(7, start), &at(7, end), more);
                assert_eq!(sqlstate(&insert), expected, "{start}-{end} {more:?}");
            }
            let elsewhere = other.insert_meeting(&at(7, "10:00"), &at(7, "11:00"), &[]);
            assert_eq!(sqlstate(&elsewhere), SUCCESS);
        }
    }

    #[pg_test]
    fn a_meeting_that_is_completed_or_no_show_gives_its_time_back() {
        for mode in Mode::BOTH {
            for status in ["completed", "no_show"] {
                let owner = Owner::always_open(mode, "UTC");
                let link = owner.link();
                let over = link.booking(&at(7, "10:00")).meeting;
                over.set(&format!("status = '{status}'"));
                link.booking(&at(7, "10:00"));
                // Two at one time were never both to come, and cannot be made so.
                assert_eq!(sqlstate(&over.update("status = 'confirmed'")), "23P01");
            }
        }
    }

    #[pg_test]
    fn changing_a_meeting_cannot_make_it_overlap_either() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
            let later = owner.meeting(&at(7, "12:00"), &at(7, "13:00"));
            let cancelled = owner.meeting_with(
                &at(7, "10:30"),
                &at(7, "10:45"),
                &[("status", "'cancelled'")],
            );
            for change in [
                later.update(&format!("starts_at = {}", at(7, "10:59"))),
                later.update("buffer_before_minutes = 61"),
                cancelled.update("status = 'confirmed'"),
            ] {
                assert_eq!(sqlstate(&change), "23P01", "{change}");
            }
            assert_eq!(
                sqlstate(&later.update("buffer_before_minutes = 60")),
                SUCCESS
            );
        }
    }

    #[pg_test]
    fn a_meeting_stays_with_its_owner_under_any_setting() {
        for mode in Mode::BOTH {
            let (owner, other) = (Owner::new(mode), Owner::new(mode));
            let meeting = owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
            let column = mode.names().owner_id;
            for setting in ["check_function_bodies = on", "check_function_bodies = off"] {
                run(&format!("set local {setting}"));
                for status in ["confirmed", "cancelled"] {
                    meeting.set(&format!("status = '{status}'"));
                    let failure = refusal(
                        &meeting.update(&format!("{column} = '{}'", other.id)),
                        "22023",
                    );
                    assert!(
                        failure.detail.starts_with(&format!("{column}: ")),
                        "{failure:?}"
                    );
                    assert!(failure.hint.contains("reassign_meeting"), "{failure:?}");
                    assert_eq!(
                        sqlstate(&meeting.update(&format!("{column} = '{}'", owner.id))),
                        SUCCESS,
                        "the same one is none"
                    );
                }
            }
            run("set local check_function_bodies = on");
        }
    }

    /// Filling in costs a look at the link, so that a booking does it itself.
    #[pg_test]
    fn a_booking_leaves_nothing_to_be_filled_in() {
        run(
            "create or replace function scheduling_private.complete_meeting() returns trigger
             language plpgsql as $$ begin raise exception sqlstate 'XXBAD'; end $$",
        );
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "Europe/Berlin");
            owner.link().booking(&at(7, "10:00"));
            let insert = format!(
                "insert into scheduling.{} ({}, starts_at, ends_at) values ('{}', now(), 'tomorrow')",
                mode.names().meetings,
                mode.names().owner_id,
                owner.id
            );
            assert_eq!(sqlstate(&insert), "XXBAD", "the trigger is where it was");
        }
    }

    #[pg_test]
    fn the_zone_of_a_meeting_is_spelled_as_the_server_does_or_refused() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let (start, end) = (at(7, "10:00"), at(7, "11:00"));
            let meeting = owner.meeting_with(&start, &end, &[("timezone", "'europe/berlin'")]);
            let zone = || meeting.text("timezone");
            assert_eq!(zone(), "Europe/Berlin");
            meeting.set("timezone = 'ASIA/kolkata', title = 'Both at once'");
            assert_eq!(zone(), "Asia/Kolkata");
            for wrong in ["'Europe/Brelin'", "''", "null"] {
                assert_eq!(
                    sqlstate(&meeting.update(&format!("timezone = {wrong}"))),
                    "22023"
                );
            }
            assert_eq!(zone(), "Asia/Kolkata");
        }
    }

    #[pg_test]
    fn a_meeting_takes_its_buffers_from_its_link_and_keeps_them() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let link = owner.link();
            link.set("buffer_before_minutes = 10, buffer_after_minutes = 20");
            let id = link.id();
            let of_link = ("booking_link_id", id.as_str());
            let (start, end) = (at(7, "10:00"), at(7, "11:00"));
            let cases = [
                (vec![of_link], "10 20"),
                (vec![of_link, ("buffer_after_minutes", "0")], "10 0"),
                (vec![of_link, ("buffer_before_minutes", "1")], "1 20"),
                (vec![("buffer_before_minutes", "3")], "3 0"),
                (vec![], "0 0"),
            ];
            for (given, kept) in cases {
                let meeting = owner.meeting_with(&start, &end, &given);
                let buffers = "concat_ws(' ', buffer_before_minutes, buffer_after_minutes)";
                assert_eq!(meeting.text(buffers), kept, "{given:?}");
                link.set("buffer_before_minutes = 30, buffer_after_minutes = 30");
                meeting.set("title = 'Moved on'");
                assert_eq!(meeting.text(buffers), kept, "{given:?}");
                link.set("buffer_before_minutes = 10, buffer_after_minutes = 20");
                meeting.set("status = 'cancelled'");
            }
        }
    }

    #[pg_test]
    fn what_a_plain_insert_leaves_out_is_the_links_and_the_owners() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            owner.set("timezone = 'Asia/Tokyo'");
            let link = owner.link();
            link.set("title = 'Demo'");
            let id = link.id();
            let described = "concat_ws(', ', title, timezone, status, sequence)";
            let plain = owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
            assert_eq!(plain.text(described), "Meeting, Asia/Tokyo, confirmed, 0");
            let of_link = owner.meeting_with(
                &at(7, "11:00"),
                &at(7, "12:00"),
                &[("booking_link_id", &id)],
            );
            assert_eq!(of_link.text(described), "Demo, Asia/Tokyo, confirmed, 0");
            let given = owner.meeting_with(
                &at(7, "12:00"),
                &at(7, "13:00"),
                &[
                    ("booking_link_id", &id),
                    ("title", "'Own'"),
                    ("timezone", "'europe/paris'"),
                ],
            );
            assert_eq!(given.text(described), "Own, Europe/Paris, confirmed, 0");
        }
    }

    #[pg_test]
    fn writers_of_live_meetings_hold_their_owners_lock() {
        let locks = || -> i64 {
            one(
                "select count(*) from pg_locks where locktype = 'userlock' and pid = pg_backend_pid()",
            )
        };
        // A replica's rows are copies, and take none.
        run("set local session_replication_role = replica");
        let copied = Mode::BOTH.map(|mode| {
            let link_less = [
                ("title", "'Call'"),
                ("timezone", "'UTC'"),
                ("conferencing", "'none'"),
                ("buffer_before_minutes", "0"),
                ("buffer_after_minutes", "0"),
            ];
            Owner::new(mode).meeting_with(&at(7, "10:00"), &at(7, "11:00"), &link_less)
        });
        assert_eq!(locks(), 0);
        run("set local session_replication_role = origin");
        for (meeting, held) in copied.iter().zip(1..) {
            meeting.set("notes = 'Nothing that counts'");
            assert_eq!(locks(), held - 1);
            run("set local check_function_bodies = off");
            meeting.set("buffer_after_minutes = 10");
            run("set local check_function_bodies = on");
            assert_eq!(locks(), held);
        }
        let owner = Owner::new(Mode::Client);
        owner.meeting_with(
            &at(7, "10:00"),
            &at(7, "11:00"),
            &[("status", "'cancelled'")],
        );
        assert_eq!(locks(), 2);
        owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
        assert_eq!(locks(), 3);
    }

    #[pg_test]
    fn the_blocked_time_is_the_meeting_with_its_buffers() {
        let owner = Owner::new(Mode::Client);
        let meeting = owner.meeting_with(
            "'2030-03-10 06:00Z'",
            "'2030-03-10 07:00Z'",
            &[
                ("buffer_before_minutes", "90"),
                ("buffer_after_minutes", "1440"),
            ],
        );
        let blocked = "blocked = tstzrange('2030-03-10 04:30Z', '2030-03-11 07:00Z')";
        assert_eq!(meeting.text(blocked), "true");
        meeting.set("starts_at = '2030-03-10 06:30Z'");
        let moved = "blocked = tstzrange('2030-03-10 05:00Z', '2030-03-11 07:00Z')";
        assert_eq!(meeting.text(moved), "true");
    }

    #[pg_test]
    fn a_row_that_is_no_meeting_cannot_be_stored() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let (start, end) = (at(7, "10:00"), at(7, "11:00"));
            let cases = [
                (end.as_str(), start.as_str(), vec![], "time_check"),
                (&start, &start, vec![], "time_check"),
                (&start, "'infinity'", vec![], "time_check"),
                (&start, &end, vec![("status", "'maybe'")], "status_check"),
                (&start, &end, vec![("answers", "'[]'")], "answers_check"),
                (
                    &start,
                    &end,
                    vec![("buffer_after_minutes", "-1")],
                    "buffer_after_minutes_check",
                ),
            ]
            .map(|(start, end, more, constraint)| {
                let table = mode.names().meetings;
                (start, end, more, format!("{table}_{constraint}"))
            });
            // Names of what many columns name are refused by their type.
            let of_types = [
                ("calendar_provider", "'icloud'", "provider_check"),
                ("conferencing", "'zoom'", "conferencing_check"),
            ]
            .map(|(column, name, constraint)| {
                let more = vec![(column, name)];
                (start.as_str(), end.as_str(), more, constraint.to_owned())
            });
            for (start, end, more, constraint) in cases.into_iter().chain(of_types) {
                let insert = owner.insert_meeting(start, end, &more);
                let failure = outcome(&insert).expect_err("it is refused");
                assert_eq!(
                    (failure.sqlstate.as_str(), &failure.constraint),
                    ("23514", &constraint),
                    "{insert}"
                );
            }
        }
    }
}
