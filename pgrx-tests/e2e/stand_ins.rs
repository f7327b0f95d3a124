//! The stand-ins themselves: they refuse what the providers' documents forbid and answer the rest as
//! those say, so that a test that passes on them means something.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::harness::machine::free_port;
use crate::peers::google::{self, Google};
use crate::peers::graph::{self, Graph};

/// One GET, with these headers: status and body.
fn get(url: &str, headers: &[(&str, &str)]) -> (StatusCode, Value) {
    let (status, text) = get_text(url, headers);
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn get_text(url: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime can be made").block_on(async {
        let mut request = reqwest::Client::new().get(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("the stand-in answers");
        let status = response.status();
        (status, response.text().await.expect("all of the answer"))
    })
}

/// A calendar at Google, read with one parameter after the other.
struct List {
    google: Google,
    token: String,
}

impl List {
    fn new() -> Self {
        let google = Google::start(free_port());
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
    fn listed(&self, query: &str) -> Value {
        let (status, list) = self.get(query);
        assert_eq!(status, StatusCode::OK, "{query}: {list}");
        list
    }

    fn enter(&self, id: &str, fields: &Value) {
        self.google.enter("primary", id, fields);
    }
}

fn ids<'a>(list: &'a Value, under: &str) -> Vec<&'a str> {
    let items = list[under].as_array().expect("a list");
    items
        .iter()
        .filter_map(|item| item["id"].as_str())
        .collect()
}

/// An hour at Google, from so many hours UTC on, on the fourth of March 2027.
fn hour(starts: u32) -> Value {
    let at = |hour: u32| json!({"dateTime": format!("2027-03-04T{hour:02}:00:00Z")});
    json!({"start": at(starts), "end": at(starts + 1)})
}

const MARCH: &str = "timeMin=2027-03-01T00:00:00Z&timeMax=2027-04-01T00:00:00Z";

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

const VIEW: &str = "startDateTime=2027-03-01T00:00:00Z&endDateTime=2027-04-01T00:00:00Z";
const UTC: &str = r#"outlook.timezone="UTC", IdType="ImmutableId""#;

/// The main calendar of a mailbox at Microsoft.
struct View {
    graph: Graph,
    token: String,
}

impl View {
    fn new() -> Self {
        let graph = Graph::start(free_port());
        let (token, _) = graph.grant();
        Self { graph, token }
    }

    fn get(&self, url: &str, prefer: &str) -> (StatusCode, Value) {
        let bearer = format!("Bearer {}", self.token);
        get(url, &[("authorization", &bearer), ("prefer", prefer)])
    }

    fn url(&self, query: &str) -> String {
        format!("{}/me/calendarView?{query}", self.graph.api_url())
    }

    #[track_caller]
    fn listed(&self, url: &str) -> Value {
        let (status, view) = self.get(url, UTC);
        assert_eq!(status, StatusCode::OK, "{url}: {view}");
        view
    }

    fn enter(&self, id: &str, fields: &Value) {
        self.graph.enter(None, id, fields);
    }
}

#[test]
fn the_stand_in_of_graph_refuses_what_a_view_cannot_be_asked() {
    let view = View::new();
    for query in [
        "",
        "startDateTime=2027-03-01T00:00:00Z",
        "startDateTime=2027-03-02T00:00:00Z&endDateTime=2027-03-01T00:00:00Z",
        "startDateTime=2027-03-01T00:00:00Z&endDateTime=2032-03-01T00:00:00Z",
        &format!("{VIEW}&$top=1001"),
        &format!("{VIEW}&$select=id,shwAs"),
        &format!("{VIEW}&$skip=2"),
        &format!("{VIEW}&$filter=x"),
        &format!("{VIEW}&$top=5&$top=5"),
    ] {
        let (status, answer) = view.get(&view.url(query), UTC);
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}: {answer}");
    }
    for prefer in [
        "",
        r#"IdType="ImmutableId""#,
        r#"outlook.timezone="UTC""#,
        r#"outlook.timezone="Europe/Berlin", IdType="ImmutableId""#,
    ] {
        let (status, answer) = view.get(&view.url(VIEW), prefer);
        assert_eq!(status, StatusCode::BAD_REQUEST, "{prefer}: {answer}");
    }
    view.listed(&view.url(VIEW));
    view.graph.expire_access_tokens();
    let (status, _) = view.get(&view.url(VIEW), UTC);
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[test]
fn the_stand_in_of_graph_shows_a_view_page_by_page_in_utc() {
    let view = View::new();
    let at = |time: &str| json!({"dateTime": time, "timeZone": "Europe/Berlin"});
    view.enter(
        "series",
        &json!({
            "start": at("2027-03-27T09:00:00"), "end": at("2027-03-27T10:00:00"),
            "recurrence": {
                "pattern": {"type": "daily", "interval": 1},
                "range": {"type": "numbered", "numberOfOccurrences": 3},
            },
        }),
    );
    let days = json!({
        "isAllDay": true, "showAs": "oof", "start": at("2027-03-30T00:00:00"),
        "end": at("2027-03-31T00:00:00"),
    });
    view.enter("day", &days);
    view.enter(
        "april",
        &json!({"start": at("2027-04-01T09:00:00"), "end": at("2027-04-01T10:00:00")}),
    );
    view.graph.set_page_size(2);
    let select = "$select=id,start,showAs,isAllDay,originalStartTimeZone,responseStatus";
    let mut page = view.listed(&view.url(&format!("{VIEW}&$top=50&{select}")));
    let mut found = Vec::new();
    loop {
        let events = page["value"].as_array().expect("a list").iter();
        found.extend(events.cloned());
        let Some(link) = page["@odata.nextLink"].as_str() else {
            break;
        };
        page = view.listed(link);
    }
    let starts = found.iter().map(|event| {
        assert!(event["subject"].is_null() && event["end"].is_null());
        let start = event["start"]["dateTime"].as_str();
        (event["id"].as_str(), start, event["showAs"].as_str())
    });
    let expected = [
        ("series.0", "2027-03-27T08:00:00.0000000", "busy"),
        ("series.1", "2027-03-28T07:00:00.0000000", "busy"),
        ("series.2", "2027-03-29T07:00:00.0000000", "busy"),
        ("day", "2027-03-30T00:00:00.0000000", "oof"),
    ];
    let expected = expected.map(|(id, start, show_as)| (Some(id), Some(start), Some(show_as)));
    assert_eq!(starts.collect::<Vec<_>>(), expected);
    assert_eq!(found[3]["originalStartTimeZone"], "Europe/Berlin");
    assert_eq!(found[0]["responseStatus"]["response"], "organizer");
}

#[test]
fn reads_misbehave_apart_from_writes() {
    let list = List::new();
    list.google.always(Some(google::Fault::Status(500)));
    list.listed(&format!("singleEvents=true&{MARCH}"));
    let view = View::new();
    view.graph.next(graph::Fault::Status(500));
    view.listed(&view.url(VIEW));

    let url = format!(
        "{}/calendars/primary/events?singleEvents=true",
        list.google.api_url()
    );
    let bearer = format!("Bearer {}", list.token);
    let headers = [("authorization", &*bearer), ("prefer", UTC)];
    for fault in [
        google::Fault::Truncated,
        google::Fault::Page,
        google::Fault::Flood,
    ] {
        list.google.next_read(fault);
        let (status, text) = get_text(&url, &headers);
        let is_json = serde_json::from_str::<Value>(&text).is_ok();
        let is_flood = matches!(fault, google::Fault::Flood);
        assert_eq!((status, is_json), (StatusCode::OK, is_flood), "{fault:?}");
        assert_eq!(text.len() > 1 << 20, is_flood, "{fault:?}");
    }
    let bearer = format!("Bearer {}", view.token);
    let headers = [("authorization", &*bearer), ("prefer", UTC)];
    for fault in [
        graph::Fault::Truncated,
        graph::Fault::Page,
        graph::Fault::Flood,
    ] {
        view.graph.always_read(Some(fault));
        let (status, text) = get_text(&view.url(VIEW), &headers);
        let is_json = serde_json::from_str::<Value>(&text).is_ok();
        let is_flood = matches!(fault, graph::Fault::Flood);
        assert_eq!((status, is_json), (StatusCode::OK, is_flood), "{fault:?}");
        assert_eq!(text.len() > 1 << 20, is_flood, "{fault:?}");
    }
    let pause = Duration::from_millis(300);
    list.google.always_read(Some(google::Fault::Hang(pause)));
    view.graph.always_read(Some(graph::Fault::Hang(pause)));
    let started = Instant::now();
    list.listed("singleEvents=true");
    view.listed(&view.url(VIEW));
    assert!(started.elapsed() >= 2 * pause);
    assert_eq!(list.google.reads().len(), 5);
    assert_eq!(view.graph.reads().len(), 5);
}
