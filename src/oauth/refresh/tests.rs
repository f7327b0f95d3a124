//! Refreshing over real sockets.

use std::collections::BTreeMap;

use axum::Router;
use serde_json::json;
use stand_ins::{Fault, Google, Graph, google, graph};

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

/// The outcome at the stand-in's token endpoint with this answer, which is asked once.
async fn refresh_answered_by(answer: Fault) -> Result<FreshTokens, RefreshError> {
    let google = Google::start(0);
    google.next_token(answer);
    let outcome = refresh_at(google.token_url()).await;
    let expected = [
        ("client_id", "client-1"),
        ("client_secret", SECRET),
        ("grant_type", "refresh_token"),
        ("refresh_token", TOKEN),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let forms: Vec<_> = google.requests().iter().map(|asked| asked.form()).collect();
    assert_eq!(forms, [BTreeMap::from(expected)]);
    outcome
}

#[tokio::test]
async fn a_refresh_brings_a_token_and_keeps_the_refresh_token_unless_it_is_replaced() {
    let google = json!({"access_token": "access-2", "expires_in": 3599, "token_type": "Bearer",
        "scope": "https://www.googleapis.com/auth/calendar.events"});
    let tokens = refresh_answered_by(Fault::answer(200, google))
        .await
        .unwrap();
    assert_eq!(tokens.access_token.secret(), "access-2");
    assert_eq!(tokens.expires_in, Some(Duration::from_secs(3599)));
    assert!(tokens.refresh_token.is_none());

    let rotating =
        json!({"access_token": "a", "token_type": "Bearer", "refresh_token": "refresh-token-2"});
    let tokens = refresh_answered_by(Fault::answer(200, rotating))
        .await
        .unwrap();
    assert_eq!(tokens.refresh_token.unwrap().secret(), "refresh-token-2");
    assert_eq!(tokens.expires_in, None);

    let emptied = json!({"access_token": "a", "token_type": "Bearer", "refresh_token": ""});
    let tokens = refresh_answered_by(Fault::answer(200, emptied))
        .await
        .unwrap();
    assert!(tokens.refresh_token.is_none());
}

#[tokio::test]
async fn each_providers_grant_is_refreshed_until_it_is_revoked() {
    let http = HttpClient::new(Duration::from_secs(1)).unwrap();
    let (at_google, at_microsoft) = (Google::start(0), Graph::start(0));
    let request = |token_url, client_id: &str, secret: &str, token| RefreshRequest {
        token_url,
        client_id: client_id.into(),
        client_secret: ClientSecret::new(secret.into()),
        refresh_token: RefreshToken::new(token),
    };
    let google = |token| {
        let url = at_google.token_url();
        request(url, google::CLIENT_ID, google::CLIENT_SECRET, token)
    };
    let microsoft = |token| {
        let url = at_microsoft.token_url();
        request(url, graph::CLIENT_ID, graph::CLIENT_SECRET, token)
    };
    let (kept, replaced) = (at_google.grant().1, at_microsoft.grant().1);
    for _ in 0..2 {
        let tokens = refresh(&http, google(kept.clone())).await.unwrap();
        assert!(tokens.refresh_token.is_none());
    }
    let tokens = refresh(&http, microsoft(replaced.clone())).await.unwrap();
    let next = tokens.refresh_token.unwrap().into_secret();
    let error = refresh(&http, microsoft(replaced)).await.unwrap_err();
    assert!(matches!(error, RefreshError::Rejected { .. }), "{error:?}");
    refresh(&http, microsoft(next)).await.unwrap();

    at_google.revoke_grants();
    let error = refresh(&http, google(kept)).await.unwrap_err();
    assert!(matches!(error, RefreshError::Rejected { .. }), "{error:?}");
}

#[tokio::test]
async fn a_revoked_grant_is_permanent() {
    let body = json!({"error": "invalid_grant",
        "error_description": "Token has been expired or revoked."});
    let error = refresh_answered_by(Fault::answer(400, body))
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
    let error = refresh_answered_by(Fault::answer(401, body))
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
        let answer = Fault::Answer {
            status,
            headers: vec![("retry-after", asked.to_owned())],
            body: "<html>".into(),
        };
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
        let error = refresh_answered_by(Fault::answer(status, json!("no")))
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
    let error = refresh_answered_by(Fault::answer(400, parrot))
        .await
        .unwrap_err();
    let garbled = json!({"access_token": TOKEN, "refresh_token": SECRET, "expires_in": SECRET});
    let nonsense = refresh_answered_by(Fault::answer(200, garbled))
        .await
        .unwrap_err();
    let tokens = json!({"access_token": TOKEN, "token_type": "Bearer", "refresh_token": SECRET});
    let tokens = refresh_answered_by(Fault::answer(200, tokens))
        .await
        .unwrap();
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
