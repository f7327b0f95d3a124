//! Jobs that tell an owner by mail that a calendar must be connected again. The trigger
//! `queue_disconnect_notice` queues one when a connection breaks, whoever notices and however many
//! jobs fail by it; what holds when its turn comes decides whether it is sent.

use serde::Deserialize;

use super::mail_settings::{MailSettings, Sending};
use super::meeting::{self, Host};
use super::outbox;
use super::prepared::{Letter, Prepared};
use super::queue::Job;
use crate::error::Result;
use crate::mail::{self, CALENDAR_DISCONNECTED, Disconnected, Mail, Recipient};
use crate::owner::{Mode, Owner};
use crate::plan;
use crate::provider::Provider;
use crate::worker::connections::ConnectionStatus;

/// The owner, and the connection as it is now.
#[derive(Deserialize)]
struct State {
    owner: Host,
    connected_email: Option<String>,
    /// Null where the connection is gone.
    status: Option<ConnectionStatus>,
    is_active: Option<bool>,
    app_url: Option<String>,
    owner_path: Option<String>,
}

/// What a job's payload asks for: `{"mail": "calendar_disconnected", "provider": "google"}`.
#[derive(Deserialize)]
struct Order {
    mail: String,
    provider: Provider,
}

fn unknown() -> Prepared {
    Prepared::failed("the job's payload asks for no mail that is known")
}

/// Renders the mail of a job, unless an earlier attempt has.
pub fn prepare(job: &Job, stored: Option<Mail>, sending: &Sending) -> Result<Prepared> {
    let Ok(Order { mail, provider }) = Order::deserialize(&job.payload) else {
        return Ok(unknown());
    };
    if mail != CALENDAR_DISCONNECTED {
        return Ok(unknown());
    }
    let Some(state) = read(job.owner, provider)? else {
        return Ok(Prepared::done("the owner is gone"));
    };
    if state.is_active != Some(true) {
        return Ok(Prepared::done("the calendar was disconnected"));
    }
    if state.status != Some(ConnectionStatus::ReconnectRequired) {
        return Ok(Prepared::done("the calendar is connected again"));
    }
    if state.owner.email.is_none() {
        return Ok(Prepared::done("the owner has no e-mail address"));
    }
    let is_stored = stored.is_some();
    let mail = match stored {
        Some(mail) => mail,
        None => match mail::compose_disconnected(&facts(job, provider, state, &sending.settings)) {
            Ok(mail) => mail,
            Err(error) => return Ok(Prepared::failed(error.to_string())),
        },
    };
    Ok(Prepared::Mail(Letter {
        kind: CALENDAR_DISCONNECTED,
        mail,
        is_stored,
        note: None,
    }))
}

fn facts(job: &Job, provider: Provider, state: State, settings: &MailSettings) -> Disconnected {
    let owner = job.owner;
    let path = state
        .owner_path
        .unwrap_or_else(|| owner.mode().redirect_path(&owner.id().to_string()));
    Disconnected {
        locale: state.owner.locale,
        owner: mail::Host {
            name: state.owner.name.unwrap_or_default(),
            email: state.owner.email,
        },
        provider,
        account: state.connected_email,
        connect_url: state.app_url.map(|app_url| app_url + &path),
        from_address: settings.from_address.clone(),
        reply_to: settings.reply_to.clone(),
        created_at: job.created_at,
        message_id: outbox::message_id(
            CALENDAR_DISCONNECTED,
            Recipient::Owner,
            job,
            owner.id(),
            settings,
        ),
    }
}

fn read(owner: Owner, provider: Provider) -> Result<Option<State>> {
    let mode = owner.mode();
    plan::read_json(
        ("disconnected", Some(mode)),
        &format!("the connection of {owner}"),
        || query(mode),
        &[plan::uuid(owner.id()).into(), provider.as_str().into()],
    )
}

fn query(mode: Mode) -> String {
    let t = mode.tables();
    format!(
        "select to_jsonb(d)::text from (
             select {owner} as owner, c.connected_email, c.status, c.is_active, s.app_url, s.owner_path
             from {owners} o
             left join {connections} c on c.{owner_id} = o.{owner_key} and c.provider = $2
             left join scheduling.site_settings s on true
             where o.{owner_key} = $1
         ) d",
        owner = meeting::owner(mode),
        owners = t.owners,
        connections = t.connections,
        owner_id = t.owner_id,
        owner_key = t.owner_key,
    )
}
