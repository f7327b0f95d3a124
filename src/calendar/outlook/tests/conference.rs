//! Teams meetings: asked for, told, and never ended by a change to their event.

use super::fixture::*;

#[tokio::test]
async fn a_conference_is_asked_for_and_its_url_comes_back() {
    for (is_business, host) in [
        (true, "teams.microsoft.com/l/meetup-join"),
        (false, "teams.live.com/meet"),
    ] {
        let temper = Temper {
            is_business,
            ..Temper::default()
        };
        let graph = Graph::with(temper);
        let stored = graph.create(conference(event())).await.unwrap();
        let url = format!("https://{host}/{}", stored.id);
        assert_eq!(stored.meeting_url, Some(url), "business: {is_business}");
        assert!(!stored.conference_pending);
        assert_eq!(graph.visible(), [stored.id]);
    }
}

#[tokio::test]
async fn a_change_does_not_end_the_meeting() {
    let graph = Graph::start();
    let made = graph.create(conference(event())).await.unwrap();
    for event in [conference(moved()), moved()] {
        let stored = graph.update(&made.id, event).await.unwrap();
        assert_eq!(stored, made);
        assert_eq!(graph.field(&made.id, "isOnlineMeeting"), true);
        let start = graph.field(&made.id, "start");
        assert_eq!(start["dateTime"], "2026-12-02T09:00:00");
    }
}

#[tokio::test]
async fn a_text_is_changed_where_there_is_no_meeting_in_it() {
    let graph = Graph::start();
    let id = graph.create(event()).await.unwrap().id;
    let description = "With Grace".to_owned();
    let changed = Event {
        description,
        ..moved()
    };
    graph.update(&id, changed).await.unwrap();
    assert_eq!(graph.field(&id, "body")["content"], "With Grace");
}

#[tokio::test]
async fn a_conference_without_a_url_is_pending() {
    let graph = Graph::start();
    let id = graph.create(conference(event())).await.unwrap().id;
    graph.tell_links(Links::Withheld);
    let stored: StoredEvent = graph.update(&id, conference(moved())).await.unwrap();
    assert_eq!(
        (stored.meeting_url, stored.conference_pending),
        (None, true)
    );
}

#[tokio::test]
async fn a_url_that_comes_late_is_found_without_a_change() {
    let graph = Graph::start();
    let made = graph.create(conference(event())).await.unwrap();
    graph.tell_links(Links::Withheld);
    let pending = graph.look(&made.id).await.unwrap().unwrap();
    assert_eq!(
        (pending.meeting_url, pending.conference_pending),
        (None, true)
    );
    graph.tell_links(Links::AtOnce);
    graph.requested();
    assert_eq!(graph.look(&made.id).await.unwrap().as_ref(), Some(&made));
    assert_eq!(
        graph.requested(),
        [format!("GET /v1.0/me/events/{}", made.id)]
    );
}
