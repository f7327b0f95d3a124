//! Into another database and out of one: dumps bring over every row that users put in, their rules
//! hold there, and dropping the extension leaves nothing of it behind.

pub mod way;

use std::io::Write;

use self::way::{INSERTS, PARALLEL, PLAIN, SERIAL, WAYS, Way};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, sqlstate};

/// A cluster whose workers do nothing, so that rows stay as they are.
fn at_rest() -> Cluster {
    Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.enabled", "off"),
    ])
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
                "scheduling.mail_settings" | "scheduling.crm_settings" => "{updated_at}",
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

/// Something in every table that a dump holds.
fn fill(database: &mut Database<'_>) {
    // Of a server that may tell its own network.
    let webhook = "select scheduling.add_webhook('https://hooks.example.com/a');
                   set session_replication_role = replica;
                   update scheduling.webhooks set url = 'http://10.0.0.1/a';
                   reset session_replication_role;
                   insert into scheduling.mail_templates (kind, subject) values ('confirmation', 'Welcome')";
    database
        .sql
        .batch_execute(webhook)
        .expect("a superuser may");
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
             insert into scheduling.time_off ({key}, starts_at, ends_at, reason)
                 values ('{id}', '2030-01-08T12:00Z', '2030-01-20T12:00Z', 'holiday');
             select scheduling.rotate_calendar_feed('{owner}');
             update scheduling.{meetings} set attribution = '{{\"utm_source\": \"newsletter\"}}';
             update scheduling.booking_links set conferencing = 'teams',
                 questions = '[{{\"id\": \"company\", \"label\": \"Company\"}}]'
                 where {key} = '{id}'",
            connections = names.connections,
            key = names.key,
            meetings = names.meetings,
            id = connected.id,
            owner = connected.key(),
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
             insert into scheduling_private.crm_leads (address_digest, lead_id) values ('ada', 'lead_1');
             insert into scheduling_private.crm_notes
                        (meeting, address_digest, lead_id, notes, starts_at, ends_at, takes_place)
                 values (gen_random_uuid(), 'ada', 'lead_1', 1, now(), now(), true);
             select scheduling.configure_close('key'),
                    scheduling.configure_provider('google', 'id', 'secret', 'https://app.example/cb'),
                    scheduling.configure_provider('outlook', 'id', 'secret', 'https://app.example/cb'),
                    scheduling.configure_mail('capture', 'a@b.example'),
                    scheduling.configure_site('https://app.example', '/book/', '/manage/', '/verify/', '/answer/',
                        '/owner', 'https://api.example', '{https://www.example}')",
        )
        .expect("a superuser may");
    for (name, rows, _) in contents(database) {
        assert!(rows > 0, "the test puts nothing into {name}");
    }
}

/// Every row, and not one besides: no job, no mail, no entry of the log.
#[track_caller]
fn assert_same(restored: &mut Database<'_>, original: &[(String, i64, String)], how: &Way) {
    for (restored, original) in contents(restored).iter().zip(original) {
        assert_eq!(restored, original, "{:?} {:?}", how.dump, how.restore);
    }
}

#[test]
fn a_dump_is_restored_whole_in_whatever_way() {
    let cluster = at_rest();
    let mut database = Database::new(&cluster);
    fill(&mut database);
    let original = contents(&mut database);
    for way in WAYS {
        let mut restored = match way.has_extension {
            true => Database::new(&cluster),
            false => Database::without_extension(&cluster),
        };
        way.take(&database, &restored);
        assert_same(&mut restored, &original, way);
        let known: i64 = restored.one(
            "select count(*) from scheduling.calendar_connections where busy_synced_at is not null",
        );
        // A trigger that is disabled by hand does not see the rows.
        if !way.restore.contains(&"--disable-triggers") {
            assert_eq!(known, 0, "busy times are not in a dump");
        }
    }
}

#[test]
fn where_the_library_is_not_preloaded_all_is_restored_as_the_manual_says() {
    let cluster = Cluster::with_settings(&[("scheduling.enabled", "off")]);
    let mut database = Database::new(&cluster);
    fill(&mut database);
    let original = contents(&mut database);
    let parallel = Way {
        as_replica: true,
        ..PARALLEL
    };
    for way in [SERIAL, PLAIN, INSERTS, parallel] {
        let mut restored = Database::without_extension(&cluster);
        way.take(&database, &restored);
        assert_same(&mut restored, &original, &way);
    }
}

#[test]
fn a_copy_that_leaves_out_columns_is_an_import_and_queues_jobs() {
    let cluster = at_rest();
    let mut database = Database::new(&cluster);
    let restored = "select count(*) from scheduling_private.restored";
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let names = mode.names();
        let (meetings, key) = (names.meetings, names.key);
        let row = |day: u32| {
            format!(
                "{}\t2033-01-{day:02} 10:00Z\t2033-01-{day:02} 10:30Z",
                owner.id
            )
        };
        let copy = |database: &mut Database<'_>, text: &str| -> Result<u64, postgres::Error> {
            let into = format!("copy scheduling.{meetings} ({key}, starts_at, ends_at) from stdin");
            let mut writer = database.sql.copy_in(&into)?;
            writer.write_all(text.as_bytes()).expect("it is sent");
            writer.finish()
        };
        let queued = format!(
            "select count(*) from scheduling.jobs where {} is not null",
            names.job_meeting
        );
        copy(&mut database, &row(1)).expect("it copies");
        assert_eq!(database.one::<i64>(&queued), 3);
        assert_eq!(database.one::<i64>(restored), 0, "it is no dump");

        // Whole rows are a dump's; what comes after them is not, nor after one that fails.
        let columns: String = database.one(&format!(
            "select string_agg(attname, ', ') from pg_attribute
             where attrelid = 'scheduling.{meetings}'::regclass and attnum > 0 and attgenerated = ''"
        ));
        let whole = |database: &mut Database<'_>, values: &[u8]| -> Result<u64, postgres::Error> {
            let into = format!("copy scheduling.{meetings} ({columns}) from stdin");
            let mut writer = database.sql.copy_in(&into)?;
            writer.write_all(values).expect("it is sent");
            writer.finish()
        };
        let values: String = database.one(&format!(
            "with gone as (delete from scheduling.{meetings} returning *)
             select string_agg(coalesce(row.value, '\\N'), e'\\t' order by a.attnum)
             from gone, jsonb_each_text(to_jsonb(gone) || jsonb_build_object('guests', '{{}}', 'reminder_minutes', '{{}}')) row
             join pg_attribute a on a.attrelid = 'scheduling.{meetings}'::regclass
                  and a.attname = row.key and a.attgenerated = ''"
        ));
        assert_eq!(database.one::<i64>(&queued), 0);
        whole(&mut database, b"nonsense").expect_err("it is no row");
        whole(&mut database, values.as_bytes()).expect("it copies");
        assert_eq!(database.one::<i64>(&queued), 0);
        assert_eq!(database.one::<i64>(restored), 1);
        copy(&mut database, &row(2)).expect("it copies");
        assert_eq!(database.one::<i64>(&queued), 3);
        assert_eq!(
            database.one::<String>("show session_replication_role"),
            "origin"
        );

        // Who is no superuser brings in new rows, whatever they name. COPY wants nothing to do with policies.
        database
            .sql
            .batch_execute(&format!(
                "delete from scheduling.{meetings};
                 do $$ begin create role importer bypassrls; exception when duplicate_object then null; end $$;
                 grant usage on schema scheduling, scheduling_private to importer;
                 grant insert on scheduling.{meetings} to importer;
                 set role importer"
            ))
            .expect("a superuser may");
        let as_importer = whole(&mut database, values.as_bytes());
        database.sql.batch_execute("reset role").expect("it may");
        as_importer.expect("it may insert");
        assert_eq!(database.one::<i64>(&queued), 3);
        database
            .sql
            .batch_execute("delete from scheduling_private.restored")
            .expect("a superuser may");
    }
}

/// CREATE EXTENSION is restored before the table that it would tie its own to.
#[test]
fn a_restored_database_is_tied_to_auth_users_when_it_is_started() {
    let cluster = at_rest();
    let mut database = Database::without_extension(&cluster);
    database
        .sql
        .batch_execute(
            "create schema auth; create table auth.users (id uuid primary key, email text);
             create extension scheduling cascade;
             insert into auth.users select gen_random_uuid() from generate_series(1, 2);
             insert into scheduling.user_profiles (user_id) select id from auth.users",
        )
        .expect("a superuser may");
    let tied = "select count(*) from pg_constraint where conname = 'user_profiles_user_id_fkey'";
    assert_eq!(database.one::<i64>(tied), 1);
    let mut restored = Database::without_extension(&cluster);
    PARALLEL.take(&database, &restored);
    assert_eq!(restored.one::<i64>(tied), 0);
    assert!(restored.one::<bool>("select scheduling.start_worker()"));
    assert_eq!(restored.one::<i64>(tied), 1);
    let forget = "delete from auth.users where id = (select min(id::text)::uuid from auth.users)";
    restored.sql.batch_execute(forget).expect("it cascades");
    let left = "select count(*) from scheduling.user_profiles";
    assert_eq!(restored.one::<i64>(left), 1);

    // Rows that do not fit are no reason not to start.
    let mut orphaned = Database::without_extension(&cluster);
    PARALLEL.take(&database, &orphaned);
    orphaned
        .sql
        .batch_execute("delete from auth.users")
        .expect("nothing is tied to it");
    assert!(orphaned.one::<bool>("select scheduling.start_worker()"));
    assert_eq!(orphaned.one::<i64>(tied), 0);
}

#[test]
fn what_is_restored_obeys_the_rules() {
    let cluster = at_rest();
    let mut database = Database::new(&cluster);
    fill(&mut database);
    let mut restored = Database::without_extension(&cluster);
    PARALLEL.take(&database, &restored);
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
