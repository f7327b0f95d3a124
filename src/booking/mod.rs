//! Booking links, and the life of a booking: made, looked at, moved, cancelled.
//!
//! The tables' constraints hold what must never be (two meetings at one time), whoever writes.
//! Here is what a visitor may do, and the readable refusals.

mod about;
mod attempts;
mod attribution;
mod book;
mod deadline;
mod follow_up;
mod free_slot;
mod further_guests;
#[cfg(any(test, fuzzing))]
mod fuzzing;
mod guest;
mod languages;
mod lengths;
mod limits;
pub mod link;
mod linkable;
mod manage;
mod managed;
mod meeting_slots;
mod pages;
mod prepare;
pub mod questions;
mod reminders;
mod replay;
pub mod status;
pub mod token;
mod typed;

#[cfg(any(test, fuzzing))]
pub use self::fuzzing::FUZZING;
use pgrx::datum::TimestampWithTimeZone;
use uuid::Uuid;

use self::status::MeetingStatus;
use crate::error::{Error, Result};
use crate::owner::{MeetingKey, Mode, Owner};
use crate::plan;

/// The columns of a booking, in the order of [`Booking`].
fn columns(mode: Mode) -> String {
    let t = mode.tables();
    format!(
        "m.id, m.{}, m.{}, m.status, m.title, m.starts_at, m.ends_at, m.location, m.meeting_url",
        t.owner_id, t.guest_id
    )
}

/// A booking as visitors see it.
pub struct Booking {
    pub key: MeetingKey,
    pub owner: Owner,
    pub guest: Option<Uuid>,
    pub status: MeetingStatus,
    pub title: String,
    pub starts_at: TimestampWithTimeZone,
    pub ends_at: TimestampWithTimeZone,
    pub location: Option<String>,
    pub meeting_url: Option<String>,
}

/// The row of the contract, which the SQL functions name the columns of.
type BookingRow = (
    pgrx::Uuid,
    &'static str,
    pgrx::Uuid,
    Option<pgrx::Uuid>,
    &'static str,
    String,
    TimestampWithTimeZone,
    TimestampWithTimeZone,
    String,
    Option<String>,
    Option<String>,
    Option<TimestampWithTimeZone>,
);

impl Booking {
    /// How many [`columns`] there are.
    const COLUMNS: usize = 9;

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
        let missing = || {
            Error::Internal(
                "a meeting lacks a column that is never null, or has an unknown status".into(),
            )
        };
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
            status: row
                .get::<&str>(4)?
                .and_then(|status| status.parse().ok())
                .ok_or_else(missing)?,
            title: row.get(5)?.ok_or_else(missing)?,
            starts_at: row.get(6)?.ok_or_else(missing)?,
            ends_at: row.get(7)?.ok_or_else(missing)?,
            location: row.get(8)?,
            meeting_url: row.get(9)?,
        }))
    }

    fn into_row(self) -> Result<BookingRow> {
        let token = self.key.token()?;
        Ok(self.into_row_with(token))
    }

    fn into_row_with(self, token: String) -> BookingRow {
        (
            plan::uuid(self.key.id),
            self.key.mode.as_str(),
            plan::uuid(self.owner.id()),
            self.guest.map(plan::uuid),
            self.status.as_str(),
            self.title,
            self.starts_at,
            self.ends_at,
            token,
            self.location,
            self.meeting_url,
            // Nothing expires yet.
            None,
        )
    }
}
