//! How soon after its commit a booking reaches the provider. The figures are printed, not judged:
//! they depend on the machine. What is judged is that the worker was woken, not that it polled.

use std::time::{Duration, Instant};

use axum::http::Method;

use crate::connect::{connect, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Owner};
use crate::harness::wait::wait_for;
use crate::peers::google::Google;

/// A worker that polls once a second, or less often, is found out by a median far above this.
const WOKEN: Duration = Duration::from_millis(400);

#[test]
fn latency_of_bookings_one_after_another() {
    let (mut database, google, owner) = prepare();
    let times = (0..100)
        .map(|n| {
            let committed = book_and_commit(&mut database, &owner, n);
            wait_for("the request", || arrivals(&google).get(n as usize).copied())
                .saturating_duration_since(committed)
        })
        .collect();
    report("one after another", times);
}

#[test]
fn latency_of_bookings_back_to_back() {
    let (mut database, google, owner) = prepare();
    let mut times = Vec::new();
    for pair in 0..50 {
        // The second one commits while the worker is busy with the first one.
        let committed = [2 * pair, 2 * pair + 1].map(|n| book_and_commit(&mut database, &owner, n));
        let seen = wait_for("both requests", || {
            arrivals(&google)
                .get(2 * pair as usize..2 * pair as usize + 2)
                .map(<[_]>::to_vec)
        });
        times.extend(
            seen.iter()
                .zip(committed)
                .map(|(at, from)| at.saturating_duration_since(from)),
        );
    }
    report("in pairs, back to back", times);
}

fn prepare() -> (Database<'static>, Google, Owner) {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    let owner = database.client();
    database
        .sql
        .batch_execute("update scheduling.booking_links set max_hourly_attempts_per_guest = null, max_hourly_bookings_per_guest = null, max_upcoming_bookings_per_guest = null")
        .expect("links can be changed");
    connect(&mut database, &owner, &google);
    (database, google, owner)
}

/// Returns when COMMIT was sent, so the time of the commit itself counts as well.
fn book_and_commit(database: &mut Database<'_>, owner: &Owner, n: i32) -> Instant {
    database.sql.batch_execute("begin").expect("begins");
    database.book(owner, n);
    let committing = Instant::now();
    database.sql.batch_execute("commit").expect("commits");
    committing
}

fn arrivals(google: &Google) -> Vec<Instant> {
    let requests = google.requests();
    requests
        .iter()
        .filter(|r| r.method == Method::POST && r.path.ends_with("/events"))
        .map(|r| r.arrived)
        .collect()
}

fn report(title: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    let [p50, p95, most] = [50, 95, 100].map(at).map(|time| time.as_secs_f64() * 1e3);
    println!("    commit to request, {title}: p50 {p50:.2} ms, p95 {p95:.2} ms, max {most:.2} ms");
    assert!(
        at(50) < WOKEN,
        "the median is {:?}: the worker polls",
        at(50)
    );
}
