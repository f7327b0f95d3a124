//! Any bytes as what people type, in every text of a mail at once: it is read back by others than those who
//! wrote it, and has the headers, parts, elements and properties that it has with harmless texts.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use chrono_tz::America::New_York;
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use strum::VariantArray;

use crate::mail::facts::{Facts, Guest, Host, Mail};
use crate::mail::kind::MailKind;
use crate::mail::message::compose;
use crate::mail::resend::fuzzing::field_names;
use crate::mail::text::{LINE, single_line};
use crate::mail::trial::meeting;

const LOCALES: [Option<&str>; 4] = [None, Some("de"), Some("ar-EG"), Some("ja")];

/// The first byte chooses the mail; the texts are separated by U+001F.
pub fn mail_texts(input: &[u8]) {
    let Some((first, rest)) = input.split_first() else {
        return;
    };
    let kind = MailKind::VARIANTS[usize::from(*first) % MailKind::VARIANTS.len()];
    let readers = kind.recipients();
    let reader = readers[usize::from(first >> 3) % readers.len()];
    let plain = Facts {
        locale: LOCALES[usize::from(first >> 6)].map(str::to_owned),
        // A place that is a web page is a link.
        location: Some("https://meet.example/room".to_owned()),
        ..meeting(kind, reader, true)
    };
    let text = crate::fuzz_input::text(rest);
    let mut texts = text.split('\u{1f}').map(str::to_owned);
    let mut next = || texts.next().unwrap_or_default();
    let typed = Facts {
        title: next(),
        location: Some(next()),
        meeting_url: Some(next()),
        notes: Some(next()),
        cancel_reason: Some(next()),
        guest: plain.guest.clone().map(|guest| Guest {
            name: Some(next()),
            phone: Some(next()),
            ..guest
        }),
        owner: Host {
            name: next(),
            ..plain.owner.clone()
        },
        organizer: Host {
            name: next(),
            ..plain.organizer.clone()
        },
        answers: vec![(next(), next().into())],
        manage_url: Some(next()),
        ..plain.clone()
    };
    let write = |facts: &Facts| {
        let mail = compose(kind, reader, facts, &New_York, "America/New_York");
        mail.unwrap_or_else(|error| panic!("{error}"))
    };
    thread_local! {
        /// By the first byte.
        static PLAIN: RefCell<HashMap<u8, Mail>> = RefCell::default();
    }
    PLAIN.with_borrow_mut(|known| {
        let plain = known.entry(*first).or_insert_with(|| write(&plain));
        is_the_same_but_for_words(plain, &write(&typed), &typed);
    });
}

fn is_the_same_but_for_words(plain: &Mail, typed: &Mail, facts: &Facts) {
    assert!(typed.message.is_ascii());
    for line in typed.message.split(|byte| *byte == b'\n') {
        assert!(line.len() <= 999, "{} bytes", line.len());
        assert!(line.is_empty() || line.ends_with(b"\r"));
    }
    assert!(
        !typed.subject.contains(char::is_control),
        "{:?}",
        typed.subject
    );
    is_in_order(&typed.subject);
    assert_eq!((&typed.to, &typed.from), (&plain.to, &plain.from));
    let (known, read) = (read(plain), read(typed));
    assert_eq!(headers(&read), headers(&known));
    assert_eq!(field_names(typed), field_names(plain));
    assert_eq!(read.parts.len(), known.parts.len());
    for (part, other) in read.parts.iter().zip(&known.parts) {
        assert_eq!(part.content_type(), other.content_type());
        match (&part.body, &other.body) {
            (PartType::Html(html), PartType::Html(known)) => {
                let (tags, known) = (tags(html), tags(known));
                assert!(tags.is_subset(&known), "{:?}", &tags - &known);
            }
            (PartType::Text(text), PartType::Text(_))
                if part.is_content_type("text", "calendar") =>
            {
                is_a_calendar(text, facts);
            }
            (PartType::Text(text), PartType::Text(_)) => {
                assert!(!text.contains(|c: char| c.is_control() && !"\r\n".contains(c)));
                text.lines().for_each(is_in_order);
            }
            _ => {}
        }
    }
}

fn read(mail: &Mail) -> Message<'_> {
    let message = MessageParser::default().parse(&mail.message);
    message.unwrap_or_else(|| panic!("no message"))
}

fn headers(message: &Message<'_>) -> Vec<String> {
    let names = message.headers_raw().map(|(name, _)| name.to_owned());
    names.collect()
}

/// Nothing reorders what stands beside it: there is no override, and isolates that are opened (they are our own)
/// are closed on the line.
fn is_in_order(line: &str) {
    let mut open = 0_i32;
    for c in line.chars() {
        match c {
            '\u{202a}'..='\u{202e}' => panic!("an override in {line:?}"),
            '\u{2066}'..='\u{2068}' => open += 1,
            '\u{2069}' => open -= 1,
            _ => {}
        }
        assert!(open >= 0, "{line:?}");
    }
}

/// The names of elements and of their attributes, and where links lead to.
fn tags(html: &str) -> BTreeSet<String> {
    let mut tags = BTreeSet::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let tag = &rest[start + 1..];
        let (mut end, mut quote) = (tag.len(), None);
        for (at, c) in tag.char_indices() {
            match (quote, c) {
                (None, '>') => {
                    end = at;
                    break;
                }
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                _ => {}
            }
        }
        let tag = &tag[..end];
        rest = &rest[start + 1 + end..];
        // What stands in quotes is a value.
        let mut parts = tag.split(['"', '\'']);
        let name = tag
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        while let Some(names) = parts.next() {
            for attribute in names.split_whitespace() {
                tags.insert(format!("{name} {attribute}"));
            }
            if let Some(value) = parts.next()
                && names.trim_end().ends_with("href=")
            {
                let value = value.replace("&#x2f;", "/");
                assert!(
                    ["https://", "http://", "mailto:"]
                        .iter()
                        .any(|web| value.starts_with(web)),
                    "{value}"
                );
            }
        }
        tags.insert(name);
    }
    tags
}

/// RFC 5545: lines of 75 octets, the properties that we write, and the title as it was typed.
fn is_a_calendar(text: &str, facts: &Facts) {
    const KNOWN: [&str; 22] = [
        "BEGIN",
        "END",
        "PRODID",
        "VERSION",
        "CALSCALE",
        "METHOD",
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "STATUS",
        "TRANSP",
        "ORGANIZER",
        "DESCRIPTION",
        "LOCATION",
        "URL",
        "CONFERENCE",
        "ATTENDEE",
        "REFRESH-INTERVAL",
        "NAME",
    ];
    let text = text.replace("\r\n", "\n");
    assert!(text.lines().all(|line| line.len() <= 75), "{text}");
    assert!(
        !text.contains(|c: char| c.is_control() && c != '\n'),
        "{text:?}"
    );
    let unfolded = text.replace("\n ", "");
    let lines: Vec<&str> = unfolded.lines().collect();
    for line in &lines {
        let name = line.split([':', ';']).next().unwrap_or_default();
        assert!(KNOWN.contains(&name), "{line:?}");
    }
    let count = |start: &str| lines.iter().filter(|line| line.starts_with(start)).count();
    for (start, times) in [
        ("BEGIN:VCALENDAR", 1),
        ("BEGIN:", 2),
        ("END:", 2),
        ("METHOD:", 1),
        ("SUMMARY", 1),
        ("ORGANIZER", 1),
    ] {
        assert_eq!(count(start), times, "{start} in {lines:#?}");
    }
    let summary = lines
        .iter()
        .find_map(|line| line.strip_prefix("SUMMARY:"))
        .unwrap_or_default();
    assert_eq!(unescaped(summary), single_line(&facts.title, LINE));
}

fn unescaped(value: &str) -> String {
    let mut text = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(escaped) => text.push(escaped),
                None => panic!("half an escape in {value:?}"),
            },
            ',' | ';' => panic!("not escaped in {value:?}"),
            c => text.push(c),
        }
    }
    text
}
