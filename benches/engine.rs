//! The slot engine's own time a call: owners as the other benches have them, without PostgreSQL.
//!
//! The engine's files know nothing of PostgreSQL, so they are part of this program as they are.

#![allow(clippy::expect_used, reason = "a bench may end so")]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};

#[allow(dead_code)] // Each is used in part.
#[path = "../src/instant.rs"]
mod instant;

#[allow(dead_code, unused_imports)] // Its tests run elsewhere.
#[path = "../src/availability/engine/mod.rs"]
mod engine;

use self::engine::hours::WeeklyHours;
use self::engine::slots::{Availability, BusyTime, Rules};
use self::instant::{DAY, Instant, MINUTE};

const ZONE: chrono_tz::Tz = chrono_tz::Europe::Madrid;
/// 2027-03-01T00:00Z. The clocks change on the 28th.
const START: i64 = 1_803_859_200_000_000;

fn hours(start: &str, end: &str) -> WeeklyHours {
    let day = serde_json::json!({"enabled": true, "start": start, "end": end});
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let document = days
        .iter()
        .map(|name| ((*name).to_owned(), day.clone()))
        .collect();
    WeeklyHours::parse(&serde_json::Value::Object(document)).expect("well-formed")
}

/// Busy times of `minutes` that start every `every` minutes.
fn busy(first: i64, every: i64, minutes: i64, count: i64) -> Vec<BusyTime> {
    let start = |n| Instant::from_unix_micros(first + n * every * MINUTE);
    (0..count)
        .map(|n| BusyTime {
            start: start(n),
            end: start(n).plus(minutes * MINUTE),
        })
        .collect()
}

fn time(c: &mut Criterion, name: &str, hours: &WeeklyHours, busy: &[BusyTime], days: i64) {
    let availability = Availability {
        zone: &ZONE,
        hours,
        overrides: &BTreeMap::new(),
        rules: Rules::new(30, Some(15), 0, 0).expect("within the limits"),
        not_before: Instant::from_unix_micros(START),
        last_date: None,
        busy,
        full_days: &BTreeSet::new(),
    };
    let (from, until) = (
        Instant::from_unix_micros(START),
        Instant::from_unix_micros(START + days * DAY),
    );
    let mut group = c.benchmark_group("slots");
    group.bench_function(name, |b| {
        b.iter(|| black_box(&availability).slots(from, until))
    });
    group.finish();
}

fn month(c: &mut Criterion) {
    let hours = hours("08:00", "20:00");
    for per_day in [0, 4, 8, 12] {
        let taken: Vec<_> = (0..31)
            .flat_map(|day| busy(START + day * DAY + 7 * 60 * MINUTE, 60, 20, per_day))
            .collect();
        time(
            c,
            &format!("31 days, {per_day} busy a day"),
            &hours,
            &taken,
            31,
        );
    }
}

fn crowded_window(c: &mut Criterion) {
    let hours = hours("00:00", "24:00");
    for count in [100, 1000] {
        // One window of a day, the busy times one after another and none two of them apart.
        let taken = busy(START, 1, 1, count);
        time(c, &format!("{count} busy in a window"), &hours, &taken, 1);
    }
}

criterion_group!(engine, month, crowded_window);
criterion_main!(engine);
