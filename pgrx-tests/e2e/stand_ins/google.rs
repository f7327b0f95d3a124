//! `events.list` at the stand-in of Google.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{get, ids, send, with};
use crate::harness::machine::free_port;
use crate::peers::google::Google;

/// A calendar at Google, read with one parameter after the other.
pub struct List {
    pub google: Google,
    pub token: String,
}

impl List {
    pub fn new() -> Self {
        let google = Google::start(free_port());
        google.set_lists(|lists| lists.takes_any_query = true);
        let (token, _) = google.grant();
        Self { google, token }
    }

    fn get(&self, query: &str) -> (StatusCode, Value) {
        let url = format!("{}/calendars/primary/events?{query}", self.google.api_url());
        get(
            &url,
            &[("authorization", &format!("Bearer {}", self.token))],
        )
    }

    /// The list that is answered to such a query.
    #[track_caller]
    pub fn listed(&self, query: &str) -> Value {
        let (status, list) = self.get(query);
        assert_eq!(status, StatusCode::OK, "{query}: {list}");
        list
    }

    fn enter(&self, id: &str, fields: &Value) {
        self.google.enter("primary", id, fields);
    }
}

/// An hour at Google, from so many hours UTC on, on the fourth of March 2027.
fn hour(starts: u32) -> Value {
    let at = |hour: u32| json!({"dateTime": format!("2027-03-04T{hour:02}:00:00Z")});
    json!({"start": at(starts), "end": at(starts + 1)})
}

pub const MARCH: &str = "timeMin=2027-03-01T00:00:00Z&timeMax=2027-04-01T00:00:00Z";

#[test]
fn the_stand_in_of_google_refuses_what_a_list_cannot_be_asked() {
    let list = List::new();
    let known = list.listed(&format!("singleEvents=true&{MARCH}"));
    let token = known["nextSyncToken"].as_str().expect("a sync token");
    let with_token = |rest: &str| format!("singleEvents=true&syncToken={token}{rest}");
    let refused = [
        MARCH.to_owned(),
        format!("singleEvents=false&{MARCH}"),
        format!("singleEvents=true&colour=red&{MARCH}"),
        format!("singleEvents=true&maxResults=0&{MARCH}"),
        format!("singleEvents=true&maxResults=2501&{MARCH}"),
        format!("singleEvents=true&fields=items(id,strat)&{MARCH}"),
        format!("singleEvents=true&fields=items(id&{MARCH}"),
        format!("singleEvents=true&fields=kind&colour=red&{MARCH}"),
        format!("singleEvents=true&pageToken=page-7=&{MARCH}"),
        "singleEvents=true&timeMin=2027-03-01T00:00:00".into(),
        "singleEvents=true&timeMin=2027-03-02T00:00:00Z&timeMax=2027-03-01T00:00:00Z".into(),
        format!("singleEvents=true&singleEvents=true&{MARCH}"),
        with_token("&timeMin=2027-03-01T00:00:00Z"),
        with_token("&timeMax=2027-03-01T00:00:00Z"),
        with_token("&maxResults=10"),
    ];
    for query in refused {
        let (status, answer) = list.get(&query);
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}: {answer}");
    }
    list.listed(&with_token(""));
    list.google.expire_sync_tokens();
    let (status, answer) = list.get(&with_token(""));
    assert_eq!(status, StatusCode::GONE);
    assert_eq!(answer["error"]["errors"][0]["reason"], "fullSyncRequired");
    list.google.expire_access_tokens();
    let (status, _) = list.get(MARCH);
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[test]
fn the_stand_in_of_google_lists_a_window_and_then_what_changed() {
    let list = List::new();
    for (id, starts) in [("early", 8), ("late", 12)] {
        list.enter(id, &hour(starts));
    }
    // Its bounds are exclusive on both sides.
    let between = |from: &str, until: &str| {
        format!("singleEvents=true&timeMin=2027-03-04T{from}:00Z&timeMax=2027-03-04T{until}:00Z")
    };
    for (from, until, expected) in [
        ("09:00", "12:00", &[][..]),
        ("08:59", "12:00", &["early"]),
        ("09:00", "12:01", &["late"]),
        ("08:15", "12:30", &["early", "late"]),
    ] {
        let found = list.listed(&between(from, until));
        assert_eq!(ids(&found, "items"), expected, "{from} {until}");
    }

    let all = list.listed(&format!("singleEvents=true&{MARCH}"));
    let mut token = all["nextSyncToken"].as_str().expect("one").to_owned();
    let mut changed = || {
        let found = list.listed(&format!("singleEvents=true&syncToken={token}"));
        token = found["nextSyncToken"].as_str().expect("one").to_owned();
        let items = found["items"].as_array().expect("a list").iter();
        let told = items.map(|item| format!("{} {}", item["id"], item["status"]));
        told.collect::<Vec<_>>().join(", ").replace('"', "")
    };
    assert_eq!(changed(), "");
    list.enter("late", &json!({"status": "cancelled"}));
    assert_eq!(changed(), "late cancelled");
    list.enter("new", &hour(20));
    assert_eq!(changed(), "new confirmed");
    assert_eq!(changed(), "");
    let left = list.listed(&format!("singleEvents=true&{MARCH}"));
    assert_eq!(ids(&left, "items"), ["early", "new"]);
}

#[test]
fn the_stand_in_of_google_gives_pages_and_no_field_that_was_not_asked_for() {
    let list = List::new();
    list.google.set_zone(chrono_tz::Europe::Berlin);
    let attendees = json!([
        {"email": "a@example.com", "responseStatus": "accepted"},
        {"email": "b@example.com", "self": true, "responseStatus": "declined"},
    ]);
    for n in 0..5 {
        list.enter(&format!("event{n}"), &hour(n));
    }
    list.enter(
        "event0",
        &json!({"attendees": attendees, "summary": "Secret"}),
    );
    let query = format!(
        "singleEvents=true&maxResults=2&maxAttendees=1&{MARCH}\
         &fields=timeZone,nextPageToken,nextSyncToken,items(id,attendees(self,responseStatus))"
    );
    let mut page = list.listed(&query);
    assert_eq!(
        page["items"][0],
        json!({"id": "event0", "attendees": [{"self": true, "responseStatus": "declined"}]})
    );
    assert_eq!(
        (&page["timeZone"], &page["kind"]),
        (&json!("Europe/Berlin"), &Value::Null)
    );
    let mut found = Vec::new();
    loop {
        found.extend(ids(&page, "items").into_iter().map(str::to_owned));
        let Some(token) = page["nextPageToken"].as_str() else {
            break;
        };
        assert!(page["nextSyncToken"].is_null(), "on the last page only");
        let (status, _) = list.get(&format!("singleEvents=true&{MARCH}&pageToken={token}"));
        assert_eq!(status, StatusCode::BAD_REQUEST, "another list's page");
        page = list.listed(&format!("{query}&pageToken={token}"));
    }
    assert_eq!(found, ["event0", "event1", "event2", "event3", "event4"]);
    assert!(page["nextSyncToken"].is_string());

    list.google.set_page_size(1);
    let page = list.listed(&query);
    assert_eq!(ids(&page, "items"), ["event0"], "pages may be shorter");
}

#[test]
fn the_stand_in_of_google_keeps_the_hour_of_a_series_over_a_clock_change() {
    let list = List::new();
    let at = |time: &str| json!({"dateTime": time, "timeZone": "Europe/Berlin"});
    let series = json!({
        "start": at("2027-03-27T09:00:00+01:00"), "end": at("2027-03-27T10:00:00+01:00"),
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"],
    });
    list.enter("series", &series);
    let found = list.listed(&format!("singleEvents=true&{MARCH}"));
    let expected = [
        "series_20270327T080000Z",
        "series_20270328T070000Z",
        "series_20270329T070000Z",
    ];
    assert_eq!(ids(&found, "items"), expected);
    assert_eq!(
        found["items"][1]["end"]["dateTime"],
        "2027-03-28T10:00:00+02:00"
    );
}

const ID: &str = "0123456789ab4def8123456789abcdef";
const MEETING: &str = "01234567-89ab-4def-8123-456789abcdef";
const WRITTEN: &str = "sendUpdates=none&conferenceDataVersion=1";

#[test]
fn the_stand_in_of_google_refuses_what_this_product_does_not_write() {
    let google = Google::start(free_port());
    google.add_calendar("read@group", &json!({"accessRole": "reader"}));
    let (token, _) = google.grant();
    let bearer = format!("Bearer {token}");
    let write = |method: &str, path: &str, body: &Value| {
        let url = format!("{}/calendars/{path}", google.api_url());
        send(method, &url, &[("authorization", &bearer)], body)
    };
    let at = |time: &str| json!({"dateTime": time});
    let event = json!({
        "id": ID, "status": "confirmed", "summary": "Intro call", "description": "", "location": "",
        "start": at("2027-03-04T09:00:00Z"), "end": at("2027-03-04T10:00:00Z"),
        "extendedProperties": {"private": {"schedulingMeetingId": MEETING}},
        "reminders": {"useDefault": true},
    });
    let main = format!("primary/events?{WRITTEN}");
    let room = |id: &str| {
        let solution = json!({"type": "hangoutsMeet"});
        json!({"createRequest": {"requestId": id, "conferenceSolutionKey": solution}})
    };
    for changes in [
        json!({"id": null}),
        json!({"id": "0123"}),
        json!({"id": ID.to_uppercase()}),
        json!({"id": "fedcba9876540def8123456789abcdef"}),
        json!({"start": null}),
        json!({"start": {"date": "2027-03-04"}}),
        json!({"start": at("2027-03-04T09:00:00")}),
        json!({"start": at("2027-03-04T10:00:00Z")}),
        json!({"summary": 5}),
        json!({"description": "x".repeat(8_193)}),
        json!({"status": "tentative"}),
        json!({"attendees": []}),
        json!({"colour": "red"}),
        json!({"reminders": {"useDefault": false}}),
        json!({"extendedProperties": {"shared": {"schedulingMeetingId": MEETING}}}),
        json!({"conferenceData": room("another")}),
    ] {
        let body = with(&event, &changes);
        let (status, answer) = write("POST", &main, &body);
        assert_eq!(status, StatusCode::BAD_REQUEST, "{changes}: {answer}");
    }
    let one = format!("primary/events/{ID}");
    for (method, path, body, expected) in [
        ("POST", "primary/events", &event, 400),
        ("POST", &format!("{main}&fields=id"), &event, 400),
        ("POST", &format!("unknown/events?{WRITTEN}"), &event, 404),
        ("POST", &format!("read@group/events?{WRITTEN}"), &event, 403),
        ("POST", &main, &Value::Null, 400),
        (
            "POST",
            &main,
            &with(&event, &json!({"conferenceData": room(ID)})),
            200,
        ),
        ("POST", &main, &event, 409),
        ("PUT", &one, &Value::Null, 405),
        ("PATCH", &one, &json!({"summary": "Demo"}), 400),
        (
            "PATCH",
            &format!("{one}?{WRITTEN}"),
            &json!({"id": ID}),
            400,
        ),
        (
            "PATCH",
            &format!("{one}?{WRITTEN}"),
            &json!({"summary": "Demo"}),
            200,
        ),
        (
            "PATCH",
            &format!("{one}0?{WRITTEN}"),
            &json!({"summary": "Demo"}),
            404,
        ),
        ("DELETE", &format!("{one}?{WRITTEN}"), &Value::Null, 400),
        ("DELETE", &format!("{one}?sendUpdates=none"), &event, 400),
        (
            "DELETE",
            &format!("{one}?sendUpdates=none"),
            &Value::Null,
            204,
        ),
        (
            "DELETE",
            &format!("{one}?sendUpdates=none"),
            &Value::Null,
            410,
        ),
        ("GET", &format!("{one}?fields=id"), &Value::Null, 400),
        ("GET", &one, &Value::Null, 200),
        // Lists, unless anything goes: what this product selects, and nothing else.
        (
            "GET",
            &format!("primary/events?singleEvents=true&{MARCH}"),
            &Value::Null,
            400,
        ),
    ] {
        let (status, answer) = write(method, path, body);
        assert_eq!(status, expected, "{method} {path}: {answer}");
    }
}
