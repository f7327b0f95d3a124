//! A strict fake authorization server over real sockets, and what it is asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use oauth2::http::StatusCode;
use oauth2::{AuthorizationCode, ClientSecret, RefreshToken};
use serde_json::{Value, json};

use crate::http::HttpClient;
use crate::http::test_server::serve;
use crate::oauth::flow::{
    Authorize, AuthorizeRequest, ExchangeRequest, FlowError, Grant, RevokeRequest, authorize_url,
    exchange, revoke,
};
use crate::provider::Provider;

pub const SECRET: &str = "client-secret-1";
pub const CODE: &str = "4/0Adeu5B=code 1";
pub const REDIRECT: &str = "https://app.example/calendar/callback?from=google";
pub const GOOGLE_SCOPES: &str = "https://www.googleapis.com/auth/calendar.events \
    https://www.googleapis.com/auth/userinfo.email openid \
    https://www.googleapis.com/auth/calendar.calendarlist.readonly";

pub fn authorize(provider: Provider, auth_url: &str) -> Result<Authorize, FlowError> {
    authorize_url(&AuthorizeRequest {
        provider,
        auth_url,
        client_id: "client-1",
        redirect_uri: REDIRECT,
        state: "user:42:google:n0-_nce",
    })
}

/// A server that gives one answer and keeps the forms it was sent.
#[derive(Clone)]
pub struct Server {
    answer: (u16, Value),
    forms: Arc<Mutex<Vec<BTreeMap<String, String>>>>,
}

impl Server {
    pub fn answering(status: u16, body: Value) -> Self {
        Self {
            answer: (status, body),
            forms: Arc::default(),
        }
    }

    /// Its URL. It takes POST with a form only.
    pub async fn start(&self) -> String {
        let router = Router::new().route("/oauth", post(Self::keep));
        serve(router.with_state(self.clone())).await + "/oauth"
    }

    async fn keep(State(server): State<Self>, Form(form): Form<Vec<(String, String)>>) -> Response {
        let fields: BTreeMap<_, _> = form.iter().cloned().collect();
        assert_eq!(fields.len(), form.len(), "a field was sent twice");
        server.forms.lock().unwrap().push(fields);
        let (status, body) = server.answer;
        (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
    }

    pub fn forms(&self) -> Vec<BTreeMap<String, String>> {
        self.forms.lock().unwrap().clone()
    }
}

pub fn client() -> HttpClient {
    HttpClient::new(Duration::from_millis(500)).unwrap()
}

pub fn request(provider: Provider, token_url: String) -> (ExchangeRequest, String) {
    let page = authorize(provider, "https://login.example/").unwrap();
    let verifier = page.pkce_verifier.secret().clone();
    let request = ExchangeRequest {
        provider,
        token_url,
        client_id: "client-1".into(),
        client_secret: ClientSecret::new(SECRET.into()),
        redirect_uri: REDIRECT.into(),
        code: AuthorizationCode::new(CODE.into()),
        pkce_verifier: page.pkce_verifier,
    };
    (request, verifier)
}

pub async fn exchange_at(provider: Provider, token_url: String) -> Result<Grant, FlowError> {
    exchange(&client(), request(provider, token_url).0).await
}

/// The outcome of a code at a server with this answer, which is asked once whatever it says.
pub async fn exchange_answered_by(
    provider: Provider,
    status: u16,
    body: Value,
) -> Result<Grant, FlowError> {
    let server = Server::answering(status, body);
    let (request, verifier) = request(provider, server.start().await);
    let outcome = exchange(&client(), request).await;
    let expected = [
        ("client_id", "client-1"),
        ("client_secret", SECRET),
        ("code", CODE),
        ("code_verifier", verifier.as_str()),
        ("grant_type", "authorization_code"),
        ("redirect_uri", REDIRECT),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(server.forms(), [BTreeMap::from(expected)]);
    outcome
}

pub fn tokens(scope: &str) -> Value {
    json!({"access_token": "access-1", "refresh_token": "refresh-1", "token_type": "Bearer",
        "expires_in": 3599, "scope": scope})
}

pub async fn revoke_at(revoke_url: Option<String>) -> Result<bool, FlowError> {
    let token = RefreshToken::new("1//refresh+token&1".into());
    revoke(&client(), RevokeRequest { revoke_url, token }).await
}

/// The outcome at a revocation endpoint with this answer, which is asked once.
pub async fn revoke_answered_by(status: u16, body: Value) -> Result<bool, FlowError> {
    let server = Server::answering(status, body);
    let outcome = revoke_at(Some(server.start().await)).await;
    let expected = ("token".to_owned(), "1//refresh+token&1".to_owned());
    assert_eq!(server.forms(), [BTreeMap::from([expected])]);
    outcome
}
