//! Any JSON as hours: of a week, and of one day.

use chrono::Weekday;
use serde_json::{Value, json};

use super::engine::hours::{DAY_NAMES, END_OF_DAY, HoursError, WeeklyHours, Window, parse_windows};
use crate::fuzz_input::{Target, json};

pub const FUZZING: &[Target] = &[
    ("availability_settings", availability_settings),
    ("override_windows", override_windows),
];

/// Of a message about a document, in characters: where in it, and what is wrong.
const LONGEST_MESSAGE: usize = 400;

fn availability_settings(input: &[u8]) {
    let Some(document) = json(input) else {
        return;
    };
    match WeeklyHours::parse(&document) {
        Ok(hours) => {
            let mut day = Weekday::Mon;
            let mut spelled = serde_json::Map::new();
            for name in DAY_NAMES {
                is_sound(hours.on(day));
                let windows = hours.on(day).iter().map(spell).collect::<Vec<_>>();
                let enabled = !windows.is_empty();
                spelled.insert(name.into(), json!({"enabled": enabled, "windows": windows}));
                day = day.succ();
            }
            // What was read is read again from how we would write it.
            assert_eq!(WeeklyHours::parse(&spelled.into()).as_ref(), Ok(&hours));
        }
        Err(error) => is_short(&error),
    }
}

fn override_windows(input: &[u8]) {
    let Some(document) = json(input) else {
        return;
    };
    match parse_windows(&document) {
        Ok(windows) => {
            is_sound(&windows);
            let spelled: Value = windows.iter().map(spell).collect();
            assert_eq!(parse_windows(&spelled), Ok(windows));
        }
        Err(error) => is_short(&error),
    }
}

/// In order, apart, and within the day.
fn is_sound(windows: &[Window]) {
    assert!(
        windows
            .iter()
            .all(|w| w.start < w.end && w.end <= END_OF_DAY)
    );
    assert!(windows.is_sorted_by(|first, second| first.end <= second.start));
}

fn spell(window: &Window) -> Value {
    let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    json!({"start": time(window.start), "end": time(window.end)})
}

fn is_short(error: &HoursError) {
    let message = error.to_string();
    assert!(message.chars().count() <= LONGEST_MESSAGE, "{message}");
    assert!(!message.contains(char::is_control), "{message:?}");
}
