//! Where a visitor came from, as a booking page knows it: the five parameters of campaigns (utm_…) and the page
//! before. Kept as it is given, for the owner's own eyes; it goes into no mail, event or message. Pure.

use serde_json::{Map, Value};
use thiserror::Error;

const KEYS: [&str; 6] = [
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "referrer",
];

/// Characters of each.
const LONGEST: usize = 255;
/// Characters of a key that a refusal repeats.
const LONGEST_KEY_SHOWN: usize = 40;

/// Why an attribution is refused: where, and what is wrong there.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{path}: {problem}")]
pub struct AttributionError {
    path: String,
    problem: &'static str,
}

/// The attribution, where it is one.
///
/// # Errors
/// What is no object, a key that is none of these, and a value that is no text, or a long one.
pub fn parse(document: Value) -> Result<Map<String, Value>, AttributionError> {
    let wrong = |path: String, problem| Err(AttributionError { path, problem });
    let Value::Object(attribution) = document else {
        return wrong("attribution".to_owned(), "It is no JSON object.");
    };
    for (key, value) in &attribution {
        let Some(known) = KEYS.iter().find(|known| *known == key) else {
            return wrong(path_of_unknown(key), "There is no such key.");
        };
        match value.as_str() {
            None => return wrong(format!("attribution.{known}"), "It is no text."),
            // Bytes first: no work in proportion to what is too long anyway.
            Some(text) if text.len() > 4 * LONGEST || text.chars().count() > LONGEST => {
                return wrong(
                    format!("attribution.{known}"),
                    "It is longer than 255 characters.",
                );
            }
            Some(_) => {}
        }
    }
    Ok(attribution)
}

/// A key that a visitor made up is repeated where it looks like one, and is short.
fn path_of_unknown(key: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    if !key.is_empty() && key.len() <= LONGEST_KEY_SHOWN && key.chars().all(is_plain) {
        format!("attribution.{key}")
    } else {
        "attribution".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_of_the_six_is_kept_as_it_is_given() {
        let long = "\u{1f41d}".repeat(255);
        let all: Map<_, _> = KEYS
            .iter()
            .map(|key| ((*key).to_owned(), json!(long)))
            .collect();
        assert_eq!(parse(Value::Object(all.clone())), Ok(all));
        let odd =
            json!({"utm_source": " a\nb ", "referrer": "javascript:alert(1)", "utm_term": ""});
        assert_eq!(parse(odd.clone()).map(Value::Object), Ok(odd));
        assert_eq!(parse(json!({})), Ok(Map::new()));
    }

    #[test]
    fn a_refusal_names_the_key_and_repeats_nothing_else() {
        let long = "a".repeat(256);
        for (document, path) in [
            (json!([]), "attribution"),
            (json!(null), "attribution"),
            (json!("utm_source"), "attribution"),
            (json!({"utm_id": "x"}), "attribution.utm_id"),
            (json!({"UTM_SOURCE": "x"}), "attribution.UTM_SOURCE"),
            (json!({"": "x"}), "attribution"),
            (json!({"a: b": "x"}), "attribution"),
            (json!({"s\u{fc}": "x"}), "attribution"),
            (json!({long.as_str(): "x"}), "attribution"),
            (json!({"utm_source": null}), "attribution.utm_source"),
            (json!({"utm_source": 1}), "attribution.utm_source"),
            (json!({"utm_source": ["x"]}), "attribution.utm_source"),
            (json!({"referrer": {"a": "x"}}), "attribution.referrer"),
            (json!({"referrer": long}), "attribution.referrer"),
        ] {
            let error = parse(document.clone()).expect_err("it is none");
            assert_eq!(error.path, path, "{document}");
            assert!(error.to_string().len() < 100, "{error}");
        }
    }
}
