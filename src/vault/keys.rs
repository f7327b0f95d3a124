//! One key of the ring, and the two that come from it (HKDF-SHA-256, RFC 5869): one seals, one signs. A key
//! is known to others by its fingerprint, which says nothing else about it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::random::random;
use super::ring::{KEY_BYTES, Key};
use crate::error::{Error, Result};

/// What is signed for the fingerprint. Manage tokens sign other texts, each with a purpose before it.
const FINGERPRINT: &[u8] = b"scheduling key fingerprint v1";
/// Of the fingerprint, in a sealed text: 64 bits tell the keys of one file apart.
const ID_CHARACTERS: usize = 16;
pub const NONCE_BYTES: usize = 24;

pub struct Keys {
    /// In hexadecimal digits.
    pub fingerprint: String,
    sealing: XChaCha20Poly1305,
    signing: Zeroizing<[u8; KEY_BYTES]>,
}

impl Keys {
    pub fn of(key: &Key) -> Result<Self> {
        let derive = |purpose: &[u8]| -> Result<Zeroizing<[u8; KEY_BYTES]>> {
            let mut derived = Zeroizing::new([0; KEY_BYTES]);
            Hkdf::<Sha256>::new(None, key.as_slice())
                .expand(purpose, derived.as_mut_slice())
                .map_err(|_| Error::Internal("key derivation failed".into()))?;
            Ok(derived)
        };
        let sealing = XChaCha20Poly1305::new_from_slice(derive(b"scheduling seal v1")?.as_slice())
            .map_err(|_| Error::Internal("the sealing key has the wrong length".into()))?;
        let mut keys = Self {
            fingerprint: String::new(),
            sealing,
            signing: derive(b"scheduling sign v1")?,
        };
        let mac = keys.signer(FINGERPRINT)?.finalize().into_bytes();
        keys.fingerprint = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(keys)
    }

    /// What a sealed text names it by.
    pub fn id(&self) -> &str {
        id_of(&self.fingerprint)
    }

    /// Nonce and sealed text, in base64.
    pub fn seal(&self, plain: &str, purpose: &str) -> Result<String> {
        let mut nonce = [0; NONCE_BYTES];
        random(&mut nonce)?;
        let payload = Payload {
            msg: plain.as_bytes(),
            aad: purpose.as_bytes(),
        };
        let sealed = self
            .sealing
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::Internal("sealing failed".into()))?;
        Ok(BASE64.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// What [`Self::seal`] sealed for the same purpose; `None` for anything else.
    pub fn open(&self, sealed: &str, purpose: &str) -> Option<Zeroizing<String>> {
        let bytes = BASE64.decode(sealed).ok()?;
        let (nonce, text) = bytes.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let payload = Payload {
            msg: text,
            aad: purpose.as_bytes(),
        };
        let plain = self.sealing.decrypt(&XNonce::from(nonce), payload).ok()?;
        match String::from_utf8(plain) {
            Ok(plain) => Some(Zeroizing::new(plain)),
            Err(no_text) => {
                drop(Zeroizing::new(no_text.into_bytes()));
                None
            }
        }
    }

    pub fn signer(&self, message: &[u8]) -> Result<Hmac<Sha256>> {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.signing.as_slice())
            .map_err(|_| Error::Internal("the signing key has the wrong length".into()))?;
        mac.update(message);
        Ok(mac)
    }
}

/// By what a sealed text names the key of this fingerprint.
pub fn id_of(fingerprint: &str) -> &str {
    fingerprint.get(..ID_CHARACTERS).unwrap_or(fingerprint)
}
