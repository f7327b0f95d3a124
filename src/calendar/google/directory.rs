//! The account behind a grant, by OpenID Connect
//! (developers.google.com/identity/openid-connect/openid-connect#obtaininguserprofileinformation),
//! and its list of calendars (developers.google.com/workspace/calendar/api/v3/reference/calendarList).

use reqwest::Method;
use serde::Deserialize;

use super::refusal;
use super::requests::GoogleCalendar;
use crate::calendar::answer::read;
use crate::calendar::directory::{CalendarEntry, account, shown_address};
use crate::calendar::error::CalendarError;
use crate::calendar::open_calendar::OpenCalendar;
use crate::calendar::pages::Pages;

/// The most Google gives at once, and of each calendar only what is read.
const LIST: [(&str, &str); 2] = [
    ("maxResults", "250"),
    (
        "fields",
        "kind,nextPageToken,items(id,summary,summaryOverride,primary,accessRole)",
    ),
];

/// The roles that write; `writerWithoutPrivateAccess` is kept from reading others' private events.
const WRITERS: [&str; 3] = ["owner", "writer", "writerWithoutPrivateAccess"];

impl GoogleCalendar<'_> {
    /// Reads the account's address; see [`crate::calendar::provider::CalendarProvider::account_email`].
    pub async fn read_account(
        &self,
        open: &OpenCalendar,
        userinfo_url: &str,
    ) -> Result<String, CalendarError> {
        let answer = account(self.http, open, userinfo_url).await?;
        if !answer.status.is_success() {
            return Err(refusal::meaning(&answer));
        }
        let account: Account = read(&answer.body)?;
        shown_address(account.email)
    }

    /// Lists the account's calendars; see [`crate::calendar::provider::CalendarProvider::calendars`].
    pub async fn calendar_list(
        &self,
        open: &OpenCalendar,
    ) -> Result<Vec<CalendarEntry>, CalendarError> {
        let url = self.api_path(&["users", "me", "calendarList"])?;
        let mut entries = Vec::new();
        let mut pages = Pages::default();
        let mut page_token: Option<String> = None;
        loop {
            let request = self.http.request(Method::GET, url.clone()).query(&LIST);
            let request = request.query(&page_token.map(|token| [("pageToken", token)]));
            let request = request.bearer_auth(open.access_token.secret());
            let page: Page = read(&self.send(request).await?.body)?;
            // Google may leave out an empty list; an answer that is no list at all has neither.
            if page.items.is_none() && page.kind.as_deref() != Some("calendar#calendarList") {
                return Err(CalendarError::BadAnswer(
                    "it is not a list of calendars".into(),
                ));
            }
            for item in page.items.unwrap_or_default() {
                entries.push(item.entry()?);
            }
            let Some(next) = page.next_page_token else {
                return Ok(entries);
            };
            page_token = Some(pages.turn(next)?);
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Account {
    pub(super) email: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    kind: Option<String>,
    pub(super) items: Option<Vec<Item>>,
    next_page_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    id: String,
    summary: Option<String>,
    /// The account's own name for a calendar of others.
    summary_override: Option<String>,
    /// Said of the main calendar only.
    primary: Option<bool>,
    access_role: Option<String>,
}

impl Item {
    pub(super) fn entry(self) -> Result<CalendarEntry, CalendarError> {
        let own_name = self.summary_override.as_deref();
        let name = own_name
            .filter(|name| !name.is_empty())
            .or(self.summary.as_deref());
        let role = self.access_role.as_deref();
        CalendarEntry::new(
            self.id,
            name,
            self.primary == Some(true),
            role.is_some_and(|role| WRITERS.contains(&role)),
        )
    }
}
