//! Whether what this process knows of the database's keys is still so, without asking anybody.
//!
//! Whoever changes `key_fingerprints` has PostgreSQL invalidate what is cached of that table, as a change of
//! its columns would: every session of the database hears of it when that transaction has committed, before
//! its own next one, on standbys too; and the session itself if its transaction is rolled back. So signing a
//! manage token costs no look at the file nor at the table.

use std::cell::Cell;

use pgrx::pg_sys;
use pgrx::prelude::*;

thread_local! {
    static LISTENS: Cell<bool> = const { Cell::new(false) };
    /// The table, as it was last found; none: any table may be it.
    static TABLE: Cell<pg_sys::Oid> = const { Cell::new(pg_sys::InvalidOid) };
    static STATE: Cell<State> = const { Cell::new(State::Stale) };
    /// The start of the transaction that heard of a change amidst what it was doing: its snapshots may be older.
    static HEARD_LATE: Cell<Option<pg_sys::TimestampTz>> = const { Cell::new(None) };
}

/// What this process knows of the keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// As it was once.
    Stale,
    /// The fingerprints have been read; what there is of keys is from before.
    Read,
    /// The keys are those of the fingerprints.
    Fresh,
}

pub fn is() -> bool {
    STATE.get() == State::Fresh
}

/// Before the fingerprints are read, inside a transaction: what is read then is fresh once the keys are found
/// that belong to them, unless one hears otherwise from now on.
pub fn begin_to_read() {
    TABLE.set(table());
    if !LISTENS.replace(true) {
        // SAFETY: a function of this library, which is never unloaded.
        unsafe {
            pg_sys::CacheRegisterRelcacheCallback(Some(hear), pg_sys::Datum::from(0_usize));
        }
        // What was changed before may be newer than a snapshot that is in use.
        note_late();
    }
    let is_late = HEARD_LATE.get() == Some(transaction());
    STATE.set(if is_late { State::Stale } else { State::Read });
    if !is_late {
        HEARD_LATE.set(None);
    }
}

/// The keys have been found that belong to the fingerprints, and are remembered.
pub fn found() {
    if STATE.get() == State::Read {
        STATE.set(State::Fresh);
    }
}

/// Has every session hear, this one included, of what this transaction is about to change.
pub fn tell_everybody() {
    let table = table();
    if table != pg_sys::InvalidOid {
        // SAFETY: inside a transaction; the table's own OID.
        unsafe { pg_sys::CacheInvalidateRelcacheByRelid(table) };
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn hear(_argument: pg_sys::Datum, table: pg_sys::Oid) {
    let ours = TABLE.get();
    if table == ours || table == pg_sys::InvalidOid || ours == pg_sys::InvalidOid {
        STATE.set(State::Stale);
        // SAFETY: a state of the session.
        if unsafe { pg_sys::FirstSnapshotSet } {
            note_late();
        }
    }
}

fn note_late() {
    HEARD_LATE.set(Some(transaction()));
}

fn transaction() -> pg_sys::TimestampTz {
    // SAFETY: a state of the session.
    unsafe { pg_sys::GetCurrentTransactionStartTimestamp() }
}

fn table() -> pg_sys::Oid {
    // SAFETY: terminated strings, inside a transaction.
    unsafe {
        let schema = pg_sys::get_namespace_oid(c"scheduling_private".as_ptr(), true);
        if schema == pg_sys::InvalidOid {
            return schema;
        }
        pg_sys::get_relname_relid(c"key_fingerprints".as_ptr(), schema)
    }
}
