//! Booking links, and the life of a booking: made, looked at, moved, cancelled.
//!
//! The tables' constraints hold what must never be (two meetings at one time), whoever writes.
//! Here is what a visitor may do, and the readable refusals.

mod attempts;
mod book;
mod limits;
mod link;
mod manage;
pub mod questions;
pub mod token;

use std::panic::AssertUnwindSafe;

use pgrx::datum::TimestampWithTimeZone;
use pgrx::prelude::*;
use pgrx::{PgSqlErrorCode, pg_sys};
use uuid::Uuid;

use self::token::MeetingKey;
use crate::error::{Error, Result};
use crate::owner::{Mode, Owner};
use crate::plan;

/// The columns of a booking, in the order of [`Booking`].
fn columns(mode: Mode) -> String {
    let t = mode.tables();
    format!(
        "m.id, m.{}, m.{}, m.status, m.title, m.starts_at, m.ends_at",
        t.owner_id, t.guest_id
    )
}

/// A booking as visitors see it.
pub struct Booking {
    pub key: MeetingKey,
    pub owner: Owner,
    pub guest: Option<Uuid>,
    pub status: String,
    pub title: String,
    pub starts_at: TimestampWithTimeZone,
    pub ends_at: TimestampWithTimeZone,
}

/// The row of the contract, which the SQL functions name the columns of.
type BookingRow = (
    pgrx::Uuid,
    &'static str,
    pgrx::Uuid,
    Option<pgrx::Uuid>,
    String,
    String,
    TimestampWithTimeZone,
    TimestampWithTimeZone,
    String,
);

impl Booking {
    /// The booking in the first row of a query for [`columns`], if there is a row.
    fn first(mode: Mode, rows: pgrx::spi::SpiTupleTable<'_>) -> Result<Option<Self>> {
        if rows.is_empty() {
            return Ok(None);
        }
        let row = rows.first();
        let uuid = |column| -> Result<Option<Uuid>> {
            Ok(row
                .get::<pgrx::Uuid>(column)?
                .map(|id| Uuid::from_bytes(*id)))
        };
        let missing = || Error::Internal("a meeting lacks a column that is never null".into());
        let owner_id = uuid(2)?.ok_or_else(missing)?;
        Ok(Some(Self {
            key: MeetingKey {
                mode,
                id: uuid(1)?.ok_or_else(missing)?,
            },
            owner: match mode {
                Mode::Client => Owner::Client(owner_id),
                Mode::User => Owner::User(owner_id),
            },
            guest: uuid(3)?,
            status: row.get(4)?.ok_or_else(missing)?,
            title: row.get(5)?.ok_or_else(missing)?,
            starts_at: row.get(6)?.ok_or_else(missing)?,
            ends_at: row.get(7)?.ok_or_else(missing)?,
        }))
    }

    fn into_row(self) -> Result<BookingRow> {
        Ok((
            plan::uuid(self.key.id),
            self.key.mode.as_str(),
            plan::uuid(self.owner.id()),
            self.guest.map(plan::uuid),
            self.status,
            self.title,
            self.starts_at,
            self.ends_at,
            self.key.token()?,
        ))
    }
}

/// Has the writers of one owner's live meetings queue up until commit. Everything that decides
/// whether a time is free is to be read after it.
fn lock(owner: Owner) {
    // A UUID is random enough to be its own hash.
    let (high, low) = owner.id().as_u64_pair();
    let key = (high ^ low) as i64;
    // SAFETY: the argument is of the function's type; main thread, inside a transaction.
    unsafe {
        pgrx::direct_function_call::<()>(pg_sys::pg_advisory_xact_lock_int8, &[key.into_datum()]);
    }
}

/// `scheduling.lock_owner(uuid)`: for the trigger that every writer of meetings passes.
#[pg_extern(sql = false)]
fn lock_owner(id: pgrx::Uuid) {
    // Which mode makes no difference to the lock.
    lock(Owner::Client(Uuid::from_bytes(*id)));
}

/// Runs a statement that writes a live meeting. The exclusion constraint still speaks up where
/// the transaction's own snapshot is too old to see the other meeting (REPEATABLE READ).
fn or_not_free<T>(write: impl FnOnce() -> Result<T>) -> Result<T> {
    // Nothing that the closure holds is looked at again after an error.
    PgTryBuilder::new(AssertUnwindSafe(write))
        .catch_when(PgSqlErrorCode::ERRCODE_EXCLUSION_VIOLATION, |_| {
            Err(Error::NotFree {
                detail: "Another booking has taken the time.".into(),
            })
        })
        .execute()
}
