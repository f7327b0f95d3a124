//! Jobs that bring a calendar to the state of a meeting, and what their outcomes change.
//!
//! `create_event`, `update_event` and `delete_event` all do the same: look at the meeting as it is
//! now and make the calendar agree. So a job that comes late, or twice, does no harm.

use oauth2::{AccessToken, ClientSecret, RefreshToken};
use pgrx::datum::TimestampWithTimeZone;
use pgrx::pg_sys::BuiltinOid;
use uuid::Uuid;

use super::Prepared;
use super::details::{Connection, Details};
use super::network::{CalendarFailure, Work};
use super::queue::{Run, Verdict, changed};
use super::sessions::{Account, Refreshed, Tokens};
use crate::availability::zone::Instant;
use crate::calendar::{CalendarError, Change, Event, StoredEvent};
use crate::error::{Error, Result};
use crate::instant;
use crate::oauth::parse_provider;
use crate::oauth::refresh::RefreshError;
use crate::owner::Mode;
use crate::{settings, vault};

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
    match account(connection)? {
        Some(account) => Ok(Prepared::Network(Box::new(Work::Calendar {
            account,
            change,
            timeout: settings::http_timeout(),
        }))),
        None => Ok(Prepared::failed(format!(
            "the provider {} is not configured: see configure_provider",
            connection.provider
        ))),
    }
}

/// The connection with its secrets open; none where the provider was never configured.
fn account(connection: &Connection) -> Result<Option<Account>> {
    let Some(application) = &connection.application else {
        return Ok(None);
    };
    let open = |sealed: &Option<String>, token: &str| {
        let purpose = connection
            .purpose(token)
            .ok_or_else(|| Error::Internal("a calendar connection has no owner".into()))?;
        sealed
            .as_deref()
            .map(|sealed| vault::open(sealed, &purpose))
            .transpose()
    };
    let access = open(&connection.access_token, "access_token")?;
    let refresh = open(&connection.refresh_token, "refresh_token")?;
    let secret = vault::open(
        &application.client_secret,
        &format!("client_secret:{}", connection.provider),
    )?;
    Ok(Some(Account {
        connection: connection.id,
        provider: parse_provider(&connection.provider)?,
        api_url: application.api_url.clone(),
        calendar_id: connection.calendar_id.clone(),
        tokens: Tokens {
            access: access.map(|token| AccessToken::new(token.to_string())),
            refresh: refresh.map(|token| RefreshToken::new(token.to_string())),
            expires_at: connection.token_expires_at,
        },
        token_url: application.token_url.clone(),
        client_id: application.client_id.clone(),
        client_secret: ClientSecret::new(secret.to_string()),
    }))
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

/// Stores tokens that came on the way, sealed by the table's trigger.
pub fn record_tokens(mode: Mode, refreshed: &Refreshed) -> Result<()> {
    let expires_at = refreshed
        .expires_at
        .map(|at| instant::to_postgres(Instant::from_unix_micros(at.timestamp_micros())))
        .transpose()?;
    changed(
        ("record tokens", Some(mode)),
        &[
            BuiltinOid::UUIDOID,
            BuiltinOid::TEXTOID,
            BuiltinOid::TEXTOID,
            BuiltinOid::TIMESTAMPTZOID,
        ],
        &format!(
            "update {} c
             set access_token = $2, refresh_token = coalesce($3, c.refresh_token),
                 token_expires_at = $4, status = 'ok', status_detail = null
             where c.id = $1",
            mode.tables().connections
        ),
        &[
            pgrx::Uuid::from_bytes(refreshed.connection.into_bytes()).into(),
            refreshed.access.secret().as_str().into(),
            refreshed
                .refresh
                .as_ref()
                .map(|token| token.secret().as_str())
                .into(),
            Option::<TimestampWithTimeZone>::into(expires_at),
        ],
    )?;
    Ok(())
}

/// Records what became of the change: the job's verdict, the event on the meeting, and the state of
/// the connection where only its owner can mend it.
pub fn record(
    run: Run,
    job: i64,
    (mode, meeting): (Mode, Uuid),
    result: Result<Option<StoredEvent>, CalendarFailure>,
) -> Result<()> {
    let verdict = match &result {
        Ok(_) => Verdict::Done(None),
        Err(failure) => failure.verdict(),
    };
    if !run.settle(job, &verdict)? {
        return Ok(());
    }
    match result {
        Ok(stored) => record_event(mode, meeting, stored.as_ref()),
        Err(failure) if failure.needs_reconnect() => {
            record_disconnect(mode, meeting, &failure.to_string())
        }
        Err(_) => Ok(()),
    }
}

fn record_event(mode: Mode, meeting: Uuid, stored: Option<&StoredEvent>) -> Result<()> {
    let t = mode.tables();
    changed(
        ("record event", Some(mode)),
        &[
            BuiltinOid::UUIDOID,
            BuiltinOid::TEXTOID,
            BuiltinOid::TEXTOID,
        ],
        &format!(
            "update {meetings} m
             set calendar_event_id = $2,
                 calendar_provider = case when $2 is not null then (
                     select c.provider from {connections} c
                     where c.{owner_id} = m.{owner_id} and c.is_active
                       and coalesce(m.calendar_provider, c.provider) = c.provider
                     order by c.created_at, c.id limit 1) end,
                 meeting_url = coalesce($3, m.meeting_url)
             where m.id = $1",
            meetings = t.meetings,
            connections = t.connections,
            owner_id = t.owner_id,
        ),
        &[
            pgrx::Uuid::from_bytes(meeting.into_bytes()).into(),
            stored.map(|event| event.id.as_str()).into(),
            stored.and_then(|event| event.meeting_url.as_deref()).into(),
        ],
    )?;
    Ok(())
}

fn record_disconnect(mode: Mode, meeting: Uuid, detail: &str) -> Result<()> {
    let t = mode.tables();
    changed(
        ("record disconnect", Some(mode)),
        &[BuiltinOid::UUIDOID, BuiltinOid::TEXTOID],
        &format!(
            "update {connections} c set status = 'reconnect_required', status_detail = $2
             from {meetings} m
             where m.id = $1 and c.{owner_id} = m.{owner_id} and c.is_active
               and coalesce(m.calendar_provider, c.provider) = c.provider",
            meetings = t.meetings,
            connections = t.connections,
            owner_id = t.owner_id,
        ),
        &[
            pgrx::Uuid::from_bytes(meeting.into_bytes()).into(),
            detail.into(),
        ],
    )?;
    Ok(())
}

impl CalendarFailure {
    /// Whether nothing will work again until the owner has connected the calendar anew.
    fn needs_reconnect(&self) -> bool {
        matches!(
            self,
            Self::Refresh(RefreshError::Rejected { .. })
                | Self::Calendar(
                    CalendarError::Unauthorized(_) | CalendarError::InsufficientScope(_)
                )
        )
    }

    fn verdict(&self) -> Verdict {
        let (transient, retry_after) = match self {
            Self::Refresh(error) => (error.is_transient(), error.retry_after()),
            Self::Calendar(error) => (error.is_transient(), error.retry_after()),
        };
        Verdict::Failed {
            error: self.to_string(),
            permanent: !transient,
            retry_after,
        }
    }
}
