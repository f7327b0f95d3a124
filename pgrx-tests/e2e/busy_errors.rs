//! Calendars that cannot be read: unknown is never shown as free, what is known stays good as long as
//! it is young enough, and everything is well again once the provider is.

use std::time::{Duration, Instant};

use crate::connect::{connect_outlook, outlook_stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Mode, explain, sqlstate};
use crate::harness::wait::wait_for;
use crate::outside::{Provider, Scene, done};
use crate::peers::google::{ACCESS_PREFIX, Fault, REFRESH_PREFIX};
use crate::peers::graph;

/// What is known may be this old at most, and a minute more.
const TOO_OLD: u32 = 16 * 60;

/// A cluster whose worker does not wait long.
fn impatient() -> Cluster {
    Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.http_timeout", "1s"),
    ])
}

/// Nothing is offered, nothing can be booked, and the status says why.
#[track_caller]
fn assert_unknown(scene: &mut Scene<'_>, status: &str, says: &str) {
    for slots in scene.slots(1) {
        let error = slots.expect_err("an unknown calendar is not shown as free");
        assert_eq!(sqlstate(&error), "PT503", "{says}: {}", explain(&error));
    }
    let error = scene.book(4).expect_err("nor is it booked");
    assert_eq!(sqlstate(&error), "PT503", "{says}: {}", explain(&error));
    let (found, detail) = scene.status();
    assert_eq!(found, status, "{says}: {detail}");
    assert!(detail.contains(says), "{says}: {detail}");
    for secret in [
        ACCESS_PREFIX,
        REFRESH_PREFIX,
        graph::ACCESS_PREFIX,
        graph::REFRESH_PREFIX,
    ] {
        assert!(!detail.contains(secret), "{detail}");
    }
}

/// The calendar is read again as soon as somebody insists.
#[track_caller]
fn assert_recovers(scene: &mut Scene<'_>) {
    wait_for("the calendar to be read again", || scene.refresh().ok());
    assert_eq!(scene.taken(), [4]);
    assert_eq!(scene.status(), ("ok".into(), String::new()));
}

fn unreadable_is_unknown(provider: Provider) {
    let cluster = impatient();
    let mut scene = Scene::new(&cluster, provider, Mode::Client);
    scene.enter("meeting", 4);
    let cases = [
        (Fault::Status(403), "forbids"),
        (Fault::Status(404), "no such calendar"),
        (Fault::RateLimited { retry_after: 1 }, "request limit"),
        (Fault::Status(500), "HTTP 500"),
        (Fault::Status(503), "HTTP 503"),
        (Fault::Hang(Duration::from_secs(5)), "calendar: "),
        (Fault::LoseAnswer, "calendar: "),
        (Fault::Truncated, "nonsense"),
        (Fault::Page, "nonsense"),
        (Fault::Flood, "nonsense"),
    ];
    for (mode, (fault, says)) in Mode::BOTH.into_iter().cycle().zip(cases) {
        scene.calendar.break_reads(Some(fault.clone()));
        scene.new_owner(mode);
        assert_unknown(&mut scene, "error", says);
        scene.calendar.break_reads(None);
        assert_recovers(&mut scene);

        scene.calendar.break_reads(Some(fault));
        scene.age(TOO_OLD);
        assert_unknown(&mut scene, "error", says);
        scene.calendar.break_reads(None);
        assert_recovers(&mut scene);
    }
}

#[test]
fn a_google_calendar_that_cannot_be_read_is_never_shown_as_free() {
    unreadable_is_unknown(Provider::Google);
}

#[test]
fn an_outlook_calendar_that_cannot_be_read_is_never_shown_as_free() {
    unreadable_is_unknown(Provider::Outlook);
}

#[test]
fn a_calendar_whose_grant_is_gone_is_unknown_until_it_is_connected_again() {
    for provider in Provider::BOTH {
        for mode in Mode::BOTH {
            let mut scene = Scene::new(Cluster::shared(), provider, mode);
            scene.enter("meeting", 4);
            assert_eq!(scene.taken(), [4]);
            scene.calendar.revoke_grants();
            scene.age(TOO_OLD);
            assert_unknown(&mut scene, "reconnect_required", "invalid_grant");
            // Nobody goes on asking with a dead grant.
            let reads = scene.calendar.reads();
            assert_unknown(&mut scene, "reconnect_required", "invalid_grant");
            assert_eq!(scene.calendar.reads(), reads, "{provider:?} {mode:?}");

            // What the OAuth callback stores.
            let (access, refresh) = scene.calendar.grant();
            scene.set(&format!(
                "access_token = '{access}', refresh_token = '{refresh}', status = 'ok',
                 status_detail = null, token_expires_at = now() + interval '1 hour'"
            ));
            assert_recovers(&mut scene);
        }
    }
}

#[test]
fn what_is_known_stays_good_during_an_outage_until_it_is_too_old() {
    for provider in Provider::BOTH {
        for mode in Mode::BOTH {
            let mut scene = Scene::new(Cluster::shared(), provider, mode);
            scene.enter("meeting", 4);
            assert_eq!(scene.taken(), [4]);
            scene.calendar.break_reads(Some(Fault::Status(500)));
            scene.age(14 * 60);
            assert_eq!(scene.taken(), [4], "{provider:?} {mode:?}");
            let error = scene.book(4).expect_err("the meeting is known");
            assert_eq!(sqlstate(&error), "PT409");
            let booked = scene.book(5);
            booked.unwrap_or_else(|error| panic!("{}", explain(&error)));
            scene.age(2 * 60);
            assert_unknown(&mut scene, "error", "HTTP 500");
        }
    }
}

#[test]
fn a_calendar_that_was_down_is_read_again_without_anybody_asking() {
    for provider in Provider::BOTH {
        let mut scene = Scene::new(Cluster::shared(), provider, Mode::User);
        scene.calendar.break_reads(Some(Fault::Status(500)));
        assert_unknown(&mut scene, "error", "HTTP 500");
        scene.calendar.break_reads(None);
        // The next look of the schedule's, moved up.
        scene.set("busy_due_at = now()");
        wait_for("the schedule's reading", || {
            (scene.status().0 == "ok").then_some(())
        });
    }
}

#[test]
fn a_provider_that_asks_for_a_pause_gets_it_whoever_asks() {
    let mut scene = Scene::new(Cluster::shared(), Provider::Google, Mode::Client);
    scene.enter("meeting", 4);
    scene
        .calendar
        .break_reads(Some(Fault::RateLimited { retry_after: 3 }));
    let started = Instant::now();
    assert_unknown(&mut scene, "error", "request limit");
    scene.calendar.break_reads(None);
    let reads = scene.calendar.reads();
    wait_for("the calendar to be read again", || {
        let refreshed = scene.refresh();
        assert!(refreshed.is_err() || started.elapsed() >= Duration::from_millis(2_900));
        refreshed.ok()
    });
    assert_eq!(
        scene.calendar.reads() - reads,
        1,
        "no request during the pause"
    );
}

#[test]
fn one_calendar_of_two_that_cannot_be_read_is_enough_not_to_know() {
    for mode in Mode::BOTH {
        let mut scene = Scene::new(Cluster::shared(), Provider::Google, mode);
        scene.enter("meeting", 4);
        let graph = outlook_stand_in(&mut scene.database);
        connect_outlook(&mut scene.database, &scene.owner, &graph, None, 3600.0);
        graph.always_read(Some(graph::Fault::Status(503)));
        for slots in scene.slots(1) {
            let error = slots.expect_err("half of it is unknown");
            assert_eq!(sqlstate(&error), "PT503", "{mode:?}: {}", explain(&error));
        }
        graph.always_read(None);
        assert_eq!(done(scene.refresh()), 1);
        assert_eq!(scene.taken(), [4]);
    }
}

#[test]
fn without_a_worker_what_is_known_is_used_and_what_is_not_is_refused_at_once() {
    let mut scene = Scene::new(Cluster::shared(), Provider::Google, Mode::Client);
    scene.enter("meeting", 4);
    assert_eq!(scene.taken(), [4]);
    let stopped: bool = scene.database.one("select scheduling.stop_worker()");
    assert!(stopped);
    wait_for("the worker to leave", || {
        scene.database.worker().is_none().then_some(())
    });
    assert_eq!(scene.taken(), [4]);
    scene.age(TOO_OLD);
    let started = Instant::now();
    assert_unknown(&mut scene, "ok", "");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(2), "took {took:?}");
    let _: bool = scene.database.one("select scheduling.start_worker()");
    scene.database.wait_for_worker();
    assert_recovers(&mut scene);
}

#[test]
fn a_worker_that_is_switched_off_reads_nothing() {
    let cluster = Cluster::preloaded();
    let mut scene = Scene::new(&cluster, Provider::Outlook, Mode::User);
    scene.enter("meeting", 4);
    let switch = |scene: &mut Scene<'_>, to: &str| {
        let set = format!("alter system set scheduling.enabled = {to}");
        scene
            .database
            .sql
            .batch_execute(&set)
            .expect("a superuser may");
        let _: bool = scene.database.one("select pg_reload_conf()");
        wait_for("the setting to arrive", || {
            let now: String = scene.database.one("show scheduling.enabled");
            (now == to).then_some(())
        });
    };
    assert_eq!(scene.taken(), [4]);
    switch(&mut scene, "off");
    scene.age(TOO_OLD);
    let reads = scene.calendar.reads();
    let started = Instant::now();
    assert_unknown(&mut scene, "ok", "");
    assert!(started.elapsed() < Duration::from_secs(2));
    assert_eq!(scene.calendar.reads(), reads);
    switch(&mut scene, "on");
    assert_recovers(&mut scene);
}
