//! Plans that are prepared once a session and kept, and what goes in and comes out of them.
//!
//! A plan is known by the place that asks for it (a name) and by the mode whose tables it is about. Its
//! text is made once; the types of its arguments are those of the values that it is first given, a null's
//! too, and it takes no others. PostgreSQL itself replans one when the tables change under it.

mod copies;
mod kept;
pub mod latest;

use std::borrow::Cow;
use std::ffi::c_long;
use std::time::Duration;

use pgrx::datum::DatumWithOid;
use pgrx::spi::{OwnedPreparedStatement, Spi, SpiClient, SpiTupleTable};
use pgrx::{FromDatum, IntoDatum, PgOid, pg_sys};
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub use self::kept::{Key, Sees};

use self::kept::Plans;
use crate::error::{Error, Result};

thread_local! {
    static PLANS: Plans<OwnedPreparedStatement> = Plans::default();
}

/// The rows of a query, at most `limit`, that sees what the caller sees.
pub fn read<'c, S: Into<Cow<'static, str>>>(
    client: &SpiClient<'c>,
    key: Key,
    sql: impl FnOnce() -> S,
    limit: Option<c_long>,
    arguments: &[DatumWithOid<'_>],
) -> Result<SpiTupleTable<'c>> {
    read_as(Sees::WhatTheCallerSees, client, key, sql, limit, arguments)
}

/// The rows of a query, at most `limit`, that sees what is committed by now.
pub fn read_latest<'c, S: Into<Cow<'static, str>>>(
    client: &SpiClient<'c>,
    key: Key,
    sql: impl FnOnce() -> S,
    limit: Option<c_long>,
    arguments: &[DatumWithOid<'_>],
) -> Result<SpiTupleTable<'c>> {
    read_as(Sees::WhatIsCommitted, client, key, sql, limit, arguments)
}

/// The rows of a query, at most `limit`, that sees what it is told to.
pub fn read_as<'c, S: Into<Cow<'static, str>>>(
    sees: Sees,
    client: &SpiClient<'c>,
    key: Key,
    sql: impl FnOnce() -> S,
    limit: Option<c_long>,
    arguments: &[DatumWithOid<'_>],
) -> Result<SpiTupleTable<'c>> {
    // On a standby nothing was committed on this call's behalf; and the other kind of plan takes a
    // transaction id, which a standby has not got.
    let sees = if is_standby() {
        Sees::WhatTheCallerSees
    } else {
        sees
    };
    let rows = if sees == Sees::WhatIsCommitted && latest::is_needed() {
        latest::read(client, key, sql, limit, arguments)?
    } else {
        let plan = kept(client, key, sees, sql, arguments)?;
        client.select(plan, limit, arguments)?
    };
    copies::keep_with_the_connection();
    Ok(rows)
}

fn is_standby() -> bool {
    // SAFETY: a state of the server.
    unsafe { pg_sys::RecoveryInProgress() }
}

/// Refuses a statement that writes on a standby in PostgreSQL's words: 25006. It would take a transaction
/// id before PostgreSQL has looked at it, and fail for that.
fn refuse_on_a_standby(sql: &str) {
    let word = |word: &&str| sql.split(|c: char| !c.is_alphabetic()).any(|w| w == *word);
    let verb = ["insert", "update", "delete"]
        .iter()
        .find(|verb| word(verb));
    let verb = match verb {
        Some(&"insert") => c"INSERT",
        Some(&"update") => c"UPDATE",
        Some(&"delete") => c"DELETE",
        _ => c"SELECT FOR UPDATE",
    };
    // SAFETY: a literal; raises an error.
    unsafe { pg_sys::PreventCommandIfReadOnly(verb.as_ptr()) };
}

/// Runs a statement that may write; its rows, at most `limit`.
///
/// # Errors
/// 25006 on a standby.
pub fn write<'c, S: Into<Cow<'static, str>>>(
    client: &mut SpiClient<'c>,
    key: Key,
    sql: impl FnOnce() -> S,
    limit: Option<c_long>,
    arguments: &[DatumWithOid<'_>],
) -> Result<SpiTupleTable<'c>> {
    if is_standby() {
        refuse_on_a_standby(&sql().into());
        return Err(Error::Internal("a standby cannot write".into()));
    }
    let plan = kept(client, key, Sees::WhatIsCommitted, sql, arguments)?;
    let rows = client.update(plan, limit, arguments)?;
    copies::keep_with_the_connection();
    Ok(rows)
}

/// Runs a statement that may write; how many rows it changed.
pub fn change<S: Into<Cow<'static, str>>>(
    key: Key,
    sql: impl FnOnce() -> S,
    arguments: &[DatumWithOid<'_>],
) -> Result<u64> {
    Spi::connect_mut(|client| Ok(write(client, key, sql, None, arguments)?.len() as u64))
}

/// The value that a query for one finds; `None` for no row, and for null.
pub fn read_value<T: FromDatum + IntoDatum, S: Into<Cow<'static, str>>>(
    key: Key,
    sql: impl FnOnce() -> S,
    arguments: &[DatumWithOid<'_>],
) -> Result<Option<T>> {
    Spi::connect(|client| value(read(client, key, sql, Some(1), arguments)?))
}

/// The value that a statement which may write returns; `None` for no row, and for null.
pub fn write_value<T: FromDatum + IntoDatum, S: Into<Cow<'static, str>>>(
    key: Key,
    sql: impl FnOnce() -> S,
    arguments: &[DatumWithOid<'_>],
) -> Result<Option<T>> {
    Spi::connect_mut(|client| value(write(client, key, sql, Some(1), arguments)?))
}

/// The value in the first row; `None` for no row, and for null.
pub fn value<T: FromDatum + IntoDatum>(rows: SpiTupleTable<'_>) -> Result<Option<T>> {
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(rows.first().get_one()?)
}

/// The row that a query for one JSON text finds, if it finds one. `what` names it in an error, which
/// never quotes it.
pub fn read_json<T: DeserializeOwned, S: Into<Cow<'static, str>>>(
    key: Key,
    what: &str,
    sql: impl FnOnce() -> S,
    arguments: &[DatumWithOid<'_>],
) -> Result<Option<T>> {
    let text: Option<String> = read_value(key, sql, arguments)?;
    text.map(|text| {
        serde_json::from_str(&text).map_err(|error| {
            Error::Internal(format!("{what} cannot be read (column {})", error.column()))
        })
    })
    .transpose()
}

/// The time until what a query for one number of seconds says; none for null, zero for the past.
pub fn read_pause<S: Into<Cow<'static, str>>>(
    key: Key,
    sql: impl FnOnce() -> S,
) -> Result<Option<Duration>> {
    let seconds: Option<f64> = read_value(key, sql, &[])?;
    Ok(seconds.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default()))
}

/// A UUID as an argument or a result.
pub fn uuid(id: Uuid) -> pgrx::Uuid {
    pgrx::Uuid::from_bytes(id.into_bytes())
}

fn kept<S: Into<Cow<'static, str>>>(
    client: &SpiClient<'_>,
    key: Key,
    sees: Sees,
    sql: impl FnOnce() -> S,
    arguments: &[DatumWithOid<'_>],
) -> Result<&'static OwnedPreparedStatement> {
    kept::plan(&PLANS, (key, sees), sql, arguments, |text, types| {
        let types: Vec<_> = types.iter().copied().map(PgOid::from).collect();
        let prepared = match sees {
            Sees::WhatTheCallerSees => client.prepare(text, &types),
            Sees::WhatIsCommitted => client.prepare_mut(text, &types),
        };
        Ok(prepared?.keep())
    })
}
