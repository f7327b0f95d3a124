use super::*;

fn meeting(text: &str) -> Meeting {
    let at = |text: &str| text.parse().unwrap();
    Meeting {
        id: Uuid::nil(),
        sequence: 3,
        created_at: at("2026-11-20T08:00:00Z"),
        updated_at: at("2026-11-21T08:00:00Z"),
        starts_at: at("2026-12-01T15:00:00Z"),
        ends_at: at("2026-12-01T15:30:00Z"),
        is_cancelled: false,
        title: text.to_owned(),
        location: Some(text.to_owned()),
        link: None,
        guest: Some(text.to_owned()),
    }
}

fn lines(text: &str, meetings: &[Meeting]) -> Vec<String> {
    let feed = Feed {
        name: text,
        zone: text,
        locale: Some("de-AT"),
        meetings,
    };
    let folded = feed.render();
    for line in folded.split_terminator("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
    }
    let unfolded = folded.replace("\r\n ", "");
    assert!(!unfolded.replace("\r\n", "").contains(['\r', '\n']));
    unfolded
        .split_terminator("\r\n")
        .map(str::to_owned)
        .collect()
}

fn names(lines: &[String]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| line.split([':', ';']).next().unwrap())
        .collect()
}

#[test]
fn no_text_adds_a_property_to_a_feed() {
    let plain = lines("x", &[meeting("x")]);
    for attack in [
        "x\r\nATTENDEE:mailto:evil@example.com",
        "x\nEND:VEVENT\nBEGIN:VEVENT",
        "x\u{2028}ATTENDEE:y\u{85}z\u{b}w\rv",
        "x\u{202e}gpj.exe\u{2066}",
        "x\\",
        "x\\n\\;\\,;VALUE=URI:y",
        &"long, ".repeat(200),
        &"Größe🕐".repeat(200),
    ] {
        let attacked = lines(attack, &[meeting(attack)]);
        assert_eq!(names(&attacked), names(&plain), "{attack:?}");
        assert!(!attacked.concat().contains(['\u{202e}', '\u{2066}']));
    }
}

#[test]
fn texts_are_escaped_once() {
    let said = lines("a,b;c\\d", &[meeting("a,b;c\\d")]);
    for line in [
        "NAME;VALUE=TEXT:a\\,b\\;c\\\\d",
        "X-WR-CALNAME:a\\,b\\;c\\\\d",
        "SUMMARY:a\\,b\\;c\\\\d",
        "LOCATION:a\\,b\\;c\\\\d",
        "DESCRIPTION:Gast: a\\,b\\;c\\\\d",
    ] {
        assert!(said.iter().any(|said| said == line), "{line}: {said:#?}");
    }
}

#[test]
fn a_feed_without_meetings_still_is_a_calendar() {
    let said = lines("Acme", &[]);
    assert_eq!(said.first().unwrap(), "BEGIN:VCALENDAR");
    assert_eq!(said.last().unwrap(), "END:VCALENDAR");
    assert!(said.contains(&"BEGIN:VTIMEZONE".to_owned()), "{said:#?}");
}

#[test]
fn the_link_of_what_is_cancelled_is_not_shown() {
    let mut cancelled = meeting("x");
    cancelled.link = Some("https://meet.example/x".into());
    assert!(lines("x", &[cancelled]).concat().contains("meet.example"));
    let mut cancelled = meeting("x");
    cancelled.link = Some("https://meet.example/x".into());
    cancelled.is_cancelled = true;
    let said = lines("x", &[cancelled]);
    assert!(!said.concat().contains("meet.example"));
    assert!(said.contains(&"STATUS:CANCELLED".to_owned()));
}
