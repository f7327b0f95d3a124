//! What the engine and the oracle are asked: every kind of clock change there is, and chance.

use std::sync::LazyLock;

use chrono::Days;
use chrono_tz::TZ_VARIANTS;
use proptest::prelude::*;

use super::*;

/// Every different clock change of every zone from 2024 to 2030, and older ones of rare kinds, by
/// the UTC date on which it comes.
static CHANGES: LazyLock<Vec<(Tz, NaiveDate)>> = LazyLock::new(|| {
    let first = utc_minute("2024-01-01".parse().unwrap());
    let last = utc_minute("2031-01-01".parse().unwrap());
    let mut seen = BTreeSet::new();
    let mut changes = Vec::new();
    for zone in TZ_VARIANTS {
        let ahead = |minute| local_minute(zone, minute) - minute;
        let mut before = ahead(first);
        for midnight in (first..last).step_by(DAY_MINUTES as usize) {
            let after = ahead(midnight + DAY_MINUTES);
            if after != before {
                let passed = (1..=DAY_MINUTES).find(|passed| ahead(midnight + passed) == after);
                if seen.insert((midnight + passed.unwrap(), before, after)) {
                    let utc = DateTime::from_timestamp(midnight * 60, 0).unwrap();
                    changes.push((zone, utc.date_naive()));
                }
            }
            before = after;
        }
    }
    for (zone, day) in [
        ("Pacific/Apia", "2011-12-30"),      // a day skipped
        ("Pacific/Kwajalein", "1993-08-21"), // a day skipped
        ("Pacific/Kwajalein", "1969-09-30"), // 23 hours twice
        ("America/St_Johns", "2010-11-07"),  // back over midnight
        ("America/St_Johns", "2010-03-14"),  // forward at one past midnight
        ("America/St_Johns", "1988-10-30"),  // back by two hours over midnight
        ("Antarctica/Casey", "2010-03-05"),  // back by three hours
        ("Asia/Pyongyang", "2018-05-04"),    // forward by half an hour to midnight
        ("America/Caracas", "2016-05-01"),   // forward by half an hour
        ("America/Sao_Paulo", "2018-11-04"), // midnight skipped
        ("America/Sao_Paulo", "2019-02-17"), // back at midnight
        ("Asia/Manila", "1990-07-28"),       // back to the day before
    ] {
        changes.push((zone.parse().unwrap(), day.parse().unwrap()));
    }
    changes
});

/// Windows as `start-end`, in minutes of the day.
fn windows(text: &str) -> Vec<Window> {
    let pair = |text: &str| {
        text.split_once('-')
            .map(|(a, b)| (a.parse(), b.parse()))
            .unwrap()
    };
    let window = |text| match pair(text) {
        (Ok(start), Ok(end)) => Window { start, end },
        _ => panic!("no window: {text}"),
    };
    text.split_whitespace().map(window).collect()
}

#[test]
fn every_clock_change_of_every_zone_is_cut_by_the_letter() {
    assert!(CHANGES.len() > 150, "only {} changes", CHANGES.len());
    let cases = [
        ("0-1440", [60, 60, 0, 0]),
        (
            "0-29 29-60 60-90 90-135 150-165 170-240 240-721 1263-1410 1410-1425 1430-1440",
            [25, 20, 0, 0],
        ),
        ("0-150 1320-1440", [90, 15, 5, 10]),
        ("30-120 1290-1439", [10, 7, 0, 0]),
    ];
    let mut listed = 0;
    for (zone, day) in CHANGES.iter() {
        let wall = Wall::around(*zone, *day);
        let noon = (utc_minute(*day) + 720) * MICROS;
        for (case, (hours, rules)) in cases.into_iter().enumerate() {
            let question = Question {
                zone: *zone,
                day: *day,
                week: vec![windows(hours); 7],
                overrides: BTreeMap::new(),
                rules,
                from: noon - 1440 * MICROS,
                until: noon + 1440 * MICROS,
                not_before: i64::MIN,
                busy: vec![(noon - 13 * 60 * MICROS, noon - 12 * 60 * MICROS + 1); case / 2],
                last_date: None,
                full_days: BTreeSet::new(),
            };
            let slots = question.ask();
            listed += slots.len();
            assert_eq!(slots, by_the_letter(&question, &wall), "{question:#?}");
        }
    }
    assert!(
        listed > 20 * CHANGES.len(),
        "only {listed} slots: the questions ask too little"
    );
}

/// Windows between some of a few cuts of the day, on the quarter hour or not; many touch.
fn some_windows() -> impl Strategy<Value = Vec<Window>> {
    let quarter = (0u16..=96).prop_map(|quarter| quarter * 15);
    let cut = prop_oneof![3 => quarter, 1 => 0u16..=1440, 1 => Just(0), 1 => Just(1440)];
    (proptest::collection::btree_set(cut, 2..9), any::<u8>()).prop_map(|(cuts, kept)| {
        let cuts: Vec<u16> = cuts.into_iter().collect();
        let pairs = cuts
            .windows(2)
            .enumerate()
            .filter(|(place, _)| kept >> place & 1 == 1);
        pairs
            .map(|(_, pair)| Window {
                start: pair[0],
                end: pair[1],
            })
            .collect()
    })
}

fn some_rules() -> impl Strategy<Value = [i32; 4]> {
    let length = || prop_oneof![4 => (1i32..=12).prop_map(|five| five * 5), 1 => 1i32..=1440];
    let buffer = || prop_oneof![2 => Just(0), 1 => 0i32..=90];
    [
        length().boxed(),
        length().boxed(),
        buffer().boxed(),
        buffer().boxed(),
    ]
}

fn some_question() -> impl Strategy<Value = Question> {
    let at_a_change = (0..CHANGES.len()).prop_map(|place| CHANGES[place]);
    let anywhere = (0..TZ_VARIANTS.len(), 0u64..2500).prop_map(|(zone, days)| {
        (
            TZ_VARIANTS[zone],
            NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(days),
        )
    });
    let second = -36i64 * 3600..36 * 3600;
    let length = prop_oneof![1 => Just(0), 4 => 0i64..7200, 1 => 0i64..30 * 3600];
    let whole_minutes = prop_oneof![Just(true), Just(false)];
    (
        prop_oneof![3 => at_a_change, 1 => anywhere],
        proptest::collection::vec(some_windows(), 7),
        proptest::collection::btree_map(-2i64..4, some_windows(), 0..3),
        some_rules(),
        (
            second.clone(),
            second.clone(),
            proptest::option::weighted(0.3, second.clone()),
        ),
        (
            proptest::collection::vec((second, length), 0..12),
            whole_minutes,
        ),
        proptest::option::weighted(0.3, -3i64..4),
        proptest::collection::btree_set(-2i64..4, 0..2),
    )
        .prop_map(
            |((zone, day), week, overrides, rules, bounds, busy, last_date, full_days)| {
                let noon = utc_minute(day) * 60 + 12 * 3600;
                let unit = if busy.1 { 60 } else { 1 };
                let micros = |second: i64| (noon + second / unit * unit) * 1_000_000;
                Question {
                    zone,
                    day,
                    week,
                    overrides,
                    rules,
                    from: micros(bounds.0.min(bounds.1)),
                    until: micros(bounds.0.max(bounds.1)),
                    not_before: bounds.2.map_or(i64::MIN, micros),
                    busy: busy
                        .0
                        .iter()
                        .map(|&(at, long)| (micros(at), micros(at + long)))
                        .collect(),
                    last_date,
                    full_days,
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_question_is_answered_by_the_letter(question in some_question()) {
        let wall = Wall::around(question.zone, question.day);
        prop_assert_eq!(question.ask(), by_the_letter(&question, &wall));
    }
}
