//! `calendarView` at the stand-in of Graph.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::get;
use crate::harness::machine::free_port;
use crate::peers::graph::Graph;

pub const VIEW: &str = "startDateTime=2027-03-01T00:00:00Z&endDateTime=2027-04-01T00:00:00Z";
pub const UTC: &str = r#"outlook.timezone="UTC", IdType="ImmutableId""#;

/// The main calendar of a mailbox at Microsoft.
pub struct View {
    pub graph: Graph,
    pub token: String,
}

impl View {
    pub fn new() -> Self {
        let graph = Graph::start(free_port());
        let (token, _) = graph.grant();
        Self { graph, token }
    }

    fn get(&self, url: &str, prefer: &str) -> (StatusCode, Value) {
        let bearer = format!("Bearer {}", self.token);
        get(url, &[("authorization", &bearer), ("prefer", prefer)])
    }

    pub fn url(&self, query: &str) -> String {
        format!("{}/me/calendarView?{query}", self.graph.api_url())
    }

    #[track_caller]
    pub fn listed(&self, url: &str) -> Value {
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
