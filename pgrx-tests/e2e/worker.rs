//! The worker: there when it should be, gone when it should be, and in nobody's way.

use std::time::{Duration, Instant};

use axum::http::Method;
use postgres::Client;

use crate::connect::{connect, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode};
use crate::harness::wait::{wait_for, wait_up_to};
use crate::peers::google::Fault;

/// What must not wait for a provider may take so long on a busy machine, and no longer. The
/// provider in these tests takes ten seconds.
const AT_ONCE: Duration = Duration::from_secs(3);

#[test]
fn create_extension_starts_the_worker_at_commit() {
    let mut database = Database::without_extension(Cluster::shared());
    let mut transaction = database.sql.transaction().expect("a transaction");
    transaction
        .batch_execute("create extension scheduling cascade")
        .expect("it installs");
    let during: bool = transaction
        .query_one("select running from scheduling.worker_status()", &[])
        .expect("answers")
        .get(0);
    assert!(
        !during,
        "a worker for an extension that may yet be rolled back"
    );
    transaction.commit().expect("it commits");
    database.wait_for_worker();
}

#[test]
fn a_rolled_back_create_extension_leaves_no_worker() {
    let mut database = Database::without_extension(Cluster::shared());
    database
        .sql
        .batch_execute("begin; create extension scheduling cascade; rollback")
        .expect("it rolls back");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(workers(&mut database.sql, &database.name), 0);
}

#[test]
fn the_worker_ends_with_its_extension_and_comes_with_the_next() {
    let mut database = Database::new(Cluster::shared());
    let started = Instant::now();
    database
        .sql
        .batch_execute("drop extension scheduling cascade")
        .expect("it drops");
    assert!(
        started.elapsed() < AT_ONCE,
        "drop extension took {:?}",
        started.elapsed()
    );
    let name = database.name.clone();
    wait_for("the worker to end", || {
        (workers(&mut database.sql, &name) == 0).then_some(())
    });
    database
        .sql
        .batch_execute("create extension scheduling")
        .expect("it installs again");
    database.wait_for_worker();
}

#[test]
fn a_database_with_a_worker_can_be_dropped_without_force() {
    let mut database = Database::new(Cluster::shared());
    let mut server = database.cluster.connect("postgres");
    let name = database.name.clone();
    database.sql = database.cluster.connect("postgres");
    let started = Instant::now();
    server
        .batch_execute(&format!("drop database {name}"))
        .expect("the worker gives way");
    assert!(started.elapsed() < AT_ONCE, "took {:?}", started.elapsed());
    wait_for("the worker to end", || {
        (workers(&mut server, &name) == 0).then_some(())
    });
}

#[test]
fn a_hanging_provider_holds_up_neither_drop_database_nor_terminate() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    let owner = database.client();
    connect(&mut database, &owner, &google);
    google.always(Some(Fault::Hang(Duration::from_secs(10))));
    let meeting = database.book(&owner, 0);
    wait_for("the request to hang", || {
        (google.count(Method::POST, "/events") == 1).then_some(())
    });

    let mut server = database.cluster.connect("postgres");
    server
        .batch_execute("create database e2e_bystander")
        .expect("a superuser may");
    let started = Instant::now();
    server
        .batch_execute("drop database e2e_bystander")
        .expect("nobody is in it");
    assert!(
        started.elapsed() < AT_ONCE,
        "drop database took {:?}",
        started.elapsed()
    );

    let pid = database.wait_for_worker();
    let started = Instant::now();
    assert!(terminate(&mut server, pid));
    wait_up_to(AT_ONCE, "the worker to leave", || {
        gone(&mut server, pid).then_some(())
    });
    assert!(
        started.elapsed() < AT_ONCE,
        "terminating took {:?}",
        started.elapsed()
    );

    google.always(None);
    let jobs = database.wait_for_jobs(&owner, meeting);
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
    assert_eq!(google.events().len(), 1);
}

#[test]
fn the_worker_comes_back_after_pg_terminate_backend() {
    let mut database = Database::new(Cluster::shared());
    let first = database.wait_for_worker();
    assert!(terminate(&mut database.sql, first));
    let second = wait_for("another worker", || {
        database.worker().filter(|&pid| pid != first)
    });
    assert_ne!(first, second);
    let owner = database.client();
    let meeting = database.book(&owner, 0);
    database.wait_for_jobs(&owner, meeting);
}

/// What used to be the worker's own key, and any other key of the kind, is anybody's to lock.
#[test]
fn no_lock_of_a_session_keeps_the_worker_away() {
    let mut database = Database::new(Cluster::shared());
    let first = database.wait_for_worker();
    let key = 8_314_604_121_742_470_249_i64;
    assert!(database.one::<bool>(&format!("select pg_try_advisory_lock({key})")));
    assert!(terminate(&mut database.sql, first));
    wait_for("another worker", || {
        database.worker().filter(|&pid| pid != first)
    });
}

#[test]
fn however_many_start_it_at_once_there_is_one_launcher_and_one_worker() {
    let cluster = Cluster::with_settings(&[]);
    let mut database = Database::new(&cluster);
    let mut count = |what: &str| -> i64 {
        database.one(&format!(
            "select count(*) from pg_stat_activity where backend_type = 'scheduling {what}'"
        ))
    };
    assert_eq!((count("launcher"), count("worker")), (1, 1));
    assert!(cluster.stop());
    cluster.start();
    let sessions: Vec<_> = (0..8).map(|_| cluster.connect(&database.name)).collect();
    std::thread::scope(|scope| {
        for mut sql in sessions {
            scope.spawn(move || {
                sql.query("select scheduling.start_worker()", &[])
                    .expect("it starts");
            });
        }
    });
    database.reconnect();
    let mut count = |what: &str| -> i64 {
        database.one(&format!(
            "select count(*) from pg_stat_activity where backend_type = 'scheduling {what}'"
        ))
    };
    wait_for("one of each to be left", || {
        ((count("launcher"), count("worker")) == (1, 1)).then_some(())
    });
}

#[test]
fn stop_worker_stops_it_for_good_and_start_worker_starts_it() {
    let mut database = Database::new(Cluster::shared());
    let owner = database.client();
    assert!(database.one::<bool>("select scheduling.stop_worker()"));
    wait_for("the worker to end", || {
        database.worker().is_none().then_some(())
    });
    assert!(
        !database.one::<bool>("select scheduling.stop_worker()"),
        "there is none to stop"
    );
    let meeting = database.book(&owner, 0);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(database.worker(), None, "stopped means stopped");
    let jobs = database.jobs(&owner, meeting);
    assert!(
        jobs.iter()
            .all(|job| (job.state.as_str(), job.attempts) == ("ready", 0)),
        "{jobs:?}"
    );

    assert!(database.one::<bool>("select scheduling.start_worker()"));
    database.wait_for_worker();
    assert!(
        !database.one::<bool>("select scheduling.start_worker()"),
        "it runs already"
    );
    database.wait_for_jobs(&owner, meeting);
}

#[test]
fn two_databases_have_a_worker_each_that_does_its_own_jobs_only() {
    let (mut one, mut other) = (
        Database::new(Cluster::shared()),
        Database::new(Cluster::shared()),
    );
    let (google_one, google_other) = (stand_in(&mut one), stand_in(&mut other));
    assert_ne!(one.wait_for_worker(), other.wait_for_worker());
    let (owner_one, owner_other) = (one.client(), other.user());
    connect(&mut one, &owner_one, &google_one);
    connect(&mut other, &owner_other, &google_other);
    let meetings = (one.book(&owner_one, 0), other.book(&owner_other, 0));
    one.wait_for_jobs(&owner_one, meetings.0);
    other.wait_for_jobs(&owner_other, meetings.1);
    let ids = [&google_one, &google_other].map(|google| google.events()[0].id.clone());
    assert_eq!(
        ids,
        [meetings.0, meetings.1].map(|id| id.simple().to_string())
    );
    for database in [&mut one, &mut other] {
        let name = database.name.clone();
        assert_eq!(workers(&mut database.sql, &name), 1);
    }
}

/// A session that has written to a meeting and sits there, as people do in psql.
#[test]
fn an_open_transaction_on_a_meeting_holds_up_nothing_but_what_the_meeting_is_told() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let google = stand_in(&mut database);
        let (locked, other) = (database.owner(mode), database.owner(mode));
        for owner in [&locked, &other] {
            connect(&mut database, owner, &google);
            database.refresh_busy_times(owner);
        }
        // The event is made while the lock is there, and recorded when it is gone.
        google.always(Some(Fault::Hang(Duration::from_secs(1))));
        let meeting = database.book(&locked, 0);
        wait_for("the request for the event", || {
            (google.count(Method::POST, "/events") == 1).then_some(())
        });
        let mut sitting = database.connect();
        let table = mode.names().meetings;
        let write =
            format!("begin; update scheduling.{table} set notes = 'x' where id = '{meeting}'");
        sitting
            .batch_execute(&write)
            .expect("meetings can be changed");
        google.always(None);
        wait_for("the event to be made", || {
            (google.events().len() == 1).then_some(())
        });

        let started = Instant::now();
        let free = database.book(&other, 5);
        let jobs = database.wait_for_jobs(&other, free);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        assert!(started.elapsed() < AT_ONCE, "took {:?}", started.elapsed());
        let event_id = database.meeting_column(&locked, meeting, "calendar_event_id");
        assert_eq!(event_id, None, "{mode:?}: the lock is there");

        let jobs = database.wait_for_jobs(&locked, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");

        sitting.batch_execute("commit").expect("it commits");
        let mut told = |column| {
            wait_for("the meeting to be told", || {
                database.meeting_column(&locked, meeting, column)
            })
        };
        assert_eq!(told("calendar_event_id"), meeting.simple().to_string());
        assert!(!told("confirmation_sent_at").is_empty());
        assert_eq!(google.count(Method::POST, "/events"), 2, "one each");
    }
}

#[test]
fn nothing_is_claimed_while_scheduling_is_switched_off() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let owner = database.client();
    let switch = |database: &mut Database<'_>, to: &str| {
        database
            .sql
            .batch_execute(&format!("alter system set scheduling.enabled = {to}"))
            .expect("a superuser may");
        database
            .sql
            .batch_execute("select pg_reload_conf()")
            .expect("a superuser may");
    };
    switch(&mut database, "off");
    wait_for("the setting", || {
        (database.one::<String>("show scheduling.enabled") == "off").then_some(())
    });
    // The worker learns of it at the same signal, but in its own time.
    std::thread::sleep(Duration::from_millis(500));
    let meeting = database.book(&owner, 0);
    std::thread::sleep(Duration::from_secs(2));
    let jobs = database.jobs(&owner, meeting);
    assert!(
        jobs.iter()
            .all(|job| (job.state.as_str(), job.attempts) == ("ready", 0)),
        "{jobs:?}"
    );
    switch(&mut database, "on");
    database.wait_for_jobs(&owner, meeting);
}

fn workers(sql: &mut Client, database: &str) -> i64 {
    let query = "select count(*) from pg_stat_activity where backend_type = 'scheduling worker' and datname = $1";
    sql.query_one(query, &[&database])
        .expect("a superuser sees all")
        .get(0)
}

fn gone(sql: &mut Client, pid: i32) -> bool {
    sql.query("select from pg_stat_activity where pid = $1", &[&pid])
        .expect("answers")
        .is_empty()
}

fn terminate(sql: &mut Client, pid: i32) -> bool {
    sql.query_one("select pg_terminate_backend($1)", &[&pid])
        .expect("a superuser may")
        .get(0)
}
