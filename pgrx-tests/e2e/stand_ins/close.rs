//! Leads and notes at the stand-in of Close.

use std::time::Duration;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::{send, with};
use crate::harness::machine::free_port;
use crate::peers::close::Close;

struct Account {
    close: Close,
    basic: String,
}

impl Account {
    fn new() -> Self {
        let close = Close::start(free_port());
        let basic = format!("Basic {}", BASE64.encode(format!("{}:", close.key())));
        Self { close, basic }
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        let url = format!("{}/{path}", self.close.api_url());
        send(method, &url, &[("authorization", &self.basic)], body)
    }

    #[track_caller]
    fn made(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.ask(method, path, body);
        assert_eq!(status, StatusCode::OK, "{method} {path} {body}: {answer}");
        answer
    }

    #[track_caller]
    fn refused(&self, status: u16, method: &str, path: &str, body: &Value) {
        let (told, answer) = self.ask(method, path, body);
        assert_eq!(told.as_u16(), status, "{method} {path} {body}: {answer}");
    }
}

fn lead() -> Value {
    let email = json!({"type": "office", "email": "ada@guest.example"});
    json!({"name": "Ada", "description": "x", "contacts": [{"name": "Ada", "emails": [email]}]})
}

/// As this product searches.
fn search(address: &str) -> Value {
    let field =
        json!({"type": "regular_field", "object_type": "contact_email", "field_name": "email"});
    let condition = json!({"type": "text", "mode": "phrase", "value": address});
    let email = json!({"type": "field_condition", "field": field, "condition": condition});
    let contact = json!({"type": "has_related", "this_object_type": "contact",
        "related_object_type": "contact_email", "related_query": email});
    let related = json!({"type": "has_related", "this_object_type": "lead",
        "related_object_type": "contact", "related_query": contact});
    let of_type = json!({"type": "object_type", "object_type": "lead"});
    json!({"query": {"type": "and", "queries": [of_type, related]}, "_limit": 100,
        "_fields": {"lead": ["id", "date_created", "description", "contacts"]}})
}

#[test]
fn the_stand_in_of_close_refuses_what_this_product_does_not_say() {
    let account = Account::new();
    let null = Value::Null;
    for (status, method, path) in [
        (404, "GET", "me/"),
        (404, "GET", "lead/x"),
        (404, "GET", "lead/lead_1/?_fields=id"),
        (400, "GET", "lead/lead_1/"),
        (400, "GET", "lead/"),
        (400, "GET", "activity/note/"),
        (400, "GET", "activity/note/?lead_id=lead_1"),
        (415, "DELETE", "lead/lead_1/"),
    ] {
        account.refused(status, method, path, &null);
    }
    for change in [
        json!({"name": null}),
        json!({"name": 1}),
        json!({"status": "Potential"}),
        json!({"contacts": [{"name": "Ada", "emails": [{"type": "office", "email": "nobody"}]}]}),
        json!({"contacts": [{"name": "Ada", "phones": [{"type": "office", "phone": "none"}]}]}),
        json!({"contacts": [{"name": "Ada", "title": "Dr"}]}),
    ] {
        let body: Value = match change.get("name") == Some(&Value::Null) {
            true => json!({"description": "x", "contacts": []}),
            false => with(&lead(), &change),
        };
        account.refused(400, "POST", "lead/", &body);
    }
    account.refused(400, "POST", "lead/?x=1", &lead());
    for change in [
        json!({"_limit": 1000}),
        json!({"sort": []}),
        json!({"_fields": {}}),
        json!({"query": {"type": "and", "queries": []}}),
    ] {
        account.refused(
            400,
            "POST",
            "data/search/",
            &with(&search("a@b.example"), &change),
        );
    }
    account.refused(
        404,
        "POST",
        "activity/note/",
        &json!({"lead_id": "lead_1", "note": "x"}),
    );
    account.refused(
        400,
        "POST",
        "activity/note/",
        &json!({"lead_id": "lead_1", "note_html": "x"}),
    );
    assert!(account.close.leads().is_empty() && account.close.notes().is_empty());

    let strange = send(
        "POST",
        &format!("{}/lead/", account.close.api_url()),
        &[
            ("authorization", &account.basic),
            ("x-http-method-override", "GET"),
        ],
        &lead(),
    );
    assert_eq!(strange.0, StatusCode::BAD_REQUEST);
    for basic in ["", "Basic x", "Basic YXBpOg==", "Bearer x"] {
        let url = format!("{}/lead/", account.close.api_url());
        let (status, _) = send("POST", &url, &[("authorization", basic)], &lead());
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{basic}");
    }
}

#[test]
fn the_stand_in_of_close_finds_a_lead_after_a_while_and_one_that_is_gone_for_as_long() {
    let account = Account::new();
    let lag = Duration::from_millis(200);
    account.close.set_search_lag(lag);
    let found =
        || account.made("POST", "data/search/", &search("ada@guest.example"))["data"].clone();
    let made = account.made("POST", "lead/", &lead());
    assert_eq!(found(), json!([]));
    std::thread::sleep(lag);
    assert_eq!(found()[0]["id"], made["id"]);
    account.close.delete(made["id"].as_str().expect("an id"));
    assert_eq!(found()[0]["id"], made["id"]);
    std::thread::sleep(lag);
    assert_eq!(found(), json!([]));
}

#[test]
fn the_stand_in_of_close_merges_and_says_how_many_requests_are_left() {
    let account = Account::new();
    let [one, other] = [0, 1].map(|_| account.made("POST", "lead/", &lead())["id"].clone());
    account.made(
        "POST",
        "activity/note/",
        &json!({"lead_id": other, "note": "x"}),
    );
    account.made(
        "POST",
        "lead/merge/",
        &json!({"source": other, "destination": one}),
    );
    account.refused(
        404,
        "POST",
        "lead/merge/",
        &json!({"source": other, "destination": one}),
    );
    assert_eq!(account.close.leads().len(), 1);
    assert_eq!(
        account.close.notes()[0].lead_id,
        one.as_str().expect("an id")
    );

    account.close.set_limit(2, Duration::from_secs(60));
    account.made("POST", "lead/", &lead());
    account.made("POST", "lead/", &lead());
    account.refused(429, "POST", "lead/", &lead());
    assert_eq!(account.close.leads().len(), 3);
}
