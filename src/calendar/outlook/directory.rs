//! The account behind a grant (learn.microsoft.com/graph/api/user-get) and its calendars
//! (learn.microsoft.com/graph/api/user-list-calendars).

use serde::Deserialize;

use super::refusal;
use super::requests::OutlookCalendar;
use crate::calendar::answer::read;
use crate::calendar::directory::{CalendarEntry, account, shown_address};
use crate::calendar::error::CalendarError;
use crate::calendar::open_calendar::OpenCalendar;

impl OutlookCalendar<'_> {
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
        let mail = account.mail.filter(|mail| !mail.is_empty());
        shown_address(mail.or(account.user_principal_name))
    }

    /// Lists the account's calendars; see [`crate::calendar::provider::CalendarProvider::calendars`]. Their ids are
    /// constant without being asked for as immutable ones (…/graph/outlook-immutable-id).
    pub async fn calendar_list(
        &self,
        open: &OpenCalendar,
    ) -> Result<Vec<CalendarEntry>, CalendarError> {
        let mut url = self.url(&["me", "calendars"])?;
        url.query_pairs_mut()
            .append_pair("$select", "id,name,canEdit,isDefaultCalendar")
            .append_pair("$top", "100");
        let items: Vec<Item> = self.list(open, url).await?;
        items.into_iter().map(Item::entry).collect()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    /// Where there is a mailbox.
    mail: Option<String>,
    /// The name to sign in with, in the form of an address.
    user_principal_name: Option<String>,
}

/// All but the id may be null (learn.microsoft.com/graph/api/resources/calendar).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    id: String,
    name: Option<String>,
    can_edit: Option<bool>,
    is_default_calendar: Option<bool>,
}

impl Item {
    pub(super) fn entry(self) -> Result<CalendarEntry, CalendarError> {
        CalendarEntry::new(
            self.id,
            self.name.as_deref(),
            self.is_default_calendar == Some(true),
            self.can_edit == Some(true),
        )
    }
}
