//! What sessions ask the worker for, and how the two speak: one question and one answer a
//! connection, over a Unix socket in the data directory, each a length and that much JSON.
//!
//! Only the worker owns a socket to the outside and opens tokens. A session that needs an answer
//! from a provider now asks it, and waits no longer than `scheduling.http_timeout`.

use std::path::PathBuf;

use pgrx::pg_sys;
use serde::{Deserialize, Serialize};

use crate::owner::Owner;
use crate::provider::Provider;

/// No frame is longer: answers are lists of calendars at most.
pub const LONGEST_FRAME: usize = 1024 * 1024;

/// Where the worker of this database listens; relative to the data directory.
pub fn socket_path(database: pg_sys::Oid) -> PathBuf {
    format!("scheduling.{}.ask", database.to_u32()).into()
}

/// No `Debug`: it may hold an authorization code.
#[derive(Serialize, Deserialize)]
pub enum Question {
    /// About one connection of an owner.
    Connection {
        owner: Owner,
        provider: Provider,
        errand: Errand,
    },
    /// Read when these owners are busy. The answer comes when all of them have been seen to; it is the
    /// first refusal where there was one.
    Busy {
        owners: Vec<Owner>,
        /// Up to then at least; microseconds since 1970.
        until: i64,
        /// As of then or later; microseconds since 1970.
        since: i64,
        /// Whether to ask a provider that has just failed once more.
        insists: bool,
        /// Whether not to wait for a provider that others have waited for in vain.
        hurries: bool,
    },
}

/// What is to be done about a connection.
#[derive(Serialize, Deserialize)]
pub enum Errand {
    /// Exchange the code of an OAuth round trip and store the connection.
    Connect { nonce: String, code: String },
    /// Revoke the grant and forget the tokens.
    Disconnect,
    /// List the account's calendars.
    Calendars,
}

/// The value asked for, or why there is none.
pub type Answer = Result<serde_json::Value, Refusal>;

/// Why a question has no answer. Never holds a secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refusal {
    pub reason: Reason,
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// The round trip was not started here, is too old, or was finished before: 22023.
    Nonce,
    /// PT404.
    NoConnection,
    /// The provider was never configured: PT404.
    NoProvider,
    /// The calendar must be connected again: PT502.
    Reconnect,
    /// The provider refused or answered nonsense: PT502.
    Provider,
    /// The provider could not be reached: PT503.
    Unreachable,
    /// A lock was not to be had in time: PT503.
    Locked,
    /// The worker does nothing, because this is a copy of the database: PT503.
    Held,
    /// Something broke inside: XX000.
    Internal,
}

impl Refusal {
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: detail.into(),
        }
    }

    pub fn no_provider(provider: Provider) -> Self {
        Self::new(
            Reason::NoProvider,
            format!("The provider {provider} is not configured."),
        )
    }
}
