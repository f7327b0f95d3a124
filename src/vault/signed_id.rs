//! Tokens that name a row and hold the proof that this server made them: a mode and an id, with a MAC of the
//! server's own key over them, over what the token is for, and over whatever else must not have changed; in
//! URL-safe base64. Nothing of a token is stored, so no dump and no reader of tables can make one, and the
//! same row always has the same token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use uuid::Uuid;

use super::{is_signed, sign};
use crate::error::Result;
use crate::owner::Mode;

/// Bytes of mode and id, and of a MAC.
const PART: usize = 17;
const MAC: usize = 32;
/// Bytes of a token and of the white space that may have come along with it.
const LONGEST: usize = 256;

/// What a token is for. No signature for one purpose fits another.
pub struct Purpose(pub &'static [u8]);

impl Purpose {
    /// The token of a row. `besides` is signed and not told.
    pub fn token(&self, mode: Mode, id: Uuid, besides: &[u8]) -> Result<String> {
        let mac = sign(&self.message(&part(mode, id), besides))?;
        Ok(Claim { mode, id, mac }.spell())
    }

    /// Whether it made this token; takes equally long for every wrong one.
    pub fn is_of(&self, claim: &Claim, besides: &[u8]) -> Result<bool> {
        let part = part(claim.mode, claim.id);
        is_signed(&self.message(&part, besides), &claim.mac)
    }

    fn message(&self, part: &[u8], besides: &[u8]) -> Vec<u8> {
        [self.0, part, besides].concat()
    }
}

/// What a token claims, until its MAC has been looked at.
pub struct Claim {
    pub mode: Mode,
    pub id: Uuid,
    mac: [u8; MAC],
}

impl Claim {
    /// `None` for what is no token at all.
    pub fn read(token: &str) -> Option<Self> {
        // What is longer is none, and is not worth decoding.
        if token.len() > LONGEST {
            return None;
        }
        let bytes = BASE64.decode(token.trim()).ok()?;
        let (part, mac) = bytes.split_first_chunk::<PART>()?;
        let mode = match part[0] {
            b'c' => Mode::Client,
            b'u' => Mode::User,
            _ => return None,
        };
        Some(Self {
            mode,
            id: Uuid::from_slice(&part[1..]).ok()?,
            mac: mac.try_into().ok()?,
        })
    }

    /// The token, which is spelled in one way.
    pub fn spell(&self) -> String {
        BASE64.encode([part(self.mode, self.id).as_slice(), &self.mac].concat())
    }
}

fn part(mode: Mode, id: Uuid) -> [u8; PART] {
    let mut bytes = [0; PART];
    bytes[0] = match mode {
        Mode::Client => b'c',
        Mode::User => b'u',
    };
    bytes[1..].copy_from_slice(id.as_bytes());
    bytes
}
