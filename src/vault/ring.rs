//! What the key file says: a ring of keys, the newest first. What is sealed and signed from now on takes a
//! newer one once `rotate_key()` has said so; the older ones open and verify what is there.
//!
//! A line holds one key, 32 bytes in base64; what follows it on its line, and lines that begin with `#`, are
//! for people. So `openssl rand -base64 32` makes a line, and a text editor takes one out. A file of exactly 32
//! bytes is a ring of that one key: no text of a key is that short. No error quotes the file.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use zeroize::Zeroizing;

pub const KEY_BYTES: usize = 32;
pub type Key = Zeroizing<[u8; KEY_BYTES]>;

/// Of the whole file. What is longer is another file, and is not read on.
pub const LONGEST_FILE: u64 = 64 * 1024;

/// Written by hand, the padding may be missing.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a file is no ring.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Malformed {
    #[error("it holds no key")]
    Empty,
    #[error("it is no text, and not the {KEY_BYTES} bytes of one key")]
    NoText,
    #[error("line {0} is no key of {KEY_BYTES} bytes in base64")]
    Line(usize),
    #[error("line {0} repeats a key")]
    Twice(usize),
}

/// The keys of a file, the newest first; never none.
pub fn parse(file: &[u8]) -> Result<Vec<Key>, Malformed> {
    if let Ok(key) = <[u8; KEY_BYTES]>::try_from(file) {
        return Ok(vec![Zeroizing::new(key)]);
    }
    let text = std::str::from_utf8(file).map_err(|_| Malformed::NoText)?;
    let mut keys: Vec<Key> = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let Some(word) = line.split_whitespace().next() else {
            continue;
        };
        if word.starts_with('#') {
            continue;
        }
        let bytes = LENIENT
            .decode(word)
            .map(Zeroizing::new)
            .map_err(|_| Malformed::Line(number))?;
        let key = <[u8; KEY_BYTES]>::try_from(bytes.as_slice())
            .map(Zeroizing::new)
            .map_err(|_| Malformed::Line(number))?;
        if keys.contains(&key) {
            return Err(Malformed::Twice(number));
        }
        keys.push(key);
    }
    if keys.is_empty() {
        return Err(Malformed::Empty);
    }
    Ok(keys)
}

/// The file with one more key at its head, and what stood there before as it was. `label` is for people.
pub fn with(newest: &Key, label: &str, before: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut file = Zeroizing::new(Vec::with_capacity(before.len() + 512));
    if before.is_empty() {
        file.extend_from_slice(HEAD);
    }
    let mut rest = before;
    // The head stays at the top.
    if let Some(after) = before.strip_prefix(HEAD) {
        file.extend_from_slice(HEAD);
        rest = after;
    }
    let encoded = Zeroizing::new(STANDARD.encode(newest.as_slice()));
    file.extend_from_slice(format!("{} # {label}\n", encoded.as_str()).as_bytes());
    match <&[u8; KEY_BYTES]>::try_from(rest) {
        // The file of one key as bytes.
        Ok(key) => {
            let encoded = Zeroizing::new(STANDARD.encode(key));
            file.extend_from_slice(encoded.as_bytes());
            file.push(b'\n');
        }
        Err(_) => file.extend_from_slice(rest),
    }
    file
}

const HEAD: &[u8] = b"# Keys of the PostgreSQL extension scheduling, the newest first. Whoever reads this file\n\
    # can open what is sealed in the databases of the server. See \"The key\" in docs/operations.md.\n";

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Key {
        Zeroizing::new([byte; KEY_BYTES])
    }

    /// [7; 32] and [8; 32], by coreutils' base64.
    const SEVENS: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    const EIGHTS: &str = "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=";

    #[test]
    fn a_ring_is_read_as_it_is_written_by_hand_and_by_older_servers() {
        for (file, expected) in [
            (SEVENS.to_owned(), vec![key(7)]),
            (format!("{SEVENS}\n"), vec![key(7)]),
            (format!("{}\n", SEVENS.trim_end_matches('=')), vec![key(7)]),
            (
                format!("# ours\r\n\r\n  {EIGHTS}\t# since Monday\r\n{SEVENS} made by openssl\r\n"),
                vec![key(8), key(7)],
            ),
        ] {
            assert_eq!(parse(file.as_bytes()), Ok(expected), "{file}");
        }
        assert_eq!(parse(&[7; 32]), Ok(vec![key(7)]));
    }

    #[test]
    fn what_is_no_ring_is_refused_by_its_line_and_never_quoted() {
        for (file, expected) in [
            (&b""[..], Malformed::Empty),
            (b"# none\n\n", Malformed::Empty),
            (&[0xff; 33], Malformed::NoText),
            (&[7; 31], Malformed::Line(1)),
            (b"# one\nhunter2\n", Malformed::Line(2)),
            (
                format!("{SEVENS}\n{SEVENS}\n").leak().as_bytes(),
                Malformed::Twice(2),
            ),
            (
                format!("{}\n", &SEVENS[4..]).leak().as_bytes(),
                Malformed::Line(1),
            ),
        ] {
            let refused = parse(file).expect_err("it is no ring");
            assert_eq!(refused, expected);
            assert!(!refused.to_string().contains("hunter2"));
        }
    }

    #[test]
    fn a_new_key_stands_first_and_what_stood_there_stays() {
        let first = with(&key(7), "first", b"");
        assert_eq!(parse(&first), Ok(vec![key(7)]));
        let second = with(&key(8), "second", &first);
        assert_eq!(parse(&second), Ok(vec![key(8), key(7)]));
        let text = String::from_utf8(second.to_vec()).expect("it is text");
        assert_eq!(text.matches("scheduling").count(), 1, "one head");
        assert!(text.contains(&format!("{EIGHTS} # second\n{SEVENS} # first\n")));

        let of_bytes = with(&key(8), "second", &[7; 32]);
        assert_eq!(parse(&of_bytes), Ok(vec![key(8), key(7)]));
        let by_hand = format!("# by hand\n{SEVENS} # Monday");
        let second = with(&key(8), "second", by_hand.as_bytes());
        assert!(String::from_utf8(second.to_vec()).is_ok_and(|text| text.ends_with(&by_hand)));
        assert_eq!(parse(&second), Ok(vec![key(8), key(7)]));
    }
}
