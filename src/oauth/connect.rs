//! Connecting a calendar, seen from SQL: the way to the provider's consent page, and the end of the
//! connection. What needs the provider is asked of the worker; the way back is `callback`'s.

use oauth2::PkceCodeVerifier;
use pgrx::prelude::*;
use zeroize::Zeroizing;

use super::application::Application;
use super::flow::{AuthorizeRequest, authorize_url};
use super::nonce::{self, RoundTrip};
use super::state::State;
use super::{malformed, parse_provider};
use crate::access;
use crate::access::parse_owner;
use crate::error::{Error, Missing, Result, or_raise, required};
use crate::ipc::ask::ask;
use crate::ipc::question::{Errand, Question};
use crate::length::{self, within};
use crate::owner::Owner;
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
