//! Which of an account's calendars count as busy, as far as the database decides: what can be named, by
//! the function and by plain SQL, and what is forgotten with it.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{SUCCESS, one, outcome, refusal, run, sqlstate};

    /// An owner whose calendars were read just now.
    fn connected(mode: Mode) -> Owner {
        let owner = Owner::new(mode);
        let names = mode.names();
        run(&format!(
            "insert into scheduling.{} ({}, provider, calendar_id) values ('{}', 'google', 'main')",
            names.connections, names.owner_id, owner.id
        ));
        known(&owner);
        owner
    }

    fn known(owner: &Owner) {
        set(
            owner,
            "busy_synced_at = now(), busy_until = now() + interval '1 year', busy_token = '{}',
                    busy_due_at = now() + interval '1 hour'",
        );
        let names = owner.mode.names();
        run(&format!(
            "insert into scheduling.busy_times
                 (connection_id, {key}, calendar_id, event_id, starts_at, ends_at)
             select id, {key}, calendar, 'e', now(), now() + interval '1 hour'
             from scheduling.{connections}, unnest(array['main', 'family']) calendar
             where {key} = '{id}'",
            key = names.owner_id,
            connections = names.connections,
            id = owner.id
        ));
    }

    fn update(owner: &Owner, what: &str) -> String {
        let names = owner.mode.names();
        format!(
            "update scheduling.{} set {what} where {} = '{}'",
            names.connections, names.owner_id, owner.id
        )
    }

    fn set(owner: &Owner, what: &str) {
        run(&update(owner, what));
    }

    fn select(owner: &Owner, calendar: &str, busy: &str) -> String {
        format!(
            "select scheduling.select_calendar('{}', 'google', {calendar}, {busy})",
            owner.key()
        )
    }

    /// What is stored, and whether anything is known by it.
    fn chosen(owner: &Owner) -> (String, bool) {
        let names = owner.mode.names();
        let of = |what: &str| {
            format!(
                "select {what} from scheduling.{} c where {} = '{}'",
                names.connections, names.owner_id, owner.id
            )
        };
        let chosen = one(&of(
            "calendar_id || ' ' || coalesce(busy_calendar_ids::text, 'null')",
        ));
        let is_unknown: bool = one(&of(
            "busy_synced_at is null and busy_until is null and busy_token is null
             and busy_due_at <= now()
             and not exists (select from scheduling.busy_times b where b.connection_id = c.id)",
        ));
        let is_known: bool = one(&of(
            "busy_synced_at is not null and busy_until is not null and busy_token is not null
             and busy_due_at > now()
             and 2 = (select count(*) from scheduling.busy_times b where b.connection_id = c.id)",
        ));
        assert_ne!(is_known, is_unknown, "all of it is known, or nothing");
        (chosen, is_known)
    }

    #[pg_test]
    fn an_owner_chooses_which_calendars_count() {
        for mode in Mode::BOTH {
            let owner = connected(mode);
            let cases = [
                ("'main'", "array['main', 'family']", "main {main,family}"),
                // In the order named, each once.
                ("'x'", "array['b', 'a', 'b', 'B', 'a']", "x {b,a,B}"),
                (
                    "'x'",
                    "array['with space, comma \"and\" more']",
                    r#"x {"with space, comma \"and\" more"}"#,
                ),
                // Null is the selected one, whatever it was before.
                ("'main'", "null", "main null"),
            ];
            for (calendar, busy, expected) in cases {
                known_again(&owner);
                run(&select(&owner, calendar, busy));
                assert_eq!(chosen(&owner), (expected.to_owned(), false));
            }
            run(&select(&owner, "'main'", "array['a']"));
            run(&format!(
                "select scheduling.select_calendar('{}', 'google', 'other')",
                owner.key()
            ));
            assert_eq!(chosen(&owner).0, "other null");
        }
    }

    fn known_again(owner: &Owner) {
        run("delete from scheduling.busy_times");
        known(owner);
    }

    #[pg_test]
    fn what_cannot_be_a_choice_is_refused_with_its_place() {
        for mode in Mode::BOTH {
            let owner = connected(mode);
            let cases = [
                ("''", "null", "calendar_id:"),
                ("'..'", "null", "calendar_id:"),
                ("e'a\\nb'", "null", "calendar_id:"),
                ("repeat('a', 1025)", "null", "calendar_id:"),
                ("'a'", "'{}'", "busy_calendar_ids:"),
                ("'a'", "array['a', null]", "busy_calendar_ids[2]:"),
                ("'a'", "array['']", "busy_calendar_ids[1]:"),
                ("'a'", "array['a', 'b', '.']", "busy_calendar_ids[3]:"),
                ("'a'", "array['a', e'\\t..']", "busy_calendar_ids[2]:"),
                (
                    "'a'",
                    "array[repeat('a', 1000000)]",
                    "busy_calendar_ids[1]:",
                ),
                (
                    "'a'",
                    "(select array_agg(n::text) from generate_series(1, 51) n)",
                    "busy_calendar_ids:",
                ),
                (
                    "'a'",
                    "(select array_agg(n::text) from generate_series(1, 100000) n)",
                    "busy_calendar_ids:",
                ),
            ];
            for (calendar, busy, field) in cases {
                let refused = refusal(&select(&owner, calendar, busy), "22023");
                assert!(refused.detail.starts_with(field), "{busy}: {refused:?}");
                assert_eq!(chosen(&owner), ("main null".to_owned(), true), "{busy}");
            }
            let fifty = "(select array_agg(n::text) from generate_series(1, 50) n)";
            run(&select(&owner, "'a'", fifty));
            let fifty_and_again =
                "(select array_agg((n % 50)::text) from generate_series(1, 100) n)";
            run(&select(&owner, "'a'", fifty_and_again));
            assert!(!chosen(&owner).1);
        }
    }

    #[pg_test]
    fn no_row_has_a_choice_that_cannot_be_one_whoever_writes_it() {
        for mode in Mode::BOTH {
            let owner = connected(mode);
            for wrong in [
                "calendar_id = ''",
                "calendar_id = '..'",
                "calendar_id = e'.\\t.'",
                "calendar_id = repeat('a', 1025)",
                "busy_calendar_ids = '{}'",
                "busy_calendar_ids = '{a,NULL}'",
                "busy_calendar_ids = '{a,a}'",
                "busy_calendar_ids = '{\"\"}'",
                "busy_calendar_ids = '{.}'",
                "busy_calendar_ids = array[e'a\\nb']",
                "busy_calendar_ids = '{{a,b},{c,d}}'",
                "busy_calendar_ids = array[repeat('a', 1025)]",
                "busy_calendar_ids = (select array_agg(n::text) from generate_series(1, 51) n)",
            ] {
                assert_eq!(sqlstate(&update(&owner, wrong)), "23514", "{wrong}");
                assert_eq!(chosen(&owner), ("main null".to_owned(), true), "{wrong}");
            }
            let fifty =
                "busy_calendar_ids = (select array_agg(n::text) from generate_series(1, 50) n)";
            assert_eq!(sqlstate(&update(&owner, fifty)), SUCCESS);
        }
    }

    #[pg_test]
    fn what_counts_is_unknown_from_the_change_on_and_nothing_else_makes_it_so() {
        for mode in Mode::BOTH {
            let owner = connected(mode);
            // (what is changed, whether it is known afterwards)
            let changes = [
                ("busy_calendar_ids = '{main,family}'", false),
                ("busy_calendar_ids = '{main,family}'", true),
                // Events go elsewhere: the same calendars count.
                ("calendar_id = 'other'", true),
                ("busy_calendar_ids = '{family}'", false),
                ("calendar_id = 'family', busy_calendar_ids = null", true),
                ("busy_calendar_ids = '{family}'", true),
                ("busy_calendar_ids = null, calendar_id = 'main'", false),
                ("calendar_id = null", false),
                ("busy_calendar_ids = '{main}'", false),
                ("access_token = 'new', status = 'error'", true),
            ];
            for (change, is_known) in changes {
                known_again(&owner);
                set(&owner, change);
                assert_eq!(is_known_of(&owner), is_known, "{change}");
            }
            // Triggers fire for what a dump or a publication brings as well.
            known_again(&owner);
            run("set local session_replication_role = replica");
            set(&owner, "busy_calendar_ids = '{another}'");
            run("set local session_replication_role = origin");
            assert!(!is_known_of(&owner));
        }
    }

    fn is_known_of(owner: &Owner) -> bool {
        let names = owner.mode.names();
        one(&format!(
            "select busy_synced_at is not null from scheduling.{} where {} = '{}'",
            names.connections, names.owner_id, owner.id
        ))
    }

    #[pg_test]
    fn who_may_not_manage_an_owner_chooses_none_of_their_calendars() {
        let owner = connected(Mode::Client);
        run("create role test_other nologin");
        run("select scheduling.grant_access(member => 'test_other')");
        run("set local role test_other");
        let refused = outcome(&select(&owner, "'x'", "array['x']"));
        run("reset role");
        assert_eq!(refused.expect_err("it is not theirs").sqlstate, "42501");
        assert_eq!(chosen(&owner), ("main null".to_owned(), true));
    }
}
