//! `calendarView` at the stand-in of Graph.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{get, send, with};
use crate::harness::machine::free_port;
use crate::peers::graph::{Graph, MARK};

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
        graph.take_any_view(true);
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

const MEETING: &str = "01234567-89ab-4def-8123-456789abcdef";
const IMMUTABLE: &str = r#"IdType="ImmutableId""#;

#[test]
fn the_stand_in_of_graph_refuses_what_this_product_does_not_write() {
    let graph = Graph::start(free_port());
    graph.add_calendar("read", &json!({"canEdit": false}));
    let (token, _) = graph.grant();
    let bearer = format!("Bearer {token}");
    let write = |method: &str, path: &str, body: &Value| {
        let url = format!("{}/me/{path}", graph.api_url());
        let headers = [("authorization", &*bearer), ("prefer", IMMUTABLE)];
        send(method, &url, &headers, body)
    };
    let at = |time: &str, zone: &str| json!({"dateTime": time, "timeZone": zone});
    let event = json!({
        "subject": "Intro call", "body": {"contentType": "text", "content": ""}, "showAs": "busy",
        "start": at("2027-03-04T09:00:00", "UTC"), "end": at("2027-03-04T10:00:00", "UTC"),
        "location": {"displayName": ""}, "transactionId": MEETING, "responseRequested": false,
        "allowNewTimeProposals": false,
        "singleValueExtendedProperties": [{"id": MARK, "value": MEETING}],
    });
    for changes in [
        json!({"transactionId": null}),
        json!({"transactionId": "another"}),
        json!({"singleValueExtendedProperties": null}),
        json!({"singleValueExtendedProperties": [{"id": MARK, "value": "nobody"}]}),
        json!({"singleValueExtendedProperties": [{"id": "String x", "value": MEETING}]}),
        json!({"start": null}),
        json!({"start": at("2027-03-04T09:00:00", "Europe/Berlin")}),
        json!({"start": at("2027-03-04T09:00:00Z", "UTC")}),
        json!({"start": at("2027-03-04T11:00:00", "UTC")}),
        json!({"subject": "x".repeat(256)}),
        json!({"body": {"contentType": "html", "content": ""}}),
        json!({"location": {"displayName": "", "address": {}}}),
        json!({"showAs": "free"}),
        json!({"isOnlineMeeting": false}),
        json!({"onlineMeetingProvider": "skypeForConsumer"}),
        json!({"responseRequested": true}),
        json!({"isReminderOn": false}),
        json!({"attendees": []}),
    ] {
        let (status, answer) = write("POST", "events", &with(&event, &changes));
        assert_eq!(status, StatusCode::BAD_REQUEST, "{changes}: {answer}");
    }
    let (status, made) = write("POST", "events", &event);
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert!(
        made["singleValueExtendedProperties"].is_null(),
        "shown where asked for"
    );
    let id = made["id"].as_str().expect("an id");
    let subject = json!({"subject": "Demo"});
    for (method, path, body, expected) in [
        ("POST", "events?$select=id", &event, 400),
        ("POST", "calendars/unknown/events", &event, 404),
        ("POST", "calendars/read/events", &event, 403),
        ("POST", "events", &Value::Null, 400),
        ("POST", "events", &with(&event, &subject), 400),
        ("POST", "events", &event, 201),
        ("PUT", &format!("events/{id}"), &Value::Null, 405),
        (
            "PATCH",
            &format!("events/{id}"),
            &json!({"showAs": "busy"}),
            400,
        ),
        ("PATCH", &format!("events/{id}"), &subject, 200),
        (
            "PATCH",
            &format!("calendars/read/events/{id}"),
            &subject,
            403,
        ),
        ("PATCH", "events/unknown", &subject, 404),
        ("GET", &format!("events/{id}"), &Value::Null, 400),
        ("GET", "events", &Value::Null, 405),
        ("GET", "calendar/events", &Value::Null, 400),
        ("GET", "calendars?$select=id", &Value::Null, 400),
        (
            "GET",
            "calendars?$select=id,canEdit&$top=100",
            &Value::Null,
            200,
        ),
        ("GET", &format!("calendarView?{VIEW}"), &Value::Null, 400),
        ("DELETE", &format!("events/{id}"), &event, 400),
        ("DELETE", &format!("events/{id}"), &Value::Null, 204),
        ("DELETE", &format!("events/{id}"), &Value::Null, 403),
    ] {
        let (status, answer) = write(method, path, body);
        assert_eq!(status, expected, "{method} {path}: {answer}");
    }
    let url = format!("{}/me/calendarView?{VIEW}", graph.api_url());
    let (status, _) = get(&url, &[("authorization", &bearer), ("prefer", UTC)]);
    assert_eq!(
        status,
        StatusCode::BAD_REQUEST,
        "this product selects what it wants"
    );
}
