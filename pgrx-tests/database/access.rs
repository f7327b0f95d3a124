//! Who may do what: visitors, members and the service role as `grant_access` lets them in, and what
//! is nobody's. The roles are those of one test's transaction.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;
    use strum::VariantArray;

    use super::super::harness::roles::{claim, let_in, sign_in};
    use super::super::harness::rows::{Booking, Mode, Owner, row};
    use super::super::harness::sql::{
        SUCCESS, as_role, at, one, outcome, refusal, rows, run, sqlstate,
    };
    use crate::provider::Provider;

    /// What constraints, defaults, generated columns and policies call for whoever reads or writes a row.
    const BY_WRITING: &[&str] = &[
        "are_calendar_ids",
        "are_durations",
        "are_reminders",
        "blocked_range",
        "book_follows_up",
        "caller_id",
        "check_attribution",
        "check_availability_settings",
        "check_availability_windows",
        "check_json",
        "check_questions",
        "default_availability_settings",
        "is_calendar_id",
        "is_locale",
        "is_planned_for_service",
        "my_clients",
        "user_is_service",
    ];
    const VISITOR: &[&str] = &[
        "book",
        "booking_invite",
        "booking_page",
        "booking_slots",
        "booking_url",
        "calendar_feed",
        "cancel_booking",
        "format_oauth_state",
        "get_booking",
        "get_booking_link",
        "google_calendar_callback",
        "link_slots",
        "manage_page",
        "oauth_callback",
        "outlook_calendar_callback",
        "owner_page",
        "parse_oauth_state",
        "reschedule_booking",
    ];
    /// What members may call besides.
    const MEMBER: &[&str] = &[
        "available_slots",
        "available_slots_for",
        "calendar_feed_url",
        "can_manage",
        "disconnect_calendar",
        "earliest_slots_for",
        "lock_owner",
        "my_owners",
        "meeting_slots",
        "configured_providers",
        "oauth_authorize_url",
        "provider_calendars",
        "rotate_calendar_feed",
        "select_calendar",
    ];
    /// What the service role may call besides.
    const SERVICE: &[&str] = &[
        "add_webhook",
        "configure_close",
        "configure_mail",
        "configure_provider",
        "configure_site",
        "create_calendar_event",
        "get_calendar_availability",
        "queue_status",
        "refresh_busy_times",
        "remove_webhook",
        "retry_job",
        "rotate_webhook_secret",
        "send_booking_notification",
        "worker_status",
    ];

    #[pg_test]
    fn each_role_may_call_what_the_contract_gives_it_and_nothing_else() {
        let_in();
        for (role, granted, private) in [
            ("test_visitor", &[VISITOR][..], &[BY_WRITING][..]),
            ("test_member", &[VISITOR, MEMBER], &[BY_WRITING]),
            // This right is what makes it the service role.
            (
                "test_service",
                &[VISITOR, MEMBER, SERVICE],
                &[BY_WRITING, &["is_service"]],
            ),
        ] {
            for (schema, granted) in [("scheduling", granted), ("scheduling_private", private)] {
                let mut expected = granted.concat();
                expected.sort_unstable();
                let executable = rows(&format!(
                    "select proname::text from pg_proc
                     where pronamespace = '{schema}'::regnamespace
                       and has_function_privilege('{role}', oid, 'execute')
                     order by proname collate \"C\""
                ));
                assert_eq!(executable, expected, "{schema} {role}");
            }
            let enters: bool = one(&format!(
                "select has_schema_privilege('{role}', 'scheduling_private', 'usage, create')"
            ));
            assert!(!enters, "{role}");
        }
    }

    #[pg_test]
    fn every_provider_has_a_callback_that_visitors_may_call() {
        let_in();
        for provider in Provider::VARIANTS {
            let callable: bool = one(&format!(
                "select coalesce(bool_and(has_function_privilege('test_visitor', oid, 'execute')), false)
                 from pg_proc
                 where pronamespace = 'scheduling'::regnamespace and proname = '{provider}_calendar_callback'"
            ));
            assert!(callable, "{provider}");
        }
    }

    /// Of a function that no role was given, somebody has decided that it is the superusers'.
    #[pg_test]
    fn a_function_is_given_to_a_role_or_known_not_to_be() {
        let_in();
        let kept = rows(
            "select proname::text from pg_proc
             where pronamespace = 'scheduling'::regnamespace
               and not has_function_privilege('test_service', oid, 'execute')
             order by proname collate \"C\"",
        );
        assert_eq!(
            kept,
            [
                "attach_auth_users",
                "grant_access",
                "rotate_key",
                "start_worker",
                "stop_worker"
            ]
        );
    }

    #[pg_test]
    fn what_is_not_granted_is_refused() {
        let_in();
        let calls = [
            "scheduling_private.seal('x', 'access_token:1')",
            "scheduling_private.finish_round_trip('c', 's', null, null, null)",
            "scheduling_private.user_email(gen_random_uuid())",
            "scheduling_private.calling_role()",
            "scheduling_private.actor()",
            "scheduling_private.require_meeting(null, null)",
            "scheduling_private.is_service()",
            "scheduling_private.caller_id()",
            "scheduling_private.my_clients()",
            "scheduling_private.user_is_service()",
            "scheduling_private.rights_of_members()",
            "scheduling_private.check_questions('[]')",
            "scheduling.start_worker()",
            "scheduling.stop_worker()",
            "scheduling.attach_auth_users()",
            "scheduling.grant_access('test_visitor')",
        ];
        for role in ["test_visitor", "test_member", "test_service"] {
            as_role(role, || {
                for call in calls {
                    assert_eq!(
                        sqlstate(&format!("select {call}")),
                        "42501",
                        "{call} as {role}"
                    );
                }
            });
        }
    }

    #[pg_test]
    fn letting_in_is_repeatable_and_knows_its_roles() {
        let_in();
        run("select scheduling.grant_access('test_visitor', 'test_member', 'test_service')");
        run("select scheduling.grant_access()");
        let unknown = outcome("select scheduling.grant_access(service => 'test_nobody')");
        assert_eq!(unknown.expect_err("no such role").sqlstate, "42704");
    }

    #[pg_test]
    fn the_service_role_reaches_whole_tables_and_never_the_secrets() {
        let_in();
        let privileges = |role: &str| {
            rows(&format!(
                "select relname || ': ' || string_agg(privilege, ' ' order by privilege)
                 from pg_class,
                      unnest('{{select,insert,update,delete,truncate,references,trigger}}'::text[]) privilege
                 where relnamespace = 'scheduling'::regnamespace and relkind in ('r', 'v')
                   and has_table_privilege('{role}', oid, privilege)
                 group by relname order by relname"
            ))
        };
        assert_eq!(privileges("test_visitor"), [""; 0]);
        let all = "delete insert select update";
        assert_eq!(
            privileges("test_service"),
            [
                "audit_log: select".to_owned(),
                format!("availability_overrides: {all}"),
                format!("booking_links: {all}"),
                format!("calendar_connections: {all}"),
                format!("client_members: {all}"),
                format!("clients: {all}"),
                format!("contacts: {all}"),
                "emails: select".to_owned(),
                "jobs: select".to_owned(),
                format!("mail_templates: {all}"),
                format!("meetings: {all}"),
                format!("sales_meetings: {all}"),
                format!("sales_prospects: {all}"),
                format!("time_off: {all}"),
                format!("user_calendar_connections: {all}"),
                format!("user_profiles: {all}"),
                format!("webhooks: {all}"),
            ]
        );
    }

    #[pg_test]
    fn a_visitor_books_and_manages_but_reads_nothing_else() {
        let_in();
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            let link_slots = format!("select * from scheduling.link_slots('{}')", link.slug);
            let get_link = format!("select * from scheduling.get_booking_link('{}')", link.slug);
            let tables = rows(
                "select oid::regclass::text from pg_class
                 where relnamespace = 'scheduling'::regnamespace and relkind = 'r'",
            );
            assert!(tables.len() > 10);
            as_role("test_visitor", || {
                assert_eq!(sqlstate(&link_slots), SUCCESS);
                assert_eq!(sqlstate(&get_link), SUCCESS);
                let booking = Booking::of(mode, &row(&link.book(&at(7, "10:00"), "")));
                row(&booking.call("get_booking", ""));
                row(&booking.call("reschedule_booking", &at(7, "11:00")));
                row(&booking.call("cancel_booking", ""));
                for table in &tables {
                    assert_eq!(
                        sqlstate(&format!("select from {table}")),
                        "42501",
                        "{table}"
                    );
                }
                let slots = format!(
                    "select * from scheduling.available_slots('{}')",
                    owner.key()
                );
                assert_eq!(sqlstate(&slots), "42501");
            });
        }
    }

    #[pg_test]
    fn a_link_that_is_not_active_is_shown_to_who_manages_its_owner() {
        let_in();
        let [user, other_user] = [Mode::User; 2].map(|mode| Owner::always_open(mode, "UTC"));
        let client = Owner::always_open(Mode::Client, "UTC");
        run(&format!(
            "insert into scheduling.client_members (client_id, user_id) values ('{}', '{}')",
            client.id, user.id
        ));
        let links = [&user, &client].map(Owner::link);
        for link in &links {
            link.set("is_active = false");
            for call in ["link_slots", "get_booking_link", "booking_url"] {
                let ask = format!("select from scheduling.{call}('{}')", link.slug);
                sign_in(&user.id);
                as_role("test_member", || assert_eq!(sqlstate(&ask), SUCCESS));
                as_role("test_service", || assert_eq!(sqlstate(&ask), SUCCESS));
                sign_in(&other_user.id);
                let foreign = as_role("test_member", || refusal(&ask, "PT404"));
                claim("");
                // And nobody else learns that there is such a link.
                let anybody = as_role("test_visitor", || refusal(&ask, "PT404"));
                let missing = ask.replace(&link.slug, "no-such-link");
                let missing = as_role("test_visitor", || refusal(&missing, "PT404"));
                for said in [foreign, anybody] {
                    assert_eq!(said.message, missing.message);
                    assert_eq!(
                        said.detail.replace(&link.slug, "no-such-link"),
                        missing.detail
                    );
                }
            }
            // To look at it is not to book it.
            sign_in(&user.id);
            as_role("test_member", || {
                refusal(&link.book(&at(4, "10:00"), ""), "PT404")
            });
        }
    }

    #[pg_test]
    fn a_member_asks_for_owners_of_theirs_only() {
        let_in();
        let [client, other_client] = [Mode::Client; 2].map(Owner::new);
        let [user, other_user] = [Mode::User; 2].map(Owner::new);
        run(&format!(
            "insert into scheduling.client_members (client_id, user_id) values ('{}', '{}')",
            client.id, user.id
        ));
        let ask = |owner: &Owner| {
            format!(
                "select * from scheduling.available_slots('{}')",
                owner.key()
            )
        };
        sign_in(&user.id);
        as_role("test_member", || {
            for own in [&user, &client] {
                assert_eq!(sqlstate(&ask(own)), SUCCESS);
            }
            for foreign in [&other_user, &other_client] {
                refusal(&ask(foreign), "42501");
            }
            let ask_for = |owners: &[&Owner]| {
                let keys: Vec<_> = owners.iter().map(|owner| owner.key()).collect();
                let keys = keys.join(",");
                ["available_slots_for", "earliest_slots_for"]
                    .map(|function| format!("select * from scheduling.{function}('{{{keys}}}')"))
            };
            for call in ask_for(&[&user, &client]) {
                assert_eq!(sqlstate(&call), SUCCESS);
            }
            for call in ask_for(&[&user, &other_client, &client, &other_user]) {
                let refusal = refusal(&call, "42501");
                assert!(refusal.message.ends_with(&other_client.id), "{refusal:?}");
            }
            // Who exists is not a stranger's to find out.
            let nobody = "select * from scheduling.available_slots(gen_random_uuid()::text)";
            refusal(nobody, "42501");
        });
        // A client's id as the subject makes no client, and none of its members.
        sign_in(&other_client.id);
        as_role("test_member", || {
            refusal(&ask(&other_client), "42501");
        });
    }

    #[pg_test]
    fn claims_that_name_no_user_manage_nobody() {
        let_in();
        let owners = Mode::BOTH.map(Owner::new);
        for claims in [
            "",
            "{}",
            "[]",
            "nonsense",
            r#"{"sub": null}"#,
            r#"{"sub": ""}"#,
            r#"{"sub": "ada"}"#,
            r#"{"role": "test_service"}"#,
        ] {
            claim(claims);
            as_role("test_member", || {
                for owner in &owners {
                    let slots = format!(
                        "select * from scheduling.available_slots('{}')",
                        owner.key()
                    );
                    refusal(&slots, "42501");
                    let manages: bool =
                        one(&format!("select scheduling.can_manage('{}')", owner.key()));
                    assert!(!manages, "{claims}");
                }
            });
        }
    }

    #[pg_test]
    fn the_service_role_administers_by_plain_sql_and_functions() {
        let_in();
        let shared = Owner::always_open(Mode::Client, "UTC");
        as_role("test_service", || {
            for mode in Mode::BOTH {
                let owner = Owner::always_open(mode, "UTC");
                owner.open_on("2030-01-07", &[("09:00", "10:00")]);
                let link = owner.link();
                link.set("title = 'Demo'");
                let meeting = owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
                meeting.set(&format!("starts_at = {}", at(7, "10:30")));
                assert_eq!(meeting.jobs().len(), 6);
                let names = mode.names();
                for statement in [
                    format!(
                        "select * from scheduling.available_slots('{}')",
                        owner.key()
                    ),
                    format!(
                        "select * from scheduling.earliest_slots_for('{{{}}}')",
                        owner.key()
                    ),
                    format!(
                        "insert into scheduling.{} ({}, provider, access_token) values ('{}', 'google', 'token')",
                        names.connections, names.owner_id, owner.id
                    ),
                    format!(
                        "select scheduling.create_calendar_event({} => '{}')",
                        names.meeting_id, meeting.id
                    ),
                    format!(
                        "select scheduling.send_booking_notification({} => '{}')",
                        names.meeting_id, meeting.id
                    ),
                    format!(
                        "delete from scheduling.{} where {} = '{}'",
                        names.owners, names.id, owner.id
                    ),
                ] {
                    assert_eq!(outcome(&statement), Ok(()), "{statement}");
                }
            }
            for call in [
                "configure_mail('capture', 'a@b.example')",
                "configure_provider('google', 'id', 'secret', 'https://app.example/cb')",
                "configure_site('https://app.example', '/book/', '/manage/')",
                "worker_status()",
                "queue_status()",
            ] {
                assert_eq!(
                    outcome(&format!("select scheduling.{call}")),
                    Ok(()),
                    "{call}"
                );
            }
            for secret in ["providers", "mail_settings"] {
                let read = format!("select from scheduling.{secret}");
                assert_eq!(sqlstate(&read), "42501", "{secret}");
            }
            let manages: bool = one(&format!("select scheduling.can_manage('{}')", shared.key()));
            assert!(manages);
        });
    }

    /// The server reads it with its own rights: an answer would tell what is there, and some files never end.
    #[pg_test]
    fn only_who_may_read_the_servers_files_names_one_in_an_smtp_url() {
        let_in();
        let configure = |url: &str| {
            format!("select scheduling.configure_mail('smtp', 'a@b.example', smtp_url => '{url}')")
        };
        let files = [
            "/dev/zero",
            "/etc/passwd",
            "/nonexistent",
            "/etc/ssl/certs/ca-certificates.crt",
        ];
        let with_file = |file: &str| configure(&format!("smtps://mail.example?ca={file}"));
        as_role("test_service", || {
            assert_eq!(outcome(&configure("smtps://mail.example")), Ok(()));
            for file in files {
                let refused = refusal(&with_file(file), "42501");
                assert!(!refused.detail.contains(file), "{refused:?}");
            }
        });
        run("grant pg_read_server_files to test_service");
        as_role("test_service", || {
            let refused: Vec<_> = files[..3]
                .iter()
                .map(|file| refusal(&with_file(file), "22023").detail)
                .collect();
            assert_eq!(refused[0], refused[1]);
            assert_eq!(refused[0], refused[2]);
            assert_eq!(outcome(&with_file(files[3])), Ok(()));
        });
    }

    #[pg_test]
    fn a_superuser_manages_everybody() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            assert!(one::<bool>(&format!(
                "select scheduling.can_manage('{}')",
                owner.key()
            )));
        }
        refusal("select scheduling.can_manage('acme')", "22023");
        refusal("select scheduling.can_manage(null)", "22023");
    }
}
