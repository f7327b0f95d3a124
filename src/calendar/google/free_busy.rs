//! The busy times of many Google calendars at once: `freeBusy.query`
//! (developers.google.com/workspace/calendar/api/v3/reference/freebusy/query). It tells times and no
//! events, those of all-day events as instants, and leaves out what does not keep its owner busy.
//!
//! A calendar that the answer says nothing of, or of which it says that it went wrong, is an error: an
//! empty list is the only thing that means free.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::requests::GoogleCalendar;
use crate::calendar::answer::read;
use crate::calendar::busy::{BusyAnswer, BusyEvent, CalendarSays, Heeded, When, Window, rfc3339};
use crate::calendar::error::CalendarError;
use crate::calendar::open_calendar::OpenCalendar;
use crate::http::quote;

/// "Maximal number of calendars for which FreeBusy information is to be provided […] Maximum value is 50."
const CALENDARS_AT_ONCE: usize = 50;
/// What is longer is refused as "The requested time range is too long"
/// (github.com/calcom/cal.diy/pull/11962).
const LONGEST_RANGE: TimeDelta = TimeDelta::days(90);

/// How many requests it takes to ask for the times of so many calendars.
pub fn requests_for(calendars: usize, window: Window) -> usize {
    calendars.div_ceil(CALENDARS_AT_ONCE) * window.stretches(LONGEST_RANGE).count()
}

impl GoogleCalendar<'_> {
    /// The busy times of these calendars.
    pub(super) async fn ask_for_times(
        &self,
        open: &OpenCalendar,
        window: Window,
        calendars: &[&Heeded],
    ) -> Result<Vec<CalendarSays>, CalendarError> {
        let mut says = Vec::with_capacity(calendars.len());
        for some in calendars.chunks(CALENDARS_AT_ONCE) {
            let mut known: Vec<(&str, BTreeMap<String, BusyEvent>)> = some
                .iter()
                .filter_map(|calendar| calendar.calendar_id.as_deref())
                .map(|id| (id, BTreeMap::new()))
                .collect();
            for range in window.stretches(LONGEST_RANGE) {
                let mut answer = self.free_busy(open, range, &known).await?;
                for (id, busy) in &mut known {
                    let told = answer.calendars.remove(*id);
                    let times = told
                        .ok_or_else(|| CalendarError::BadAnswer("it leaves a calendar out".into()))
                        .and_then(Told::busy)
                        .map_err(|error| error.within(Some(id)))?;
                    busy.extend(times.into_iter().map(|time| (time.event_id.clone(), time)));
                }
            }
            says.extend(known.into_iter().map(|(id, busy)| CalendarSays {
                calendar_id: Some(id.to_owned()),
                answer: BusyAnswer::Complete {
                    covers: window,
                    busy: busy.into_values().collect(),
                    next: None,
                },
            }));
        }
        Ok(says)
    }

    async fn free_busy<T>(
        &self,
        open: &OpenCalendar,
        range: Window,
        calendars: &[(&str, T)],
    ) -> Result<Answer, CalendarError> {
        let question = Question {
            time_min: rfc3339(range.from),
            // Google ignores fractions of a second.
            time_max: rfc3339(range.until + TimeDelta::seconds(1)),
            calendar_expansion_max: CALENDARS_AT_ONCE,
            items: calendars.iter().map(|(id, _)| Asked { id }).collect(),
        };
        let url = self.api_path(&["freeBusy"])?;
        let request = self.http.request(Method::POST, url).json(&question);
        let request = request.bearer_auth(open.access_token.secret());
        read(&self.send(request).await?.body)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    time_min: String,
    time_max: String,
    calendar_expansion_max: usize,
    items: Vec<Asked<'a>>,
}

#[derive(Debug, Serialize)]
struct Asked<'a> {
    id: &'a str,
}

#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) calendars: BTreeMap<String, Told>,
}

/// Of one calendar: either when it is busy, or what went wrong.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    errors: Vec<Problem>,
    busy: Option<Vec<Stretch>>,
}

#[derive(Debug, Deserialize)]
struct Problem {
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize)]
struct Stretch {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Told {
    pub(super) fn busy(self) -> Result<Vec<BusyEvent>, CalendarError> {
        if let Some(problem) = self.errors.into_iter().next() {
            return Err(problem.meaning());
        }
        let Some(busy) = self.busy else {
            return Err(CalendarError::BadAnswer("a calendar without times".into()));
        };
        let times = busy.into_iter().filter_map(|stretch| {
            let when = When::instants(stretch.start, stretch.end).transpose()?;
            Some(when.map(|when| BusyEvent {
                event_id: format!("{}/{}", rfc3339(stretch.start), rfc3339(stretch.end)),
                meeting_id: None,
                when,
            }))
        });
        times.collect()
    }
}

impl Problem {
    /// The reasons that the reference names, and whatever will be added to them.
    fn meaning(self) -> CalendarError {
        match self.reason.as_str() {
            "notFound" => CalendarError::NotFound(self.reason),
            "internalError" | "backendError" => CalendarError::Server {
                status: 500,
                retry_after: None,
            },
            "rateLimitExceeded" | "userRateLimitExceeded" | "quotaExceeded" => {
                CalendarError::RateLimited {
                    reason: self.reason,
                    retry_after: None,
                }
            }
            "" => CalendarError::Forbidden("no reason given".into()),
            reason => CalendarError::Forbidden(quote(reason)),
        }
    }
}
