//! Calendar events: made, moved and removed at the provider as the meeting is, in both modes.

use axum::http::Method;
use serde_json::{Value, json};

use crate::connect::{connect, connect_emulator, stand_in, store};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode};
use crate::harness::wait::wait_for;
use crate::peers::emulator::Emulator;

#[test]
fn a_booking_becomes_one_event_with_the_meetings_id() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    // One account for both: what is booked with one is taken for the other.
    for (n, mode) in (2..).zip(Mode::BOTH) {
        let owner = database.owner(mode);
        connect(&mut database, &owner, &google);
        let before = google.events().len();
        let meeting = database.book(&owner, n);
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");

        let events = google.events();
        assert_eq!(events.len(), before + 1);
        let event = &events[before];
        let starts: f64 = database
            .meeting_column(&owner, meeting, "extract(epoch from starts_at)")
            .and_then(|text| text.parse().ok())
            .expect("a number");
        assert_eq!(event.id, meeting.simple().to_string());
        assert_eq!(event.calendar, "primary");
        assert_eq!(event.instant("start"), (starts * 1e6) as i64);
        assert_eq!(
            event.instant("end") - event.instant("start"),
            30 * 60 * 1_000_000
        );
        assert!(
            event.text("summary").contains("Intro call"),
            "{:?}",
            event.fields
        );
        assert!(
            event.text("description").contains("ada@guest.example"),
            "{:?}",
            event.fields
        );

        let column = |name| database.meeting_column(&owner, meeting, name);
        let stored = ["calendar_provider", "calendar_event_id"].map(column);
        assert_eq!(stored, [Some("google".into()), Some(event.id.clone())]);
    }
}

#[test]
fn a_moved_meeting_moves_its_event_and_a_cancelled_one_takes_it_away() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        connect(&mut database, &owner, &google);
        let meeting = database.book(&owner, 4);
        database.wait_for_jobs(&owner, meeting);
        let made = google.events().last().expect("an event").clone();

        let table = mode.names().meetings;
        let mut change = |what: &str| {
            let update = format!("update scheduling.{table} set {what} where id = $1");
            database
                .sql
                .execute(&update, &[&meeting])
                .expect("meetings can be changed");
            let jobs = database.wait_for_jobs(&owner, meeting);
            assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        };
        change("starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'");
        let moved = google.events().last().expect("an event").clone();
        assert_eq!(moved.id, made.id);
        assert_eq!(
            moved.instant("start") - made.instant("start"),
            3600 * 1_000_000
        );
        assert_eq!(moved.instant("end") - made.instant("end"), 3600 * 1_000_000);

        change("status = 'cancelled'");
        assert!(
            google.events().iter().all(|event| event.id != made.id),
            "the event is gone"
        );
        assert_eq!(google.count(Method::DELETE, &made.id), 1);

        // Google keeps the id of a deleted event; confirming the meeting again revives it.
        change("status = 'confirmed'");
        assert!(
            google.events().iter().any(|event| event.id == made.id),
            "the event is back"
        );
    }
}

#[test]
fn the_event_goes_to_the_calendar_that_was_selected() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    let owner = database.client();
    let (access, refresh) = google.grant();
    let calendar = "team+demo/50%@group.calendar.google.com";
    google.add_calendar(calendar, &json!({}));
    store(
        &mut database,
        &owner,
        &access,
        &refresh,
        calendar,
        "owner@gmail.example",
        3600,
    );
    let meeting = database.book(&owner, 0);
    database.wait_for_jobs(&owner, meeting);
    let calendars: Vec<_> = google
        .events()
        .into_iter()
        .map(|event| event.calendar)
        .collect();
    assert_eq!(calendars, [calendar]);
}

#[test]
fn an_owner_without_a_calendar_is_booked_all_the_same() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    let owner = database.user();
    let meeting = database.book(&owner, 0);
    let jobs = database.wait_for_jobs(&owner, meeting);
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
    assert!(google.requests().is_empty());
}

#[test]
fn asking_for_an_event_again_makes_no_second_one() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    for (n, mode) in (0..).zip(Mode::BOTH) {
        let owner = database.owner(mode);
        connect(&mut database, &owner, &google);
        let before = google.events().len();
        let meeting = database.book(&owner, n);
        database.wait_for_jobs(&owner, meeting);
        let argument = mode.names().job_meeting;
        let again = format!("select scheduling.create_calendar_event({argument} => '{meeting}')");
        let _: i64 = database.one(&again);
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        assert_eq!(google.events().len(), before + 1, "{mode:?}");
    }
}

#[test]
fn the_emulator_of_google_shows_the_event_made_with_a_refreshed_token() {
    let mut database = Database::new(Cluster::shared());
    let google = Emulator::start();
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let consent = connect_emulator(&mut database, &owner, &google);
        let meeting = database.book(&owner, 6);
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");

        let id = database
            .meeting_column(&owner, meeting, "calendar_event_id")
            .expect("an id is stored");
        let find = |events: Vec<Value>| events.into_iter().find(|event| event["id"] == id.as_str());
        let event = wait_for("the event in the list", || find(google.events(&consent)));
        assert!(
            event["summary"]
                .as_str()
                .expect("a text")
                .contains("Intro call"),
            "{event}"
        );
        let start = event["start"]["dateTime"].as_str().expect("a text");
        let start = chrono::DateTime::parse_from_rfc3339(start).expect("RFC 3339");
        let starts =
            database.meeting_column(&owner, meeting, "extract(epoch from starts_at)::bigint");
        assert_eq!(Some(start.timestamp().to_string()), starts);

        let table = mode.names().meetings;
        let cancel = format!("update scheduling.{table} set status = 'cancelled' where id = $1");
        database
            .sql
            .execute(&cancel, &[&meeting])
            .expect("meetings can be cancelled");
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        assert_eq!(find(google.events(&consent)), None);
    }
}
