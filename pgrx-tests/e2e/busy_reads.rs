//! Reading calendars: all of them, no oftener than it takes, and nothing that a calendar has said is
//! kept once it is not the owner's any more.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::time::Duration;

use chrono::TimeDelta;

use crate::harness::cluster::Cluster;
use crate::harness::database::Mode;
use crate::harness::wait::wait_for;
use crate::outside::{Calendar, NOTHING, Provider, Scene, done, everywhere, refused};
use crate::peers::google::Fault;

#[test]
fn a_calendar_of_many_pages_is_read_to_its_end() {
    for provider in Provider::BOTH {
        let mut scene = Scene::new(Cluster::shared(), provider, Mode::Client);
        scene.calendar.set_page_size(2);
        for n in 0..7 {
            scene.enter(&format!("event{n}"), 3 * n);
        }
        let expected: Vec<_> = (0..7).map(|n| 3 * n).collect();
        assert_eq!(scene.taken(), expected, "{provider:?}");
        assert_eq!(done(scene.refresh()), 7);
    }
}

#[test]
fn a_calendar_in_which_nothing_changed_costs_one_request() {
    let mut scene = Scene::new(Cluster::shared(), Provider::Google, Mode::Client);
    scene.calendar.set_page_size(1);
    for n in 0..3 {
        scene.enter(&format!("event{n}"), n);
    }
    assert_eq!(scene.taken(), [0, 1, 2]);
    let reads = |scene: &mut Scene<'_>| {
        let before = scene.calendar.reads();
        done(scene.refresh());
        scene.calendar.reads() - before
    };
    assert_eq!((reads(&mut scene), reads(&mut scene)), (1, 1));
    scene.enter("event3", 3);
    assert_eq!(done(scene.refresh()), 4);
    assert_eq!(reads(&mut scene), 1);

    // The provider has forgotten what it told: all of it is read again.
    let Calendar::Google(google) = &scene.calendar else {
        unreachable!("made above");
    };
    scene.enter("event4", 4);
    google.expire_sync_tokens();
    let before = scene.calendar.reads();
    assert_eq!(done(scene.refresh()), 5);
    assert_eq!(scene.calendar.reads() - before, 1 + 5);
}

#[test]
fn a_hundred_visitors_of_a_stale_page_cost_one_reading() {
    let cluster = Cluster::preloaded();
    for provider in Provider::BOTH {
        let mut scene = Scene::new(&cluster, provider, Mode::Client);
        assert_eq!(scene.taken(), NOTHING);
        scene.enter("new", 7);
        done(scene.refresh());
        scene.age(20 * 60);
        let reads = scene.calendar.reads();
        scene
            .calendar
            .break_reads(Some(Fault::Hang(Duration::from_millis(500))));
        let sessions: Vec<_> = (0..100).map(|_| scene.database.connect()).collect();
        let barrier = Barrier::new(sessions.len());
        let seen: BTreeSet<i64> = std::thread::scope(|scope| {
            let visit = |mut session: postgres::Client| {
                let (owner, barrier, day) = (&scene.owner, &barrier, scene.day);
                scope.spawn(move || {
                    barrier.wait();
                    let slots = "select count(*) from scheduling.link_slots($1, $2, $3)";
                    let until = day + TimeDelta::days(1);
                    let row = session.query_one(slots, &[&owner.slug, &day, &until]);
                    done(row).get::<_, i64>(0)
                })
            };
            let visitors: Vec<_> = sessions.into_iter().map(visit).collect();
            let seen = visitors
                .into_iter()
                .map(|visitor| visitor.join().expect("no panic"));
            seen.collect()
        });
        assert_eq!(seen, BTreeSet::from([47]), "{provider:?}");
        assert_eq!(scene.calendar.reads() - reads, 1, "{provider:?}");
    }
}

#[test]
fn another_calendar_makes_the_first_one_forgotten() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        scene.enter("old", 5);
        assert_eq!(scene.taken(), [5]);
        scene.calendar.add("other@group.example");
        let select = "select scheduling.select_calendar($1, $2, 'other@group.example')";
        let of = match provider {
            Provider::Google => "google",
            Provider::Outlook => "outlook",
        };
        done(
            scene
                .database
                .sql
                .execute(select, &[&scene.owner.key(), &of]),
        );
        let known = "select count(*) from scheduling.busy_times";
        assert_eq!(scene.database.one::<i64>(known), 0, "{provider:?} {mode:?}");
        assert_eq!(scene.taken(), NOTHING);
    }
}

#[test]
fn what_a_calendar_said_is_not_kept_once_another_one_is_selected() {
    let mut scene = Scene::new(Cluster::shared(), Provider::Google, Mode::User);
    assert_eq!(scene.taken(), NOTHING);
    scene.enter("old", 5);
    let reads = scene.calendar.reads();
    scene
        .calendar
        .break_reads(Some(Fault::Hang(Duration::from_secs(2))));
    let mut session = scene.database.connect();
    let key = scene.owner.key();
    let reader = std::thread::spawn(move || {
        session.query_one("select scheduling.refresh_busy_times($1)", &[&key])
    });
    wait_for("the calendar to be asked", || {
        (scene.calendar.reads() > reads).then_some(())
    });
    scene.calendar.add("other@group.example");
    scene.set("calendar_id = 'other@group.example'");
    scene.calendar.break_reads(None);
    let answer = reader.join().expect("no panic");
    assert_eq!(refused(answer), "PT503");
    assert_eq!(scene.taken(), NOTHING);
}

#[test]
fn a_connection_that_is_gone_is_forgotten() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        scene.enter("old", 5);
        assert_eq!(scene.taken(), [5]);
        let table = mode.names().connections;
        let delete = format!("delete from scheduling.{table}");
        done(scene.database.sql.execute(&delete, &[]));
        assert_eq!(scene.taken(), NOTHING, "{provider:?} {mode:?}");
        let known = "select count(*) from scheduling.busy_times";
        assert_eq!(scene.database.one::<i64>(known), 0);
    }
}
