//! Text that would be SQL if anything made a statement of it: in every argument of every public function that
//! takes text, as everybody who may call it, and in the names of roles. It is refused or kept letter by letter,
//! and a table that it names stays where it is.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::calls::{Caller, Function, functions};
    use super::super::harness::roles::{let_in, sign_in};
    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{as_role, at, one, outcome, quote, rows, run};

    /// Ends a text of SQL, a name, a comment, a text in dollars, a template of `format`; is a name by itself; or
    /// is another letter to some.
    const HARMFUL: &[&str] = &[
        "'; drop table public.canary; --",
        "'); drop table public.canary; --",
        "''; drop table public.canary; --",
        "\"; drop table public.canary; --",
        "\\'; drop table public.canary; --",
        "$$; drop table public.canary; $$",
        "$1",
        "*/ drop table public.canary /*",
        "x' || (select set_config('test.canary', 'dead', false)) || '",
        "(select set_config('test.canary', 'dead', false))",
        "%I %s %L %1$s %n",
        "\\",
        "\\x27",
        "public.canary",
        "\u{2bc}; drop table public.canary; --",
        "\u{ff07}; drop table public.canary; --",
        "{{ canary }}",
    ];

    fn plant() {
        run(
            "create table public.canary (is_alive boolean); insert into public.canary values (true)",
        );
        run("select set_config('test.canary', 'alive', false)");
    }

    #[track_caller]
    fn lives(where_: &str) {
        let lives = "select coalesce((select c.is_alive from public.canary c), false)
                            and current_setting('test.canary') = 'alive'";
        assert!(one::<bool>(lives), "{where_}");
    }

    /// As values of a type.
    fn spelled(kind: &str, text: &str) -> Vec<String> {
        let quoted = quote(text);
        match kind {
            "text" | "name" => vec![format!("{quoted}::{kind}")],
            "text[]" => vec![format!("array[{quoted}]")],
            "jsonb" => vec![
                format!("to_jsonb({quoted}::text)"),
                format!("jsonb_build_object({quoted}::text, {quoted}::text)"),
            ],
            _ => Vec::new(),
        }
    }

    /// What a function may say to such a text: that it will not do, that there is nothing of that name, or that
    /// the caller has no say. Whatever came of it as SQL would be a syntax error or an unknown name.
    fn is_refusal(sqlstate: &str, function: &str) -> bool {
        sqlstate.starts_with("PT")
            || ["22023", "42501"].contains(&sqlstate)
            || (function, sqlstate) == ("grant_access", "42704")
    }

    #[pg_test]
    fn no_argument_of_any_function_becomes_sql() {
        let_in();
        plant();
        outcome("select 1").expect("it is one");
        let mut wrong = Vec::new();
        let mut tried_so_far = 0;
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let caller = Caller::new(&owner);
            sign_in(&owner.id);
            for Function { name, arguments } in functions() {
                for role in ["test_visitor", "test_member", "test_service", "postgres"] {
                    let may = format!(
                        "select bool_or(has_function_privilege('{role}', p.oid, 'execute')) from pg_proc p
                         where p.proname = '{name}' and p.pronamespace = 'scheduling'::regnamespace"
                    );
                    if !one::<bool>(&may) {
                        continue;
                    }
                    for tried in &arguments {
                        for value in HARMFUL.iter().flat_map(|text| spelled(&tried.kind, text)) {
                            let call = caller.call(&name, &arguments, tried, &value);
                            let outcome = match role {
                                "postgres" => outcome(&call),
                                role => as_role(role, || outcome(&call)),
                            };
                            tried_so_far += 1;
                            if let Err(failure) = outcome
                                && !is_refusal(&failure.sqlstate, &name)
                            {
                                wrong.push(format!("{role}: {call}: {failure:?}"));
                            }
                        }
                        lives(&format!("{name}({})", tried.name));
                    }
                }
            }
        }
        assert!(tried_so_far > 5_000, "{tried_so_far}");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[pg_test]
    fn a_role_of_any_name_is_let_in_and_nobody_else() {
        let_in();
        plant();
        for (n, text) in HARMFUL.iter().enumerate() {
            // No name is longer, and each is one role's.
            let role: String = format!("{n} {text}").chars().take(60).collect();
            run(&format!("create role \"{}\"", role.replace('"', "\"\"")));
            for place in ["visitor", "member", "service"] {
                run(&format!(
                    "select scheduling.grant_access({place} => {})",
                    quote(&role)
                ));
                lives(&role);
            }
            let of_role = |right: &str| {
                one::<bool>(&format!("select {}", right.replace("$1", &quote(&role))))
            };
            assert!(
                of_role("has_schema_privilege($1::name, 'scheduling', 'usage')"),
                "{role}"
            );
            assert!(
                !of_role("has_schema_privilege($1::name, 'scheduling_private', 'usage')"),
                "{role}"
            );
            assert!(
                of_role(
                    "not r.rolsuper and not r.rolcreaterole from pg_roles r where r.rolname = $1"
                ),
                "{role}"
            );
        }
        assert!(!one::<bool>(
            "select has_schema_privilege('public', 'scheduling', 'usage')"
        ));
    }

    #[pg_test]
    fn what_is_typed_is_kept_letter_by_letter() {
        let_in();
        plant();
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            run(&format!(
                "update scheduling.booking_links set questions = '[{{\"id\": \"q\", \"type\": \"long_text\"}}]'
                 where slug = '{}'",
                link.slug
            ));
            for (n, text) in HARMFUL.iter().enumerate() {
                let quoted = quote(text);
                let starts_at = at(4 + n as i32, "10:00");
                let book = format!(
                    "select manage_token from scheduling.book('{}', {starts_at}, 'ada@guest.example', 'Ada ''O'' Neil',
                         notes => {quoted}, answers => jsonb_build_object('q', {quoted}::text),
                         idempotency_key => {quoted})",
                    link.slug
                );
                let token = as_role("test_visitor", || one::<String>(&book));
                let again = as_role("test_visitor", || one::<String>(&book));
                assert_eq!(again, token, "its key is its own: {text}");
                let cancel = format!("select scheduling.cancel_booking('{token}', {quoted})");
                as_role("test_visitor", || run(&cancel));
                let kept = format!(
                    "select unnest(array[notes, answers ->> 'q', cancel_reason]) from scheduling.{}
                     where starts_at = {starts_at} and {} = '{}'",
                    mode.names().meetings,
                    mode.names().owner_id,
                    owner.id
                );
                assert_eq!(rows(&kept), [*text; 3], "{mode:?}");
            }
        }
        lives("a booking");
    }
}
