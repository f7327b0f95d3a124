//! What counts as busy, and when.

use chrono::TimeDelta;

use super::super::super::resource::transaction_ids;
use crate::calendar::outlook::tests::fixture::*;

#[tokio::test]
async fn only_what_the_owner_cannot_miss_is_busy() {
    let response = |response: &str| json!({"responseStatus": {"response": response}});
    let cases = [
        (json!({}), true),
        (json!({"showAs": "free"}), false),
        (json!({"showAs": "workingElsewhere"}), false),
        (json!({"showAs": "tentative"}), true),
        (json!({"showAs": "oof"}), true),
        (json!({"showAs": "unknown"}), true),
        (json!({"showAs": "somethingNew"}), true),
        (json!({"showAs": null}), true),
        (json!({"isCancelled": true}), false),
        (response("none"), true),
        (response("accepted"), true),
        (response("tentativelyAccepted"), true),
        (response("notResponded"), true),
        (response("declined"), false),
        (json!({"responseStatus": null}), true),
    ];
    for (changes, is_busy) in cases {
        let when = Graph::reading(with(told("e", 3), changes.clone())).await;
        assert_eq!(when.unwrap().is_some(), is_busy, "{changes}");
    }
}

#[tokio::test]
async fn times_are_told_in_utc_and_kept() {
    let end = json!({"dateTime": "2026-12-03T09:45:30.5000000", "timeZone": "UTC"});
    let graph = Graph::holding([with(told("e", 3), json!({"end": end}))]);
    let expected = BusyEvent {
        event_id: "e".into(),
        meeting_id: None,
        when: When::Instants {
            start: at("2026-12-03T09:00:00Z"),
            end: at("2026-12-03T09:45:30.500Z"),
        },
    };
    assert_eq!(graph.december().await.unwrap(), [expected]);
}

#[tokio::test]
async fn an_all_day_event_keeps_its_dates_and_the_zone_it_was_made_in() {
    let cases = [
        ("Pacific Standard Time", Some("America/Los_Angeles")),
        ("W. Europe Standard Time", Some("Europe/Berlin")),
        ("India Standard Time", Some("Asia/Calcutta")),
        ("America/New_York", Some("America/New_York")),
        // Nothing that says where: the owner's own days.
        ("UTC", None),
        ("tzone://Microsoft/Custom", None),
        ("tzone://Microsoft/Utc", None),
        ("Customized Time Zone", None),
        ("", None),
    ];
    let (first, end) = ("2026-12-24", "2026-12-27");
    for (told, zone) in cases {
        let when = Graph::reading(days(first, end, told)).await.unwrap();
        let (first, end) = (first.parse().unwrap(), end.parse().unwrap());
        let zone = zone.map(String::from);
        assert_eq!(when, Some(When::Days { first, end, zone }), "{told}");
    }
}

#[tokio::test]
async fn an_all_day_event_that_only_its_zone_brings_into_the_window_is_read() {
    // In Auckland this day has begun; the stand-in compares it as if it were made in UTC.
    let graph = Graph::holding([days(
        "2026-12-04",
        "2026-12-05",
        "New Zealand Standard Time",
    )]);
    let window = Window {
        from: at("2026-12-03T12:00:00Z"),
        until: at("2026-12-03T13:00:00Z"),
    };
    assert_eq!(ids(&graph.read(window).await.unwrap()), ["e"]);
}

#[tokio::test]
async fn an_all_day_event_not_told_as_midnights_is_placed_by_its_instants() {
    let start = json!({"dateTime": "2026-12-03T23:00:00.0000000", "timeZone": "UTC"});
    let end = json!({"dateTime": "2026-12-04T23:00:00.0000000", "timeZone": "UTC"});
    let changes = json!({"isAllDay": true, "start": start, "end": end});
    let expected = When::Instants {
        start: at("2026-12-03T23:00:00Z"),
        end: at("2026-12-04T23:00:00Z"),
    };
    let when = Graph::reading(with(told("e", 3), changes)).await.unwrap();
    assert_eq!(when, Some(expected));
}

#[tokio::test]
async fn a_timed_event_from_midnight_to_midnight_is_no_all_day_event() {
    let changes = json!({"start": midnight("2026-12-03"), "end": midnight("2026-12-04")});
    let when = Graph::reading(with(told("e", 3), changes)).await.unwrap();
    assert!(matches!(when, Some(When::Instants { .. })), "{when:?}");
}

#[tokio::test]
async fn an_event_that_takes_no_time_keeps_nobody_busy() {
    let mut instant = told("e", 3);
    instant["end"] = instant["start"].clone();
    assert_eq!(Graph::reading(instant).await.unwrap(), None);
}

#[tokio::test]
async fn each_occurrence_of_a_recurring_event_is_busy() {
    let occurrence = |id: &str, day| with(told(id, day), json!({"type": "occurrence"}));
    let graph = Graph::holding([occurrence("o1", 1), occurrence("o2", 8)]);
    assert_eq!(ids(&graph.december().await.unwrap()), ["o1", "o2"]);
}

#[tokio::test]
async fn the_whole_calendar_costs_one_request_and_more_only_beyond_a_page() {
    let graph = Graph::holding((1..=5).map(|day| told(&format!("e{day}"), day)));
    assert_eq!(graph.december().await.unwrap().len(), 5);
    assert_eq!(graph.take_requests().len(), 1);

    graph.set_page_size(2);
    let busy = graph.december().await.unwrap();
    assert_eq!(ids(&busy), ["e1", "e2", "e3", "e4", "e5"]);
    assert_eq!(graph.take_requests().len(), 3);
}

#[tokio::test]
async fn the_calendar_that_the_owner_chose_is_read() {
    let mut graph = Graph::holding([]);
    graph.add_calendar("AAMk/b=", &json!({}));
    graph.put(Some("AAMk/b="), &told("e", 3));
    graph.open.calendar_id = Some("AAMk/b=".into());
    assert_eq!(ids(&graph.december().await.unwrap()), ["e"]);
    let asked = graph.take_requests().remove(0);
    assert_eq!(asked.path, "/v1.0/me/calendars/AAMk%2Fb=/calendarView");
}

#[tokio::test]
async fn a_window_longer_than_graph_allows_is_read_in_parts() {
    let spanning = with(told("spanning", 3), json!({"end": midnight("2036-12-01")}));
    let late = json!({"start": midnight("2036-11-27"), "end": midnight("2036-11-28")});
    let graph = Graph::holding([spanning, told("near", 4), with(told("late", 5), late)]);
    let ten_years = Window {
        from: december().from,
        until: december().from + TimeDelta::days(3650),
    };
    let busy = graph.read(ten_years).await.unwrap();
    assert_eq!(ids(&busy), ["late", "near", "spanning"]);
    assert_eq!(graph.requested(), ["POST /v1.0/$batch"]);
}

#[tokio::test]
async fn a_meetings_own_event_is_recognized_by_its_transaction() {
    let meeting_id = Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef);
    let made = |id: &str, day, transaction_id: &str| {
        with(told(id, day), json!({"transactionId": transaction_id}))
    };
    let [first, last] = [0, 7].map(|n| transaction_ids(meeting_id).nth(n).unwrap());
    let graph = Graph::holding([
        made("a", 3, &first),
        made("b", 4, &last),
        told("c", 5),
        made("d", 6, "localevent:9c0a5a3e-7e8f-4a51-9d4c-0a1b2c3d4e5f"),
        made("e", 7, &first.to_uppercase()),
        made("f", 8, &format!("{first}-1000")),
        made("g", 9, ""),
    ]);
    let busy = graph.december().await.unwrap();
    let meetings: Vec<_> = busy.iter().map(|event| event.meeting_id).collect();
    let ours = Some(meeting_id);
    assert_eq!(meetings, [ours, ours, None, None, None, None, None]);
}
