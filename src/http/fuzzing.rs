//! Any bytes as what servers say beside the body: how long to wait, and words that are quoted.

use std::time::SystemTime;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::{Answer, MAX_RETRY_AFTER, quote, retry_after};
use crate::fuzz_input::{Target, text};

pub const FUZZING: &[Target] = &[("retry_after", waits), ("quotation", quotation)];

/// A wait is at most a day.
fn waits(input: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(input) else {
        return;
    };
    let names = ["retry-after", "ratelimit-remaining", "ratelimit-reset"];
    let headers: HeaderMap = names
        .map(|name| (HeaderName::from_static(name), value.clone()))
        .into_iter()
        .collect();
    let retry_after = retry_after(&headers, SystemTime::now());
    let answer = Answer {
        status: StatusCode::OK,
        retry_after,
        headers,
        body: Vec::new(),
    };
    for wait in [retry_after, answer.window_after(usize::MAX)] {
        assert!(wait.is_none_or(|wait| wait <= MAX_RETRY_AFTER));
    }
}

/// A quotation is one short line, without what looks like a token, and quoting it again changes nothing.
fn quotation(input: &[u8]) {
    let quoted = quote(&text(input));
    assert!(quoted.chars().count() <= 301, "{quoted}");
    assert!(!quoted.contains(char::is_control), "{quoted:?}");
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let longest = quoted.split(|c| !is_of_token(c)).map(str::len).max();
    assert!(longest < Some(40), "{quoted}");
    if !quoted.ends_with('…') {
        assert_eq!(quote(&quoted), quoted);
    }
}
