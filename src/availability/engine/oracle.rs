//! The slot engine against a slow reading of the contract, minute by minute.
//!
//! Nothing is shared with the engine but its inputs: the oracle writes down what the wall shows at
//! every minute, looks windows up in that list, and asks of every minute whether a slot may start
//! there. It is right where clock changes and windows come at whole minutes, so in every zone of
//! the years below; changes at odd seconds are in the tests of `zone`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::hours::{WeeklyHours, Window};
use super::slots::{Availability, BusyTime, Rules, Slot};
use crate::instant::Instant;

const MICROS: i64 = 60_000_000;
const DAY_MINUTES: i64 = 1440;

/// One question to the engine; days are counted from `day`, minutes from 1970 in UTC.
#[derive(Clone, Debug)]
struct Question {
    zone: Tz,
    day: NaiveDate,
    /// The windows of the days of the week, from Monday.
    week: Vec<Vec<Window>>,
    /// Days from `day` on which other windows hold.
    overrides: BTreeMap<i64, Vec<Window>>,
    /// duration, interval, buffer before, buffer after.
    rules: [i32; 4],
    /// In microseconds since 1970, as are the next three.
    from: i64,
    until: i64,
    not_before: i64,
    busy: Vec<(i64, i64)>,
    /// Days from `day`.
    last_date: Option<i64>,
    full_days: BTreeSet<i64>,
}

impl Question {
    fn date(&self, days: i64) -> NaiveDate {
        self.day + TimeDelta::days(days)
    }

    /// Asks the engine, and `is_slot` about a sample of minutes.
    fn ask(&self) -> Vec<(i64, i64)> {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let names = [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ];
        let mut week = serde_json::Map::new();
        for (name, windows) in names.into_iter().zip(&self.week) {
            let windows: Value = windows
                .iter()
                .map(|window| json!({"start": clock(window.start), "end": clock(window.end)}))
                .collect();
            week.insert(
                name.to_owned(),
                json!({"enabled": true, "windows": windows}),
            );
        }
        let instant = Instant::from_unix_micros;
        let busy: Vec<_> = self
            .busy
            .iter()
            .map(|&(start, end)| BusyTime {
                start: instant(start),
                end: instant(end),
            })
            .collect();
        let [duration, interval, before, after] = self.rules;
        let availability = Availability {
            zone: &self.zone,
            hours: &WeeklyHours::parse(&week.into()).unwrap(),
            overrides: &self
                .overrides
                .iter()
                .map(|(day, w)| (self.date(*day), w.clone()))
                .collect(),
            rules: Rules::new(duration, Some(interval), before, after).unwrap(),
            not_before: instant(self.not_before),
            last_date: self.last_date.map(|days| self.date(days)),
            busy: &busy,
            full_days: &self.full_days.iter().map(|day| self.date(*day)).collect(),
        };
        let slots: Vec<_> = availability
            .slots(instant(self.from), instant(self.until))
            .into_iter()
            .map(|Slot { start, end }| (start.unix_micros(), end.unix_micros()))
            .collect();
        let starts: BTreeSet<_> = slots.iter().map(|slot| slot.0).collect();
        for most in [1, slots.len() / 2, slots.len() + 1] {
            let first = availability.first_slots(most, instant(self.from), instant(self.until));
            let first = first.iter().map(|slot| slot.start.unix_micros());
            let expected = slots.iter().take(most).map(|slot| slot.0);
            assert!(first.eq(expected), "the first {most} of {self:#?}");
        }
        let first = self.from.div_euclid(MICROS) + 1;
        let sample = (first..self.until.div_euclid(MICROS))
            .step_by(391)
            .map(|m| m * MICROS);
        for start in sample.chain(starts.iter().copied().step_by(11)) {
            let listed = starts.contains(&start);
            assert_eq!(
                availability.is_slot(instant(start)),
                listed,
                "is_slot({start}) {self:#?}"
            );
        }
        slots
    }
}

/// What the wall shows in a zone, at every minute around a day.
struct Wall {
    /// The first minute written down, since 1970.
    first: i64,
    /// Local minutes since 1970-01-01T00:00, one for each minute that passes.
    shown: Vec<i64>,
    /// Where in `shown` a local minute stands first and last.
    places: HashMap<i64, (usize, usize)>,
}

impl Wall {
    fn around(zone: Tz, day: NaiveDate) -> Self {
        let first = utc_minute(day) - 4 * DAY_MINUTES;
        let shown: Vec<i64> = (0..11 * DAY_MINUTES)
            .map(|passed| local_minute(zone, first + passed))
            .collect();
        let mut places = HashMap::with_capacity(shown.len());
        for (place, local) in shown.iter().enumerate() {
            places.entry(*local).or_insert((place, place)).1 = place;
        }
        Self {
            first,
            shown,
            places,
        }
    }

    /// The minute at which the wall leaps over a local minute.
    fn leap(&self, local: i64) -> usize {
        1 + self
            .shown
            .windows(2)
            .position(|pair| pair[0] < local && local < pair[1])
            .unwrap()
    }

    fn window_start(&self, local: i64) -> usize {
        self.places
            .get(&local)
            .map_or_else(|| self.leap(local), |places| places.0)
    }

    fn window_end(&self, local: i64) -> usize {
        self.places
            .get(&local)
            .map_or_else(|| self.leap(local), |places| places.1)
    }

    fn next_day(&self, day: i64) -> usize {
        self.shown
            .iter()
            .position(|local| local.div_euclid(DAY_MINUTES) > day)
            .unwrap()
    }
}

/// The answer by the contract's own words.
fn by_the_letter(question: &Question, wall: &Wall) -> Vec<(i64, i64)> {
    let day = utc_minute(question.day) / DAY_MINUTES;
    let mut windows = Vec::new();
    for away in -3..=5 {
        let date = question.date(away);
        let weekly = &question.week[date.weekday().num_days_from_monday() as usize];
        for window in question.overrides.get(&away).unwrap_or(weekly) {
            let midnight = (day + away) * DAY_MINUTES;
            let start = wall.window_start(midnight + i64::from(window.start));
            let end = match window.end {
                1440 => wall.next_day(day + away),
                minute => wall.window_end(midnight + i64::from(minute)),
            };
            if start < end {
                windows.push((start, end));
            }
        }
    }
    while let Some((one, other)) = overlapping(&windows) {
        let (b, a) = (windows.swap_remove(other), windows.swap_remove(one));
        windows.push((a.0.min(b.0), a.1.max(b.1)));
    }
    let mut open = vec![false; wall.shown.len()];
    for &(start, end) in &windows {
        open[start..end].fill(true);
    }

    let last_day_ends = question
        .last_date
        .map_or(usize::MAX, |last| wall.next_day(day + last));
    let [duration, interval, before, after] = question.rules.map(|rule| rule as usize);
    let is_slot = |place: usize| {
        let start = (wall.first + place as i64) * MICROS;
        let asked = question.from <= start && start < question.until;
        if !asked || start < question.not_before || place >= last_day_ends {
            return false;
        }
        let date = wall.shown[place].div_euclid(DAY_MINUTES) - day;
        let on_grid = windows.iter().any(|&(from, until)| {
            (from..until).contains(&place) && (place - from).is_multiple_of(interval)
        });
        let needs_from = start - before as i64 * MICROS;
        let needs_until = start + (duration + after) as i64 * MICROS;
        on_grid
            && !question.full_days.contains(&date)
            && (place..place + duration).all(|minute| open[minute])
            && !question.busy.iter().any(|&(busy_from, busy_until)| {
                busy_from < busy_until && busy_from < needs_until && needs_from < busy_until
            })
    };
    (0..wall.shown.len() - 2 * DAY_MINUTES as usize)
        .filter(|place| is_slot(*place))
        .map(|place| (wall.first + place as i64) * MICROS)
        .map(|start| (start, start + duration as i64 * MICROS))
        .collect()
}

/// Two windows that share a minute, the earlier place in the list first.
fn overlapping(windows: &[(usize, usize)]) -> Option<(usize, usize)> {
    (0..windows.len())
        .flat_map(|one| (one + 1..windows.len()).map(move |other| (one, other)))
        .find(|&(one, other)| {
            windows[one].0 < windows[other].1 && windows[other].0 < windows[one].1
        })
}

fn utc_minute(day: NaiveDate) -> i64 {
    day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() / 60
}

fn local_minute(zone: Tz, minute: i64) -> i64 {
    let utc: DateTime<Utc> = DateTime::from_timestamp(minute * 60, 0).unwrap();
    let local = zone
        .from_utc_datetime(&utc.naive_utc())
        .naive_local()
        .and_utc()
        .timestamp();
    assert_eq!(
        local % 60,
        0,
        "{zone} {utc}: the oracle knows whole minutes only"
    );
    local / 60
}

mod tests;
