//! A mail as its receiver's program reads it: Python's parser and PyPI's icalendar, which share
//! nothing with the crates that wrote it.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::harness::machine::machine;
use crate::harness::process::fed;

#[derive(Debug, Deserialize)]
pub struct Mail {
    /// By name in lower case, decoded.
    pub headers: HashMap<String, String>,
    /// Content types, the outermost first.
    pub structure: Vec<String>,
    pub text: Option<String>,
    pub html: Option<String>,
    /// What the parser found wrong.
    pub defects: Vec<String>,
    pub invitations: Vec<Invitation>,
}

#[derive(Debug, Deserialize)]
pub struct Invitation {
    /// Content type of the part.
    #[serde(rename = "type")]
    pub content_type: String,
    /// The `method` parameter of the content type.
    pub method_parameter: Option<String>,
    pub filename: Option<String>,
    pub method: String,
    pub uid: String,
    /// Seconds since 1970.
    pub start: f64,
    pub end: f64,
    pub sequence: u32,
    pub status: Option<String>,
    pub summary: Option<String>,
    pub location: Option<String>,
    pub description: Option<String>,
    /// Where to join (RFC 7986).
    pub conference: Option<String>,
    pub organizer: Option<String>,
    pub organizer_name: Option<String>,
    pub attendees: Vec<String>,
    pub attendee_names: Vec<Option<String>>,
}

pub fn read(message: &[u8]) -> Mail {
    let [mail] = <[Mail; 1]>::try_from(read_all([message])).expect("one mail for one message");
    mail
}

/// Reads any number of messages at the price of one process.
pub fn read_all<'a>(messages: impl IntoIterator<Item = &'a [u8]>) -> Vec<Mail> {
    let messages = messages.into_iter().map(String::from_utf8_lossy);
    let messages = serde_json::to_vec(&messages.collect::<Vec<_>>()).expect("texts are JSON");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("pgrx-tests/e2e/peers/read_mail.py");
    let output = fed(Command::new(&machine().python).arg(script), &messages);
    assert!(
        output.status.success(),
        "the mails cannot be read:\n{}",
        String::from_utf8_lossy(&messages)
    );
    serde_json::from_slice(&output.stdout).expect("the script writes JSON")
}
