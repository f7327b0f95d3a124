//! Something that is tried within a transaction, so that an error that was expected leaves the
//! transaction as it was.

use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe};

use pgrx::PgSqlErrorCode;
use pgrx::pg_sys;
use pgrx::pg_sys::panic::CaughtError;
use pgrx::prelude::*;

use crate::error::{Error, Result};

/// What becomes of what was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It stays with the transaction, locks included.
    Keep,
    /// It is undone, and what was locked is free again.
    Undo,
}

/// Where the session was before.
#[derive(Clone, Copy)]
struct Before {
    context: pg_sys::MemoryContext,
    owner: pg_sys::ResourceOwner,
}

/// Acts. Where that fails with this SQLSTATE it is undone, and the answer is that of `otherwise`; other
/// errors go on as they came.
///
/// # Errors
/// Those of both.
pub fn attempt<T>(
    end: End,
    act: impl FnOnce() -> Result<T>,
    expected: PgSqlErrorCode,
    otherwise: impl Fn() -> Result<T> + RefUnwindSafe + UnwindSafe,
) -> Result<T> {
    let before = begin();
    PgTryBuilder::new(AssertUnwindSafe(|| {
        let done = act();
        finish(if done.is_ok() { end } else { End::Undo }, before);
        done
    }))
    .catch_when(expected, {
        let before = AssertUnwindSafe(before);
        move |_| {
            finish(End::Undo, *before);
            otherwise()
        }
    })
    .catch_others({
        let before = AssertUnwindSafe(before);
        move |error| {
            finish(End::Undo, *before);
            error.rethrow()
        }
    })
    .execute()
}

/// Acts. Where that fails, for whatever reason but that the session is told to stop, it is undone, and the
/// answer is that of `otherwise`, which is told what went wrong.
pub fn attempt_whatever<T>(
    act: impl FnOnce() -> Result<T>,
    otherwise: impl Fn(&Error) -> T + RefUnwindSafe + UnwindSafe,
) -> T {
    let before = begin();
    let otherwise = &otherwise;
    PgTryBuilder::new(AssertUnwindSafe(|| match act() {
        Ok(done) => {
            finish(End::Keep, before);
            done
        }
        Err(error) => {
            finish(End::Undo, before);
            otherwise(&error)
        }
    }))
    .catch_when(PgSqlErrorCode::ERRCODE_QUERY_CANCELED, {
        let before = AssertUnwindSafe(before);
        move |error| {
            finish(End::Undo, *before);
            error.rethrow()
        }
    })
    .catch_others({
        let before = AssertUnwindSafe(before);
        move |error| {
            finish(End::Undo, *before);
            let (CaughtError::PostgresError(report)
            | CaughtError::ErrorReport(report)
            | CaughtError::RustPanic {
                ereport: report, ..
            }) = error;
            otherwise(&Error::Internal(report.message().to_owned()))
        }
    })
    .execute()
}

fn begin() -> Before {
    // SAFETY: main thread, inside a transaction. Memory context and resource owner stay those of before,
    // as PostgreSQL's own languages have it.
    unsafe {
        let before = Before {
            context: pg_sys::CurrentMemoryContext,
            owner: pg_sys::CurrentResourceOwner,
        };
        pg_sys::BeginInternalSubTransaction(std::ptr::null());
        pg_sys::CurrentMemoryContext = before.context;
        before
    }
}

fn finish(end: End, before: Before) {
    // SAFETY: of the subtransaction that was begun before.
    unsafe {
        match end {
            End::Keep => pg_sys::ReleaseCurrentSubTransaction(),
            End::Undo => pg_sys::RollbackAndReleaseCurrentSubTransaction(),
        }
        pg_sys::CurrentMemoryContext = before.context;
        pg_sys::CurrentResourceOwner = before.owner;
    }
}
