//! Reading what is committed by now in a transaction that goes on seeing what it saw first (REPEATABLE
//! READ, SERIALIZABLE): what is decided behind a lock must not be decided by a snapshot from before it.

use std::borrow::Cow;
use std::ffi::{CStr, CString, c_char, c_long};

use pgrx::datum::DatumWithOid;
use pgrx::pg_sys;
use pgrx::spi::{SpiClient, SpiTupleTable};

use super::kept::{self, Key, Plans, Sees};
use crate::error::{Error, Result};

/// Whether the transaction keeps its snapshot, so that an ordinary statement does not see what others have
/// committed meanwhile.
pub fn is_needed() -> bool {
    // SAFETY: the transaction's own level, on the main thread.
    let level = unsafe { pg_sys::XactIsoLevel };
    u32::try_from(level).is_ok_and(|level| level >= pg_sys::XACT_REPEATABLE_READ)
}

thread_local! {
    static PLANS: Plans<pg_sys::SPIPlanPtr> = Plans::default();
}

/// The rows of a query that only reads, at most `limit`, by a snapshot of this moment.
pub fn read<'c, S: Into<Cow<'static, str>>>(
    client: &SpiClient<'c>,
    key: Key,
    sql: impl FnOnce() -> S,
    limit: Option<c_long>,
    arguments: &[DatumWithOid<'_>],
) -> Result<SpiTupleTable<'c>> {
    let plan = kept(key, sql, arguments)?;
    let mut values: Vec<_> = arguments
        .iter()
        .map(|argument| {
            argument
                .datum()
                .map_or(pg_sys::Datum::null(), |it| it.sans_lifetime())
        })
        .collect();
    let nulls: Vec<_> = arguments
        .iter()
        .map(|argument| if argument.datum().is_some() { b' ' } else { b'n' } as c_char)
        .collect();
    // SAFETY: main thread, connected to SPI. The plan takes arguments of these types, see `kept`. A cursor
    // that only reads takes the active snapshot, whatever the isolation level; it is closed again here,
    // and its rows stay as long as the connection. An error leaves snapshot and cursor to the end of the
    // transaction, as it does in C.
    unsafe {
        // What this transaction has written itself counts as well.
        pg_sys::CommandCounterIncrement();
        pg_sys::PushActiveSnapshot(pg_sys::GetLatestSnapshot());
        let portal = pg_sys::SPI_cursor_open(
            std::ptr::null(),
            plan,
            values.as_mut_ptr(),
            nulls.as_ptr(),
            true,
        );
        pg_sys::PopActiveSnapshot();
        let name = CStr::from_ptr((*portal).name)
            .to_string_lossy()
            .into_owned();
        let mut cursor = client.find_cursor(&name)?;
        let rows = cursor.fetch(limit.unwrap_or(c_long::MAX))?;
        let rows = std::mem::transmute::<SpiTupleTable<'_>, SpiTupleTable<'c>>(rows);
        drop(cursor);
        Ok(rows)
    }
}

fn kept<S: Into<Cow<'static, str>>>(
    key: Key,
    sql: impl FnOnce() -> S,
    arguments: &[DatumWithOid<'_>],
) -> Result<pg_sys::SPIPlanPtr> {
    let key = (key, Sees::WhatIsCommitted);
    let plan = kept::plan(&PLANS, key, sql, arguments, |text, types| {
        let cannot = |why: &str| Error::Internal(format!("a statement {why}"));
        let text = CString::new(text).map_err(|_| cannot("has a null byte"))?;
        let mut types = types.to_vec();
        let count = i32::try_from(types.len()).unwrap_or(i32::MAX);
        // SAFETY: as many types as are said; a plan that is kept outlives the connection.
        let plan = unsafe {
            let plan = pg_sys::SPI_prepare(text.as_ptr(), count, types.as_mut_ptr());
            if plan.is_null() || pg_sys::SPI_keepplan(plan) != 0 {
                return Err(cannot("cannot be prepared"));
            }
            plan
        };
        Ok(plan)
    });
    plan.copied()
}
