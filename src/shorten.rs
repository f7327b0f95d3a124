//! Cutting text to a limit. What is worth nothing when it is cut (an address on the web, an e-mail
//! address, a token) goes as a whole, and a limit counts what a character becomes in the format that has
//! the limit. No format is known here.

use std::borrow::Cow;

const ELLIPSIS: char = '…';
/// Letters and digits mixed in one word of so many characters are no word.
const TOKEN: usize = 24;

/// `text`, or as much of its beginning as `longest` holds, with `…` at its end; `size` is what a character
/// counts.
pub fn shorten(text: &str, longest: usize, size: impl Fn(char) -> usize) -> Cow<'_, str> {
    let mut used = 0;
    let mut fits = |text: &str, longest: usize| {
        used = 0;
        let end = text.char_indices().find(|&(_, c)| {
            used += size(c);
            used > longest
        });
        end.map(|(end, _)| end)
    };
    if fits(text, longest).is_none() {
        return Cow::Borrowed(text);
    }
    let end = fits(text, longest.saturating_sub(size(ELLIPSIS))).unwrap_or(text.len());
    let kept = &text[..end];
    let begin = kept.rfind(is_between).map_or(0, |at| {
        at + kept[at..].chars().next().map_or(0, char::len_utf8)
    });
    let rest = text[end..].find(is_between).unwrap_or(text.len() - end);
    let cut_word = &text[begin..end + rest];
    let is_cut = begin < end && rest > 0;
    let kept = if is_cut && is_worthless_when_cut(cut_word) {
        &text[..begin]
    } else {
        kept
    };
    Cow::Owned(format!("{}{ELLIPSIS}", kept.trim_end()))
}

/// What stands between words; signs of scripts that know no space among them.
fn is_between(c: char) -> bool {
    c.is_whitespace() || "<>\"()[]{}“”«»，。、；：！？「」（）".contains(c)
}

fn is_worthless_when_cut(word: &str) -> bool {
    let has = |is: fn(&char) -> bool| word.chars().any(|c| is(&c));
    word.contains("://")
        || word.contains('@')
        || word.starts_with("www.")
        || (word.len() >= TOKEN
            && word.is_ascii()
            && has(char::is_ascii_digit)
            && has(char::is_ascii_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_characters(text: &str, longest: usize) -> Cow<'_, str> {
        shorten(text, longest, |_| 1)
    }

    #[test]
    fn a_text_within_the_limit_stays_as_it_is() {
        for text in ["", "äöü", "https://meet.example/abc"] {
            assert_eq!(by_characters(text, text.chars().count()), text);
        }
    }

    #[test]
    fn words_are_cut_and_addresses_and_tokens_go_whole() {
        let cases = [
            ("äöüäöüx", 6, "äöüäö…"),
            ("ab cdef", 4, "ab…"),
            ("ab cdef", 3, "ab…"),
            ("see https://meet.example/abcdef now", 20, "see…"),
            ("see (https://meet.example/abcdef) now", 20, "see (…"),
            (
                "see https://meet.example/abcdef now",
                33,
                "see https://meet.example/abcdef…",
            ),
            ("write to ada@guest.example today", 18, "write to…"),
            ("www.example.com/abcdef", 10, "…"),
            ("key 0123456789abcdef0123456789abcdef", 20, "key…"),
            ("会议在https://meet.example/abc", 12, "…"),
            ("会议，https://meet.example/abc", 12, "会议，…"),
        ];
        for (text, longest, short) in cases {
            assert_eq!(by_characters(text, longest), short, "{text:?}");
            assert!(short.chars().count() <= longest);
        }
    }

    #[test]
    fn the_limit_holds_for_what_characters_become() {
        let escaped = |c| if c == '<' { 4 } else { 1 };
        assert_eq!(shorten("<<<", 12, escaped), "<<<");
        assert_eq!(shorten("<<<a", 12, escaped), "<<…");
        assert_eq!(shorten("🕐🕐🕐", 5, char::len_utf16), "🕐🕐…");
    }
}
