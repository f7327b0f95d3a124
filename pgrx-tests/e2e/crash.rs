//! Crashes: whatever dies, and whenever, no job is lost and nothing is done twice outside.

use std::time::Duration;

use axum::http::Method;

use crate::connect::{connect, send_through, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};
use crate::harness::wait::{wait_for, wait_up_to};
use crate::peers::google::{Fault, Google};
use crate::peers::smtp::{MailServer, Tls};

/// A new worker takes over what a dead one had; the rest is recovery and the jobs' own pauses.
const LEASE: Duration = Duration::from_secs(90);

/// kill -9 of the worker has the postmaster restart every session; wait until it is back.
pub fn kill_worker(database: &mut Database<'_>) {
    let pid = database.wait_for_worker();
    // SAFETY: the process is this cluster's, as it has just said itself.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGKILL) }, 0);
    // A session may still get in before the postmaster has noticed; another worker tells.
    database.sql = wait_for("the server to recover, with another worker", || {
        let mut sql = database.cluster.try_connect(&database.name).ok()?;
        let worker = "select pid from scheduling.worker_status() where running";
        let other: i32 = sql.query_one(worker, &[]).ok()?.get(0);
        (other != pid).then_some(sql)
    });
}

fn wait_until_all_done(database: &mut Database<'_>, owner: &Owner, meeting: uuid::Uuid) {
    wait_up_to(LEASE, "every job to be done", || {
        database
            .jobs(owner, meeting)
            .iter()
            .all(|job| job.state == "done")
            .then_some(())
    });
}

fn with_google<'a>(cluster: &'a Cluster, mode: Mode) -> (Database<'a>, Google, Owner) {
    let mut database = Database::new(cluster);
    let google = stand_in(&mut database);
    let owner = database.owner(mode);
    connect(&mut database, &owner, &google);
    (database, google, owner)
}

#[test]
fn worker_survives_kill_9_without_losing_a_job() {
    let cluster = Cluster::preloaded();
    let (mut database, google, owner) = with_google(&cluster, Mode::Client);
    google.next(Fault::Hang(Duration::from_secs(60)));
    let meetings: Vec<_> = (0..5).map(|n| database.book(&owner, n)).collect();
    wait_for("a request in flight", || {
        (google.count(Method::POST, "/events") >= 1).then_some(())
    });
    kill_worker(&mut database);
    for &meeting in &meetings {
        wait_until_all_done(&mut database, &owner, meeting);
    }
    let mut events: Vec<_> = google.events().into_iter().map(|event| event.id).collect();
    let mut ids: Vec<_> = meetings.iter().map(|id| id.simple().to_string()).collect();
    events.sort();
    ids.sort();
    assert_eq!(events, ids, "one event a meeting");
    let doubled: i64 = database.one(
        "select count(*) from (select from scheduling.emails group by meeting_id, kind, recipient having count(*) > 1) twice",
    );
    assert_eq!(doubled, 0, "one mail a side and meeting");
}

#[test]
fn an_event_whose_answer_died_with_the_worker_is_not_made_twice() {
    let cluster = Cluster::preloaded();
    let (mut database, google, owner) = with_google(&cluster, Mode::User);
    // The provider stores the event and its answer is lost; the worker dies while it asks again.
    google.next(Fault::LoseAnswer);
    google.always(Some(Fault::Hang(Duration::from_secs(5))));
    let meeting = database.book(&owner, 0);
    wait_for("the event to be stored", || {
        (google.events().len() == 1).then_some(())
    });
    kill_worker(&mut database);
    google.always(None);
    wait_until_all_done(&mut database, &owner, meeting);
    assert_eq!(google.events().len(), 1);
    let stored = database.meeting_column(&owner, meeting, "calendar_event_id");
    assert_eq!(stored, Some(meeting.simple().to_string()));
}

#[test]
fn a_mail_whose_sending_was_cut_short_goes_again_as_the_same_mail() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let owner = database.client();
    let mut server = MailServer::start(Tls::StartTls);
    send_through(&mut database, &server);
    // The guest's mail is rendered, put off, and then its worker dies.
    server.refuse("451 4.3.0 Try again later");
    let meeting = database.book(&owner, 0);
    wait_for("a refused mail", || server.deliveries().pop());
    kill_worker(&mut database);
    wait_until_all_done(&mut database, &owner, meeting);
    let copies = server.deliveries();
    let (first, again) = (&copies[0], server.accepted_for(&copies[0].recipients[0]));
    assert!(!first.accepted);
    assert_eq!(again.len(), 1, "it went out, and once only");
    assert!(
        again[0].content == first.content,
        "other bytes than the first time"
    );
    // The owner's mail was on its way meanwhile. Where the kill fell between sending and recording,
    // it went out again, and it is the same mail.
    let told = server.accepted_for("front.desk@acme.example");
    assert!(!told.is_empty());
    assert!(told.iter().all(|copy| copy.content == told[0].content));
}

#[test]
fn a_server_that_is_killed_and_started_again_finishes_what_was_booked() {
    let cluster = Cluster::preloaded();
    let (mut database, google, owner) = with_google(&cluster, Mode::Client);
    google.always(Some(Fault::Hang(Duration::from_secs(60))));
    let meeting = database.book(&owner, 0);
    wait_for("the request to hang", || {
        (google.count(Method::POST, "/events") == 1).then_some(())
    });
    cluster.crash();
    google.always(None);
    cluster.start();
    database.reconnect();
    // Nobody calls anything: the library is preloaded, so its launcher starts the worker.
    database.wait_for_worker();
    wait_until_all_done(&mut database, &owner, meeting);
    assert_eq!(google.events().len(), 1);
}

#[test]
fn a_restart_is_prompt_and_brings_the_preloaded_worker_back() {
    let cluster = Cluster::preloaded();
    let (mut database, google, owner) = with_google(&cluster, Mode::Client);
    google.always(Some(Fault::Hang(Duration::from_secs(60))));
    let meeting = database.book(&owner, 0);
    wait_for("the request to hang", || {
        (google.count(Method::POST, "/events") == 1).then_some(())
    });
    let started = std::time::Instant::now();
    assert!(cluster.stop(), "a clean shutdown with a request in flight");
    assert!(
        started.elapsed() < Duration::from_secs(8),
        "stopping took {:?}",
        started.elapsed()
    );
    google.always(None);
    cluster.start();
    database.reconnect();
    database.wait_for_worker();
    wait_until_all_done(&mut database, &owner, meeting);
    assert_eq!(google.events().len(), 1);
}

#[test]
fn without_preloading_create_extension_starts_a_worker_that_works() {
    let cluster = Cluster::with_settings(&[]);
    let (mut database, google, owner) = with_google(&cluster, Mode::Client);
    let meeting = database.book(&owner, 0);
    database.wait_for_jobs(&owner, meeting);
    assert_eq!(google.events().len(), 1);
    kill_worker(&mut database);
    let meeting = database.book(&owner, 1);
    database.wait_for_jobs(&owner, meeting);
    assert_eq!(google.events().len(), 2);
}
