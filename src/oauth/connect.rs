//! Connecting a calendar, seen from SQL: the way to the provider's consent page and back, and the end of
//! the connection. What needs the provider is asked of the worker.

use oauth2::PkceCodeVerifier;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::application::Application;
use super::flow::{AuthorizeRequest, authorize_url};
use super::nonce::{self, RoundTrip};
use super::state::State;
use super::{malformed, parse_provider};
use crate::access;
use crate::access::parse_owner;
use crate::error::{Error, Missing, Result, or_raise, required};
use crate::http::quote;
use crate::ipc::ask::ask;
use crate::ipc::question::{Errand, Question};
use crate::length::{self, within};
use crate::owner::{Mode, Owner};
use crate::provider::Provider;

/// The contract's `oauth_authorize_url`; see sql/oauth.sql.
#[pg_extern(sql = false)]
fn oauth_authorize_url(
    owner: Option<&str>,
    provider: Option<&str>,
    redirect_uri: Option<&str>,
) -> String {
    let start = || {
        let (owner, provider) = managed(owner, provider)?;
        access::require_owner(owner)?;
        let application = Application::read(provider)?.ok_or_else(|| Error::NotFound {
            what: Missing::Provider,
            detail: format!("The provider {provider} is not configured."),
            hint: "Register the application with configure_provider().".into(),
        })?;
        let redirect_uri = match redirect_uri {
            Some(given) => within("redirect_uri", given, length::URL)?.to_owned(),
            None => application.redirect_uri,
        };
        let nonce = nonce::new()?;
        let state = State::new(
            owner.mode(),
            &owner.id().to_string(),
            provider,
            Some(&nonce),
        )
        .map_err(malformed)?
        .to_string();
        let authorize = authorize_url(&AuthorizeRequest {
            provider,
            auth_url: &application.auth_url,
            client_id: &application.client_id,
            redirect_uri: &redirect_uri,
            state: &state,
        })
        .map_err(|error| {
            Error::invalid(
                "redirect_uri",
                "the consent page's address cannot be made",
                error,
                "Check the URLs given to configure_provider() and redirect_uri.",
            )
        })?;
        let verifier: &PkceCodeVerifier = &authorize.pkce_verifier;
        let trip = RoundTrip {
            redirect_uri,
            code_verifier: Zeroizing::new(verifier.secret().clone()),
        };
        nonce::remember(&nonce, owner, provider, &trip)?;
        Ok(authorize.url)
    };
    or_raise(start())
}

/// The contract's `oauth_callback`, and the same for one provider; see sql/oauth.sql.
#[pg_extern(sql = false)]
#[allow(clippy::type_complexity)] // The row of the contract.
fn oauth_callback(
    code: Option<&str>,
    state: Option<&str>,
    error: Option<&str>,
    error_description: Option<&str>,
    only: Option<&str>,
) -> TableIterator<
    'static,
    (
        name!(mode, &'static str),
        name!(owner_id, String),
        name!(provider, String),
        name!(connected_email, Option<String>),
        name!(redirect_path, String),
    ),
> {
    let finish = || {
        let state: State = required("state", state)?.parse().map_err(malformed)?;
        if let Some(only) = only
            && state.provider != parse_provider(only)?
        {
            return Err(Error::invalid(
                "state",
                "the state is another provider's",
                format!("The state was made for {}.", state.provider),
                format!("Pass it to {}_calendar_callback().", state.provider),
            ));
        }
        let Some(nonce) = &state.nonce else {
            return Err(Error::invalid(
                "state",
                "the OAuth state carries no nonce",
                "Anybody can make a state without a nonce, so it proves nothing.",
                "Start the round trip with oauth_authorize_url(), whose states carry one.",
            ));
        };
        if let Some(error) = error {
            return Err(Error::BadGateway {
                detail: match error_description {
                    Some(description) => format!("{}: {}", quote(error), quote(description)),
                    None => quote(error),
                },
                hint: "Start again with oauth_authorize_url(), and agree on the provider's page."
                    .into(),
            });
        }
        let code = within("code", required("code", code)?, length::AUTHORIZATION_CODE)?;
        let owner = match state.mode {
            Mode::Client => parse_owner(&state.owner_id)?,
            Mode::User => parse_owner(&format!("user:{}", state.owner_id))?,
        };
        let answer: Connected = read_answer(ask(&about(
            owner,
            state.provider,
            Errand::Connect {
                nonce: nonce.clone(),
                code: code.to_owned(),
            },
        ))?)?;
        let redirect_path = state.mode.redirect_path(&state.owner_id);
        Ok((
            state.mode.as_str(),
            state.owner_id,
            state.provider.to_string(),
            Some(answer.connected_email),
            redirect_path,
        ))
    };
    TableIterator::once(or_raise(finish()))
}

/// The contract's `disconnect_calendar`; see sql/oauth.sql.
#[pg_extern(sql = false)]
fn disconnect_calendar(owner: Option<&str>, provider: Option<&str>) -> bool {
    let disconnect = || {
        let (owner, provider) = managed(owner, provider)?;
        access::require_owner(owner)?;
        match ask(&about(owner, provider, Errand::Disconnect)) {
            Ok(_) => Ok(true),
            Err(Error::NotFound {
                what: Missing::Connection,
                ..
            }) => Ok(false),
            Err(error) => Err(error),
        }
    };
    or_raise(disconnect())
}

/// What `finish` of the worker answers to [`Errand::Connect`].
#[derive(Deserialize)]
struct Connected {
    connected_email: String,
}

pub(super) fn about(owner: Owner, provider: Provider, errand: Errand) -> Question {
    Question::Connection {
        owner,
        provider,
        errand,
    }
}

pub(super) fn read_answer<T: serde::de::DeserializeOwned>(answer: serde_json::Value) -> Result<T> {
    serde_json::from_value(answer)
        .map_err(|_| Error::Internal("the worker's answer cannot be read".into()))
}

/// The owner and provider of a call whose caller may manage that owner.
pub(super) fn managed(owner: Option<&str>, provider: Option<&str>) -> Result<(Owner, Provider)> {
    let owner = parse_owner(required("owner", owner)?)?;
    let provider = parse_provider(required("provider", provider)?)?;
    access::require_manager(owner)?;
    Ok((owner, provider))
}
