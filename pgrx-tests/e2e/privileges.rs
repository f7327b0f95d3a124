//! Who may do what, as one text that people read and review: `privileges.txt`, written anew by
//! `make privileges`. A right that is given or taken without a line of that text changing does not exist.

use std::path::Path;

use postgres::Client;

use crate::harness::cluster::Cluster;
use crate::harness::database::Database;

/// In the order of the text's letters: everybody, visitor, member, service.
const ROLES: [&str; 4] = [
    "privileges_everybody",
    "privileges_visitor",
    "privileges_member",
    "privileges_service",
];

const HEAD: &str = "\
# Who may do what: written by `make privileges`, held against the database by `make e2e T=privileges`.
#
# e  everybody: a role that grant_access() has not been told of
# v  a visitor, m  a member, s  the service role, as grant_access() lets them in
# definer: runs with the rights of the extension's owner, and checks its caller itself
# Row security and its policies say which rows of a table a role that reaches it sees and writes.
";

fn rows(sql: &mut Client, query: &str) -> String {
    let rows = sql.query(query, &[]);
    let rows = rows.unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    lines.join("\n")
}

/// The letters of the roles for which a condition about `role` holds.
fn letters(condition: &str) -> String {
    let [everybody, visitor, member, service] = ROLES;
    format!(
        "(select string_agg(case when {condition} then letter else '-' end, '' order by n)
          from (values (1, 'e', '{everybody}'::name), (2, 'v', '{visitor}'), (3, 'm', '{member}'),
                       (4, 's', '{service}')) as who (n, letter, role))"
    )
}

fn text(sql: &mut Client) -> String {
    let ours = "in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)";
    let schemas = rows(
        sql,
        &format!(
            "select {usage} || '  use     ' || nspname || E'\\n' || {create} || '  create  ' || nspname
             from pg_namespace where oid {ours} order by nspname",
            usage = letters("has_schema_privilege(role, oid, 'usage')"),
            create = letters("has_schema_privilege(role, oid, 'create')"),
        ),
    );
    let relations = rows(
        sql,
        &format!(
            "select case relkind when 'S' then 'sequence ' else '' end || c.oid::regclass
                    || case when relrowsecurity then ' (row security'
                            || case when relforcerowsecurity then ', forced' else '' end || ')' else '' end
                    || coalesce(E'\\n' || rights.lines, E'\\n    ----')
             from pg_class c
             left join lateral (
                 select string_agg(format('    %s  %s', found.who, found.what), E'\\n' order by found.n, found.what)
                 from (
                     select n, {table} as who, privilege as what
                     from unnest(case when relkind = 'S' then '{{usage,select,update}}'::text[]
                                 else '{{select,insert,update,delete,truncate,references,trigger}}' end)
                          with ordinality as p (privilege, n)
                     union all
                     -- where the table's own right does not say it already
                     select 10 + n, who, privilege || ' (' || string_agg(attname::text, ', ' order by attnum) || ')'
                     from (select n, privilege, attname, attnum, {column} as who
                           from pg_attribute a,
                                unnest('{{select,insert,update,references}}'::text[]) with ordinality as p (privilege, n)
                           where a.attrelid = c.oid and attnum > 0 and not attisdropped and relkind <> 'S') columns
                     group by n, privilege, who
                 ) found
                 where found.who <> '----'
             ) rights (lines) on true
             where relnamespace {ours} and relkind in ('r', 'p', 'v', 'm', 'f', 'S') order by c.oid::regclass::text collate \"C\"",
            table = letters(
                "case when relkind = 'S' then has_sequence_privilege(role, c.oid, privilege)
                      else has_table_privilege(role, c.oid, privilege) end"
            ),
            column = letters(
                "has_column_privilege(role, a.attrelid, attnum, privilege)
                 and not has_table_privilege(role, a.attrelid, privilege)"
            ),
        ),
    );
    let policies = rows(
        sql,
        "select format('%s.%s: %s%s to %s%s%s', schemaname, tablename, lower(cmd),
                    case when permissive = 'RESTRICTIVE' then ' (restrictive)' else '' end,
                    array_to_string(roles, ', '),
                    E'\\n    using ' || regexp_replace(qual, '\\s+', ' ', 'g'),
                    E'\\n    check ' || regexp_replace(with_check, '\\s+', ' ', 'g'))
         from pg_policies where schemaname in ('scheduling', 'scheduling_private')
         order by schemaname, tablename, cmd, policyname",
    );
    let functions = rows(
        sql,
        &format!(
            "select {execute} || case when prosecdef then '  definer  ' else '           ' end || p.oid::regprocedure
             from pg_proc p where pronamespace {ours}
             order by pronamespace::regnamespace::text, p.oid::regprocedure::text collate \"C\"",
            execute = letters("has_function_privilege(role, p.oid, 'execute')"),
        ),
    );
    let types = rows(
        sql,
        &format!(
            "select {usage} || '  ' || t.oid::regtype
             from pg_type t where typnamespace {ours} and typtype in ('d', 'e', 'r') or (typnamespace {ours}
                 and typtype = 'c' and exists (select from pg_class c where c.oid = typrelid and c.relkind = 'c'))
             order by t.oid::regtype::text collate \"C\"",
            usage = letters("has_type_privilege(role, t.oid, 'usage')"),
        ),
    );
    format!(
        "{HEAD}\n## Schemas\n\n{schemas}\n\n## Tables and sequences\n\n{relations}\n\n## Policies\n\n{policies}\n\n\
         ## Functions\n\n{functions}\n\n## Types\n\n{types}\n"
    )
}

#[test]
fn every_privilege_is_one_that_somebody_has_read() {
    let mut database = Database::new(Cluster::shared());
    let [everybody, visitor, member, service] = ROLES;
    for role in ROLES {
        let create = format!("create role {role}");
        database
            .sql
            .batch_execute(&create)
            .expect("a superuser may");
    }
    let grant = format!("select scheduling.grant_access('{visitor}', '{member}', '{service}')");
    database.sql.batch_execute(&grant).expect("a superuser may");
    let found = text(&mut database.sql);
    for role in [everybody, visitor, member, service] {
        let drop = format!("drop owned by {role}; drop role {role}");
        database.sql.batch_execute(&drop).expect("a superuser may");
    }

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("pgrx-tests/e2e/privileges.txt");
    if std::env::var_os("WRITE_PRIVILEGES").is_some() {
        std::fs::write(&file, &found).expect("it can be written");
        return;
    }
    let read = std::fs::read_to_string(&file).expect("it can be read");
    let differs = diff(&read, &found);
    assert!(
        differs.is_empty(),
        "privileges differ from {}; if they are to, run `make privileges`:\n{}",
        file.display(),
        differs.join("\n")
    );
}

/// The lines that only one of the two has, each below the last line before it that names what it is about.
fn diff(read: &str, found: &str) -> Vec<String> {
    let about = |text: &str| -> Vec<(String, String)> {
        let mut subject = "";
        text.lines()
            .map(|line| {
                if !line.starts_with(' ') {
                    subject = line;
                    return (String::new(), line.to_owned());
                }
                (format!("{subject}: "), line.trim().to_owned())
            })
            .collect()
    };
    let (read, found) = (about(read), about(found));
    let gone = read.iter().filter(|line| !found.contains(line));
    let new = found.iter().filter(|line| !read.contains(line));
    let gone = gone.map(|(subject, line)| format!("- {subject}{line}"));
    gone.chain(new.map(|(subject, line)| format!("+ {subject}{line}")))
        .collect()
}
