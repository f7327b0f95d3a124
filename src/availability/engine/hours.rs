//! An owner's opening hours as the settings documents spell them: `availability_settings`, the
//! seven days of a week, and `availability_overrides.windows`, one date.
//!
//! A document is read here once and strictly; what comes out is sorted, disjoint and within the
//! day. Hours are wall-clock minutes: which instants they mean on which date is `zone`'s subject.

use std::fmt;

use chrono::Weekday;
use serde_json::{Map, Value};
use thiserror::Error;

/// The end of a day, `24:00`, in minutes.
pub const END_OF_DAY: u16 = 24 * 60;

/// The keys of `availability_settings`, in the order of [`Weekday::num_days_from_monday`].
pub const DAY_NAMES: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Keys longer than this are cut in error messages, which must stay readable.
const LONGEST_KEY_SHOWN: usize = 40;

/// One stretch of opening hours: minutes of the local day, `start < end`, the end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// 0 (`00:00`) to 1439 (`23:59`).
    pub start: u16,
    /// 1 (`00:01`) to [`END_OF_DAY`].
    pub end: u16,
}

/// The windows of each day of the week; the default is closed all week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeeklyHours {
    days: [Vec<Window>; 7],
}

impl WeeklyHours {
    /// Reads an `availability_settings` document. A missing day is closed.
    pub fn parse(document: &Value) -> Result<Self, HoursError> {
        let root = Path::root("availability_settings");
        let days = object(document, &root)?;
        if let Some(key) = days.keys().find(|key| !DAY_NAMES.contains(&key.as_str())) {
            return Err(Path::root("").key(key).refuse(Problem::UnknownDay));
        }
        let mut hours = Self::default();
        for (windows, name) in hours.days.iter_mut().zip(DAY_NAMES) {
            if let Some(day) = days.get(name) {
                *windows = parse_day(day, &Path::root(name))?;
            }
        }
        Ok(hours)
    }

    /// The windows of one day of the week, in order.
    pub fn on(&self, day: Weekday) -> &[Window] {
        &self.days[day.num_days_from_monday() as usize]
    }
}

/// Reads `availability_overrides.windows`, the hours of one date, and returns them in order.
pub fn parse_windows(windows: &Value) -> Result<Vec<Window>, HoursError> {
    window_list(windows, &Path::root("windows"))
}

/// Why a settings document is refused: the key, and what is wrong there.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{path}: {problem}")]
pub struct HoursError {
    /// The offending key as a user would write it, `monday.windows[1].end`.
    pub path: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong with a key of a settings document.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Problem {
    #[error("must be a JSON object")]
    NotAnObject,
    #[error("must be a JSON array of windows")]
    NotAnArray,
    #[error("must be true or false")]
    NotABoolean,
    #[error("must be a time as \"HH:MM\", from \"00:00\" to \"23:59\"")]
    NotAStart,
    #[error("must be a time as \"HH:MM\", from \"00:01\" to \"24:00\"")]
    NotAnEnd,
    #[error("must be after the start")]
    EndNotAfterStart,
    #[error("overlaps another window of the same day")]
    Overlap,
    #[error("is missing")]
    Missing,
    #[error("has no hours: give \"start\" and \"end\", or \"windows\"")]
    EnabledWithoutHours,
    #[error("cannot stand beside \"start\" and \"end\": give one or the other")]
    BothFormats,
    #[error("is not a day; the keys are \"monday\" to \"sunday\"")]
    UnknownDay,
    #[error("is not known here; a day has \"enabled\" and \"start\", \"end\" or \"windows\"")]
    UnknownDayKey,
    #[error("is not known here; a window has \"start\" and \"end\"")]
    UnknownWindowKey,
}

/// Reads one day. What a disabled day says is checked all the same.
fn parse_day(value: &Value, path: &Path) -> Result<Vec<Window>, HoursError> {
    let day = object(value, path)?;
    if day.is_empty() {
        return Ok(Vec::new());
    }
    known_keys(
        day,
        &["enabled", "start", "end", "windows"],
        Problem::UnknownDayKey,
        path,
    )?;
    let enabled = match required(day, "enabled", path)? {
        Value::Bool(enabled) => *enabled,
        _ => return Err(path.key("enabled").refuse(Problem::NotABoolean)),
    };
    let single = day.contains_key("start") || day.contains_key("end");
    let windows = match day.get("windows") {
        Some(_) if single => return Err(path.key("windows").refuse(Problem::BothFormats)),
        Some(list) => window_list(list, &path.key("windows"))?,
        None if single => vec![window(day, path)?],
        None if enabled => return Err(path.refuse(Problem::EnabledWithoutHours)),
        None => Vec::new(),
    };
    Ok(if enabled { windows } else { Vec::new() })
}

/// Reads an array of windows, in any order, and sorts it. Touching is fine, overlapping is not.
fn window_list(value: &Value, path: &Path) -> Result<Vec<Window>, HoursError> {
    let list = value
        .as_array()
        .ok_or_else(|| path.refuse(Problem::NotAnArray))?;
    let mut windows = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let path = path.index(index);
        let keys = object(value, &path)?;
        known_keys(keys, &["start", "end"], Problem::UnknownWindowKey, &path)?;
        windows.push((window(keys, &path)?, index));
    }
    windows.sort_unstable();
    if let Some(pair) = windows
        .windows(2)
        .find(|pair| pair[0].0.end > pair[1].0.start)
    {
        let later_in_document = pair[0].1.max(pair[1].1);
        return Err(path.index(later_in_document).refuse(Problem::Overlap));
    }
    Ok(windows.into_iter().map(|(window, _)| window).collect())
}

/// Reads the keys `start` and `end` of a day or of a window.
fn window(keys: &Map<String, Value>, path: &Path) -> Result<Window, HoursError> {
    let time = |name, problem| {
        let minute = required(keys, name, path)?.as_str().and_then(minute_of_day);
        minute.ok_or_else(|| path.key(name).refuse(problem))
    };
    let start = time("start", Problem::NotAStart)?;
    let end = time("end", Problem::NotAnEnd)?;
    if start == END_OF_DAY {
        return Err(path.key("start").refuse(Problem::NotAStart));
    }
    if end <= start {
        return Err(path.key("end").refuse(Problem::EndNotAfterStart));
    }
    Ok(Window { start, end })
}

/// `HH:MM`, two ASCII digits each, `00:00` to `24:00`, in minutes.
fn minute_of_day(text: &str) -> Option<u16> {
    let &[h1, h2, b':', m1, m2] = text.as_bytes() else {
        return None;
    };
    let two_digits = |tens: u8, ones: u8| {
        let is_number = tens.is_ascii_digit() && ones.is_ascii_digit();
        is_number.then(|| u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
    };
    let (hour, minute) = (two_digits(h1, h2)?, two_digits(m1, m2)?);
    let of_day = hour * 60 + minute;
    (minute < 60 && of_day <= END_OF_DAY).then_some(of_day)
}

fn object<'a>(value: &'a Value, path: &Path) -> Result<&'a Map<String, Value>, HoursError> {
    value
        .as_object()
        .ok_or_else(|| path.refuse(Problem::NotAnObject))
}

fn required<'a>(
    keys: &'a Map<String, Value>,
    name: &str,
    path: &Path,
) -> Result<&'a Value, HoursError> {
    keys.get(name)
        .ok_or_else(|| path.key(name).refuse(Problem::Missing))
}

fn known_keys(
    keys: &Map<String, Value>,
    known: &[&str],
    problem: Problem,
    path: &Path,
) -> Result<(), HoursError> {
    match keys.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(path.key(key).refuse(problem)),
        None => Ok(()),
    }
}

/// Where in a document the reader stands.
#[derive(Clone)]
struct Path(String);

impl Path {
    fn root(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// A key below this one: `.name`, or `["any text"]` where it is no plain name.
    fn key(&self, name: &str) -> Self {
        let plain = !name.is_empty()
            && name.len() <= LONGEST_KEY_SHOWN
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let Self(above) = self;
        match (plain, above.is_empty()) {
            (true, true) => Self(name.to_owned()),
            (true, false) => Self(format!("{above}.{name}")),
            (false, _) => {
                let mut shown: String = name.chars().take(LONGEST_KEY_SHOWN).collect();
                if shown.len() < name.len() {
                    shown.push('…');
                }
                Self(format!("{above}[{shown:?}]"))
            }
        }
    }

    fn index(&self, index: usize) -> Self {
        Self(format!("{self}[{index}]"))
    }

    fn refuse(&self, problem: Problem) -> HoursError {
        HoursError {
            path: self.0.clone(),
            problem,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
