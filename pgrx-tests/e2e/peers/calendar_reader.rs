//! A calendar feed as a program of others reads it: PyPI's icalendar, which shares nothing with the crates
//! that wrote it.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::harness::machine::machine;
use crate::harness::process::fed;

#[derive(Debug, Deserialize)]
pub struct Feed {
    /// What is wrong with it, by the reader and by the rules of RFC 5545 that it does not look at.
    pub errors: Vec<String>,
    pub method: String,
    pub refresh_minutes: f64,
    pub events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
pub struct Event {
    pub uid: String,
    /// Seconds since 1970.
    pub start: f64,
    pub end: f64,
    pub status: String,
    pub summary: String,
    pub location: Option<String>,
    pub url: Option<String>,
    /// Whether it names an organizer or attendees.
    pub has_people: bool,
}

#[track_caller]
pub fn read(feed: &str) -> Feed {
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("pgrx-tests/e2e/peers/read_calendar.py");
    let output = fed(Command::new(&machine().python).arg(script), feed.as_bytes());
    assert!(output.status.success(), "it cannot be read:\n{feed}");
    serde_json::from_slice(&output.stdout).expect("the script writes JSON")
}
