//! Slots of many owners in one call, where their calendars have to be read first: each of them once,
//! and one that cannot be read is never shown as free and in nobody else's way.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::connect::{connect, connect_outlook, outlook_stand_in, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, explain, sqlstate};
use crate::harness::wait::wait_for;
use crate::outside::{Answer, Calendar, done};
use crate::peers::graph::{Fault, Graph};

/// How many half hours of the day after tomorrow each owner has free, by their key. Owners without
/// any are not in it.
fn free_for(
    database: &mut Database<'_>,
    owners: &[&Owner],
    skip_unknown: bool,
) -> Answer<BTreeMap<String, i64>> {
    let day = day(database);
    let keys: Vec<_> = owners.iter().map(|owner| owner.key()).collect();
    let rows = database.sql.query(
        "select owner, count(*) from scheduling.available_slots_for(
             $1, $2, $3, skip_unknown => $4) group by owner",
        &[&keys, &day, &(day + TimeDelta::days(1)), &skip_unknown],
    )?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The same answer for each of these owners.
fn each(owners: &[&Owner], free: i64) -> BTreeMap<String, i64> {
    owners.iter().map(|owner| (owner.key(), free)).collect()
}

fn day(database: &mut Database<'_>) -> DateTime<Utc> {
    database.one("select date_trunc('day', now(), 'UTC') + interval '2 days'")
}

/// Changes the rows of all connections.
fn set(database: &mut Database<'_>, what: &str) {
    for mode in Mode::BOTH {
        let connections = mode.names().connections;
        let update = format!("update scheduling.{connections} set {what}");
        done(database.sql.batch_execute(&update));
    }
}

/// Owners of both modes by turns, whose calendars are at Outlook.
fn at_outlook(database: &mut Database<'_>, graph: &Graph, count: usize) -> Vec<Owner> {
    let modes = Mode::BOTH.into_iter().cycle().take(count);
    modes
        .map(|mode| {
            let owner = database.owner(mode);
            connect_outlook(database, &owner, graph, None, 3600.0);
            owner
        })
        .collect()
}

#[test]
fn one_call_has_the_calendars_of_150_owners_read_once_each() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    let modes = Mode::BOTH.into_iter().cycle().take(150);
    let owners: Vec<_> = modes
        .map(|mode| {
            let owner = database.owner(mode);
            connect(&mut database, &owner, &google);
            owner
        })
        .collect();
    let owners: Vec<_> = owners.iter().collect();
    assert_eq!(
        done(free_for(&mut database, &owners, false)),
        each(&owners, 48)
    );
    assert_eq!(google.reads().len(), 150, "none was known");

    let age = "busy_synced_at = busy_synced_at - interval '20 minutes'";
    set(&mut database, age);
    assert_eq!(
        done(free_for(&mut database, &owners, false)),
        each(&owners, 48)
    );
    assert_eq!(google.reads().len(), 2 * 150, "all were too old");

    set(&mut database, age);
    let calendar = Calendar::Google(google);
    let start = day(&mut database) + TimeDelta::hours(9);
    let times = calendar.times(start, start + TimeDelta::minutes(30), Tz::UTC);
    calendar.enter("dentist", &times);
    for _ in 0..2 {
        assert_eq!(
            done(free_for(&mut database, &owners, false)),
            each(&owners, 47)
        );
        // The first request says that something has changed, the second one what.
        assert_eq!(calendar.reads(), (2 + 2) * 150, "all are known now");
    }
}

#[test]
fn a_provider_that_is_down_leaves_out_its_own_and_nobody_else() {
    let cluster = Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.http_timeout", "1s"),
    ]);
    let mut database = Database::new(&cluster);
    let google = stand_in(&mut database);
    let graph = outlook_stand_in(&mut database);
    for fault in [Fault::Status(503), Fault::Hang(Duration::from_secs(5))] {
        graph.always_read(Some(fault.clone()));
        let down = at_outlook(&mut database, &graph, 2);
        let well: Vec<_> = [Mode::User, Mode::Client, Mode::User]
            .map(|mode| {
                let owner = database.owner(mode);
                connect(&mut database, &owner, &google);
                owner
            })
            .into();
        let free = database.owner(Mode::Client);
        let all: Vec<_> = down.iter().chain(&well).chain([&free]).collect();

        let began = Instant::now();
        let refusal = free_for(&mut database, &all, false).expect_err("unknown is not free");
        assert_eq!(sqlstate(&refusal), "PT503", "{fault:?}");
        let says = explain(&refusal);
        let named = format!(
            "2 of the owners are busy is not known, and unknown is not free: {}, {}.",
            down[0].key(),
            down[1].key()
        );
        assert!(says.contains(&named), "{fault:?}: {says}");
        let known: Vec<_> = well.iter().chain([&free]).collect();
        assert_eq!(
            done(free_for(&mut database, &all, true)),
            each(&known, 48),
            "{fault:?}"
        );
        let took = began.elapsed();
        assert!(took < Duration::from_secs(4), "{fault:?}: {took:?}");

        graph.always_read(None);
        wait_for("everybody to be known", || {
            free_for(&mut database, &all, false)
                .ok()
                .filter(|found| *found == each(&all, 48))
        });
    }
}

/// With four places, the worker is asked about two owners at a time.
#[test]
fn who_could_not_be_read_the_last_time_is_asked_about_last() {
    let cluster = Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.http_timeout", "1s"),
        ("scheduling.concurrency", "4"),
    ]);
    let mut database = Database::new(&cluster);
    let google = stand_in(&mut database);
    let graph = outlook_stand_in(&mut database);
    graph.always_read(Some(Fault::Hang(Duration::from_secs(60))));
    let down = at_outlook(&mut database, &graph, 2);
    let well = database.owner(Mode::Client);
    connect(&mut database, &well, &google);
    let all: Vec<_> = down.iter().chain([&well]).collect();
    wait_for("the provider to be found down", || {
        let _ = free_for(&mut database, &all, true);
        let failed: i64 = database.one(
            "select (select count(*) from scheduling.calendar_connections where status = 'error')
                  + (select count(*) from scheduling.user_calendar_connections where status = 'error')",
        );
        (failed == 2).then_some(())
    });
    // Nobody's turn comes by itself, and nothing is known.
    set(
        &mut database,
        "busy_synced_at = null, busy_until = null, busy_token = null,
         busy_due_at = now() + interval '1 hour'",
    );
    assert_eq!(
        done(free_for(&mut database, &all, true)),
        each(&[&well], 48)
    );
}

#[test]
fn without_a_worker_unknown_calendars_are_refused_at_once_or_left_out() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    done(database.sql.execute("select scheduling.stop_worker()", &[]));
    let unknown = database.owner(Mode::User);
    connect(&mut database, &unknown, &google);
    let free = database.owner(Mode::Client);
    let began = Instant::now();
    let refusal = free_for(&mut database, &[&free, &unknown], false);
    let refusal = refusal.expect_err("unknown is not free");
    assert_eq!(sqlstate(&refusal), "PT503");
    assert!(
        explain(&refusal).contains("worker"),
        "{}",
        explain(&refusal)
    );
    let found = done(free_for(&mut database, &[&free, &unknown], true));
    assert_eq!(found, each(&[&free], 48));
    assert!(began.elapsed() < Duration::from_secs(2));
}
