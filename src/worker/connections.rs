//! Calendar connections as they are stored: read, opened, and kept up to date.

use chrono::{DateTime, Utc};
use oauth2::{AccessToken, RefreshToken};
use pgrx::datum::TimestampWithTimeZone;
use serde::Deserialize;
use strum::{IntoStaticStr, VariantArray};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::network::account::{Account, Refreshed, Tokens};
use super::network::work::{BrokenOff, JobReply};
use crate::error::{Error, Result};
use crate::oauth::application::Application;
use crate::owner::{Mode, Owner};
use crate::provider::Provider;
use crate::{plan, timestamptz, vault};

/// The column `status` of the connections tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, VariantArray, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ConnectionStatus {
    Ok,
    /// Only its owner can mend it.
    ReconnectRequired,
    /// It could not be read the last time.
    Error,
}

/// A row of the connections tables: tokens still sealed.
#[derive(Deserialize)]
pub struct Connection {
    pub id: Uuid,
    /// One of the two: the column of the mode's table.
    client_id: Option<Uuid>,
    user_id: Option<Uuid>,
    pub provider: Provider,
    pub access_token: Option<String>,
    pub refresh_token: Option<String>,
    pub token_expires_at: Option<DateTime<Utc>>,
    pub calendar_id: Option<String>,
    /// Which calendars count as busy; none: the one above.
    busy_calendar_ids: Option<Vec<String>>,
    pub connected_email: Option<String>,
    pub status: ConnectionStatus,
    pub status_detail: Option<String>,
    pub application: Option<Application>,
}

impl Connection {
    /// The active connection of an owner with a provider.
    pub fn read(owner: Owner, provider: Provider) -> Result<Option<Self>> {
        let mode = owner.mode();
        plan::read_json(
            ("connection", Some(mode)),
            &format!("the connection of {owner}"),
            || {
                let t = mode.tables();
                format!(
                    "select (to_jsonb(c) || jsonb_build_object('application', to_jsonb(p)))::text
                     from {} c
                     left join scheduling.providers p on p.provider = c.provider
                     where c.{} = $1 and c.provider = $2 and c.is_active",
                    t.connections, t.owner_id
                )
            },
            &[plan::uuid(owner.id()).into(), provider.as_str().into()],
        )
    }

    /// One connection, whatever its state, for a change that depends on its tokens: locked, as tokens that are
    /// sealed anew in between (`rotate_key()`) are the same and compare unequal.
    fn to_change(mode: Mode, id: Uuid) -> Result<Option<Self>> {
        let text: Option<String> = plan::write_value(
            ("connection to change", Some(mode)),
            || {
                format!(
                    "select (to_jsonb(c) || jsonb_build_object('application', null))::text
                     from {} c where c.id = $1 for no key update",
                    mode.tables().connections
                )
            },
            &[plan::uuid(id).into()],
        )?;
        let unreadable = |_| Error::Internal(format!("connection {id} cannot be read"));
        text.map(|text| serde_json::from_str(&text).map_err(unreadable))
            .transpose()
    }

    /// The calendars that count as busy; `None` is the account's main one.
    pub fn heeded(&self) -> Vec<Option<String>> {
        match &self.busy_calendar_ids {
            Some(calendars) => calendars.iter().cloned().map(Some).collect(),
            None => vec![self.calendar_id.clone()],
        }
    }

    /// Whether this is the refresh token that is stored.
    fn has_grant(&self, grant: Option<&RefreshToken>) -> Result<bool> {
        let stored = self.unseal(self.refresh_token.as_deref(), "refresh_token")?;
        let stored = stored.as_ref().map(|token| token.as_str());
        Ok(stored == grant.map(|grant| grant.secret().as_str()))
    }

    fn owner(&self) -> Result<Owner> {
        Owner::from_columns(self.client_id, self.user_id)
            .ok_or_else(|| Error::Internal("a calendar connection has no owner".into()))
    }

    /// A sealed token, open. The trigger `seal_connection` binds the seals to the same.
    fn unseal(&self, sealed: Option<&str>, token: &str) -> Result<Option<Zeroizing<String>>> {
        let owner = self.owner()?;
        sealed
            .map(|sealed| vault::open(sealed, &format!("{token}:{owner}:{}", self.provider)))
            .transpose()
    }

    /// The connection with its secrets open; none where the provider was never configured.
    pub fn open(&self) -> Result<Option<Account>> {
        let Some(application) = &self.application else {
            return Ok(None);
        };
        let owner = self.owner()?;
        let access = self.unseal(self.access_token.as_deref(), "access_token")?;
        let refresh = self.unseal(self.refresh_token.as_deref(), "refresh_token")?;
        Ok(Some(Account {
            connection: self.id,
            owner,
            provider: self.provider,
            api_url: application.api_url.clone(),
            calendar_id: self.calendar_id.clone(),
            tokens: Tokens {
                access: access.map(|token| AccessToken::new(token.to_string())),
                refresh: refresh.map(|token| RefreshToken::new(token.to_string())),
                expires_at: self.token_expires_at,
            },
            token_url: application.token_url.clone(),
            client_id: application.client_id.clone(),
            client_secret: application.open_secret(self.provider)?,
        }))
    }
}

/// Stores tokens that came on the way, sealed by the table's trigger, unless the calendar has been
/// connected anew since: then they are of the grant before it.
pub fn record_tokens(refreshed: &Refreshed) -> Result<()> {
    let mode = refreshed.owner.mode();
    let Some(stored) = Connection::to_change(mode, refreshed.connection)? else {
        return Ok(());
    };
    if !stored.has_grant(Some(&refreshed.grant))? {
        return Ok(());
    }
    let expires_at = refreshed
        .expires_at
        .map(|at| timestamptz::to_postgres(at.into()))
        .transpose()?;
    plan::change(
        ("record tokens", Some(mode)),
        || {
            format!(
                "update {} c
                 set access_token = $3, refresh_token = coalesce($4, c.refresh_token),
                     token_expires_at = $5
                 where c.id = $1 and c.refresh_token is not distinct from $2",
                mode.tables().connections
            )
        },
        &[
            plan::uuid(refreshed.connection).into(),
            stored.refresh_token.as_deref().into(),
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

/// What a job has come to know of a connection: only its owner can mend it.
pub struct Broken {
    pub mode: Mode,
    pub connection: Uuid,
    /// The refresh token behind the refused request.
    pub grant: Option<RefreshToken>,
    pub detail: String,
}

/// The connection that a job's request has shown to be broken.
pub fn broken_by(reply: &Result<JobReply, BrokenOff>) -> Option<Broken> {
    let Ok(JobReply::Event {
        meeting,
        place,
        outcome,
    }) = reply
    else {
        return None;
    };
    let failure = outcome.result.as_ref().err()?;
    failure.needs_reconnect().then(|| Broken {
        mode: meeting.mode,
        connection: place.connection,
        grant: outcome.grant.clone(),
        detail: failure.to_string(),
    })
}

/// Marks a connection that only its owner can mend, unless they have done so since: `grant` is the
/// refresh token that was behind the refused request.
pub fn require_reconnect(
    mode: Mode,
    connection: Uuid,
    grant: Option<&RefreshToken>,
    detail: &str,
) -> Result<()> {
    let Some(stored) = Connection::to_change(mode, connection)? else {
        return Ok(());
    };
    if !stored.has_grant(grant)? {
        return Ok(());
    }
    plan::change(
        ("require reconnect", Some(mode)),
        || {
            format!(
                "update {} c set status = 'reconnect_required', status_detail = $3
                 where c.id = $1 and c.refresh_token is not distinct from $2",
                mode.tables().connections
            )
        },
        &[
            plan::uuid(connection).into(),
            stored.refresh_token.as_deref().into(),
            detail.into(),
        ],
    )?;
    Ok(())
}
