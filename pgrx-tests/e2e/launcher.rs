//! The launcher of a server with many databases, or with few processes to give.

use std::time::{Duration, Instant};

use crate::harness::cluster::Cluster;
use crate::harness::database::Database;
use crate::harness::wait::{wait_for, wait_up_to};

/// `LAUNCHER_DATABASES=500` measures more.
fn how_many() -> usize {
    let asked = std::env::var("LAUNCHER_DATABASES").ok();
    asked.and_then(|count| count.parse().ok()).unwrap_or(60)
}

/// What the log says from here on about processes of ours: how many there were at once, and how many in
/// all.
fn processes(log: &str) -> (i32, i32) {
    let (mut now, mut most, mut all) = (0, 0, 0);
    for line in log.lines() {
        if line.contains(r#"starting background worker process "scheduling worker""#) {
            now += 1;
            all += 1;
        } else if line.contains(r#"background worker "scheduling worker""#)
            && line.contains("exited")
        {
            now -= 1;
        }
        most = most.max(now);
    }
    (most, all)
}

#[test]
fn many_databases_without_the_extension_are_looked_at_by_few_at_a_time() {
    let cluster = Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("log_min_messages", "debug1"),
        ("fsync", "off"),
    ]);
    let mut server = cluster.connect("postgres");
    for n in 0..how_many() {
        server
            .batch_execute(&format!("create database other_{n}"))
            .expect("a superuser may");
    }
    let mut database = Database::new(&cluster);

    assert!(cluster.stop());
    let stopped = cluster.log().len();
    cluster.start();
    let started = Instant::now();
    database.reconnect();
    // It had a worker before, so it does not wait for its turn, although it is the last of the list.
    wait_up_to(Duration::from_secs(3), "the worker", || database.worker());
    let until_worker = started.elapsed();
    // `postgres` and the one with the extension as well.
    let all = how_many() as i32 + 2;
    wait_up_to(Duration::from_secs(120), "all to be looked at", || {
        (processes(&cluster.log()[stopped..]).1 >= all).then_some(())
    });
    let log = &cluster.log()[stopped..];
    let (at_once, in_all) = processes(log);
    println!(
        "{} databases: the worker after {until_worker:?}, all looked at after {:?}, {at_once} at once",
        how_many(),
        started.elapsed(),
    );
    assert_eq!(in_all, all, "each once");
    // Two that look, and one that works.
    assert!(at_once <= 3, "{at_once} at once");
    assert!(!log.contains("increase max_worker_processes"));
}

#[test]
fn that_there_are_no_processes_left_is_said_once_and_when_it_is_over() {
    // One for the launcher, one for logical replication, one for a worker.
    let cluster = Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("max_worker_processes", "3"),
        ("max_parallel_workers", "0"),
    ]);
    let mut first = Database::new(&cluster);
    let mut others: Vec<_> = (0..4)
        .map(|_| Database::without_extension(&cluster))
        .collect();
    for other in &mut others {
        other
            .sql
            .batch_execute("create extension scheduling cascade")
            .expect("it installs");
    }
    std::thread::sleep(Duration::from_secs(4));
    let said = |what: &str| cluster.log().matches(what).count();
    assert_eq!(said("increase max_worker_processes"), 1);
    assert_eq!(said("can start its workers again"), 0);
    assert!(others.iter_mut().all(|other| other.worker().is_none()));

    assert!(first.one::<bool>("select scheduling.stop_worker()"));
    wait_for("another worker to have the place", || {
        others.iter_mut().find_map(Database::worker)
    });
    assert_eq!(said("can start its workers again"), 1);
}
