//! The language of a page: the visitor's, as the browser says. Pure.

use std::rc::Rc;

use crate::locale::LONGEST;
use crate::mail::{Voice, is_written};

/// More than anybody reads.
const MOST: usize = 20;

/// The voice in which a page speaks: in the language that its address names, else in the first that the browser asks
/// for and that we speak, else in that of the link, else in English.
pub fn voice(locale: Option<&str>, accept_language: Option<&str>, link: Option<&str>) -> Rc<Voice> {
    let asked = wanted(accept_language.unwrap_or_default());
    let mut all = locale.into_iter().chain(asked).chain(link);
    let spoken = all.find(|tag| tag.len() <= LONGEST && is_written(tag));
    Voice::of(spoken)
}

/// The languages of a header `Accept-Language` (RFC 9110, section 12.5.4), the most wanted first.
fn wanted(header: &str) -> Vec<&str> {
    let mut wanted: Vec<(&str, f32)> = header
        .split(',')
        .take(MOST)
        .filter_map(|entry| {
            let (tag, weight) = entry.split_once(';').unwrap_or((entry, "q=1"));
            let weight = weight.trim().strip_prefix("q=")?.parse().ok()?;
            (weight > 0.0).then_some((tag.trim(), weight))
        })
        .collect();
    wanted.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    wanted.into_iter().map(|(tag, _)| tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_speaks_what_its_visitor_reads_else_what_its_link_says() {
        for (accept, link, tag) in [
            (None, None, "en"),
            (Some("de"), None, "de"),
            (Some("de-AT,de;q=0.9,en;q=0.8"), Some("ar"), "de-AT"),
            (Some("sv,fr;q=0.5,it;q=0.7"), Some("ar"), "it"),
            (Some("sv"), Some("ar"), "ar"),
            (Some("*"), Some("ar-EG"), "ar-EG"),
            (Some("de;q=0"), Some("nl"), "nl"),
            (Some(""), Some("sv"), "en"),
            (Some(";;;q=,,de;q=x,fr ; q=0.1"), None, "fr"),
            (Some("de\"><script>"), None, "en"),
            (Some("NaN;q=NaN,pl;q=inf"), None, "pl"),
        ] {
            assert_eq!(voice(None, accept, link).tag(), tag, "{accept:?} {link:?}");
        }
        let long = "de-".repeat(100_000);
        assert_eq!(voice(Some(&long), Some(&long), None).tag(), "en");
        let many = "sv,".repeat(100_000);
        assert_eq!(voice(None, Some(&many), Some("ja")).tag(), "ja");
        for (locale, tag) in [("fr-CA", "fr-CA"), ("sv", "de"), ("", "de"), ("fr\"", "de")] {
            assert_eq!(voice(Some(locale), Some("de"), Some("ja")).tag(), tag);
        }
    }
}
