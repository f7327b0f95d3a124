//! Questions from sessions, on the main thread: what the database has to say to them before and
//! after the network is asked. Each step is a transaction of the worker's own.

use oauth2::{AuthorizationCode, PkceCodeVerifier};
use serde_json::json;

use super::connections::{self, Connection};
use super::network::client::CalendarFailure;
use super::network::work::{BrokenOff, ConnectFailure, Connected, ErrandReply, ErrandWork};
use crate::calendar::error::CalendarError;
use crate::error::Result;
use crate::ipc::question::{Answer, Errand, Reason, Refusal};
use crate::oauth::application::Application;
use crate::oauth::endpoint::EndpointError;
use crate::oauth::flow::{ExchangeRequest, FlowError, RevokeRequest};
use crate::oauth::nonce;
use crate::owner::Owner;
use crate::provider::Provider;
use crate::{plan, settings, timestamptz};

/// What is to be done with the network's reply.
pub struct Pending {
    owner: Owner,
    provider: Provider,
}

/// What a question comes to before the network is asked.
pub enum Step {
    Answer(Answer),
    Network(Box<ErrandWork>, Pending),
}

impl Step {
    fn refuse(reason: Reason, detail: impl Into<String>) -> Self {
        Self::Answer(Err(Refusal::new(reason, detail)))
    }
}

/// The first step: what the question needs from the database.
pub fn begin(owner: Owner, provider: Provider, errand: Errand) -> Result<Step> {
    let pending = Pending { owner, provider };
    let timeout = settings::http_timeout();
    if let Errand::Connect { nonce, code } = errand {
        return begin_connect(pending, &nonce, code);
    }
    let Some(connection) = Connection::read(owner, provider)? else {
        return Ok(Step::refuse(
            Reason::NoConnection,
            format!("Owner {owner} has no connected {provider} calendar."),
        ));
    };
    let Some(account) = connection.open()? else {
        return Ok(no_provider(provider));
    };
    let work = match errand {
        Errand::Calendars => ErrandWork::Calendars { account, timeout },
        Errand::Disconnect | Errand::Connect { .. } => {
            forget(owner, provider)?;
            // Google takes back all that an account has granted, not one token.
            let shared = is_shared(&connection)?;
            let Some(token) = account.tokens.refresh.filter(|_| !shared) else {
                return Ok(Step::Answer(Ok(json!({ "revoked": false }))));
            };
            let revoke_url = connection
                .application
                .and_then(|application| application.revoke_url);
            ErrandWork::Revoke {
                request: RevokeRequest { revoke_url, token },
                timeout,
            }
        }
    };
    Ok(Step::Network(Box::new(work), pending))
}

/// The nonce is spent here, whatever becomes of the rest: a code is never sent twice.
fn begin_connect(pending: Pending, nonce: &str, code: String) -> Result<Step> {
    let Some(application) = Application::read(pending.provider)? else {
        return Ok(no_provider(pending.provider));
    };
    let Some(spent) = nonce::spend(nonce, pending.owner, pending.provider)? else {
        return Ok(Step::refuse(
            Reason::Nonce,
            "Its nonce is unknown: it was used before, is older than 10 minutes, or was made for \
             another owner or provider.",
        ));
    };
    let exchange = ExchangeRequest {
        token_url: application.token_url.clone(),
        client_id: application.client_id.clone(),
        client_secret: application.open_secret(pending.provider)?,
        redirect_uri: spent.redirect_uri,
        code: AuthorizationCode::new(code),
        pkce_verifier: PkceCodeVerifier::new(spent.code_verifier.to_string()),
        provider: pending.provider,
    };
    let work = ErrandWork::Connect {
        exchange,
        userinfo_url: application.userinfo_url.unwrap_or_default(),
        api_url: application.api_url,
        timeout: settings::http_timeout(),
    };
    Ok(Step::Network(Box::new(work), pending))
}

fn no_provider(provider: Provider) -> Step {
    Step::Answer(Err(Refusal::no_provider(provider)))
}

/// The second step: what the network's reply changes, and the answer.
pub fn finish(pending: &Pending, reply: ErrandReply) -> Result<Answer> {
    let mode = pending.owner.mode();
    match reply {
        ErrandReply::Connected(Ok(connected)) => {
            let email = connected.email.clone();
            store(pending, connected)?;
            Ok(Ok(json!({ "connected_email": email })))
        }
        ErrandReply::Connected(Err(failure)) => Ok(Err(connect_refused(&failure))),
        // The tokens are forgotten already, whether or not the provider could be told.
        ErrandReply::Revoked(result) => Ok(Ok(json!({ "revoked": matches!(result, Ok(true)) }))),
        ErrandReply::Calendars {
            connection,
            outcome,
        } => match outcome.result {
            Ok(calendars) => Ok(Ok(json!(
                calendars
                    .iter()
                    .map(|calendar| json!({
                        "calendar_id": calendar.calendar_id,
                        "name": calendar.name,
                        "is_primary": calendar.is_primary,
                        "can_write": calendar.can_write,
                    }))
                    .collect::<Vec<_>>()
            ))),
            Err(failure) => {
                // Without the right to list calendars events may still be written.
                if failure.needs_reconnect() && !failure.lacks_a_right() {
                    connections::require_reconnect(
                        mode,
                        connection,
                        outcome.grant.as_ref(),
                        &failure.to_string(),
                    )?;
                }
                Ok(Err(calendar_refused(&failure)))
            }
        },
    }
}

/// Stores a new connection, or the tokens of one that was connected anew. The calendars that the
/// owner has selected stay selected as long as the account is the same.
fn store(pending: &Pending, connected: Connected) -> Result<()> {
    let mode = pending.owner.mode();
    let t = mode.tables();
    let life = connected.grant.expires_in;
    let expires_at = life
        .and_then(|life| i64::try_from(life.as_micros()).ok())
        .map(|life| timestamptz::to_postgres(timestamptz::now().plus(life)))
        .transpose()?;
    plan::change(
        ("store connection", Some(mode)),
        || {
            format!(
                "insert into {connections} as c
                     ({owner_id}, provider, access_token, refresh_token, token_expires_at,
                      connected_email, calendar_id)
                 values ($1, $2, $3, $4, $5, $6, $7)
                 on conflict ({owner_id}, provider) do update set
                     access_token = $3, refresh_token = $4, token_expires_at = $5,
                     calendar_id = case when lower(c.connected_email) = lower($6)
                                        then coalesce(c.calendar_id, $7) else $7 end,
                     busy_calendar_ids = case when lower(c.connected_email) = lower($6)
                                              then c.busy_calendar_ids end,
                     connected_email = $6, is_active = true, status = 'ok', status_detail = null,
                     busy_synced_at = null",
                connections = t.connections,
                owner_id = t.owner_id,
            )
        },
        &[
            plan::uuid(pending.owner.id()).into(),
            pending.provider.as_str().into(),
            connected.grant.access_token.secret().as_str().into(),
            connected.grant.refresh_token.secret().as_str().into(),
            expires_at.into(),
            connected.email.as_str().into(),
            connected.calendar_id.as_deref().into(),
        ],
    )?;
    Ok(())
}

/// Deletes a connection's tokens; the row says that it is not active any more.
fn forget(owner: Owner, provider: Provider) -> Result<()> {
    let mode = owner.mode();
    let t = mode.tables();
    plan::change(
        ("forget connection", Some(mode)),
        || {
            format!(
                "update {} c
                 set access_token = null, refresh_token = null, token_expires_at = null,
                     is_active = false, status = 'reconnect_required', status_detail = 'disconnected',
                     busy_synced_at = null
                 where c.{} = $1 and c.provider = $2",
                t.connections, t.owner_id
            )
        },
        &[plan::uuid(owner.id()).into(), provider.as_str().into()],
    )?;
    Ok(())
}

/// Whether another owner has connected the same account.
fn is_shared(connection: &Connection) -> Result<bool> {
    let shared = plan::write_value(
        ("shared account", None),
        || {
            "select exists (
             select from (
                 select c.provider, c.connected_email from scheduling.calendar_connections c
                 where c.is_active
                 union all
                 select c.provider, c.connected_email from scheduling.user_calendar_connections c
                 where c.is_active
             ) others
             where others.provider = $1 and lower(others.connected_email) = lower($2))"
        },
        &[
            connection.provider.as_str().into(),
            connection.connected_email.as_deref().into(),
        ],
    )?;
    Ok(shared == Some(true))
}

/// The answer where the network broke off.
pub fn broken_off(broken: BrokenOff) -> Refusal {
    Refusal::new(Reason::Internal, broken.to_string())
}

fn connect_refused(failure: &ConnectFailure) -> Refusal {
    let unreachable = match failure {
        ConnectFailure::Flow(FlowError::Endpoint(EndpointError::BadAnswer(_)))
        | ConnectFailure::Calendar(CalendarError::BadAnswer(_)) => false,
        ConnectFailure::Flow(error) => error.is_transient(),
        ConnectFailure::Calendar(error) => error.is_transient(),
    };
    let restart = matches!(
        failure,
        ConnectFailure::Flow(FlowError::Endpoint(EndpointError::Rejected { .. }))
    );
    let reason = match (restart, unreachable) {
        (true, _) => Reason::Reconnect,
        (_, true) => Reason::Unreachable,
        _ => Reason::Provider,
    };
    Refusal::new(reason, failure.to_string())
}

pub fn calendar_refused(failure: &CalendarFailure) -> Refusal {
    let reason = if failure.needs_reconnect() {
        Reason::Reconnect
    } else if failure.is_transient() && !failure.is_nonsense() {
        Reason::Unreachable
    } else {
        Reason::Provider
    };
    Refusal::new(reason, failure.to_string())
}
