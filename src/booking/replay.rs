//! The same booking asked for again, by its idempotency key: answered with the meeting that it made, whatever
//! has become of that since. A key that somebody else has used is refused, and tells nothing of theirs.

use pgrx::spi::SpiClient;
use sha2::{Digest, Sha256};

use super::link::Link;
use super::{Booking, columns};
use crate::availability::owner_lock::OwnerLock;
use crate::error::{Error, Result};
use crate::instant::Instant;
use crate::plan;

/// A key, and what it stands for: the time and the address. What else is typed may differ; it is the first
/// call's that holds.
pub struct Replay {
    pub key: String,
    digest: Vec<u8>,
}

impl Replay {
    pub fn new(key: String, starts_at: Instant, email: &str) -> Self {
        let asked = format!("{} {}", starts_at.unix_micros(), email.to_lowercase());
        Self {
            key,
            digest: Sha256::digest(asked).to_vec(),
        }
    }

    /// As it is stored with the meeting.
    pub fn digest(&self) -> Vec<u8> {
        self.digest.clone()
    }

    /// The meeting that was booked with this key before.
    ///
    /// # Errors
    /// 22023 where it was booked with the key, but for another time or address.
    pub fn booked(
        &self,
        client: &SpiClient<'_>,
        _lock: &OwnerLock,
        link: &Link,
    ) -> Result<Option<Booking>> {
        let mode = link.owner.mode();
        let rows = plan::read_latest(
            client,
            ("booked with key", Some(mode)),
            || {
                format!(
                    "select {}, m.idempotency_digest is not distinct from $3 from {} m
                     where m.booking_link_id = $1 and m.idempotency_key = $2",
                    columns(mode),
                    mode.tables().meetings
                )
            },
            Some(1),
            &[
                plan::uuid(link.id).into(),
                self.key.as_str().into(),
                self.digest().into(),
            ],
        )?;
        if rows.is_empty() {
            return Ok(None);
        }
        let rows = rows.first();
        if rows.get::<bool>(Booking::COLUMNS + 1)? != Some(true) {
            return Err(Error::invalid(
                "idempotency_key",
                "the idempotency key is used already",
                "It was given for another booking of this link.",
                "Make a new key for each booking, when its form is opened.",
            ));
        }
        Booking::first(mode, rows)
    }
}
