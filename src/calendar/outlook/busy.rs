//! When the owner of Outlook calendars is busy: `calendarView`, which lists occurrences
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

use std::collections::{BTreeMap, VecDeque};

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use reqwest::{Method, Url};
use serde::Deserialize;
use uuid::Uuid;
use windows_timezones::WindowsTimezone;

use super::batch::REQUESTS_AT_ONCE;
use super::requests::OutlookCalendar;
use super::resource::{Page, transaction_ids};
use crate::calendar::answer::{is_id, read};
use crate::calendar::busy::{
    BusyAnswer, BusyEvent, CalendarSays, Heeded, When, Window, rfc3339, unreadable_event,
};
use crate::calendar::error::CalendarError;
use crate::calendar::open_calendar::OpenCalendar;
use crate::calendar::pages::Pages;

/// Graph refuses a longer view: "Maximum number of days: 1825"
/// (github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/6321).
const LONGEST_VIEW: TimeDelta = TimeDelta::days(1825);

/// Graph gives up to a thousand at once. An event of these properties takes some 700 bytes; a page of
/// events of nearly three times that size still fits the client's cap. The pages of a batch share it.
const PAGE_SIZE: usize = 500;

const PROPERTIES: &str = "id,showAs,isCancelled,isAllDay,start,end,responseStatus,\
                          originalStartTimeZone,transactionId";

/// The ids are the ones under which events are stored.
const PREFER: &str = r#"outlook.timezone="UTC", IdType="ImmutableId""#;

impl OutlookCalendar<'_> {
    /// Reads when the owner is busy by each of these; see
    /// [`crate::calendar::provider::CalendarProvider::busy`]. One page of one calendar is asked for as it
    /// is, several go into a batch: each round is about the next page of every view that has one.
    pub async fn read_calendars(
        &self,
        open: &OpenCalendar,
        window: Window,
        calendars: &[Heeded],
    ) -> Result<Vec<CalendarSays>, CalendarError> {
        let mut says: Vec<_> = calendars.iter().map(|_| BTreeMap::new()).collect();
        let asked = window.with_whole_days();
        let views: Vec<_> = asked.stretches(LONGEST_VIEW).collect();
        let shares = (views.len() * calendars.len()).clamp(1, REQUESTS_AT_ONCE);
        let mut wanted = VecDeque::new();
        for (n, calendar) in calendars.iter().enumerate() {
            let open = open.other(calendar.calendar_id.as_deref());
            for view in &views {
                wanted.push_back(Wanted {
                    calendar: n,
                    url: self.view_url(&open, *view, PAGE_SIZE / shares)?,
                    pages: Pages::smaller(shares),
                });
            }
        }
        while !wanted.is_empty() {
            let some: Vec<_> = wanted.drain(..wanted.len().min(REQUESTS_AT_ONCE)).collect();
            let pages = self.pages(open, &some).await?;
            for (asked, page) in some.into_iter().zip(pages) {
                let id = calendars[asked.calendar].calendar_id.as_deref();
                let next = page.and_then(|page| self.take(asked, page, &mut says));
                let next = next.map_err(|error| match calendars.len() {
                    1 => error,
                    _ => error.within(id),
                })?;
                wanted.extend(next);
            }
        }
        let says = says.into_iter().zip(calendars);
        let says = says.map(|(busy, calendar)| CalendarSays {
            calendar_id: calendar.calendar_id.clone(),
            answer: BusyAnswer::Complete {
                covers: window,
                busy: busy.into_values().collect(),
                next: None,
            },
        });
        Ok(says.collect())
    }

    /// One page of each of these, in their order.
    async fn pages(
        &self,
        open: &OpenCalendar,
        wanted: &[Wanted],
    ) -> Result<Vec<Result<Page<Item>, CalendarError>>, CalendarError> {
        if let [wanted] = wanted {
            let request = self.http.request(Method::GET, wanted.url.clone());
            let request = request
                .bearer_auth(open.access_token.secret())
                .header("Prefer", PREFER);
            return Ok(vec![read(&self.send(request).await?.body)]);
        }
        let urls: Vec<_> = wanted.iter().map(|wanted| &wanted.url).collect();
        self.batch(open, &urls, PREFER).await
    }

    /// Keeps the busy events of a page, by their ids; the page after it, where there is one.
    fn take(
        &self,
        mut asked: Wanted,
        page: Page<Item>,
        says: &mut [BTreeMap<String, BusyEvent>],
    ) -> Result<Option<Wanted>, CalendarError> {
        let busy = &mut says[asked.calendar];
        for item in page.value {
            if let Some(event) = item.busy()? {
                busy.insert(event.event_id.clone(), event);
            }
        }
        let Some(next) = page.next_link else {
            return Ok(None);
        };
        asked.url = self.next_page(&asked.pages.turn(next)?)?;
        Ok(Some(asked))
    }

    fn view_url(
        &self,
        open: &OpenCalendar,
        view: Window,
        size: usize,
    ) -> Result<Url, CalendarError> {
        let mut url = self.calendar_url(open, "calendarView")?;
        url.query_pairs_mut()
            .append_pair("startDateTime", &rfc3339(view.from))
            .append_pair("endDateTime", &rfc3339(view.until))
            .append_pair("$select", PROPERTIES)
            .append_pair("$top", &size.to_string());
        Ok(url)
    }

    /// The next page, which has to be where the API is: the token goes nowhere else.
    pub(super) fn next_page(&self, link: &str) -> Result<Url, CalendarError> {
        self.api_url
            .join(link)
            .ok()
            .filter(|url| url.origin() == self.api_url.origin())
            .ok_or_else(|| CalendarError::BadAnswer("the next page is on another host".into()))
    }
}

/// A page that is still to be read.
struct Wanted {
    /// Which of the calendars it is of.
    calendar: usize,
    url: Url,
    pages: Pages,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
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
    pub(super) fn busy(self) -> Result<Option<BusyEvent>, CalendarError> {
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
        if !is_id(&self.id) {
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
