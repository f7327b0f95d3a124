//! The same booking asked for again, by its idempotency key: answered with the meeting that it made, whatever
//! has become of that since. A key that somebody else has used is refused, and tells nothing of theirs.

use pgrx::spi::SpiClient;
use sha2::{Digest, Sha256};

use super::link::Link;
use super::{Booking, columns};
use crate::availability::owner_lock::OwnerLock;
use crate::availability::schedule::Wanted;
use crate::error::{Error, Result};
use crate::instant::{Instant, MINUTE};
use crate::plan;

/// A key, and what it stands for: the time, the length and the address. What else is typed may differ; it is
/// the first call's that holds.
pub struct Replay {
    pub key: String,
    /// Of the time and the address.
    hash: Vec<u8>,
    /// `None`: the link's own length.
    minutes: Option<i32>,
}

impl Replay {
    pub fn new(key: String, starts_at: Instant, email: &str, minutes: Option<i32>) -> Self {
        let asked = format!("{} {}", starts_at.unix_micros(), email.to_lowercase());
        Self {
            key,
            hash: Sha256::digest(asked).to_vec(),
            minutes,
        }
    }

    /// As it is stored with the meeting: the hash, the length in minutes, and whether that was asked for or
    /// the link's own. Which it was matters where the link has another length by now: who asked for none
    /// asks for none again.
    pub fn digest(&self, wanted: Wanted) -> Vec<u8> {
        let minutes = i32::try_from(wanted.rules.duration() / MINUTE).unwrap_or(i32::MAX);
        let mut digest = self.hash.clone();
        digest.extend(minutes.to_be_bytes());
        digest.push(u8::from(self.minutes.is_some()));
        digest
    }

    /// Whether this asks for what was booked with such a digest.
    fn is_for(&self, digest: &[u8], link: &Link) -> bool {
        let Some((hash, [m, i, n, s, was_asked_for])) = digest.split_last_chunk() else {
            return false;
        };
        let booked = i32::from_be_bytes([*m, *i, *n, *s]);
        let is_as_long = match self.minutes {
            Some(minutes) => minutes == booked,
            None => *was_asked_for == 0 || link.duration_minutes == booked,
        };
        hash == self.hash && is_as_long
    }

    /// The meeting that was booked with this key before.
    ///
    /// # Errors
    /// 22023 where it was booked with the key, but for another time, length or address.
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
                    "select {}, m.idempotency_digest from {} m
                     where m.booking_link_id = $1 and m.idempotency_key = $2",
                    columns(mode),
                    mode.tables().meetings
                )
            },
            Some(1),
            &[plan::uuid(link.id).into(), self.key.as_str().into()],
        )?;
        if rows.is_empty() {
            return Ok(None);
        }
        let rows = rows.first();
        let digest = rows.get::<&[u8]>(Booking::COLUMNS + 1)?;
        if !self.is_for(digest.unwrap_or_default(), link) {
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
