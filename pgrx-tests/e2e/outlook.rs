//! Outlook: events made, moved and removed by way of Microsoft Graph as the meeting is, in both
//! modes, and the grant behind them, whose refresh token is replaced with every use.

use std::time::Duration;

use axum::http::Method;
use serde_json::json;
use uuid::Uuid;

use crate::connect::{connect_outlook as connect, outlook_stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Job, Mode, Owner};
use crate::harness::wait::wait_for;
use crate::peers::graph::{
    ACCESS_PREFIX, CLIENT_SECRET, Fault, Graph, REFRESH_PREFIX, StoredEvent,
};

/// A database whose Outlook is a new stand-in.
fn prepare() -> (Database<'static>, Graph) {
    let mut database = Database::new(Cluster::shared());
    let graph = outlook_stand_in(&mut database);
    (database, graph)
}

/// Waits for the end of the meeting's jobs without waiting for pauses between attempts.
fn hurry_to_the_end(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) -> Vec<Job> {
    wait_for("the meeting's jobs to end", || {
        let hurry = "update scheduling.jobs set run_at = now()
                     where state = 'ready' and run_at > now()";
        database
            .sql
            .batch_execute(hurry)
            .expect("jobs can be hurried");
        std::thread::sleep(Duration::from_millis(50));
        let jobs = database.jobs(owner, meeting);
        let is_open = |job: &Job| matches!(job.state.as_str(), "ready" | "running");
        (!jobs.iter().any(is_open)).then_some(jobs)
    })
}

/// Changes the meeting by plain SQL and waits until everything that follows is done.
pub fn change(database: &mut Database<'_>, owner: &Owner, meeting: Uuid, what: &str) {
    let table = owner.mode.names().meetings;
    let update = format!("update scheduling.{table} set {what} where id = $1");
    database
        .sql
        .execute(&update, &[&meeting])
        .expect("meetings can be changed");
    let jobs = hurry_to_the_end(database, owner, meeting);
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
}

/// The one event of a meeting that its owner sees.
#[track_caller]
fn event_of(graph: &Graph, meeting: Uuid) -> StoredEvent {
    let mark = meeting.to_string();
    let is_meetings = |event: &StoredEvent| {
        event.fields["singleValueExtendedProperties"][0]["value"] == mark.as_str()
    };
    let events = graph.events();
    let mut events: Vec<_> = events.into_iter().filter(is_meetings).collect();
    assert_eq!(events.len(), 1, "{events:?}");
    events.remove(0)
}

#[test]
fn a_booking_becomes_one_outlook_event() {
    let (mut database, graph) = prepare();
    // One account for both: what is booked with one is taken for the other.
    for (n, mode) in (2..).zip(Mode::BOTH) {
        let owner = database.owner(mode);
        connect(&mut database, &owner, &graph, None, 3600.0);
        let meeting = database.book(&owner, n);
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        assert!(jobs.iter().all(|job| job.attempts == 1), "{jobs:?}");

        let event = event_of(&graph, meeting);
        let mut column = |name| database.meeting_column(&owner, meeting, name);
        let starts = column("(extract(epoch from starts_at) * 1000000)::bigint");
        assert_eq!(Some(event.instant("start").to_string()), starts);
        let ends = column("(extract(epoch from ends_at) * 1000000)::bigint");
        assert_eq!(Some(event.instant("end").to_string()), ends);
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        assert!(text(&event.fields["subject"]).contains("Intro call"));
        assert!(text(&event.fields["body"]["content"]).contains("ada@guest.example"));
        assert_eq!(text(&event.fields["transactionId"]), meeting.to_string());
        assert_eq!(event.calendar.as_deref(), Some("main"));

        let stored = ["calendar_provider", "calendar_event_id"].map(column);
        assert_eq!(stored, [Some("outlook".into()), Some(event.id)]);
    }
    assert_eq!(graph.events().len(), 2);
}

#[test]
fn a_moved_meeting_moves_its_outlook_event_and_a_cancelled_one_takes_it_away() {
    let (mut database, graph) = prepare();
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        connect(&mut database, &owner, &graph, None, 3600.0);
        let meeting = database.book(&owner, 4);
        database.wait_for_jobs(&owner, meeting);
        let made = event_of(&graph, meeting);

        let later =
            "starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'";
        change(&mut database, &owner, meeting, later);
        let moved = event_of(&graph, meeting);
        assert_eq!(moved.id, made.id);
        for side in ["start", "end"] {
            assert_eq!(moved.instant(side) - made.instant(side), 3600 * 1_000_000);
        }
        assert_eq!(graph.count(Method::PATCH, &made.id), 1);

        change(&mut database, &owner, meeting, "status = 'cancelled'");
        assert!(graph.events().iter().all(|event| event.id != made.id));
        assert_eq!(graph.count(Method::DELETE, &made.id), 1);
        assert_eq!(
            database.meeting_column(&owner, meeting, "calendar_event_id"),
            None
        );

        // Graph takes no transaction id twice, so the restored meeting's event has another one.
        graph.age();
        change(&mut database, &owner, meeting, "status = 'confirmed'");
        let restored = event_of(&graph, meeting);
        assert_eq!(restored.instant("start"), moved.instant("start"));
        let stored = database.meeting_column(&owner, meeting, "calendar_event_id");
        assert_eq!(stored, Some(restored.id));
        change(&mut database, &owner, meeting, "status = 'cancelled'");
    }
    assert_eq!(graph.events().len(), 0);
}

#[test]
fn an_outlook_event_that_its_owner_deleted_is_made_again_when_the_meeting_moves() {
    let (mut database, graph) = prepare();
    let owner = database.client();
    connect(&mut database, &owner, &graph, None, 3600.0);
    let meeting = database.book(&owner, 4);
    database.wait_for_jobs(&owner, meeting);
    let made = event_of(&graph, meeting);
    graph.age();
    graph.bin(&made.id);
    change(&mut database, &owner, meeting, "location = 'Room 2'");
    let again = event_of(&graph, meeting);
    assert_ne!(again.id, made.id);
    let stored = database.meeting_column(&owner, meeting, "calendar_event_id");
    assert_eq!(stored, Some(again.id));
}

#[test]
fn the_outlook_event_goes_to_the_calendar_that_was_selected() {
    let (mut database, graph) = prepare();
    let owner = database.user();
    let calendar = "AAMkAGI2TGULAAA=/+ x";
    graph.add_calendar(calendar, &json!({}));
    connect(&mut database, &owner, &graph, Some(calendar), 3600.0);
    let meeting = database.book(&owner, 0);
    database.wait_for_jobs(&owner, meeting);
    assert_eq!(
        event_of(&graph, meeting).calendar.as_deref(),
        Some(calendar)
    );
    change(&mut database, &owner, meeting, "location = 'Room 2'");
    let location = &event_of(&graph, meeting).fields["location"]["displayName"];
    assert_eq!(location, "Room 2");
    change(&mut database, &owner, meeting, "status = 'cancelled'");
    assert!(graph.events().is_empty());
}

#[test]
fn every_passing_fault_of_graph_is_tried_again_until_there_is_exactly_one_event() {
    let (mut database, graph) = prepare();
    let owner = database.user();
    connect(&mut database, &owner, &graph, None, 3600.0);
    let faults = [
        Fault::Status(500),
        Fault::Status(503),
        Fault::Status(504),
        Fault::Status(409),
        Fault::LoseAnswer,
        Fault::Truncated,
        Fault::RateLimited { retry_after: 1 },
    ];
    for (n, fault) in faults.into_iter().enumerate() {
        graph.next(fault.clone());
        let meeting = database.book(&owner, n as i32);
        let jobs = hurry_to_the_end(&mut database, &owner, meeting);
        let job = jobs.iter().find(|job| job.kind == "create_event");
        let job = job.expect("every booking queues one");
        let outcome = (job.state.as_str(), job.attempts);
        assert_eq!(outcome, ("done", 2), "{fault:?}: {job:?}");
        event_of(&graph, meeting);
        assert_eq!(graph.events().len(), n + 1, "{fault:?}");
    }
}

#[test]
fn a_refresh_token_that_is_replaced_with_every_use_is_kept() {
    for mode in Mode::BOTH {
        let (mut database, graph) = prepare();
        let owner = database.owner(mode);
        graph.expire_access_tokens();
        connect(&mut database, &owner, &graph, None, -60.0);
        let connections = mode.names().connections;
        for round in 0..3 {
            for n in 0..2 {
                let meeting = database.book(&owner, round * 2 + n);
                let jobs = database.wait_for_jobs(&owner, meeting);
                assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
            }
            let refreshes = graph.count(Method::POST, "/token");
            assert_eq!(refreshes, round as usize + 1, "{mode:?}");
            let is_fresh: bool = database.one(&format!(
                "select token_expires_at between now() + interval '50 minutes'
                     and now() + interval '1 hour' from scheduling.{connections}"
            ));
            assert!(is_fresh, "{mode:?}: the expiry is kept");
            // The next round needs the refresh token that this one brought.
            let expire = format!(
                "update scheduling.{connections} set token_expires_at = now() - interval '1 minute'"
            );
            database
                .sql
                .batch_execute(&expire)
                .expect("connections can be changed");
        }
        assert_eq!(graph.events().len(), 6);
    }
}

#[test]
fn an_access_token_that_graph_refuses_is_refreshed_once() {
    let (mut database, graph) = prepare();
    let owner = database.client();
    connect(&mut database, &owner, &graph, None, 3600.0);
    graph.expire_access_tokens();
    let meeting = database.book(&owner, 0);
    let jobs = database.wait_for_jobs(&owner, meeting);
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
    assert_eq!(graph.count(Method::POST, "/token"), 1);
    event_of(&graph, meeting);
}

#[test]
fn a_grant_that_microsoft_revoked_asks_for_reconnection_and_keeps_the_booking() {
    for mode in Mode::BOTH {
        let (mut database, graph) = prepare();
        let owner = database.owner(mode);
        connect(&mut database, &owner, &graph, None, 3600.0);
        database.refresh_busy_times(&owner);
        graph.revoke_grants();
        let meeting = database.book(&owner, 0);
        let jobs = database.wait_for_jobs(&owner, meeting);
        let job = jobs.iter().find(|job| job.kind == "create_event");
        let job = job.expect("every booking queues one");
        assert_eq!((job.state.as_str(), job.attempts), ("failed", 1), "{job:?}");
        let error = job.last_error.clone().unwrap_or_default();
        assert!(error.contains("invalid_grant"), "{error}");
        assert!(error.contains("AADSTS50173"), "{error}");

        let query = format!(
            "select status, status_detail from scheduling.{}",
            mode.names().connections
        );
        let row = database.sql.query_one(&query, &[]).expect("one connection");
        assert_eq!(row.get::<_, &str>("status"), "reconnect_required");
        let detail: String = row.get("status_detail");
        for secret in [ACCESS_PREFIX, REFRESH_PREFIX, CLIENT_SECRET] {
            assert!(!error.contains(secret) && !detail.contains(secret));
        }
        let status = database.meeting_column(&owner, meeting, "status");
        assert_eq!(status.as_deref(), Some("confirmed"));
        let is_mailed = |job: &&Job| job.kind == "send_email" && job.state == "done";
        let mails = jobs.iter().filter(is_mailed).count();
        assert_eq!(mails, 2, "the invitation goes out all the same");
    }
}
