//! Jobs that bring a calendar to the state of a meeting, and what their outcomes change.
//!
//! `create_event`, `update_event` and `delete_event` all do the same: look at the meeting as it is
//! now and make the calendar agree. So a job that comes late, or twice, does no harm.

use super::meeting::Meeting;
use super::prepared::Prepared;
use super::queue::{Job, Verdict};
use crate::booking::status::MeetingStatus;
use crate::calendar::conferencing::Conferencing;
use crate::calendar::event::{Change, Event, EventRequest, StoredEvent};
use crate::error::Result;
use crate::mail::{paragraphs, single_line};
use crate::provider::Provider;
use crate::settings;
use crate::worker::connections::ConnectionStatus;
use crate::worker::network::client::CalendarFailure;
use crate::worker::network::work::{JobWork, Place};

/// What there is to do for the calendar of this meeting.
pub fn prepare(job: &Job, meeting: &Meeting) -> Result<Prepared> {
    match meeting.status {
        MeetingStatus::Confirmed | MeetingStatus::Cancelled => {}
        MeetingStatus::Completed | MeetingStatus::NoShow => {
            return Ok(Prepared::done("the meeting is over"));
        }
    }
    let Some(connection) = &meeting.connection else {
        return Ok(Prepared::done("no calendar is connected"));
    };
    if connection.status == ConnectionStatus::ReconnectRequired {
        return Ok(Prepared::failed("the calendar must be connected again"));
    }
    match connection.open()? {
        Some(mut account) => {
            if meeting.calendar_event_id.is_some() {
                account.calendar_id = meeting.calendar_id.clone();
            }
            let request = request(job, meeting, account.provider);
            Ok(Prepared::Network(Box::new(JobWork::Event {
                meeting: meeting.key(),
                account,
                request,
                timeout: settings::http_timeout(),
            })))
        }
        None => Ok(Prepared::failed(format!(
            "the provider {} is not configured: see configure_provider",
            connection.provider
        ))),
    }
}

fn request(job: &Job, meeting: &Meeting, provider: Provider) -> EventRequest {
    EventRequest::Change(match (meeting.is_live(), &meeting.calendar_event_id) {
        // Whatever has changed meanwhile has a job of its own, and a look changes nothing.
        (true, Some(event_id)) if job.only_looks() => return EventRequest::Look(event_id.clone()),
        (true, None) => Change::Create(event(meeting, provider)),
        (true, Some(event_id)) => Change::Update {
            event_id: event_id.clone(),
            event: event(meeting, provider),
        },
        // An event may be there although its id is not stored: a create whose answer was lost.
        (false, event_id) => Change::Delete {
            meeting_id: meeting.id,
            event_id: event_id.clone(),
        },
    })
}

/// The meeting as the owner sees it in their calendar. Guests are named in the text only: our own
/// mail invites them, and nobody is to be invited twice.
fn event(meeting: &Meeting, provider: Provider) -> Event {
    // Visitors typed some of it: each line is one, and in the order in which it is written.
    let mut description = Vec::new();
    if let Some(guest) = &meeting.guest {
        let name = guest.name.as_deref().unwrap_or_default();
        let guest_line = format!("Guest: {name} <{}>", guest.email);
        description.push(single_line(&guest_line, usize::MAX));
        let phone = guest.phone.as_ref().map(|phone| format!("Phone: {phone}"));
        description.extend(phone.map(|phone| single_line(&phone, usize::MAX)));
    }
    if !meeting.guests.is_empty() {
        description.push(format!("Further guests: {}", meeting.guests.join(", ")));
    }
    let notes = meeting.notes.as_ref();
    description.extend(notes.map(|notes| format!("\n{}", paragraphs(notes, usize::MAX))));
    Event {
        meeting_id: meeting.id,
        title: match meeting.guest_name() {
            Some(guest) => single_line(&format!("{}: {guest}", meeting.title), usize::MAX),
            None => single_line(&meeting.title, usize::MAX),
        },
        description: description.join("\n"),
        location: meeting
            .location
            .as_deref()
            .map(|location| single_line(location, usize::MAX)),
        starts_at: meeting.starts_at,
        ends_at: meeting.ends_at,
        conference: meeting.wanted_conference().comes_with(provider),
    }
}

/// What becomes of a job whose event is as it should be: it may have to wait for its conference.
pub fn verdict_of_event(
    place: &Place,
    stored: Option<&StoredEvent>,
    wanted: Option<Conferencing>,
) -> Verdict {
    match (stored, wanted) {
        (Some(event), Some(wanted))
            if event.meeting_url.is_none() && wanted != Conferencing::None =>
        {
            if event.conference_pending {
                Verdict::Waits
            } else {
                Verdict::Done(wanted.lack_with(place.provider))
            }
        }
        _ => Verdict::Done(None),
    }
}

/// What becomes of a job whose request came to nothing.
pub fn verdict(failure: &CalendarFailure) -> Verdict {
    Verdict::Failed {
        error: failure.to_string(),
        permanent: !failure.is_transient(),
        retry_after: failure.retry_after(),
    }
}
