//! Calendar connections as they are stored: read, opened, and kept up to date.

use chrono::{DateTime, Utc};
use oauth2::{AccessToken, RefreshToken};
use pgrx::datum::TimestampWithTimeZone;
use pgrx::pg_sys::BuiltinOid;
use serde::Deserialize;
use uuid::Uuid;

use super::queue::changed;
use super::sessions::{Account, Refreshed, Tokens};
use crate::availability::zone::Instant;
use crate::error::{Error, Result};
use crate::oauth::application::Application;
use crate::oauth::parse_provider;
use crate::oauth::provider::Provider;
use crate::owner::{Mode, Owner};
use crate::{instant, plan, vault};

/// A row of the connections tables: tokens still sealed.
#[derive(Deserialize)]
pub struct Connection {
    pub id: Uuid,
    /// One of the two: the column of the mode's table.
    client_id: Option<Uuid>,
    user_id: Option<Uuid>,
    pub provider: String,
    pub access_token: Option<String>,
    pub refresh_token: Option<String>,
    pub token_expires_at: Option<DateTime<Utc>>,
    pub calendar_id: Option<String>,
    pub connected_email: Option<String>,
    pub status: String,
    pub application: Option<Application>,
}

impl Connection {
    /// The active connection of an owner with a provider.
    pub fn read(owner: Owner, provider: Provider) -> Result<Option<Self>> {
        let mode = owner.mode();
        plan::read_json(
            ("connection", Some(mode)),
            &format!("the connection of {owner}"),
            &[BuiltinOid::UUIDOID, BuiltinOid::TEXTOID],
            &[plan::uuid(owner.id()).into(), provider.as_str().into()],
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
        )
    }

    /// The connection with its secrets open; none where the provider was never configured.
    pub fn open(&self) -> Result<Option<Account>> {
        let Some(application) = &self.application else {
            return Ok(None);
        };
        let owner = Owner::from_columns(self.client_id, self.user_id)
            .ok_or_else(|| Error::Internal("a calendar connection has no owner".into()))?;
        // The trigger `seal_connection` binds the seals to the same.
        let open = |sealed: &Option<String>, token: &str| {
            sealed
                .as_deref()
                .map(|sealed| vault::open(sealed, &format!("{token}:{owner}:{}", self.provider)))
                .transpose()
        };
        let access = open(&self.access_token, "access_token")?;
        let refresh = open(&self.refresh_token, "refresh_token")?;
        Ok(Some(Account {
            connection: self.id,
            provider: parse_provider(&self.provider)?,
            api_url: application.api_url.clone(),
            calendar_id: self.calendar_id.clone(),
            tokens: Tokens {
                access: access.map(|token| AccessToken::new(token.to_string())),
                refresh: refresh.map(|token| RefreshToken::new(token.to_string())),
                expires_at: self.token_expires_at,
            },
            token_url: application.token_url.clone(),
            client_id: application.client_id.clone(),
            client_secret: application.open_secret(&self.provider)?,
        }))
    }
}

/// Stores tokens that came on the way, sealed by the table's trigger. Whether the calendar `works` is
/// for the request to say that they were fetched for: a token endpoint that gives tokens which the
/// calendar then refuses has mended nothing.
pub fn record_tokens(mode: Mode, refreshed: &Refreshed, works: bool) -> Result<()> {
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
            BuiltinOid::BOOLOID,
        ],
        &format!(
            "update {} c
             set access_token = $2, refresh_token = coalesce($3, c.refresh_token),
                 token_expires_at = $4,
                 status = case when $5 then 'ok' else c.status end,
                 status_detail = case when $5 then null else c.status_detail end
             where c.id = $1",
            mode.tables().connections
        ),
        &[
            plan::uuid(refreshed.connection).into(),
            refreshed.access.secret().as_str().into(),
            refreshed
                .refresh
                .as_ref()
                .map(|token| token.secret().as_str())
                .into(),
            Option::<TimestampWithTimeZone>::into(expires_at),
            works.into(),
        ],
    )?;
    Ok(())
}

/// Marks a connection that only its owner can mend.
pub fn require_reconnect(mode: Mode, connection: Uuid, detail: &str) -> Result<()> {
    changed(
        ("require reconnect", Some(mode)),
        &[BuiltinOid::UUIDOID, BuiltinOid::TEXTOID],
        &format!(
            "update {} c set status = 'reconnect_required', status_detail = $2 where c.id = $1",
            mode.tables().connections
        ),
        &[plan::uuid(connection).into(), detail.into()],
    )?;
    Ok(())
}
