//! How long an argument may be: asked first, so that what is far too long costs nothing more.

use crate::error::{Error, Result};

/// Bytes of an address; browsers and servers take no longer ones.
pub const URL: usize = 2_048;
/// Bytes of what a provider calls something, and of what it hands over to be sent back.
pub const IDENTIFIER: usize = 1_024;
pub const AUTHORIZATION_CODE: usize = 8_192;

/// The argument, where it has at most so many bytes.
///
/// # Errors
/// 22023 that names the argument and does not repeat it.
pub fn within<'a>(argument: &str, value: &'a str, longest: usize) -> Result<&'a str> {
    if value.len() <= longest {
        return Ok(value);
    }
    Err(Error::invalid(
        argument,
        format!("{argument} is too long"),
        format!(
            "It has {} bytes, and at most {longest} are taken.",
            value.len()
        ),
        format!("Pass a shorter \"{argument}\"."),
    ))
}
