//! Copies of a database: their guests are the original's, so their workers do nothing until they are
//! told to. What is no copy goes on without a word.

use std::io::Write;
use std::process::Command;
use std::time::Duration;

use uuid::Uuid;

use crate::connect::{connect, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, sqlstate};
use crate::harness::machine::machine;
use crate::harness::wait::wait_for;

/// Long enough for a worker that is up to do a job.
const TIME_FOR_WORK: Duration = Duration::from_millis(1500);

/// A database with a booking whose jobs nobody has done yet.
fn with_waiting_jobs(cluster: &Cluster) -> (Database<'_>, Owner, Uuid) {
    let mut database = Database::new(cluster);
    assert!(database.one::<bool>("select scheduling.stop_worker()"));
    let owner = database.client();
    let meeting = database.book(&owner, 0);
    (database, owner, meeting)
}

/// A session in a database that is there already.
fn enter<'a>(cluster: &'a Cluster, name: &str) -> Database<'a> {
    Database {
        cluster,
        name: name.to_owned(),
        sql: cluster.connect(name),
    }
}

fn held(database: &mut Database<'_>) -> Option<String> {
    database.one("select held_reason from scheduling.worker_status()")
}

#[track_caller]
fn assert_holds(database: &mut Database<'_>, owner: &Owner, meeting: Uuid, because: &str) {
    database.wait_for_worker();
    let reason = held(database).expect("it holds");
    assert!(reason.contains(because), "{reason}");
    std::thread::sleep(TIME_FOR_WORK);
    let jobs = database.jobs(owner, meeting);
    assert!(
        jobs.iter()
            .all(|job| (job.state.as_str(), job.attempts) == ("ready", 0)),
        "{jobs:?}"
    );
}

#[track_caller]
fn assert_works(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) {
    database.wait_for_worker();
    assert_eq!(held(database), None);
    let jobs = database.wait_for_jobs(owner, meeting);
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
}

#[test]
fn a_database_made_from_a_template_holds_until_it_is_told_to_start() {
    let cluster = Cluster::preloaded();
    let (mut original, owner, meeting) = with_waiting_jobs(&cluster);
    // Somebody whose calendar the worker would have to read.
    let google = stand_in(&mut original);
    let connected = original.client();
    connect(&mut original, &connected, &google);
    let name = original.name.clone();
    original.sql = cluster.connect("postgres");
    wait_for("the session to end", || {
        let create = format!("create database copy template {name}");
        original.sql.batch_execute(&create).ok()
    });

    let mut copy = enter(&cluster, "copy");
    assert_holds(&mut copy, &owner, meeting, "TEMPLATE");
    assert_eq!(google.requests().len(), 0, "no calendar is read");
    let slots = format!(
        "select * from scheduling.available_slots('{}')",
        connected.key()
    );
    let refused = copy.sql.query(&slots, &[]).expect_err("nobody asks Google");
    assert_eq!(sqlstate(&refused), "PT503");
    let detail = refused.as_db_error().unwrap().detail().unwrap_or_default();
    assert!(detail.contains("copy of a database"), "{detail}");
    let warnings = cluster.log().matches("does nothing in this copy").count();
    assert_eq!(warnings, 1);

    // Neither a restart of the worker nor one of the server is a reason to go on.
    assert!(copy.one::<bool>("select scheduling.stop_worker()"));
    drop(original);
    assert!(cluster.stop());
    cluster.start();
    copy.reconnect();
    assert_holds(&mut copy, &owner, meeting, "TEMPLATE");

    assert!(copy.one::<bool>("select scheduling.start_worker()"));
    assert_works(&mut copy, &owner, meeting);
    copy.sql.query(&slots, &[]).expect("the calendar is read");
    assert!(
        !copy.one::<bool>("select scheduling.start_worker()"),
        "it is at home"
    );
    assert!(copy.one::<bool>("select scheduling.stop_worker()"));
    assert!(copy.one::<bool>("select scheduling.start_worker()"));
    assert_eq!(held(&mut copy), None);
}

#[test]
fn a_base_backup_that_is_started_holds_and_the_original_goes_on() {
    let cluster = Cluster::preloaded();
    let (mut original, owner, meeting) = with_waiting_jobs(&cluster);
    let backup = cluster.base_backup(false, &[]);
    let mut copy = enter(&backup, &original.name);
    assert_holds(&mut copy, &owner, meeting, "base backup");
    assert!(original.one::<bool>("select scheduling.start_worker()"));
    assert_works(&mut original, &owner, meeting);
    // A second copy is one of the copy, once that is at home.
    assert!(copy.one::<bool>("select scheduling.start_worker()"));
    assert_works(&mut copy, &owner, meeting);
    let again = backup.base_backup(false, &[]);
    let mut copy = enter(&again, &original.name);
    let pid = copy.wait_for_worker();
    assert!(held(&mut copy).is_some());
    // One that holds goes with its extension as any other.
    copy.sql
        .batch_execute("drop extension scheduling cascade")
        .expect("it drops");
    wait_for("the worker to end", || {
        let query = format!("select count(*) from pg_stat_activity where pid = {pid}");
        (copy.one::<i64>(&query) == 0).then_some(())
    });
}

#[test]
fn a_standby_that_is_promoted_holds_unless_it_is_there_to_take_over() {
    let cluster = Cluster::preloaded();
    let (original, owner, meeting) = with_waiting_jobs(&cluster);
    let name = &original.name;
    for takes_over in [false, true] {
        let setting = [(
            "scheduling.takes_over",
            if takes_over { "on" } else { "off" },
        )];
        let standby = cluster.base_backup(true, &setting);
        let mut copy = enter(&standby, name);
        assert_eq!(copy.worker(), None, "nothing runs before the promotion");
        assert!(copy.one::<bool>("select pg_promote()"));
        if takes_over {
            assert_works(&mut copy, &owner, meeting);
            // From now on it is at home here, whatever the setting says.
            copy.sql
                .batch_execute("alter system set scheduling.takes_over = off")
                .unwrap();
            assert!(standby.stop());
            standby.start();
            copy.reconnect();
            copy.wait_for_worker();
            assert_eq!(held(&mut copy), None);
        } else {
            assert_holds(&mut copy, &owner, meeting, "promoted");
            // Said later, it holds from the next reload on.
            copy.sql
                .batch_execute("alter system set scheduling.takes_over = on")
                .unwrap();
            copy.sql.batch_execute("select pg_reload_conf()").unwrap();
            // The signal reaches this session and the worker when it does.
            wait_for("the reload", || held(&mut copy).is_none().then_some(()));
            assert_works(&mut copy, &owner, meeting);
        }
    }
}

/// Whoever restores one may do so to look at it, and its guests are still the original's; and the worker
/// must not begin with jobs whose meetings, or whose settings of mail, are yet to come.
#[test]
fn a_restored_dump_holds_until_it_is_told_to_start() {
    let cluster = Cluster::preloaded();
    let (mut original, owner, meeting) = with_waiting_jobs(&cluster);
    let dump = machine()
        .run_dir
        .join(format!("{}.home.dump", original.name));
    let run = |program: &str, arguments: &[&str], database: &str| {
        let mut command = Command::new(machine().pg_bin.join(program));
        command
            .args(["--host=127.0.0.1", "--username=postgres"])
            .args(["--port", &cluster.port().to_string(), "--dbname", database])
            .args(arguments);
        match program {
            "pg_dump" => command.arg("--format=custom").arg("--file").arg(&dump),
            _ => command.arg(&dump),
        };
        assert!(command.status().expect("it can be started").success());
    };
    run("pg_dump", &[], &original.name);
    for arguments in [&["--jobs=4"][..], &[], &["--single-transaction"]] {
        let mut restored = Database::without_extension(&cluster);
        run("pg_restore", arguments, &restored.name);
        assert_holds(&mut restored, &owner, meeting, "restored from a dump");
        // Data that come into a database at work as well.
        let mut at_work = Database::new(&cluster);
        let arguments = [arguments, &["--data-only"]].concat();
        run("pg_restore", &arguments, &at_work.name);
        wait_for("the worker to hold", || held(&mut at_work));
        assert_holds(&mut at_work, &owner, meeting, "restored from a dump");
        for mut copy in [restored, at_work] {
            assert!(copy.one::<bool>("select scheduling.start_worker()"));
            assert_works(&mut copy, &owner, meeting);
            assert!(!copy.one::<bool>("select scheduling.start_worker()"));
        }
    }
    std::fs::remove_file(dump).expect("it was ours");
    assert!(original.one::<bool>("select scheduling.start_worker()"));
    assert_works(&mut original, &owner, meeting);
}

#[test]
fn a_restart_is_no_copy() {
    let cluster = Cluster::preloaded();
    let (mut original, owner, meeting) = with_waiting_jobs(&cluster);
    assert!(cluster.stop());
    cluster.start();
    original.reconnect();
    assert_works(&mut original, &owner, meeting);
}

/// The extension in a template, so that each new database has it, which no worker has ever worked for.
#[test]
fn what_is_made_from_a_template_that_never_worked_is_at_home() {
    let cluster = Cluster::preloaded();
    let mut server = cluster.connect("postgres");
    server
        .batch_execute("create database mould is_template true")
        .expect("a superuser may");
    cluster
        .connect("mould")
        .batch_execute("create extension scheduling cascade")
        .expect("it installs");
    let mut made = Vec::new();
    for name in ["one", "two"] {
        wait_for("the session to end", || {
            server
                .batch_execute(&format!("create database {name} template mould"))
                .ok()
        });
        let mut database = enter(&cluster, name);
        let owner = database.client();
        let meeting = database.book(&owner, 0);
        assert_works(&mut database, &owner, meeting);
        database.sql = cluster.connect("postgres");
        made.push(database);
    }
    // But what is made from one of these is a copy.
    wait_for("the sessions to end", || {
        server
            .batch_execute("create database three template one")
            .ok()
    });
    let mut copy = enter(&cluster, "three");
    copy.wait_for_worker();
    assert!(held(&mut copy).is_some());
    server
        .batch_execute("alter database mould is_template false")
        .expect("a superuser may");
}

/// Whoever imports an address book means no copy of a database; and of what is taken for one, they hear.
#[test]
fn an_address_book_that_is_copied_in_whole_stops_no_worker_and_owners_stop_it_with_a_warning() {
    let cluster = Cluster::preloaded();
    for mode in Mode::BOTH {
        let mut database = Database::new(&cluster);
        let owner = database.owner(mode);
        let names = mode.names();
        let heard = || {
            let log = cluster.log();
            log.matches("are taken for those of a dump").count()
        };
        let whole = |database: &mut Database<'_>, table: &str, row: &str| {
            let columns: String = database.one(&format!(
                "select string_agg(attname, ', ' order by attnum) from pg_attribute
                 where attrelid = 'scheduling.{table}'::regclass and attnum > 0 and not attisdropped"
            ));
            let copy = format!("copy scheduling.{table} ({columns}) from stdin");
            let mut writer = database.sql.copy_in(&copy).expect("a superuser may");
            writer.write_all(row.as_bytes()).expect("it is sent");
            writer.finish().expect("it copies");
        };
        let before = heard();
        let guest = format!(
            "{}\t{}\tada@guest.example\tAda\t\\N\t\\N\t2030-01-01\t2030-01-01",
            Uuid::new_v4(),
            owner.id
        );
        whole(&mut database, names.guests, &guest);
        let meeting = database.book(&owner, 0);
        database.wait_for_jobs(&owner, meeting);
        assert_eq!(held(&mut database), None);
        assert_eq!(heard(), before, "a notice is not logged");

        let owners = match mode {
            Mode::Client => "clients",
            Mode::User => "user_profiles",
        };
        let another = || {
            format!(
                "{}\tZoe\tzoe@acme.example\tUTC\t{{}}\t\\N\t2030-01-01\t2030-01-01",
                Uuid::new_v4()
            )
        };
        whole(&mut database, owners, &another());
        wait_for("the worker to hold", || held(&mut database));
        whole(&mut database, owners, &another());
        assert_eq!(heard(), before + 1, "it is said once");
        assert!(database.one::<bool>("select scheduling.start_worker()"));
    }
}
