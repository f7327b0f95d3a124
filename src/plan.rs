//! Plans that are prepared once a session and kept, and what goes in and comes out of them.
//!
//! A plan is known by the place that asks for it (a name) and by the mode whose tables it is about.
//! PostgreSQL itself replans one when the tables change under it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use pgrx::datum::DatumWithOid;
use pgrx::pg_sys::BuiltinOid;
use pgrx::spi::{OwnedPreparedStatement, Spi, SpiClient};
use pgrx::{PgBuiltInOids, PgOid};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::owner::Mode;

/// Which plan: the caller's name for it, and the mode, where there is one text a mode.
pub type Key = (&'static str, Option<Mode>);

/// What a plan sees; the same text prepared for either is two plans.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Sees {
    WhatTheCallerSees,
    WhatIsCommitted,
}

thread_local! {
    static PLANS: RefCell<HashMap<(Key, Sees), &'static OwnedPreparedStatement>> =
        RefCell::new(HashMap::new());
}

/// A plan that sees what its calling query sees: for STABLE functions.
pub fn reading(
    client: &SpiClient<'_>,
    key: Key,
    arguments: &[BuiltinOid],
    sql: impl FnOnce() -> String,
) -> pgrx::spi::Result<&'static OwnedPreparedStatement> {
    kept((key, Sees::WhatTheCallerSees), || {
        Ok(client.prepare(sql().as_str(), &oids(arguments))?.keep())
    })
}

/// A plan that sees everything committed by the time it runs, and may write. Reads that follow a
/// lock need this one too: the calling query's snapshot is older than the wait for the lock.
pub fn fresh(
    client: &SpiClient<'_>,
    key: Key,
    arguments: &[BuiltinOid],
    sql: impl FnOnce() -> String,
) -> pgrx::spi::Result<&'static OwnedPreparedStatement> {
    kept((key, Sees::WhatIsCommitted), || {
        Ok(client.prepare_mut(sql().as_str(), &oids(arguments))?.keep())
    })
}

/// A UUID as an argument or a result.
pub fn uuid(id: Uuid) -> pgrx::Uuid {
    pgrx::Uuid::from_bytes(id.into_bytes())
}

/// The row that a query for one JSON text finds, if it finds one. `what` names it in an error, which
/// never quotes it.
pub fn read_json<T: DeserializeOwned>(
    key: Key,
    what: &str,
    types: &[BuiltinOid],
    arguments: &[DatumWithOid<'_>],
    sql: impl FnOnce() -> String,
) -> Result<Option<T>> {
    let text = Spi::connect(|client| {
        let plan = reading(client, key, types, sql)?;
        let rows = client.select(plan, Some(1), arguments)?;
        if rows.is_empty() {
            Ok(None)
        } else {
            rows.first().get_one::<String>()
        }
    })?;
    text.map(|text| {
        serde_json::from_str(&text).map_err(|error| {
            Error::Internal(format!("{what} cannot be read (column {})", error.column()))
        })
    })
    .transpose()
}

/// The time until what a query for one number of seconds says; none for null, zero for the past.
pub fn read_pause(key: Key, sql: impl FnOnce() -> String) -> Result<Option<Duration>> {
    let seconds = Spi::connect(|client| {
        let plan = reading(client, key, &[], sql)?;
        client.select(plan, Some(1), &[])?.first().get_one::<f64>()
    })?;
    Ok(seconds.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default()))
}

fn oids(arguments: &[BuiltinOid]) -> Vec<PgOid> {
    arguments
        .iter()
        .map(|oid| PgOid::BuiltIn(PgBuiltInOids::from(*oid)))
        .collect()
}

fn kept(
    key: (Key, Sees),
    prepare: impl FnOnce() -> pgrx::spi::Result<OwnedPreparedStatement>,
) -> pgrx::spi::Result<&'static OwnedPreparedStatement> {
    if let Some(plan) = PLANS.with_borrow(|plans| plans.get(&key).copied()) {
        return Ok(plan);
    }
    // Kept for the session on purpose: there are as many as there are calls to this module.
    let plan: &'static OwnedPreparedStatement = Box::leak(Box::new(prepare()?));
    PLANS.with_borrow_mut(|plans| plans.insert(key, plan));
    Ok(plan)
}
