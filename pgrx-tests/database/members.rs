//! Members at the tables: whose rows they see, what they may do with them, and what else is kept from them.
//! What their rows refer to, and when they were changed, is in `member_rows.rs`.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::roles::{claim, let_in, sign_in};
    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{SUCCESS, as_role, at, one, rows, run, sqlstate};

    /// A client, a user who is a member of it, and all that they may own: a row in each table.
    struct Team {
        client: Owner,
        user: Owner,
    }

    impl Team {
        fn new() -> Self {
            let team = Self {
                client: Owner::always_open(Mode::Client, "UTC"),
                user: Owner::always_open(Mode::User, "UTC"),
            };
            run(&format!(
                "insert into scheduling.client_members (client_id, user_id) values ('{}', '{}')",
                team.client.id, team.user.id
            ));
            for owner in [&team.client, &team.user] {
                let names = owner.mode.names();
                owner.link().booking(&at(7, "10:00"));
                owner.open_on("2030-01-07", &[("09:00", "10:00")]);
                run(&format!(
                    "insert into scheduling.time_off ({}, starts_at, ends_at) values ('{}', '2031-01-01', '2031-02-01')",
                    names.owner_id, owner.id
                ));
                run(&format!(
                    "insert into scheduling.{} ({}, provider, access_token) values ('{}', 'google', 'secret')",
                    names.connections, names.owner_id, owner.id
                ));
            }
            team
        }

        fn sign_in(&self) {
            sign_in(&self.user.id);
        }
    }

    /// Each table in which members have rows, how the owners of `team` are told from others there, and how many
    /// rows of it they have.
    fn tables(team: &Team) -> Vec<(&'static str, String, i64)> {
        let (client, user) = (&team.client.id, &team.user.id);
        let either = format!("coalesce(client_id, user_id) in ('{client}', '{user}')");
        let clients = format!("client_id = '{client}'");
        let users = format!("user_id = '{user}'");
        vec![
            ("clients", format!("id = '{client}'"), 1),
            ("user_profiles", users.clone(), 1),
            ("client_members", clients.clone(), 1),
            ("booking_links", either.clone(), 2),
            ("availability_overrides", either.clone(), 2),
            ("time_off", either, 2),
            ("calendar_connections", clients.clone(), 1),
            ("user_calendar_connections", users.clone(), 1),
            ("contacts", clients.clone(), 1),
            ("sales_prospects", users.clone(), 1),
            ("meetings", clients, 1),
            ("sales_meetings", users, 1),
        ]
    }

    #[pg_test]
    fn every_table_has_row_level_security_that_leaves_its_owner_alone() {
        let without = rows(
            "select oid::regclass::text from pg_class
             where relnamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
               and relkind in ('r', 'p') and (not relrowsecurity or relforcerowsecurity)",
        );
        assert_eq!(without, [""; 0]);
    }

    /// The contract, spelled out: a verb, and the columns where it is not all of them.
    #[pg_test]
    fn members_have_these_rights_and_no_others() {
        let_in();
        let link = "slug client_id user_id title description duration_minutes slot_interval_minutes \
             buffer_before_minutes buffer_after_minutes minimum_notice_minutes booking_window_days \
             max_bookings_per_day max_hourly_attempts_per_guest max_hourly_bookings_per_guest \
             max_upcoming_bookings_per_guest max_hourly_moves_per_booking cancel_notice_minutes \
             reschedule_notice_minutes location conferencing questions reminder_minutes redirect_url locale is_active \
             duration_options availability_settings";
        let span = "client_id user_id starts_at ends_at reason";
        let day = "client_id user_id day windows reason";
        let meeting = "booking_link_id title starts_at ends_at timezone locale status location conferencing \
             meeting_url notes answers guest_name guest_email guest_phone guests buffer_before_minutes \
             buffer_after_minutes reminder_minutes";
        let connection = "id provider token_expires_at calendar_id busy_calendar_ids connected_email is_active status status_detail \
             busy_synced_at created_at updated_at";
        let guest = "email name phone";
        let expected: Vec<(&str, &str, String)> = vec![
            ("time_off", "select", "*".into()),
            ("time_off", "insert", span.into()),
            ("time_off", "update", span.into()),
            ("time_off", "delete", "*".into()),
            ("clients", "select", "*".into()),
            (
                "clients",
                "update",
                "name primary_contact_email timezone availability_settings locale".into(),
            ),
            ("user_profiles", "select", "*".into()),
            (
                "user_profiles",
                "update",
                "full_name email timezone availability_settings locale".into(),
            ),
            ("client_members", "select", "*".into()),
            ("booking_links", "select", "*".into()),
            ("booking_links", "insert", link.into()),
            ("booking_links", "update", link.into()),
            ("booking_links", "delete", "*".into()),
            ("availability_overrides", "select", "*".into()),
            ("availability_overrides", "insert", day.into()),
            ("availability_overrides", "update", day.into()),
            ("availability_overrides", "delete", "*".into()),
            (
                "calendar_connections",
                "select",
                format!("client_id {connection}"),
            ),
            (
                "user_calendar_connections",
                "select",
                format!("user_id {connection}"),
            ),
            ("contacts", "select", "*".into()),
            ("contacts", "update", guest.into()),
            ("contacts", "delete", "*".into()),
            ("sales_prospects", "select", "*".into()),
            ("sales_prospects", "update", guest.into()),
            ("sales_prospects", "delete", "*".into()),
            ("meetings", "select", "*".into()),
            (
                "meetings",
                "insert",
                format!("client_id contact_id {meeting}"),
            ),
            (
                "meetings",
                "update",
                format!("contact_id cancel_reason {meeting}"),
            ),
            ("sales_meetings", "select", "*".into()),
            (
                "sales_meetings",
                "insert",
                format!("user_id prospect_id {meeting}"),
            ),
            (
                "sales_meetings",
                "update",
                format!("prospect_id cancel_reason {meeting}"),
            ),
        ];
        let mut expected: Vec<_> = expected
            .into_iter()
            .map(|(table, verb, columns)| {
                let mut columns: Vec<_> = columns.split_whitespace().collect();
                columns.sort_unstable();
                format!("{table} {verb}: {}", columns.join(" "))
            })
            .collect();
        expected.sort();
        let mut granted = rows(
            "with asked (name, id, verb) as (
                 select c.relname, c.oid, v.verb
                 from pg_class c,
                      unnest('{select,insert,update,delete,truncate,references,trigger}'::text[]) v (verb)
                 where c.relnamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
                   and c.relkind in ('r', 'v', 'p')
             )
             select format('%s %s: ', name, verb) || rights as line from (
                 select name, verb, '*' as rights from asked where has_table_privilege('test_member', id, verb)
                 union all
                 select name, verb, string_agg(a.attname, ' ' order by a.attname collate \"C\")
                 from asked join pg_attribute a on a.attrelid = id and a.attnum > 0 and not a.attisdropped
                 where verb in ('select', 'insert', 'update', 'references')
                   and not has_table_privilege('test_member', id, verb)
                   and has_column_privilege('test_member', id, a.attnum, verb)
                 group by name, verb
             ) granted",
        );
        granted.sort();
        assert_eq!(granted, expected);
        let visitors = rows(
            "select oid::regclass::text from pg_class
             where relnamespace = 'scheduling'::regnamespace and relkind in ('r', 'v')
               and (has_table_privilege('test_visitor', oid, 'select, insert, update, delete')
                    or has_any_column_privilege('test_visitor', oid, 'select, insert, update'))",
        );
        assert_eq!(visitors, [""; 0]);
    }

    /// What an earlier version gave, or somebody by hand, goes; what is the role's comes back.
    #[pg_test]
    fn letting_in_again_leaves_roles_with_their_rights_and_no_others() {
        let_in();
        let rights = || {
            rows(
                "select format('%s %s %s', attrelid::regclass, attname, verb)
                 from pg_attribute, unnest('{select,insert,update}'::text[]) verb,
                      unnest('{test_visitor,test_member,test_service}'::text[]) role
                 where attrelid in (select oid from pg_class where relnamespace = 'scheduling'::regnamespace and relkind = 'r')
                   and attnum > 0 and has_column_privilege(role, attrelid, attname, verb)
                 order by role, 1",
            )
        };
        let given = rights();
        assert!(given.len() > 100);
        run(
            "grant all on scheduling.clients, scheduling.jobs to test_visitor, test_member;
             grant update (sequence), select (calendar_id) on scheduling.meetings to test_member;
             grant select (access_token) on scheduling.calendar_connections to test_member;
             revoke select on scheduling.meetings from test_member, test_service",
        );
        assert_ne!(rights(), given);
        run("select scheduling.grant_access('test_visitor', 'test_member', 'test_service')");
        assert_eq!(rights(), given);
        // One role's rights are not another's business.
        run("select scheduling.grant_access(member => 'test_member')");
        assert_eq!(rights(), given);
    }

    #[pg_test]
    fn a_member_sees_the_rows_of_their_owners_and_no_others() {
        let_in();
        let teams = [Team::new(), Team::new()];
        for (team, other) in [(&teams[0], &teams[1]), (&teams[1], &teams[0])] {
            team.sign_in();
            as_role("test_member", || {
                for (table, own, count) in tables(team) {
                    let seen: i64 = one(&format!("select count(*) from scheduling.{table}"));
                    let of_own: i64 = one(&format!(
                        "select count(*) from scheduling.{table} where {own}"
                    ));
                    assert_eq!((seen, of_own), (count, count), "{table}");
                }
                for (table, theirs, _) in tables(other) {
                    let seen: i64 = one(&format!(
                        "select count(*) from scheduling.{table} where {theirs}"
                    ));
                    assert_eq!(seen, 0, "{table}");
                }
            });
        }
    }

    #[pg_test]
    fn a_member_of_several_clients_sees_them_all_and_one_of_none_their_own() {
        let_in();
        let [one_team, other_team, alone] = [Team::new(), Team::new(), Team::new()];
        run(&format!(
            "insert into scheduling.client_members values ('{}', '{}');
             delete from scheduling.client_members where user_id = '{}'",
            other_team.client.id, one_team.user.id, alone.user.id
        ));
        let counts = || {
            ["clients", "meetings", "sales_meetings", "booking_links"]
                .map(|table| one::<i64>(&format!("select count(*) from scheduling.{table}")))
        };
        one_team.sign_in();
        assert_eq!(as_role("test_member", counts), [2, 2, 1, 3]);
        alone.sign_in();
        assert_eq!(as_role("test_member", counts), [0, 0, 1, 1]);
    }

    #[pg_test]
    fn claims_that_name_nobody_see_nothing_and_fail_nowhere() {
        let_in();
        let team = Team::new();
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        for claims in [
            "",
            "{}",
            "[]",
            "nonsense",
            "{\"sub\"",
            r#"{"sub": null}"#,
            r#"{"sub": ""}"#,
            r#"{"sub": "ada"}"#,
            r#"{"sub": 7}"#,
            r#"{"sub": ["x"]}"#,
            r#"{"sub": "\u0000"}"#,
            r#"{"role": "test_service"}"#,
            &deep,
        ] {
            claim(claims);
            as_role("test_member", || {
                for (table, ..) in tables(&team) {
                    let seen: i64 = one(&format!("select count(*) from scheduling.{table}"));
                    assert_eq!(seen, 0, "{claims} {table}");
                }
                let owners: i64 = one("select count(*) from scheduling.my_owners()");
                assert_eq!(owners, 0, "{claims}");
            });
        }
        // A client's id as the subject makes no client, and none of its members.
        sign_in(&team.client.id);
        let seen: i64 = as_role("test_member", || {
            one("select count(*) from scheduling.meetings")
        });
        assert_eq!(seen, 0);
    }

    #[pg_test]
    fn a_member_changes_what_is_theirs_and_finds_nothing_else_to_change() {
        let_in();
        let [team, other] = [Team::new(), Team::new()];
        let changes = |id: &str| -> [(&'static str, String); 10] {
            [
                ("clients", "name = 'X'".into()),
                ("user_profiles", "full_name = 'X'".into()),
                ("booking_links", "title = 'X'".into()),
                (
                    "booking_links",
                    format!("description = 'of ' || '{id}', is_active = false"),
                ),
                ("availability_overrides", "reason = 'X'".into()),
                ("time_off", "reason = 'X'".into()),
                ("contacts", "name = 'X'".into()),
                ("sales_prospects", "phone = '1'".into()),
                (
                    "meetings",
                    "title = 'X', starts_at = starts_at + '1 h', ends_at = ends_at + '1 h'".into(),
                ),
                (
                    "sales_meetings",
                    "status = 'cancelled', cancel_reason = 'Ill'".into(),
                ),
            ]
        };
        team.sign_in();
        let changed = |table: &str, set: &str, which: &str| -> i64 {
            one(&format!(
                "with changed as (update scheduling.{table} set {set} where {which} returning 1)
                 select count(*) from changed"
            ))
        };
        let of = |whose: &Team, table: &str| {
            let found = tables(whose).into_iter().find(|(name, ..)| *name == table);
            found
                .map(|(_, which, count)| (which, count))
                .expect("it is one of theirs")
        };
        as_role("test_member", || {
            for (table, set) in changes(&team.user.id) {
                let (own, count) = of(&team, table);
                let (theirs, _) = of(&other, table);
                assert_eq!(changed(table, &set, &theirs), 0, "{table}");
                assert_eq!(changed(table, &set, "true"), count, "{table}");
                assert_eq!(changed(table, &set, &own), count, "{table}");
            }
            // To another's, in any way.
            let (their_client, their_user) = (&other.client.id, &other.user.id);
            for statement in [
                format!("update scheduling.booking_links set client_id = '{their_client}'"),
                format!(
                    "update scheduling.booking_links set client_id = null, user_id = '{their_user}'"
                ),
                format!(
                    "update scheduling.availability_overrides set client_id = '{their_client}', user_id = null"
                ),
                format!(
                    "update scheduling.time_off set client_id = null, user_id = '{their_user}'"
                ),
                format!(
                    "insert into scheduling.time_off (user_id, starts_at, ends_at)
                     values ('{their_user}', '2030-01-01', '2030-01-02')"
                ),
                format!(
                    "insert into scheduling.booking_links (slug, client_id) values ('x', '{their_client}')"
                ),
                format!(
                    "insert into scheduling.booking_links (slug, user_id) values ('x', '{their_user}')"
                ),
                format!(
                    "insert into scheduling.booking_links (slug, client_id, user_id)
                     values ('x', '{their_client}', '{}')",
                    team.user.id
                ),
                format!(
                    "insert into scheduling.availability_overrides (client_id, day) values ('{their_client}', '2030-01-01')"
                ),
                format!(
                    "insert into scheduling.availability_overrides (user_id, day) values ('{their_user}', '2030-01-07')
                     on conflict (user_id, day) do update set reason = 'mine'"
                ),
                format!(
                    "insert into scheduling.meetings (client_id, starts_at, ends_at)
                     values ('{their_client}', {}, {})",
                    at(7, "10:00"),
                    at(7, "10:10")
                ),
                format!(
                    "insert into scheduling.sales_meetings (user_id, starts_at, ends_at)
                     values ('{their_user}', {}, {})",
                    at(7, "10:00"),
                    at(7, "10:10")
                ),
            ] {
                let state = sqlstate(&statement);
                // A link of which there are meetings is given to nobody.
                let kept = statement.starts_with("update scheduling.booking_links") && state == "22023";
                assert!(state == "42501" || kept, "{state}: {statement}");
            }
        });
    }

    #[pg_test]
    fn a_member_writes_no_column_of_the_worker_s_and_deletes_no_meeting() {
        let_in();
        let team = Team::new();
        team.sign_in();
        as_role("test_member", || {
            for mode in Mode::BOTH {
                let names = mode.names();
                for set in [
                    "calendar_event_id = 'x'",
                    "calendar_id = 'x'",
                    "calendar_provider = 'google'",
                    "conference_url = 'https://x.example'",
                    "confirmation_sent_at = now()",
                    "sequence = 7",
                    "idempotency_key = 'x'",
                    "organizer_email = 'x@x.example'",
                    "organizer_name = 'X'",
                    "next_reminder_at = now()",
                    "cancelled_by = 'guest'",
                    "id = gen_random_uuid()",
                ] {
                    let update = format!("update scheduling.{} set {set}", names.meetings);
                    assert_eq!(sqlstate(&update), "42501", "{update}");
                }
                for statement in [
                    format!("delete from scheduling.{}", names.meetings),
                    format!("truncate scheduling.{} cascade", names.meetings),
                    format!("insert into scheduling.{} (email) values ('a@b.example')", names.guests),
                    format!("update scheduling.{} set crm_lead_id = 'x'", names.guests),
                    format!("delete from scheduling.{}", names.owners),
                    format!("insert into scheduling.{} default values", names.owners),
                    format!("update scheduling.{} set calendar_id = 'x'", names.connections),
                    format!("select * from scheduling.{}", names.connections),
                    format!("select access_token from scheduling.{}", names.connections),
                    format!("select c from scheduling.{} c", names.connections),
                    format!("select busy_token from scheduling.{}", names.connections),
                    "insert into scheduling.client_members select gen_random_uuid(), user_id from scheduling.user_profiles".into(),
                    "update scheduling.client_members set client_id = client_id".into(),
                    "delete from scheduling.client_members".into(),
                ] {
                    assert_eq!(sqlstate(&statement), "42501", "{statement}");
                }
            }
        });
    }

    /// A role that was given a table by mistake sees nothing in it, the back end's own tables included.
    #[pg_test]
    fn a_careless_grant_opens_nothing() {
        let_in();
        let team = Team::new();
        run(
            "grant all on all tables in schema scheduling to test_visitor, test_member;
             grant usage on schema scheduling_private to test_visitor, test_member;
             grant all on all tables in schema scheduling_private to test_visitor, test_member",
        );
        let all = rows(
            "select oid::regclass::text from pg_class
             where relnamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
               and relkind = 'r' order by oid",
        );
        let members: Vec<_> = tables(&team)
            .into_iter()
            .map(|(name, ..)| format!("scheduling.{name}"))
            .collect();
        for role in ["test_visitor", "test_member"] {
            // Another user, of no client.
            sign_in(&one::<String>("select gen_random_uuid()::text"));
            as_role(role, || {
                for table in &all {
                    let seen: i64 = one(&format!("select count(*) from {table}"));
                    assert_eq!(seen, 0, "{role} {table}");
                }
            });
        }
        team.sign_in();
        as_role("test_member", || {
            for table in all.iter().filter(|table| !members.contains(table)) {
                let seen: i64 = one(&format!("select count(*) from {table}"));
                assert_eq!(seen, 0, "{table}");
            }
            // A verb that is not theirs stays so.
            for table in ["meetings", "sales_meetings", "clients", "client_members"] {
                let gone = rows(&format!("delete from scheduling.{table} returning 'gone'"));
                assert_eq!(gone, [""; 0], "{table}");
            }
        });
    }

    #[pg_test]
    fn the_service_role_sees_all_rows_by_the_right_that_makes_it_one() {
        let_in();
        let teams = [Team::new(), Team::new()];
        let bypasses: bool =
            one("select rolbypassrls from pg_roles where rolname = 'test_service'");
        assert!(!bypasses);
        let count = "select count(*) from scheduling.meetings";
        for claims in ["", r#"{"sub": "6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40"}"#] {
            claim(claims);
            as_role("test_service", || {
                for (table, _, rows) in tables(&teams[0]) {
                    let seen: i64 = one(&format!("select count(*) from scheduling.{table}"));
                    assert!(seen >= 2 * rows, "{table}");
                }
                let all: i64 = one("select count(*) from scheduling.audit_log");
                assert!(all > 0);
            });
        }
        // A plan that is kept follows the role, and does not outlive the right.
        run(&format!("prepare kept as {count}"));
        run("set local plan_cache_mode = force_generic_plan");
        let kept = |role: &str| -> i64 { as_role(role, || one("execute kept")) };
        claim("");
        assert_eq!(kept("test_service"), 2);
        teams[0].sign_in();
        assert_eq!(kept("test_member"), 1);
        assert_eq!(kept("test_service"), 2);
        run("revoke execute on function scheduling_private.is_service() from test_service");
        assert_eq!(kept("test_service"), 1);
        claim("");
        assert_eq!(kept("test_service"), 0);
    }

    /// Whatever somebody asks with, a function of their own included, is asked of their own rows only.
    #[pg_test]
    fn no_error_message_tells_of_a_row_that_is_another_s() {
        let_in();
        let team = Team::new();
        let oracles = [
            "select from scheduling.meetings where 1 / (case when title = 'Intro call' then 0 else 1 end) = 1",
            "select from scheduling.meetings where title::int = 1",
            "select from scheduling.contacts where email::uuid is null",
        ];
        let everywhere: Vec<_> = tables(&team)
            .into_iter()
            .map(|(table, ..)| {
                format!("select from scheduling.{table} where pg_temp.tell(created_at::text)")
            })
            .collect();
        let asks = || {
            oracles
                .iter()
                .copied()
                .chain(everywhere.iter().map(String::as_str))
        };
        as_role("test_member", || {
            run("create function pg_temp.tell(said text) returns boolean cost 0.0001 language plpgsql
                 as $$ begin raise '%', said; end $$");
        });
        team.sign_in();
        as_role("test_member", || {
            for ask in asks() {
                assert_ne!(sqlstate(ask), SUCCESS, "their own rows reach it: {ask}");
            }
        });
        sign_in(&one::<String>("select gen_random_uuid()::text"));
        as_role("test_member", || {
            for ask in asks() {
                assert_eq!(sqlstate(ask), SUCCESS, "{ask}");
            }
            // Refused rather than answered in part.
            run("set local row_security = off");
            assert_eq!(sqlstate("select from scheduling.meetings"), "42501");
            run("reset row_security");
        });
    }

    #[pg_test]
    fn everybody_is_told_whom_they_may_manage() {
        let_in();
        let [team, other] = [Team::new(), Team::new()];
        run(&format!(
            "insert into scheduling.client_members values ('{}', '{}');
             update scheduling.clients set name = 'Zeta', timezone = 'Asia/Tokyo' where id = '{}'",
            other.client.id, team.user.id, other.client.id
        ));
        run(&format!(
            "update scheduling.user_profiles set full_name = 'Ada' where user_id = '{}'",
            team.user.id
        ));
        team.sign_in();
        let ask = "select concat_ws(' ', owner, mode, owner_id, name, timezone) from scheduling.my_owners()";
        let expected = [
            format!("user:{0} user {0} Ada UTC", team.user.id),
            format!("{0} client {0} Acme UTC", team.client.id),
            format!("{0} client {0} Zeta Asia/Tokyo", other.client.id),
        ];
        assert_eq!(as_role("test_member", || rows(ask)), expected);
        // The back end is told of whom it speaks for; everybody else is in the tables.
        assert_eq!(as_role("test_service", || rows(ask)), expected);
        claim("");
        assert_eq!(as_role("test_service", || rows(ask)), [""; 0]);
        assert_eq!(as_role("test_visitor", || sqlstate(ask)), "42501");
        let manages = rows(&format!(
            "select format('%s', scheduling.can_manage(owner)) from (values ('{}')) o (owner)",
            team.client.id
        ));
        assert_eq!(manages, ["t"], "of a superuser");
    }
}
