//! A provider that garbles, repeats itself, leads astray, refuses or is not there. Nothing of it is
//! free time.

use crate::calendar::outlook::tests::fixture::*;

fn bad(problem: &str) -> CalendarError {
    CalendarError::BadAnswer(problem.into())
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_not_free_time() {
    let unreadable = bad("an event without a readable time or id");
    let no_list = bad("it is not what was asked for");
    let other_zone = bad("an event in a zone that was not asked for");
    let moment = |text: &str| json!({"dateTime": text, "timeZone": "UTC"});
    let pacific = json!({"dateTime": "2026-12-03T09:00:00", "timeZone": "Pacific Standard Time"});
    let cases = [
        (json!({"start": null}), &unreadable),
        (json!({"end": null}), &unreadable),
        (json!({"end": midnight("2026-12-01")}), &unreadable),
        (
            json!({"isAllDay": true, "start": midnight("2026-12-04"), "end": midnight("2026-12-03")}),
            &unreadable,
        ),
        (json!({"id": ""}), &unreadable),
        (json!({"start": pacific}), &other_zone),
        (json!({"end": pacific}), &other_zone),
        (json!({"start": moment("soon")}), &no_list),
        (json!({"start": {"timeZone": "UTC"}}), &no_list),
        (
            json!({"start": {"dateTime": "2026-12-03T09:00:00"}}),
            &no_list,
        ),
        (json!({"id": null}), &no_list),
        (json!({"isAllDay": "yes"}), &no_list),
    ];
    for (changes, expected) in cases {
        let broken = with(told("e", 3), changes.clone());
        let graph = Graph::holding([told("a", 2), broken, told("z", 4)]);
        let error = graph.december().await.unwrap_err();
        assert_eq!(&error, expected, "{changes}");
        assert!(error.is_transient());
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_read_does_no_harm_while_its_owner_is_free() {
    let free = with(told("e", 3), json!({"showAs": "free", "start": null}));
    assert_eq!(Graph::reading(free).await.unwrap(), None);
}

#[tokio::test]
async fn nonsense_is_recognized_on_every_page() {
    let cases = [
        ("", "it ends early"),
        (r#"{"value": [{"id": "e"#, "it ends early"),
        ("<html>", "it is not JSON"),
        ("[]", "it is not what was asked for"),
        ("{}", "it is not what was asked for"),
        (r#"{"value": null}"#, "it is not what was asked for"),
        (
            r#"{"value": [], "@odata.nextLink": 5}"#,
            "it is not what was asked for",
        ),
        (
            &"x".repeat(2 << 20),
            "the answer is longer than 1048576 bytes",
        ),
    ];
    let graph = Graph::holding([]);
    let link = graph.api_url() + "/me/calendarView?page=2";
    for (body, problem) in cases {
        graph.will_list(200, body);
        assert_eq!(graph.december().await.unwrap_err(), bad(problem));

        let page = json!({"value": [], "@odata.nextLink": link});
        graph.will_list(200, page);
        graph.will_list(200, body);
        assert_eq!(graph.december().await.unwrap_err(), bad(problem));
    }
}

#[tokio::test]
async fn a_next_page_elsewhere_is_not_asked_for() {
    let elsewhere = Graph::holding([]);
    let other = elsewhere.open.api_url.clone().unwrap();
    let graph = Graph::holding([told("e", 3)]);
    let own = graph.open.api_url.clone().unwrap();
    let port = own.rsplit([':', '/']).nth(1).unwrap().to_owned();
    let links = [
        other.clone(),
        other.replace("http://", "//"),
        other.replace("http://", r"\\"),
        other.replace("http://", &format!("http://127.0.0.1:{port}@")),
        format!("https://127.0.0.1:{port}/v1.0"),
        format!("http://localhost:{port}/v1.0"),
        "file:///etc/passwd".into(),
        "http://".into(),
    ];
    for link in links {
        let page = json!({"value": [], "@odata.nextLink": link});
        graph.will_list(200, page);
        let error = graph.december().await.unwrap_err();
        assert_eq!(error, bad("the next page is on another host"), "{link}");
        assert_eq!(graph.take_requests().len(), 1, "{link}");
    }
    assert!(elsewhere.take_requests().is_empty());
}

#[tokio::test]
async fn pages_without_end_come_to_an_end() {
    let graph = Graph::holding([told("e", 3)]);
    let again = "/v1.0/me/calendarView?startDateTime=2026-12-01T00:00:00Z\
                 &endDateTime=2026-12-02T00:00:00Z&$select=id,showAs,isCancelled,isAllDay,start,\
                 end,responseStatus,originalStartTimeZone,transactionId&$top=500";
    for (endless, problem, pages) in [
        (again, "the list goes in circles", 2),
        ("", "the list has no end", 50),
    ] {
        let page = |link: &str| json!({"value": [], "@odata.nextLink": link});
        match endless {
            "" => {
                (0..pages).for_each(|n| graph.will_list(200, page(&format!("{again}&$skip={n}"))))
            }
            again => graph.always_read(Some(Fault::answer(200, page(again)))),
        }
        assert_eq!(graph.december().await.unwrap_err(), bad(problem));
        assert_eq!(graph.take_requests().len(), pages);
    }
}

#[tokio::test]
async fn a_refusal_on_any_page_is_a_refusal() {
    let graph = Graph::holding((1..=3).map(|day| told(&format!("e{day}"), day)));
    graph.set_page_size(1);
    let body = json!({"error": {"code": "Code", "message": "Because"}});
    let link = graph.api_url() + "/me/calendarView?page=2";
    for status in [401, 403, 404, 429, 500, 503] {
        for first in [true, false] {
            if !first {
                graph.will_list(200, json!({"value": [], "@odata.nextLink": link}));
            }
            graph.will_list(status, &body);
            let error = graph.december().await.unwrap_err();
            let expected = match status {
                401 => matches!(error, CalendarError::Unauthorized(_)),
                403 => matches!(error, CalendarError::Forbidden(_)),
                404 => matches!(error, CalendarError::NotFound(_)),
                429 => matches!(error, CalendarError::RateLimited { .. }),
                _ => matches!(error, CalendarError::Server { .. }),
            };
            assert!(expected, "{status} {error:?}");
        }
    }
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_token_away() {
    let graph = Graph::holding([]);
    let elsewhere = Graph::holding([]);
    let location = elsewhere.open.api_url.clone().unwrap();
    let headers = vec![("location", location)];
    graph.next_read(Fault::Answer {
        status: 302,
        headers,
        body: String::new(),
    });
    let error = graph.december().await.unwrap_err();
    assert!(matches!(error, CalendarError::Rejected { status: 302, .. }));
    assert!(elsewhere.take_requests().is_empty());
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_again() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"value\": [";
    for url in [refused(), serve_bytes(half)] {
        let graph = Graph::holding([]);
        let open = OpenCalendar {
            api_url: Some(url),
            ..graph.open.clone()
        };
        let error = read_busy(&graph.http, &open, december(), None)
            .await
            .unwrap_err();
        assert!(
            matches!(error, CalendarError::Http(_)) && error.is_transient(),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_full_page_of_long_events_fits() {
    let long = |number: usize| {
        let changes = json!({"id": format!("{number:0400}"),
            "transactionId": format!("{number:0900}"), "subject": null});
        with(told("e", 3), changes)
    };
    let value: Vec<_> = (0..500).map(long).collect();
    let graph = Graph::holding([]);
    graph.will_list(200, json!({"value": value}));
    assert_eq!(graph.december().await.unwrap().len(), 500);
}
