//! Sessions that ask a worker which does not listen: stopped by the system, with others waiting in front.

use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use crate::connect::{connect, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, sqlstate};

/// The cluster's worker, stopped for as long as this lives.
struct Stopped(i32);

impl Stopped {
    fn new(worker: i32) -> Self {
        // SAFETY: the process is this cluster's, as it has said itself.
        assert_eq!(unsafe { libc::kill(worker, libc::SIGSTOP) }, 0);
        Self(worker)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe { libc::kill(self.0, libc::SIGCONT) };
    }
}

/// Connections that nobody takes, until there is no room for another.
fn fill_the_queue(socket: &std::path::Path) -> Vec<UnixStream> {
    let room: usize = std::fs::read_to_string("/proc/sys/net/core/somaxconn")
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(4096);
    let files = room as u64 + 1000;
    // SAFETY: a limit of this process, raised where that is allowed.
    unsafe {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit);
        limit.rlim_cur = limit.rlim_max.min(files.max(limit.rlim_cur));
        libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
    }
    let path = socket.to_owned();
    let (sender, made) = std::sync::mpsc::channel();
    // The last one waits, and its thread with it, until the worker goes on.
    std::thread::spawn(move || {
        while let Ok(connection) = UnixStream::connect(&path) {
            if sender.send(connection).is_err() {
                break;
            }
        }
    });
    let mut connections = Vec::new();
    while let Ok(connection) = made.recv_timeout(Duration::from_millis(500)) {
        connections.push(connection);
    }
    connections
}

#[test]
fn a_session_that_asks_a_stopped_worker_can_be_cancelled_and_ends_in_time() {
    let cluster = Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.http_timeout", "2s"),
    ]);
    let mut database = Database::new(&cluster);
    let google = stand_in(&mut database);
    let owner = database.client();
    let worker = database.wait_for_worker();
    let oid: u32 = database.one("select oid from pg_database where datname = current_database()");
    let stopped = Stopped::new(worker);
    let waiting = fill_the_queue(&cluster.data().join(format!("scheduling.{oid}.ask")));
    assert!(waiting.len() > 100, "only {} wait", waiting.len());
    connect(&mut database, &owner, &google);

    let slots = format!(
        "select * from scheduling.available_slots('{}')",
        owner.key()
    );
    for (limit, expected) in [("500ms", "57014"), ("0", "PT503")] {
        database
            .sql
            .batch_execute(&format!("set statement_timeout = '{limit}'"))
            .expect("it can be set");
        let started = Instant::now();
        let refused = database.sql.query(&slots, &[]).expect_err("nobody answers");
        assert_eq!(sqlstate(&refused), expected);
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{expected} took {:?}",
            started.elapsed()
        );
    }
    drop(waiting);
    drop(stopped);
    database.sql.query(&slots, &[]).expect("it goes on");
}
