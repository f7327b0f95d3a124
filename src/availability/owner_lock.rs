//! The lock on one owner's time: whoever decides whether a time is free holds it until commit.
//!
//! It is a value, so that what has to be read behind it can ask for it.

use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::owner::Owner;

/// The proof that this transaction has waited for its turn with an owner. It holds until the
/// transaction ends, whatever becomes of this value.
pub struct OwnerLock(Owner);

impl OwnerLock {
    /// Has the writers of one owner's live meetings queue up until commit.
    pub fn take(owner: Owner) -> Self {
        // Which mode makes no difference to the lock, and a UUID is random enough to be its own hash.
        let (high, low) = owner.id().as_u64_pair();
        let key = (high ^ low) as i64;
        // SAFETY: the argument is of the function's type; main thread, inside a transaction.
        unsafe {
            pgrx::direct_function_call::<()>(
                pg_sys::pg_advisory_xact_lock_int8,
                &[key.into_datum()],
            );
        }
        Self(owner)
    }

    /// Whose time it is.
    pub fn owner(&self) -> Owner {
        self.0
    }
}
