//! Where a database is at home, so that a copy of it does not write to the same guests.
//!
//! CREATE EXTENSION and `start_worker()` write down where the database is; the worker compares before it
//! does anything. What it compares is what a copy cannot have: the OID among the server's databases, the
//! data directory's own files, the machine. A dump holds nothing of it; but what restores one marks the
//! database with the first rows, and it is a copy until `start_worker()`.

mod place;

use pgrx::pg_sys;
use pgrx::prelude::*;

use self::place::{Difference, Place};
use crate::error::{Error, Result, or_raise};
use crate::{plan, settings, vault};

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
    if let Some(since) = restored_since()? {
        return Ok(Some(format!(
            "This database has been restored from a dump, {since}: a copy, until it is known that the \
             original is at work no more."
        )));
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

/// When rows of a dump came in, as text; `None` where none did since the last `start_worker()`.
fn restored_since() -> Result<Option<String>> {
    plan::read_value(
        ("restored", None),
        || {
            "select pg_catalog.to_char(pg_catalog.min(since) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS \"UTC\"') \
            from scheduling_private.restored"
        },
        &[],
    )
}

/// Writes down that rows of a dump came in; false where that is written down already. Never waits for
/// others that do the same: a dump is restored by many sessions at once.
pub fn become_a_copy() -> Result<bool> {
    if restored_since()?.is_some() {
        return Ok(false);
    }
    Spi::run("insert into scheduling_private.restored default values")?;
    Ok(true)
}

/// What was restored is no copy any more, but what it was copied from. What a dump does not hold is made up
/// for: the foreign key to `auth.users`, which comes after CREATE EXTENSION, and that nothing is known of
/// calendars, where triggers were disabled by hand.
pub fn be_no_copy() -> Result<()> {
    if restored_since()?.is_none() {
        return Ok(());
    }
    Ok(Spi::run(
        "delete from scheduling_private.restored;
         update scheduling.calendar_connections
         set busy_synced_at = null, busy_until = null, busy_token = null, busy_due_at = pg_catalog.now()
         where busy_synced_at is not null;
         update scheduling.user_calendar_connections
         set busy_synced_at = null, busy_until = null, busy_token = null, busy_due_at = pg_catalog.now()
         where busy_synced_at is not null;
         do $$
         begin
             perform scheduling.attach_auth_users();
         exception when others then
             raise warning using
                 message = 'user_profiles is not tied to auth.users',
                 detail = sqlerrm,
                 hint = 'Mend the rows, then call scheduling.attach_auth_users().';
         end
         $$",
    )?)
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

/// Why the worker does nothing here.
pub enum Held {
    /// This is a copy of a database.
    Copy(String),
    /// What the database has sealed cannot be opened.
    Key(String),
}

impl Held {
    pub fn why(&self) -> &str {
        match self {
            Self::Copy(why) | Self::Key(why) => why,
        }
    }
}

/// Why the worker does nothing here, if it does.
pub fn held() -> Result<Option<Held>> {
    match held_because()? {
        Some(why) => Ok(Some(Held::Copy(why))),
        None => Ok(vault::trouble()?.map(Held::Key)),
    }
}

/// `scheduling_private.held_reason()`: for `worker_status()`.
#[pg_extern(sql = false)]
fn held_reason() -> Option<String> {
    or_raise(held()).map(|held| held.why().to_owned())
}
