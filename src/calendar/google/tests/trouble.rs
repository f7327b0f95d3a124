//! A provider that refuses, limits, garbles, redirects or is not there.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use oauth2::AccessToken;

use super::super::requests::GoogleCalendar;
use super::fake::*;
use crate::calendar::asking::apply;
use crate::calendar::error::CalendarError;
use crate::calendar::event::Change;
use crate::calendar::open_calendar::OpenCalendar;
use crate::http::HttpClient;
use crate::http::test_server::{refused, serve_bytes};

#[tokio::test]
async fn a_change_that_is_really_forbidden_stays_forbidden() {
    let google = Google::start().await;
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
    let mut google = Google::start().await;
    google.mailbox.access_token = AccessToken::new("stale".into());
    let error = google.create(event()).await.unwrap_err();
    assert_eq!(
        error,
        CalendarError::Unauthorized("authError: Because".into())
    );
    assert!(!format!("{:?}", google.mailbox).contains("stale"));
}

#[tokio::test]
async fn a_limit_says_how_long_to_wait() {
    let google = Google::start().await;
    let soon = DateTime::<Utc>::from(SystemTime::now() + Duration::from_secs(90));
    let soon = soon.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    for (value, wait) in [("7".to_owned(), 7..=7), (soon, 80..=90)] {
        let body = refusal_body(403, "rateLimitExceeded");
        google.will(Fault::Answer(403, vec![("retry-after", value)], body));
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
    let google = Google::start().await;
    let cases = [
        ("{\"id\": \"abc", "it ends early"),
        ("", "it ends early"),
        ("<html>", "it is not JSON"),
        ("[]", "it is not an event"),
        ("{\"id\": 5}", "it is not an event"),
        ("{\"id\": \"\"}", "an event without an id"),
        (
            &"x".repeat(2 << 20),
            "the answer is longer than 1048576 bytes",
        ),
    ];
    for (body, problem) in cases {
        google.will(Fault::Answer(200, vec![], body.into()));
        let error = google.create(event()).await.unwrap_err();
        assert_eq!(error, CalendarError::BadAnswer(problem.into()));
        assert!(error.is_transient());
    }
    assert_eq!(google.create(event()).await.unwrap().id, ID);
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_token_away() {
    let google = Google::start().await;
    let elsewhere = Google::start().await;
    let location = elsewhere.mailbox.api_url.clone().unwrap();
    google.will(Fault::Answer(
        307,
        vec![("location", location)],
        String::new(),
    ));
    let error = google.create(event()).await.unwrap_err();
    assert_eq!(
        error,
        CalendarError::Rejected {
            status: 307,
            reason: "no reason given".into()
        }
    );
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_again() {
    let http = HttpClient::new(Duration::from_millis(500)).unwrap();
    let half = serve_bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"id\": \"0");
    for url in [refused(), half] {
        let error = apply(&http, &mailbox(url), &Change::Create(event()))
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
    let http = HttpClient::new(Duration::from_millis(500)).unwrap();
    let google = Google::start().await;
    let working = google.mailbox.clone();
    let mailboxes = [
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
    for mailbox in mailboxes {
        let error = apply(&http, &mailbox, &Change::Create(event()))
            .await
            .unwrap_err();
        assert!(
            matches!(error, CalendarError::Misconfigured(_)),
            "{mailbox:?} {error:?}"
        );
    }
    assert!(google.requests().is_empty());
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
        let mailbox = OpenCalendar {
            calendar_id: calendar.map(String::from),
            ..mailbox(String::new())
        };
        let expected =
            format!("https://www.googleapis.com/calendar/v3/calendars/{segment}/events/e%2F1");
        assert_eq!(
            google.url(&mailbox, Some("e/1")).unwrap().as_str(),
            expected
        );
    }
}
