//! Busy times of connected calendars: what keeps an owner busy is never offered and never booked,
//! however lately it was entered, and what does not is.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::connect::connect_by_consent;
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, sqlstate};
use crate::outside::{Calendar, NOTHING, Provider, Scene, done, everywhere, refused};
use crate::peers::emulator::Emulator;
use crate::peers::google::Fault;

/// What an event says beside its times, and whether it keeps its owner busy.
fn shades(provider: Provider) -> Vec<(Value, bool)> {
    let invited = |response: &str| {
        json!({"attendees": [
            {"email": "boss@example.com", "organizer": true, "responseStatus": "accepted"},
            {"email": "owner@gmail.example", "self": true, "responseStatus": response},
        ]})
    };
    let answered = |response: &str| json!({"responseStatus": {"response": response, "time": "2026-11-22T14:00:00Z"}});
    match provider {
        Provider::Google => vec![
            (json!({}), true),
            (json!({"status": "tentative"}), true),
            (json!({"eventType": "outOfOffice"}), true),
            (json!({"eventType": "focusTime"}), true),
            (invited("needsAction"), true),
            (invited("accepted"), true),
            (json!({"transparency": "transparent"}), false),
            (json!({"status": "cancelled"}), false),
            (json!({"eventType": "workingLocation"}), false),
            (invited("declined"), false),
        ],
        Provider::Outlook => vec![
            (json!({"showAs": "busy"}), true),
            (json!({"showAs": "tentative"}), true),
            (json!({"showAs": "oof"}), true),
            (json!({"showAs": "unknown"}), true),
            (answered("notResponded"), true),
            (answered("accepted"), true),
            (json!({"showAs": "free"}), false),
            (json!({"showAs": "workingElsewhere"}), false),
            (json!({"isCancelled": true}), false),
            (answered("declined"), false),
        ],
    }
}

#[test]
fn what_keeps_an_owner_busy_is_neither_offered_nor_booked_and_the_rest_is() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        let zones = [Tz::UTC, Tz::America__New_York, Tz::Asia__Kathmandu];
        let shades = shades(provider);
        for (n, (shade, _)) in (0..).zip(&shades) {
            let zone = zones[n as usize % zones.len()];
            let mut event = scene
                .calendar
                .times(scene.at(2 * n), scene.at(2 * n + 1), zone);
            let fields = event.as_object_mut().expect("written as an object");
            fields.extend(shade.as_object().expect("written as an object").clone());
            scene.calendar.enter(&format!("event{n}"), &event);
        }
        let busy = (0..).zip(&shades).filter(|(_, (_, is_busy))| *is_busy);
        let expected: Vec<i64> = busy.map(|(n, _)| 2 * n).collect();
        assert_eq!(scene.taken(), expected, "{provider:?} {mode:?}");
        for (n, (shade, is_busy)) in (0..).zip(&shades) {
            let booked = scene
                .book(2 * n)
                .map_err(|error| sqlstate(&error).to_owned());
            let expected = if *is_busy {
                Err("PT409".to_owned())
            } else {
                Ok(())
            };
            assert_eq!(
                booked.map(|_| ()),
                expected,
                "{provider:?} {mode:?} {shade}"
            );
        }
    }
}

#[test]
fn an_all_day_event_lasts_the_days_of_its_own_zone() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        let (first, next) = (scene.day.date_naive(), scene.at(48).date_naive());
        // The owner is in UTC.
        let zone = Tz::Asia__Tokyo;
        let event = match &scene.calendar {
            Calendar::Google(google) => {
                google.set_zone(zone);
                json!({"start": {"date": first}, "end": {"date": next}})
            }
            Calendar::Outlook(_) => {
                let midnight =
                    |day| json!({"dateTime": format!("{day}T00:00:00"), "timeZone": zone.name()});
                json!({"isAllDay": true, "start": midnight(first), "end": midnight(next)})
            }
        };
        scene.calendar.enter("holiday", &event);
        // The day ends at 15:00 UTC.
        let expected: Vec<_> = (0..30).collect();
        assert_eq!(scene.taken(), expected, "{provider:?} {mode:?}");
    }
}

#[test]
fn every_occurrence_of_a_series_is_busy() {
    for provider in Provider::BOTH {
        let mut scene = Scene::new(Cluster::shared(), provider, Mode::User);
        let zone = Tz::Europe__Berlin;
        let nine = |day: i64| -> DateTime<Utc> {
            let date = scene.at(48 * day).date_naive();
            let local = date.and_hms_opt(9, 0, 0).expect("an hour of the day");
            let local = zone.from_local_datetime(&local);
            local.single().expect("clocks change at night").to_utc()
        };
        let hour = TimeDelta::hours(1);
        let mut event = scene.calendar.times(nine(0), nine(0) + hour, zone);
        event["recurrence"] = match provider {
            Provider::Google => json!(["RRULE:FREQ=DAILY;COUNT=3"]),
            Provider::Outlook => json!({
                "pattern": {"type": "daily", "interval": 1},
                "range": {"type": "numbered", "numberOfOccurrences": 3},
            }),
        };
        scene.calendar.enter("standup", &event);
        let number = |day| (nine(day) - scene.day).num_minutes() / 30;
        let expected: Vec<_> = (0..3)
            .flat_map(|day| [number(day), number(day) + 1])
            .collect();
        assert_eq!(scene.taken_within(4), expected, "{provider:?}");
    }
}

#[test]
fn booking_looks_at_the_calendar_itself_once_what_is_known_is_a_minute_old() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        assert_eq!(scene.taken(), NOTHING);
        let token = done(scene.book(0));
        let reads = scene.calendar.reads();
        scene.enter("new", 10);
        assert!(
            !scene.taken().contains(&10),
            "what is known is fresh enough to show"
        );
        done(scene.book(2));
        assert_eq!(scene.calendar.reads(), reads, "and to book");

        scene.age(61);
        assert_eq!(refused(scene.book(10)), "PT409", "{provider:?} {mode:?}");
        assert!(scene.taken().contains(&10));
        scene.enter("newer", 11);
        scene.age(61);
        let to = scene.at(11);
        assert_eq!(refused(scene.reschedule(&token, to)), "PT409");
        scene.calendar.remove("new");
        scene.age(61);
        done(scene.book(10));
    }
}

#[test]
fn refreshing_sees_what_is_new_and_counts_what_is_known() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        assert_eq!(done(scene.refresh()), 0, "{provider:?} {mode:?}");
        scene.enter("one", 4);
        scene.enter("two", 6);
        assert_eq!(done(scene.refresh()), 2);
        assert_eq!(scene.taken(), [4, 6]);
        let later = scene.calendar.times(scene.at(8), scene.at(9), Tz::UTC);
        scene.calendar.enter("two", &later);
        scene.calendar.remove("one");
        assert_eq!(done(scene.refresh()), 1);
        assert_eq!(scene.taken(), [8]);
    }
    let mut scene = Scene::new(Cluster::shared(), Provider::Google, Mode::Client);
    scene.owner = scene.database.user();
    assert_eq!(done(scene.refresh()), 0, "nothing is connected");
    scene.owner.id = uuid::Uuid::new_v4();
    assert_eq!(refused(scene.refresh()), "PT404");
}

#[test]
fn a_meetings_own_event_does_not_stand_in_its_way() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        let interval = format!(
            "update scheduling.booking_links set slot_interval_minutes = 15 where slug = '{}'",
            scene.owner.slug
        );
        done(scene.database.sql.execute(&interval, &[]));
        let token = done(scene.book(10));
        scene.wait_for_jobs();
        assert_eq!(done(scene.refresh()), 1, "the event is in the calendar");

        // To a place that meets its own event.
        let to = scene.at(10) + TimeDelta::minutes(15);
        done(scene.reschedule(&token, to));
        scene.wait_for_jobs();
        done(scene.refresh());
        assert_eq!(scene.taken(), [10, 11], "{provider:?} {mode:?}");

        // Before the calendar has heard of it: the event says no more than the meeting.
        let to = scene.at(20);
        done(scene.reschedule(&token, to));
        assert_eq!(scene.taken(), [20]);
        scene.wait_for_jobs();
        let cancel = "select * from scheduling.cancel_booking($1)";
        done(scene.database.sql.query_one(cancel, &[&token]));
        assert_eq!(scene.taken(), NOTHING);
    }
}

/// The owner moves the event of the only meeting, to these half hours.
fn move_event(scene: &mut Scene<'_>, from: i64, until: i64) {
    let meetings = scene.owner.mode.names().meetings;
    let stored = format!("select calendar_event_id from scheduling.{meetings}");
    let event: String = scene.database.one(&stored);
    let times = scene
        .calendar
        .times(scene.at(from), scene.at(until), Tz::UTC);
    scene.calendar.enter(&event, &times);
    assert_eq!(done(scene.refresh()), 1);
}

#[test]
fn an_event_of_ours_that_the_owner_has_moved_is_busy_where_it_is() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        let token = done(scene.book(10));
        scene.wait_for_jobs();
        move_event(&mut scene, 18, 19);
        assert_eq!(scene.taken(), [10, 18], "{provider:?} {mode:?}");
        assert_eq!(refused(scene.book(18)), "PT409", "{provider:?} {mode:?}");
        // Made longer, and put back.
        move_event(&mut scene, 10, 12);
        assert_eq!(scene.taken(), [10, 11], "{provider:?} {mode:?}");
        move_event(&mut scene, 10, 11);
        assert_eq!(scene.taken(), [10], "{provider:?} {mode:?}");
        // Where the event is, the meeting may go.
        move_event(&mut scene, 20, 21);
        let to = scene.at(20);
        done(scene.reschedule(&token, to));
        scene.wait_for_jobs();
        done(scene.refresh());
        assert_eq!(scene.taken(), [20], "{provider:?} {mode:?}");
    }
}

#[test]
fn an_event_that_lags_behind_its_meeting_is_in_nobodys_way() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        let token = done(scene.book(10));
        scene.wait_for_jobs();
        scene.calendar.break_writes(Some(Fault::Status(503)));
        let to = scene.at(20);
        done(scene.reschedule(&token, to));
        done(scene.refresh());
        assert_eq!(scene.taken(), [20], "{provider:?} {mode:?}");
        let cancel = "select * from scheduling.cancel_booking($1)";
        done(scene.database.sql.query_one(cancel, &[&token]));
        done(scene.refresh());
        assert_eq!(scene.taken(), NOTHING, "{provider:?} {mode:?}");
    }
}

#[test]
fn a_meeting_stays_where_it_was_booked_though_its_event_is_moved_by_hand() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        let token = done(scene.book(10));
        scene.wait_for_jobs();
        move_event(&mut scene, 30, 31);
        assert_eq!(scene.taken(), [10, 30], "{provider:?} {mode:?}");

        // The next change puts the event where the meeting is.
        let to = scene.at(12);
        done(scene.reschedule(&token, to));
        scene.wait_for_jobs();
        let found = match &scene.calendar {
            Calendar::Google(google) => google.events()[0].instant("start"),
            Calendar::Outlook(graph) => graph.events()[0].instant("start"),
        };
        assert_eq!(found, to.timestamp_micros(), "{provider:?} {mode:?}");
    }
}

#[test]
fn an_event_in_the_emulator_of_google_is_busy_from_consent_to_disconnection() {
    let mut database = Database::new(Cluster::shared());
    let google = Emulator::start();
    google.configure(&mut database.sql, "google");
    let consent = google.consent();
    let day: DateTime<Utc> =
        database.one("select date_trunc('day', now(), 'UTC') + interval '2 days'");
    let at = |hour| json!({"dateTime": (day + TimeDelta::hours(hour)).to_rfc3339()});
    google.enter(
        &consent,
        &json!({"summary": "Dentist", "start": at(9), "end": at(11)}),
    );
    let offered = |database: &mut Database<'_>, owner: &Owner| {
        let slots = "select extract(hour from slot_start)::int
             from scheduling.link_slots($1, $2, $3) where extract(minute from slot_start) = 0";
        let until = day + TimeDelta::days(1);
        let rows = done(database.sql.query(slots, &[&owner.slug, &day, &until]));
        rows.iter().map(|row| row.get(0)).collect::<Vec<i32>>()
    };
    let all: Vec<_> = (0..24).collect();
    let without_event: Vec<_> = (0..9).chain(11..24).collect();
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        connect_by_consent(&mut database, &owner, &google);
        assert_eq!(offered(&mut database, &owner), without_event, "{mode:?}");
        let disconnect = "select scheduling.disconnect_calendar($1, 'google')";
        done(database.sql.query_one(disconnect, &[&owner.key()]));
        assert_eq!(offered(&mut database, &owner), all, "{mode:?}");
    }
}
