//! A booking as the holder of its token meets it: with what its link allows a guest, as of now.

use pgrx::spi::{SpiClient, SpiTupleTable};

use super::deadline::Notice;
use super::link::Link;
use super::token::no_such_booking;
use super::{Booking, columns};
use crate::error::{Error, Missing, Result};
use crate::owner::MeetingKey;
use crate::plan::{self, Sees};
use crate::timestamptz;

/// A booking and its link's say.
pub struct Managed {
    pub booking: Booking,
    pub moving: Notice,
    pub cancelling: Notice,
    /// `None` where the link is gone.
    pub slug: Option<String>,
}

impl Managed {
    /// How many columns it is read from.
    pub const COLUMNS: usize = Booking::COLUMNS + 3;

    /// The booking of this moment; which, `sees` says.
    ///
    /// # Errors
    /// PT404 where it is gone.
    pub fn read(client: &SpiClient<'_>, key: MeetingKey, sees: Sees) -> Result<Self> {
        let rows = plan::read_as(
            sees,
            client,
            ("booking", Some(key.mode)),
            || Self::query(key, "null", ""),
            Some(1),
            &[plan::uuid(key.id).into()],
        )?;
        Self::first(key, rows)?.ok_or_else(no_such_booking)
    }

    /// The booking, locked until the transaction ends; `None` where it is gone.
    pub fn lock(client: &mut SpiClient<'_>, key: MeetingKey) -> Result<Option<Self>> {
        let rows = plan::write(
            client,
            ("lock booking", Some(key.mode)),
            || Self::query(key, "null", "") + " for no key update of m",
            Some(1),
            &[plan::uuid(key.id).into()],
        )?;
        Self::first(key, rows)
    }

    /// The same without waiting: `None` where it is gone, or somebody else has locked it.
    pub fn lock_at_once(client: &mut SpiClient<'_>, key: MeetingKey) -> Result<Option<Self>> {
        let rows = plan::write(
            client,
            ("lock booking at once", Some(key.mode)),
            || Self::query(key, "null", "") + " for no key update of m skip locked",
            Some(1),
            &[plan::uuid(key.id).into()],
        )?;
        Self::first(key, rows)
    }

    /// From the rows of [`Self::query`].
    pub fn first(key: MeetingKey, rows: SpiTupleTable<'_>) -> Result<Option<Self>> {
        if rows.is_empty() {
            return Ok(None);
        }
        let rows = rows.first();
        let column = |n| Booking::COLUMNS + n;
        let slug = rows.get::<String>(column(1))?;
        let moving = Notice::of(slug.is_some(), rows.get(column(2))?);
        let cancelling = Notice::of(slug.is_some(), rows.get(column(3))?);
        Ok(Booking::first(key.mode, rows)?.map(|booking| Self {
            booking,
            moving,
            cancelling,
            slug,
        }))
    }

    /// The link that the booking was made with: its rules hold for a new time too.
    ///
    /// # Errors
    /// PT404 where it is gone or was made inactive.
    pub fn link(&self, client: &SpiClient<'_>) -> Result<Link> {
        match &self.slug {
            Some(slug) => Link::read(client, slug),
            None => Err(Error::NotFound {
                what: Missing::Link,
                detail: "The link that this booking was made with is gone.".into(),
                hint: "Cancel the booking and make a new one.".into(),
            }),
        }
    }

    /// The booking whose id is the first argument; `more` are columns after its own, of what `joins` joins.
    pub fn query(key: MeetingKey, more: &str, joins: &str) -> String {
        format!(
            "select {}, l.slug, l.reschedule_notice_minutes, l.cancel_notice_minutes, {more}
             from {} m left join scheduling.booking_links l on l.id = m.booking_link_id {joins}
             where m.id = $1",
            columns(key.mode),
            key.mode.tables().meetings
        )
    }

    /// How long it lasts, in microseconds: also when it moves.
    pub fn duration(&self) -> i64 {
        let micros = |at| timestamptz::from_postgres(at).unix_micros();
        micros(self.booking.ends_at) - micros(self.booking.starts_at)
    }
}
