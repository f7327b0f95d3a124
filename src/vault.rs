//! Sealing and opening secrets, and signing what must not be forged.
//!
//! One key of 32 random bytes in a file (`key_file`), made at first use. From it come two
//! keys (HKDF-SHA-256, RFC 5869): one seals tokens and secrets for storage (XChaCha20-Poly1305),
//! one signs manage tokens (HMAC-SHA-256). A sealed text is bound to its purpose, so that one that
//! is copied to another row or column does not open there. No key and no secret is ever logged.
//!
//! The database knows the fingerprint of the key that it has been used with (`known`), so that one which is
//! missing, or another one, is an error and never replaced without a word.

mod key_file;
mod known;
mod refused;

use std::cell::OnceCell;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use pgrx::pg_sys;
use pgrx::prelude::*;
use sha2::Sha256;
use zeroize::Zeroizing;

use self::key_file::KEY_BYTES;
use crate::error::{Error, Result, or_raise};

/// What a sealed text starts with. The version says which algorithm and layout.
const SEALED: &str = "sealed:v1:";
/// What is signed for the fingerprint. Manage tokens sign other texts, each with a purpose before it.
const FINGERPRINT: &[u8] = b"scheduling key fingerprint v1";
const NONCE_BYTES: usize = 24;

/// The keys that come from the file.
struct Vault {
    sealing: XChaCha20Poly1305,
    signing: Zeroizing<[u8; KEY_BYTES]>,
}

thread_local! {
    /// The keys, once they are known to be this database's: for the rest of the process.
    static OPEN: OnceCell<Rc<Vault>> = const { OnceCell::new() };
}

/// Seals a text for one purpose. What is sealed already stays as it is.
pub fn seal(plain: &str, purpose: &str) -> Result<String> {
    if is_sealed(plain) {
        return Ok(plain.to_owned());
    }
    let mut nonce = [0; NONCE_BYTES];
    random(&mut nonce)?;
    let payload = Payload {
        msg: plain.as_bytes(),
        aad: purpose.as_bytes(),
    };
    let sealed = Vault::to_keep_with()?
        .sealing
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| Error::Internal("sealing failed".into()))?;
    Ok(format!(
        "{SEALED}{}",
        BASE64.encode([nonce.as_slice(), &sealed].concat())
    ))
}

/// Whether a text is sealed, for whatever purpose.
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(SEALED)
}

/// Opens what [`seal`] sealed for the same purpose. A text that is not sealed is an error: it did
/// not pass the triggers.
pub fn open(sealed: &str, purpose: &str) -> Result<Zeroizing<String>> {
    let broken = || {
        Error::Internal(
            "a stored secret cannot be opened: the key file is another one, or the value was changed"
                .into(),
        )
    };
    let bytes = sealed
        .strip_prefix(SEALED)
        .and_then(|text| BASE64.decode(text).ok())
        .filter(|bytes| bytes.len() > NONCE_BYTES)
        .ok_or_else(broken)?;
    let (nonce, text) = bytes.split_at(NONCE_BYTES);
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| broken())?;
    let vault = Vault::to_read_with()?.ok_or_else(broken)?;
    let plain = vault
        .sealing
        .decrypt(
            &XNonce::from(nonce),
            Payload {
                msg: text,
                aad: purpose.as_bytes(),
            },
        )
        .map_err(|_| broken())?;
    String::from_utf8(plain)
        .map(Zeroizing::new)
        .map_err(|_| broken())
}

/// A signature that only this server can make.
pub fn sign(message: &[u8]) -> Result<[u8; 32]> {
    let vault = Vault::to_keep_with()?;
    Ok(vault.signer(message)?.finalize().into_bytes().into())
}

/// Whether [`sign`] made this signature; takes equally long for every wrong one.
pub fn is_signed(message: &[u8], signature: &[u8]) -> Result<bool> {
    match Vault::to_read_with()? {
        Some(vault) => Ok(vault.signer(message)?.verify_slice(signature).is_ok()),
        None => Ok(false),
    }
}

/// Why nothing can be opened or signed here by whoever begins now, for operators; `None` where there is no
/// trouble, or nothing yet that would need the key.
pub fn trouble() -> Result<Option<String>> {
    match Vault::read() {
        Ok(_) => Ok(None),
        Err(Error::Key { detail, .. }) => Ok(Some(detail)),
        Err(error) => Err(error),
    }
}

/// Whether this process has seen that the key is the right one; from then on it needs the file no more.
pub fn is_open() -> bool {
    OPEN.with(|open| open.get().is_some())
}

impl Vault {
    /// For what others will need the same key for: sealing and signing. Makes the key where there has never
    /// been one, and has the database know it.
    fn to_keep_with() -> Result<Rc<Self>> {
        if let Some(vault) = OPEN.with(|open| open.get().cloned()) {
            return Ok(vault);
        }
        let known = known::with_ours()?;
        if known.is_none() {
            // SAFETY: a literal; raises an error, before a key is made that nobody could write down.
            unsafe { pg_sys::PreventCommandIfReadOnly(c"INSERT".as_ptr()) };
        }
        // Before it is looked for: what is made in between is found then.
        let may_be_made = key_file::may_be_made().map_err(refused::unusable)?;
        let key = match key_file::read().map_err(refused::unusable)? {
            Some(key) => key,
            None if known.is_none() && may_be_made => {
                key_file::make().map_err(refused::unusable)?
            }
            None => return Err(refused::missing()),
        };
        let vault = Self::of(&key, known.as_deref())?;
        if known.is_none() {
            known::write(&vault.fingerprint()?)?;
        }
        Ok(vault)
    }

    /// For what was sealed or signed before; `None` where nothing can have been.
    fn to_read_with() -> Result<Option<Rc<Self>>> {
        if let Some(vault) = OPEN.with(|open| open.get().cloned()) {
            return Ok(Some(vault));
        }
        Self::read()
    }

    fn read() -> Result<Option<Rc<Self>>> {
        let Some(known) = known::committed()? else {
            return Ok(None);
        };
        match key_file::read().map_err(refused::unusable)? {
            Some(key) => Self::of(&key, Some(&known)).map(Some),
            None => Err(refused::missing()),
        }
    }

    /// The keys of this file, where they are those that the database knows.
    fn of(key: &key_file::Key, known: Option<&str>) -> Result<Rc<Self>> {
        let derive = |purpose: &[u8]| -> Result<Zeroizing<[u8; KEY_BYTES]>> {
            let mut derived = Zeroizing::new([0; KEY_BYTES]);
            Hkdf::<Sha256>::new(None, key.as_slice())
                .expand(purpose, derived.as_mut_slice())
                .map_err(|_| Error::Internal("key derivation failed".into()))?;
            Ok(derived)
        };
        let sealing = XChaCha20Poly1305::new_from_slice(derive(b"scheduling seal v1")?.as_slice())
            .map_err(|_| Error::Internal("the sealing key has the wrong length".into()))?;
        let signing = derive(b"scheduling sign v1")?;
        let vault = Rc::new(Self { sealing, signing });
        if let Some(known) = known {
            let ours = vault.fingerprint()?;
            // Where rows of another database came in, it has been used with two.
            if known.split(' ').any(|known| known != ours) {
                return Err(refused::another());
            }
            if !known::is_of_this_transaction() {
                OPEN.with(|open| open.get_or_init(|| Rc::clone(&vault)).clone());
            }
        }
        Ok(vault)
    }

    /// What tells this key from others, and nothing else about it.
    fn fingerprint(&self) -> Result<String> {
        let mac = self.signer(FINGERPRINT)?.finalize().into_bytes();
        Ok(mac.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn signer(&self, message: &[u8]) -> Result<Hmac<Sha256>> {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.signing.as_slice())
            .map_err(|_| Error::Internal("the signing key has the wrong length".into()))?;
        mac.update(message);
        Ok(mac)
    }
}

/// Fills a buffer with random bytes of the operating system.
pub fn random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes)
        .map_err(|error| Error::Internal(format!("no random bytes from the system: {error}")))
}

/// `scheduling_private.seal(plain text, purpose text)`: for the triggers of tables that hold secrets.
#[pg_extern(sql = false)]
fn vault_seal(plain: &str, purpose: &str) -> String {
    or_raise(seal(plain, purpose))
}
