//! Whose account was connected, and which calendars it has: what a connection is made of before any
//! event is.
//!
//! Where a provider keeps this and in what words lives with the provider (`google/directory.rs`,
//! `outlook/directory.rs`). Nothing here stores, refreshes or retries.

#[cfg(test)]
mod tests;

use oauth2::AccessToken;
use reqwest::{Method, Url};

use super::google::GoogleCalendar;
use super::outlook::OutlookCalendar;
use super::{CalendarError, Mailbox};
use crate::http::HttpClient;
use crate::oauth::provider::Provider;

/// The longest address in octets: 64 before the @ and 255 after it (RFC 5321, section 4.5.3.1).
const LONGEST_ADDRESS: usize = 64 + 1 + 255;

/// One calendar that an account's owner sees in their list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEntry {
    /// What [`Mailbox::calendar_id`] wants.
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
        if calendar_id.is_empty() || calendar_id.contains(char::is_control) {
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

/// The e-mail address of the account that a token belongs to. One request.
///
/// `userinfo_url` is asked exactly as it is: OpenID Connect's user info at Google, `/me` at Graph.
/// The address is for showing; it proves nothing about who may do what.
///
/// # Errors
/// Those of [`CalendarError`]; [`CalendarError::BadAnswer`] for an account without an address.
pub async fn account_email(
    http: &HttpClient,
    provider: Provider,
    userinfo_url: &str,
    access_token: &AccessToken,
) -> Result<String, CalendarError> {
    let url = Url::parse(userinfo_url)
        .map_err(|_| CalendarError::Misconfigured("userinfo_url is not a URL".into()))?;
    let request = http.request(Method::GET, url);
    let answer = http
        .send(request.bearer_auth(access_token.secret()))
        .await?;
    let address = match provider {
        Provider::Google => GoogleCalendar::account_email(&answer),
        Provider::Outlook => OutlookCalendar::account_email(&answer),
    }?;
    address
        .filter(|address| is_address(address))
        .ok_or_else(|| CalendarError::BadAnswer("an account without an e-mail address".into()))
}

/// All calendars in the account's list, in the provider's order. `mailbox.calendar_id` plays no part.
///
/// A list is complete or there is none. One request a page, each within the client's time-out.
///
/// # Errors
/// Those of [`CalendarError`].
pub async fn calendars(
    http: &HttpClient,
    mailbox: &Mailbox,
) -> Result<Vec<CalendarEntry>, CalendarError> {
    let api_url = mailbox.api_url.as_deref();
    match mailbox.provider {
        Provider::Google => {
            let google = GoogleCalendar::new(http, api_url)?;
            google.calendar_list(mailbox).await
        }
        Provider::Outlook => {
            let outlook = OutlookCalendar::new(http, api_url)?;
            outlook.calendar_list(mailbox).await
        }
    }
}

/// Whether a text can be shown as an address; providers know best which addresses there are.
fn is_address(text: &str) -> bool {
    text.len() <= LONGEST_ADDRESS
        && text.contains('@')
        && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}
