//! Cleaning text that people typed before it goes into headers, calendar properties and pages.
//!
//! Line breaks are how one header or calendar property becomes two, so they end here. Escaping for
//! a format (HTML, RFC 2047, RFC 5545) is not done here; the writer of the format does that.

use crate::shorten;

/// Longest name of a person, in characters.
pub const NAME: usize = 100;
/// Longest title, place or other one-line text, in characters.
pub const LINE: usize = 200;
/// Longest name of a place, in characters; a link is shown whole.
pub const PLACE: usize = 1_000;
/// Longest text of several lines, in characters: more than a visitor may type.
pub const PARAGRAPHS: usize = 20_000;

/// `text` on one line: white space of any kind becomes single spaces, control characters go.
pub fn single_line(text: &str, longest: usize) -> String {
    let mut line = String::with_capacity(text.len().min(longest.saturating_mul(4)));
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if !word.is_empty() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.extend(word.chars().filter(|c| !reorders(*c)));
        }
    }
    shorten(&line, longest)
}

/// `text` with `\n` as its only control character, in the order in which it is written.
pub fn paragraphs(text: &str, longest: usize) -> String {
    let clean: String = lines(text).chars().filter(|c| !reorders(*c)).collect();
    shorten(clean.trim(), longest)
}

/// `text` with `\n` as its only control character, of somebody who may say where it runs from right to left.
pub fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let clean = text.chars().filter_map(|c| match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    });
    clean.collect::<String>().trim().to_owned()
}

/// One line for a mail header. What looks like the start of an RFC 2047 encoded word is broken up,
/// or readers would decode what was never encoded.
pub fn header_line(text: &str, longest: usize) -> String {
    single_line(text, longest).replace("=?", "= ?")
}

/// A link worth following: an absolute http(s) URL, without line breaks and spaces.
pub fn web_link(text: &str) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

/// A place on one line: a link is worth nothing when it is cut.
pub fn place(text: &str) -> String {
    let longest = web_link(text).map_or(PLACE, |_| usize::MAX);
    single_line(text, longest)
}

/// The Unicode overrides and isolates that make text read in another order than it is written.
fn reorders(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn shorten(text: &str, longest: usize) -> String {
    shorten::shorten(text, longest, |_| 1).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_line_stays_one_line() {
        let cases = [
            ("Ada Lovelace", "Ada Lovelace"),
            ("  Ada \t Lovelace\n", "Ada Lovelace"),
            ("x\r\nATTENDEE:evil", "x ATTENDEE:evil"),
            ("x\u{85}y\u{2028}z\u{b}w\u{0}v", "x y z w v"),
            ("gnp.\u{202e}exe", "gnp.exe"),
            ("\r\n", ""),
        ];
        for (typed, clean) in cases {
            assert_eq!(single_line(typed, LINE), clean, "{typed:?}");
        }
    }

    #[test]
    fn paragraphs_keep_their_line_breaks_and_nothing_else_that_controls() {
        assert_eq!(
            paragraphs("a\r\nb\rc\nd\te\u{7}\u{2029}f\n\n", 99),
            "a\nb\nc\nd e\nf"
        );
    }

    #[test]
    fn text_is_shortened_by_characters_and_says_so() {
        assert_eq!(single_line("äöüäöü", 6), "äöüäöü");
        assert_eq!(single_line("äöüäöüx", 6), "äöüäö…");
        assert_eq!(single_line("ab cdef", 4), "ab…");
    }

    #[test]
    fn only_web_pages_become_links() {
        assert_eq!(
            web_link(" https://meet.example/a b\r\nc ").as_deref(),
            Some("https://meet.example/a%20bc")
        );
        for other in [
            "javascript:alert(1)",
            "mailto:a@b.example",
            "/x",
            "meet.example",
            "",
        ] {
            assert_eq!(web_link(other), None, "{other}");
        }
    }
}
