//! Words of a provider made fit for an error text, a log line or `jobs.last_error`.
//!
//! One line, of bounded length, without anything that looks like a token. Never adds meaning.

/// The longest quotation, in characters.
const MAX_CHARS: usize = 300;
/// Bytes that are looked at; visitors may send any number of them.
const MAX_LOOKED_AT: usize = 4_096;
/// An unbroken run this long is no word of a sentence: access tokens, JWTs and refresh tokens are
/// longer, host names, UUIDs and error codes are shorter.
const SECRET_CHARS: usize = 40;

/// Quotes `text`: whitespace and control characters become single spaces, URLs lose their query,
/// long token-like runs become `[…]`, and what exceeds 300 characters is cut.
pub fn quote(text: &str) -> String {
    let (text, is_cut) = beginning(text);
    let mut quoted = String::new();
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .map(without_query)
        .filter(|w| !w.is_empty())
    {
        if !quoted.is_empty() {
            quoted.push(' ');
        }
        push_word(&mut quoted, word);
    }
    let cut = quoted.char_indices().nth(MAX_CHARS).map(|(cut, _)| cut);
    if is_cut || cut.is_some() {
        quoted.truncate(cut.unwrap_or(quoted.len()));
        quoted.push('…');
    }
    quoted
}

/// As much of the text as is looked at, whole words only: half of a token may not look like one.
fn beginning(text: &str) -> (&str, bool) {
    if text.len() <= MAX_LOOKED_AT {
        return (text, false);
    }
    let mut end = MAX_LOOKED_AT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let words = text[..end].rfind(char::is_whitespace).unwrap_or(0);
    (&text[..words], true)
}

/// A word, as far as it is no query of a URL.
fn without_query(word: &str) -> &str {
    match (word.contains("://"), word.find(['?', '#'])) {
        (true, Some(query)) => &word[..query],
        _ => word,
    }
}

fn push_word(quoted: &mut String, word: &str) {
    let is_separator = |c: char| !(c.is_ascii_alphanumeric() || "-._~+=*!$%".contains(c));
    for run in word.split_inclusive(is_separator) {
        let token = run.trim_end_matches(is_separator);
        if token.len() >= SECRET_CHARS {
            quoted.push_str("[…]");
            quoted.push_str(&run[token.len()..]);
        } else {
            quoted.push_str(run);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn a_quotation_is_one_readable_line_without_tokens() {
        let jwt = format!("eyJhbGciOiJSUzI1NiJ9.{}.{}", "a".repeat(60), "b".repeat(40));
        let refresh_token = format!("1//0{}", "gAb-_".repeat(20));
        let api = "https://console.example.com/apis/api/calendar-json.googleapis.com/overview";
        let cases = [
            ("Rate Limit Exceeded", "Rate Limit Exceeded"),
            (" two\r\nlines\tand\u{0}more ", "two lines and more"),
            (
                &format!("visit {api}?project=1 then retry"),
                &format!("visit {api} then retry"),
            ),
            ("is this right?", "is this right?"),
            ("see ?next=https://x.example for more", "see for more"),
            (
                "Trace ID: 255d1aef-8c98-452f-ac51-23d051240864",
                "Trace ID: 255d1aef-8c98-452f-ac51-23d051240864",
            ),
            (
                &format!("token \"{jwt}\", expired"),
                "token \"[…]\", expired",
            ),
            (
                &format!("refresh_token:{refresh_token}"),
                "refresh_token:1//[…]",
            ),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(quote(text), expected);
        }
    }

    #[test]
    fn a_quotation_has_an_end() {
        let quoted = quote(&"ä bc ".repeat(1000));
        assert_eq!(quoted.chars().count(), 301);
        assert!(quoted.ends_with('…'));
        assert_eq!(quote(&"a".repeat(1_000_000)), "…");
        let tail = format!("denied {}", "x".repeat(10_000));
        assert_eq!(quote(&tail), "denied…");
    }
}
