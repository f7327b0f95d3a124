//! A provider that garbles, repeats itself, refuses or is not there. Nothing of it is free time.

use crate::calendar::google::tests::fixture::*;

fn bad(problem: &str) -> CalendarError {
    CalendarError::BadAnswer(problem.into())
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_not_free_time() {
    let unreadable = bad("an event without a readable time or id");
    let no_list = bad("it is not what was asked for");
    let start = told("e", 3)["start"].clone();
    let cases = [
        (json!({"start": null}), &unreadable),
        (json!({"end": null}), &unreadable),
        (json!({"start": {}}), &unreadable),
        (json!({"end": {"date": "2026-12-04"}}), &unreadable),
        (
            json!({"end": {"dateTime": "2026-12-01T00:00:00Z"}}),
            &unreadable,
        ),
        (json!({"id": ""}), &unreadable),
        (
            json!({"start": {"date": "2026-12-04"}, "end": {"date": "2026-12-03"}}),
            &unreadable,
        ),
        (json!({"start": {"dateTime": "soon"}}), &no_list),
        (
            json!({"start": {"dateTime": "2026-12-03T09:00:00"}}),
            &no_list,
        ),
        (
            json!({"start": {"date": "2026-12-32"}, "end": {"date": "2026-12-33"}}),
            &no_list,
        ),
        (json!({"id": null, "start": start}), &no_list),
        (json!({"attendees": "me"}), &no_list),
        (json!({"status": 5}), &no_list),
    ];
    for (changes, expected) in cases {
        let broken = with(told("e", 3), changes.clone());
        let google = Google::holding([]);
        google.will_list(200, json!({"items": [told("a", 2), broken, told("z", 4)]}));
        let error = google.all().await.unwrap_err();
        assert_eq!(&error, expected, "{changes}");
        assert!(error.is_transient());
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_read_does_no_harm_while_its_owner_is_free() {
    let changes = json!({"transparency": "transparent", "start": null});
    let free = with(told("e", 3), changes);
    assert_eq!(Google::reading(free).await.unwrap(), None);
}

#[tokio::test]
async fn nonsense_is_recognized_on_every_page() {
    let google = Google::holding((1..=3).map(|day| told(&format!("e{day}"), day)));
    google.set_page_size(1);
    let (_, known) = google.all().await.unwrap();
    let cases = [
        ("", "it ends early"),
        (
            r#"{"kind": "calendar#events", "items": [{"id": "e"#,
            "it ends early",
        ),
        ("<html>", "it is not JSON"),
        ("[]", "it is not what was asked for"),
        ("{}", "it is not a list of events"),
        (
            r#"{"kind": "calendar#event"}"#,
            "it is not a list of events",
        ),
        (r#"{"items": {}}"#, "it is not what was asked for"),
        (
            r#"{"items": [], "nextPageToken": 5}"#,
            "it is not what was asked for",
        ),
        (
            &"x".repeat(2 << 20),
            "the answer is longer than 1048576 bytes",
        ),
    ];
    for (body, problem) in cases {
        google.will_list(200, body);
        assert_eq!(google.all().await.unwrap_err(), bad(problem));

        google.will_list(200, json!({"items": [], "nextPageToken": "1"}));
        google.will_list(200, body);
        assert_eq!(google.all().await.unwrap_err(), bad(problem));

        google.will_list(200, body);
        let error = google.busy(december(), known.as_ref()).await.unwrap_err();
        assert_eq!(error, bad(problem));
    }
}

#[tokio::test]
async fn an_empty_list_may_be_left_out() {
    let google = Google::holding([]);
    google.will_list(200, r#"{"kind": "calendar#events", "nextSyncToken": "1"}"#);
    let (busy, next) = google.all().await.unwrap();
    assert_eq!((busy, next.is_some()), (vec![], true));
}

#[tokio::test]
async fn pages_without_end_come_to_an_end() {
    for (endless, problem, pages) in [
        ("again", "the list goes in circles", 2),
        ("", "the list has no end", 50),
    ] {
        let google = Google::holding([]);
        let (_, known) = google.all().await.unwrap();
        google.take_requests();
        let page = |next: &str| json!({"items": [], "nextPageToken": next});
        match endless {
            "" => (0..2 * pages).for_each(|n| google.will_list(200, page(&n.to_string()))),
            again => google.always_read(Some(Fault::answer(200, page(again)))),
        }
        for known in [None, known.as_ref()] {
            let error = google.busy(december(), known).await.unwrap_err();
            assert_eq!(error, bad(problem));
            assert_eq!(google.take_requests().len(), pages);
        }
    }
}

#[tokio::test]
async fn a_refusal_on_any_page_is_a_refusal() {
    let google = Google::holding([]);
    let (_, known) = google.all().await.unwrap();
    let body =
        |reason: &str| json!({"error": {"message": "Because", "errors": [{"reason": reason}]}});
    for (status, reason) in [
        (401, "authError"),
        (403, "insufficientPermissions"),
        (403, "rateLimitExceeded"),
        (404, "notFound"),
        (429, "rateLimitExceeded"),
        (500, "backendError"),
        (503, "backendError"),
    ] {
        google.will_list(200, json!({"items": [], "nextPageToken": "1"}));
        google.will_list(status, body(reason));
        let error = google.all().await.unwrap_err();
        let expected = match (status, reason) {
            (401, _) => matches!(error, CalendarError::Unauthorized(_)),
            (_, "insufficientPermissions") => matches!(error, CalendarError::InsufficientScope(_)),
            (_, "rateLimitExceeded") => matches!(error, CalendarError::RateLimited { .. }),
            (404, _) => matches!(error, CalendarError::NotFound(_)),
            _ => matches!(error, CalendarError::Server { .. }),
        };
        assert!(expected, "{status} {reason} {error:?}");

        google.take_requests();
        google.will_list(status, body(reason));
        let refused = google.busy(december(), known.as_ref()).await.unwrap_err();
        assert_eq!(refused, error);
        assert_eq!(google.take_requests().len(), 1);
    }
    // Without a sync token, 410 has no other meaning than its own.
    google.will_list(410, body("deleted"));
    let error = google.all().await.unwrap_err();
    assert!(matches!(error, CalendarError::Gone(_)), "{error:?}");
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_token_away() {
    let google = Google::holding([]);
    let elsewhere = Google::holding([]);
    let location = elsewhere.open.api_url.clone().unwrap();
    let headers = vec![("location", location)];
    google.next_read(Fault::Answer {
        status: 302,
        headers,
        body: String::new(),
    });
    let error = google.all().await.unwrap_err();
    assert!(matches!(error, CalendarError::Rejected { status: 302, .. }));
    assert!(elsewhere.take_requests().is_empty());
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_again() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"items\": [";
    for url in [refused(), serve_bytes(half)] {
        let google = Google::holding([]);
        let open = OpenCalendar {
            api_url: Some(url),
            ..google.open.clone()
        };
        let error = read_busy(&google.http, &open, december(), None)
            .await
            .unwrap_err();
        assert!(
            matches!(error, CalendarError::Http(_)) && error.is_transient(),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_full_page_of_the_longest_ids_fits() {
    let moment = json!({"dateTime": "2026-12-03T10:00:00+01:00"});
    let long = |number: usize| {
        json!({
            "id": format!("{number:01024}"), "status": "confirmed", "transparency": "transparent",
            "eventType": "workingLocation", "start": moment, "end": moment,
            "attendees": [{"self": true, "responseStatus": "needsAction"}],
        })
    };
    let items: Vec<_> = (0..700).map(long).collect();
    // Google indents what it sends.
    let page = serde_json::to_string_pretty(&json!({"items": items})).unwrap();
    let google = Google::holding([]);
    google.will_list(200, page);
    google.all().await.unwrap();
}
