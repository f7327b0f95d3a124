//! What becomes of a code, and how often it is tried: once.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::Form;
use axum::routing::post;
use axum::{Json, Router};
use oauth2::http::StatusCode;
use serde_json::{Value, json};

use super::server::*;
use crate::http::test_server::{refused, serve, serve_bytes};
use crate::oauth::endpoint::EndpointError;
use crate::oauth::flow::{FlowError, exchange};
use crate::provider::Provider;

#[tokio::test]
async fn a_code_is_redeemed_for_a_grant_at_google() {
    let mut body = tokens(GOOGLE_SCOPES);
    body["id_token"] = json!("eyJ.e30.x");
    body["refresh_token_expires_in"] = json!(604_799);
    let grant = exchange_answered_by(Provider::Google, 200, body)
        .await
        .unwrap();
    assert_eq!(grant.access_token.secret(), "access-1");
    assert_eq!(grant.refresh_token.secret(), "refresh-1");
    assert_eq!(grant.expires_in, Some(Duration::from_secs(3599)));
}

#[tokio::test]
async fn a_code_is_redeemed_for_a_grant_at_microsoft() {
    for scope in [
        "email openid profile Calendars.ReadWrite User.Read",
        "https://graph.microsoft.com/User.Read https://graph.microsoft.com/Calendars.ReadWrite",
    ] {
        let mut body = tokens(scope);
        body["ext_expires_in"] = json!(3599);
        let grant = exchange_answered_by(Provider::Outlook, 200, body)
            .await
            .unwrap();
        assert_eq!(grant.refresh_token.secret(), "refresh-1");
    }
}

#[tokio::test]
async fn an_unticked_box_is_named() {
    let unticked = "openid https://www.googleapis.com/auth/calendar.events";
    let error = exchange_answered_by(Provider::Google, 200, tokens(unticked))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the calendar was connected without the right \
         https://www.googleapis.com/auth/calendar.calendarlist.readonly; \
         connect it again and allow all that is asked for"
    );
    assert!(!error.is_transient());
}

#[tokio::test]
async fn scopes_that_are_not_told_are_those_that_were_asked_for() {
    let mut body = tokens("");
    body.as_object_mut().unwrap().remove("scope");
    let grant = exchange_answered_by(Provider::Google, 200, body).await;
    assert!(grant.is_ok(), "{grant:?}");
}

#[tokio::test]
async fn a_grant_that_would_end_within_the_hour_is_none() {
    for refresh_token in [Value::Null, json!("")] {
        let mut body = tokens(GOOGLE_SCOPES);
        body["refresh_token"] = refresh_token;
        let error = exchange_answered_by(Provider::Google, 200, body)
            .await
            .unwrap_err();
        assert_eq!(error, FlowError::NoRefreshToken);
        assert!(!error.is_transient());
    }
}

#[tokio::test]
async fn a_spent_code_sends_its_owner_back_to_the_consent_page() {
    let google = json!({"error": "invalid_grant", "error_description": "Malformed auth code."});
    // The whole of Microsoft's form (learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow).
    let microsoft = json!({"error": "invalid_grant",
        "error_description": "AADSTS54005: OAuth2 Authorization code was already redeemed, please \
            retry with a new valid code. Trace ID: 255d1aef-8c98-452f-ac51-23d051240864\r\n\
            Correlation ID: fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7\r\nTimestamp: 2026-01-09 02:02:12Z",
        "error_codes": [54005], "timestamp": "2026-01-09 02:02:12Z",
        "trace_id": "255d1aef-8c98-452f-ac51-23d051240864",
        "correlation_id": "fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7",
        "error_uri": "https://login.microsoftonline.com/error?code=54005"});
    for (provider, body, words) in [
        (Provider::Google, google, "Malformed auth code."),
        (Provider::Outlook, microsoft, "AADSTS54005: OAuth2"),
    ] {
        let error = exchange_answered_by(provider, 400, body).await.unwrap_err();
        let FlowError::Endpoint(EndpointError::Rejected { code, detail }) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(code, "invalid_grant");
        assert!(detail.starts_with(words), "{detail}");
        assert!(!error.is_transient());
    }
}

#[tokio::test]
async fn a_wrong_registration_is_the_operators() {
    let secret = "AADSTS7000215: Invalid client secret provided.";
    for (status, code, description) in [
        (400, "redirect_uri_mismatch", "Bad Request"),
        (401, "invalid_client", secret),
        (
            401,
            "invalid_client",
            "AADSTS500112: The reply address does not match",
        ),
    ] {
        let body = json!({"error": code, "error_description": description});
        let error = exchange_answered_by(Provider::Outlook, status, body)
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                FlowError::Endpoint(EndpointError::Misconfigured { .. })
            ),
            "{error:?}"
        );
        assert!(!error.is_transient());
    }
    let error = exchange_answered_by(Provider::Google, 404, json!("no"))
        .await
        .unwrap_err();
    assert_eq!(
        error,
        EndpointError::misconfigured("token_url", "HTTP 404 without an OAuth error").into()
    );
}

#[tokio::test]
async fn a_code_is_tried_once_however_the_server_fails() {
    for (status, body) in [(429, json!({})), (503, json!("down")), (200, json!({}))] {
        // Counts the requests.
        let error = exchange_answered_by(Provider::Google, status, body)
            .await
            .unwrap_err();
        assert!(error.is_transient(), "{error:?}");
    }
    let hanging = Router::new().fallback(std::future::pending::<()>);
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"access_token\":\"";
    for url in [serve(hanging).await, refused(), serve_bytes(half)] {
        let error = exchange_at(Provider::Google, url).await.unwrap_err();
        assert!(
            matches!(error, FlowError::Endpoint(EndpointError::Http(_))) && error.is_transient(),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn no_secret_is_ever_shown() {
    let server = Server::answering(200, tokens(GOOGLE_SCOPES));
    let (request, verifier) = request(Provider::Google, server.url());
    let mut shown = format!("{request:?}");
    let grant = exchange(&client(), request).await.unwrap();
    shown += &format!("{grant:?}");
    let parrot = json!({"error": "invalid_grant",
        "error_description": format!("{CODE} with {SECRET} is not valid")});
    let error = exchange_answered_by(Provider::Google, 400, parrot)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("[…] with […] is not valid"));
    shown += &format!("{error} {error:?}");
    let garbled = json!({"access_token": CODE, "refresh_token": SECRET, "expires_in": SECRET});
    let error = exchange_answered_by(Provider::Google, 200, garbled)
        .await
        .unwrap_err();
    shown += &format!("{error} {error:?}");
    let parrot = json!({"error": "x", "error_description": "1//refresh+token&1 is none"});
    let error = revoke_answered_by(400, parrot).await.unwrap_err();
    shown += &format!("{error} {error:?}");
    for secret in [
        SECRET,
        CODE,
        &verifier,
        "access-1",
        "refresh-1",
        "1//refresh",
        "none\"}",
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn a_verifier_is_not_repeated_either() {
    let echo = |Form(form): Form<BTreeMap<String, String>>| async move {
        let description = format!("{} does not match", form["code_verifier"]);
        let body = json!({"error": "invalid_grant", "error_description": description});
        (StatusCode::BAD_REQUEST, Json(body))
    };
    let url = serve(Router::new().route("/", post(echo))).await;
    let error = exchange_at(Provider::Google, url).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the calendar must be connected again (invalid_grant): […] does not match"
    );
}

#[test]
fn an_exchange_may_run_on_any_runtime() {
    fn is_send(_: impl Send) {}
    is_send(exchange(
        &client(),
        request(Provider::Google, String::new()).0,
    ));
    is_send(revoke_at(None));
}
