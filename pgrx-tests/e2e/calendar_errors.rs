//! Providers that misbehave: the booking stands, what can be tried again is, and what cannot says
//! why in words.

use std::time::{Duration, Instant};

use axum::http::Method;

use crate::connect::{connect, stand_in, store};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Job, Mode, Owner};
use crate::harness::wait::wait_for;
use crate::peers::google::{Fault, Google};

fn prepare(mode: Mode) -> (Database<'static>, Google, Owner) {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    let owner = database.owner(mode);
    connect(&mut database, &owner, &google);
    (database, google, owner)
}

/// The job that makes the event.
fn event_job(jobs: &[Job]) -> &Job {
    jobs.iter()
        .find(|job| job.kind == "create_event")
        .expect("every booking queues one")
}

/// Has the job that waits for its next attempt tried now.
fn hurry(database: &mut Database<'_>) {
    database
        .sql
        .batch_execute(
            "update scheduling.jobs set run_at = now() where state = 'ready' and run_at > now()",
        )
        .expect("jobs can be hurried");
}

/// Waits for the end of the meeting's jobs without waiting for pauses between attempts.
fn hurry_to_the_end(database: &mut Database<'_>, owner: &Owner, meeting: uuid::Uuid) -> Vec<Job> {
    wait_for("the meeting's jobs to end", || {
        hurry(database);
        std::thread::sleep(Duration::from_millis(50));
        let jobs = database.jobs(owner, meeting);
        jobs.iter()
            .all(|job| !matches!(job.state.as_str(), "ready" | "running"))
            .then_some(jobs)
    })
}

#[test]
fn while_the_provider_is_down_bookings_stand_and_mails_go_and_events_follow() {
    let (mut database, mut google, owner) = prepare(Mode::Client);
    database.refresh_busy_times(&owner);
    google.down();
    let meeting = database.book(&owner, 0);
    let waiting = wait_for("a first attempt and both mails", || {
        let jobs = database.jobs(&owner, meeting);
        let mailed = jobs
            .iter()
            .filter(|job| job.kind == "send_email" && job.state == "done")
            .count();
        let job = event_job(&jobs).clone();
        (mailed == 2 && job.attempts >= 1 && job.state == "ready").then_some(job)
    });
    assert!(waiting.last_error.is_some(), "{waiting:?}");
    assert_eq!(
        database
            .meeting_column(&owner, meeting, "status")
            .as_deref(),
        Some("confirmed")
    );
    google.up();
    let jobs = hurry_to_the_end(&mut database, &owner, meeting);
    assert_eq!(event_job(&jobs).state, "done", "{jobs:?}");
    assert_eq!(google.events().len(), 1);
}

#[test]
fn every_passing_fault_is_tried_again_until_there_is_exactly_one_event() {
    let (mut database, google, owner) = prepare(Mode::User);
    let faults = [
        Fault::Status(500),
        Fault::Status(503),
        Fault::LoseAnswer,
        Fault::Truncated,
        Fault::RateLimited { retry_after: 1 },
    ];
    for (n, fault) in faults.into_iter().enumerate() {
        google.next(fault.clone());
        let meeting = database.book(&owner, n as i32);
        let jobs = hurry_to_the_end(&mut database, &owner, meeting);
        let job = event_job(&jobs);
        assert_eq!(
            (job.state.as_str(), job.attempts),
            ("done", 2),
            "{fault:?}: {job:?}"
        );
        assert_eq!(google.events().len(), n + 1, "{fault:?}");
    }
}

#[test]
fn retry_after_is_obeyed() {
    let (mut database, google, owner) = prepare(Mode::Client);
    google.next(Fault::RateLimited { retry_after: 3 });
    let meeting = database.book(&owner, 0);
    database.wait_for_jobs(&owner, meeting);
    let requests = google.requests();
    let tries: Vec<Instant> = requests
        .iter()
        .filter(|r| r.method == Method::POST)
        .map(|r| r.arrived)
        .collect();
    assert_eq!(tries.len(), 2);
    let pause = tries[1] - tries[0];
    assert!(
        pause >= Duration::from_millis(2_900),
        "came back after {pause:?}"
    );
}

#[test]
fn an_expired_token_is_refreshed_and_the_new_one_is_stored() {
    for (mode, rotate) in [(Mode::Client, false), (Mode::User, true)] {
        let mut database = Database::new(Cluster::shared());
        let google = stand_in(&mut database);
        if rotate {
            google.rotate_refresh_tokens();
        }
        let owner = database.owner(mode);
        let (_, refresh) = google.grant();
        store(
            &mut database,
            &owner,
            "ya29.long-expired",
            &refresh,
            "primary",
            "o@gmail.example",
            -60,
        );
        for n in 0..3 {
            let meeting = database.book(&owner, n);
            let jobs = database.wait_for_jobs(&owner, meeting);
            assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        }
        assert_eq!(
            google.count(Method::POST, "/token"),
            1,
            "{mode:?}: the new token is kept"
        );
        let names = mode.names();
        let fresh: bool = database.one(&format!(
            "select token_expires_at between now() + interval '50 minutes' and now() + interval '1 hour'
             from scheduling.{}",
            names.connections
        ));
        assert!(fresh, "{mode:?}: the expiry is kept");

        // Needs the stored refresh token once more, which is the replaced one in the second round.
        database
            .sql
            .batch_execute(&format!(
                "update scheduling.{} set token_expires_at = now() - interval '1 minute'",
                names.connections
            ))
            .expect("connections can be changed");
        let meeting = database.book(&owner, 3);
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(
            jobs.iter().all(|job| job.state == "done"),
            "{mode:?}: {jobs:?}"
        );
        assert_eq!(google.count(Method::POST, "/token"), 2, "{mode:?}");
    }
}

#[test]
fn a_401_leads_to_one_refresh_and_success() {
    let (mut database, google, owner) = prepare(Mode::Client);
    google.expire_access_tokens();
    let meeting = database.book(&owner, 0);
    let jobs = database.wait_for_jobs(&owner, meeting);
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
    assert_eq!(google.count(Method::POST, "/token"), 1);
    assert_eq!(google.events().len(), 1);
}

#[test]
fn a_revoked_grant_asks_for_reconnection_and_keeps_the_booking() {
    for mode in Mode::BOTH {
        let (mut database, google, owner) = prepare(mode);
        database.refresh_busy_times(&owner);
        google.revoke_grants();
        let meeting = database.book(&owner, 0);
        let jobs = database.wait_for_jobs(&owner, meeting);
        let job = event_job(&jobs);
        assert_eq!((job.state.as_str(), job.attempts), ("failed", 1), "{job:?}");
        assert!(
            job.last_error
                .as_deref()
                .is_some_and(|text| text.contains("invalid_grant")),
            "{job:?}"
        );
        let (status, detail): (String, Option<String>) = {
            let query = format!(
                "select status, status_detail from scheduling.{}",
                mode.names().connections
            );
            let row = database.sql.query_one(&query, &[]).expect("one connection");
            (row.get(0), row.get(1))
        };
        assert_eq!(status, "reconnect_required");
        assert!(detail.is_some(), "it says why");
        let logged: serde_json::Value = database.one(&format!(
            "select changes -> 'status' from scheduling.audit_log
             where subject = '{}' and action = 'update' and actor = 'scheduling worker'",
            mode.names().connections
        ));
        let change = serde_json::json!({"old": "ok", "new": "reconnect_required"});
        assert_eq!(logged, change, "and who has found out");
        assert_eq!(
            database
                .meeting_column(&owner, meeting, "status")
                .as_deref(),
            Some("confirmed")
        );
        let mails = jobs
            .iter()
            .filter(|job| job.kind == "send_email" && job.state == "done")
            .count();
        assert_eq!(mails, 2, "the invitation goes out all the same");
    }
}

#[test]
fn a_refusal_that_no_retry_can_mend_fails_at_once_and_can_be_retried_by_hand() {
    let (mut database, google, owner) = prepare(Mode::Client);
    google.next(Fault::Status(400));
    let meeting = database.book(&owner, 0);
    let jobs = database.wait_for_jobs(&owner, meeting);
    let job = event_job(&jobs);
    assert_eq!((job.state.as_str(), job.attempts), ("failed", 1), "{job:?}");
    assert!(
        job.last_error
            .as_deref()
            .is_some_and(|text| text.contains("400")),
        "{job:?}"
    );
    let failed: i64 = database.one("select id from scheduling.jobs where state = 'failed'");
    database
        .sql
        .execute("select scheduling.retry_job($1)", &[&failed])
        .expect("it can be retried");
    let jobs = database.wait_for_jobs(&owner, meeting);
    assert_eq!(event_job(&jobs).state, "done", "{jobs:?}");
    assert_eq!(google.events().len(), 1);
}
