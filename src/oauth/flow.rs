//! Connecting a calendar: the authorization code flow with PKCE (RFC 6749, section 4.1; RFC 7636),
//! and giving the grant back (RFC 7009).
//!
//! What lives here: the consent page's URL, and what is said to the authorization server before and
//! after. It stores nothing, knows no owner, and no code, token or secret reaches an error text or
//! a `Debug`.

mod consent;
#[cfg(test)]
mod tests;

use std::time::Duration;

use oauth2::basic::{BasicClient, BasicErrorResponse};
use oauth2::http::header::CONTENT_TYPE;
use oauth2::http::{Method, StatusCode};
use oauth2::{
    AccessToken, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, Scope, TokenResponse as _,
};
use thiserror::Error;
use url::form_urlencoded;

use super::endpoint::{EndpointError, exchange as send, meaning, token_client};
use crate::http::HttpClient;
use crate::provider::Provider;
use consent::Consent;

/// Why a calendar could not be connected, or its grant not be given back.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FlowError {
    /// No exchange, or a refusal. After a code is [`EndpointError::Rejected`] it is spent or too
    /// old, or was not meant for us.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The owner left out a right without which the calendar is of no use.
    #[error(
        "the calendar was connected without the right {0}; connect it again and allow all that is asked for"
    )]
    MissingScope(&'static str),
    /// The access token alone would last an hour.
    #[error("the provider gave no refresh token; connect the calendar again")]
    NoRefreshToken,
}

impl FlowError {
    /// Whether the provider was away or out of order rather than refusing, so that starting over
    /// may well succeed. The code itself is never worth a second try.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Endpoint(EndpointError::Misconfigured { .. }) => false,
            Self::Endpoint(error) => error.is_transient(),
            Self::MissingScope(_) | Self::NoRefreshToken => false,
        }
    }
}

/// What the URL of a consent page is made of.
pub struct AuthorizeRequest<'a> {
    pub provider: Provider,
    /// The provider's authorization endpoint.
    pub auth_url: &'a str,
    /// The application's id at the provider.
    pub client_id: &'a str,
    /// Where the browser goes afterwards, exactly as registered with the provider.
    pub redirect_uri: &'a str,
    /// What comes back with the browser.
    pub state: &'a str,
}

/// A consent page, and what only its answer's receiver may know.
pub struct Authorize {
    /// Where the browser is sent.
    pub url: String,
    /// To be kept, unseen by the browser, until [`exchange`].
    pub pkce_verifier: PkceCodeVerifier,
}

/// Makes the URL of the provider's consent page, with a new PKCE challenge (S256).
///
/// # Errors
/// [`EndpointError::Misconfigured`] where `auth_url` or `redirect_uri` is not a URL.
pub fn authorize_url(request: &AuthorizeRequest<'_>) -> Result<Authorize, FlowError> {
    let auth_url = AuthUrl::new(request.auth_url.into())
        .map_err(|_| EndpointError::misconfigured("auth_url", "not a URL"))?;
    let client = BasicClient::new(ClientId::new(request.client_id.into()))
        .set_auth_uri(auth_url)
        .set_redirect_uri(redirect_url(request.redirect_uri.into())?);
    let (challenge, pkce_verifier) = PkceCodeChallenge::new_random_sha256();
    let consent = Consent::of(request.provider);
    let mut page = client
        .authorize_url(|| CsrfToken::new(request.state.into()))
        .set_pkce_challenge(challenge)
        .add_scopes(consent.scopes.iter().map(|&scope| Scope::new(scope.into())));
    for &(name, value) in consent.parameters {
        page = page.add_extra_param(name, value);
    }
    let (url, _) = page.url();
    Ok(Authorize {
        url: url.into(),
        pkce_verifier,
    })
}

/// What the exchange of a code needs. `Debug` shows neither code nor secrets.
#[derive(Debug)]
pub struct ExchangeRequest {
    pub provider: Provider,
    /// The provider's token endpoint.
    pub token_url: String,
    /// The application's id at the provider.
    pub client_id: String,
    /// The application's secret.
    pub client_secret: ClientSecret,
    /// The one that the consent page was asked with.
    pub redirect_uri: String,
    /// What came back with the browser.
    pub code: AuthorizationCode,
    /// What [`authorize_url`] gave.
    pub pkce_verifier: PkceCodeVerifier,
}

/// What the owner granted. `Debug` shows no token.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The bearer token for the next requests.
    pub access_token: AccessToken,
    /// What later access tokens are asked with.
    pub refresh_token: RefreshToken,
    /// How long the access token lives from now; `None` where the provider does not say.
    pub expires_in: Option<Duration>,
}

/// Redeems a code. One request, never to be repeated: a code can be used once, and some servers take
/// a second use for theft and revoke what the first one gave (RFC 6749, section 4.1.2).
///
/// # Errors
/// Those of [`FlowError`]; after any of them the owner has to start over.
pub async fn exchange(http: &HttpClient, request: ExchangeRequest) -> Result<Grant, FlowError> {
    let ExchangeRequest {
        client_secret,
        code,
        pkce_verifier,
        ..
    } = request;
    let secrets = [client_secret.secret().clone(), code.secret().clone()];
    let client = token_client(request.token_url, request.client_id, client_secret)?
        .set_redirect_uri(redirect_url(request.redirect_uri)?);
    let tokens = client
        .exchange_code(code)
        .set_pkce_verifier(pkce_verifier)
        .request_async(&|wanted: HttpRequest| send(http.clone(), wanted, "token_url"))
        .await
        .map_err(|error| EndpointError::of(error, &secrets.each_ref().map(String::as_str)))?;
    if let Some(scope) = Consent::of(request.provider).missing(tokens.scopes()) {
        return Err(FlowError::MissingScope(scope));
    }
    let refresh_token = tokens
        .refresh_token()
        .filter(|token| !token.secret().is_empty())
        .ok_or(FlowError::NoRefreshToken)?;
    Ok(Grant {
        access_token: tokens.access_token().clone(),
        refresh_token: refresh_token.clone(),
        expires_in: tokens.expires_in(),
    })
}

/// What giving a grant back needs. `Debug` does not show the token.
#[derive(Clone, Debug)]
pub struct RevokeRequest {
    /// The provider's revocation endpoint; Microsoft has none.
    pub revoke_url: Option<String>,
    /// The grant of the calendar's owner.
    pub token: RefreshToken,
}

/// Gives a grant back, so that the token is worth nothing to anybody. Returns whether the provider
/// has taken it back: `false` is a provider that offers no way, `true` also one that did so before.
///
/// Google takes back all that the account has granted this application, not one token: every other
/// connection of the same account ends too (github.com/Significant-Gravitas/AutoGPT/pull/10493).
pub async fn revoke(http: &HttpClient, request: RevokeRequest) -> Result<bool, FlowError> {
    let Some(revoke_url) = request.revoke_url else {
        return Ok(false);
    };
    let token = request.token.secret();
    // By hand, since `oauth2` revokes at https URLs only, and those of tests are not. In the body,
    // because logs keep queries.
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("token", token)
        .finish();
    let wanted = oauth2::http::Request::builder()
        .method(Method::POST)
        .uri(revoke_url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into_bytes())
        .map_err(|_| EndpointError::misconfigured("revoke_url", "not a URL"))?;
    let answer = send(http.clone(), wanted, "revoke_url").await?;
    if answer.status() == StatusCode::OK {
        return Ok(true);
    }
    let refusal: BasicErrorResponse = serde_json::from_slice(answer.body())
        .map_err(|_| EndpointError::BadAnswer("no OAuth error in the answer"))?;
    // RFC 7009, section 2.2, wants 200 for a token that is none any more; Google says this instead.
    if refusal.error().as_ref() == "invalid_token" {
        return Ok(true);
    }
    Err(meaning(&refusal, &[token]).into())
}

fn redirect_url(redirect_uri: String) -> Result<RedirectUrl, EndpointError> {
    RedirectUrl::new(redirect_uri)
        .map_err(|_| EndpointError::misconfigured("redirect_uri", "not a URL"))
}
