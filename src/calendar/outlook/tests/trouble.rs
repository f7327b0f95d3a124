//! A provider that refuses, limits, garbles, redirects or is not there.

use std::time::SystemTime;

use super::super::requests::OutlookCalendar;
use super::fixture::*;

const NOT_ALLOWED: &str = "ErrorAccessDenied: Because";

#[tokio::test]
async fn what_is_forbidden_in_the_main_calendar_is_not_granted() {
    let mut graph = Graph::start();
    let id = graph.create(event()).await.unwrap().id;
    for chosen in [None, Some(OTHER.to_owned())] {
        graph.open.calendar_id = chosen.clone();
        let expected = match chosen {
            None => CalendarError::InsufficientScope(NOT_ALLOWED.into()),
            Some(_) => CalendarError::Forbidden(NOT_ALLOWED.into()),
        };
        graph.will_refuse(403, "ErrorAccessDenied");
        assert_eq!(graph.create(event()).await, Err(expected.clone()));
        graph.will_refuse(403, "ErrorAccessDenied");
        assert_eq!(graph.update(&id, event()).await, Err(expected.clone()));
        graph.will_refuse(403, "ErrorAccessDenied");
        assert_eq!(graph.delete(Some(&id)).await, Err(expected));
    }
}

#[tokio::test]
async fn a_refused_token_is_told_apart() {
    let mut graph = Graph::start();
    graph.open.access_token = AccessToken::new("stale".into());
    let expected = CalendarError::Unauthorized(
        "InvalidAuthenticationToken: Lifetime validation failed, the token is expired.".into(),
    );
    assert_eq!(graph.create(event()).await, Err(expected.clone()));
    assert_eq!(graph.update("AAk=", event()).await, Err(expected.clone()));
    assert_eq!(graph.delete(Some("AAk=")).await, Err(expected));
    assert!(!format!("{:?}", graph.open).contains("stale"));
}

#[tokio::test]
async fn a_limit_says_how_long_to_wait() {
    let graph = Graph::start();
    let soon = DateTime::<Utc>::from(SystemTime::now() + Duration::from_secs(90));
    let soon = soon.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    for (value, wait) in [("7".to_owned(), 7..=7), (soon, 80..=90)] {
        let body = r#"{"error": {"code": "ApplicationThrottled",
            "message": "Application is over its MailboxConcurrency limit."}}"#;
        graph.next(Fault::Answer {
            status: 429,
            headers: vec![("retry-after", value)],
            body: body.into(),
        });
        let error = graph.create(event()).await.unwrap_err();
        assert!(matches!(error, CalendarError::RateLimited { .. }) && error.is_transient());
        assert!(error.to_string().contains("MailboxConcurrency"), "{error}");
        let told = error.retry_after().unwrap().as_secs();
        assert!(wait.contains(&told), "{error:?}");
    }
}

#[tokio::test]
async fn nonsense_is_recognized_and_worth_another_try() {
    let graph = Graph::start();
    let cases = [
        ("{\"id\": \"abc", "it ends early"),
        ("", "it ends early"),
        ("<html>", "it is not JSON"),
        ("[]", "it is not what was asked for"),
        ("{\"id\": 5}", "it is not what was asked for"),
        ("{\"id\": \"\"}", "an event without a usable id"),
        ("{\"id\": \"a\\u0000b\"}", "an event without a usable id"),
        (
            &"x".repeat(2 << 20),
            "the answer is longer than 1048576 bytes",
        ),
    ];
    for (body, problem) in cases {
        graph.will_answer(201, body);
        let error = graph.create(event()).await.unwrap_err();
        assert_eq!(error, CalendarError::BadAnswer(problem.into()));
        assert!(error.is_transient());
    }
    let id = graph.create(event()).await.unwrap().id;
    for list in ["", "{}", "{\"value\": [{\"id\": 5}]}", "{\"value\": {}}"] {
        graph.will_answer(200, list);
        let error = graph.update(&id, event()).await.unwrap_err();
        assert!(matches!(error, CalendarError::BadAnswer(_)), "{error:?}");
    }
    assert_eq!(graph.visible(), [id]);
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_token_away() {
    let graph = Graph::start();
    let elsewhere = Graph::start();
    let location = elsewhere.open.api_url.clone().unwrap();
    let headers = vec![("location", location)];
    graph.next(Fault::Answer {
        status: 307,
        headers,
        body: String::new(),
    });
    let expected = CalendarError::Rejected {
        status: 307,
        reason: "no reason given".into(),
    };
    assert_eq!(graph.create(event()).await, Err(expected));
    assert!(elsewhere.requested().is_empty());
}

#[tokio::test]
async fn a_next_page_does_not_carry_the_token_away() {
    let graph = Graph::start();
    let elsewhere = Graph::start();
    let url = elsewhere.open.api_url.clone().unwrap();
    for next in [url.as_str(), "me/events", "https://graph.example/v1.0/me"] {
        let page = json!({"value": [], "@odata.nextLink": next});
        graph.will_answer(200, page);
        let error = graph.update("AAk=", event()).await.unwrap_err();
        let expected = CalendarError::BadAnswer("its next page is elsewhere".into());
        assert_eq!(error, expected);
    }
    assert!(elsewhere.requested().is_empty());
}

#[tokio::test]
async fn a_list_without_an_end_is_not_read_for_ever() {
    let graph = Graph::start();
    let next = graph.open.api_url.clone().unwrap();
    let page = json!({"value": [], "@odata.nextLink": next});
    for _ in 0..60 {
        graph.will_answer(200, &page);
    }
    let error = graph.update("AAk=", event()).await.unwrap_err();
    let expected = CalendarError::BadAnswer("a list without an end".into());
    assert_eq!(error, expected);
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_again() {
    let http = HttpClient::new(PATIENCE).unwrap();
    let half = serve_bytes(b"HTTP/1.1 201 Created\r\ncontent-length: 90\r\n\r\n{\"id\": \"0");
    for url in [refused(), half] {
        let change = Change::Create(event());
        let error = apply(&http, &unconnected(Provider::Outlook, url), &change)
            .await
            .unwrap_err();
        assert!(matches!(error, CalendarError::Http(_)), "{error:?}");
        assert!(error.is_transient(), "{error:?}");
    }
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_asked_again() {
    let graph = Graph::start();
    graph.next(Fault::Late(Duration::MAX));
    let error = graph.create(event()).await.unwrap_err();
    assert_eq!(error, CalendarError::Http(HttpError::Timeout(PATIENCE)));
    let id = graph.create(event()).await.unwrap().id;
    assert_eq!(graph.visible(), [id]);
}

#[tokio::test]
async fn what_cannot_be_asked_is_a_misconfiguration() {
    let graph = Graph::start();
    let working = graph.open.clone();
    let at = |api_url: &str| OpenCalendar {
        api_url: Some(api_url.into()),
        ..working.clone()
    };
    let of = |calendar_id: &str| OpenCalendar {
        calendar_id: Some(calendar_id.into()),
        ..working.clone()
    };
    let calendars = [
        at("no url"),
        at("mailto:a@example.com"),
        at("ftp://127.0.0.1/"),
        of(".."),
        of(""),
    ];
    for open in calendars {
        let change = Change::Create(event());
        let error = apply(&graph.http, &open, &change).await.unwrap_err();
        let is_expected = matches!(error, CalendarError::Misconfigured(_));
        assert!(is_expected, "{open:?} {error:?}");
    }
    assert!(graph.requested().is_empty());
}

#[test]
fn ids_are_one_path_segment_each() {
    let http = HttpClient::new(Duration::from_secs(1)).unwrap();
    let root = "https://graph.microsoft.com/v1.0/me";
    let cases = [
        (None, format!("{root}/events")),
        (Some("AAMk_-="), format!("{root}/calendars/AAMk_-=/events")),
        (
            Some("../a?b %"),
            format!("{root}/calendars/..%2Fa%3Fb%20%25/events"),
        ),
    ];
    for (calendar, expected) in cases {
        let outlook = OutlookCalendar::new(&http, None).unwrap();
        let open = OpenCalendar {
            calendar_id: calendar.map(String::from),
            ..unconnected(Provider::Outlook, String::new())
        };
        let url = outlook.calendar_url(&open, "events").unwrap();
        assert_eq!(url.as_str(), expected);
    }
}
