//! Any bytes as what Resend answers, and as how it is to be reached; and what it is told.

use std::collections::BTreeSet;

use reqwest::StatusCode;

use super::{body, check, refusal};
use crate::fuzz_input::text;
use crate::http::Answer;
use crate::mail::facts::Mail;

const KEY: &str = "re_S3cret_0f_the_account";

/// A refusal is told on one line, without the key, should Resend repeat it.
pub fn resend_answer(input: &[u8]) {
    let Some((status, rest)) = input.split_first() else {
        return;
    };
    const STATUSES: [u16; 8] = [302, 400, 401, 403, 409, 422, 429, 500];
    let answer = Answer {
        status: StatusCode::from_u16(STATUSES[usize::from(status % 8)]).unwrap_or_default(),
        retry_after: None,
        headers: Default::default(),
        body: rest.to_owned(),
    };
    let told = refusal::meaning(&answer, KEY).detail;
    assert!(!told.contains(KEY), "{told}");
    assert!(
        told.chars().count() <= 500 && !told.contains(char::is_control),
        "{told:?}"
    );
}

/// Where requests go is below what was said, with nothing else in it; and the key is not in what is said.
pub fn resend_settings(input: &[u8]) {
    let text = text(input);
    if let Ok((url, _)) = check(&text, KEY) {
        assert!(
            matches!(url.scheme(), "http" | "https") && url.has_host(),
            "{url}"
        );
        assert!(url.path().ends_with("/emails"), "{url}");
        assert!(
            url.username().is_empty() && url.password().is_none(),
            "{url}"
        );
        assert!(url.query().is_none() && url.fragment().is_none(), "{url}");
    }
    if let Ok((_, authorization)) = check("https://api.example", &text) {
        assert!(authorization.is_sensitive());
        assert!(!format!("{authorization:?}").contains("Bearer"));
    }
}

/// The fields of what Resend is told, its headers among them, and how many are written to.
pub fn field_names(mail: &Mail) -> BTreeSet<String> {
    let body = body::of(mail).unwrap_or_else(|error| panic!("{error}"));
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let names = |value: &serde_json::Value| -> Vec<String> {
        value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    };
    let mut all: BTreeSet<String> = names(&body).into_iter().collect();
    all.extend(names(&body["headers"]));
    for list in ["to", "reply_to", "attachments"] {
        all.insert(format!(
            "{list} {}",
            body[list].as_array().map_or(0, Vec::len)
        ));
    }
    all
}
