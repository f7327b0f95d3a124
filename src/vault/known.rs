//! Which keys this database has been used with, by their fingerprints: the first is written down with the
//! first thing that is sealed or signed. In dumps, as what was sealed is.

use pgrx::datum::DatumWithOid;
use pgrx::prelude::*;

use super::{fresh, key_file, refused};
use crate::error::Result;
use crate::plan::{self, Sees};

/// The fingerprints, as far as the caller sees. There is one, unless rows came in from a database that had
/// another key, or `rotate_key()` could not seal all anew.
pub fn committed() -> Result<Vec<String>> {
    read(Sees::WhatTheCallerSees)
}

/// The same with what this transaction has written down itself. Only for what may write.
pub fn with_ours() -> Result<Vec<String>> {
    read(Sees::WhatIsCommitted)
}

fn read(sees: Sees) -> Result<Vec<String>> {
    fresh::begin_to_read();
    let none: &[DatumWithOid<'_>] = &[];
    Spi::connect(|client| {
        let rows = plan::read_as(
            sees,
            client,
            ("key fingerprints", None),
            || {
                "select pg_catalog.array_agg(distinct fingerprint)
                 from scheduling_private.key_fingerprints"
            },
            Some(1),
            none,
        )?;
        Ok(rows.first().get_one::<Vec<String>>()?.unwrap_or_default())
    })
}

/// Writes one down. No key and no lock: sessions that come first together write it down each.
pub fn write(fingerprint: &str) -> Result<()> {
    key_file::note_use().map_err(refused::unusable)?;
    fresh::tell_everybody();
    Ok(Spi::run_with_args(
        "insert into scheduling_private.key_fingerprints (fingerprint) values ($1)",
        &[fingerprint.into()],
    )?)
}

/// Strikes all others: nothing here is sealed with them any more, as far as is known.
pub fn keep_only(fingerprint: &str) -> Result<()> {
    fresh::tell_everybody();
    Ok(Spi::run_with_args(
        "delete from scheduling_private.key_fingerprints
         where fingerprint operator(pg_catalog.<>) $1",
        &[fingerprint.into()],
    )?)
}
