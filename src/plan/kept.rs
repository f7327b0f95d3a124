//! The plans of a session, each by its key: made once, and only for arguments of the types that it was made
//! for.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::thread::LocalKey;

use pgrx::datum::DatumWithOid;
use pgrx::pg_sys;

use crate::error::{Error, Result};
use crate::owner::Mode;

/// Which plan: the caller's name for it, and the mode, where there is one text a mode.
pub type Key = (&'static str, Option<Mode>);

/// What a plan sees; the same text prepared for either is two plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sees {
    /// What its calling query sees: for STABLE functions.
    WhatTheCallerSees,
    /// Everything committed by the time it runs: for writing, and for reads that follow a lock, as the
    /// calling query's snapshot is older than the wait for it.
    WhatIsCommitted,
}

pub struct Plan<S> {
    statement: S,
    /// Of what type each argument is. A value of another one would be read as what it is not: some are
    /// pointers.
    types: Vec<pg_sys::Oid>,
    /// The text, where builds look out for two texts under one name.
    text: Cow<'static, str>,
}

/// Prepared in one way.
pub type Plans<S> = RefCell<HashMap<(Key, Sees), &'static Plan<S>>>;

/// The plan of this key, prepared where there is none.
///
/// # Errors
/// Where the text cannot be prepared, or was prepared for arguments of other types; and in debug builds,
/// which tests are, where another text has the name already.
pub fn plan<S, T: Into<Cow<'static, str>>>(
    plans: &'static LocalKey<Plans<S>>,
    key: (Key, Sees),
    sql: impl FnOnce() -> T,
    arguments: &[DatumWithOid<'_>],
    prepare: impl FnOnce(&str, &[pg_sys::Oid]) -> Result<S>,
) -> Result<&'static S> {
    let ((name, _), _) = key;
    let types = arguments.iter().map(DatumWithOid::oid);
    if let Some(plan) = plans.with_borrow(|plans| plans.get(&key).copied()) {
        if cfg!(debug_assertions) && plan.text != sql().into() {
            return Err(Error::Internal(format!(
                "two statements have the name \"{name}\""
            )));
        }
        if !types.eq(plan.types.iter().copied()) {
            return Err(Error::Internal(format!(
                "the statement \"{name}\" is for arguments of other types"
            )));
        }
        return Ok(&plan.statement);
    }
    let text = sql().into();
    let types: Vec<_> = types.collect();
    let statement = prepare(&text, &types)?;
    // Kept for the session on purpose: there are as many as there are calls to the module above.
    let plan: &'static Plan<S> = Box::leak(Box::new(Plan {
        statement,
        types,
        text,
    }));
    plans.with_borrow_mut(|plans| plans.insert(key, plan));
    Ok(&plan.statement)
}
