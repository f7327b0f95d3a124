//! An endpoint of OAuth that answers as it is told, and what it is asked.

use std::collections::BTreeMap;
use std::time::Duration;

use oauth2::{AuthorizationCode, ClientSecret, RefreshToken};
use serde_json::{Value, json};
use stand_ins::{Fault, Google};

use crate::http::HttpClient;
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

/// The stand-in's endpoint, with one answer to the one form that it is to be sent.
pub struct Server(Google);

impl Server {
    pub fn answering(status: u16, body: Value) -> Self {
        let google = Google::start(0);
        google.next_token(Fault::answer(status, body));
        Self(google)
    }

    pub fn url(&self) -> String {
        self.0.token_url()
    }

    /// The forms it was sent.
    pub fn forms(&self) -> Vec<BTreeMap<String, String>> {
        self.0.requests().iter().map(|asked| asked.form()).collect()
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
    let (request, verifier) = request(provider, server.url());
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
    let outcome = revoke_at(Some(server.url())).await;
    let expected = ("token".to_owned(), "1//refresh+token&1".to_owned());
    assert_eq!(server.forms(), [BTreeMap::from([expected])]);
    outcome
}
