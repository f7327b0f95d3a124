//! Jobs that bring a calendar to the state of a meeting, and what their outcomes change.
//!
//! `create_event`, `update_event` and `delete_event` all do the same: look at the meeting as it is
//! now and make the calendar agree. So a job that comes late, or twice, does no harm.

use super::conference;
use super::meeting::Meeting;
use super::prepared::Prepared;
use super::queue::{Job, Run, Verdict};
use crate::booking::status::MeetingStatus;
use crate::calendar::conferencing::Conferencing;
use crate::calendar::event::{Change, Event, EventAnswer, EventRequest, StoredEvent};
use crate::error::Result;
use crate::owner::MeetingKey;
use crate::provider::Provider;
use crate::settings;
use crate::worker::connections::{self, ConnectionStatus};
use crate::worker::network::client::{CalendarFailure, Outcome};
use crate::worker::network::work::{JobWork, Place};

/// What there is to do for the calendar of this meeting.
pub fn prepare(job: &Job, meeting: &Meeting) -> Result<Prepared> {
    let prepared = plan_request(job, meeting)?;
    if matches!(prepared, Prepared::Settled(_)) {
        conference::release_mails(meeting.key())?;
    }
    Ok(prepared)
}

fn plan_request(job: &Job, meeting: &Meeting) -> Result<Prepared> {
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
    let mut description = Vec::new();
    if let Some(guest) = &meeting.guest {
        let name = guest.name.as_deref().unwrap_or_default();
        description.push(format!("Guest: {name} <{}>", guest.email).replace("  ", " "));
        description.extend(guest.phone.as_ref().map(|phone| format!("Phone: {phone}")));
    }
    if !meeting.guests.is_empty() {
        description.push(format!("Further guests: {}", meeting.guests.join(", ")));
    }
    description.extend(meeting.notes.as_ref().map(|notes| format!("\n{notes}")));
    Event {
        meeting_id: meeting.id,
        title: match meeting.guest_name() {
            Some(guest) => format!("{}: {guest}", meeting.title),
            None => meeting.title.clone(),
        },
        description: description.join("\n"),
        location: meeting.location.clone(),
        starts_at: meeting.starts_at,
        ends_at: meeting.ends_at,
        conference: meeting.wanted_conference().comes_with(provider),
    }
}

/// Records what became of the change: the job's verdict, the event and its link on the meeting, the
/// mails that wait for the link, and the state of the connection where only its owner can mend it.
pub fn record(
    run: Run,
    job: i64,
    meeting: MeetingKey,
    place: Place,
    outcome: Outcome<EventAnswer>,
) -> Result<()> {
    if !run.holds(job)? {
        return Ok(());
    }
    let verdict = match outcome.result {
        Ok(EventAnswer::Seen(None)) => Verdict::Done(Some("the event was deleted".into())),
        Ok(EventAnswer::Changed(stored) | EventAnswer::Seen(stored)) => {
            record_event(meeting, &place, stored.as_ref())?
        }
        Err(failure) => {
            if failure.needs_reconnect() {
                connections::require_reconnect(
                    meeting.mode,
                    place.connection,
                    outcome.grant.as_ref(),
                    &failure.to_string(),
                )?;
            }
            verdict(&failure)
        }
    };
    run.settle(job, &verdict)?;
    match verdict {
        Verdict::Done(_)
        | Verdict::Failed {
            permanent: true, ..
        } => conference::release_mails(meeting),
        Verdict::Failed { .. } | Verdict::Waits => Ok(()),
    }
}

fn record_event(
    meeting: MeetingKey,
    place: &Place,
    stored: Option<&StoredEvent>,
) -> Result<Verdict> {
    let Some(recorded) = conference::record_event(meeting, place, stored)? else {
        return Ok(Verdict::Done(None));
    };
    if recorded.link_is_new {
        conference::invite_again(meeting)?;
    }
    Ok(match stored {
        Some(event) if event.meeting_url.is_none() && recorded.wanted != Conferencing::None => {
            if event.conference_pending {
                Verdict::Waits
            } else {
                Verdict::Done(recorded.wanted.lack_with(place.provider))
            }
        }
        _ => Verdict::Done(None),
    })
}

fn verdict(failure: &CalendarFailure) -> Verdict {
    Verdict::Failed {
        error: failure.to_string(),
        permanent: !failure.is_transient(),
        retry_after: failure.retry_after(),
    }
}
