//! Manage tokens: whoever holds one may see, move and cancel that booking.
//!
//! A token is the meeting's mode and id with a MAC of the server's own key over them (HMAC-SHA-256),
//! in URL-safe base64. Nothing about it is stored, so no dump and no reader of tables can make one,
//! and the same booking always has the same token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use uuid::Uuid;

use crate::error::{Error, Missing, Result};
use crate::owner::{MeetingKey, Mode};
use crate::vault;

/// What the MAC is over, besides the meeting: no other signature of the vault's fits.
const PURPOSE: &[u8] = b"manage booking:";
/// Bytes of what is signed, and of a MAC.
const SIGNED: usize = 17;
const MAC: usize = 32;
/// Bytes of a token and of the white space that may have come along with it.
const LONGEST: usize = 256;

impl MeetingKey {
    fn signed_part(self) -> [u8; SIGNED] {
        let mut bytes = [0; SIGNED];
        bytes[0] = match self.mode {
            Mode::Client => b'c',
            Mode::User => b'u',
        };
        bytes[1..].copy_from_slice(self.id.as_bytes());
        bytes
    }

    /// The manage token of this meeting.
    pub fn token(self) -> Result<String> {
        let part = self.signed_part();
        let mac = vault::sign(&[PURPOSE, &part].concat())?;
        Ok(BASE64.encode([part.as_slice(), &mac].concat()))
    }

    /// The meeting that a token is for.
    ///
    /// # Errors
    /// PT404 for every text that is no token of this server: which part is wrong is nobody's business.
    pub fn from_token(token: &str) -> Result<Self> {
        let (part, mac) = parts(token).ok_or_else(no_such_booking)?;
        if !vault::is_signed(&[PURPOSE, &part].concat(), &mac)? {
            return Err(no_such_booking());
        }
        let mode = if part[0] == b'c' {
            Mode::Client
        } else {
            Mode::User
        };
        let id = Uuid::from_slice(&part[1..]).map_err(|_| no_such_booking())?;
        Ok(Self { mode, id })
    }
}

/// What a token says, and the MAC over it: whether that is ours, only the vault knows.
pub(super) fn parts(token: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    // What is longer is none, and is not worth decoding.
    if token.len() > LONGEST {
        return None;
    }
    let mut part = BASE64.decode(token.trim()).ok()?;
    if part.len() != SIGNED + MAC || !matches!(part[0], b'c' | b'u') {
        return None;
    }
    let mac = part.split_off(SIGNED);
    Some((part, mac))
}

/// The answer to a token that opens nothing.
pub fn no_such_booking() -> Error {
    Error::NotFound {
        what: Missing::Booking,
        detail: "No booking has this manage token.".into(),
        hint: "Use the token that book() returned or that the confirmation mail links to.".into(),
    }
}
