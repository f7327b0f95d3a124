//! When the owner of an Outlook calendar is busy: `calendarView`, which lists occurrences
//! (learn.microsoft.com/graph/api/calendar-list-calendarview). Personal accounts have no
//! `getSchedule`.
//!
//! `calendarView/delta` is not used. It knows no `$select` (…/graph/api/event-delta), so its first
//! round brings every event with its body; it lists occurrences without the properties they share
//! with their series, and whatever changes outside the window as removed. The plain view costs one
//! request up to five hundred events, so there is no sync token and nothing to keep.
//!
//! **All-day events** come as midnights whatever zone is asked for; the zone in which they were
//! made comes along. `UTC` there means nothing: phones and programs write it, and Graph writes it
//! where it does not know. Such days are the owner's own, as Outlook shows them.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;
use reqwest::{Method, Url};
use serde::Deserialize;
use uuid::Uuid;
use windows_timezones::WindowsTimezone;

use super::requests::OutlookCalendar;
use super::resource::{Page, transaction_ids};
use crate::calendar::answer::read;
use crate::calendar::busy::{BusyAnswer, BusyEvent, When, Window, unreadable_event};
use crate::calendar::error::CalendarError;
use crate::calendar::open_calendar::OpenCalendar;
use crate::calendar::pages::Pages;

/// Graph refuses a longer view: "Maximum number of days: 1825"
/// (github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/6321).
const LONGEST_VIEW: TimeDelta = TimeDelta::days(1825);

/// Graph gives up to a thousand at once. An event of these properties takes some 700 bytes; a page of
/// events of nearly three times that size still fits the client's cap.
const PAGE_SIZE: &str = "500";

const PROPERTIES: &str = "id,showAs,isCancelled,isAllDay,start,end,responseStatus,\
                          originalStartTimeZone,transactionId";

/// The ids are the ones under which events are stored.
const PREFER: &str = r#"outlook.timezone="UTC", IdType="ImmutableId""#;

impl OutlookCalendar<'_> {
    /// Reads when the calendar's owner is busy; see [`crate::calendar::provider::CalendarProvider::busy`].
    pub async fn read_busy(
        &self,
        open: &OpenCalendar,
        window: Window,
    ) -> Result<BusyAnswer, CalendarError> {
        let asked = window.with_whole_days();
        let mut busy = BTreeMap::new();
        let mut from = asked.from;
        while from < asked.until {
            let until = from
                .checked_add_signed(LONGEST_VIEW)
                .map_or(asked.until, |longest| longest.min(asked.until));
            self.view(open, Window { from, until }, &mut busy).await?;
            from = until;
        }
        Ok(BusyAnswer::Complete {
            covers: window,
            busy: busy.into_values().collect(),
            next: None,
        })
    }

    /// Adds the busy events of one view, by their ids.
    async fn view(
        &self,
        open: &OpenCalendar,
        view: Window,
        busy: &mut BTreeMap<String, BusyEvent>,
    ) -> Result<(), CalendarError> {
        let mut pages = Pages::default();
        let mut url = self.view_url(open, view)?;
        loop {
            let request = self.http.request(Method::GET, url);
            let request = request
                .bearer_auth(open.access_token.secret())
                .header("Prefer", PREFER);
            let page: Page<Item> = read(&self.send(request).await?.body)?;
            for item in page.value {
                if let Some(event) = item.busy()? {
                    busy.insert(event.event_id.clone(), event);
                }
            }
            let Some(next) = page.next_link else {
                return Ok(());
            };
            url = self.next_page(&pages.turn(next)?)?;
        }
    }

    fn view_url(&self, open: &OpenCalendar, view: Window) -> Result<Url, CalendarError> {
        let mut url = self.calendar_url(open, "calendarView")?;
        url.query_pairs_mut()
            .append_pair("startDateTime", &rfc3339(view.from))
            .append_pair("endDateTime", &rfc3339(view.until))
            .append_pair("$select", PROPERTIES)
            .append_pair("$top", PAGE_SIZE);
        Ok(url)
    }

    /// The next page, which has to be where the API is: the token goes nowhere else.
    fn next_page(&self, link: &str) -> Result<Url, CalendarError> {
        self.api_url
            .join(link)
            .ok()
            .filter(|url| url.origin() == self.api_url.origin())
            .ok_or_else(|| CalendarError::BadAnswer("the next page is on another host".into()))
    }
}

fn rfc3339(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    show_as: Option<String>,
    is_cancelled: Option<bool>,
    is_all_day: Option<bool>,
    response_status: Option<ResponseStatus>,
    start: Option<Moment>,
    end: Option<Moment>,
    original_start_time_zone: Option<String>,
    /// Tells the meeting, if the event is ours. The mark would not do: it goes along when an owner
    /// copies the event, and the copy keeps its owner busy.
    transaction_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ResponseStatus {
    response: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moment {
    date_time: NaiveDateTime,
    time_zone: String,
}

impl Moment {
    /// The local time in UTC, the zone that was asked for; times in any other are not understood.
    fn utc(&self) -> Result<NaiveDateTime, CalendarError> {
        if self.time_zone.eq_ignore_ascii_case("UTC") {
            Ok(self.date_time)
        } else {
            Err(CalendarError::BadAnswer(
                "an event in a zone that was not asked for".into(),
            ))
        }
    }
}

impl Item {
    /// Whether the owner is free while this takes place. An invitation counts until it is declined,
    /// and whatever has a value that is not known here counts.
    fn is_free(&self) -> bool {
        let response = self.response_status.as_ref();
        self.is_cancelled == Some(true)
            || matches!(self.show_as.as_deref(), Some("free" | "workingElsewhere"))
            || response.is_some_and(|status| status.response.as_deref() == Some("declined"))
    }

    /// The event, unless its owner is free while it takes place.
    fn busy(self) -> Result<Option<BusyEvent>, CalendarError> {
        if self.is_free() {
            return Ok(None);
        }
        let (Some(start), Some(end)) = (&self.start, &self.end) else {
            return Err(unreadable_event());
        };
        let (start, end) = (start.utc()?, end.utc()?);
        let is_midnight = |time: NaiveDateTime| time.time() == NaiveTime::MIN;
        let when = if self.is_all_day == Some(true) && is_midnight(start) && is_midnight(end) {
            let zone = self.original_start_time_zone.as_deref().and_then(iana_name);
            Some(When::days(start.date(), end.date(), zone)?)
        } else {
            When::instants(start.and_utc(), end.and_utc())?
        };
        if self.id.is_empty() {
            return Err(unreadable_event());
        }
        Ok(when.map(|when| BusyEvent {
            event_id: self.id,
            meeting_id: self.transaction_id.as_deref().and_then(meeting_of),
            when,
        }))
    }
}

/// The meeting whose event would have been made with this transaction id.
fn meeting_of(transaction_id: &str) -> Option<Uuid> {
    let meeting_id = Uuid::try_parse(transaction_id.get(..36)?).ok()?;
    transaction_ids(meeting_id)
        .any(|id| id == transaction_id)
        .then_some(meeting_id)
}

/// The IANA name of a zone that Graph names: by its Windows name (the mapping is Unicode CLDR's) or
/// by its IANA name; there are also custom ones that are defined nowhere.
fn iana_name(name: &str) -> Option<String> {
    if name.eq_ignore_ascii_case("UTC") {
        return None;
    }
    match name.parse::<WindowsTimezone>() {
        Ok(zone) => Some(zone.tzdb_id().into()),
        Err(_) => name.parse::<Tz>().ok().map(|zone| zone.name().into()),
    }
}
