//! `book`: what it stores in both modes, what it does with the same key again, and what it refuses
//! without a trace.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;
    use serde_json::json;

    use super::super::harness::rows::{Link, Mode, Owner, row, text};
    use super::super::harness::sql::{at, one, refusal, rows, run};

    /// Rows in the audit log and in the queue, of all meetings.
    fn follow_ups() -> (i64, i64) {
        (
            one("select count(*) from scheduling.audit_log where subject like '%meetings'"),
            one("select count(*) from scheduling.jobs"),
        )
    }

    /// `book` writes the log and the queue itself, and the triggers for everybody else: whatever else
    /// happens in the same statement, each meeting has both once.
    #[pg_test]
    fn what_follows_from_a_booking_is_written_once_whatever_an_application_s_triggers_do() {
        // Before anything that other tests wait for: triggers are made behind the tables' locks.
        run("lock table scheduling.meetings, scheduling.sales_meetings");
        for mode in Mode::BOTH {
            let names = mode.names();
            let (link, other) = (
                Owner::always_open(mode, "UTC").link(),
                Owner::always_open(mode, "UTC").link(),
            );
            let book = |link: &Link, hour: &str| {
                format!(
                    "perform scheduling.book('{}', {}, 'ada@guest.example', 'Ada');",
                    link.slug,
                    at(7, hour)
                )
            };
            let mirror = book(&other, "12:00");
            let plain = format!(
                "insert into scheduling.{} ({}, starts_at, ends_at) values ('{}', {}, {});",
                names.meetings,
                names.owner_id,
                Owner::new(mode).id,
                at(7, "12:00"),
                at(7, "13:00")
            );
            let cases = [
                ("before insert", "new.id := gen_random_uuid();", 1),
                ("before insert", mirror.as_str(), 2),
                ("after insert", mirror.as_str(), 2),
                ("before insert", plain.as_str(), 2),
                ("after insert", plain.as_str(), 2),
            ];
            for (when, action, meetings) in cases {
                run(&format!(
                    "create function mirrored() returns trigger language plpgsql as
                     $t$ begin if pg_trigger_depth() = 1 then {action} end if; return new; end $t$;
                     create trigger mirrored {when} on scheduling.{}
                         for each row execute function mirrored();",
                    names.meetings
                ));
                let (logged, queued) = follow_ups();
                run(&format!("do $d$ begin {} end $d$", book(&link, "10:00")));
                let (logged_now, queued_now) = follow_ups();
                assert_eq!(
                    (logged_now - logged, queued_now - queued),
                    (meetings, 3 * meetings),
                    "{mode:?}, {when}: {action}"
                );
                run(&format!(
                    "drop function mirrored cascade; delete from scheduling.{}",
                    names.meetings
                ));
            }
        }
    }

    #[pg_test]
    fn all_follows_from_a_booking_under_the_settings_of_dumps_and_of_replicas() {
        for mode in Mode::BOTH {
            for [set, reset] in [
                ["check_function_bodies = off", "check_function_bodies = on"],
                [
                    "session_replication_role = replica",
                    "session_replication_role = origin",
                ],
            ] {
                let link = Owner::always_open(mode, "UTC").link();
                let (logged, queued) = follow_ups();
                run(&format!("set local {set}"));
                link.booking(&at(7, "10:00"));
                run(&format!("set local {reset}"));
                assert_eq!(follow_ups(), (logged + 1, queued + 3), "{mode:?}, {set}");
            }
        }
    }

    #[pg_test]
    fn book_stores_guest_and_meeting_in_the_tables_of_the_mode() {
        for mode in Mode::BOTH {
            let (owner, names) = (Owner::always_open(mode, "Asia/Tokyo"), mode.names());
            let link = owner.link();
            link.set(
                "title = 'Intro call', location = 'Room 1', duration_minutes = 45,
                 slot_interval_minutes = 15, buffer_before_minutes = 5, buffer_after_minutes = 10,
                 questions = '[{\"id\": \"topic\"}]'",
            );
            let booked = link.booked(
                &at(7, "10:15"),
                "timezone => 'europe/paris', phone => '+33 1', notes => E'Hello\\nthere',
                 answers => '{\"topic\": \"all\"}', guests => '{bob@guest.example,eve@guest.example}'",
            );
            let (meeting, guest) = (text(&booked, "meeting_id"), text(&booked, "guest_id"));
            assert_eq!(
                rows(&format!(
                    "select unnest(array['{}' = '{}', '{}'::timestamptz = {}, '{}'::timestamptz = {}]::text[])",
                    text(&booked, "owner_id"),
                    owner.id,
                    text(&booked, "starts_at"),
                    at(7, "10:15"),
                    text(&booked, "ends_at"),
                    at(7, "11:00"),
                )),
                ["true", "true", "true"]
            );
            assert_eq!(
                (&booked["mode"], &booked["status"], &booked["title"]),
                (
                    &json!(names.mode),
                    &json!("confirmed"),
                    &json!("Intro call")
                )
            );
            assert!(text(&booked, "manage_token").len() >= 43, "256 bits of MAC");

            let stored = row(&format!(
                "select to_jsonb(stored) from (
                     select m.{owner_id} as owner, m.booking_link_id = {link} as of_link,
                            m.{guest_id} as guest, m.title, m.starts_at = {start} as starts,
                            m.ends_at = {end} as ends, m.timezone, m.status, m.location, m.meeting_url,
                            m.notes, m.answers, m.guests, m.buffer_before_minutes,
                            m.buffer_after_minutes, m.sequence, m.cancelled_at
                     from scheduling.{meetings} m where m.id = '{meeting}') stored",
                owner_id = names.owner_id,
                guest_id = names.guest_id,
                link = link.id(),
                start = at(7, "10:15"),
                end = at(7, "11:00"),
                meetings = names.meetings,
            ));
            assert_eq!(
                stored,
                json!({
                    "owner": owner.id, "of_link": true, "guest": guest, "title": "Intro call",
                    "starts": true, "ends": true, "timezone": "Europe/Paris", "status": "confirmed",
                    "location": "Room 1", "meeting_url": null, "notes": "Hello\nthere",
                    "answers": {"topic": "all"}, "guests": ["bob@guest.example", "eve@guest.example"],
                    "buffer_before_minutes": 5, "buffer_after_minutes": 10, "sequence": 0,
                    "cancelled_at": null,
                })
            );
            let contact = row(&format!(
                "select to_jsonb(contact) from (
                     select {} as owner, email, name, phone from scheduling.{} where id = '{guest}') contact",
                names.owner_id, names.guests
            ));
            assert_eq!(
                contact,
                json!({"owner": owner.id, "email": "ada@guest.example", "name": "Ada Guest", "phone": "+33 1"})
            );
        }
    }

    #[pg_test]
    fn an_explicit_null_of_a_visitor_means_the_default() {
        let owner = Owner::always_open(Mode::Client, "Asia/Tokyo");
        let booked = owner.link().booked(
            &at(7, "10:00"),
            "timezone => null, phone => null, notes => null, answers => null, guests => null,
             idempotency_key => null",
        );
        let stored = row(&format!(
            "select to_jsonb(stored) from (
                 select timezone, notes, answers, guests from scheduling.meetings where id = '{}') stored",
            text(&booked, "meeting_id")
        ));
        assert_eq!(
            stored,
            json!({"timezone": "Asia/Tokyo", "notes": null, "answers": {}, "guests": []})
        );
    }

    #[pg_test]
    fn a_guest_is_one_row_an_owner_however_the_address_is_written() {
        for mode in Mode::BOTH {
            let names = mode.names();
            let (owner, other) = (
                Owner::always_open(mode, "UTC"),
                Owner::always_open(mode, "UTC"),
            );
            let book = |owner: &Owner, time: &str, guest: &str| {
                let booked = row(&format!(
                    "select to_jsonb(booked) from scheduling.book('{}', {}, {guest}) booked",
                    owner.link().slug,
                    at(7, time)
                ));
                text(&booked, "guest_id")
            };
            let first = book(&owner, "10:00", "'Ada@Guest.example', 'Ada'");
            let again = book(
                &owner,
                "11:00",
                "' ada@guest.EXAMPLE ', 'Mallory', phone => '+1'",
            );
            assert_eq!(first, again);
            let known = rows(&format!(
                "select concat_ws(', ', email, name, phone) from scheduling.{} where {} = '{}'",
                names.guests, names.owner_id, owner.id
            ));
            assert_eq!(
                known,
                ["Ada@Guest.example, Ada, +1"],
                "what is known stays, what is new is added"
            );
            assert_ne!(book(&other, "10:00", "'ada@guest.example', 'Ada'"), first);
        }
    }

    #[pg_test]
    fn the_same_key_and_link_again_is_the_same_meeting() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let (link, other) = (owner.link(), owner.link());
            let key = "idempotency_key => 'click-1'";
            let first = link.booked(&at(7, "10:00"), key);
            assert_eq!(link.booked(&at(7, "10:00"), key), first);
            assert_eq!(
                link.booked(&at(7, "10:00"), &format!("{key}, notes => 'Hurry'")),
                first,
                "whatever else is typed"
            );
            let elsewhere = other.booked(&at(7, "11:00"), key);
            assert_ne!(elsewhere["meeting_id"], first["meeting_id"]);
            let another_key = link.booked(&at(7, "12:00"), "idempotency_key => 'click-2'");
            assert_ne!(another_key["meeting_id"], first["meeting_id"]);
            let meetings: i64 = one(&format!(
                "select count(*) from scheduling.{} where {} = '{}'",
                mode.names().meetings,
                mode.names().owner_id,
                owner.id
            ));
            assert_eq!(meetings, 3);
        }
    }

    #[pg_test]
    fn a_time_that_is_no_free_slot_is_refused_as_taken() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            let soon = "date_bin('30 minutes', now(), '2000-01-01 00:00Z')";
            let closed_day: String = one(&format!(
                "select ({} at time zone 'UTC')::date::text",
                at(9, "00:00")
            ));
            owner.open_on(&closed_day, &[("09:00", "10:00")]);
            link.set(
                "minimum_notice_minutes = 60, booking_window_days = 20, buffer_after_minutes = 10",
            );
            link.booking(&at(7, "10:00"));
            owner.meeting(&at(7, "12:00"), &at(7, "13:00"));
            for (when, why) in [
                (at(7, "10:00"), "taken"),
                (at(7, "09:30"), "its buffer meets the next meeting"),
                (at(7, "10:30"), "the buffer of the last meeting"),
                (at(7, "12:30"), "taken by a meeting without a link"),
                (at(7, "14:10"), "not on the grid"),
                (at(9, "08:30"), "outside the hours"),
                (at(9, "10:00"), "outside the hours"),
                (at(-1, "10:00"), "past"),
                (
                    format!("{soon} + interval '30 minutes'"),
                    "inside the notice",
                ),
                (at(22, "10:00"), "after the booking window"),
            ] {
                let failure = refusal(&link.book(&when, ""), "PT409");
                assert_eq!(failure.message, "the slot is not free", "{why}");
            }
            for (when, why) in [
                (at(7, "09:00"), "its buffer ends before the meeting"),
                (at(7, "11:00"), "after the buffer of the meeting"),
                (at(9, "09:00"), "inside the hours"),
                (format!("{soon} + interval '2 hours'"), "after the notice"),
                (at(20, "23:30"), "the last slot of the window"),
            ] {
                assert_eq!(link.booked(&when, "")["status"], "confirmed", "{why}");
            }
        }
    }

    #[pg_test]
    fn malformed_requests_are_refused_and_leave_nothing_behind() {
        let owners = Mode::BOTH.map(|mode| Owner::always_open(mode, "UTC"));
        let long = |length: usize| format!("repeat('x', {length})");
        let cases = [
            ("starts_at", "null".to_owned()),
            ("starts_at", "'infinity'".to_owned()),
            ("email", "null".to_owned()),
            ("email", "''".to_owned()),
            ("email", "'ada'".to_owned()),
            ("email", "'ada@'".to_owned()),
            ("email", "'@guest.example'".to_owned()),
            ("email", "'ada@localhost'".to_owned()),
            ("email", "'Ada <ada@guest.example>'".to_owned()),
            ("email", "'ada@guest.example, eve@guest.example'".to_owned()),
            (
                "email",
                "E'ada@guest.example\\r\\nBcc: eve@guest.example'".to_owned(),
            ),
            ("email", format!("{} || '@guest.example'", long(250))),
            ("name", "null".to_owned()),
            ("name", "'  '".to_owned()),
            ("name", "E'Ada\\nBcc: eve@guest.example'".to_owned()),
            ("name", long(201)),
            ("timezone", "'+02'".to_owned()),
            ("timezone", "'Mars/Olympus_Mons'".to_owned()),
            ("phone", long(51)),
            ("phone", "E'1\\n2'".to_owned()),
            ("notes", long(10_001)),
            ("answers", "'[]'".to_owned()),
            ("answers", "'\"text\"'".to_owned()),
            ("answers", "'null'".to_owned()),
            (
                "answers",
                format!("jsonb_build_object('a', {})", long(20_001)),
            ),
            ("guests", "'{eve}'".to_owned()),
            ("guests", "array[null]::text[]".to_owned()),
            (
                "guests",
                "array_fill('eve@guest.example'::text, array[21])".to_owned(),
            ),
            ("idempotency_key", long(201)),
        ];
        for owner in &owners {
            let link = owner.link();
            for (argument, value) in &cases {
                let mut arguments = vec![
                    ("slug", format!("'{}'", link.slug)),
                    ("starts_at", at(7, "10:00")),
                    ("email", "'ada@guest.example'".to_owned()),
                    ("name", "'Ada'".to_owned()),
                ];
                arguments.retain(|(name, _)| name != argument);
                arguments.push((*argument, value.clone()));
                let arguments: Vec<_> = arguments
                    .iter()
                    .map(|(name, value)| format!("{name} => {value}"))
                    .collect();
                refusal(
                    &format!("select * from scheduling.book({})", arguments.join(", ")),
                    "22023",
                );
            }
            refusal(
                "select * from scheduling.book(null, now(), 'ada@guest.example', 'Ada')",
                "22023",
            );
        }
        let left: i64 = one(
            "select (select count(*) from scheduling.meetings) + (select count(*) from scheduling.contacts)
                  + (select count(*) from scheduling.sales_meetings)
                  + (select count(*) from scheduling.sales_prospects)
                  + (select count(*) from scheduling.jobs)",
        );
        assert_eq!(left, 0);
    }

    #[pg_test]
    fn a_refused_booking_leaves_no_guest_behind() {
        let owner = Owner::always_open(Mode::User, "UTC");
        let link = owner.link();
        link.booking(&at(7, "10:00"));
        run("delete from scheduling.jobs");
        let taken = format!(
            "select * from scheduling.book('{}', {}, 'eve@guest.example', 'Eve')",
            link.slug,
            at(7, "10:00")
        );
        refusal(&taken, "PT409");
        let guests = rows("select email from scheduling.sales_prospects");
        assert_eq!(guests, ["ada@guest.example"]);
        assert_eq!(rows("select kind from scheduling.jobs"), [""; 0]);
    }
}
