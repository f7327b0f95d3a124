//! Jobs that bring a calendar to the state of a meeting, and what their outcomes change.
//!
//! `create_event`, `update_event` and `delete_event` all do the same: look at the meeting as it is
//! now and make the calendar agree. So a job that comes late, or twice, does no harm.

use pgrx::pg_sys::BuiltinOid;
use uuid::Uuid;

use super::connections;
use super::details::Details;
use super::dispatch::Prepared;
use super::queue::{Run, Verdict, changed};
use super::sessions::{CalendarFailure, Request, Response};
use super::work::{Place, Work};
use crate::calendar::{Change, Event, StoredEvent};
use crate::error::{Error, Result};
use crate::owner::Mode;
use crate::{plan, settings};

/// What there is to do for the calendar of this meeting.
pub fn prepare(details: &Details) -> Result<Prepared> {
    let change = match (details.is_live(), &details.calendar_event_id) {
        (true, None) => Change::Create(event(details)),
        (true, Some(event_id)) => Change::Update {
            event_id: event_id.clone(),
            event: event(details),
        },
        (false, _) if details.status != "cancelled" => {
            return Ok(Prepared::done("the meeting is over"));
        }
        // An event may be there although its id is not stored: a create whose answer was lost.
        (false, event_id) => Change::Delete {
            meeting_id: details.id,
            event_id: event_id.clone(),
        },
    };
    let Some(connection) = &details.connection else {
        return Ok(Prepared::done("no calendar is connected"));
    };
    if connection.status == "reconnect_required" {
        return Ok(Prepared::failed("the calendar must be connected again"));
    }
    match connection.open()? {
        Some(mut account) => {
            if details.calendar_event_id.is_some() {
                account.calendar_id = details.calendar_id.clone();
            }
            Ok(Prepared::Network(Box::new(Work::Calendar {
                account,
                request: Request::Change(change),
                timeout: settings::http_timeout(),
            })))
        }
        None => Ok(Prepared::failed(format!(
            "the provider {} is not configured: see configure_provider",
            connection.provider
        ))),
    }
}

/// The meeting as the owner sees it in their calendar. Guests are named in the text only: our own
/// mail invites them, and nobody is to be invited twice.
fn event(details: &Details) -> Event {
    let mut description = Vec::new();
    if let Some(guest) = &details.guest {
        let name = guest.name.as_deref().unwrap_or_default();
        description.push(format!("Guest: {name} <{}>", guest.email).replace("  ", " "));
        description.extend(guest.phone.as_ref().map(|phone| format!("Phone: {phone}")));
    }
    if !details.guests.is_empty() {
        description.push(format!("Further guests: {}", details.guests.join(", ")));
    }
    description.extend(details.notes.as_ref().map(|notes| format!("\n{notes}")));
    Event {
        meeting_id: details.id,
        title: match details.guest_name() {
            Some(guest) => format!("{}: {guest}", details.title),
            None => details.title.clone(),
        },
        description: description.join("\n"),
        location: details.location.clone(),
        starts_at: details.starts_at,
        ends_at: details.ends_at,
        conference: false,
    }
}

/// Records what became of the change: the job's verdict, the event on the meeting, and the state of
/// the connection where only its owner can mend it.
pub fn record(
    run: Run,
    job: i64,
    meeting: (Mode, Uuid),
    place: Place,
    result: Result<Response, CalendarFailure>,
) -> Result<()> {
    let verdict = match &result {
        Ok(_) => Verdict::Done(None),
        Err(failure) => failure.verdict(),
    };
    if !run.settle(job, &verdict)? {
        return Ok(());
    }
    match result {
        Ok(Response::Changed(stored)) => record_event(meeting, &place, stored.as_ref()),
        Ok(_) => Err(Error::Internal(
            "the network answered another question".into(),
        )),
        Err(failure) if failure.needs_reconnect() => {
            connections::require_reconnect(meeting.0, place.connection, &failure.to_string())
        }
        Err(_) => Ok(()),
    }
}

fn record_event(
    (mode, meeting): (Mode, Uuid),
    place: &Place,
    stored: Option<&StoredEvent>,
) -> Result<()> {
    changed(
        ("record event", Some(mode)),
        &[
            BuiltinOid::UUIDOID,
            BuiltinOid::TEXTOID,
            BuiltinOid::TEXTOID,
            BuiltinOid::TEXTOID,
            BuiltinOid::TEXTOID,
        ],
        &format!(
            "update {} m
             set calendar_event_id = $2, calendar_provider = $3, calendar_id = $4,
                 meeting_url = coalesce($5, m.meeting_url)
             where m.id = $1",
            mode.tables().meetings
        ),
        &[
            plan::uuid(meeting).into(),
            stored.map(|event| event.id.as_str()).into(),
            stored.map(|_| place.provider.as_str()).into(),
            stored.and(place.calendar_id.as_deref()).into(),
            stored.and_then(|event| event.meeting_url.as_deref()).into(),
        ],
    )?;
    Ok(())
}
