//! `rotate_key()`: another key, and everything sealed anew with it.
//!
//! One transaction seals all of it, so that either all that it could reach has the new key or nothing has.
//! It never waits for a row while it holds others, so it can be in nobody's deadlock: rows that are locked are
//! passed over and tried again for a moment, and what is still locked then stays sealed with the key before,
//! which opens it as ever; a WARNING says so, and the next rotation takes it along. Its own locks are those
//! of an UPDATE and last until it commits: who writes to one of these rows waits for that, who reads does not,
//! and no booking does either.
//!
//! To seal anew is no change to what the rows say. It runs under `session_replication_role = replica` (see
//! sql/vault.sql), so that ordinary triggers do not fire; those that fire always ask `is_resealing()`.

use std::cell::Cell;
use std::time::{Duration, Instant};

use pgrx::pg_sys;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;
use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::places::{PLACES, Place};
use super::{Vault, key_file, keys, known, label, open, refused, sealed_by};
use crate::access;
use crate::error::{Error, Result, or_raise};

/// How long rows are tried again that others have locked: the worker writes to connections all the time, and
/// is done within that. Whoever waits for a row that is sealed anew waits for this as well.
const PATIENCE: Duration = Duration::from_secs(2);
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

thread_local! {
    static IS_RESEALING: Cell<bool> = const { Cell::new(false) };
}

/// While this lives, what is written is sealed anew and nothing else.
struct Resealing;

impl Resealing {
    fn begin() -> Self {
        IS_RESEALING.set(true);
        Self
    }
}

impl Drop for Resealing {
    fn drop(&mut self) {
        IS_RESEALING.set(false);
    }
}

/// What became of the secrets.
#[derive(Default)]
struct Outcome {
    anew: i64,
    /// Which do not open with any key of the file, or not for their place.
    broken: i64,
    locked: i64,
}

fn rotate() -> Result<i64> {
    access::require_writable(c"rotate_key()");
    one_at_a_time();
    let before = Vault::to_keep_with()?;
    let known = known::with_ours()?;
    let added = key_file::add_if(
        |ring| {
            let in_file = Vault::of(ring)?;
            // Whether it is this database's file at all.
            let active = in_file.used_with(&known)?.active;
            Ok::<_, Trouble>(active == 0)
        },
        label,
    );
    let ring = match added {
        // What had to be passed over is taken along by the key that the operator has put there.
        Err(Trouble::File(error)) if known.len() > 1 && key_file::is_out_of_reach(&error) => {
            let ring = key_file::read().map_err(refused::unusable)?;
            ring.ok_or_else(refused::missing)?
        }
        added => added.map_err(|trouble| match trouble {
            Trouble::File(error) => refused::unusable(error),
            Trouble::Ours(error) => error,
        })?,
    };
    let vault = Vault::of(&ring)?;
    let newest = vault.active();
    known::write(&newest.fingerprint)?;
    // From here on this transaction seals with the new key as well.
    let vault = Vault::of(&ring)?.used_with(&known::with_ours()?)?;

    let outcome = reseal_all(&sealed_by(vault.active().id()))?;
    if outcome.locked == 0 {
        known::keep_only(&vault.active().fingerprint)?;
    }
    log!(
        "scheduling has sealed {} secrets anew: key {} instead of {}",
        outcome.anew,
        vault.active().id(),
        before.active().id()
    );
    warn(&outcome);
    Ok(outcome.anew)
}

/// What may go wrong with the file while it is locked.
enum Trouble {
    File(std::io::Error),
    Ours(Error),
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::File(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// Waits for another rotation of this database, before anything else is locked, and until the transaction
/// ends. Of the class of user locks, which SQL has no function for: an advisory lock could be held by any role.
fn one_at_a_time() {
    /// "key" and "ring", as numbers.
    const KEY: [u32; 2] = [u32::from_be_bytes(*b"\0key"), u32::from_be_bytes(*b"ring")];
    let tag = pg_sys::LOCKTAG {
        // SAFETY: set when the session was, and never changed.
        locktag_field1: unsafe { pg_sys::MyDatabaseId }.to_u32(),
        locktag_field2: KEY[0],
        locktag_field3: KEY[1],
        // The worker's own lock has 0, owners' have 1.
        locktag_field4: 2,
        locktag_type: pg_sys::LockTagType::LOCKTAG_USERLOCK as u8,
        locktag_lockmethodid: pg_sys::USER_LOCKMETHOD as u8,
    };
    let mode = pg_sys::ExclusiveLock as pg_sys::LOCKMODE;
    // SAFETY: a tag of its own; bound to the transaction; waits, and can be interrupted.
    unsafe { pg_sys::LockAcquire(&tag, mode, false, false) };
}

fn reseal_all(newest: &str) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let until = Instant::now() + PATIENCE;
    for place in PLACES {
        let mut broken = Vec::new();
        loop {
            let _resealing = Resealing::begin();
            outcome.anew += place.reseal(newest, &mut broken)?;
            let left = place.left(newest, &broken)?;
            if left == 0 || Instant::now() > until {
                outcome.locked += left;
                break;
            }
            pgrx::check_for_interrupts!();
            std::thread::sleep(BETWEEN_TRIES);
        }
        outcome.broken += i64::try_from(broken.len()).unwrap_or(i64::MAX);
    }
    Ok(outcome)
}

impl Place {
    /// Seals the rows of a table anew that nobody has locked; how many secrets. Adds the keys of those rows
    /// of which one does not open.
    fn reseal(&self, newest: &str, broken: &mut Vec<String>) -> Result<i64> {
        let Self { table, key, .. } = self;
        let each = |of: &dyn Fn(&str, &str) -> String, between: &str| {
            let all = self.secrets.iter();
            let all: Vec<_> = all.map(|s| of(s.column, s.purpose)).collect();
            all.join(between)
        };
        let were_old = each(&|column, _| format!("{} as {column}", is_old(column)), ", ");
        let any_old = each(&|column, _| is_old(column), " or ");
        let anew = each(
            &|column, purpose| {
                format!("{column} = scheduling_private.reseal(t.{column}, {purpose})")
            },
            ", ",
        );
        let count = each(
            &|column, _| format!("(free.{column} and starts_with(t.{column}, $1))::int"),
            " + ",
        );
        let is_broken = each(
            &|column, _| format!("free.{column} and not starts_with(t.{column}, $1)"),
            " or ",
        );
        let sql = format!(
            "with free as materialized (
                 select t.{key} as key, {were_old}
                 from {table} t
                 where ({any_old}) and t.{key}::text <> all ($2)
                 for no key update of t skip locked
             ), done as (
                 update {table} t set {anew} from free where t.{key} = free.key
                 returning {count} as anew, case when {is_broken} then t.{key}::text end as broken
             )
             select coalesce(sum(anew), 0)::bigint, array_remove(array_agg(broken), null) from done"
        );
        let (anew, new_broken) = Spi::connect_mut(|client| {
            let rows = client.update(&sql, Some(1), &[newest.into(), broken.clone().into()])?;
            let row = rows.first();
            Ok::<_, Error>((row.get::<i64>(1)?, row.get::<Vec<String>>(2)?))
        })?;
        broken.extend(new_broken.unwrap_or_default());
        Ok(anew.unwrap_or_default())
    }

    /// How many secrets have an older key still, those of broken rows left out.
    fn left(&self, newest: &str, broken: &[String]) -> Result<i64> {
        let Self { table, key, .. } = self;
        let count: Vec<_> = self
            .secrets
            .iter()
            .map(|secret| format!("count(*) filter (where {})", is_old(secret.column)))
            .collect();
        let sql = format!(
            "select {} from {table} t where t.{key}::text <> all ($2)",
            count.join(" + ")
        );
        let left = Spi::connect_mut(|client| {
            // As a statement that may write it sees what is committed by now.
            let rows = client.update(&sql, Some(1), &[newest.into(), broken.to_vec().into()])?;
            Ok::<_, Error>(rows.first().get_one::<i64>()?)
        })?;
        Ok(left.unwrap_or_default())
    }

    /// How many secrets each key has sealed, for the query of [`keys_in_use`].
    fn ids(&self) -> String {
        let ids: Vec<_> = self
            .secrets
            .iter()
            .map(|secret| format!("select t.{} as sealed from {} t", secret.column, self.table))
            .collect();
        ids.join(" union all ")
    }
}

fn is_old(column: &str) -> String {
    format!(
        "coalesce(starts_with(t.{column}, 'sealed:') and not starts_with(t.{column}, $1), false)"
    )
}

fn warn(outcome: &Outcome) {
    let say = |detail: String, hint: &str| {
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_WARNING,
            "not everything is sealed anew",
            "scheduling",
        )
        .set_detail(detail)
        .set_hint(hint.to_owned())
        .report(PgLogLevel::WARNING);
    };
    if outcome.locked > 0 {
        say(
            format!(
                "{} secrets are in rows that other transactions have locked; the key before opens them as ever.",
                outcome.locked
            ),
            "Let those transactions end, and call rotate_key() again.",
        );
    }
    if outcome.broken > 0 {
        say(
            format!(
                "{} rows hold a secret that no key of the file opens in its place; they stay as they are.",
                outcome.broken
            ),
            "Connect or configure anew what they are for; see \"The key\" in docs/operations.md.",
        );
    }
}

/// `scheduling.rotate_key()`.
#[pg_extern(sql = false)]
fn rotate_key() -> i64 {
    or_raise(rotate())
}

/// `scheduling_private.reseal(sealed text, purpose text)`: the same secret, sealed with the active key; what
/// does not open stays as it is.
#[pg_extern(sql = false)]
fn vault_reseal(sealed: &str, purpose: &str) -> String {
    let reseal = || match open(sealed, purpose) {
        Ok(plain) => Vault::to_keep_with()?.seal(&plain, purpose),
        Err(Error::Internal(_) | Error::Key { .. }) => Ok(sealed.to_owned()),
        Err(error) => Err(error),
    };
    or_raise(reseal())
}

/// `scheduling_private.is_resealing()`: for triggers that fire always.
#[pg_extern(sql = false)]
fn is_resealing() -> bool {
    IS_RESEALING.get()
}

/// `scheduling_private.keys_in_use()`: which keys have sealed how much here, those with nothing that the
/// database has been used with among them; what has been sealed before texts named their key has none.
#[pg_extern(sql = false)]
fn keys_in_use() -> TableIterator<
    'static,
    (
        name!(key_id, Option<String>),
        name!(secrets, Option<i64>),
        name!(is_active, Option<bool>),
    ),
> {
    let read = || {
        let active = Vault::to_read_with()?.map(|vault| vault.active().id().to_owned());
        let known = known::committed()?;
        let sealed: Vec<_> = PLACES.iter().map(Place::ids).collect();
        let sql = format!(
            "select substring(sealed from '^sealed:v2:([^:]+):') as key_id, count(*)
             from ({}) everything where starts_with(sealed, 'sealed:') group by 1 order by 1",
            sealed.join(" union all ")
        );
        let mut found = Spi::connect(|client| {
            let mut found = Vec::new();
            for row in client.select(&sql, None, &[])? {
                found.push((row.get::<String>(1)?, row.get::<i64>(2)?));
            }
            Ok::<_, Error>(found)
        })?;
        // Without one of these in the file nothing opens here, whether or not it has sealed anything.
        for known in &known {
            let id = keys::id_of(known);
            if !found.iter().any(|(found, _)| found.as_deref() == Some(id)) {
                found.push((Some(id.to_owned()), Some(0)));
            }
        }
        Ok(found.into_iter().map(move |(id, secrets)| {
            let is_active = id.is_some() && id == active;
            (id, secrets, Some(is_active))
        }))
    };
    TableIterator::new(or_raise(read()))
}
