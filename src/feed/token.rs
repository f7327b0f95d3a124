//! The secret in a feed's address: an owner with a MAC of the server's own key over it and over which of the
//! feed's addresses it is. Nothing of it is stored, so no dump and no reader of tables can make one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use uuid::Uuid;

use crate::error::Result;
use crate::owner::{Mode, Owner};
use crate::vault;

/// What the MAC is over, besides the owner: no other signature of the vault's fits.
const PURPOSE: &[u8] = b"calendar feed:";
/// Bytes of the mode and the owner's id, before the MAC.
const PART: usize = 17;
/// Bytes of a token and of the white space that may have come along with it.
const LONGEST: usize = 256;

fn part(owner: Owner) -> [u8; PART] {
    let mut bytes = [0; PART];
    bytes[0] = match owner.mode() {
        Mode::Client => b'c',
        Mode::User => b'u',
    };
    bytes[1..].copy_from_slice(owner.id().as_bytes());
    bytes
}

fn message(part: &[u8], generation: Uuid) -> Vec<u8> {
    [PURPOSE, part, generation.as_bytes()].concat()
}

/// The token of an owner's feed in this generation.
pub fn make(owner: Owner, generation: Uuid) -> Result<String> {
    let part = part(owner);
    let mac = vault::sign(&message(&part, generation))?;
    Ok(BASE64.encode([part.as_slice(), &mac].concat()))
}

/// What a token claims, until its MAC has been looked at.
pub struct Claim {
    pub owner: Owner,
    part: [u8; PART],
    mac: Vec<u8>,
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
        let id = Uuid::from_slice(&part[1..]).ok()?;
        Some(Self {
            owner: mode.owner(id),
            part: *part,
            mac: mac.to_vec(),
        })
    }

    /// Whether it is the token of this generation; takes equally long for every wrong one.
    pub fn is_of(&self, generation: Uuid) -> Result<bool> {
        vault::is_signed(&message(&self.part, generation), &self.mac)
    }
}
