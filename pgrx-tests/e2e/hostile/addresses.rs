//! Whose word the worker takes for an address that it calls: the service role's and superusers', and nobody
//! else's. Visitors and members write one of a listener's into every text that they may write.

use postgres::Client;

use super::listener::Listener;
use crate::connect::{connect, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, explain};
use crate::harness::wait::wait_for;

/// Roles of the test's database, let in.
struct Roles {
    visitor: String,
    member: String,
}

impl Roles {
    fn let_in(database: &mut Database<'_>) -> Self {
        let roles = Self {
            visitor: format!("visitor of {}", database.name),
            member: format!("member of {}", database.name),
        };
        let statement = format!(
            r#"create role "{v}"; create role "{m}"; select scheduling.grant_access('{v}', '{m}')"#,
            v = roles.visitor,
            m = roles.member,
        );
        run(&mut database.sql, &statement);
        roles
    }
}

#[track_caller]
fn run(sql: &mut Client, statement: &str) {
    if let Err(error) = sql.batch_execute(statement) {
        panic!("{statement}: {}", explain(&error));
    }
}

/// As a role, signed in as somebody; whether it went well.
fn try_as(sql: &mut Client, role: &str, person: &str, statement: &str) -> bool {
    let claims = format!(r#"{{"sub": "{person}"}}"#);
    let statement = format!(
        r#"set role "{role}"; set request.jwt.claims = '{claims}'; set statement_timeout = '5s'; {statement}"#
    );
    let went_well = sql.batch_execute(&statement).is_ok();
    run(
        sql,
        "reset role; reset request.jwt.claims; reset statement_timeout",
    );
    went_well
}

/// An expression for an argument that is right.
fn right(owner: &Owner, token: &str, name: &str, kind: &str) -> String {
    match name {
        "slug" => format!("'{}'", owner.slug),
        "owner" => format!("'{}'", owner.key()),
        "owners" => format!("array['{}']", owner.key()),
        "email" => "'ada@guest.example'".into(),
        "name" => "'Ada'".into(),
        "manage_token" => format!("'{token}'"),
        "provider" => "'google'".into(),
        "starts_at" => "date_trunc('day', now(), 'UTC') + interval '5 days'".into(),
        _ => format!("null::{kind}"),
    }
}

/// The calls of all functions that a role may call, with this text for each argument in turn.
fn calls(sql: &mut Client, role: &str, owner: &Owner, token: &str, text: &str) -> Vec<String> {
    let functions = sql
        .query(
            "select p.proname::text, p.proargnames[:p.pronargs]::text[],
                    array(select format_type(t, null) from unnest(p.proargtypes) with ordinality a (t, n) order by n),
                    (p.pronargs - p.pronargdefaults)::int
             from pg_proc p
             where p.pronamespace = 'scheduling'::regnamespace and p.pronargs > 0
               and has_function_privilege($1::text, p.oid, 'execute')",
            &[&role],
        )
        .expect("the catalogue can be read");
    let mut calls = Vec::new();
    for function in functions {
        let (function, names, kinds, required): (String, Vec<String>, Vec<String>, i32) = (
            function.get(0),
            function.get(1),
            function.get(2),
            function.get(3),
        );
        for (tried, kind) in kinds.iter().enumerate() {
            let value = match kind.as_str() {
                "text" => format!("'{text}'"),
                "text[]" => format!("array['{text}']"),
                "jsonb" => format!(r#"'{{"site": "{text}"}}'"#),
                _ => continue,
            };
            let arguments: Vec<_> = (0..names.len())
                .filter(|n| *n == tried || (*n as i32) < required)
                .map(|n| match n == tried {
                    true => format!("{} => {value}", names[n]),
                    false => format!(
                        "{} => {}",
                        names[n],
                        right(owner, token, &names[n], &kinds[n])
                    ),
                })
                .collect();
            calls.push(format!(
                "select * from scheduling.{function}({})",
                arguments.join(", ")
            ));
        }
    }
    calls
}

/// Statements that write this text into each column of text that a role may write.
fn writes(sql: &mut Client, role: &str, text: &str) -> Vec<String> {
    let columns = sql
        .query(
            "select format(case format_type(a.atttypid, null)
                               when 'text' then 'update scheduling.%I set %I = %L'
                               when 'text[]' then 'update scheduling.%I set %I = array[%L]'
                               else 'update scheduling.%I set %I = to_jsonb(%L::text)' end,
                           c.relname, a.attname, $2::text)
             from pg_class c join pg_attribute a on a.attrelid = c.oid
             where c.relnamespace = 'scheduling'::regnamespace and c.relkind = 'r' and a.attnum > 0
               and not a.attisdropped and format_type(a.atttypid, null) in ('text', 'text[]', 'jsonb')
               and has_column_privilege($1::text, c.oid, a.attnum, 'update')",
            &[&role, &text],
        )
        .expect("the catalogue can be read");
    columns.iter().map(|row| row.get(0)).collect()
}

fn wait_until_idle(database: &mut Database<'_>) {
    wait_for("the worker to have nothing to do", || {
        let left: i64 = database.one(
            "select count(*) from scheduling.jobs
             where state = 'running' or state = 'ready' and run_at <= now() and attempts = 0",
        );
        (left == 0).then_some(())
    });
}

#[test]
fn no_visitor_and_no_member_makes_the_worker_call_an_address_of_theirs() {
    let mut database = Database::new(Cluster::shared());
    let listener = Listener::start();
    let google = stand_in(&mut database);
    let roles = Roles::let_in(&mut database);
    let person = uuid::Uuid::new_v4().to_string();
    let (mut taken, mut tried) = (0, 0);
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        connect(&mut database, &owner, &google);
        let me = match mode {
            Mode::User => owner.id.to_string(),
            Mode::Client => {
                let member = format!(
                    "insert into scheduling.client_members (client_id, user_id) values ('{}', '{person}')",
                    owner.id
                );
                run(&mut database.sql, &member);
                person.clone()
            }
        };
        let token: String = database.one(&format!(
            "select manage_token from scheduling.book('{}', date_trunc('day', now(), 'UTC') + interval '3 days',
                 'ada@guest.example', 'Ada')",
            owner.slug
        ));
        let port = listener.port();
        for text in [
            format!("http://127.0.0.1:{port}/x"),
            format!("smtp://127.0.0.1:{port}"),
            format!("x@127.0.0.1:{port}"),
            format!("../../../127.0.0.1:{port}/"),
            format!("\\\\127.0.0.1:{port}\\x"),
        ] {
            let mut statements: Vec<(&str, &str, String)> = Vec::new();
            for (role, person) in [(&roles.visitor, ""), (&roles.member, me.as_str())] {
                let calls = calls(&mut database.sql, role, &owner, &token, &text);
                statements.extend(calls.into_iter().map(|call| (role.as_str(), person, call)));
                let writes = writes(&mut database.sql, role, &text);
                statements.extend(
                    writes
                        .into_iter()
                        .map(|write| (role.as_str(), person, write)),
                );
            }
            for (role, person, statement) in statements {
                tried += 1;
                taken += i32::from(try_as(&mut database.sql, role, person, &statement));
            }
        }
        // What was written is read: by a booking, its mails and its event, a move, a feed, and slots.
        let more = format!(
            "select scheduling.reschedule_booking('{token}', date_trunc('day', now(), 'UTC') + interval '4 days')"
        );
        try_as(&mut database.sql, &roles.visitor, "", &more);
        wait_until_idle(&mut database);
    }
    assert!(tried > 400 && taken > 20, "{taken} of {tried}");
    assert_eq!(listener.asked(), [""; 0]);

    // It would have been seen: the service role says where Close is, and there it is looked for.
    let owner = database.user();
    run(
        &mut database.sql,
        &format!(
            "select scheduling.configure_close('key', '{{user}}', '{}')",
            listener.url()
        ),
    );
    database.book(&owner, 7);
    wait_for("the worker to call", || {
        (!listener.asked().is_empty()).then_some(())
    });
}
