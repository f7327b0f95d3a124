//! Google Calendar, API version 3 (developers.google.com/workspace/calendar/api/v3/reference).
//!
//! What lives here: the order of requests that makes each operation repeatable. The bodies are in
//! `resource`, the meaning of refusals in `refusal`.
//!
//! **Ids.** The event's id is the meeting's UUID without dashes, which is valid base32hex. Google
//! keeps the ids of deleted events reserved, so an insert answers 409 both when an earlier attempt
//! had succeeded and when the owner has deleted the event since; a patch that sets the status to
//! `confirmed` heals the first and revives the second. What Google reports as cancelled and will
//! not revive gets a successor under a second id, just as predictable. An `iCalUID` equal to the
//! invitation's UID cannot be set: the reference allows only one of `id` and `iCalUID` at creation.
//!
//! **Conferences.** One is asked for when the event is made, or later where Google's answer shows
//! that none was ever asked for; never again after that, be it pending or failed. What an account
//! may not have (400) does not keep it from its event.

mod busy;
mod directory;
mod refusal;
mod resource;
#[cfg(test)]
mod tests;

use reqwest::{Method, RequestBuilder, Url};
use uuid::Uuid;

use super::{CalendarError, CalendarProvider, Event, Mailbox, StoredEvent, api_base};
use crate::http::{Answer, HttpClient};
use resource::{ConferenceBody, EventBody, EventResource};

const API_URL: &str = "https://www.googleapis.com/calendar/v3";
const MAIN_CALENDAR: &str = "primary";

/// Google Calendar behind one API root.
pub struct GoogleCalendar<'a> {
    http: &'a HttpClient,
    api_url: Url,
}

/// The ids an event of `meeting_id` may have, in the order in which they are tried.
fn event_ids(meeting_id: Uuid) -> [String; 2] {
    let id = meeting_id.simple().to_string();
    let successor = format!("{id}r");
    [id, successor]
}

impl<'a> GoogleCalendar<'a> {
    /// Speaks to Google, or to what pretends to be Google at `api_url`.
    pub fn new(http: &'a HttpClient, api_url: Option<&str>) -> Result<Self, CalendarError> {
        let api_url = api_base(api_url.unwrap_or(API_URL))?;
        Ok(Self { http, api_url })
    }

    /// The URL of a calendar's events, or of one of them.
    fn url(&self, mailbox: &Mailbox, event_id: Option<&str>) -> Result<Url, CalendarError> {
        let calendar = mailbox.calendar_id.as_deref().unwrap_or(MAIN_CALENDAR);
        let mut url = self.api_url.clone();
        for segment in [Some(calendar), event_id].into_iter().flatten() {
            // A URL would drop these segments, and the request would go somewhere else.
            if matches!(segment, "" | "." | "..") {
                return Err(CalendarError::Misconfigured(format!(
                    "{segment:?} is not an id"
                )));
            }
        }
        url.path_segments_mut()
            .map_err(|()| CalendarError::Misconfigured("api_url is not a URL".into()))?
            .pop_if_empty()
            .extend(["calendars", calendar, "events"])
            .extend(event_id);
        Ok(url)
    }

    fn request(
        &self,
        method: Method,
        mailbox: &Mailbox,
        event_id: Option<&str>,
    ) -> Result<RequestBuilder, CalendarError> {
        let request = self.http.request(method, self.url(mailbox, event_id)?);
        Ok(request.bearer_auth(mailbox.access_token.secret()))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Answer, CalendarError> {
        let answer = self.http.send(request).await?;
        if answer.status.is_success() {
            Ok(answer)
        } else {
            Err(refusal::meaning(&answer))
        }
    }

    async fn insert(
        &self,
        mailbox: &Mailbox,
        id: &str,
        event: &Event,
    ) -> Result<StoredEvent, CalendarError> {
        let body = EventBody::to_insert(id, event);
        let inserted = match self.post(mailbox, &body).await {
            // "Invalid conference type value", for one.
            Err(CalendarError::Rejected { status: 400, .. }) if event.conference => {
                self.post(mailbox, &body.without_conference()).await
            }
            inserted => inserted,
        };
        inserted.map(StoredEvent::from)
    }

    async fn post(
        &self,
        mailbox: &Mailbox,
        body: &EventBody<'_>,
    ) -> Result<EventResource, CalendarError> {
        let request = self.request(Method::POST, mailbox, None)?;
        let answer = self.send(request.query(&WRITE_QUERY).json(body)).await?;
        EventResource::read(&answer.body)
    }

    /// Asks for the conference of an event that has none. `None` where the account may not have one.
    async fn ask_for_conference(
        &self,
        mailbox: &Mailbox,
        id: &str,
    ) -> Result<Option<EventResource>, CalendarError> {
        let request = self.request(Method::PATCH, mailbox, Some(id))?;
        let body = ConferenceBody::of(id);
        match self.send(request.query(&WRITE_QUERY).json(&body)).await {
            Ok(answer) => EventResource::read(&answer.body).map(Some),
            Err(CalendarError::Rejected { status: 400, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Brings the event `id` to the wanted state, reviving it where Google allows. `None` when
    /// there is no such event any more.
    async fn revise(
        &self,
        mailbox: &Mailbox,
        id: &str,
        event: &Event,
    ) -> Result<Option<StoredEvent>, CalendarError> {
        let request = self.request(Method::PATCH, mailbox, Some(id))?;
        let body = EventBody::to_patch(event);
        match self.send(request.query(&WRITE_QUERY).json(&body)).await {
            Ok(answer) => {
                let mut resource = EventResource::read(&answer.body)?;
                if resource.is_cancelled() {
                    return Ok(None);
                }
                if event.conference && !resource.knows_a_conference() {
                    let asked = self.ask_for_conference(mailbox, id).await?;
                    resource = asked.unwrap_or(resource);
                }
                Ok(Some(resource.into()))
            }
            Err(CalendarError::NotFound(_) | CalendarError::Gone(_)) => Ok(None),
            // Google forbids changing some of the events that their owner deleted.
            Err(forbidden @ CalendarError::Forbidden(_)) => {
                if self.is_cancelled(mailbox, id).await? {
                    Ok(None)
                } else {
                    Err(forbidden)
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn get(&self, mailbox: &Mailbox, id: &str) -> Result<EventResource, CalendarError> {
        let request = self.request(Method::GET, mailbox, Some(id))?;
        EventResource::read(&self.send(request).await?.body)
    }

    /// Whether Google itself says that the event was deleted; `get` also returns those.
    async fn is_cancelled(&self, mailbox: &Mailbox, id: &str) -> Result<bool, CalendarError> {
        match self.get(mailbox, id).await {
            Ok(event) => Ok(event.is_cancelled()),
            Err(CalendarError::NotFound(_)) => Ok(false),
            Err(CalendarError::Gone(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// Nobody is told by Google, whoever the owner may have added by hand; conferences are understood.
const WRITE_QUERY: [(&str, &str); 2] = [("sendUpdates", "none"), ("conferenceDataVersion", "1")];

impl CalendarProvider for GoogleCalendar<'_> {
    async fn create(&self, mailbox: &Mailbox, event: &Event) -> Result<StoredEvent, CalendarError> {
        let mut taken = String::new();
        for id in event_ids(event.meeting_id) {
            match self.insert(mailbox, &id, event).await {
                Err(CalendarError::Conflict(reason)) => taken = reason,
                answer => return answer,
            }
            if let Some(stored) = self.revise(mailbox, &id, event).await? {
                return Ok(stored);
            }
            // Only Google's own word makes room for a successor: an event that is merely not
            // visible yet would otherwise be made twice.
            if !self.is_cancelled(mailbox, &id).await? {
                break;
            }
        }
        Err(CalendarError::Conflict(taken))
    }

    async fn update(
        &self,
        mailbox: &Mailbox,
        event_id: &str,
        event: &Event,
    ) -> Result<StoredEvent, CalendarError> {
        match self.revise(mailbox, event_id, event).await? {
            Some(stored) => Ok(stored),
            None => self.create(mailbox, event).await,
        }
    }

    async fn look(
        &self,
        mailbox: &Mailbox,
        event_id: &str,
    ) -> Result<Option<StoredEvent>, CalendarError> {
        match self.get(mailbox, event_id).await {
            Ok(event) => Ok((!event.is_cancelled()).then(|| event.into())),
            Err(CalendarError::NotFound(_) | CalendarError::Gone(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn delete(
        &self,
        mailbox: &Mailbox,
        meeting_id: Uuid,
        event_id: Option<&str>,
    ) -> Result<(), CalendarError> {
        let [own_id, _] = event_ids(meeting_id);
        let id = event_id.unwrap_or(&own_id);
        let request = self.request(Method::DELETE, mailbox, Some(id))?;
        match self.send(request.query(&WRITE_QUERY[..1])).await {
            Ok(_) | Err(CalendarError::NotFound(_) | CalendarError::Gone(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
