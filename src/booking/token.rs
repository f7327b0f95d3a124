//! Manage tokens: whoever holds one may see, move and cancel that booking. They are signed
//! (`vault::signed_id`), and nothing about them is stored.

use crate::error::{Error, Missing, Result};
use crate::owner::MeetingKey;
use crate::vault::signed_id::{Claim, Purpose};

const PURPOSE: Purpose = Purpose(b"manage booking:");

impl MeetingKey {
    /// The manage token of this meeting.
    pub fn token(self) -> Result<String> {
        PURPOSE.token(self.mode, self.id, &[])
    }

    /// The meeting that a token is for.
    ///
    /// # Errors
    /// PT404 for every text that is no token of this server: which part is wrong is nobody's business.
    pub fn from_token(token: &str) -> Result<Self> {
        let claim = Claim::read(token).ok_or_else(no_such_booking)?;
        if !PURPOSE.is_of(&claim, &[])? {
            return Err(no_such_booking());
        }
        Ok(Self {
            mode: claim.mode,
            id: claim.id,
        })
    }
}

/// The answer to a token that opens nothing.
pub fn no_such_booking() -> Error {
    Error::NotFound {
        what: Missing::Booking,
        detail: "No booking has this manage token.".into(),
        hint: "Use the token that book() returned or that the confirmation mail links to.".into(),
    }
}
