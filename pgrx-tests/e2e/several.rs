//! Several calendars of an account that count as busy: what is in any of them is never offered and never
//! booked, what one of them does not tell is not known, and an owner's own events are in nobody's way,
//! whichever calendar they are in.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::json;

use crate::connect::connect_by_consent;
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, explain, sqlstate};
use crate::harness::wait::wait_for;
use crate::outside::{Calendar, NOTHING, Provider, Scene, done, everywhere, refused};
use crate::peers::emulator::Emulator;
use crate::peers::google::Fault;

/// The id of the main calendar, as the provider lists it.
fn main_of(provider: Provider) -> &'static str {
    match provider {
        Provider::Google => "primary",
        Provider::Outlook => "main",
    }
}

/// Further calendars of the account, more than one, so that they are asked for together.
const FURTHER: [&str; 3] = ["family@group.example", "team/x y?", "rooms#1"];

impl Scene<'_> {
    /// The account has further calendars, and all of them count.
    fn heed_all(&mut self) {
        for id in FURTHER {
            self.calendar.add(id);
        }
        let main = main_of(self.calendar.provider());
        self.heed(main, &[&[main], &FURTHER[..]].concat());
    }

    /// `select_calendar`.
    fn heed(&mut self, selected: &str, busy: &[&str]) {
        let select = "select scheduling.select_calendar($1, $2, $3, $4)";
        let of = self.calendar.provider().name();
        let key = self.owner.key();
        done(
            self.database
                .sql
                .execute(select, &[&key, &of, &selected, &busy]),
        );
    }

    /// Somebody enters an event that keeps the owner busy for this half hour into one of the calendars.
    fn enter_in(&self, calendar: &str, id: &str, n: i64) {
        let times = self.calendar.times(self.at(n), self.at(n + 1), Tz::UTC);
        self.calendar.enter_in(calendar, id, &times);
    }
}

#[test]
fn what_is_in_any_of_the_calendars_is_neither_offered_nor_booked() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        scene.enter("main", 2);
        scene.heed_all();
        for (n, calendar) in (0..).zip(FURTHER) {
            scene.enter_in(calendar, &format!("event{n}"), 4 + 2 * n);
        }
        assert_eq!(scene.taken(), [2, 4, 6, 8], "{provider:?} {mode:?}");
        for n in [2, 4, 6, 8] {
            assert_eq!(refused(scene.book(n)), "PT409", "{provider:?} {mode:?} {n}");
        }
        let token = done(scene.book(10));
        // What is entered afterwards is seen by whoever books a minute later.
        scene.enter_in(FURTHER[1], "new", 12);
        scene.age(61);
        assert_eq!(refused(scene.book(12)), "PT409", "{provider:?} {mode:?}");
        scene.enter_in(FURTHER[2], "newer", 14);
        scene.age(61);
        let to = scene.at(14);
        assert_eq!(refused(scene.reschedule(&token, to)), "PT409");
        assert_eq!(scene.status(), ("ok".into(), String::new()));
    }
}

#[test]
fn only_the_calendars_that_count_are_heeded() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        scene.heed_all();
        scene.enter("main", 2);
        scene.enter_in(FURTHER[0], "family", 4);
        scene.enter_in(FURTHER[1], "team", 6);
        assert_eq!(scene.taken(), [2, 4, 6], "{provider:?} {mode:?}");
        // By plain SQL, and what was known is forgotten in the same transaction.
        scene.set(&format!("busy_calendar_ids = array['{}']", FURTHER[1]));
        let known = "select count(*) from scheduling.busy_times";
        assert_eq!(scene.database.one::<i64>(known), 0, "{provider:?} {mode:?}");
        assert_eq!(scene.taken(), [6], "{provider:?} {mode:?}");
        scene.set("busy_calendar_ids = null");
        assert_eq!(scene.taken(), [2], "{provider:?} {mode:?}");
        // Events go to the selected one all the same.
        scene.heed(FURTHER[0], &[FURTHER[1]]);
        done(scene.book(4));
        assert_eq!(scene.taken(), [4, 6], "{provider:?} {mode:?}");
        scene.wait_for_jobs();
        done(scene.refresh());
        assert_eq!(scene.taken(), [4, 6], "{provider:?} {mode:?}");
    }
}

#[test]
fn several_calendars_cost_as_few_requests_as_the_provider_allows() {
    for provider in Provider::BOTH {
        let mut scene = Scene::new(Cluster::shared(), provider, Mode::Client);
        scene.heed_all();
        done(scene.refresh());
        let reads = scene.calendar.reads();
        done(scene.refresh());
        // One list of the selected calendar's events, and one question for the others; one batch.
        let expected = match provider {
            Provider::Google => 2,
            Provider::Outlook => 1,
        };
        assert_eq!(scene.calendar.reads() - reads, expected, "{provider:?}");
    }
}

#[test]
fn one_calendar_that_does_not_tell_is_enough_not_to_know_and_is_named() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        scene.heed_all();
        scene.enter_in(FURTHER[0], "family", 4);
        assert_eq!(scene.taken(), [4]);
        scene.heed(
            main_of(provider),
            &[
                main_of(provider),
                FURTHER[0],
                FURTHER[1],
                "gone@group.example",
            ],
        );
        for slots in scene.slots(1) {
            let error = slots.expect_err("an unknown calendar is not shown as free");
            assert_eq!(sqlstate(&error), "PT503", "{}", explain(&error));
        }
        assert_eq!(refused(scene.book(20)), "PT503", "{provider:?} {mode:?}");
        let (status, detail) = scene.status();
        assert_eq!(status, "error", "{provider:?} {mode:?}");
        assert!(detail.contains("\"gone@group.example\""), "{detail}");
        scene.calendar.add("gone@group.example");
        wait_for("the calendars to be read again", || scene.refresh().ok());
        assert_eq!(scene.taken(), [4], "{provider:?} {mode:?}");
        assert_eq!(scene.status(), ("ok".into(), String::new()));
    }
}

#[test]
fn the_event_of_a_meeting_is_in_nobodys_way_once_another_calendar_is_selected() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        scene.heed_all();
        let token = done(scene.book(10));
        scene.wait_for_jobs();
        // The event stays where it is, and that calendar still counts.
        let all = [&[main_of(provider)], &FURTHER[..]].concat();
        scene.heed(FURTHER[0], &all);
        let interval = "update scheduling.booking_links set slot_interval_minutes = 15";
        done(scene.database.sql.execute(interval, &[]));
        done(scene.refresh());
        let to = scene.at(10) + TimeDelta::minutes(15);
        done(scene.reschedule(&token, to));
        scene.wait_for_jobs();
        done(scene.refresh());
        assert_eq!(scene.taken(), [10, 11], "{provider:?} {mode:?}");
    }
}

#[test]
fn an_event_of_ours_that_the_owner_has_moved_to_another_calendar_is_known_again() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        scene.heed_all();
        let token = done(scene.book(10));
        scene.wait_for_jobs();
        done(scene.refresh());
        let event: String = scene.database.one(&format!(
            "select calendar_event_id from scheduling.{}",
            mode.names().meetings
        ));
        scene.calendar.move_to(&event, FURTHER[1]);
        // Until it has been found, it may be taken for somebody else's.
        done(scene.refresh());
        done(scene.refresh());
        let reads = scene.calendar.reads();
        let to = scene.at(10) + TimeDelta::minutes(15);
        let interval = "update scheduling.booking_links set slot_interval_minutes = 15";
        done(scene.database.sql.execute(interval, &[]));
        done(scene.reschedule(&token, to));
        assert_eq!(scene.calendar.reads(), reads, "{provider:?} {mode:?}");
        assert_eq!(scene.taken(), [10, 11], "{provider:?} {mode:?}");
        // There, the owner moves it to another hour: it is busy as any other.
        scene.wait_for_jobs();
        let times = scene.calendar.times(scene.at(20), scene.at(21), Tz::UTC);
        scene.calendar.enter_in(FURTHER[1], &event, &times);
        done(scene.refresh());
        assert_eq!(scene.taken(), [10, 11, 20], "{provider:?} {mode:?}");
    }
}

#[test]
fn without_the_scope_for_it_further_google_calendars_are_listed() {
    let mut scene = Scene::new(Cluster::shared(), Provider::Google, Mode::User);
    scene.heed_all();
    let Calendar::Google(google) = &scene.calendar else {
        unreachable!("made above");
    };
    google.set_free_busy(|answers| answers.lacks_scope = true);
    scene.enter_in(FURTHER[0], "family", 4);
    assert_eq!(scene.taken(), [4]);
    assert_eq!(scene.status(), ("ok".into(), String::new()));
}

#[test]
fn what_the_calendars_said_is_not_kept_once_others_count() {
    for provider in Provider::BOTH {
        let mut scene = Scene::new(Cluster::shared(), provider, Mode::User);
        scene.heed_all();
        assert_eq!(scene.taken(), NOTHING);
        scene.enter_in(FURTHER[0], "old", 5);
        let reads = scene.calendar.reads();
        let hang = Fault::Hang(std::time::Duration::from_secs(2));
        scene.calendar.break_reads(Some(hang));
        let mut session = scene.database.connect();
        let key = scene.owner.key();
        let reader = std::thread::spawn(move || {
            session.query_one("select scheduling.refresh_busy_times($1)", &[&key])
        });
        wait_for("the calendars to be asked", || {
            (scene.calendar.reads() > reads).then_some(())
        });
        scene.set(&format!("busy_calendar_ids = array['{}']", FURTHER[2]));
        scene.calendar.break_reads(None);
        let answer = reader.join().expect("no panic");
        assert_eq!(refused(answer), "PT503", "{provider:?}");
        assert_eq!(scene.taken(), NOTHING, "{provider:?}");
    }
}

#[test]
fn the_list_of_calendars_says_which_are_chosen_even_where_they_are_gone() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        scene.calendar.add("family@group.example");
        let of = provider.name();
        let chosen = |scene: &mut Scene<'_>| -> Vec<(String, Option<String>, bool, bool)> {
            let list = "select calendar_id, name, is_selected, is_busy
                        from scheduling.provider_calendars($1, $2)";
            let rows = done(scene.database.sql.query(list, &[&scene.owner.key(), &of]));
            let row = |row: &postgres::Row| (row.get(0), row.get(1), row.get(2), row.get(3));
            rows.iter().map(row).collect()
        };
        let listed = chosen(&mut scene);
        assert_eq!(
            listed.iter().map(|c| (c.2, c.3)).collect::<Vec<_>>(),
            [(true, true), (false, false)],
            "{provider:?} {mode:?}"
        );
        let main = listed[0].0.clone();
        scene.heed("family@group.example", &[&main, "gone@group.example"]);
        let listed = chosen(&mut scene);
        let expected = [
            (main, true, false, true),
            ("family@group.example".into(), true, true, false),
            ("gone@group.example".into(), false, false, true),
        ];
        let found = listed.into_iter().map(|c| (c.0, c.1.is_some(), c.2, c.3));
        assert_eq!(found.collect::<Vec<_>>(), expected, "{provider:?} {mode:?}");
    }
}

#[test]
fn no_id_of_a_calendar_leads_the_worker_elsewhere() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        let hostile = [
            "../../../token",
            "x/../../..",
            "http://127.0.0.1:1/",
            "//127.0.0.1:1/x",
            "a?b=c#d",
            "%2e%2e%2f",
            "..\\..\\",
            "@127.0.0.1:1",
        ];
        let before = scene.calendar.paths().len();
        for selected in hostile {
            scene.heed(selected, &hostile);
            assert_eq!(refused(scene.refresh()), "PT502", "{selected}");
        }
        for path in scene.calendar.paths().into_iter().skip(before) {
            let is_known = match provider {
                Provider::Google => {
                    path == "/calendar/v3/freeBusy"
                        || path.starts_with("/calendar/v3/calendars/") && path.ends_with("/events")
                }
                Provider::Outlook => path == "/v1.0/$batch",
            };
            assert!(is_known, "{provider:?}: {path}");
        }
    }
}

#[test]
fn a_calendar_in_which_nothing_changed_keeps_what_it_said_while_another_one_changes() {
    let mut scene = Scene::new(Cluster::shared(), Provider::Google, Mode::Client);
    // Listed, each with a sync token of its own.
    scene.calendar.add(FURTHER[0]);
    scene.heed("primary", &["primary", FURTHER[0]]);
    scene.enter("main", 2);
    scene.enter_in(FURTHER[0], "family", 4);
    assert_eq!(scene.taken(), [2, 4]);
    let reads = scene.calendar.reads();
    done(scene.refresh());
    assert_eq!(scene.calendar.reads() - reads, 2);
    scene.enter_in(FURTHER[0], "more", 6);
    done(scene.refresh());
    assert_eq!(scene.taken(), [2, 4, 6]);
    scene.calendar.remove("main");
    done(scene.refresh());
    assert_eq!(scene.taken(), [4, 6]);
    // One event, known under the same id in both.
    scene.enter("family", 4);
    scene.enter_in(FURTHER[0], "family", 8);
    done(scene.refresh());
    assert_eq!(scene.taken(), [4, 6, 8]);
}

#[test]
fn an_outage_is_waited_out_by_what_is_known_of_all_calendars_until_it_is_too_old() {
    for provider in Provider::BOTH {
        let mut scene = Scene::new(Cluster::shared(), provider, Mode::User);
        scene.heed_all();
        scene.enter_in(FURTHER[2], "rooms", 8);
        assert_eq!(scene.taken(), [8]);
        scene.calendar.break_reads(Some(Fault::Status(503)));
        scene.age(120);
        assert_eq!(scene.taken(), [8], "{provider:?}");
        assert_eq!(refused(scene.book(8)), "PT409", "{provider:?}");
        scene.age(16 * 60);
        assert_eq!(refused(scene.book(10)), "PT503", "{provider:?}");
        // And nobody waits for it again.
        let reads = scene.calendar.reads();
        assert_eq!(refused(scene.book(12)), "PT503", "{provider:?}");
        assert_eq!(scene.calendar.reads(), reads, "{provider:?}");
    }
}

#[test]
fn the_calendars_of_the_emulator_count_and_are_remembered_for_the_same_account() {
    let mut database = Database::new(Cluster::shared());
    let further = ["family", "team", "rooms"];
    let google = Emulator::with_calendars(&further);
    google.configure(&mut database.sql, "google");
    let consent = google.consent();
    let day: DateTime<Utc> =
        database.one("select date_trunc('day', now(), 'UTC') + interval '2 days'");
    let at = |hour| json!({"dateTime": (day + TimeDelta::hours(hour)).to_rfc3339()});
    for (calendar, hour) in [("primary", 3), ("family", 9), ("rooms", 12)] {
        let event = json!({"summary": "Busy", "start": at(hour), "end": at(hour + 1)});
        google.enter_in(calendar, &consent, &event);
    }
    let taken = |database: &mut Database<'_>, owner: &Owner| -> Vec<i32> {
        let slots = "select extract(hour from slot_start)::int
             from scheduling.link_slots($1, $2, $3) where extract(minute from slot_start) = 0";
        let until = day + TimeDelta::days(1);
        let rows = done(database.sql.query(slots, &[&owner.slug, &day, &until]));
        let free: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
        (0..24).filter(|hour| !free.contains(hour)).collect()
    };
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        connect_by_consent(&mut database, &owner, &google);
        assert_eq!(taken(&mut database, &owner), [3], "{mode:?}");
        let all = ["primary", "family", "team", "rooms"];
        let select = "select scheduling.select_calendar($1, 'google', 'primary', $2)";
        done(database.sql.execute(select, &[&owner.key(), &&all[..]]));
        assert_eq!(taken(&mut database, &owner), [3, 9, 12], "{mode:?}");

        // The same account again, whatever the case of its address; then another one.
        let names = mode.names();
        let table = format!("scheduling.{} where {} = $1", names.connections, names.key);
        let choice = format!("select busy_calendar_ids from {table}");
        let disconnect = "select scheduling.disconnect_calendar($1, 'google')";
        done(database.sql.query_one(disconnect, &[&owner.key()]));
        let of_other_case = "connected_email = upper(connected_email)";
        let of_another = "connected_email = 'somebody@else.example'";
        for (before, kept) in [(of_other_case, true), (of_another, false)] {
            let update = format!(
                "update scheduling.{} set {before} where {} = $1",
                names.connections, names.key
            );
            done(database.sql.execute(&update, &[&owner.id]));
            connect_by_consent(&mut database, &owner, &google);
            let row = done(database.sql.query_one(&choice, &[&owner.id]));
            let chosen: Option<Vec<String>> = row.get(0);
            assert_eq!(chosen.is_some(), kept, "{mode:?} {before}");
        }
        assert_eq!(taken(&mut database, &owner), [3], "{mode:?}");
    }
}
