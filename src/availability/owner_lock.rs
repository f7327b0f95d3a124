//! The lock on one owner's time: whoever decides whether a time is free holds it until commit.
//!
//! It is a value, so that what has to be read behind it can ask for it.

use pgrx::pg_sys;
use pgrx::prelude::*;
use uuid::Uuid;

use crate::owner::Owner;

/// The proof that this transaction has waited for its turn with an owner. It holds until the
/// transaction ends, whatever becomes of this value.
pub struct OwnerLock(Owner);

impl OwnerLock {
    /// Has the writers of one owner's live meetings queue up until commit.
    pub fn take(owner: Owner) -> Self {
        lock(owner.id());
        Self(owner)
    }

    /// Whose time it is.
    pub fn owner(&self) -> Owner {
        self.0
    }
}

/// Which mode makes no difference to the lock.
fn lock(id: Uuid) {
    // A UUID is random enough to be its own hash.
    let (high, low) = id.as_u64_pair();
    let key = (high ^ low) as i64;
    // SAFETY: the argument is of the function's type; main thread, inside a transaction.
    unsafe {
        pgrx::direct_function_call::<()>(pg_sys::pg_advisory_xact_lock_int8, &[key.into_datum()]);
    }
}

/// `scheduling_private.lock_owner(uuid)`: for the trigger that every writer of meetings passes.
#[pg_extern(sql = false)]
fn lock_owner(id: pgrx::Uuid) {
    lock(Uuid::from_bytes(*id));
}
