//! Webhooks as far as SQL goes: what may be added, what is told of which change, and to whom.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;
    use serde_json::{Value, json};

    use super::super::harness::rows::{Mode, Names, Owner};
    use super::super::harness::sql::{at, one, refusal, rows, run, sqlstate};

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// Adds a webhook; its id.
    fn add(arguments: &str) -> String {
        one(&format!(
            "select id::text from scheduling.add_webhook('https://hooks.example.com/a'{arguments})"
        ))
    }

    fn of_owner(owner: &Owner) -> String {
        add(&format!(", owner => '{}'", owner.key()))
    }

    /// The types of what is queued for a webhook, in order, and empties its queue.
    fn told(webhook: &str) -> Vec<String> {
        let told = rows(&format!(
            "select payload ->> 'type' from scheduling.jobs
             where kind = 'webhook' and payload ->> 'webhook' = '{webhook}' order by id"
        ));
        run(&format!(
            "delete from scheduling.jobs where kind = 'webhook' and payload ->> 'webhook' = '{webhook}'"
        ));
        told
    }

    /// The body of the last event.
    fn body() -> Value {
        let body: String = one(
            "select e.body from scheduling_private.webhook_events e
             join scheduling.jobs j on j.payload ->> 'event' = e.id::text order by j.id desc limit 1",
        );
        serde_json::from_str(&body).expect("it is JSON")
    }

    #[pg_test]
    fn a_webhook_is_added_with_a_secret_that_is_shown_once_and_kept_sealed() {
        let shown: String =
            one("select secret from scheduling.add_webhook('https://hooks.example.com/a')");
        assert!(shown.starts_with("whsec_") && shown.len() == 50, "{shown}");
        assert_eq!(
            rows(
                "select secret from scheduling.add_webhook('https://hooks.example.com/b', secret => 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')"
            ),
            [SECRET]
        );
        let kept = rows("select concat_ws(' ', secret, old_secret) from scheduling.webhooks");
        assert_eq!(kept.len(), 2);
        for kept in kept {
            assert!(kept.starts_with("sealed:") && !kept.contains(' '), "{kept}");
        }
    }

    #[pg_test]
    fn what_cannot_be_told_or_signed_is_refused() {
        let nobody = "6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40";
        let url = "'https://hooks.example.com/a'";
        for (arguments, expected, detail) in [
            ("null".to_owned(), "22023", "url: "),
            ("'https://localhost/x'".into(), "22023", "url: "),
            ("'https://0x7f.1/x'".into(), "22023", "url: "),
            ("'http://hooks.example.com/x'".into(), "22023", "url: "),
            ("'https://' || repeat('a', 3000)".into(), "22023", "url: "),
            (format!("{url}, '{{}}'"), "22023", "events: "),
            (format!("{url}, '{{booking.made}}'"), "22023", "events: "),
            (
                format!("{url}, array['booking.created', null]"),
                "22023",
                "events: ",
            ),
            (
                format!("{url}, array[array['booking.created']]"),
                "22023",
                "events: ",
            ),
            (format!("{url}, owner => 'x'"), "22023", "owner: "),
            (format!("{url}, owner => '{nobody}'"), "PT404", "owner: "),
            (
                format!("{url}, owner => 'user:{nobody}'"),
                "PT404",
                "owner: ",
            ),
            (
                format!("{url}, secret => 'whsec_c2hvcnQ='"),
                "22023",
                "secret: ",
            ),
            (
                format!("{url}, secret => 'sealed:v1:aaaa'"),
                "22023",
                "secret: ",
            ),
        ] {
            let call = format!("select scheduling.add_webhook({arguments})");
            let said = refusal(&call, expected).detail;
            assert!(said.starts_with(detail), "{call}: {said}");
        }
    }

    /// Who writes the table directly gets no further than who calls the function.
    #[pg_test]
    fn the_table_refuses_the_same_by_plain_sql() {
        let insert = |url: &str, events: &str, secret: &str| {
            format!(
                "insert into scheduling.webhooks (url, events, secret) values ('{url}', {events}, '{secret}')"
            )
        };
        let public = "https://hooks.example.com/a";
        assert_eq!(sqlstate(&insert("https://127.1/", "null", SECRET)), "22023");
        assert_eq!(sqlstate(&insert(public, "'{}'", SECRET)), "23514");
        assert_eq!(
            sqlstate(&insert(public, "'{booking.made}'", SECRET)),
            "23514"
        );
        assert_eq!(sqlstate(&insert(public, "null", "password")), "22023");
        let id = add("");
        let update =
            |change: &str| format!("update scheduling.webhooks set {change} where id = '{id}'");
        assert_eq!(sqlstate(&update("url = 'https://10.0.0.1/'")), "22023");
        assert_eq!(sqlstate(&update("secret = 'x'")), "22023");
        assert_eq!(sqlstate(&update("old_secret = 'x'")), "22023");
        // Its jobs name it by that, and its secret is sealed for it.
        assert_eq!(sqlstate(&update("id = gen_random_uuid()")), "22023");
        assert_eq!(
            sqlstate(&update(
                "client_id = gen_random_uuid(), user_id = gen_random_uuid()"
            )),
            "23514"
        );
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let Names { owner_id, .. } = mode.names();
            run(&update("client_id = null, user_id = null"));
            run(&update(&format!("{owner_id} = '{}'", owner.id)));
            let key: String = one(&format!(
                "select owner from scheduling.webhooks where id = '{id}'"
            ));
            assert_eq!(key, owner.key());
        }
    }

    /// The server that it was dumped on may have allowed private addresses; one row that is refused would take all
    /// the others of the dump with it.
    #[pg_test]
    fn what_a_dump_brings_in_is_taken_whatever_its_address() {
        let id = add("");
        run(&format!(
            "create temp table dumped as select * from scheduling.webhooks where id = '{id}';
             select scheduling.remove_webhook('{id}');
             insert into scheduling.webhooks (id, url, secret) select id, 'http://127.0.0.1/', secret from dumped"
        ));
        let update =
            format!("update scheduling.webhooks set url = 'http://127.0.0.2/' where id = '{id}'");
        assert_eq!(sqlstate(&update), "22023");
    }

    /// Each booking asks for them.
    #[pg_test]
    fn whom_to_tell_is_found_by_an_index_however_many_owners_have_a_webhook() {
        run(&format!(
            "insert into scheduling.clients (name, timezone)
             select 'Client ' || n, 'UTC' from generate_series(1, 3000) n;
             insert into scheduling.webhooks (url, client_id, secret)
             select 'https://hooks.example.com/a', c.id, '{SECRET}' from scheduling.clients c;
             analyze scheduling.webhooks"
        ));
        let plan = rows(
            "explain (costs off)
             select w.payload from scheduling_private.webhooks_of_event(
                 'booking.created', '6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40') w",
        );
        assert!(
            plan.iter().any(|line| line.contains("webhooks_owner_idx")),
            "{plan:?}"
        );
    }

    #[pg_test]
    fn a_webhook_that_is_not_there_is_neither_removed_nor_given_a_secret() {
        for call in [
            "remove_webhook(gen_random_uuid())",
            "rotate_webhook_secret(gen_random_uuid())",
        ] {
            assert_eq!(
                sqlstate(&format!("select scheduling.{call}")),
                "PT404",
                "{call}"
            );
        }
        for call in ["remove_webhook(null)", "rotate_webhook_secret(null)"] {
            assert_eq!(
                sqlstate(&format!("select scheduling.{call}")),
                "22023",
                "{call}"
            );
        }
    }

    #[pg_test]
    fn a_new_secret_leaves_the_old_one_good_for_a_day() {
        let id = add("");
        let old: String = one("select secret from scheduling.webhooks");
        let shown: String = one(&format!(
            "select secret from scheduling.rotate_webhook_secret('{id}')"
        ));
        assert!(shown.starts_with("whsec_"), "{shown}");
        assert_eq!(
            rows(
                "select concat_ws(' ', old_secret, old_secret_until - now(), secret <> old_secret) from scheduling.webhooks"
            ),
            [format!("{old} 1 day t")]
        );
    }

    #[pg_test]
    fn a_booking_is_told_from_its_beginning_to_its_end_in_both_modes() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let webhook = of_owner(&owner);
            let link = owner.link();
            let booking = link.booking(&at(7, "10:00"));
            assert_eq!(told(&webhook), ["booking.created"], "{mode:?}");
            let meetings = mode.names().meetings;
            let set = |change: &str| {
                run(&format!(
                    "update scheduling.{meetings} set {change} where id = '{}'",
                    booking.meeting.id
                ));
            };
            for (change, expected) in [
                (
                    "starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'",
                    "booking.rescheduled",
                ),
                ("title = 'Another'", "booking.updated"),
                ("location = 'Room 5'", "booking.updated"),
                ("meeting_url = 'https://meet.example/x'", "booking.updated"),
                ("notes = 'x'", "booking.updated"),
                ("answers = '{\"a\": 1}'", "booking.updated"),
                ("guests = '{bob@guest.example}'", "booking.updated"),
                ("guest_phone = '+1'", "booking.updated"),
                ("status = 'no_show'", "booking.no_show"),
                ("status = 'completed'", "booking.completed"),
                ("status = 'confirmed'", "booking.updated"),
                (
                    "status = 'cancelled', cancel_reason = 'x'",
                    "booking.cancelled",
                ),
                ("status = 'confirmed'", "booking.created"),
            ] {
                set(change);
                assert_eq!(told(&webhook), [expected], "{mode:?} {change}");
                set("status = status, title = title, starts_at = starts_at, notes = notes");
                assert_eq!(
                    told(&webhook),
                    [""; 0],
                    "{mode:?} {change}: nothing changed"
                );
            }
            set("status = 'cancelled'");
            told(&webhook);
            for change in [
                "title = 'What nobody hears'",
                "confirmation_sent_at = now(), calendar_event_id = 'x'",
            ] {
                set(change);
                assert_eq!(told(&webhook), [""; 0], "{mode:?} {change}");
            }
        }
    }

    #[pg_test]
    fn of_a_meeting_that_is_over_or_brought_in_only_a_new_status_is_told() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let webhook = of_owner(&owner);
            let Names {
                meetings, owner_id, ..
            } = mode.names();
            let id: String = one(&format!(
                "insert into scheduling.{meetings} ({owner_id}, title, starts_at, ends_at)
                 values ('{}', 'Past', now() - interval '2 hours', now() - interval '1 hour') returning id::text",
                owner.id
            ));
            run(&format!(
                "insert into scheduling.{meetings} ({owner_id}, title, starts_at, ends_at, confirmation_sent_at)
                 values ('{}', 'Import', now() + interval '2 hours', now() + interval '3 hours', now())",
                owner.id
            ));
            assert_eq!(told(&webhook), [""; 0], "{mode:?}");
            for (change, expected) in [
                ("title = 'Corrected'", &[][..]),
                ("status = 'completed'", &["booking.completed"]),
                ("status = 'no_show'", &["booking.no_show"]),
                ("status = 'cancelled'", &["booking.cancelled"]),
                ("status = 'confirmed'", &["booking.updated"]),
            ] {
                run(&format!(
                    "update scheduling.{meetings} set {change} where id = '{id}'"
                ));
                assert_eq!(told(&webhook), expected, "{mode:?} {change}");
            }
        }
    }

    #[pg_test]
    fn who_has_not_asked_is_not_told() {
        for mode in Mode::BOTH {
            let (owner, other) = (
                Owner::always_open(mode, "UTC"),
                Owner::always_open(mode, "UTC"),
            );
            let key = owner.key();
            let of_all = add("");
            let wanted = [
                (of_all.clone(), true),
                (of_owner(&owner), true),
                (add(&format!(", '{{booking.created}}', '{key}'")), true),
                (of_owner(&other), false),
                (
                    add(&format!(
                        ", '{{booking.cancelled,booking.requested}}', '{key}'"
                    )),
                    false,
                ),
                (add(&format!(", owner => '{key}'")), false),
            ];
            run(&format!(
                "update scheduling.webhooks set is_active = false where id = '{}'",
                wanted[5].0
            ));
            owner.link().booking(&at(7, "10:00"));
            let events: i64 = one("select count(*) from scheduling_private.webhook_events");
            assert_eq!(events, 1, "{mode:?}: one event, whoever is told of it");
            for (n, (webhook, is_told)) in wanted.iter().enumerate() {
                assert_eq!(!told(webhook).is_empty(), *is_told, "{mode:?} {n}");
            }
            run("delete from scheduling.webhooks");
        }
    }

    /// So whatever pages show of a booking one day, webhooks tell as well.
    #[pg_test]
    fn an_event_is_the_booking_as_its_page_shows_it_and_what_is_typed_without_the_token() {
        run("set local timezone = 'Asia/Tokyo'; set local datestyle = 'German'");
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "Europe/Berlin");
            of_owner(&owner);
            let link = owner.link();
            let booking = link.booking(&at(7, "10:00"));
            let meetings = mode.names().meetings;
            run(&format!(
                "update scheduling.{meetings} set notes = 'Second floor?', guest_phone = '+49 30 1234',
                        answers = '{{\"a\": [1, \"\u{e9}\"]}}', guests = '{{bob@guest.example}}' where id = '{}'",
                booking.meeting.id
            ));
            let told = body();
            assert_eq!(told["type"], "booking.updated");
            let timestamp: String =
                one("set local timezone = 'UTC'; select to_json(now()) #>> '{}'");
            assert_eq!(told["timestamp"], json!(timestamp));
            let shown: pgrx::JsonB = one(&format!(
                "select to_jsonb(b) - 'manage_token' from scheduling.get_booking('{}') b",
                booking.token
            ));
            let Value::Object(mut expected) = shown.0 else {
                panic!("a row is an object");
            };
            expected.insert("owner".into(), json!(owner.key()));
            expected.insert("notes".into(), json!("Second floor?"));
            expected.insert("guest_phone".into(), json!("+49 30 1234"));
            expected.insert("answers".into(), json!({"a": [1, "\u{e9}"]}));
            assert_eq!(told["data"], Value::Object(expected), "{mode:?}");
            assert!(!told.to_string().contains(&booking.token));
        }
    }

    /// The page, the CHECK and the function list the same types, and what the triggers queue is among them.
    #[pg_test]
    fn types_of_events_are_the_same_everywhere() {
        let page = include_str!("../../docs/webhooks.md");
        let table = page
            .split("| type | when |")
            .nth(1)
            .and_then(|rest| rest.split("\n\n").next());
        let cells = table
            .expect("there is one")
            .lines()
            .filter_map(|line| line.split('|').nth(1));
        let mut described: Vec<String> = cells
            .flat_map(|cell| cell.split('`').skip(1).step_by(2))
            .map(str::to_owned)
            .collect();
        described.sort();
        let named = |source: &str| {
            rows(&format!(
                "select distinct n[1] collate \"C\"
                 from regexp_matches(({source}), '''((?:booking|calendar)[.][a-z_]+)''', 'g') n order by 1"
            ))
        };
        let checked = named(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = 'webhooks_events_check'",
        );
        assert_eq!(described, checked);
        let added = named("select pg_get_functiondef('scheduling_private.add_webhook'::regproc)");
        assert_eq!(added, checked);
        let queued = named(
            "select string_agg(pg_get_functiondef(oid), ' ') from pg_proc
             where proname in ('queue_webhooks', 'queue_disconnect_webhooks', 'jobs_of_new_meeting')",
        );
        let mut expected = checked;
        expected.retain(|name| !["booking.requested", "booking.declined"].contains(&name.as_str()));
        assert_eq!(queued, expected);
    }

    /// The keys of the example are those that are sent.
    #[pg_test]
    fn the_page_on_webhooks_shows_a_body_as_it_is_sent() {
        let page = include_str!("../../docs/webhooks.md");
        let example = page
            .split("```json\n")
            .nth(1)
            .and_then(|rest| rest.split("```").next());
        let example: Value =
            serde_json::from_str(example.expect("there is one")).expect("it is JSON");
        let owner = Owner::always_open(Mode::Client, "Europe/Berlin");
        of_owner(&owner);
        owner.link().booking(&at(7, "10:00"));
        let keys = |value: &Value| -> Vec<String> {
            let mut keys: Vec<_> = value
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect();
            keys.sort();
            keys
        };
        let sent = body();
        assert_eq!(keys(&example), keys(&sent));
        assert_eq!(keys(&example["data"]), keys(&sent["data"]));
    }

    #[pg_test]
    fn a_calendar_that_breaks_is_told_once() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let webhook = of_owner(&owner);
            let Names {
                connections,
                owner_id,
                ..
            } = mode.names();
            let id: String = one(&format!(
                "insert into scheduling.{connections} ({owner_id}, provider, connected_email)
                 values ('{}', 'google', 'me@owner.example') returning id::text",
                owner.id
            ));
            let breaks = || {
                run(&format!(
                    "update scheduling.{connections} set status = 'reconnect_required', status_detail = 'revoked'
                     where id = '{id}'"
                ));
            };
            breaks();
            breaks();
            assert_eq!(
                body()["data"],
                json!({"owner": owner.key(), "connection_id": id, "provider": "google",
                       "connected_email": "me@owner.example", "status": "reconnect_required",
                       "status_detail": "revoked"})
            );
            assert_eq!(told(&webhook), ["calendar.disconnected"], "{mode:?}");
        }
    }

    #[pg_test]
    fn an_event_goes_with_the_last_of_its_jobs_and_with_its_meeting() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let (first, second) = (of_owner(&owner), of_owner(&owner));
            let events = || one::<i64>("select count(*) from scheduling_private.webhook_events");
            let booking = owner.link().booking(&at(7, "10:00"));
            told(&first);
            assert_eq!(events(), 1, "{mode:?}: the other one is to be told");
            told(&second);
            assert_eq!(events(), 0, "{mode:?}");
            let meetings = mode.names().meetings;
            run(&format!(
                "update scheduling.{meetings} set title = 'x' where id = '{}'",
                booking.meeting.id
            ));
            assert_eq!(events(), 1, "{mode:?}");
            run(&format!(
                "delete from scheduling.{meetings} where id = '{}'",
                booking.meeting.id
            ));
            assert_eq!(events(), 0, "{mode:?}: what is deleted is told to nobody");
        }
    }

    #[pg_test]
    fn what_went_wrong_before_is_forgotten_when_a_webhook_is_active_again() {
        let id = add("");
        run("update scheduling.webhooks set is_active = false, disabled_at = now(), last_status = 410,
                 last_error = 'gone', failing_since = now(), failed_at = now(), failures = 9, paused_until = now()");
        run(&format!(
            "update scheduling.webhooks set is_active = true where id = '{id}'"
        ));
        assert_eq!(
            rows("select concat_ws(' ', is_active, failures, disabled_at, last_status, last_error, failing_since,
                         failed_at, paused_until) from scheduling.webhooks"),
            ["t 0"]
        );
    }

    /// An address may be a secret as well: that it was changed is noted, and not to what.
    #[pg_test]
    fn the_audit_log_has_who_changed_a_webhook_and_neither_address_nor_secret() {
        let id = add("");
        run(&format!(
            "update scheduling.webhooks set url = 'https://other.example.com/token' where id = '{id}'"
        ));
        run(&format!("select scheduling.rotate_webhook_secret('{id}')"));
        run("update scheduling.webhooks set last_status = 200, failures = 1");
        run(&format!("select scheduling.remove_webhook('{id}')"));
        let lines = rows(&format!(
            "select concat_ws(' ', action, changes - 'id' - 'is_active' - 'failures' - 'last_status' - 'disabled_at'
                              - 'events' - 'client_id' - 'user_id')
             from scheduling.audit_log where subject = 'webhooks' and row_id = '{id}' order by id"
        ));
        assert_eq!(
            lines,
            [
                "insert",
                r#"update {"url": {"redacted": true}}"#,
                r#"update {"secret": {"redacted": true}}"#,
                r#"delete {"url": {"redacted": true}, "secret": {"redacted": true}}"#,
            ]
        );
    }
}
