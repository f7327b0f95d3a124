//! Several calendars at once at the stand-ins: `freeBusy` of Google, `$batch` of Graph.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::graph::UTC;
use super::{send, with};
use crate::harness::machine::free_port;
use crate::peers::google::Google;
use crate::peers::graph::Graph;

/// An hour on the fourth of March 2027, in the words of both.
fn hour(starts: u32) -> Value {
    let at =
        |hour: u32| json!({"dateTime": format!("2027-03-04T{hour:02}:00:00"), "timeZone": "UTC"});
    json!({"start": at(starts), "end": at(starts + 1)})
}

#[test]
fn the_stand_in_of_google_refuses_what_free_busy_cannot_be_asked() {
    let google = Google::start(free_port());
    let (token, _) = google.grant();
    let ask = |question: &Value| {
        let url = format!("{}/freeBusy", google.api_url());
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", &*bearer)];
        send("POST", &url, &headers, question)
    };
    let right = json!({"timeMin": "2027-03-01T00:00:00Z", "timeMax": "2027-04-01T00:00:00Z",
        "calendarExpansionMax": 50, "items": [{"id": "a"}]});
    let many: Vec<_> = (0..51).map(|n| json!({"id": n.to_string()})).collect();
    for wrong in [
        json!({"items": []}),
        json!({"items": many}),
        json!({"items": [{"id": "a"}, {"id": "a"}]}),
        json!({"items": [{"id": "a", "name": "x"}]}),
        json!({"items": [{}]}),
        json!({"items": ["a"]}),
        json!({"timeMin": "2027-03-01T00:00:00"}),
        json!({"timeMax": "2027-03-01T00:00:00Z"}),
        json!({"timeMax": "2027-05-31T00:00:00Z"}),
        json!({"calendarExpansionMax": 51}),
        json!({"colour": "red"}),
    ] {
        let (status, answer) = ask(&with(&right, &wrong));
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}: {answer}");
    }
    google.add_calendar("a", &json!({}));
    let at = |hour: u32| json!({"dateTime": format!("2027-03-04T{hour:02}:00:00Z")});
    for (id, starts) in [("x", 9), ("y", 10), ("z", 14)] {
        google.enter(
            "a",
            id,
            &json!({"start": at(starts), "end": at(starts + 1)}),
        );
    }
    let (status, answer) = ask(&with(&right, &json!({"items": [{"id": "a"}, {"id": "b"}]})));
    assert_eq!(status, StatusCode::OK, "{answer}");
    // What meets is one time, and of an unknown calendar there is none.
    let told = answer["calendars"]
        .as_object()
        .expect("calendars by their ids");
    let [busy, unknown] = ["a", "b"].map(|id| &told[id]);
    assert_eq!(busy["busy"].as_array().map(Vec::len), Some(2), "{answer}");
    assert_eq!(unknown["errors"][0]["reason"], "notFound", "{answer}");
}

#[test]
fn the_stand_in_of_graph_refuses_what_is_no_batch_of_ours() {
    let graph = Graph::start(free_port());
    let (token, _) = graph.grant();
    let ask = |batch: &Value| {
        let url = format!("{}/$batch", graph.api_url());
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", &*bearer)];
        send("POST", &url, &headers, batch)
    };
    let view = "/me/calendarView?startDateTime=2027-03-01T00:00:00Z&endDateTime=2027-04-01T00:00:00Z\
                &$select=id,showAs,isCancelled,isAllDay,start,end,responseStatus,\
                originalStartTimeZone,transactionId&$top=250";
    let part = json!({"id": "0", "method": "GET", "url": view, "headers": {"Prefer": UTC}});
    let second = with(&part, &json!({"id": "1", "dependsOn": ["0"]}));
    let batch = |parts: &[Value]| json!({ "requests": parts });
    let many: Vec<_> = (0..21)
        .map(|n: usize| {
            let before = n.checked_sub(1).map(|before| json!([before.to_string()]));
            with(&part, &json!({"id": n.to_string(), "dependsOn": before}))
        })
        .collect();
    let wrong = [
        json!({}),
        json!({"requests": [], "more": 1}),
        batch(&[]),
        batch(&many),
        batch(&[part.clone(), part.clone()]),
        batch(&[part.clone(), with(&second, &json!({"dependsOn": null}))]),
        batch(&[part.clone(), with(&second, &json!({"dependsOn": ["1"]}))]),
        batch(&[with(&part, &json!({"method": "DELETE"}))]),
        batch(&[with(&part, &json!({"url": format!("/v1.0{view}")}))]),
        batch(&[with(&part, &json!({"url": graph.api_url() + view}))]),
        batch(&[with(&part, &json!({"colour": "red"}))]),
    ];
    for wrong in wrong {
        let (status, answer) = ask(&wrong);
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}: {answer}");
    }
    graph.enter(None, "x", &hour(9));
    let (status, answer) = ask(&batch(&[part.clone(), second.clone()]));
    assert_eq!(status, StatusCode::OK, "{answer}");
    for response in answer["responses"].as_array().expect("responses") {
        assert_eq!(response["status"], 200, "{answer}");
        assert_eq!(response["body"]["value"][0]["id"], "x", "{answer}");
    }
    // What depends on a part that failed has failed.
    let gone = with(&part, &json!({"url": "/me/calendars/gone/calendarView"}));
    let (_, answer) = ask(&batch(&[gone, second]));
    let status = |id: &str| {
        let responses = answer["responses"].as_array().expect("responses");
        let response = responses.iter().find(|response| response["id"] == id);
        response.expect("every part is answered")["status"].clone()
    };
    assert_eq!(
        (status("0"), status("1")),
        (json!(404), json!(424)),
        "{answer}"
    );
}
