//! Google's API over HTTP: where a request goes, the token it carries, and whether it was carried out.
//! No order of requests is decided here.

use reqwest::{Method, RequestBuilder, Url};

use super::refusal;
use crate::calendar::error::CalendarError;
use crate::calendar::open_calendar::{OpenCalendar, api_base, is_id};
use crate::http::{Answer, HttpClient};

const API_URL: &str = "https://www.googleapis.com/calendar/v3";
pub(super) const MAIN_CALENDAR: &str = "primary";

/// Google Calendar behind one API root.
pub struct GoogleCalendar<'a> {
    pub(super) http: &'a HttpClient,
    pub(super) api_url: Url,
}

impl<'a> GoogleCalendar<'a> {
    /// Speaks to Google, or to what pretends to be Google at `api_url`.
    pub fn new(http: &'a HttpClient, api_url: Option<&str>) -> Result<Self, CalendarError> {
        let api_url = api_base(api_url.unwrap_or(API_URL))?;
        Ok(Self { http, api_url })
    }

    /// The URL of a calendar's events, or of one of them.
    pub(super) fn url(
        &self,
        open: &OpenCalendar,
        event_id: Option<&str>,
    ) -> Result<Url, CalendarError> {
        let calendar = open.calendar_id.as_deref().unwrap_or(MAIN_CALENDAR);
        match event_id {
            None => self.api_path(&["calendars", calendar, "events"]),
            Some(event) => self.api_path(&["calendars", calendar, "events", event]),
        }
    }

    /// The URL of something that the API has.
    pub(super) fn api_path(&self, path: &[&str]) -> Result<Url, CalendarError> {
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

    pub(super) fn request(
        &self,
        method: Method,
        open: &OpenCalendar,
        event_id: Option<&str>,
    ) -> Result<RequestBuilder, CalendarError> {
        let request = self.http.request(method, self.url(open, event_id)?);
        Ok(request.bearer_auth(open.access_token.secret()))
    }

    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Answer, CalendarError> {
        let answer = self.http.send(request).await?;
        if answer.status.is_success() {
            Ok(answer)
        } else {
            Err(refusal::meaning(&answer))
        }
    }
}
