//! Into another database and out of one: dumps bring over every row that users put in, their rules
//! hold there, and dropping the extension leaves nothing of it behind.

use std::process::Command;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, sqlstate};
use crate::harness::machine::machine;

/// A cluster whose workers do nothing, so that rows stay as they are.
fn at_rest() -> Cluster {
    Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.enabled", "off"),
    ])
}

/// One of PostgreSQL's programs, told which database.
fn program(name: &str, database: &Database<'_>) -> Command {
    let mut command = Command::new(machine().pg_bin.join(name));
    command
        .args(["--host=127.0.0.1", "--username=postgres"])
        .args(["--port", &database.cluster.port().to_string()])
        .args(["--dbname", &database.name]);
    command
}

/// Restores in one go, by one job.
const AT_ONCE: &[&[&str]] = &[&[]];
/// The steps of docs/operations.md for many jobs: with foreign keys there from the start, the tables of
/// an extension cannot be filled in any order.
const BY_MANY_JOBS: &[&[&str]] = &[
    &["--section=pre-data"],
    &["--section=data", "--schema=scheduling"],
    &["--section=data", "--exclude-schema=scheduling", "--jobs=4"],
    &["--section=post-data", "--jobs=4"],
];

fn copy(from: &Database<'_>, to: &Database<'_>, steps: &[&[&str]]) {
    // Several jobs read a file, and none reads from us.
    let file = machine().run_dir.join(format!("{}.dump", to.name));
    let run = |mut command: Command| {
        let said = command.output().expect("it can be started");
        let errors = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success(), "{command:?}: {errors}");
    };
    let mut dump = program("pg_dump", from);
    dump.arg("--format=custom").arg("--file").arg(&file);
    run(dump);
    for step in steps {
        let mut restore = program("pg_restore", to);
        restore.arg("--exit-on-error").args(*step).arg(&file);
        run(restore);
    }
    std::fs::remove_file(file).expect("it was ours");
}

/// What is in each table and sequence that dumps hold, by its name. What is known of outside calendars
/// is asked anew, and the settings of mail say when they were written here.
fn contents(database: &mut Database<'_>) -> Vec<(String, i64, String)> {
    let stored = "select c.oid::regclass::text, c.relkind = 'S'
        from pg_extension e, unnest(e.extconfig) config join pg_class c on c.oid = config
        where e.extname = 'scheduling' order by 1";
    let stored = database.sql.query(stored, &[]).expect("it is installed");
    stored
        .iter()
        .map(|row| {
            let (name, is_sequence): (String, bool) = (row.get(0), row.get(1));
            let aside = match name.as_str() {
                "scheduling.mail_settings" => "{updated_at}",
                // the transaction that put them into this database
                "scheduling.jobs" => "{queued_by}",
                _ => "{busy_synced_at,busy_until,busy_token,busy_due_at}",
            };
            let query = if is_sequence {
                format!("select 1::bigint, last_value || ' ' || is_called from {name}")
            } else {
                format!(
                    "select count(*), coalesce(string_agg(r, e'\\n' order by r), '')
                     from (select (to_jsonb(t) - '{aside}'::text[])::text as r from {name} t) rows"
                )
            };
            let found = database.sql.query_one(&query, &[]);
            let found = found.unwrap_or_else(|error| panic!("{query}: {error}"));
            (name, found.get(0), found.get(1))
        })
        .collect()
}

#[test]
fn a_restored_dump_holds_every_row_and_its_rules() {
    let cluster = at_rest();
    let mut database = Database::new(&cluster);
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        database.book(&owner, 20);
        database.book(&owner, 22);
        let connected = database.owner(mode);
        let names = mode.names();
        let rows = format!(
            "insert into scheduling.{connections} ({key}, provider, refresh_token)
                 values ('{id}', 'google', 'refresh'), ('{id}', 'outlook', null);
             insert into scheduling.availability_overrides ({key}, day, windows)
                 values ('{id}', '2030-01-07', '[{{\"start\": \"09:00\", \"end\": \"10:00\"}}]');
             update scheduling.booking_links set conferencing = 'teams',
                 questions = '[{{\"id\": \"company\", \"label\": \"Company\"}}]'
                 where {key} = '{id}'",
            connections = names.connections,
            key = names.key,
            id = connected.id,
        );
        database
            .sql
            .batch_execute(&rows)
            .expect("a superuser may write");
    }
    database
        .sql
        .batch_execute(
            "insert into scheduling.client_members (client_id, user_id)
                 select id, gen_random_uuid() from scheduling.clients;
             insert into scheduling.emails (kind, recipient, envelope_to, envelope_from, subject,
                                            message, message_id, transport)
                 values ('confirmation', 'ada@guest.example', '{}', 'a@b.example', 's', 'm', 'i', 'capture');
             select scheduling.configure_provider('google', 'id', 'secret', 'https://app.example/cb'),
                    scheduling.configure_provider('outlook', 'id', 'secret', 'https://app.example/cb'),
                    scheduling.configure_mail('capture', 'a@b.example'),
                    scheduling.configure_site('https://app.example', '/book/', '/manage/')",
        )
        .expect("a superuser may");
    let original = contents(&mut database);
    for (name, rows, _) in &original {
        assert!(*rows > 0, "the test puts nothing into {name}");
    }

    let mut by_many_jobs = Database::without_extension(&cluster);
    copy(&database, &by_many_jobs, BY_MANY_JOBS);
    assert_eq!(contents(&mut by_many_jobs), original);
    let mut restored = Database::without_extension(&cluster);
    copy(&database, &restored, AT_ONCE);
    for (restored, original) in contents(&mut restored).iter().zip(&original) {
        assert_eq!(restored, original);
    }

    // Not a name is looked up by whoever writes.
    restored
        .sql
        .batch_execute("set search_path = ''")
        .expect("it can be empty");
    for (statement, refused) in [
        (
            r#"update scheduling.clients set availability_settings = '{"moonday": {}}'"#,
            "22023",
        ),
        (
            r#"update scheduling.booking_links set questions = '[{"id": "a b"}]'"#,
            "22023",
        ),
        (
            "update scheduling.booking_links set conferencing = 'zoom'",
            "23514",
        ),
        (
            "update scheduling.calendar_connections set provider = 'icloud'",
            "23514",
        ),
        (
            "insert into scheduling.meetings (client_id, starts_at, ends_at)
             select client_id, starts_at, ends_at from scheduling.meetings",
            "23P01",
        ),
    ] {
        let outcome = restored.sql.batch_execute(statement);
        let error = outcome.expect_err(statement);
        assert_eq!(sqlstate(&error), refused, "{statement}");
    }
    let owner = restored.client();
    restored.book(&owner, 20);
}

#[test]
fn dropping_the_extension_leaves_nothing_of_it_and_it_can_come_back() {
    let cluster = at_rest();
    let mut database = Database::new(&cluster);
    let of_it = "select (select count(*) from pg_namespace where nspname = 'scheduling_private')
             + count(*)
         from pg_depend d join pg_namespace n on n.oid = d.refobjid
         where d.refclassid = 'pg_namespace'::regclass
           and n.nspname in ('scheduling', 'scheduling_private')";
    assert!(database.one::<i64>(of_it) > 50);
    database
        .sql
        .batch_execute("drop extension scheduling")
        .expect("nothing depends on it");
    assert_eq!(database.one::<i64>(of_it), 0);
    database
        .sql
        .batch_execute("create extension scheduling")
        .expect("it installs again");
    let owner = database.client();
    database.book(&owner, 20);
}
