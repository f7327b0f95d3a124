//! Giving a grant back.

use serde_json::json;

use super::server::*;
use crate::http::HttpError;
use crate::http::test_server::refused;
use crate::oauth::endpoint::EndpointError;
use crate::oauth::flow::FlowError;

#[tokio::test]
async fn a_grant_is_given_back_once_or_was_before() {
    assert_eq!(revoke_answered_by(200, json!({})).await, Ok(true));
    let gone = json!({"error": "invalid_token", "error_description": "Token expired or revoked"});
    assert_eq!(revoke_answered_by(400, gone).await, Ok(true));
}

#[tokio::test]
async fn a_provider_without_revocation_is_not_asked() {
    assert_eq!(revoke_at(None).await, Ok(false));
}

#[tokio::test]
async fn a_grant_that_was_not_given_back_is_not_reported_as_such() {
    let unsupported = json!({"error": "unsupported_token_type"});
    let error = revoke_answered_by(400, unsupported).await.unwrap_err();
    assert!(!error.is_transient(), "{error:?}");
    assert_eq!(
        revoke_answered_by(404, json!("no")).await,
        Err(EndpointError::misconfigured("revoke_url", "HTTP 404 without an OAuth error").into())
    );
    let error = revoke_answered_by(503, json!({})).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    let error = revoke_at(Some(refused())).await.unwrap_err();
    assert!(
        matches!(
            error,
            FlowError::Endpoint(EndpointError::Http(HttpError::Connect(_)))
        ),
        "{error:?}"
    );
    for url in ["", "mailto:a@example.com"] {
        let error = revoke_at(Some(url.into())).await.unwrap_err();
        let FlowError::Endpoint(EndpointError::Misconfigured { code, .. }) = error else {
            panic!("{error:?}")
        };
        assert_eq!(code, "revoke_url");
    }
}
