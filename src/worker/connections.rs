//! Calendar connections as they are stored: read, opened, and kept up to date.

use chrono::{DateTime, Utc};
use oauth2::{AccessToken, ClientSecret, RefreshToken};
use pgrx::datum::TimestampWithTimeZone;
use pgrx::pg_sys::BuiltinOid;
use pgrx::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::queue::changed;
use super::sessions::{Account, Refreshed, Tokens};
use crate::availability::zone::Instant;
use crate::error::{Error, Result};
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

/// The organisation's registration with the provider: its secret still sealed.
#[derive(Deserialize)]
pub struct Application {
    pub client_id: String,
    pub client_secret: String,
    pub token_url: String,
    pub revoke_url: Option<String>,
    pub userinfo_url: Option<String>,
    pub api_url: String,
}

impl Connection {
    /// The active connection of an owner with a provider.
    pub fn read(owner: Owner, provider: Provider) -> Result<Option<Self>> {
        let mode = owner.mode();
        let text = Spi::connect(|client| {
            let plan = plan::reading(
                client,
                ("connection", Some(mode)),
                &[BuiltinOid::UUIDOID, BuiltinOid::TEXTOID],
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
            )?;
            let id = pgrx::Uuid::from_bytes(owner.id().into_bytes());
            let rows = client.select(plan, Some(1), &[id.into(), provider.as_str().into()])?;
            if rows.is_empty() {
                Ok(None)
            } else {
                rows.first().get_one::<String>()
            }
        })?;
        text.map(|text| {
            serde_json::from_str(&text)
                .map_err(|_| Error::Internal(format!("the connection of {owner} cannot be read")))
        })
        .transpose()
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

impl Application {
    /// The registration with a provider; none where it was never configured.
    pub fn read(provider: Provider) -> Result<Option<Self>> {
        let text = Spi::connect(|client| {
            let plan = plan::reading(
                client,
                ("application", None),
                &[BuiltinOid::TEXTOID],
                || {
                    "select to_jsonb(p)::text from scheduling.providers p where p.provider = $1"
                        .to_owned()
                },
            )?;
            let rows = client.select(plan, Some(1), &[provider.as_str().into()])?;
            if rows.is_empty() {
                Ok(None)
            } else {
                rows.first().get_one::<String>()
            }
        })?;
        text.map(|text| {
            serde_json::from_str(&text)
                .map_err(|_| Error::Internal("scheduling.providers cannot be read".into()))
        })
        .transpose()
    }

    pub fn open_secret(&self, provider: &str) -> Result<ClientSecret> {
        let secret = vault::open(&self.client_secret, &format!("client_secret:{provider}"))?;
        Ok(ClientSecret::new(secret.to_string()))
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

/// Marks a connection that only its owner can mend.
pub fn require_reconnect(mode: Mode, connection: Uuid, detail: &str) -> Result<()> {
    changed(
        ("require reconnect", Some(mode)),
        &[BuiltinOid::UUIDOID, BuiltinOid::TEXTOID],
        &format!(
            "update {} c set status = 'reconnect_required', status_detail = $2 where c.id = $1",
            mode.tables().connections
        ),
        &[
            pgrx::Uuid::from_bytes(connection.into_bytes()).into(),
            detail.into(),
        ],
    )?;
    Ok(())
}
