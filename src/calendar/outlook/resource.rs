//! Graph's event resource, as far as it is written and read here.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::answer::{is_id, link, read};
use crate::calendar::error::CalendarError;
use crate::calendar::event::{Event, StoredEvent};
use crate::shorten::shorten;

/// Exchange limits subjects to so many characters
/// (learn.microsoft.com/exchange/client-developer/web-service-reference/subject), which are UTF-16
/// units there. The names of places are cut alike.
const MAX_LINE: usize = 255;
/// The text has no limit that is written down but that of a request, 4 MB; nobody reads a longer one.
const MAX_TEXT: usize = 32_000;
/// The named property that marks an event as ours; the GUID is its namespace.
macro_rules! mark {
    () => {
        "String {5a3d9c52-6a0e-4f0b-9d2f-2f6c5a1b7e84} Name SchedulingMeetingId"
    };
}
const MARK: &str = mark!();
const TEAMS: &str = "teamsForBusiness";

/// So often an owner may delete the event of one meeting and have it made again.
const TRANSACTION_IDS: u32 = 8;

/// What every request that reads events has Graph show of them: no bodies, and the mark.
pub const SHOWN: [(&str, &str); 2] = [
    (
        "$select",
        "id,createdDateTime,start,end,isOnlineMeeting,onlineMeeting,webLink",
    ),
    (
        "$expand",
        concat!(
            "singleValueExtendedProperties($filter=id eq '",
            mark!(),
            "')"
        ),
    ),
];

/// The filter for the events of a meeting.
pub fn mark_filter(meeting_id: Uuid) -> String {
    format!(
        "singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq '{meeting_id}')"
    )
}

/// The transaction ids of a meeting, in the order in which they are tried. Each starts with the
/// meeting's UUID.
pub fn transaction_ids(meeting_id: Uuid) -> impl Iterator<Item = String> {
    let successors = (1..TRANSACTION_IDS).map(move |n| format!("{meeting_id}-{n}"));
    std::iter::once(meeting_id.to_string()).chain(successors)
}

/// What is sent. A patch leaves alone what it does not name, so that the owner's own reminder,
/// category and guests survive a reschedule; an empty name of a place clears it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventBody<'a> {
    subject: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Text<'a>>,
    start: Moment,
    end: Moment,
    location: Location<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_online_meeting: Option<bool>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    new: Option<New<'a>>,
}

/// What is said once, when the event is made. The reminder is the owner's default.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct New<'a> {
    transaction_id: &'a str,
    show_as: &'static str,
    response_requested: bool,
    allow_new_time_proposals: bool,
    single_value_extended_properties: [Mark; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    online_meeting_provider: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Text<'a> {
    content_type: &'static str,
    content: Cow<'a, str>,
}

#[derive(Debug, Serialize)]
struct Mark {
    id: &'static str,
    value: Uuid,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    display_name: Cow<'a, str>,
}

/// Graph's dateTimeTimeZone. Answers are in UTC too, since no other zone is asked for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moment {
    date_time: String,
    time_zone: String,
}

impl<'a> EventBody<'a> {
    /// The body of an insert.
    pub fn to_insert(transaction_id: &'a str, event: &'a Event) -> Self {
        Self {
            new: Some(New {
                transaction_id,
                show_as: "busy",
                response_requested: false,
                allow_new_time_proposals: false,
                single_value_extended_properties: [Mark {
                    id: MARK,
                    value: event.meeting_id,
                }],
                online_meeting_provider: event.conference.then_some(TEAMS),
            }),
            ..Self::to_patch(event, false)
        }
    }

    /// The body of a patch. Where the event is an online meeting already, its text is left alone:
    /// Graph keeps the meeting in it, and replacing the text ends the meeting
    /// (learn.microsoft.com/graph/api/event-update).
    ///
    /// A conference is asked for without naming Teams: a personal account passes over a provider
    /// that it has not, and gives the one that it has when none is named
    /// (learn.microsoft.com/answers/questions/5645130).
    pub fn to_patch(event: &'a Event, is_online_meeting: bool) -> Self {
        let (place, text) = event.place_and_text(MAX_LINE, MAX_TEXT, char::len_utf16);
        Self {
            subject: shorten(&event.title, MAX_LINE, char::len_utf16),
            body: (!is_online_meeting).then_some(Text {
                content_type: "text",
                content: text,
            }),
            start: Moment::of(event.starts_at),
            end: Moment::of(event.ends_at),
            location: Location {
                display_name: place,
            },
            is_online_meeting: (event.conference && !is_online_meeting).then_some(true),
            new: None,
        }
    }
}

impl Moment {
    fn of(instant: DateTime<Utc>) -> Self {
        Self {
            date_time: instant.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
            time_zone: "UTC".into(),
        }
    }

    /// `None` in a zone that was not asked for.
    fn instant(&self) -> Option<DateTime<Utc>> {
        let local = self.date_time.parse::<NaiveDateTime>().ok()?;
        (self.time_zone == "UTC").then(|| local.and_utc())
    }
}

/// What is read of an event.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventResource {
    pub id: String,
    pub created_date_time: Option<DateTime<Utc>>,
    start: Option<Moment>,
    end: Option<Moment>,
    is_online_meeting: Option<bool>,
    online_meeting: Option<OnlineMeeting>,
    web_link: Option<String>,
    single_value_extended_properties: Option<Vec<Property>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OnlineMeeting {
    join_url: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Property {
    value: String,
}

/// What is read of a calendar.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CalendarResource {
    pub id: String,
    pub can_edit: Option<bool>,
}

/// One page of a list.
#[derive(Debug, Deserialize)]
pub struct Page<T> {
    pub value: Vec<T>,
    #[serde(rename = "@odata.nextLink")]
    pub next_link: Option<String>,
}

impl EventResource {
    /// Reads an event from the body of an answer.
    pub fn read(body: &[u8]) -> Result<Self, CalendarError> {
        let event: Self = read(body)?;
        if !is_id(&event.id) {
            return Err(CalendarError::BadAnswer(
                "an event without a usable id".into(),
            ));
        }
        Ok(event)
    }

    /// Whether the event is this meeting's. Known of events that were read with [`SHOWN`] only.
    pub fn is_marked(&self, meeting_id: Uuid) -> bool {
        let mut marks = self.single_value_extended_properties.iter().flatten();
        // The mark is the one extended property that is asked for.
        marks.any(|mark| Uuid::try_parse(&mark.value) == Ok(meeting_id))
    }

    /// Whether the event was made after `instant`, by Graph's clock.
    pub fn is_younger_than(&self, instant: DateTime<Utc>) -> bool {
        self.created_date_time.is_some_and(|made| made > instant)
    }

    pub fn is_online_meeting(&self) -> bool {
        self.is_online_meeting == Some(true)
    }

    /// Whether an event that Graph made for this meeting is still as it was to be: where it should
    /// be in time, and with a conference if there was to be one.
    pub fn shows(&self, event: &Event) -> bool {
        let is = |moment: &Option<Moment>, instant| {
            moment.as_ref().and_then(Moment::instant) == Some(instant)
        };
        is(&self.start, event.starts_at)
            && is(&self.end, event.ends_at)
            && (self.is_online_meeting() || !event.conference)
    }
}

impl From<EventResource> for StoredEvent {
    fn from(event: EventResource) -> Self {
        let is_online_meeting = event.is_online_meeting();
        let meeting_url = link(event.online_meeting.and_then(|meeting| meeting.join_url));
        Self {
            id: event.id,
            html_link: link(event.web_link),
            conference_pending: is_online_meeting && meeting_url.is_none(),
            meeting_url,
        }
    }
}
