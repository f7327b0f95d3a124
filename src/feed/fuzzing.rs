//! Any bytes as what a feed shows of an owner and of meetings.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::calendar::{Feed, Meeting};
use crate::fuzz_input::{Target, text};
use crate::mail::web_link;

pub const FUZZING: &[Target] = &[("feed", feed)];

/// Whatever its owner and guests are called, a feed has one event a meeting and the properties that we write, on
/// lines of 75 octets. The texts are separated by U+001F; the first byte says how many meetings there are.
fn feed(input: &[u8]) {
    let Some((first, rest)) = input.split_first() else {
        return;
    };
    let text = text(rest);
    let mut texts = text.split('\u{1f}').map(str::to_owned);
    let name = texts.next().unwrap_or_default();
    let zone = texts.next().unwrap_or_default();
    let mut next = || texts.next().unwrap_or_default();
    let starts_at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
    let meetings: Vec<_> = (0..first % 3)
        .map(|n| Meeting {
            id: Uuid::from_u128(n.into()),
            sequence: n.into(),
            created_at: starts_at,
            updated_at: starts_at,
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(30),
            is_cancelled: n == 1,
            title: next(),
            location: Some(next()),
            link: web_link(&next()),
            guest: Some(next()),
        })
        .collect();
    let feed = Feed {
        name: &name,
        zone: &zone,
        locale: [None, Some("ar"), Some("de")][usize::from(first / 3 % 3)],
        meetings: &meetings,
    };
    is_one_calendar(&feed.render(), meetings.len());
}

fn is_one_calendar(text: &str, events: usize) {
    assert!(text.ends_with("\r\nEND:VCALENDAR\r\n"), "{text}");
    let text = text.replace("\r\n", "\n");
    assert!(text.lines().all(|line| line.len() <= 75), "{text}");
    assert!(
        !text.contains(|c: char| c.is_control() && c != '\n'),
        "{text:?}"
    );
    let unfolded = text.replace("\n ", "");
    const KNOWN: [&str; 32] = [
        "BEGIN",
        "END",
        "PRODID",
        "VERSION",
        "CALSCALE",
        "METHOD",
        "NAME",
        "X-WR-CALNAME",
        "X-WR-TIMEZONE",
        "REFRESH-INTERVAL",
        "X-PUBLISHED-TTL",
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "LAST-MODIFIED",
        "CREATED",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "STATUS",
        "TRANSP",
        "X-MICROSOFT-CDO-BUSYSTATUS",
        "LOCATION",
        "DESCRIPTION",
        "URL",
        "CONFERENCE",
        "TZID",
        "TZOFFSETFROM",
        "TZOFFSETTO",
        "TZNAME",
        "CLASS",
        "CATEGORIES",
    ];
    for line in unfolded.lines() {
        let name = line.split([':', ';']).next().unwrap_or_default();
        assert!(KNOWN.contains(&name), "{line:?}");
    }
    let count = |start: &str| unfolded.lines().filter(|line| *line == start).count();
    assert_eq!(
        (count("BEGIN:VCALENDAR"), count("END:VCALENDAR")),
        (1, 1),
        "{unfolded}"
    );
    assert_eq!(
        (count("BEGIN:VEVENT"), count("END:VEVENT")),
        (events, events),
        "{unfolded}"
    );
    assert_eq!(
        count("BEGIN:VTIMEZONE"),
        usize::from(events == 0),
        "{unfolded}"
    );
}
