//! Refresh tokens that are replaced with every use: spent once however many need the calendar, kept
//! when the provider is slow, and given up when they are lost.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use axum::http::Method;

use crate::connect::{connect_outlook, outlook_stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Job, Mode, Owner, explain, sqlstate};
use crate::harness::wait::wait_for;
use crate::peers::graph::{Fault, Graph};

/// An owner whose calendar has been read, and whose access token has expired since.
pub fn prepare(cluster: &Cluster, mode: Mode) -> (Database<'_>, Graph, Owner) {
    let mut database = Database::new(cluster);
    let graph = outlook_stand_in(&mut database);
    let owner = database.owner(mode);
    connect_outlook(&mut database, &owner, &graph, None, 3600.0);
    database.refresh_busy_times(&owner);
    assert_eq!(refreshes(&graph), 0);
    expire(&mut database, &graph, mode);
    (database, graph, owner)
}

pub fn expire(database: &mut Database<'_>, graph: &Graph, mode: Mode) {
    let update = format!(
        "update scheduling.{} set token_expires_at = now() - interval '1 minute'",
        mode.names().connections
    );
    let expired = database.sql.batch_execute(&update);
    expired.expect("connections can be changed");
    graph.expire_access_tokens();
}

pub fn refreshes(graph: &Graph) -> usize {
    graph.count(Method::POST, "/token")
}

pub fn status(database: &mut Database<'_>, owner: &Owner) -> String {
    let names = owner.mode.names();
    database.one(&format!(
        "select status from scheduling.{} where {} = '{}'",
        names.connections, names.key, owner.id
    ))
}

fn event_job(jobs: Vec<Job>) -> Job {
    let mut jobs = jobs.into_iter().filter(|job| job.kind == "create_event");
    jobs.next().expect("every booking queues one")
}

#[test]
fn fifty_sessions_with_an_expired_token_refresh_it_once_and_all_succeed() {
    const SESSIONS: usize = 50;
    for mode in Mode::BOTH {
        let (mut database, graph, owner) = prepare(Cluster::shared(), mode);
        for round in 1..=3 {
            let barrier = Barrier::new(SESSIONS);
            let started = Instant::now();
            std::thread::scope(|scope| {
                let sessions: Vec<_> = (0..SESSIONS)
                    .map(|_| {
                        let mut sql = database.connect();
                        let (barrier, key) = (&barrier, owner.key());
                        scope.spawn(move || {
                            barrier.wait();
                            sql.query(
                                "select * from scheduling.provider_calendars($1, 'outlook')",
                                &[&key],
                            )
                            .map(|rows| rows.len())
                            .map_err(|error| explain(&error))
                        })
                    })
                    .collect();
                for session in sessions {
                    let calendars = session.join().expect("the session does not panic");
                    assert_eq!(calendars, Ok(1), "{mode:?}, round {round}");
                }
            });
            println!(
                "    {SESSIONS} sessions, one refresh: {:.2?}",
                started.elapsed()
            );
            assert_eq!(refreshes(&graph), round, "{mode:?}");
            assert_eq!(status(&mut database, &owner), "ok");
            // The next round needs the token that this one brought.
            expire(&mut database, &graph, mode);
        }
    }
}

#[test]
fn a_token_endpoint_out_of_order_puts_the_job_off_and_blames_nobody() {
    let (mut database, graph, owner) = prepare(Cluster::shared(), Mode::User);
    graph.next_token(Fault::Status(500));
    graph.next_token(Fault::Status(503));
    graph.next_token(Fault::RateLimited { retry_after: 1 });
    let meeting = database.import(&owner, 1)[0];
    let put_off = wait_for("the first attempt to fail", || {
        let job = event_job(database.jobs(&owner, meeting));
        (job.last_error.is_some()).then_some(job)
    });
    assert!(put_off.state != "failed", "{put_off:?}");
    assert_eq!(status(&mut database, &owner), "ok");
    let done = wait_for("the event", || {
        let hurry =
            "update scheduling.jobs set run_at = now() where state = 'ready' and run_at > now()";
        database
            .sql
            .batch_execute(hurry)
            .expect("jobs can be hurried");
        let job = event_job(database.jobs(&owner, meeting));
        (job.state == "done").then_some(job)
    });
    assert_eq!((done.attempts, refreshes(&graph)), (4, 4));
    assert_eq!(status(&mut database, &owner), "ok");
    assert_eq!(notices(&mut database), 0);
}

#[test]
fn a_slow_token_endpoint_is_waited_for_and_its_token_is_kept() {
    let (mut database, graph, owner) = prepare(Cluster::shared(), Mode::Client);
    graph.next_token(Fault::Late(Duration::from_secs(3)));
    let meetings = database.import(&owner, 3);
    for meeting in meetings {
        let job = event_job(database.wait_for_jobs(&owner, meeting));
        assert_eq!((job.state.as_str(), job.attempts), ("done", 1), "{job:?}");
    }
    assert_eq!(refreshes(&graph), 1);
}

/// The provider has replaced the token, and nobody knows the new one: only the owner can help, and
/// is told so.
#[test]
fn a_token_that_was_lost_with_the_worker_asks_for_reconnection_and_no_more() {
    let cluster = Cluster::preloaded();
    let (mut database, graph, owner) = prepare(&cluster, Mode::Client);
    graph.next_token(Fault::Late(Duration::from_secs(60)));
    let meeting = database.import(&owner, 1)[0];
    wait_for("a request for tokens", || {
        (refreshes(&graph) == 1).then_some(())
    });
    crate::crash::kill_worker(&mut database);
    let job = wait_for("the job to fail", || {
        let job = event_job(database.jobs(&owner, meeting));
        (job.state == "failed").then_some(job)
    });
    let error = job.last_error.unwrap_or_default();
    assert!(error.contains("invalid_grant"), "{error}");
    assert_eq!(status(&mut database, &owner), "reconnect_required");
    wait_for("the owner to be told", || {
        (notices(&mut database) == 1).then_some(())
    });

    let meeting = database.import(&owner, 1)[0];
    let job = event_job(database.wait_for_jobs(&owner, meeting));
    assert_eq!(job.state, "failed", "{job:?}");
    assert_eq!(refreshes(&graph), 2, "it is not tried for ever");
    assert_eq!(notices(&mut database), 1);
}

/// The caller's own lock is the usual case: a function that selects a calendar after listing them.
#[test]
fn a_lock_on_the_connection_loses_no_token_and_is_no_internal_error() {
    let (mut database, graph, owner) = prepare(Cluster::shared(), Mode::User);
    let before = sealed_grant(&mut database, &owner);
    let lock = "begin; update scheduling.user_calendar_connections set calendar_id = 'x'";
    database.sql.batch_execute(lock).expect("it locks");
    let list = "select * from scheduling.provider_calendars($1, 'outlook')";
    let listed = database.sql.query(list, &[&owner.key()]);
    listed.unwrap_or_else(|error| panic!("{}", explain(&error)));

    let disconnect = "select scheduling.disconnect_calendar($1, 'outlook')";
    let refused = database.sql.query(disconnect, &[&owner.key()]);
    let error = refused.expect_err("what is to be forgotten is locked");
    assert_eq!(sqlstate(&error), "PT503", "{}", explain(&error));
    let error = error.as_db_error().expect("the server answers");
    assert!(error.message().contains("locked"), "{error:?}");
    assert!(
        error
            .hint()
            .is_some_and(|hint| hint.contains("End the transaction")),
        "{error:?}"
    );
    database
        .sql
        .batch_execute("rollback")
        .expect("it rolls back");
    wait_for("the new token to be stored", || {
        (sealed_grant(&mut database, &owner) != before).then_some(())
    });
    assert_eq!(refreshes(&graph), 1, "the token was not lost");
}

/// The refresh token as it is stored: it changes when another one is stored.
pub fn sealed_grant(database: &mut Database<'_>, owner: &Owner) -> String {
    let names = owner.mode.names();
    database.one(&format!(
        "select refresh_token from scheduling.{} where {} = '{}'",
        names.connections, names.key, owner.id
    ))
}

/// What the provider says of a grant after it was replaced is about the grant before it.
#[test]
fn a_late_answer_about_an_old_grant_does_not_touch_the_new_one() {
    for mode in Mode::BOTH {
        for is_refused in [false, true] {
            let (mut database, graph, owner) = prepare(Cluster::shared(), mode);
            if is_refused {
                graph.revoke_grants();
            }
            graph.next_token(Fault::Late(Duration::from_secs(2)));
            let meeting = database.import(&owner, 1)[0];
            wait_for("a request for tokens", || {
                (refreshes(&graph) == 1).then_some(())
            });
            connect_outlook(&mut database, &owner, &graph, None, 3600.0);
            let connected_anew = sealed_grant(&mut database, &owner);

            database.wait_for_jobs(&owner, meeting);
            let case = format!("{mode:?}, refused: {is_refused}");
            assert_eq!(
                sealed_grant(&mut database, &owner),
                connected_anew,
                "{case}"
            );
            assert_eq!(status(&mut database, &owner), "ok", "{case}");
            assert_eq!(notices(&mut database), 0, "{case}");
            database.refresh_busy_times(&owner);
            assert_eq!(refreshes(&graph), 1, "{case}: the new grant is good");
        }
    }
}

/// Mails to owners about their calendars.
fn notices(database: &mut Database<'_>) -> i64 {
    database.one("select count(*) from scheduling.emails where kind = 'calendar_disconnected'")
}
