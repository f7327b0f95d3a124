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

impl OpenCalendar {
    /// Another calendar of the same account.
    pub(super) fn other(&self, calendar_id: Option<&str>) -> Self {
        Self {
            calendar_id: calendar_id.map(String::from),
            ..self.clone()
        }
    }
}

/// The longest id of a calendar, in bytes.
const LONGEST_ID: usize = 1024;

/// Whether a text can be a provider's id, and so one segment of a URL's path. Dots would be dropped from
/// it, and so would tabs and line breaks, which could leave dots behind: the request would go somewhere
/// else. The tables' checks say the same (sql/connections.sql).
pub fn is_id(text: &str) -> bool {
    !matches!(text, "" | "." | "..") && text.len() <= LONGEST_ID && !text.contains(char::is_control)
}

/// The base of a provider's API.
pub(super) fn api_base(api_url: &str) -> Result<Url, CalendarError> {
    Url::parse(api_url)
        .ok()
        .filter(Url::has_host)
        .ok_or_else(|| CalendarError::Misconfigured("api_url is not a URL".into()))
}
