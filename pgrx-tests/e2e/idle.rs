//! A server that has nothing to do does nothing: no transaction id, no WAL. A worker that writes at every
//! look has `archive_timeout` archive a segment of nothing each minute, and uses up transaction ids.

use std::time::Duration;

use postgres::Client;

use crate::harness::cluster::Cluster;
use crate::harness::database::Database;
use crate::harness::wait::{seconds, wait_for};

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
         commit"
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
