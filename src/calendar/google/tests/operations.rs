//! What each operation leaves in the calendar, also after lost answers and hand-made deletions.

use super::fixture::*;

#[tokio::test]
async fn a_created_event_holds_the_meeting_and_no_attendee() {
    let google = Google::start();
    let stored = google.create(event()).await.unwrap();
    let html_link = Some(format!("https://www.google.com/calendar/event?eid={ID}"));
    let expected = StoredEvent {
        id: ID.into(),
        html_link,
        meeting_url: None,
        conference_pending: false,
    };
    assert_eq!(stored, expected);
    assert_eq!(
        google.requested(),
        ["POST /calendar/v3/calendars/primary/events"]
    );
    let expected = json!({
        "id": ID, "status": "confirmed", "summary": "Intro call",
        "description": "With &lt;Ada&gt; & Co", "location": "Room 1",
        "start": {"dateTime": "2026-12-01T15:00:00Z"}, "end": {"dateTime": "2026-12-01T15:30:00Z"},
        "extendedProperties": {"private": {"schedulingMeetingId": MEETING}},
        "reminders": {"useDefault": true},
    });
    assert_eq!(google.fields(ID), expected);
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_makes_one_event() {
    let google = Google::start();
    google.next(Fault::Late(Duration::MAX));
    let lost = google.create(event()).await.unwrap_err();
    assert!(matches!(lost, CalendarError::Http(HttpError::Timeout(_))) && lost.is_transient());
    assert_eq!(google.create(event()).await.unwrap().id, ID);
    assert_eq!(google.visible(), [ID]);
}

#[tokio::test]
async fn an_event_that_is_already_there_is_brought_to_the_wanted_state() {
    let google = Google::start();
    google.create(event()).await.unwrap();
    google.create(moved()).await.unwrap();
    let event = google.fields(ID);
    assert_eq!(event["start"]["dateTime"], "2026-12-02T09:00:00Z");
    assert_eq!(event["end"]["dateTime"], "2026-12-02T09:30:00.250Z");
    assert_eq!(event["location"], "");
}

#[tokio::test]
async fn an_update_moves_the_event_and_leaves_the_owners_own_settings() {
    let google = Google::start();
    let id = google.create(event()).await.unwrap().id;
    google.enter(MAIN, &id, &json!({"reminders": {"useDefault": false}}));
    google.requested();
    assert_eq!(google.update(&id, moved()).await.unwrap().id, id);
    assert_eq!(
        google.requested(),
        [format!("PATCH /calendar/v3/calendars/primary/events/{ID}")]
    );
    let event = google.fields(ID);
    assert_eq!(event["start"]["dateTime"], "2026-12-02T09:00:00Z");
    assert_eq!(event["reminders"], json!({"useDefault": false}));
}

#[tokio::test]
async fn an_event_deleted_by_hand_is_revived() {
    for update in [true, false] {
        let google = Google::start();
        google.create(event()).await.unwrap();
        google.enter(MAIN, ID, &json!({"status": "cancelled"}));
        let stored = match update {
            true => google.update(ID, moved()).await.unwrap(),
            false => google.create(moved()).await.unwrap(),
        };
        assert_eq!(stored.id, ID);
        assert_eq!(google.visible(), [ID]);
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_revived_gets_one_successor() {
    for forbids_revival in [true, false] {
        let google = Google::start();
        google.create(event()).await.unwrap();
        google.delete(Some(ID)).await.unwrap();
        google.purge(ID, forbids_revival);
        assert_eq!(google.create(event()).await.unwrap().id, SUCCESSOR);
        assert_eq!(google.create(event()).await.unwrap().id, SUCCESSOR);
        assert_eq!(google.update(ID, event()).await.unwrap().id, SUCCESSOR);
        assert_eq!(
            google.update(SUCCESSOR, moved()).await.unwrap().id,
            SUCCESSOR
        );
        assert_eq!(google.visible(), [SUCCESSOR]);

        google.delete(Some(SUCCESSOR)).await.unwrap();
        google.purge(SUCCESSOR, forbids_revival);
        assert!(matches!(
            google.create(event()).await,
            Err(CalendarError::Conflict(_))
        ));
        assert_eq!(google.visible(), [""; 0]);
    }
}

#[tokio::test]
async fn an_update_in_another_calendar_makes_the_event_there() {
    let google = Google::start();
    assert_eq!(
        google
            .update("eventofanothercalendar", event())
            .await
            .unwrap()
            .id,
        ID
    );
    assert_eq!(google.visible(), [ID]);
}

#[tokio::test]
async fn an_event_that_is_not_visible_yet_is_not_made_twice() {
    let google = Google::start();
    google.will_refuse(409, "duplicate");
    let error = google.create(event()).await.unwrap_err();
    assert_eq!(error, CalendarError::Conflict("duplicate: Because".into()));
    assert!(error.is_transient());
    assert_eq!(google.visible(), [""; 0]);
}

#[tokio::test]
async fn deleting_twice_or_what_never_was_is_no_error() {
    let google = Google::start();
    google.delete(None).await.unwrap();
    google.create(event()).await.unwrap();
    google.delete(None).await.unwrap();
    assert_eq!(google.visible(), [""; 0]);
    google.delete(Some(ID)).await.unwrap();
}

#[tokio::test]
async fn a_guests_text_brings_no_markup_into_the_calendar() {
    let google = Google::start();
    let description = format!("<a href='https://evil'>Q&A</a>{}", "é".repeat(9_000));
    google
        .create(Event {
            description,
            ..event()
        })
        .await
        .unwrap();
    let event = google.fields(ID);
    let stored = event["description"].as_str().unwrap();
    assert!(
        stored.starts_with("&lt;a href='https://evil'&gt;Q&A&lt;/a&gt;éé"),
        "{stored}"
    );
    assert!(stored.chars().count() < 8_192);
}

/// The stand-in refuses what Google would.
#[tokio::test]
async fn long_texts_are_cut_to_what_google_takes_of_them_escaped() {
    let google = Google::start();
    let link = format!("https://meet.example/{}", "x".repeat(1_100));
    for notes in ["<p>please see below, thank you</p>", "<", "&<>é😀", "a b "] {
        let long = Event {
            title: format!("Call {link}"),
            description: notes.repeat(10_000),
            location: Some(link.clone()),
            ..event()
        };
        google.create(long).await.unwrap();
        let event = google.fields(ID);
        let stored = event["description"].as_str().unwrap();
        assert!(stored.encode_utf16().count() > 7_900, "no more than needed");
        let is_whole = |escaped: &str| ["&lt;", "&gt;"].contains(&&escaped[..4]);
        let notes = stored.strip_prefix(&format!("Where: {link}\n")).unwrap();
        let mut signs = notes.match_indices('&').map(|(at, _)| &notes[at..]);
        assert!(signs.all(|sign| is_whole(sign) || sign.starts_with("&&lt;")));
        // A link that is cut is worth nothing.
        assert_eq!(
            (&event["summary"], &event["location"]),
            (&json!("Call…"), &json!("…"))
        );
    }
}

#[test]
fn a_change_may_run_on_any_runtime() {
    fn is_send(_: impl Send) {}
    let http = HttpClient::new(Duration::from_secs(1)).unwrap();
    let open = unconnected(Provider::Google, String::new());
    is_send(apply(&http, &open, &Change::Create(event())));
}
