//! What counts as busy, and what it costs to know.

use super::super::super::resource::event_ids;
use super::super::meeting_of;
use crate::calendar::google::tests::fixture::*;

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

#[tokio::test]
async fn only_what_the_owner_cannot_miss_is_busy() {
    let me = |response: &str| json!([{"self": true, "responseStatus": response}]);
    let guest = json!([{"responseStatus": "declined"}]);
    let cases = [
        (json!({}), true),
        (json!({"transparency": "opaque"}), true),
        (json!({"transparency": "transparent"}), false),
        (json!({"transparency": "somethingNew"}), true),
        (json!({"status": "tentative"}), true),
        (json!({"status": "somethingNew"}), true),
        (json!({"attendees": me("accepted")}), true),
        (json!({"attendees": me("tentative")}), true),
        (json!({"attendees": me("needsAction")}), true),
        (json!({"attendees": me("declined")}), false),
        (json!({"attendees": guest}), true),
        (json!({"attendees": []}), true),
        (json!({"eventType": "outOfOffice"}), true),
        (json!({"eventType": "focusTime"}), true),
        (json!({"eventType": "fromGmail"}), true),
        (json!({"eventType": "workingLocation"}), false),
        (json!({"eventType": "birthday"}), false),
    ];
    for (changes, is_busy) in cases {
        let when = Google::reading(with(told("e", 3), changes.clone())).await;
        assert_eq!(when.unwrap().is_some(), is_busy, "{changes}");
    }
}

#[tokio::test]
async fn a_cancelled_event_that_is_listed_all_the_same_is_free() {
    let google = Google::holding([]);
    let skeleton =
        json!({"kind": "calendar#events", "items": [{"id": "e", "status": "cancelled"}]});
    google.will_list(200, skeleton);
    assert_eq!(google.all().await.unwrap().0, []);
}

#[tokio::test]
async fn times_are_instants_whatever_offset_they_are_told_in() {
    let changes = json!({
        "start": {"dateTime": "2026-12-03T23:30:00-05:00"},
        "end": {"dateTime": "2026-12-04T10:15:00.5+05:30"},
    });
    let google = Google::holding([with(told("e", 3), changes)]);
    let expected = busy_event("e", "2026-12-04T04:30:00Z", "2026-12-04T04:45:00.500Z");
    assert_eq!(google.all().await.unwrap().0, [expected]);
}

#[tokio::test]
async fn an_all_day_event_keeps_its_dates_and_the_calendars_zone() {
    let zone = Some("Europe/Berlin".to_owned());
    for (first, end, told_end) in [
        ("2026-12-03", "2026-12-05", "2026-12-05"),
        // No all-day event takes no time, however it was made.
        ("2026-12-03", "2026-12-04", "2026-12-03"),
    ] {
        let changes = json!({"start": {"date": first}, "end": {"date": told_end}});
        let when = Google::reading(with(told("e", 3), changes)).await.unwrap();
        let (first, end, zone) = (day(first), day(end), zone.clone());
        assert_eq!(when, Some(When::Days { first, end, zone }));
    }
}

#[tokio::test]
async fn an_all_day_event_of_a_calendar_without_a_zone_says_so() {
    let google = Google::holding([]);
    let item = json!({"id": "e", "start": {"date": "2026-12-03"}, "end": {"date": "2026-12-04"}});
    google.will_list(200, json!({"items": [item], "timeZone": ""}));
    let (busy, _) = google.all().await.unwrap();
    let (first, end) = (day("2026-12-03"), day("2026-12-04"));
    let zone = None;
    assert_eq!(busy[0].when, When::Days { first, end, zone });
}

#[tokio::test]
async fn an_all_day_event_that_only_its_zone_brings_into_the_window_is_read() {
    // In Berlin this day begins an hour before the year ends in UTC. How providers place it when they
    // compare it with a window is their own affair, so more is asked for at both ends.
    let changes = json!({"start": {"date": "2027-01-01"}, "end": {"date": "2027-01-02"}});
    let google = Google::holding([with(told("e", 3), changes)]);
    let window = Window {
        from: at("2026-12-31T22:00:00Z"),
        until: at("2026-12-31T23:30:00Z"),
    };
    let Ok(BusyAnswer::Complete { busy, covers, .. }) = google.busy(window, None).await else {
        panic!("no answer");
    };
    assert_eq!(ids(&busy), ["e"]);
    assert!(covers.contains(&window));
    let asked = google.take_requests()[0].parameters();
    assert!(at(&asked["timeMin"]) <= at("2026-12-30T22:00:00Z"));
    assert!(at(&asked["timeMax"]) >= at("2027-01-01T23:30:00Z"));
}

#[tokio::test]
async fn an_event_that_takes_no_time_keeps_nobody_busy() {
    let mut instant = told("e", 3);
    instant["end"] = instant["start"].clone();
    assert_eq!(Google::reading(instant).await.unwrap(), None);
}

#[tokio::test]
async fn each_occurrence_of_a_recurring_event_is_busy() {
    let occurrence = |day| {
        let id = format!("series_202612{day:02}T090000Z");
        with(told(&id, day), json!({"recurringEventId": "series"}))
    };
    let google = Google::holding([occurrence(1), occurrence(8), occurrence(15)]);
    let (busy, _) = google.all().await.unwrap();
    assert_eq!(
        ids(&busy),
        [
            "series_20261201T090000Z",
            "series_20261208T090000Z",
            "series_20261215T090000Z"
        ]
    );
}

#[tokio::test]
async fn every_page_is_read_and_an_id_comes_once() {
    let google = Google::holding((1..=5).map(|day| told(&format!("e{day}"), day)));
    google.set_page_size(2);
    google.set_lists(|lists| lists.starts_empty = true);
    let (busy, next) = google.all().await.unwrap();
    assert_eq!(ids(&busy), ["e1", "e2", "e3", "e4", "e5"]);
    assert!(next.is_some());
    assert_eq!(google.take_requests().len(), 4);

    // An event that moved while the pages were read.
    let page = |event: Value, next: &str| json!({"items": [event], next: "1"});
    google.will_list(200, page(told("e", 3), "nextPageToken"));
    google.will_list(200, page(told("e", 4), "nextSyncToken"));
    let expected = busy_event("e", "2026-12-04T09:00:00Z", "2026-12-04T10:00:00Z");
    assert_eq!(google.all().await.unwrap().0, [expected]);
}

#[tokio::test]
async fn a_meetings_own_event_is_recognized_by_its_id() {
    let meeting_id = Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef);
    let [id, successor] = event_ids(meeting_id);
    let google = Google::holding([told(&id, 3), told("other", 4)]);
    let (busy, _) = google.all().await.unwrap();
    assert_eq!(
        busy.iter()
            .map(|event| event.meeting_id)
            .collect::<Vec<_>>(),
        [Some(meeting_id), None]
    );

    assert_eq!(meeting_of(&successor), Some(meeting_id));
    let upper = id.to_uppercase();
    let longer = format!("{id}0");
    let dashed = meeting_id.to_string();
    for other in ["", "é", &id[1..], &upper, &longer, &dashed] {
        assert_eq!(meeting_of(other), None, "{other}");
    }
}

async fn known(google: &Google) -> SyncToken {
    let (_, next) = google.all().await.unwrap();
    google.take_requests();
    next.expect("a sync token")
}

#[tokio::test]
async fn nothing_changed_costs_one_request() {
    let google = Google::holding((1..=5).map(|day| told(&format!("e{day}"), day)));
    google.set_page_size(2);
    let mut known = known(&google).await;
    for _ in 0..3 {
        let answer = google.busy(december(), Some(&known)).await.unwrap();
        let BusyAnswer::Unchanged { next } = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(next.covers, known.covers);
        known = next;
        assert_eq!(google.take_requests().len(), 1);
    }
}

#[tokio::test]
async fn any_change_is_seen() {
    let changes = [
        told("new", 9),
        with(told("e1", 20), json!({})),
        with(told("e1", 1), json!({"transparency": "transparent"})),
        with(
            told("e1", 1),
            json!({"attendees": [{"self": true, "responseStatus": "declined"}]}),
        ),
        json!({"id": "e1", "status": "cancelled"}),
    ];
    for change in changes {
        let google = Google::holding([told("e1", 1), told("e2", 2)]);
        let known = known(&google).await;
        google.put(TEAM, &change);
        let answer = google.busy(december(), Some(&known)).await.unwrap();
        let (busy, next) = google.all().await.unwrap();
        let covers = known.covers;
        let expected = BusyAnswer::Complete { covers, busy, next };
        assert_eq!(answer, expected, "{change}");
    }
}

#[tokio::test]
async fn a_change_behind_an_empty_page_is_seen() {
    let google = Google::holding([told("e1", 1)]);
    let known = known(&google).await;
    google.set_lists(|lists| lists.starts_empty = true);
    let answer = google.busy(december(), Some(&known)).await.unwrap();
    assert!(matches!(answer, BusyAnswer::Unchanged { .. }));
    google.put(TEAM, &told("e2", 2));
    let answer = google.busy(december(), Some(&known)).await.unwrap();
    assert!(matches!(answer, BusyAnswer::Complete { .. }));
}

#[tokio::test]
async fn a_window_that_moves_on_stays_one_request_until_it_leaves_what_is_covered() {
    let google = Google::holding([told("e1", 1), told("e2", 2)]);
    let known = known(&google).await;
    let later = |until: &str| Window {
        from: at("2026-12-02T00:00:00Z"),
        until: at(until),
    };
    let answer = google
        .busy(later("2027-01-07T00:00:00Z"), Some(&known))
        .await;
    assert!(matches!(answer, Ok(BusyAnswer::Unchanged { .. })));

    let outside = [
        later("2027-01-09T00:00:00Z"),
        Window {
            from: at("2026-11-30T00:00:00Z"),
            ..december()
        },
    ];
    for window in outside {
        let answer = google.busy(window, Some(&known)).await.unwrap();
        let BusyAnswer::Complete { covers, .. } = answer else {
            panic!("{answer:?}");
        };
        assert!(covers.contains(&window));
    }
}

#[tokio::test]
async fn a_sync_token_that_is_refused_leads_to_all_events() {
    for status in [410, 400] {
        let google = Google::holding([told("e1", 1)]);
        let known = known(&google).await;
        match status {
            410 => google.expire_sync_tokens(),
            status => google.next_read(Fault::Status(status)),
        }
        let answer = google.busy(december(), Some(&known)).await.unwrap();
        let BusyAnswer::Complete { busy, .. } = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(ids(&busy), ["e1"]);
        assert_eq!(google.take_requests().len(), 2);
    }
}

#[tokio::test]
async fn a_provider_without_sync_tokens_is_read_anew_each_time() {
    let google = Google::holding([told("e1", 1)]);
    google.set_lists(|lists| lists.withholds_sync_tokens = true);
    let (busy, next) = google.all().await.unwrap();
    assert_eq!((ids(&busy), next), (vec!["e1"], None));
}

#[tokio::test]
async fn an_answer_to_a_sync_token_without_a_next_one_is_not_trusted() {
    let google = Google::holding([told("e1", 1)]);
    let known = known(&google).await;
    google.set_lists(|lists| lists.withholds_sync_tokens = true);
    let answer = google.busy(december(), Some(&known)).await.unwrap();
    assert!(matches!(answer, BusyAnswer::Complete { next: None, .. }));
}
