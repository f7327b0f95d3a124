//! The worker leaves: for whatever reason, what is on its way out is recorded first, and nothing holds
//! it up for long.

use std::time::{Duration, Instant};

use axum::http::Method;

use crate::connect::{connect, send_through, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Owner};
use crate::harness::wait::{wait_for, wait_up_to};
use crate::peers::google::{Fault, Google};
use crate::peers::smtp::{MailServer, Tls};

/// A provider that takes its time, and less of it than the worker has.
const SLOW: Duration = Duration::from_millis(700);
/// A worker is gone by then, whatever it was at.
const GONE: Duration = Duration::from_secs(5);

/// An event whose answer is on its way.
fn event_in_flight(
    database: &mut Database<'_>,
    google: &Google,
    owner: &Owner,
    n: i32,
) -> uuid::Uuid {
    google.always(Some(Fault::Late(SLOW)));
    let before = google.count(Method::POST, "/events");
    let meeting = database.book(owner, n);
    wait_for("the request", || {
        (google.count(Method::POST, "/events") > before).then_some(())
    });
    google.always(None);
    meeting
}

fn terminate(database: &mut Database<'_>, pid: i32) {
    assert!(database.one::<bool>(&format!("select pg_terminate_backend({pid})")));
}

fn wait_until_gone(database: &mut Database<'_>, pid: i32) {
    let query = format!("select count(*) from pg_stat_activity where pid = {pid}");
    wait_up_to(GONE, "the worker to leave", || {
        (database.one::<i64>(&query) == 0).then_some(())
    });
}

#[test]
fn what_is_in_flight_is_recorded_before_the_worker_leaves() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let google = stand_in(&mut database);
    let owner = database.client();
    connect(&mut database, &owner, &google);
    let name = database.name.clone();
    for (n, how) in ["stop_worker", "terminate", "leave", "shutdown"]
        .into_iter()
        .enumerate()
    {
        let pid = database.wait_for_worker();
        let meeting = event_in_flight(&mut database, &google, &owner, n as i32);
        match how {
            "stop_worker" => {
                assert!(database.one::<bool>("select scheduling.stop_worker()"));
                wait_until_gone(&mut database, pid);
            }
            "terminate" => {
                terminate(&mut database, pid);
                wait_until_gone(&mut database, pid);
            }
            "leave" => {
                database.sql = cluster.connect("postgres");
                database
                    .sql
                    .batch_execute(&format!("alter database {name} rename to elsewhere"))
                    .expect("the worker gives way");
                database
                    .sql
                    .batch_execute(&format!("alter database elsewhere rename to {name}"))
                    .expect("the worker gives way");
                database.reconnect();
            }
            _ => {
                assert!(cluster.stop(), "a clean shutdown");
                cluster.start();
                database.reconnect();
            }
        }
        let event = database
            .jobs(&owner, meeting)
            .into_iter()
            .find(|job| job.kind == "create_event")
            .expect("it was queued");
        assert_eq!((event.state.as_str(), event.attempts), ("done", 1), "{how}");
        assert_eq!(
            google.count(Method::POST, "/events"),
            n + 1,
            "{how}: asked once"
        );
        database
            .sql
            .query("select scheduling.start_worker()", &[])
            .expect("it starts");
    }
}

#[test]
fn no_mail_goes_out_twice_because_its_worker_leaves() {
    let mut database = Database::new(Cluster::shared());
    let owner = database.client();
    let server = MailServer::start(Tls::StartTls);
    send_through(&mut database, &server);
    let mut meetings = Vec::new();
    for n in 0..8 {
        meetings.push(database.book(&owner, n));
        let pid = database.wait_for_worker();
        std::thread::sleep(Duration::from_millis(15 * n as u64));
        terminate(&mut database, pid);
        wait_until_gone(&mut database, pid);
        // At once: the launcher leaves longer and longer pauses.
        assert!(database.one::<bool>("select scheduling.start_worker()"));
    }
    for &meeting in &meetings {
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
    }
    assert_eq!(
        server.deliveries().len(),
        meetings.len() * 2,
        "two a meeting"
    );
}

/// Somebody's own trigger, or a table that somebody has locked: no step lasts for ever.
#[test]
fn a_worker_in_a_statement_that_does_not_end_leaves_all_the_same() {
    let mut database = Database::new(Cluster::shared());
    let owner = database.client();
    database
        .sql
        .batch_execute(
            "create function dream() returns trigger language plpgsql as $$ begin
                 perform pg_sleep(60); return new; end $$;
             create trigger dream before insert on scheduling.emails for each row execute function dream()",
        )
        .expect("a superuser may");
    let pid = database.wait_for_worker();
    database.book(&owner, 0);
    wait_for("the worker to be stuck", || {
        let waits = format!(
            "select count(*) from pg_stat_activity where pid = {pid} and wait_event = 'PgSleep'"
        );
        (database.one::<i64>(&waits) == 1).then_some(())
    });
    terminate(&mut database, pid);
    wait_until_gone(&mut database, pid);
    database
        .sql
        .batch_execute("drop trigger dream on scheduling.emails")
        .expect("a superuser may");
}

#[test]
fn a_worker_with_a_long_queue_leaves_at_once() {
    let mut database = Database::new(Cluster::shared());
    let owner = database.client();
    let pid = database.wait_for_worker();
    database.import(&owner, 3000);
    wait_for("it to be at work", || {
        (database.one::<i64>("select count(*) from scheduling.jobs where state = 'done'") > 10)
            .then_some(())
    });
    let started = Instant::now();
    assert!(database.one::<bool>("select scheduling.stop_worker()"));
    wait_until_gone(&mut database, pid);
    assert!(started.elapsed() < GONE, "took {:?}", started.elapsed());
    let left: i64 = database.one("select count(*) from scheduling.jobs where state <> 'done'");
    assert!(left > 100, "it did not stop: {left} are left");
}
