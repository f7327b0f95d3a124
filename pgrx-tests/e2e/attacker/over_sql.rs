//! The attack by a session of SQL that has become one of the roles: what PostgREST does not let through.

use std::sync::{Arc, Mutex};

use postgres::{Client, SimpleQueryMessage};

use super::Scene;
use crate::harness::database::Database;

/// How many statements were tried.
pub fn run(database: &Database<'_>, role: &str, scene: &Scene) -> usize {
    let Scene {
        victim, attacker, ..
    } = scene;
    let notices = Arc::new(Mutex::new(String::new()));
    let mut sql = database.cluster.connect_with(&database.name, |config| {
        config.user("authenticator");
        let notices = Arc::clone(&notices);
        config.notice_callback(move |notice| {
            notices.lock().unwrap().push_str(&format!("{notice:?}"))
        });
    });
    sql.batch_execute(&format!(
        "set role {role};
         select set_config('request.jwt.claims', '{{\"sub\": \"{}\"}}', false);
         create function pg_temp.tell(said text) returns boolean cost 0.0001 language plpgsql
             as $$ begin raise notice '%', said; return true; end $$;
         create function pg_temp.same(a text, b text) returns boolean cost 0.0001 language plpgsql
             as $$ begin raise notice '%', a || b; return true; end $$;
         create operator pg_temp.=== (leftarg = text, rightarg = text, function = pg_temp.same)",
        attacker.user.id
    ))
    .expect("anybody may");
    let statements = statements(scene);
    for statement in &statements {
        let said = said(&mut sql, statement);
        let noticed = std::mem::take(&mut *notices.lock().unwrap());
        for text in [said, noticed] {
            assert!(
                !text.contains(&victim.marker),
                "{role}: {statement}: {text}"
            );
            for token in &victim.tokens {
                assert!(
                    !text.contains(token.as_str()),
                    "{role}: {statement}: {text}"
                );
            }
        }
    }
    statements.len()
}

/// All that the server answers, as one text.
fn said(sql: &mut Client, statement: &str) -> String {
    match sql.simple_query(statement) {
        Err(error) => format!("{error:?}"),
        Ok(messages) => {
            let rows = messages.iter().filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some(row),
                _ => None,
            });
            rows.flat_map(|row| (0..row.len()).filter_map(|n| row.get(n).map(str::to_owned)))
                .collect::<Vec<_>>()
                .join(" ")
        }
    }
}

fn statements(scene: &Scene) -> Vec<String> {
    let Scene {
        victim,
        attacker,
        catalogue,
        values,
        ..
    } = scene;
    let mut all = Vec::new();
    let (client, user) = (&victim.owners[0], &victim.owners[1]);
    for table in &catalogue.tables {
        let name = format!("{}.{}", table.schema, table.name);
        all.extend([
            format!("select t::text from {name} t"),
            format!("begin; set local row_security = off; select * from {name}; rollback"),
            "rollback".into(),
            format!("select count(*) from {name} t where pg_temp.tell(t::text)"),
            format!("explain (analyze, verbose) select * from {name}"),
            format!("create temp view v as select * from {name}; select * from v"),
            "drop view if exists v".into(),
            format!("create temp table copied as select * from {name}; select * from copied"),
            "drop table if exists copied".into(),
            format!("select query_to_xml('select * from {name}', true, true, '')"),
            format!("select table_to_xml('{name}', true, true, '')"),
            format!("do $$ declare r record; begin for r in select * from {name} loop raise notice '%', r; end loop; end $$"),
            format!("select pg_temp.tell(most_common_vals::text), pg_temp.tell(histogram_bounds::text)
                     from pg_stats where tablename = '{}'", table.name),
            format!("delete from {name} returning *"),
            format!("truncate {name} cascade"),
            format!("lock table {name}"),
            format!("alter table {name} disable row level security"),
            format!("create policy mine on {name} using (true)"),
            format!("grant all on {name} to public"),
            format!("create trigger t before update on {name} for each row execute function pg_temp.tell()"),
            format!("create rule r as on select to {name} do instead select 1"),
            format!("create index on {name} ((pg_temp.tell('x')))"),
            format!("comment on table {name} is 'mine'"),
        ]);
        for column in &table.columns {
            let column_name = &column.name;
            let value = values.get(&(table.name.clone(), column.name.clone()));
            let value = value.map_or("null".into(), |value| postgres_literal(value));
            all.extend([
                format!("select {column_name} from {name}"),
                format!("select 1 from {name} where pg_temp.tell({column_name}::text)"),
                format!("select 1 from {name} where {column_name}::text operator(pg_temp.===) 'x'"),
                format!("select 1 from {name} where {column_name}::text::int = 1"),
                format!("select 1 from {name} where 1 / (case when {column_name}::text = {value} then 0 else 1 end) = 2
                         and {column_name}::text = {value}"),
                format!("select pg_temp.tell(array_agg({column_name}::text order by pg_temp.tell({column_name}::text))::text) from {name}"),
                format!("update {name} set {column_name} = {column_name} where {column_name}::text = {value} returning *"),
                format!("update {name} t set {column_name} = {column_name} from {name} o where pg_temp.tell(o::text)"),
                format!("with gone as (delete from {name} where {column_name}::text = {value} returning *) select * from gone"),
                format!("insert into {name} ({column_name}) values ({value}) on conflict do nothing returning *"),
            ]);
        }
    }
    for function in catalogue
        .functions
        .iter()
        .filter(|f| f.schema == "scheduling_private")
    {
        let nothing = function
            .arguments
            .iter()
            .map(|(_, kind, _)| format!("null::{kind}"));
        let nothing = nothing.collect::<Vec<_>>().join(", ");
        all.push(format!(
            "select * from scheduling_private.{}({nothing})",
            function.name
        ));
    }
    for own in [
        ("client_id", attacker.client.id),
        ("user_id", attacker.user.id),
    ] {
        all.push(format!(
            "insert into scheduling.booking_links (slug, {0}) select 'x', '{1}' on conflict (slug)
                 do update set slug = excluded.slug returning *",
            own.0, own.1
        ));
    }
    all.extend([
        format!("insert into scheduling.client_members values ('{}', '{}')", client.id, attacker.user.id),
        format!("update scheduling.user_profiles set user_id = '{}'", user.id),
        "select setval('scheduling.jobs_id_seq', 1)".into(),
        "select nextval('scheduling.audit_log_id_seq')".into(),
        "set role service_role_of_nobody".into(),
        "set session authorization postgres".into(),
        "set session_replication_role = replica".into(),
        "set scheduling.key_file = '/tmp/x'".into(),
        "alter extension scheduling drop table scheduling.meetings".into(),
        "drop extension scheduling cascade".into(),
        "create or replace function scheduling.can_manage(owner text) returns boolean language sql as 'select true'".into(),
        "create function scheduling_private.x() returns int language sql as 'select 1'".into(),
        "select * from pg_stat_activity".into(),
        "select * from pg_stat_statements".into(),
        "select database_to_xml(true, true, '')".into(),
        "select schema_to_xml('scheduling', true, true, '')".into(),
        "select scheduling.stop_worker()".into(),
        "select pg_read_file('postgresql.conf')".into(),
    ]);
    all
}

fn postgres_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
