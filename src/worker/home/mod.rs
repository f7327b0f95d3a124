//! Where a database is at home, so that a copy of it does not write to the same guests.
//!
//! CREATE EXTENSION and `start_worker()` write down where the database is; the worker compares before it
//! does anything. What it compares is what a copy cannot have: the OID among the server's databases, the
//! data directory's own files, the machine. A dump holds nothing of it, so a restored one is at home
//! where it was restored.

mod place;

use pgrx::pg_sys;
use pgrx::prelude::*;

use self::place::{Difference, Place};
use crate::error::{Error, Result, or_raise};
use crate::plan;
use crate::settings;

fn home() -> Result<Option<Place>> {
    let stored: Option<String> = plan::read_value(
        ("home", None),
        || "select place::text from scheduling_private.home",
        &[],
    )?;
    Ok(stored.and_then(|place| serde_json::from_str(&place).ok()))
}

/// Why this database is not to be worked for here; `None` where it is at home.
///
/// On a standby it is always `None`: there is no worker that could hold.
pub fn held_because() -> Result<Option<String>> {
    // SAFETY: a state of the server.
    if unsafe { pg_sys::RecoveryInProgress() } {
        return Ok(None);
    }
    let home = home()?;
    let difference = match &home {
        Some(home) => Place::here()?.differs_from(home),
        None => Some(Difference::NoHome),
    };
    Ok(difference
        .filter(|difference| !(difference.is_a_standbys() && settings::takes_over()))
        .map(|difference| difference.explain(home.as_ref())))
}

/// Writes down that the database is at home here, where anything else is written.
pub fn settle() -> Result<()> {
    write(Place::here()?)
}

/// The same for a new extension: in a template it is at home nowhere.
pub fn settle_anew() -> Result<()> {
    let mut here = Place::here()?;
    let is_template: Option<bool> = plan::read_value(
        ("is a template", None),
        || "select datistemplate from pg_catalog.pg_database where datname operator(pg_catalog.=) pg_catalog.current_database()",
        &[],
    )?;
    if is_template == Some(true) {
        here.database = None;
    }
    write(here)
}

fn write(here: Place) -> Result<()> {
    if home()?.as_ref() == Some(&here) {
        return Ok(());
    }
    let place = serde_json::to_string(&here)
        .map_err(|error| Error::Internal(format!("the place cannot be written: {error}")))?;
    Spi::run_with_args(
        "insert into scheduling_private.home (place) values ($1::pg_catalog.jsonb)
         on conflict (id) do update set place = excluded.place, since = pg_catalog.now()",
        &[place.into()],
    )?;
    Ok(())
}

/// `scheduling_private.held_reason()`: for `worker_status()`.
#[pg_extern(sql = false)]
fn held_reason() -> Option<String> {
    or_raise(held_because())
}
