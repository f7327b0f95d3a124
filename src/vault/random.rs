//! Randomness of the operating system: for nonces, tokens and secrets.

use crate::error::{Error, Result};

/// Fills a buffer with random bytes of the operating system.
pub fn random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes)
        .map_err(|error| Error::Internal(format!("no random bytes from the system: {error}")))
}
