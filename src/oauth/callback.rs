//! The way back from the consent page, seen from SQL: a page or a program hands over code and state and is
//! answered with what was connected; a browser that comes here straight from the provider is sent on.

use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use serde::Deserialize;

use super::connect::{about, read_answer};
use super::landing::{self, Setback};
use super::state::State;
use super::{malformed, parse_provider};
use crate::access::parse_owner;
use crate::error::{Error, Result, or_raise, required};
use crate::http::quote;
use crate::ipc::ask::ask;
use crate::ipc::question::Errand;
use crate::length::{self, within};
use crate::owner::Mode;
use crate::{plan, postgrest};

/// The row of the contract.
type Connection = (&'static str, String, String, Option<String>, String);

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
    // A proxy that picks out what it passes on passes on what is not there, too.
    let back = Back {
        code: code.filter(|code| !code.is_empty()),
        error: error.filter(|error| !error.is_empty()),
        error_description,
    };
    let finished = begun(state, only).and_then(|state| back.finish(&state));
    if postgrest::is_navigation() {
        let state = state.and_then(|state| state.parse().ok());
        return TableIterator::new(or_raise(send_on(state.as_ref(), finished)));
    }
    TableIterator::once(or_raise(finished.map_err(|(_, error)| error)))
}

/// Why there is no connection: for pages and programs, and for people.
type Refused = (Setback, Error);

/// The state of a round trip that may have been begun here.
fn begun(state: Option<&str>, only: Option<&str>) -> Result<State, Refused> {
    let read = || {
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
        if state.nonce.is_none() {
            return Err(Error::invalid(
                "state",
                "the OAuth state carries no nonce",
                "Anybody can make a state without a nonce, so it proves nothing.",
                "Start the round trip with oauth_authorize_url(), whose states carry one.",
            ));
        }
        Ok(state)
    };
    read().map_err(|error| (Setback::Invalid, error))
}

/// What the provider sent along.
struct Back<'a> {
    code: Option<&'a str>,
    error: Option<&'a str>,
    error_description: Option<&'a str>,
}

/// What the worker answers to [`Errand::Connect`].
#[derive(Deserialize)]
struct Connected {
    connected_email: String,
}

impl Back<'_> {
    fn finish(&self, state: &State) -> Result<Connection, Refused> {
        if let Some(error) = self.error {
            let refused = Error::BadGateway {
                detail: match self.error_description {
                    Some(description) => format!("{}: {}", quote(error), quote(description)),
                    None => quote(error),
                },
                hint: "Start again with oauth_authorize_url(), and agree on the provider's page."
                    .into(),
            };
            return Err((Setback::of_provider(error), refused));
        }
        let invalid = |error| (Setback::Invalid, error);
        let code = required("code", self.code)
            .and_then(|code| within("code", code, length::AUTHORIZATION_CODE))
            .map_err(invalid)?;
        let owner = match state.mode {
            Mode::Client => parse_owner(&state.owner_id),
            Mode::User => parse_owner(&format!("user:{}", state.owner_id)),
        };
        let errand = Errand::Connect {
            nonce: state.nonce.clone().unwrap_or_default(),
            code: code.to_owned(),
        };
        let question = about(owner.map_err(invalid)?, state.provider, errand);
        let answer: Connected = ask(&question)
            .and_then(read_answer)
            .map_err(|error| (setback(&error), error))?;
        Ok((
            state.mode.as_str(),
            state.owner_id.clone(),
            state.provider.to_string(),
            Some(answer.connected_email),
            state.mode.redirect_path(&state.owner_id),
        ))
    }
}

/// What a refusal of the worker's comes to.
fn setback(error: &Error) -> Setback {
    match error {
        Error::Invalid { .. } => Setback::Expired,
        Error::BadGateway { .. } => Setback::Refused,
        Error::Unavailable { .. } | Error::Locked { .. } => Setback::Unreachable,
        _ => Setback::Failed,
    }
}

/// Sends a browser on to the application: a person can do nothing with a row, and nothing with an error. The
/// address that it leaves holds a code, which is to stay in no cache and in no `Referer`.
fn send_on(
    state: Option<&State>,
    finished: Result<Connection, Refused>,
) -> Result<Option<Connection>> {
    let (app_url, owner_path): (Option<String>, Option<String>) = Spi::connect(|client| {
        let rows = plan::read(
            client,
            ("where the application is", None),
            || "select s.app_url, s.owner_path from scheduling.site_settings s",
            Some(1),
            &[],
        )?;
        if rows.is_empty() {
            return Ok::<_, Error>((None, None));
        }
        let rows = rows.first();
        Ok((rows.get(1)?, rows.get(2)?))
    })?;
    let (connection, outcome) = match finished {
        Ok(connection) => (Some(connection), Ok(())),
        Err((setback, error)) => {
            // Whoever would have read it has gone on; a no, or a page that is loaded twice, is no trouble.
            if matches!(
                setback,
                Setback::Refused | Setback::Unreachable | Setback::Failed
            ) {
                error.log("a calendar was not connected");
            }
            (None, Err(setback))
        }
    };
    let address = landing::address(app_url.as_deref(), owner_path.as_deref(), state, outcome);
    postgrest::answer(
        Some(303),
        &[
            ("Location", &address),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
        ],
    )?;
    Ok(connection)
}
