//! A provider that refuses, limits, garbles, redirects or is not there.

use std::time::SystemTime;

use super::super::requests::GoogleCalendar;
use super::fixture::*;

#[tokio::test]
async fn a_change_that_is_really_forbidden_stays_forbidden() {
    let google = Google::start();
    google.create(event()).await.unwrap();
    google.will_refuse(403, "requiredAccessLevel");
    let error = google.update(ID, moved()).await.unwrap_err();
    assert_eq!(
        error,
        CalendarError::Forbidden("requiredAccessLevel: Because".into())
    );
}

#[tokio::test]
async fn a_refused_token_is_told_apart() {
    let mut google = Google::start();
    google.open.access_token = AccessToken::new("stale".into());
    let error = google.create(event()).await.unwrap_err();
    assert_eq!(
        error,
        CalendarError::Unauthorized("authError: Invalid Credentials".into())
    );
    assert!(!format!("{:?}", google.open).contains("stale"));
}

#[tokio::test]
async fn a_limit_says_how_long_to_wait() {
    let google = Google::start();
    let soon = DateTime::<Utc>::from(SystemTime::now() + Duration::from_secs(90));
    let soon = soon.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    for (value, wait) in [("7".to_owned(), 7..=7), (soon, 80..=90)] {
        google.next(Fault::Answer {
            status: 403,
            headers: vec![("retry-after", value)],
            body: refusal(403, "rateLimitExceeded").to_string(),
        });
        let error = google.create(event()).await.unwrap_err();
        assert!(matches!(error, CalendarError::RateLimited { .. }) && error.is_transient());
        assert!(
            wait.contains(&error.retry_after().unwrap().as_secs()),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn nonsense_is_recognized_and_worth_another_try() {
    let google = Google::start();
    let cases = [
        ("{\"id\": \"abc", "it ends early"),
        ("", "it ends early"),
        ("<html>", "it is not JSON"),
        ("[]", "it is not an event"),
        ("{\"id\": 5}", "it is not an event"),
        ("{\"id\": \"\"}", "an event without a usable id"),
        ("{\"id\": \"a\\u0000b\"}", "an event without a usable id"),
        (
            &"x".repeat(2 << 20),
            "the answer is longer than 1048576 bytes",
        ),
    ];
    for (body, problem) in cases {
        google.will_answer(200, body);
        let error = google.create(event()).await.unwrap_err();
        assert_eq!(error, CalendarError::BadAnswer(problem.into()));
        assert!(error.is_transient());
    }
    assert_eq!(google.create(event()).await.unwrap().id, ID);
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_token_away() {
    let google = Google::start();
    let elsewhere = Google::start();
    let location = elsewhere.open.api_url.clone().unwrap();
    google.next(Fault::Answer {
        status: 307,
        headers: vec![("location", location)],
        body: String::new(),
    });
    let error = google.create(event()).await.unwrap_err();
    assert_eq!(
        error,
        CalendarError::Rejected {
            status: 307,
            reason: "no reason given".into()
        }
    );
    assert!(elsewhere.requested().is_empty());
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_again() {
    let http = HttpClient::new(PATIENCE).unwrap();
    let half = serve_bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"id\": \"0");
    for url in [refused(), half] {
        let open = unconnected(Provider::Google, url);
        let error = apply(&http, &open, &Change::Create(event()))
            .await
            .unwrap_err();
        assert!(
            matches!(error, CalendarError::Http(_)) && error.is_transient(),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_a_misconfiguration() {
    let http = HttpClient::new(PATIENCE).unwrap();
    let google = Google::start();
    let working = google.open.clone();
    let calendars = [
        OpenCalendar {
            api_url: Some("no url".into()),
            ..working.clone()
        },
        OpenCalendar {
            api_url: Some("mailto:a@example.com".into()),
            ..working.clone()
        },
        OpenCalendar {
            api_url: Some("ftp://127.0.0.1/".into()),
            ..working.clone()
        },
        OpenCalendar {
            calendar_id: Some("..".into()),
            ..working.clone()
        },
        OpenCalendar {
            calendar_id: Some(String::new()),
            ..working.clone()
        },
    ];
    for open in calendars {
        let error = apply(&http, &open, &Change::Create(event()))
            .await
            .unwrap_err();
        assert!(
            matches!(error, CalendarError::Misconfigured(_)),
            "{open:?} {error:?}"
        );
    }
    assert!(google.requested().is_empty());
}

#[test]
fn ids_are_one_path_segment_each() {
    let http = HttpClient::new(Duration::from_secs(1)).unwrap();
    let cases = [
        (None, "primary"),
        (
            Some("en.usa#holiday@group.example"),
            "en.usa%23holiday@group.example",
        ),
        (Some("../a?b %"), "..%2Fa%3Fb%20%25"),
    ];
    for (calendar, segment) in cases {
        let google = GoogleCalendar::new(&http, None).unwrap();
        let open = OpenCalendar {
            calendar_id: calendar.map(String::from),
            ..unconnected(Provider::Google, String::new())
        };
        let expected =
            format!("https://www.googleapis.com/calendar/v3/calendars/{segment}/events/e%2F1");
        assert_eq!(google.url(&open, Some("e/1")).unwrap().as_str(), expected);
    }
}
