//! A calendar that can be asked: where it is, and the open token for it.

use oauth2::AccessToken;
use reqwest::Url;

use super::error::CalendarError;
use crate::provider::Provider;

/// One calendar of one account, and the right to write to it. `Debug` does not show the token.
#[derive(Clone, Debug)]
pub struct OpenCalendar {
    /// Whose calendar it is.
    pub provider: Provider,
    /// The root of the provider's API; `None` is the real one.
    pub api_url: Option<String>,
    /// The bearer token.
    pub access_token: AccessToken,
    /// The calendar the owner chose; `None` is the account's main one.
    pub calendar_id: Option<String>,
}

/// The base of a provider's API.
pub(super) fn api_base(api_url: &str) -> Result<Url, CalendarError> {
    Url::parse(api_url)
        .ok()
        .filter(Url::has_host)
        .ok_or_else(|| CalendarError::Misconfigured("api_url is not a URL".into()))
}
