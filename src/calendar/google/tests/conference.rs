//! Meet conferences: asked for once, told when they are ready, and never in the way of the event.

use super::fixture::*;

/// The first room of an event.
fn room(id: &str) -> String {
    format!("https://meet.google.com/{id}-1")
}

#[tokio::test]
async fn a_conference_is_asked_for_with_the_event_and_its_url_comes_back() {
    let google = Google::start();
    let stored = google.create(conference(event())).await.unwrap();
    assert_eq!(stored.meeting_url.as_deref(), Some(&*room(ID)));
    assert!(!stored.conference_pending);
    assert_eq!(google.requested().len(), 1);
}

#[tokio::test]
async fn a_conference_that_takes_its_time_is_looked_for_and_not_asked_for_again() {
    let google = Google::start();
    google.make_conferences(Making::Pending);
    let stored = google.create(conference(event())).await.unwrap();
    assert_eq!(
        (&stored.meeting_url, stored.conference_pending),
        (&None, true)
    );
    let seen = google.look(ID).await.unwrap();
    assert_eq!(seen, Some(stored));
    google.requested();
    google.make_conferences(Making::Success);
    let seen = google.look(ID).await.unwrap().unwrap();
    assert_eq!(seen.meeting_url.as_deref(), Some(&*room(ID)));
    assert!(!seen.conference_pending);
    let look = format!("GET /calendar/v3/calendars/primary/events/{ID}");
    assert_eq!(google.requested(), [look]);
    assert_eq!(google.rooms(), 1);
}

#[tokio::test]
async fn no_change_asks_for_another_conference() {
    for making in [Making::Success, Making::Pending, Making::Failure] {
        let google = Google::start();
        google.make_conferences(making);
        google.create(conference(event())).await.unwrap();
        let url = (making == Making::Success).then(|| room(ID));
        // Moved, found again after a lost answer, and moved by a meeting that wants none.
        for stored in [
            google.update(ID, conference(moved())).await.unwrap(),
            google.create(conference(event())).await.unwrap(),
            google.update(ID, moved()).await.unwrap(),
        ] {
            assert_eq!(stored.meeting_url, url, "{making:?}");
            assert_eq!(stored.conference_pending, making == Making::Pending);
        }
        assert_eq!(google.rooms(), 1, "{making:?}");
    }
}

#[tokio::test]
async fn a_conference_that_failed_is_neither_there_nor_pending() {
    let google = Google::start();
    google.make_conferences(Making::Failure);
    let stored = google.create(conference(event())).await.unwrap();
    assert_eq!(
        (stored.meeting_url, stored.conference_pending),
        (None, false)
    );
    assert_eq!(google.visible(), [ID]);
}

#[tokio::test]
async fn an_account_that_may_have_no_conference_has_the_event() {
    let google = Google::start();
    google.make_conferences(Making::Refused);
    for stored in [
        google.create(conference(event())).await.unwrap(),
        google.update(ID, conference(moved())).await.unwrap(),
    ] {
        assert_eq!(
            (stored.meeting_url, stored.conference_pending),
            (None, false)
        );
    }
    let start = &google.fields(ID)["start"];
    assert_eq!(start["dateTime"], "2026-12-02T09:00:00Z");
    assert_eq!(google.rooms(), 0);
}

#[tokio::test]
async fn an_event_without_a_conference_gets_one_when_the_meeting_wants_it() {
    let google = Google::start();
    let id = google.create(event()).await.unwrap().id;
    let stored = google.update(&id, conference(moved())).await.unwrap();
    assert_eq!(stored.meeting_url.as_deref(), Some(&*room(ID)));
    assert_eq!(google.rooms(), 1);
}

#[tokio::test]
async fn a_successor_has_a_conference_of_its_own() {
    let google = Google::start();
    google.create(conference(event())).await.unwrap();
    google.delete(Some(ID)).await.unwrap();
    google.purge(ID, false);
    let stored = google.create(conference(event())).await.unwrap();
    assert_eq!(stored.id, SUCCESSOR);
    assert_eq!(stored.meeting_url, Some(room(SUCCESSOR)));
}

#[tokio::test]
async fn looking_for_an_event_that_was_deleted_finds_none() {
    let google = Google::start();
    assert_eq!(google.look(ID).await, Ok(None));
    google.create(conference(event())).await.unwrap();
    google.enter(MAIN, ID, &json!({"status": "cancelled"}));
    assert_eq!(google.look(ID).await, Ok(None));
    google.will_refuse(503, "backendError");
    let error = google.look(ID).await.unwrap_err();
    assert!(matches!(error, CalendarError::Server { status: 503, .. }));
}
