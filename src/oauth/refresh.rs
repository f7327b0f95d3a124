//! A fresh access token for a stored refresh token (RFC 6749, section 6).
//!
//! What lives here: the request and its answer. It stores nothing, and no token or secret reaches
//! an error text or a `Debug`.

#[cfg(test)]
mod tests;

use std::time::Duration;

use oauth2::{AccessToken, ClientSecret, HttpRequest, RefreshToken, TokenResponse as _};

use super::endpoint::{EndpointError, exchange, token_client};
use crate::http::HttpClient;

/// What one refresh needs. `Debug` shows neither the secret nor the token.
#[derive(Clone, Debug)]
pub struct RefreshRequest {
    /// The provider's token endpoint.
    pub token_url: String,
    /// The application's id at the provider.
    pub client_id: String,
    /// The application's secret.
    pub client_secret: ClientSecret,
    /// The grant of the calendar's owner.
    pub refresh_token: RefreshToken,
}

/// What the token endpoint gave. `Debug` shows no token.
#[derive(Clone, Debug)]
pub struct FreshTokens {
    /// The bearer token for the next requests.
    pub access_token: AccessToken,
    /// A new refresh token that replaces the stored one; `None` keeps the stored one.
    pub refresh_token: Option<RefreshToken>,
    /// How long the access token lives from now; `None` where the provider does not say.
    pub expires_in: Option<Duration>,
}

/// Why there is no fresh token.
pub type RefreshError = EndpointError;

/// Exchanges a refresh token for an access token, with the scopes granted before. One request.
pub async fn refresh(
    http: &HttpClient,
    request: RefreshRequest,
) -> Result<FreshTokens, RefreshError> {
    let client = token_client(
        request.token_url,
        request.client_id,
        request.client_secret.clone(),
    )?;
    let tokens = client
        .exchange_refresh_token(&request.refresh_token)
        .request_async(&|wanted: HttpRequest| exchange(http.clone(), wanted, "token_url"))
        .await
        .map_err(|error| {
            let secrets = [
                request.client_secret.secret().as_str(),
                request.refresh_token.secret(),
            ];
            RefreshError::of(error, &secrets)
        })?;
    Ok(FreshTokens {
        access_token: tokens.access_token().clone(),
        refresh_token: tokens
            .refresh_token()
            .filter(|token| !token.secret().is_empty())
            .cloned(),
        expires_in: tokens.expires_in(),
    })
}
