//! A server that has nothing to do does nothing: no transaction id, no WAL. A worker that writes at every
//! look has `archive_timeout` archive a segment of nothing each minute, and uses up transaction ids.

use std::time::Duration;

use axum::http::Method;
use postgres::Client;

use crate::connect::{connect, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::Database;
use crate::harness::wait::{seconds, wait_for};
use crate::peers::google::Fault;

/// What of the server's own may write is switched off, so that what moves is ours: autovacuum, and the
/// background writer's snapshots for standbys.
const QUIET: &[(&str, &str)] = &[
    ("shared_preload_libraries", "scheduling"),
    ("autovacuum", "off"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    ("checkpoint_timeout", "1h"),
];

/// How long it is watched: two of the worker's own looks in the suite, and what is done once a minute as
/// well where there is more time.
fn watched() -> Duration {
    seconds("IDLE_SECONDS", 22)
}

/// Where WAL and transaction ids have got to. Asking moves neither.
fn position(sql: &mut Client) -> (i64, i64) {
    let look = "select (pg_current_wal_insert_lsn() - '0/0')::bigint,
                       pg_snapshot_xmax(pg_current_snapshot())::text::bigint";
    let row = sql.query_one(look, &[]).expect("a superuser may look");
    (row.get(0), row.get(1))
}

#[test]
fn an_idle_worker_uses_no_transaction_id_and_writes_no_wal() {
    let cluster = Cluster::with_settings(QUIET);
    let mut database = Database::new(&cluster);
    let owner = database.client();
    // What lies there: done and failed jobs, one that waits for its time, and one behind it in its lane.
    let [done, failed, waiting] = [0, 1, 2].map(|n| database.book(&owner, n));
    for meeting in [done, failed, waiting] {
        database.wait_for_jobs(&owner, meeting);
    }
    let set = format!(
        "update scheduling.jobs set state = 'failed', finished_at = now() where meeting_id = '{failed}';
         begin;
         insert into scheduling.jobs (kind, meeting_id, run_at)
             values ('update_event', '{waiting}', now() + interval '1 day');
         insert into scheduling.jobs (kind, meeting_id) values ('update_event', '{waiting}');
         commit;
         -- in a day and more
         update scheduling.meetings set reminder_minutes = '{{60}}' where id = '{done}'"
    );
    database.sql.batch_execute(&set).expect("they are queued");
    database
        .sql
        .batch_execute("checkpoint")
        .expect("a superuser may");
    let began = wait_for("the server to be quiet", || {
        let before = position(&mut database.sql);
        std::thread::sleep(Duration::from_secs(1));
        (position(&mut database.sql) == before).then_some(before)
    });
    std::thread::sleep(watched());
    let ended = position(&mut database.sql);
    assert_eq!(
        (ended.0 - began.0, ended.1 - began.1),
        (0, 0),
        "bytes of WAL and transaction ids within {:?}",
        watched()
    );
    // It was there all the time, and is awake when there is something to do.
    let meeting = database.book(&owner, 3);
    database.wait_for_jobs(&owner, meeting);
}

/// Processor time of a process and its threads so far, in hundredths of a second.
fn processor_time(pid: i32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process is there");
    let (_, fields) = stat.rsplit_once(')').expect("a stat file");
    let fields: Vec<&str> = fields.split_whitespace().collect();
    [11, 12]
        .map(|n| fields[n].parse::<u64>().expect("a number"))
        .iter()
        .sum()
}

/// What takes the places wakes the worker when it comes back: there is nothing to look for before.
#[test]
fn a_worker_whose_places_are_all_taken_waits_for_them() {
    let cluster = Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.concurrency", "1"),
    ]);
    let mut database = Database::new(&cluster);
    let google = stand_in(&mut database);
    let owner = database.client();
    connect(&mut database, &owner, &google);
    database.refresh_busy_times(&owner);
    google.always(Some(Fault::Hang(Duration::from_secs(6))));
    database.book(&owner, 0);
    wait_for("the request for the event", || {
        (google.count(Method::POST, "/events") == 1).then_some(())
    });
    let pid: i32 = database.one("select pid from scheduling.worker_status()");
    let before = processor_time(pid);
    std::thread::sleep(Duration::from_secs(3));
    let taken = processor_time(pid) - before;
    assert!(taken < 60, "{taken} hundredths of a second in three");
}
