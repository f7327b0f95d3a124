//! Refreshing over real sockets.

use std::collections::BTreeMap;

use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Json, Router, routing::post};
use serde_json::{Value, json};

use super::*;
use crate::http::test_server::{refused, serve, serve_bytes};

const SECRET: &str = "client-secret-1";
const TOKEN: &str = "refresh-token-1";

fn request(token_url: String) -> RefreshRequest {
    RefreshRequest {
        token_url,
        client_id: "client-1".into(),
        client_secret: ClientSecret::new(SECRET.into()),
        refresh_token: RefreshToken::new(TOKEN.into()),
    }
}

async fn refresh_at(token_url: String) -> Result<FreshTokens, RefreshError> {
    let http = HttpClient::new(Duration::from_millis(500)).unwrap();
    refresh(&http, request(token_url)).await
}

/// A token endpoint that always gives this answer to the one request it accepts.
async fn refresh_answered_by(
    answer: impl IntoResponse + Clone + Send + Sync + 'static,
) -> Result<FreshTokens, RefreshError> {
    let endpoint = move |Form(form): Form<BTreeMap<String, String>>| async move {
        let expected = [
            ("client_id", "client-1"),
            ("client_secret", SECRET),
            ("grant_type", "refresh_token"),
            ("refresh_token", TOKEN),
        ];
        let form: Vec<_> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        if form == expected {
            answer.into_response()
        } else {
            StatusCode::IM_A_TEAPOT.into_response()
        }
    };
    refresh_at(serve(Router::new().route("/token", post(endpoint))).await + "/token").await
}

fn json_answer(status: u16, body: Value) -> (StatusCode, Json<Value>) {
    (StatusCode::from_u16(status).unwrap(), Json(body))
}

#[tokio::test]
async fn a_refresh_brings_a_token_and_keeps_the_refresh_token_unless_it_is_replaced() {
    let google = json!({"access_token": "access-2", "expires_in": 3599, "token_type": "Bearer",
        "scope": "https://www.googleapis.com/auth/calendar.events"});
    let tokens = refresh_answered_by(json_answer(200, google)).await.unwrap();
    assert_eq!(tokens.access_token.secret(), "access-2");
    assert_eq!(tokens.expires_in, Some(Duration::from_secs(3599)));
    assert!(tokens.refresh_token.is_none());

    let rotating =
        json!({"access_token": "a", "token_type": "Bearer", "refresh_token": "refresh-token-2"});
    let tokens = refresh_answered_by(json_answer(200, rotating))
        .await
        .unwrap();
    assert_eq!(tokens.refresh_token.unwrap().secret(), "refresh-token-2");
    assert_eq!(tokens.expires_in, None);

    let emptied = json!({"access_token": "a", "token_type": "Bearer", "refresh_token": ""});
    let tokens = refresh_answered_by(json_answer(200, emptied))
        .await
        .unwrap();
    assert!(tokens.refresh_token.is_none());
}

#[tokio::test]
async fn a_revoked_grant_is_permanent() {
    let body = json!({"error": "invalid_grant",
        "error_description": "Token has been expired or revoked."});
    let error = refresh_answered_by(json_answer(400, body))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the calendar must be connected again (invalid_grant): Token has been expired or revoked."
    );
    assert!(matches!(error, RefreshError::Rejected { .. }) && !error.is_transient());
}

#[tokio::test]
async fn a_wrong_client_secret_does_not_condemn_the_connection() {
    let body = json!({"error": "invalid_client", "error_description": "Unauthorized"});
    let error = refresh_answered_by(json_answer(401, body))
        .await
        .unwrap_err();
    assert!(
        matches!(error, RefreshError::Misconfigured { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_overloaded_endpoint_is_asked_again_when_it_says() {
    for (status, asked, wait) in [
        (429, "30", Some(30)),
        (503, "later", None),
        (500, "0", Some(0)),
    ] {
        let answer = (
            StatusCode::from_u16(status).unwrap(),
            [("retry-after", asked)],
            "<html>",
        );
        let error = refresh_answered_by(answer).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the authorization server is unavailable (HTTP {status})")
        );
        assert_eq!(error.retry_after(), wait.map(Duration::from_secs));
        assert!(error.is_transient());
    }
}

#[tokio::test]
async fn what_is_no_token_endpoint_is_a_misconfiguration() {
    for status in [404, 302, 400, 201] {
        let error = refresh_answered_by(json_answer(status, json!("no")))
            .await
            .unwrap_err();
        let RefreshError::Misconfigured { code, detail } = error else {
            panic!("{error:?}")
        };
        assert_eq!(
            (code.as_str(), detail),
            ("token_url", format!("HTTP {status} without an OAuth error"))
        );
    }
    for url in ["", "token", "mailto:token@example.com"] {
        assert!(!matches!(
            refresh_at(url.into()).await,
            Err(RefreshError::Rejected { .. }) | Ok(_)
        ));
    }
}

#[tokio::test]
async fn no_answer_and_half_an_answer_are_transient() {
    let hanging: Router = Router::new().fallback(std::future::pending::<()>);
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{\"access_token\":\"";
    let empty = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    for url in [
        serve(hanging).await,
        refused(),
        serve_bytes(half),
        serve_bytes(empty),
    ] {
        let error = refresh_at(url).await.unwrap_err();
        assert!(error.is_transient(), "{error:?}");
    }
}

#[tokio::test]
async fn no_secret_is_ever_shown() {
    let parrot = json!({"error": "invalid_grant",
        "error_description": format!("{TOKEN} with {SECRET} is not valid")});
    let error = refresh_answered_by(json_answer(400, parrot))
        .await
        .unwrap_err();
    let garbled = json!({"access_token": TOKEN, "refresh_token": SECRET, "expires_in": SECRET});
    let nonsense = refresh_answered_by(json_answer(200, garbled))
        .await
        .unwrap_err();
    let tokens = json!({"access_token": TOKEN, "token_type": "Bearer", "refresh_token": SECRET});
    let tokens = refresh_answered_by(json_answer(200, tokens)).await.unwrap();
    let unreachable = refresh_at(refused() + "/?key=client-secret-1")
        .await
        .unwrap_err();
    let shown = format!(
        "{error} {error:?} {nonsense} {nonsense:?} {tokens:?} {unreachable} {unreachable:?} {:?}",
        request(String::new())
    );
    assert!(!shown.contains(TOKEN) && !shown.contains(SECRET), "{shown}");
    assert!(shown.contains("[…] with […] is not valid"), "{shown}");
}

#[test]
fn a_refresh_may_run_on_any_runtime() {
    fn is_send(_: impl Send) {}
    let http = HttpClient::new(Duration::from_secs(1)).unwrap();
    is_send(refresh(&http, request(String::new())));
}
