//! Which key this database has been used with, by its fingerprint: written down with the first thing that
//! is sealed or signed, and in dumps, as what was sealed is.

use std::cell::Cell;

use pgrx::datum::DatumWithOid;
use pgrx::pg_sys;
use pgrx::prelude::*;

use super::{key_file, refused};
use crate::error::Result;
use crate::plan::{self, Sees};

thread_local! {
    /// The transaction of this session that wrote one down, as long as it may still be rolled back.
    static WRITTEN_BY: Cell<Option<u64>> = const { Cell::new(None) };
}

/// The fingerprints, as far as the caller sees; a space between two. There is one, unless rows came in from
/// a database that had another key.
pub fn committed() -> Result<Option<String>> {
    read(Sees::WhatTheCallerSees)
}

/// The same with what this transaction has written down itself. Only for what may write.
pub fn with_ours() -> Result<Option<String>> {
    read(Sees::WhatIsCommitted)
}

fn read(sees: Sees) -> Result<Option<String>> {
    let none: &[DatumWithOid<'_>] = &[];
    Spi::connect(|client| {
        let rows = plan::read_as(
            sees,
            client,
            ("key fingerprints", None),
            || {
                "select pg_catalog.string_agg(distinct fingerprint, ' ')
                 from scheduling_private.key_fingerprints"
            },
            Some(1),
            none,
        )?;
        Ok(rows.first().get_one()?)
    })
}

/// Writes one down. No key and no lock: sessions that come first together write it down each.
pub fn write(fingerprint: &str) -> Result<()> {
    key_file::note_use().map_err(refused::unusable)?;
    Spi::run_with_args(
        "insert into scheduling_private.key_fingerprints (fingerprint) values ($1)",
        &[fingerprint.into()],
    )?;
    WRITTEN_BY.set(Some(transaction()));
    Ok(())
}

/// Whether what is known may still be rolled back.
pub fn is_of_this_transaction() -> bool {
    WRITTEN_BY.get() == Some(transaction())
}

/// The transaction at the top, 0 where it has written nothing.
fn transaction() -> u64 {
    // SAFETY: a state of the session.
    unsafe { pg_sys::GetTopFullTransactionIdIfAny() }.value
}
