//! Whose account was connected, and which calendars it has: what a connection is made of before any
//! event is.
//!
//! Where a provider keeps this and in what words lives with the provider (`google/directory.rs`,
//! `outlook/directory.rs`). Nothing here stores, refreshes or retries.

#[cfg(test)]
mod tests;

use reqwest::{Method, Url};

use super::error::CalendarError;
use super::open_calendar::{OpenCalendar, is_id};
use crate::http::{Answer, HttpClient};

/// The longest address in octets: 64 before the @ and 255 after it (RFC 5321, section 4.5.3.1).
const LONGEST_ADDRESS: usize = 64 + 1 + 255;

/// One calendar that an account's owner sees in their list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEntry {
    /// What [`OpenCalendar::calendar_id`] wants.
    pub calendar_id: String,
    /// The name under which its owner sees it, on one line.
    pub name: String,
    /// Whether this is the account's main calendar, the one that no id means.
    pub is_primary: bool,
    /// Whether the account may put events into it.
    pub can_write: bool,
}

impl CalendarEntry {
    /// An entry as the provider tells it.
    pub(super) fn new(
        calendar_id: String,
        name: Option<&str>,
        is_primary: bool,
        can_write: bool,
    ) -> Result<Self, CalendarError> {
        if !is_id(&calendar_id) {
            return Err(CalendarError::BadAnswer(
                "a calendar without a usable id".into(),
            ));
        }
        Ok(Self {
            calendar_id,
            // PostgreSQL stores no NUL, and nobody wants the others in a list.
            name: name.unwrap_or("").replace(char::is_control, " "),
            is_primary,
            can_write,
        })
    }
}

/// What the account's own page says, whatever its status. `userinfo_url` is asked exactly as it is.
pub(super) async fn account(
    http: &HttpClient,
    open: &OpenCalendar,
    userinfo_url: &str,
) -> Result<Answer, CalendarError> {
    let url = Url::parse(userinfo_url)
        .map_err(|_| CalendarError::Misconfigured("userinfo_url is not a URL".into()))?;
    let request = http.request(Method::GET, url);
    let request = request.bearer_auth(open.access_token.secret());
    Ok(http.send(request).await?)
}

/// The address that an account tells, if it can be shown as one.
pub(super) fn shown_address(address: Option<String>) -> Result<String, CalendarError> {
    address
        .filter(|address| is_address(address))
        .ok_or_else(|| CalendarError::BadAnswer("an account without an e-mail address".into()))
}

/// Whether a text can be shown as an address; providers know best which addresses there are.
fn is_address(text: &str) -> bool {
    text.len() <= LONGEST_ADDRESS
        && text.contains('@')
        && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}
