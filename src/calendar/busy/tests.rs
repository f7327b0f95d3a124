//! What holds for every provider's busy times.

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn window(from: &str, until: &str) -> Window {
    Window {
        from: at(from),
        until: at(until),
    }
}

#[test]
fn a_window_contains_what_lies_within_it() {
    let december = window("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z");
    let cases = [
        ("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", true),
        ("2026-12-05T00:00:00Z", "2026-12-06T00:00:00Z", true),
        ("2026-11-30T23:59:59Z", "2026-12-06T00:00:00Z", false),
        ("2026-12-05T00:00:00Z", "2027-01-01T00:00:01Z", false),
    ];
    for (from, until, contained) in cases {
        assert_eq!(
            december.contains(&window(from, until)),
            contained,
            "{from} {until}"
        );
    }
}

#[test]
fn a_window_at_the_end_of_time_does_not_overflow() {
    let all = Window {
        from: DateTime::<Utc>::MIN_UTC,
        until: DateTime::<Utc>::MAX_UTC,
    };
    assert_eq!(all.with_whole_days(), all);
}

#[test]
fn a_sync_token_survives_being_stored() {
    let token = SyncToken {
        token: "CPDAlvWDx70CEPDAlvWDx70CGAU=".into(),
        covers: window("2026-12-01T00:00:00.123456Z", "2027-01-01T00:00:00Z"),
    };
    let stored = serde_json::to_string(&token).unwrap();
    assert_eq!(serde_json::from_str::<SyncToken>(&stored).unwrap(), token);
}

#[test]
fn an_event_that_ends_before_it_starts_is_no_event() {
    let (early, late) = (at("2026-12-01T09:00:00Z"), at("2026-12-01T10:00:00Z"));
    assert!(When::instants(late, early).is_err());
    assert_eq!(When::instants(early, early), Ok(None));

    let day = early.date_naive();
    let next = day.succ_opt().unwrap();
    assert!(When::days(next, day, None).is_err());
    assert_eq!(When::days(day, day, None), When::days(day, next, None));
}
