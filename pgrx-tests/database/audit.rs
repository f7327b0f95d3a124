//! The audit log: every change of the tables that say what holds, by whom, and nothing in it that
//! a log has no business with.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;
    use serde_json::{Value, json};

    use super::super::harness::rows::{Booking, Mode, Names, Owner, row};
    use super::super::harness::sql::{as_role, at, one, quote, rows, run, sqlstate};

    /// The log of one row, oldest first: action and changes.
    fn log(subject: &str, id: &str) -> Vec<(String, Value)> {
        let entries = row(&format!(
            "select coalesce(jsonb_agg(jsonb_build_array(action, changes) order by id), '[]')
             from scheduling.audit_log where subject = '{subject}' and row_id = '{id}'"
        ));
        let entries: Vec<(String, Value)> =
            serde_json::from_value(entries).expect("pairs of action and changes");
        entries
    }

    fn entry(action: &str, changes: Value) -> (String, Value) {
        (action.to_owned(), changes)
    }

    fn forget_the_log() {
        run("delete from scheduling.audit_log");
    }

    #[pg_test]
    fn a_booking_s_life_is_in_the_log() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            run("set local timezone = 'UTC'");
            let booking = link.booking(&at(7, "10:00"));
            row(&booking.call("reschedule_booking", &at(7, "11:00")));
            row(&booking.call("cancel_booking", "'ill'"));
            let [ten, half_past_ten, eleven, half_past_eleven, now] = [
                at(7, "10:00"),
                at(7, "10:30"),
                at(7, "11:00"),
                at(7, "11:30"),
                "now()".to_owned(),
            ]
            .map(|moment| row(&format!("select to_jsonb({moment})")));
            let subject = mode.names().meetings;
            assert_eq!(
                log(subject, &booking.meeting.id),
                [
                    entry("insert", json!(null)),
                    entry(
                        "update",
                        json!({
                            "starts_at": {"old": ten, "new": eleven},
                            "ends_at": {"old": half_past_ten, "new": half_past_eleven},
                        })
                    ),
                    entry(
                        "update",
                        json!({
                            "status": {"old": "confirmed", "new": "cancelled"},
                            "cancelled_at": {"old": null, "new": now},
                            "cancel_reason": {"redacted": true},
                            "cancelled_by": {"old": null, "new": "guest"},
                        })
                    ),
                ]
            );
            let owned: bool = one(&format!(
                "select bool_and({owner_id} = '{}' and num_nonnulls(client_id, user_id) = 1 and at = now())
                 from scheduling.audit_log where row_id = '{}'",
                owner.id,
                booking.meeting.id,
                owner_id = mode.names().owner_id,
            ));
            assert!(owned);
        }
    }

    #[pg_test]
    fn owners_members_links_and_overrides_are_in_the_log() {
        for mode in Mode::BOTH {
            let Names {
                owners, owner_id, ..
            } = mode.names();
            let owner = Owner::new(mode);
            owner.set("timezone = 'Asia/Tokyo', availability_settings = '{}'");
            let changes = log(owners, &owner.id);
            assert_eq!(changes.len(), 2);
            assert_eq!(changes[0], entry("insert", json!(null)));
            assert_eq!(
                changes[1].1["timezone"],
                json!({"old": "UTC", "new": "Asia/Tokyo"})
            );
            assert_eq!(changes[1].1["availability_settings"]["new"], json!({}));

            let link = owner.link();
            let id: String = one(&format!("select {}::text", link.id()));
            link.set("buffer_after_minutes = 5");
            assert_eq!(
                log("booking_links", &id),
                [
                    entry("insert", json!(null)),
                    entry(
                        "update",
                        json!({"buffer_after_minutes": {"old": 0, "new": 5}})
                    ),
                ]
            );

            owner.open_on("2030-01-07", &[("09:00", "10:00")]);
            let of_owner = rows(&format!(
                "select subject || ' ' || action from scheduling.audit_log
                 where {owner_id} = '{}' order by id",
                owner.id
            ));
            assert_eq!(
                of_owner,
                [
                    &format!("{owners} insert"),
                    &format!("{owners} update"),
                    "booking_links insert",
                    "booking_links update",
                    "availability_overrides insert",
                ]
            );
        }
        let (client, user) = (Owner::new(Mode::Client), Owner::new(Mode::User));
        run(&format!(
            "insert into scheduling.client_members (client_id, user_id) values ('{}', '{}')",
            client.id, user.id
        ));
        run("delete from scheduling.client_members");
        let membership = rows(&format!(
            "select action from scheduling.audit_log
             where subject = 'client_members' and row_id = '{1}' and client_id = '{0}' and user_id = '{1}'
             order by id",
            client.id, user.id
        ));
        assert_eq!(membership, ["insert", "delete"]);
    }

    #[pg_test]
    fn the_log_outlives_what_was_deleted_and_keeps_what_it_was() {
        for mode in Mode::BOTH {
            let names = mode.names();
            let owner = Owner::new(mode);
            let meeting = owner.meeting_with(
                &at(7, "10:00"),
                &at(7, "11:00"),
                &[("title", "'Check-up'"), ("notes", "'It hurts'")],
            );
            run(&format!("delete from scheduling.{}", names.owners));
            let entries = log(names.meetings, &meeting.id);
            let [_, (action, changes)] = &entries[..] else {
                panic!("an insert and a delete: {entries:?}");
            };
            assert_eq!(action, "delete");
            assert_eq!(changes["title"], json!({"old": "Check-up"}));
            assert_eq!(changes["notes"], json!({"redacted": true}));
            assert_eq!(log(names.owners, &owner.id).len(), 2);
        }
    }

    #[pg_test]
    fn tokens_and_what_guests_typed_are_never_in_it() {
        for mode in Mode::BOTH {
            let names = mode.names();
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            link.set(r#"questions = '[{"id": "q"}]'"#);
            run(&format!(
                "insert into scheduling.{connections} ({owner_id}, provider, access_token, refresh_token)
                 values ('{id}', 'google', 'hush', 'hush');
                 update scheduling.{connections} set access_token = 'hush-2', refresh_token = 'hush-2';
                 update scheduling.{connections} set connected_email = 'acme@gmail.example', access_token = 'hush-3';
                 delete from scheduling.{connections};",
                connections = names.connections,
                owner_id = names.owner_id,
                id = owner.id,
            ));
            let booked = link.booked(
                &at(7, "10:00"),
                "notes => 'hush', answers => '{\"q\": \"hush\"}', phone => 'hush',
                 guests => '{hush@guest.example}', idempotency_key => 'hush'",
            );
            let booking = Booking::of(mode, &booked);
            booking
                .meeting
                .set("notes = 'hush-2', answers = '{\"q\": \"hush-2\"}', guests = '{}'");
            row(&booking.call("cancel_booking", "'hush'"));
            run(&format!("delete from scheduling.{}", names.meetings));
            run(&format!("delete from scheduling.{}", names.guests));

            let connections = rows(&format!(
                "select concat_ws(' ', action, changes -> 'connected_email') from scheduling.audit_log
                 where subject = '{}' order by id",
                names.connections
            ));
            assert_eq!(
                connections,
                [
                    "insert",
                    r#"update {"new": "acme@gmail.example", "old": null}"#,
                    r#"delete {"old": "acme@gmail.example"}"#,
                ],
                "and a token that is refreshed is no news"
            );
            for secret in ["hush", "guest.example", &booking.token] {
                let shown = rows(&format!(
                    "select entry::text from scheduling.audit_log entry
                     where strpos(entry::text, {}) > 0",
                    quote(secret)
                ));
                assert_eq!(shown, [""; 0], "{secret}");
            }
            // Sealed tokens neither.
            let named = rows(
                "select key from scheduling.audit_log, jsonb_object_keys(changes) key
                 where key like '%token%'",
            );
            assert_eq!(named, [""; 0]);
        }
    }

    #[pg_test]
    fn what_the_worker_notes_down_of_its_own_work_is_not_in_it() {
        for mode in Mode::BOTH {
            let meeting = Owner::new(mode).meeting(&at(7, "10:00"), &at(7, "11:00"));
            forget_the_log();
            meeting.set(
                "confirmation_sent_at = now(), calendar_provider = 'google',
                 calendar_event_id = 'e1', calendar_id = 'c1'",
            );
            meeting.set("title = title, updated_at = now()");
            assert_eq!(log(mode.names().meetings, &meeting.id), []);
        }
    }

    #[pg_test]
    fn the_log_names_the_calling_role_and_the_subject_of_its_token() {
        run("select pg_advisory_xact_lock(hashtext('roles of tests'))");
        run("create role test_visitor; create role test_member; create role test_service;");
        run("select scheduling.grant_access('test_visitor', 'test_member', 'test_service')");
        let link = Owner::always_open(Mode::Client, "UTC").link();
        let superuser: String = one("select current_user::text");
        let actor = || -> String {
            one(
                "select concat_ws(' ', actor, jwt_sub) from scheduling.audit_log order by id desc limit 1",
            )
        };
        assert_eq!(actor(), superuser);
        for (hour, claims, subject) in [
            (
                8,
                r#"{"sub": "6f1f64a5", "role": "test_visitor"}"#,
                " 6f1f64a5",
            ),
            (9, r#"{"role": "test_visitor"}"#, ""),
            (10, "", ""),
            (11, "nonsense", ""),
            (12, r#""text""#, ""),
            (13, r#"{"sub": "\u0000"}"#, ""),
            (14, r#"{"sub": {"a": 1}}"#, ""),
        ] {
            run(&format!(
                "select set_config('request.jwt.claims', {}, true)",
                quote(claims)
            ));
            as_role("test_visitor", || {
                link.booking(&at(7, &format!("{hour}:00")));
            });
            assert_eq!(actor(), format!("test_visitor{subject}"), "{claims}");
        }
        run("select set_config('request.jwt.claims', '', true)");
        as_role("test_service", || link.set("title = 'Demo'"));
        assert_eq!(actor(), "test_service");
    }

    #[pg_test]
    fn the_service_role_reads_the_log_and_nobody_forges_it() {
        run("select pg_advisory_xact_lock(hashtext('roles of tests'))");
        run("create role test_member; create role test_service;");
        run("select scheduling.grant_access(null, 'test_member', 'test_service')");
        as_role("test_service", || {
            Owner::new(Mode::Client);
            let read: i64 = one("select count(*) from scheduling.audit_log");
            assert_eq!(read, 1);
            for statement in [
                "insert into scheduling.audit_log (subject, row_id, action, actor)
                 values ('clients', gen_random_uuid(), 'insert', 'somebody else')",
                "update scheduling.audit_log set actor = 'somebody else'",
                "delete from scheduling.audit_log",
                "truncate scheduling.audit_log",
                "select scheduling_private.actor()",
                "select scheduling_private.jwt_sub()",
                "create trigger audit after insert on scheduling.clients
                 for each row execute function scheduling_private.audit()",
            ] {
                assert_eq!(sqlstate(statement), "42501", "{statement}");
            }
        });
        as_role("test_member", || {
            assert_eq!(sqlstate("select from scheduling.audit_log"), "42501");
        });
    }

    /// What pg_dump writes begins with it, and so do the schemas that other tools keep.
    #[pg_test]
    fn no_setting_of_dumps_silences_the_log() {
        run("set local check_function_bodies = off");
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let meeting = owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
            forget_the_log();
            meeting.set("status = 'cancelled'");
            run(&format!("delete from scheduling.{}", mode.names().meetings));
            owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
            assert_eq!(
                rows("select action from scheduling.audit_log order by id"),
                ["update", "delete", "insert"],
                "{mode:?}"
            );
        }
    }

    #[pg_test]
    fn a_change_that_is_rolled_back_is_not_in_it() {
        let owner = Owner::always_open(Mode::User, "UTC");
        let link = owner.link();
        owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
        forget_the_log();
        assert_eq!(sqlstate(&link.book(&at(7, "10:00"), "")), "PT409");
        assert_eq!(sqlstate(&link.update("duration_minutes = 0")), "23514");
        assert_eq!(one::<i64>("select count(*) from scheduling.audit_log"), 0);
    }

    /// Every table that says what holds has the trigger, for changes and for deletions; of the others somebody has decided.
    #[pg_test]
    fn a_table_is_in_the_log_or_known_not_to_be() {
        let unlogged = rows(
            "select relname::text from pg_class c
             where relnamespace = 'scheduling'::regnamespace and relkind = 'r'
               and not exists (select from pg_trigger
                               where tgrelid = c.oid and tgfoid = 'scheduling_private.audit()'::regprocedure
                                 and tgtype & 24 = 24)
             order by relname",
        );
        // Guests are people, whom nobody wants to forget twice; settings hold secrets; the rest is
        // what the worker has found out or done.
        assert_eq!(
            unlogged,
            [
                "audit_log",
                "busy_times",
                "contacts",
                "crm_settings",
                "emails",
                "jobs",
                "mail_settings",
                "oauth_nonces",
                "providers",
                "sales_prospects",
                "site_settings",
            ]
        );
    }
}
