//! The stand-in of Resend: it refuses what the documents forbid or we have no reason to say, and keeps
//! idempotency keys as Resend does.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{send, with};
use crate::peers::resend::Resend;

fn mail() -> Value {
    json!({
        "from": "Acme <a@acme.example>", "to": ["ada@guest.example"], "subject": "Hi", "text": "Hello",
        "headers": {"Message-ID": "<1@acme.example>"},
    })
}

/// One POST of a mail with a key of the account, under an idempotency key.
fn post(resend: &Resend, bearer: &str, key: &str, body: &Value) -> (StatusCode, Value) {
    let url = format!("{}/emails", resend.api_url());
    let bearer = format!("Bearer {bearer}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("idempotency-key", key),
        ("user-agent", "e2e"),
    ];
    send("POST", &url, &headers, body)
}

#[test]
fn the_stand_in_of_resend_refuses_what_is_no_mail_of_ours() {
    let resend = Resend::start(0);
    let bearer = resend.api_key();
    for change in [
        json!({"from": null}),
        json!({"from": "Dr. Acme <a@acme.example>"}),
        json!({"from": "nobody"}),
        json!({"to": []}),
        json!({"to": "ada@guest.example"}),
        json!({"subject": ""}),
        json!({"subject": "a\nb"}),
        json!({"cc": ["b@guest.example"]}),
        json!({"replyTo": "b@guest.example"}),
        json!({"headers": {"X-Other": "1"}}),
        json!({"attachments": [{"filename": "a.ics", "content": "QQ=="}]}),
        json!({"attachments": [{"filename": "a.ics", "content": "A", "content_type": "text/calendar"}]}),
    ] {
        let (status, answer) = post(&resend, &bearer, "k", &with(&mail(), &change));
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{change}: {answer}"
        );
    }
    for (bearer, key, expected) in [
        ("re_nobody", "k", StatusCode::UNAUTHORIZED),
        (bearer.as_str(), "", StatusCode::BAD_REQUEST),
        (bearer.as_str(), &"k".repeat(257), StatusCode::BAD_REQUEST),
    ] {
        let (status, answer) = post(&resend, bearer, key, &mail());
        assert_eq!(status, expected, "{answer}");
    }
    assert!(resend.mails().is_empty());
}

#[test]
fn the_stand_in_of_resend_takes_a_mail_of_a_key_once_for_a_day() {
    let resend = Resend::start(0);
    let bearer = resend.api_key();
    let (status, first) = post(&resend, &bearer, "k", &mail());
    assert_eq!(status, StatusCode::OK, "{first}");
    assert_eq!(
        post(&resend, &bearer, "k", &mail()),
        (status, first.clone())
    );
    let other = with(&mail(), &json!({"text": "Other words"}));
    let (status, refused) = post(&resend, &bearer, "k", &other);
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(refused["name"], "invalid_idempotent_request");
    assert_eq!(resend.mails().len(), 1);
    resend.forget_keys();
    let (_, second) = post(&resend, &bearer, "k", &mail());
    assert_ne!(second["id"], first["id"]);
}
