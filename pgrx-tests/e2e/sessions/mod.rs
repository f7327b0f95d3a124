//! Whatever is set for the sessions of a database: functions, triggers and constraints do the same in them,
//! and so does CREATE EXTENSION.

mod story;

use postgres::Client;

use self::story::{Told, left_behind, story};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, explain};
use crate::settings::HOSTILE;

/// What a session does to itself on purpose: with these it may do less, and is told so.
const ON_PURPOSE: &[&str] = &[
    // Which role it is, and that it repeats what another server did: triggers and foreign keys are silent.
    "role",
    "session_replication_role",
    // That it does not write.
    "default_transaction_read_only",
    // How long a statement may take, and how much.
    "exit_on_error",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "lock_timeout",
    "max_stack_depth",
    "statement_timeout",
    "temp_file_limit",
    "transaction_timeout",
    // Of the server's build and its messages.
    "debug_discard_caches",
];

/// Besides those that are hostile to the worker: what is set for the sake of PL/pgSQL, of clients, and of
/// objects that are made.
const MORE: &[(&str, &str)] = &[
    ("backtrace_functions", "errstart"),
    ("client_min_messages", "error"),
    ("createrole_self_grant", "set, inherit"),
    ("debug_parallel_query", "on"),
    ("default_table_access_method", "heap2"),
    ("default_tablespace", "apart"),
    ("default_toast_compression", "pglz"),
    ("enable_async_append", "off"),
    ("enable_distinct_reordering", "off"),
    ("enable_gathermerge", "off"),
    ("enable_group_by_reordering", "off"),
    ("enable_incremental_sort", "off"),
    ("enable_parallel_append", "off"),
    ("enable_parallel_hash", "off"),
    ("enable_partition_pruning", "off"),
    ("enable_partitionwise_aggregate", "on"),
    ("enable_presorted_aggregate", "off"),
    ("enable_self_join_elimination", "off"),
    ("enable_tidscan", "off"),
    ("event_triggers", "off"),
    ("geqo", "on"),
    ("geqo_effort", "1"),
    ("geqo_generations", "1"),
    ("geqo_pool_size", "2"),
    ("geqo_seed", "1"),
    ("geqo_selection_bias", "1.5"),
    ("icu_validation_level", "disabled"),
    ("lc_messages", "C"),
    ("lc_numeric", "C"),
    ("lc_time", "C"),
    ("plpgsql.check_asserts", "off"),
    ("plpgsql.extra_errors", "all"),
    ("plpgsql.extra_warnings", "all"),
    ("plpgsql.variable_conflict", "use_variable"),
    ("search_path", "evil, pg_catalog"),
    ("synchronize_seqscans", "off"),
    ("synchronous_commit", "off"),
    ("temp_tablespaces", "apart"),
    ("timezone_abbreviations", "India"),
];

/// Like functions and operators of PostgreSQL's own, and found before them by a name without a schema.
const EVIL: &[&str] = &[
    "create schema evil",
    "create function evil.now() returns timestamptz language sql as $$ select timestamptz 'infinity' $$",
    "create function evil.lower(text) returns text language sql as $$ select 'evil' $$",
    "create function evil.btrim(text) returns text language sql as $$ select 'evil' $$",
    "create function evil.to_jsonb(anyelement) returns jsonb language sql as $$ select null::jsonb $$",
    "create function evil.make_interval(mins int) returns interval language sql as $$ select interval '1 year' $$",
    "create function evil.num_nonnulls(variadic \"any\") returns int language internal as 'pg_num_nonnulls'",
    "create function evil.same(text, text) returns boolean language sql as $$ select false $$",
    "create operator evil.= (leftarg = text, rightarg = text, function = evil.same)",
    "create operator evil.<> (leftarg = text, rightarg = text, function = evil.same)",
];

fn execute(sql: &mut Client, statement: &str) {
    sql.batch_execute(statement)
        .unwrap_or_else(|error| panic!("{statement}: {}", explain(&error)));
}

/// For sessions that come.
fn set_for_sessions(
    database: &mut Database<'_>,
    settings: impl Iterator<Item = (&'static str, &'static str)>,
) {
    let mut set = 0;
    for (name, value) in settings {
        let value = match name {
            "datestyle" | "createrole_self_grant" => value.to_owned(),
            _ => value.replace(", ", "', '"),
        };
        let statement = format!("alter database {} set {name} = '{value}'", database.name);
        match database.sql.batch_execute(&statement) {
            Ok(()) => set += 1,
            // Another version's.
            Err(error) if explain(&error).contains("unrecognized configuration") => {}
            Err(error) => panic!("{statement}: {}", explain(&error)),
        }
    }
    assert!(set > 40, "only {set} could be set");
}

/// A database without the extension, and what a session finds there that comes now.
fn hostile(cluster: &Cluster) -> Database<'_> {
    let mut database = Database::without_extension(cluster);
    for statement in [
        "create access method heap2 type table handler heap_tableam_handler",
        "set allow_in_place_tablespaces = on",
        "create tablespace apart location ''",
    ]
    .iter()
    .chain(EVIL)
    {
        execute(&mut database.sql, statement);
    }
    let settings = HOSTILE.iter().chain(MORE).copied();
    set_for_sessions(
        &mut database,
        settings.filter(|(name, _)| !ON_PURPOSE.contains(name)),
    );
    database
}

/// Whose workers leave the jobs alone that are to be compared.
fn cluster() -> Cluster {
    Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.enabled", "off"),
    ])
}

/// A session with the extension.
fn install(database: &Database<'_>) -> Client {
    let mut session = database.connect();
    execute(&mut session, "create extension scheduling cascade");
    session
}

#[track_caller]
fn assert_same(calm: &Told, hostile: &Told) {
    let others: Vec<_> = calm
        .iter()
        .zip(hostile)
        .filter(|(expected, found)| expected != found)
        .collect();
    assert!(
        others.is_empty(),
        "as it is, and with the settings: {others:#?}"
    );
    assert_eq!(hostile.len(), calm.len());
}

#[test]
fn settings_of_a_session_change_nothing_of_what_is_done_in_it() {
    let cluster = cluster();
    let mut calm = Database::without_extension(&cluster);
    let mut hostile = hostile(&cluster);
    let mut session = install(&calm);
    let mut strange = install(&hostile);
    for mode in Mode::BOTH {
        let told = story(&mut session, mode);
        assert!(told.len() > 30, "{told:?}");
        assert_same(&told, &story(&mut strange, mode));
        // Read by sessions that were there before.
        let left = left_behind(&mut calm.sql, mode);
        assert_same(&left, &left_behind(&mut hostile.sql, mode));
    }
}

/// Definitions as sessions see them that were there before.
#[test]
fn settings_of_a_session_change_nothing_of_what_is_installed_in_it() {
    let definitions = |database: &mut Database<'_>| -> Vec<String> {
        let rows = database.sql.query(
            "with own as (
                 select d.classid, d.objid from pg_depend d
                 join pg_extension e on e.oid = d.refobjid and e.extname = 'scheduling'
                 where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
             ), tables as (
                 select c.oid, c.oid::regclass::text as name from pg_class c join own on own.objid = c.oid
                 where own.classid = 'pg_class'::regclass and c.relkind = 'r'
             )
             select pg_get_functiondef(p.oid) from pg_proc p join own on own.objid = p.oid
             where own.classid = 'pg_proc'::regclass and p.prokind = 'f'
             union all
             select t.name || ': ' || pg_get_constraintdef(c.oid) from pg_constraint c join tables t on t.oid = c.conrelid
             union all
             select pg_get_triggerdef(g.oid) from pg_trigger g join tables t on t.oid = g.tgrelid where not g.tgisinternal
             union all
             select regexp_replace(pg_get_indexdef(i.indexrelid), ' TABLESPACE .*', '')
             from pg_index i join tables t on t.oid = i.indrelid
             union all
             select concat_ws(' ', t.name, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated,
                              pg_get_expr(d.adbin, d.adrelid), col_description(t.oid, a.attnum))
             from pg_attribute a join tables t on t.oid = a.attrelid
             left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
             where a.attnum > 0
             union all
             select concat_ws(' ', obj.classid::regclass, obj_description(obj.objid, obj.classid::regclass::name))
             from own obj
             order by 1",
            &[],
        );
        let rows = rows.unwrap_or_else(|error| panic!("{}", explain(&error)));
        rows.iter().filter_map(|row| row.get(0)).collect()
    };
    let cluster = cluster();
    let mut calm = Database::without_extension(&cluster);
    let mut hostile = hostile(&cluster);
    drop((install(&calm), install(&hostile)));
    let expected = definitions(&mut calm);
    assert!(expected.len() > 300, "{}", expected.len());
    assert_same(&expected, &definitions(&mut hostile));
}

/// A session that repeats what another server did fires no triggers: what it writes itself is complete. What
/// visitors call is not a repetition.
#[test]
fn what_visitors_call_is_done_whole_in_a_session_that_replicates() {
    let mut database = Database::new(Cluster::shared());
    execute(&mut database.sql, "select scheduling.stop_worker()");
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        execute(&mut database.sql, "set session_replication_role = replica");
        let row = database
            .sql
            .query_one(
                "select meeting_id, manage_token from scheduling.book($1, date_trunc('day', now(), 'UTC')
                     + interval '2 days', 'ada@guest.example', 'Ada Guest')",
                &[&owner.slug],
            )
            .unwrap_or_else(|error| panic!("{}", explain(&error)));
        let (meeting, token): (uuid::Uuid, String) = (row.get(0), row.get(1));
        for call in [
            format!(
                "scheduling.reschedule_booking('{token}', date_trunc('day', now(), 'UTC') + interval '3 days')"
            ),
            format!("scheduling.cancel_booking('{token}', 'ill')"),
        ] {
            execute(&mut database.sql, &format!("select {call}"));
        }
        let names = mode.names();
        let sequence = database.meeting_column(&owner, meeting, "sequence");
        assert_eq!(sequence.as_deref(), Some("2"), "{mode:?}");
        assert!(
            database
                .meeting_column(&owner, meeting, "cancelled_at")
                .is_some()
        );
        let jobs = database.jobs(&owner, meeting);
        // Three each for the booking, the move and the cancellation.
        assert_eq!(jobs.len(), 9, "{mode:?} {jobs:?}");
        let lines: i64 = database.one(&format!(
            "select count(*) from scheduling.audit_log where row_id = '{meeting}' and subject = '{}'",
            names.meetings
        ));
        assert_eq!(lines, 3, "{mode:?}");
        execute(&mut database.sql, "reset session_replication_role");
    }
}

/// What the worker sets itself, because it could matter, is tried here on sessions, or said why not.
#[test]
fn every_setting_that_could_matter_is_tried() {
    let list = include_str!("../../../src/worker/process/session.rs");
    let own: Vec<&str> = list
        .lines()
        .skip_while(|line| !line.contains("pub const OWN"))
        .take_while(|line| !line.starts_with("];"))
        .filter_map(|line| line.trim().strip_prefix("(c\"")?.split('"').next())
        .collect();
    assert!(own.len() > 60, "{own:?}");
    let tried = |name: &str| {
        let mut all = HOSTILE
            .iter()
            .chain(MORE)
            .map(|(name, _)| *name)
            .chain(ON_PURPOSE.iter().copied());
        all.any(|known| known.eq_ignore_ascii_case(name))
    };
    let untried: Vec<_> = own.iter().filter(|name| !tried(name)).collect();
    assert!(untried.is_empty(), "{untried:?}");
}
