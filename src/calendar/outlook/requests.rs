//! The requests to Graph that events need: where each goes, what it carries and what it brings back.
//! No order of requests is decided here.

use reqwest::{Method, RequestBuilder, Url};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::refusal;
use super::resource::{CalendarResource, EventBody, EventResource, Page, SHOWN, mark_filter};
use crate::calendar::answer::read;
use crate::calendar::error::CalendarError;
use crate::calendar::event::{Event, StoredEvent};
use crate::calendar::open_calendar::{OpenCalendar, api_base, is_id};
use crate::http::{Answer, HttpClient};

const API_URL: &str = "https://graph.microsoft.com/v1.0";
/// Has every id told and taken in the form that survives a move to another calendar.
const PREFER: &str = r#"IdType="ImmutableId""#;
/// More pages than this, of ten and more entries each, are no calendars of a person.
const MAX_PAGES: usize = 50;

/// Microsoft Graph behind one API root.
pub struct OutlookCalendar<'a> {
    pub(super) http: &'a HttpClient,
    pub(super) api_url: Url,
}

/// An event and the calendar that lists it, where that is another one than the chosen one.
pub struct Found {
    pub calendar: Option<String>,
    pub event: EventResource,
}

/// What became of an insert.
pub enum Inserted {
    /// The event, made now or by an earlier request with this transaction id.
    Event(EventResource),
    /// The transaction id was used for an event that looks different. Graph tells its id in an
    /// annotation that is documented nowhere.
    Refused {
        event_id: Option<String>,
        reason: String,
    },
}

impl<'a> OutlookCalendar<'a> {
    /// Speaks to Graph, or to what pretends to be Graph at `api_url`.
    pub fn new(http: &'a HttpClient, api_url: Option<&str>) -> Result<Self, CalendarError> {
        let api_url = api_base(api_url.unwrap_or(API_URL))?;
        Ok(Self { http, api_url })
    }

    /// The URL of something that the chosen calendar has.
    pub(super) fn calendar_url(
        &self,
        open: &OpenCalendar,
        what: &str,
    ) -> Result<Url, CalendarError> {
        match open.calendar_id.as_deref() {
            None => self.url(&["me", what]),
            Some(id) => self.url(&["me", "calendars", id, what]),
        }
    }

    /// The URL of one event. Where another person has shared a calendar, its events are reached by
    /// way of it only.
    fn event_url(&self, calendar: Option<&str>, id: &str) -> Result<Url, CalendarError> {
        match calendar {
            None => self.url(&["me", "events", id]),
            Some(calendar) => self.url(&["me", "calendars", calendar, "events", id]),
        }
    }

    pub(super) fn url(&self, path: &[&str]) -> Result<Url, CalendarError> {
        if let Some(segment) = path.iter().find(|segment| !is_id(segment)) {
            return Err(CalendarError::Misconfigured(format!(
                "{segment:?} is not an id"
            )));
        }
        let mut url = self.api_url.clone();
        url.path_segments_mut()
            .map_err(|()| CalendarError::Misconfigured("api_url is not a URL".into()))?
            .pop_if_empty()
            .extend(path);
        Ok(url)
    }

    pub(super) fn request(&self, method: Method, open: &OpenCalendar, url: Url) -> RequestBuilder {
        let request = self.http.request(method, url);
        request
            .bearer_auth(open.access_token.secret())
            .header("Prefer", PREFER)
    }

    /// Sends a request; every status but success is an error.
    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Answer, CalendarError> {
        let answer = self.http.send(request).await?;
        if answer.status.is_success() {
            Ok(answer)
        } else {
            Err(refusal::meaning(&answer))
        }
    }

    /// All entries of a list. Its further pages are followed on the API's own host only, because the
    /// token goes along.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        open: &OpenCalendar,
        mut url: Url,
    ) -> Result<Vec<T>, CalendarError> {
        let mut entries = Vec::new();
        for _ in 0..MAX_PAGES {
            let request = self.request(Method::GET, open, url);
            let page: Page<T> = read(&self.send(request).await?.body)?;
            entries.extend(page.value);
            let Some(next) = page.next_link else {
                return Ok(entries);
            };
            url = Url::parse(&next)
                .ok()
                .filter(|next| next.origin() == self.api_url.origin())
                .ok_or_else(|| CalendarError::BadAnswer("its next page is elsewhere".into()))?;
        }
        Err(CalendarError::BadAnswer("a list without an end".into()))
    }

    /// The events of a meeting that a calendar lists; `None` is the main one.
    pub(super) async fn marked(
        &self,
        open: &OpenCalendar,
        calendar: Option<&str>,
        meeting_id: Uuid,
    ) -> Result<Vec<EventResource>, CalendarError> {
        // Not /me/events, of which the reference only says "in the user's mailbox".
        let mut url = match calendar {
            None => self.url(&["me", "calendar", "events"]),
            Some(id) => self.url(&["me", "calendars", id, "events"]),
        }?;
        url.query_pairs_mut()
            .append_pair("$filter", &mark_filter(meeting_id))
            .extend_pairs(SHOWN);
        let mut events: Vec<EventResource> = self.list(open, url).await?;
        // Were the filter ever passed over, events of the owner's own would be at stake.
        events.retain(|event| event.is_marked(meeting_id));
        Ok(events)
    }

    /// The ids of the calendars in which the owner can put events.
    pub(super) async fn editable_calendars(
        &self,
        open: &OpenCalendar,
    ) -> Result<Vec<String>, CalendarError> {
        let mut url = self.url(&["me", "calendars"])?;
        url.query_pairs_mut()
            .append_pair("$select", "id,canEdit")
            .append_pair("$top", "100");
        let calendars: Vec<CalendarResource> = self.list(open, url).await?;
        let editable = calendars
            .into_iter()
            .filter(|calendar| calendar.can_edit == Some(true));
        Ok(editable.map(|calendar| calendar.id).collect())
    }

    /// The event of this id, wherever in the mailbox it is, be it the bin. `None` where there is
    /// none.
    pub(super) async fn get(
        &self,
        open: &OpenCalendar,
        event_id: &str,
    ) -> Result<Option<EventResource>, CalendarError> {
        let mut url = self.event_url(None, event_id)?;
        url.query_pairs_mut().extend_pairs(SHOWN);
        match self.send(self.request(Method::GET, open, url)).await {
            Ok(answer) => EventResource::read(&answer.body).map(Some),
            Err(CalendarError::NotFound(_) | CalendarError::Gone(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes the event in the chosen calendar, unless a request with this transaction id has.
    pub(super) async fn insert(
        &self,
        open: &OpenCalendar,
        transaction_id: &str,
        event: &Event,
    ) -> Result<Inserted, CalendarError> {
        let url = self.calendar_url(open, "events")?;
        let body = EventBody::to_insert(transaction_id, event);
        let request = self.request(Method::POST, open, url).json(&body);
        let answer = self.http.send(request).await?;
        if answer.status.is_success() {
            return EventResource::read(&answer.body).map(Inserted::Event);
        }
        match refusal::duplicate(&answer) {
            Some((event_id, reason)) => Ok(Inserted::Refused { event_id, reason }),
            None => Err(refusal::meaning(&answer)),
        }
    }

    /// Brings an event to the wanted state. `None` when there is no such event any more.
    pub(super) async fn revise(
        &self,
        open: &OpenCalendar,
        found: Found,
        event: &Event,
    ) -> Result<Option<StoredEvent>, CalendarError> {
        let url = self.event_url(found.calendar.as_deref(), &found.event.id)?;
        let body = EventBody::to_patch(event, found.event.is_online_meeting());
        let request = self.request(Method::PATCH, open, url).json(&body);
        match self.send(request).await {
            Ok(answer) => Ok(Some(EventResource::read(&answer.body)?.into())),
            Err(CalendarError::NotFound(_) | CalendarError::Gone(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes an event.
    pub(super) async fn remove(
        &self,
        open: &OpenCalendar,
        calendar: Option<&str>,
        id: &str,
    ) -> Result<(), CalendarError> {
        let url = self.event_url(calendar, id)?;
        self.send(self.request(Method::DELETE, open, url))
            .await
            .map(|_| ())
    }
}
