//! OAuth with calendar providers: connecting, and keeping access tokens fresh.
//!
//! `state` is pure; `flow` and `refresh` speak HTTP on the worker's network thread, by
//! way of `endpoint`; `nonce` remembers round trips, `application` reads what the organisation has
//! registered; `connect` and `calendars` have the SQL functions of a connection, `callback` those of the way
//! back from the consent page, of which `landing` is the last step in a browser; here are those of a state.

pub mod application;
mod calendars;
mod callback;
mod connect;
pub mod endpoint;
pub mod flow;
#[cfg(any(test, fuzzing))]
mod fuzzing;
mod landing;
pub mod nonce;
pub mod refresh;
pub mod state;

#[cfg(any(test, fuzzing))]
pub use self::fuzzing::FUZZING;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;

use self::state::State;
use crate::error::{Error, Result, or_raise, required};
use crate::owner::Mode;
use crate::provider::Provider;

/// The contract's `parse_oauth_state`; see sql/oauth.sql.
#[pg_extern(sql = false)]
#[allow(clippy::type_complexity)] // The row of the contract.
fn parse_oauth_state(
    state: Option<&str>,
) -> TableIterator<
    'static,
    (
        name!(mode, &'static str),
        name!(owner_id, String),
        name!(provider, String),
        name!(nonce, Option<String>),
        name!(redirect_path, String),
    ),
> {
    let parse = || {
        let state: State = required("state", state)?.parse().map_err(malformed)?;
        let redirect_path = state.mode.redirect_path(&state.owner_id);
        Ok((
            state.mode.as_str(),
            state.owner_id,
            state.provider.to_string(),
            state.nonce,
            redirect_path,
        ))
    };
    TableIterator::once(or_raise(parse()))
}

/// The contract's `format_oauth_state`; see sql/oauth.sql.
#[pg_extern(sql = false)]
fn format_oauth_state(owner: Option<&str>, provider: Option<&str>, nonce: Option<&str>) -> String {
    let format = || {
        let owner = required("owner", owner)?;
        let provider = parse_provider(required("provider", provider)?)?;
        // Not an owner key of ours only: the older format carries ids of any form.
        let (mode, owner_id) = match owner.strip_prefix(Mode::User.key_prefix()) {
            Some(owner_id) => (Mode::User, owner_id),
            None => (Mode::Client, owner),
        };
        Ok(State::new(mode, owner_id, provider, nonce)
            .map_err(malformed)?
            .to_string())
    };
    or_raise(format())
}

/// # Errors
/// 22023 for what is the name of none.
pub fn parse_provider(provider: &str) -> Result<Provider> {
    provider.parse().map_err(|_| {
        let shown: String = provider.chars().take(64).collect();
        Error::invalid(
            "provider",
            format!("unknown provider \"{shown}\""),
            format!("A provider is {}.", Provider::names().join(" or ")),
            format!("Pass '{}'.", Provider::names().join("' or '")),
        )
    })
}

fn malformed(why: state::MalformedState) -> Error {
    Error::invalid(
        "state",
        "malformed OAuth state",
        format!("The state cannot be read: {why}."),
        "A state is {clientId}:{provider} or user:{userId}:{provider}, with an optional nonce as last segment.",
    )
}
