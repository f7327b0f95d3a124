//! One owner's backlog, or one owner's provider, is nobody else's trouble. The figures are printed;
//! what is judged is that they are seconds, where the backlog takes minutes.

use std::time::{Duration, Instant};

use axum::http::Method;
use uuid::Uuid;

use crate::connect::{connect, connect_outlook, outlook_stand_in, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};
use crate::harness::wait::{wait_for, wait_up_to};
use crate::peers::google::Fault;

/// How soon somebody else's job is to be done while the backlog stands.
const SOON: Duration = Duration::from_secs(5);

/// How many jobs of an owner are in this state.
fn count(database: &mut Database<'_>, owner: &Owner, state: &str) -> i64 {
    database.one(&format!(
        "select count(*) from scheduling.jobs where owner = '{}' and state = '{state}'",
        owner.key()
    ))
}

/// Books for an owner and returns how long all that follows takes from the commit on.
fn book_and_wait(database: &mut Database<'_>, owner: &Owner, n: i32) -> (Uuid, Duration) {
    let meeting = database.book(owner, n);
    let committed = Instant::now();
    let jobs = database.wait_for_jobs(owner, meeting);
    let took = committed.elapsed();
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
    (meeting, took)
}

#[test]
fn ten_thousand_jobs_of_one_owner_delay_another_ones_event_by_seconds_at_most() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let google = stand_in(&mut database);
        google.always(Some(Fault::Hang(Duration::from_millis(50))));
        let (busy, other) = (database.owner(mode), database.owner(mode));
        connect(&mut database, &busy, &google);
        connect(&mut database, &other, &google);
        database.import(&busy, 3_400);
        wait_for("the backlog to be at work", || {
            (count(&mut database, &busy, "running") > 0).then_some(())
        });
        let (_, took) = book_and_wait(&mut database, &other, 0);
        let left = count(&mut database, &busy, "ready");
        println!(
            "    {mode:?}: done {took:.2?} after the commit, with {left} jobs of another owner waiting"
        );
        assert!(left > 1_000, "the backlog was still there: {left}");
        assert!(took < SOON, "{took:?}");
    }
}

#[test]
fn an_owner_whose_provider_hangs_holds_few_places_and_delays_nobody() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    let graph = outlook_stand_in(&mut database);
    google.always(Some(Fault::Hang(Duration::from_secs(60))));
    let (stuck, other) = (database.client(), database.user());
    connect(&mut database, &stuck, &google);
    connect_outlook(&mut database, &other, &graph, None, 3600.0);
    database.import(&stuck, 300);
    let requests = |google: &crate::peers::google::Google| google.count(Method::POST, "/events");
    wait_for("requests to hang", || {
        (requests(&google) >= 4).then_some(())
    });

    let (_, took) = book_and_wait(&mut database, &other, 0);
    let (_, again) = book_and_wait(&mut database, &other, 1);
    println!(
        "    done {took:.2?} and {again:.2?} after the commits, while another owner's provider hangs"
    );
    assert!(took < SOON && again < SOON, "{took:?} {again:?}");
    assert_eq!(graph.events().len(), 2);

    // Their own mails go out meanwhile, and their calendar has its places and no more.
    wait_up_to(SOON * 4, "the mails of the owner who is stuck", || {
        let mails: i64 = database.one(&format!(
            "select count(*) from scheduling.jobs
             where owner = '{}' and kind = 'send_email' and state = 'done'",
            stuck.key()
        ));
        (mails == 600).then_some(())
    });
    let running = count(&mut database, &stuck, "running");
    assert!((1..=8).contains(&running), "{running} places");
}
