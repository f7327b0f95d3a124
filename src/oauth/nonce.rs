//! Nonces of OAuth round trips: made when one starts, spent when it ends, good for ten minutes and
//! for one owner and provider. Only a hash of a nonce is stored, with the sealed PKCE verifier.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use pgrx::prelude::*;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::owner::Owner;
use crate::provider::Provider;
use crate::{plan, vault};

/// What a round trip was started with.
pub struct RoundTrip {
    pub redirect_uri: String,
    pub code_verifier: Zeroizing<String>,
}

/// A nonce nobody can guess: 256 random bits, in characters that a state can carry.
pub fn new() -> Result<String> {
    let mut bytes = [0; 32];
    vault::random(&mut bytes)?;
    Ok(BASE64.encode(bytes))
}

fn hash(nonce: &str) -> String {
    BASE64.encode(Sha256::digest(nonce.as_bytes()))
}

fn purpose(hash: &str) -> String {
    format!("code_verifier:{hash}")
}

/// Remembers a round trip, and forgets those that nobody came back from.
pub fn remember(nonce: &str, owner: Owner, provider: Provider, trip: &RoundTrip) -> Result<()> {
    let hash = hash(nonce);
    let verifier = vault::seal(&trip.code_verifier, &purpose(&hash))?;
    plan::change(
        ("remember nonce", None),
        || {
            "with old as (delete from scheduling.oauth_nonces where expires_at < now())
             insert into scheduling.oauth_nonces
                 (nonce_hash, owner, provider, redirect_uri, code_verifier)
             values ($1, $2, $3, $4, $5)"
        },
        &[
            hash.into(),
            owner.to_string().into(),
            provider.as_str().into(),
            trip.redirect_uri.as_str().into(),
            verifier.into(),
        ],
    )?;
    Ok(())
}

/// Takes a nonce out of circulation; what its round trip was started with, or none where it is not
/// good for this owner and provider now.
pub fn spend(nonce: &str, owner: Owner, provider: Provider) -> Result<Option<RoundTrip>> {
    let hash = hash(nonce);
    let found = Spi::connect_mut(|client| {
        let arguments = [
            hash.as_str().into(),
            owner.to_string().into(),
            provider.as_str().into(),
        ];
        let rows = plan::write(
            client,
            ("spend nonce", None),
            || {
                "delete from scheduling.oauth_nonces n
                 where n.nonce_hash = $1 and n.owner = $2 and n.provider = $3
                   and n.expires_at > now()
                 returning n.redirect_uri, n.code_verifier"
            },
            Some(1),
            &arguments,
        )?;
        if rows.is_empty() {
            return Ok::<_, Error>(None);
        }
        let (redirect_uri, verifier) = rows.first().get_two::<String, String>()?;
        Ok(redirect_uri.zip(verifier))
    })?;
    found
        .map(|(redirect_uri, verifier)| {
            let code_verifier = vault::open(&verifier, &purpose(&hash))?;
            Ok(RoundTrip {
                redirect_uri,
                code_verifier,
            })
        })
        .transpose()
}
