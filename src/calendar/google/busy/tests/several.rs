//! Several calendars that count: as few requests as may be, and none of them shown as free without having
//! said so.

use crate::calendar::google::tests::fixture::*;

/// Calendars that hold an event a day each, beginning with the second of December.
fn with_calendars(ids: &[&str]) -> Google {
    let google = Google::at(Provider::Google);
    for (id, day) in ids.iter().zip(2..) {
        google.add_calendar(id, &json!({}));
        google.put(id, &told("e", day));
    }
    google
}

const LIST: &str = "GET /calendar/v3/calendars/";
const ASK: &str = "POST /calendar/v3/freeBusy";

/// The second of December, the third and so on, from nine to ten.
fn time(day: u32) -> String {
    format!("2026-12-{day:02}T09:00:00Z/2026-12-{day:02}T10:00:00Z")
}

#[tokio::test]
async fn the_calendars_without_events_of_ours_cost_one_request_together() {
    let google = with_calendars(&["a", "b", "c", "d"]);
    let [second, third, fourth] = [time(3), time(4), time(5)];
    let expected = told_of([
        ("a", &["e"]),
        ("b", &[&second]),
        ("c", &[&third]),
        ("d", &[&fourth]),
    ]);
    assert_eq!(
        google.several(&["b", "*a", "c", "d"]).await.unwrap(),
        expected
    );
    assert_eq!(google.requested(), [ASK, &format!("{LIST}a/events")]);
    let fifty: Vec<String> = (0..50).map(|n| format!("calendar{n}")).collect();
    let fifty: Vec<&str> = fifty.iter().map(String::as_str).collect();
    for id in &fifty {
        google.add_calendar(id, &json!({}));
    }
    assert_eq!(google.several(&fifty).await.unwrap().len(), 50);
    assert_eq!(google.requested(), [ASK]);
}

#[tokio::test]
async fn they_are_listed_where_that_takes_no_more_requests() {
    let google = with_calendars(&["a", "b", "c"]);
    let half_a_year = Window {
        until: at("2027-06-01T00:00:00Z"),
        ..december()
    };
    // (which calendars, how far, how often they are asked for together, how many are listed)
    let cases: [(&[&str], Window, usize, usize); 6] = [
        (&["a"], december(), 0, 1),
        (&["*a", "b"], december(), 0, 2),
        (&["a", "b"], december(), 1, 0),
        (&["a", "b"], half_a_year, 0, 2),
        (&["a", "b", "c"], half_a_year, 0, 3),
        (&["*a", "*b", "*c"], december(), 0, 3),
    ];
    for (ids, window, asked, listed) in cases {
        let told = google.several_within(window, ids).await.unwrap();
        assert!(told.iter().all(|(_, busy)| busy.len() == 1), "{told:?}");
        let requests = google.requested();
        let count = |what: &str| requests.iter().filter(|r| r.starts_with(what)).count();
        assert_eq!((count(ASK), count(LIST)), (asked, listed), "{ids:?}");
    }
}

#[tokio::test]
async fn a_long_window_is_asked_for_in_stretches_that_google_takes() {
    let ids: Vec<String> = (0..5).map(|n| format!("calendar{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let google = with_calendars(&ids);
    // Over the end of the first ninety days.
    let long = json!({"start": {"dateTime": "2027-02-28T20:00:00Z"},
        "end": {"dateTime": "2027-03-01T20:00:00Z"}});
    google.put("calendar0", &with(told("long", 2), long));
    let window = Window {
        until: at("2027-06-01T00:00:00Z"),
        ..december()
    };
    let told = google.several_within(window, &ids).await.unwrap();
    assert_eq!(google.requested(), [ASK, ASK, ASK]);
    let (_, busy) = &told[0];
    assert_eq!(
        busy.len(),
        3,
        "its two parts, and the event of December: {busy:?}"
    );
    assert!(told.iter().skip(1).all(|(_, busy)| busy.len() == 1));
}

#[tokio::test]
async fn what_is_free_in_a_list_is_free_among_the_times() {
    let google = with_calendars(&["a", "b"]);
    let declined = json!({"attendees": [{"self": true, "responseStatus": "declined"}]});
    for changes in [
        json!({"transparency": "transparent"}),
        json!({"eventType": "workingLocation"}),
        declined,
    ] {
        google.put("a", &with(told("e", 2), changes));
        let expected = told_of([("a", &[]), ("b", &[&time(3)])]);
        assert_eq!(google.several(&["a", "b"]).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn without_the_right_to_ask_for_times_the_calendars_are_listed() {
    let google = with_calendars(&["a", "b"]);
    google.set_free_busy(|answers| answers.lacks_scope = true);
    let expected = told_of([("a", &["e"]), ("b", &["e"])]);
    assert_eq!(google.several(&["a", "b"]).await.unwrap(), expected);
    google.set_free_busy(|answers| answers.lacks_scope = false);
    google.next_read(Fault::Status(400));
    assert_eq!(google.several(&["a", "b"]).await.unwrap(), expected);
}

#[tokio::test]
async fn a_calendar_that_goes_wrong_is_named_and_nothing_is_free() {
    let google = with_calendars(&["a", "b"]);
    let of_b = |error| {
        Err(CalendarError::In {
            calendar: "b".into(),
            error: Box::new(error),
        })
    };
    let server = CalendarError::Server {
        status: 500,
        retry_after: None,
    };
    let errors = [
        ("notFound", CalendarError::NotFound("notFound".into())),
        ("internalError", server),
        (
            "groupTooBig",
            CalendarError::Forbidden("groupTooBig".into()),
        ),
        ("newReason", CalendarError::Forbidden("newReason".into())),
    ];
    for (reason, expected) in errors {
        google.set_free_busy(|answers| {
            answers.errors = [("b".into(), reason.into())].into();
        });
        assert_eq!(
            google.several(&["a", "b"]).await,
            of_b(expected),
            "{reason}"
        );
    }
    google.set_free_busy(|answers| answers.errors.clear());
    google.set_free_busy(|answers| answers.left_out = ["b".into()].into());
    let missing = CalendarError::BadAnswer("it leaves a calendar out".into());
    assert_eq!(google.several(&["a", "b"]).await, of_b(missing));

    let busy = |start: &str, end: &str| json!({"busy": [{"start": start, "end": end}]});
    let (first, second) = ("2026-12-02T09:00:00Z", "2026-12-02T10:00:00Z");
    let bad = |problem: &str| CalendarError::BadAnswer(problem.into());
    let broken = [
        (json!({}), bad("a calendar without times")),
        (json!({"busy": null}), bad("a calendar without times")),
        (
            busy(second, first),
            bad("an event without a readable time or id"),
        ),
    ];
    for (told, expected) in broken {
        let answer =
            json!({"calendars": {"a": busy(first, second), "b": told, "c": busy(first, second)}});
        google.next_read(Fault::answer(200, answer));
        assert_eq!(google.several(&["a", "b"]).await, of_b(expected), "{told}");
    }
    for told in [busy("soon", second), json!({"busy": "yes"}), json!([])] {
        let answer = json!({"calendars": {"a": busy(first, second), "b": told}});
        google.next_read(Fault::answer(200, answer));
        let error = google.several(&["a", "b"]).await.unwrap_err();
        assert_eq!(error, bad("it is not what was asked for"), "{told}");
    }
}

#[tokio::test]
async fn a_calendar_that_cannot_be_listed_is_named_too() {
    let google = with_calendars(&["a"]);
    let error = google.several(&["*a", "*gone"]).await.unwrap_err();
    assert!(matches!(&error, CalendarError::In { calendar, .. } if calendar == "gone"));
    assert!(error.to_string().contains("no such calendar"), "{error}");
    // What is true of the account is not said of a calendar.
    for (status, says) in [(401, "access token"), (429, "request limit")] {
        google.next_read(Fault::Status(status));
        let error = google.several(&["*a", "*b"]).await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert!(!matches!(error, CalendarError::In { .. }), "{error}");
    }
}

#[tokio::test]
async fn an_id_leads_nowhere_else_whatever_is_in_it() {
    let google = with_calendars(&["a", "b"]);
    let hostile = [
        ("../../users/me", "..%2F..%2Fusers%2Fme"),
        ("a?x=y#z", "a%3Fx=y%23z"),
        ("http://evil.example/", "http:%2F%2Fevil.example%2F"),
        ("%2e%2e", "%252e%252e"),
        ("..\\..", "..%5C.."),
    ];
    for (id, written) in hostile {
        google.add_calendar(id, &json!({}));
        google.take_requests();
        let expected = told_of([(id, &[])]);
        assert_eq!(
            google.several(&[&format!("*{id}")]).await.unwrap(),
            expected
        );
        assert_eq!(google.requested(), [format!("{LIST}{written}/events")]);
        assert_eq!(google.several(&["a", "b", id]).await.unwrap().len(), 3);
        assert_eq!(google.requested(), [ASK]);
    }
    for id in [".", "..", ".\t.", "\n..", "a\0"] {
        let error = google.several(&[&format!("*{id}")]).await.unwrap_err();
        assert!(
            matches!(error, CalendarError::Misconfigured(_)),
            "{id:?}: {error}"
        );
        assert_eq!(google.requested(), [""; 0], "{id:?}");
    }
}
