//! What each operation leaves in the calendar, also after lost answers.

use super::fixture::*;

const LISTED: &str = "GET /v1.0/me/calendar/events";

#[tokio::test]
async fn a_created_event_holds_the_meeting_and_no_attendee() {
    let graph = Graph::start();
    let stored = graph.create(event()).await.unwrap();
    let id = stored.id.clone();
    let expected = StoredEvent {
        id: id.clone(),
        html_link: Some(format!("https://outlook.office365.com/owa/?itemid={id}")),
        meeting_url: None,
        conference_pending: false,
    };
    assert_eq!(stored, expected);
    assert_eq!(graph.requested(), ["POST /v1.0/me/events", LISTED, LISTED]);
    let expected = json!({
        "subject": "Intro call", "body": {"contentType": "text", "content": "With <Ada> & Co"},
        "start": {"dateTime": "2026-12-01T15:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-12-01T15:30:00", "timeZone": "UTC"},
        "location": {"displayName": "Room 1"}, "showAs": "busy", "transactionId": MEETING,
        "responseRequested": false, "allowNewTimeProposals": false,
        "singleValueExtendedProperties": [{"id": MARK, "value": MEETING}],
    });
    assert_eq!(Value::from(graph.events()[0].fields.clone()), expected);
    assert_eq!(graph.calendar_of(&id), MAIN);
}

#[tokio::test]
async fn the_event_goes_to_the_calendar_that_was_chosen() {
    let mut graph = Graph::start();
    graph.open.calendar_id = Some(OTHER.into());
    let id = graph.create(event()).await.unwrap().id;
    graph.update(&id, moved()).await.unwrap();
    assert_eq!(graph.calendar_of(&id), OTHER);
    graph.delete(Some(&id)).await.unwrap();
    assert_eq!(graph.visible(), [""; 0]);
    let chosen = format!("/v1.0/me/calendars/{OTHER}/");
    let requests = graph.requested();
    assert!(requests.iter().all(|r| r.contains(&chosen)), "{requests:?}");
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_makes_one_event() {
    for duplicate in [400, 409] {
        for (then, start) in [
            (event(), "2026-12-01T15:00:00"),
            (moved(), "2026-12-02T09:00:00"),
        ] {
            let temper = Temper {
                duplicate,
                ..Temper::default()
            };
            let graph = Graph::with(temper);
            graph.next(Fault::LoseAnswer);
            let lost = graph.create(event()).await.unwrap_err();
            assert!(matches!(lost, CalendarError::Http(HttpError::Broken(_))));
            assert!(lost.is_transient());
            let id = graph.create(then).await.unwrap().id;
            assert_eq!(graph.visible(), [id.as_str()]);
            assert_eq!(graph.field(&id, "start")["dateTime"], start);
        }
    }
}

/// The refusal of an event that has been made already may be cut short, too.
#[tokio::test]
async fn a_create_that_is_repeated_and_refused_illegibly_makes_one_event() {
    for illegible in [Fault::Truncated, Fault::Page] {
        let graph = Graph::start();
        graph.next(Fault::LoseAnswer);
        graph.next(illegible);
        for _ in 0..2 {
            let error = graph.create(event()).await.unwrap_err();
            assert!(error.is_transient(), "{error}");
        }
        let id = graph.create(event()).await.unwrap().id;
        assert_eq!(graph.visible(), [id]);
    }
}

#[tokio::test]
async fn an_event_that_is_already_there_is_brought_to_the_wanted_state() {
    let graph = Graph::start();
    let id = graph.create(event()).await.unwrap().id;
    assert_eq!(graph.create(moved()).await.unwrap().id, id);
    assert_eq!(graph.field(&id, "start")["dateTime"], "2026-12-02T09:00:00");
    assert_eq!(
        graph.field(&id, "end")["dateTime"],
        "2026-12-02T09:30:00.250"
    );
    assert_eq!(graph.field(&id, "location")["displayName"], "");
    let renamed = Event {
        title: "Demo".into(),
        ..moved()
    };
    graph.create(renamed).await.unwrap();
    assert_eq!(graph.field(&id, "subject"), "Demo");
    assert_eq!(graph.visible(), [id]);
}

#[tokio::test]
async fn an_event_that_its_owner_moved_before_its_id_was_known_comes_back() {
    let graph = Graph::start();
    let id = graph.create(event()).await.unwrap().id;
    let elsewhen = json!({"dateTime": "2026-12-09T08:00:00", "timeZone": "UTC"});
    graph.enter(None, &id, &json!({"start": elsewhen}));
    assert_eq!(graph.create(event()).await.unwrap().id, id);
    assert_eq!(graph.field(&id, "start")["dateTime"], "2026-12-01T15:00:00");
}

#[tokio::test]
async fn an_update_moves_the_event_and_leaves_the_owners_own_settings() {
    let graph = Graph::start();
    let id = graph.create(event()).await.unwrap().id;
    let owners = json!({"showAs": "oof", "isReminderOn": false, "categories": ["Red"]});
    graph.enter(None, &id, &owners);
    graph.requested();
    assert_eq!(graph.update(&id, moved()).await.unwrap().id, id);
    let patch = format!("PATCH /v1.0/me/events/{id}");
    assert_eq!(graph.requested(), [LISTED, LISTED, patch.as_str()]);
    assert_eq!(graph.field(&id, "start")["dateTime"], "2026-12-02T09:00:00");
    for (name, value) in owners.as_object().unwrap() {
        assert_eq!(&graph.field(&id, name), value);
    }
}

#[tokio::test]
async fn an_event_that_vanishes_in_the_middle_of_an_update_is_looked_for_again() {
    let graph = Graph::start();
    let id = graph.create(event()).await.unwrap().id;
    // The list takes two requests.
    graph.next_after(2, Fault::answer(404, refusal("ErrorItemNotFound")));
    assert_eq!(graph.update(&id, moved()).await.unwrap().id, id);
    assert_eq!(graph.visible(), [id.as_str()]);
    assert_eq!(graph.field(&id, "start")["dateTime"], "2026-12-02T09:00:00");
}

#[tokio::test]
async fn an_event_that_is_not_listed_yet_is_not_made_twice() {
    for then in [event(), moved()] {
        let graph = Graph::start();
        let temper = graph.temper();
        graph.set_temper(Temper {
            lists_late: true,
            ..temper
        });
        let error = graph.create(event()).await.unwrap_err();
        assert!(matches!(error, CalendarError::Conflict(_)) && error.is_transient());
        let error = graph.create(then.clone()).await.unwrap_err();
        assert!(matches!(error, CalendarError::Conflict(_)));
        graph.set_temper(temper);
        let id = graph.create(then).await.unwrap().id;
        assert_eq!(graph.visible(), [id]);
    }
}

#[tokio::test]
async fn an_event_that_was_moved_to_another_calendar_stays_there() {
    let graph = Graph::start();
    let id = graph.create(event()).await.unwrap().id;
    graph.move_to(&id, OTHER);
    graph.age();
    assert_eq!(graph.update(&id, moved()).await.unwrap().id, id);
    // Some calendars' events are reached by way of the calendar only.
    let patch = format!("PATCH /v1.0/me/calendars/{OTHER}/events/{id}");
    assert_eq!(graph.requested().last(), Some(&patch));
    assert_eq!(
        graph.create(event()).await.unwrap().id,
        id,
        "its id was lost"
    );
    assert_eq!(graph.visible(), [id.as_str()]);
    assert_eq!(graph.calendar_of(&id), OTHER);
    graph.delete(Some(&id)).await.unwrap();
    assert_eq!(graph.visible(), [""; 0]);
}

#[tokio::test]
async fn only_calendars_that_can_hold_the_event_are_searched_for_it() {
    for (shared, is_found) in [(403, true), (404, true), (503, false)] {
        let graph = Graph::start();
        let id = graph.create(event()).await.unwrap().id;
        graph.move_to(&id, OTHER);
        graph.close_calendar(SHARED, shared);
        graph.requested();
        let updated = graph.update(&id, moved()).await;
        // Where a calendar is out of order, nobody knows whether the event is in it.
        let found = updated.as_ref().ok().map(|stored| stored.id.as_str());
        assert_eq!(found, is_found.then_some(id.as_str()), "{updated:?}");
        assert_eq!(graph.visible(), [id]);
        let requests = graph.requested().join(" ");
        assert!(
            requests.contains(SHARED) && !requests.contains(BIRTHDAYS),
            "{requests}"
        );
    }
}

#[tokio::test]
async fn an_event_of_the_system_before_this_one_is_changed_not_doubled() {
    let graph = Graph::start();
    let times = json!({"dateTime": "2026-12-01T15:00:00", "timeZone": "UTC"});
    let id = "AAkBefore=";
    graph.enter(Some(OTHER), id, &json!({"start": times, "end": times}));
    assert_eq!(graph.update(id, moved()).await.unwrap().id, id);
    assert_eq!(graph.visible(), [id]);
    assert_eq!(graph.field(id, "start")["dateTime"], "2026-12-02T09:00:00");
    graph.delete(Some(id)).await.unwrap();
    assert_eq!(graph.visible(), [""; 0]);
}

#[tokio::test]
async fn an_id_of_another_mailbox_leads_to_a_new_event() {
    for code in ["ErrorInvalidMailboxItemId", "ErrorInvalidIdMalformed"] {
        let graph = Graph::start();
        graph.will_answer(200, r#"{"value": []}"#);
        graph.will_refuse(400, code);
        let id = graph.update("AAkOther=", moved()).await.unwrap().id;
        assert_eq!(graph.visible(), [id]);
    }
}

#[tokio::test]
async fn a_copy_that_the_owner_made_is_left_alone() {
    let graph = Graph::start();
    let id = graph.create(event()).await.unwrap().id;
    // Ids come in no order; the copy is listed first here.
    let copy = "A=";
    graph.copy(&id, copy);
    assert_eq!(graph.update(&id, moved()).await.unwrap().id, id);
    assert_eq!(
        graph.update("lost=", event()).await.unwrap().id,
        id,
        "the older one"
    );
    assert_eq!(
        graph.update(copy, moved()).await.unwrap().id,
        copy,
        "the known one"
    );
    graph.delete(None).await.unwrap();
    assert_eq!(graph.visible(), [copy]);
}

#[tokio::test]
async fn events_that_are_not_the_meetings_are_never_touched() {
    let graph = Graph::start();
    let times = json!({"dateTime": "2026-12-01T15:00:00", "timeZone": "UTC"});
    let theirs = "AAkTheirs=";
    graph.put(
        Some(MAIN),
        &json!({"id": theirs, "start": times, "end": times}),
    );
    let temper = graph.temper();
    graph.set_temper(Temper {
        ignores_filter: true,
        ..temper
    });
    graph.delete(None).await.unwrap();
    let id = graph.create(event()).await.unwrap().id;
    graph.update(&id, moved()).await.unwrap();
    graph.delete(Some(&id)).await.unwrap();
    assert_eq!(graph.visible(), [theirs]);
    assert_eq!(graph.field(theirs, "start"), times);
}

#[tokio::test]
async fn long_lines_are_cut_to_what_exchange_holds() {
    let graph = Graph::start();
    let long = Event {
        title: "é😀".repeat(200),
        location: Some("x".repeat(256)),
        description: "y".repeat(9_000),
        ..event()
    };
    let id = graph.create(long).await.unwrap().id;
    let subject = graph.field(&id, "subject");
    assert_eq!(subject.as_str().unwrap(), "é😀".repeat(84) + "é…");
    let place = "x".repeat(254) + "…";
    assert_eq!(graph.field(&id, "location")["displayName"], place);
    let text = format!("Where: {}\n{}", "x".repeat(256), "y".repeat(9_000));
    assert_eq!(graph.field(&id, "body")["content"], text);
}

#[tokio::test]
async fn a_link_that_is_too_long_for_a_place_is_whole_in_the_text() {
    let graph = Graph::start();
    let link = format!("https://meet.example/{}", "x".repeat(300));
    let id = graph
        .create(Event {
            location: Some(link.clone()),
            description: "<p>please see below, thank you</p>".repeat(230),
            ..event()
        })
        .await
        .unwrap()
        .id;
    assert_eq!(graph.field(&id, "location")["displayName"], "…");
    let body = graph.field(&id, "body")["content"].clone();
    let notes = "<p>please see below, thank you</p>".repeat(230);
    assert_eq!(body, format!("Where: {link}\n{notes}"));
}

#[test]
fn a_change_may_run_on_any_runtime() {
    fn is_send(_: impl Send) {}
    let http = HttpClient::new(Duration::from_secs(1)).unwrap();
    let open = unconnected(Provider::Outlook, String::new());
    is_send(apply(&http, &open, &Change::Create(event())));
}
