//! The lock on one owner's time: whoever decides whether a time is free holds it until commit.
//!
//! It is a value, so that what has to be read behind it can ask for it. Nobody who holds it waits for a
//! row that somebody else has locked: they give it back, wait for the row, and begin anew
//! ([`without_waiting`]). So whoever else locks rows and owners in whatever order, no visitor is part of a
//! deadlock, and a stranger's lock on a row holds up only those who need that row.

use std::panic::AssertUnwindSafe;

use pgrx::PgSqlErrorCode;
use pgrx::pg_sys;
use pgrx::prelude::*;
use sha2::{Digest, Sha256};

use crate::access;
use crate::error::{Error, Result, or_raise};
use crate::owner::Owner;
use crate::subtransaction::{self, End};

/// How often somebody who found a row locked begins anew.
const TRIES: usize = 8;

/// The proof that this transaction has waited for its turn with an owner. It holds until the
/// transaction ends, unless it is given back.
pub struct OwnerLock(Owner);

impl OwnerLock {
    /// Has the writers of one owner's live meetings queue up until commit.
    pub fn take(owner: Owner) -> Self {
        acquire(owner, false);
        Self(owner)
    }

    /// The same for a visitor, who may have made a row already that others wait for.
    ///
    /// # Errors
    /// PT503 where one of them has this lock.
    pub fn take_for_visitor(owner: Owner) -> Result<Self> {
        if !acquire(owner, true) {
            let waited = not_in_a_circle(End::Keep, || Ok(Self::take(owner)))?;
            return waited.ok_or_else(busy);
        }
        Ok(Self(owner))
    }

    /// Lets the next one have their turn; nothing has been written behind the lock. It stays with the
    /// transaction if that had it before.
    fn give_back(self) {
        // SAFETY: taken by this transaction, which owns it.
        as_the_transaction(|| unsafe { pg_sys::LockRelease(&tag(self.0), MODE, false) });
    }

    /// Whose time it is.
    pub fn owner(&self) -> Owner {
        self.0
    }
}

/// Acts behind the owner's lock, with what `before` has made without it. Where `act` comes back with
/// nothing, as a row that it needs is locked, `wait` waits for that row without the lock, and it all
/// begins anew. Where the row is locked again and again it is locked first, and the owner's turn waited for
/// with it: that is the order of plain SQL on one row.
///
/// # Errors
/// Those of the three; PT503 where others hold the lock and wait for the row.
pub fn without_waiting<C, P, T>(
    context: &mut C,
    owner: Owner,
    mut before: impl FnMut(&mut C) -> Result<P>,
    mut act: impl FnMut(&mut C, &OwnerLock, &P) -> Result<Option<T>>,
    mut wait: impl FnMut(&mut C, &P) -> Result<()>,
) -> Result<T> {
    for attempt in 0..TRIES {
        let prepared = before(context)?;
        let row_first = || {
            wait(context, &prepared)?;
            Ok(OwnerLock::take(owner))
        };
        let lock = if attempt < TRIES / 2 {
            OwnerLock::take_for_visitor(owner)?
        } else if let Some(lock) = not_in_a_circle(End::Keep, row_first)? {
            lock
        } else {
            continue;
        };
        if let Some(done) = act(context, &lock, &prepared)? {
            return Ok(done);
        }
        lock.give_back();
        not_in_a_circle(End::Undo, || wait(context, &prepared))?;
    }
    Err(busy())
}

/// Does something that may wait for a lock; `None`, and nothing done, where those who have the lock wait for
/// this transaction.
fn not_in_a_circle<T>(end: End, wait: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
    let deadlock = PgSqlErrorCode::ERRCODE_T_R_DEADLOCK_DETECTED;
    subtransaction::attempt(end, || wait().map(Some), deadlock, || Ok(None))
}

/// Runs all of a visitor's call that writes. Where it and others wait for one another all the same, at rows
/// that are locked without the owner's lock (a guest that is being made, a booking that is cancelled), it is
/// refused like any other, and told nothing of the others.
///
/// # Errors
/// Those of the call; PT503 for a deadlock.
pub fn or_locked_out<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    // The transaction ends with the refusal, so nothing is undone here, and nothing is looked at again.
    PgTryBuilder::new(AssertUnwindSafe(call))
        .catch_when(PgSqlErrorCode::ERRCODE_T_R_DEADLOCK_DETECTED, |_| {
            Err(busy())
        })
        .execute()
}

fn busy() -> Error {
    Error::Locked {
        detail: "Somebody else is changing the same rows.".into(),
    }
}

const MODE: pg_sys::LOCKMODE = pg_sys::ExclusiveLock as pg_sys::LOCKMODE;

fn acquire(owner: Owner, at_once_or_never: bool) -> bool {
    // SAFETY: main thread, inside a transaction, which it is bound to.
    let got = as_the_transaction(|| unsafe {
        pg_sys::LockAcquire(&tag(owner), MODE, false, at_once_or_never)
    });
    got != pg_sys::LockAcquireResult::LOCKACQUIRE_NOT_AVAIL
}

/// A lock is given back by who has taken it. That is to be the transaction itself, which locks that were
/// waited for in a subtransaction come to, and not the query that happens to run.
fn as_the_transaction<T>(act: impl FnOnce() -> T) -> T {
    // SAFETY: main thread, inside a transaction. After an error PostgreSQL sets it anew.
    unsafe {
        let before = pg_sys::CurrentResourceOwner;
        pg_sys::CurrentResourceOwner = pg_sys::CurTransactionResourceOwner;
        let done = act();
        pg_sys::CurrentResourceOwner = before;
        done
    }
}

/// Of the class of user locks, which SQL has no function for: an advisory lock could be held by any role,
/// knowingly or not.
fn tag(owner: Owner) -> pg_sys::LOCKTAG {
    // UUIDs that people make up are not random, so they are hashed.
    let hash: [u8; 32] = Sha256::digest(owner.to_string()).into();
    let part = |at: usize| u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]);
    // SAFETY: set when the session was, and never changed.
    let database = unsafe { pg_sys::MyDatabaseId };
    pg_sys::LOCKTAG {
        locktag_field1: database.to_u32(),
        locktag_field2: part(0),
        locktag_field3: part(4),
        // The worker's own lock has 0.
        locktag_field4: 1,
        locktag_type: pg_sys::LockTagType::LOCKTAG_USERLOCK as u8,
        locktag_lockmethodid: pg_sys::USER_LOCKMETHOD as u8,
    }
}

/// The contract's `lock_owner`; see sql/booking.sql.
#[pg_extern(sql = false)]
fn lock_owner(owner: Option<&str>) {
    let lock = || {
        // Before the lock: who may not manage an owner holds up nobody.
        let owner = access::managed_owner(owner)?;
        access::require_owner(owner)?;
        access::require_writable(c"lock_owner()");
        OwnerLock::take(owner);
        Ok(())
    };
    or_raise(lock());
}
