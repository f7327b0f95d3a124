//! Several calendars that count: one batch for all of them, every part of it complete.

use crate::calendar::outlook::tests::fixture::*;

/// Calendars that hold an event a day each, beginning with the second of December.
fn with_calendars(ids: &[&str]) -> Graph {
    let graph = Graph::at(Provider::Outlook);
    for (id, day) in ids.iter().zip(2..) {
        graph.add_calendar(id, &json!({}));
        graph.put(Some(id), &told(&format!("{id}1"), day));
    }
    graph
}

const BATCH: &str = "POST /v1.0/$batch";

#[tokio::test]
async fn several_calendars_cost_one_request() {
    let graph = with_calendars(&["a", "b", "c"]);
    let expected = told_of([("a", &["a1"]), ("b", &["b1"]), ("c", &["c1"])]);
    assert_eq!(graph.several(&["*a", "b", "c"]).await.unwrap(), expected);
    assert_eq!(graph.requested(), [BATCH]);
    assert_eq!(graph.several(&["b"]).await.unwrap().len(), 1);
    assert_eq!(graph.requested(), ["GET /v1.0/me/calendars/b/calendarView"]);
}

#[tokio::test]
async fn a_batch_has_twenty_parts_at_most() {
    let ids: Vec<String> = (10..60).map(|n| format!("calendar{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let graph = with_calendars(&[]);
    for id in &ids {
        graph.add_calendar(id, &json!({}));
        graph.put(Some(id), &told(&format!("{id}1"), 3));
    }
    let told = graph.several(&ids).await.unwrap();
    assert!(told.len() == 50 && told.iter().all(|(_, busy)| busy.len() == 1));
    assert_eq!(graph.requested(), [BATCH; 3]);
}

#[tokio::test]
async fn every_page_of_every_calendar_is_read() {
    let graph = with_calendars(&["a", "b"]);
    graph.set_page_size(2);
    for n in 2..=5 {
        graph.put(Some("a"), &told(&format!("a{n}"), 10 + n));
    }
    graph.put(Some("b"), &told("b2", 20));
    let expected = told_of([("a", &["a1", "a2", "a3", "a4", "a5"]), ("b", &["b1", "b2"])]);
    assert_eq!(graph.several(&["a", "b"]).await.unwrap(), expected);
    // The last two pages are of one calendar.
    let page = "GET /v1.0/me/calendars/a/calendarView";
    assert_eq!(graph.requested(), [BATCH, page, page]);
    for n in 3..=5 {
        graph.put(Some("b"), &told(&format!("b{n}"), 20 + n));
    }
    graph.several(&["a", "b"]).await.unwrap();
    assert_eq!(graph.requested(), [BATCH; 3]);
}

#[tokio::test]
async fn a_part_that_goes_wrong_is_named_and_nothing_is_free() {
    let graph = with_calendars(&["a", "b", "c"]);
    let of_b = |error| {
        Err(CalendarError::In {
            calendar: "b".into(),
            error: Box::new(error),
        })
    };
    let closed = [
        (
            404,
            CalendarError::NotFound(
                "ErrorItemNotFound: The specified object was not found in the store.".into(),
            ),
        ),
        (
            403,
            CalendarError::Forbidden("ErrorAccessDenied: Access is denied.".into()),
        ),
        (
            503,
            CalendarError::Server {
                status: 503,
                retry_after: None,
            },
        ),
    ];
    for (status, expected) in closed {
        graph.close_calendar("b", status);
        assert_eq!(graph.several(&["a", "b", "c"]).await, of_b(expected));
    }
    graph.open_calendar("b");
    let missing = CalendarError::BadAnswer("a part of it is missing".into());
    graph.set_batches(|batches| batches.left_out = [1].into());
    assert_eq!(graph.several(&["a", "b", "c"]).await, of_b(missing.clone()));
    graph.set_batches(|batches| batches.left_out.clear());
    graph.set_batches(|batches| batches.renamed = [(1, "7".into())].into());
    assert_eq!(graph.several(&["a", "b", "c"]).await, of_b(missing));
    graph.set_batches(|batches| batches.renamed = [(1, "0".into())].into());
    let twice = CalendarError::BadAnswer("it answers one part twice".into());
    assert_eq!(graph.several(&["a", "b", "c"]).await, Err(twice));
}

#[tokio::test]
async fn what_is_true_of_the_account_is_not_said_of_a_calendar() {
    let graph = with_calendars(&["a", "b"]);
    graph.close_calendar("b", 429);
    graph.set_batches(|batches| batches.retry_after = Some(17));
    let error = graph.several(&["a", "b"]).await.unwrap_err();
    assert_eq!(
        error.retry_after(),
        Some(Duration::from_secs(17)),
        "{error}"
    );
    assert!(matches!(error, CalendarError::RateLimited { .. }));
    graph.close_calendar("b", 401);
    let error = graph.several(&["a", "b"]).await.unwrap_err();
    assert!(matches!(error, CalendarError::Unauthorized(_)), "{error}");
}

#[tokio::test]
async fn a_part_that_is_no_list_is_not_free_time() {
    let graph = with_calendars(&["a", "b"]);
    let part =
        |id: &str, status: u16, body: Value| json!({"id": id, "status": status, "body": body});
    let list = json!({"value": []});
    for broken in [
        part("1", 200, json!({})),
        part("1", 200, json!("PCFkb2N0eXBlIGh0bWw+")),
        part("1", 200, Value::Null),
        part("1", 0, list.clone()),
        part("1", 302, list.clone()),
        json!({"id": "1", "status": 200}),
    ] {
        let answer = json!({"responses": [part("0", 200, list.clone()), broken]});
        graph.next_read(Fault::answer(200, &answer));
        let error = graph.several(&["a", "b"]).await.unwrap_err();
        assert!(
            matches!(&error, CalendarError::In { calendar, .. } if calendar == "b"),
            "{broken}: {error}"
        );
    }
    for answer in [json!({}), json!({"responses": null}), json!({"value": []})] {
        graph.next_read(Fault::answer(200, &answer));
        let error = graph.several(&["a", "b"]).await.unwrap_err();
        assert!(error.is_nonsense(), "{answer}: {error}");
    }
}

#[tokio::test]
async fn a_next_page_is_followed_nowhere_else() {
    let graph = with_calendars(&["a", "b"]);
    let api = graph.api_url();
    let elsewhere = [
        "https://evil.example/v1.0/me/calendarView".to_owned(),
        api.replace("/v1.0", "/beta/me/calendarView"),
        api.replace("/v1.0", "/v1.0/../token"),
    ];
    for link in elsewhere {
        let page = json!({"value": [], "@odata.nextLink": link});
        let part = |id: &str| json!({"id": id, "status": 200, "body": page});
        let answer = json!({"responses": [part("0"), part("1")]});
        graph.next_read(Fault::answer(200, &answer));
        graph.take_requests();
        let error = graph.several(&["a", "b"]).await.unwrap_err();
        assert!(error.is_nonsense(), "{link}: {error}");
        assert_eq!(graph.requested(), [BATCH], "{link}");
    }
}

#[tokio::test]
async fn an_id_leads_nowhere_else_whatever_is_in_it() {
    let graph = with_calendars(&["a"]);
    for id in [
        "../../me/messages",
        "a?x=y#z",
        "//evil.example/",
        "%2e%2e",
        "..\\..",
        "a/b=",
    ] {
        graph.add_calendar(id, &json!({}));
        let mut expected = told_of([("a", &["a1"]), (id, &[])]);
        expected.sort();
        assert_eq!(graph.several(&["a", id]).await.unwrap(), expected, "{id}");
    }
    graph.take_requests();
    for id in [".", "..", ".\t.", "\n..", "a\0"] {
        let error = graph.several(&["a", id]).await.unwrap_err();
        assert!(
            matches!(error, CalendarError::Misconfigured(_)),
            "{id:?}: {error}"
        );
        assert_eq!(graph.requested(), [""; 0], "{id:?}");
    }
}
