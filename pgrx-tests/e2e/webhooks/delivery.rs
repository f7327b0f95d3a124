//! What arrives: in order, signed, the same again under the same id.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::{add, cluster, run, wait_for_end, wait_for_taken};
use crate::connect::{connect, stand_in};
use crate::crash::kill_worker;
use crate::harness::database::{Database, Mode, Owner};
use crate::harness::wait::wait_for;
use crate::peers::receiver::{Mishap, Received, Receiver};
use crate::peers::verifiers::verify;

/// Moves, changes and cancels a meeting, each by a transaction of its own.
fn live(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) {
    let meetings = owner.mode.names().meetings;
    for change in [
        "starts_at = starts_at + interval '5 days', ends_at = ends_at + interval '5 days'",
        "title = 'Another'",
        "status = 'cancelled'",
    ] {
        run(
            database,
            &format!("update scheduling.{meetings} set {change} where id = '{meeting}'"),
        );
    }
}

const LIFE: [&str; 4] = [
    "booking.created",
    "booking.rescheduled",
    "booking.updated",
    "booking.cancelled",
];

fn kinds(received: &[Received]) -> Vec<String> {
    received.iter().map(Received::kind).collect()
}

/// Every delivery of one id has the same bytes; how often each id came.
fn copies(received: &[Received]) -> BTreeMap<&str, usize> {
    let mut bodies = BTreeMap::<&str, &str>::new();
    let mut copies = BTreeMap::new();
    for delivery in received {
        let body = bodies.entry(delivery.id()).or_insert(&delivery.body);
        assert_eq!(body, &delivery.body, "{}", delivery.id());
        *copies.entry(delivery.id()).or_default() += 1;
    }
    copies
}

#[test]
fn a_meetings_life_is_told_in_order_whatever_fails_and_others_verify_it() {
    let cluster = cluster();
    for mode in Mode::BOTH {
        let mut database = Database::new(&cluster);
        let owner = database.owner(mode);
        let receiver = Receiver::start(0);
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let url = receiver.url();
        let webhook: String = database.one(&format!(
            "select id::text from scheduling.add_webhook('{url}', owner => '{}', secret => '{secret}')",
            owner.key()
        ));
        receiver.learn(secret);
        for mishap in [
            Mishap::Status(500),
            Mishap::LoseAnswer,
            Mishap::Status(404),
            Mishap::Long(3_000_000),
        ] {
            receiver.next(mishap);
        }
        let meeting = database.book(&owner, 0);
        live(&mut database, &owner, meeting);
        assert_eq!(
            wait_for_end(&mut database, &webhook),
            ["done"; 4],
            "{mode:?}"
        );
        let received = receiver.received();
        let problems: Vec<_> = received.iter().filter_map(|r| r.problem.clone()).collect();
        assert_eq!(problems, [""; 0]);
        // A failure, one that was taken and not known to be, a failure, and the rest at once.
        assert_eq!(
            kinds(&received),
            [&LIFE[..1], &LIFE[..1], &LIFE[..1], &LIFE[..]].concat(),
            "{mode:?}"
        );
        assert_eq!(copies(&received).into_values().sum::<usize>(), 7);
        assert_eq!(copies(&received).len(), 4, "an id an event");
        for event in received.iter().map(Received::event) {
            assert_eq!(event["data"]["meeting_id"], meeting.to_string());
            assert_eq!(event["data"]["owner"], owner.key());
        }
        for said in verify(&received, secret) {
            assert_eq!(said, "good");
        }
        let another = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
        for said in verify(&received[..1], another) {
            assert!(said.starts_with("bad"), "{said}");
        }
    }
}

/// Retries are attempts of their own: receivers refuse what was signed long ago.
#[test]
fn the_timestamp_is_the_attempts_and_the_id_the_events() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let owner = database.owner(Mode::User);
    let receiver = Receiver::start(0);
    add(&mut database, &receiver, None);
    receiver.next(Mishap::RetryAfter(503, 3));
    database.book(&owner, 0);
    let received = wait_for("two attempts", || {
        let received = receiver.received();
        (received.len() == 2).then_some(received)
    });
    assert_eq!(received[0].id(), received[1].id());
    let at = |n: usize| {
        received[n]
            .header("webhook-timestamp")
            .parse::<i64>()
            .unwrap()
    };
    assert!(at(1) >= at(0) + 2, "{} {}", at(0), at(1));
    assert!(received[1].at - received[0].at >= Duration::from_secs(3));
}

#[test]
fn an_event_is_told_once_more_under_its_id_when_the_worker_is_killed_and_none_is_lost() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let owners = Mode::BOTH.map(|mode| database.owner(mode));
    let receiver = Receiver::start(0);
    let webhook = add(&mut database, &receiver, None);
    receiver.always(Some(Mishap::Late(Duration::from_millis(1_500))));
    for owner in &owners {
        let meeting = database.book(owner, 0);
        live(&mut database, owner, meeting);
    }
    wait_for("deliveries in flight", || {
        (receiver.received().len() == 2).then_some(())
    });
    kill_worker(&mut database);
    receiver.always(None);
    assert_eq!(wait_for_end(&mut database, &webhook), ["done"; 8]);
    let received = receiver.received();
    assert_eq!(copies(&received).len(), 8);
    for owner in &owners {
        let mut told: Vec<_> = received
            .iter()
            .filter(|r| r.event()["data"]["owner"] == owner.key())
            .map(Received::kind)
            .collect();
        told.dedup();
        assert_eq!(told, LIFE, "{owner:?}");
    }
}

#[test]
fn many_events_of_many_meetings_arrive_each_once() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let receiver = Receiver::start(0);
    let webhook = add(&mut database, &receiver, None);
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        database.import(&owner, 200);
        run(
            &mut database,
            &format!(
                "update scheduling.{} set title = 'Changed'",
                mode.names().meetings
            ),
        );
    }
    let taken = wait_for_taken(&receiver, 800);
    assert_eq!(wait_for_end(&mut database, &webhook).len(), 800);
    assert_eq!(copies(&taken).len(), 800);
    assert_eq!(receiver.received().len(), 800);
}

/// The worker writes the link into the meeting, and whoever was told without it is told again.
#[test]
fn the_link_of_a_video_conference_is_told_when_it_comes() {
    let cluster = cluster();
    for mode in Mode::BOTH {
        let mut database = Database::new(&cluster);
        let google = stand_in(&mut database);
        let owner = database.owner(mode);
        connect(&mut database, &owner, &google);
        run(
            &mut database,
            "update scheduling.booking_links set conferencing = 'google_meet'",
        );
        let receiver = Receiver::start(0);
        add(&mut database, &receiver, Some(&owner));
        let meeting = database.book(&owner, 4);
        let taken = wait_for_taken(&receiver, 2);
        assert_eq!(kinds(&taken), ["booking.created", "booking.updated"]);
        let links: Vec<_> = taken
            .iter()
            .map(|taken| taken.event()["data"]["meeting_url"].clone())
            .collect();
        let link = database.meeting_column(&owner, meeting, "meeting_url");
        assert!(link.is_some(), "{mode:?}");
        assert_eq!(links, [json!(null), json!(link)], "{mode:?}");
    }
}

/// The worker need not run, and no event waits for what only the worker knows.
#[test]
fn events_of_a_rolled_back_or_deleted_meeting_are_told_to_nobody() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let receiver = Receiver::start(0);
    let webhook = add(&mut database, &receiver, None);
    run(&mut database, "select scheduling.stop_worker()");
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        run(&mut database, "begin");
        database.book(&owner, 0);
        run(&mut database, "rollback");
        let deleted = database.book(&owner, 1);
        let meetings = mode.names().meetings;
        run(
            &mut database,
            &format!("delete from scheduling.{meetings} where id = '{deleted}'"),
        );
        database.book(&owner, 2);
    }
    run(&mut database, "select scheduling.start_worker()");
    assert_eq!(wait_for_end(&mut database, &webhook), ["done"; 2]);
    assert_eq!(kinds(&receiver.received()), ["booking.created"; 2]);
}
