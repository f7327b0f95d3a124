//! Sealing and opening secrets, and signing what must not be forged.
//!
//! One key file of 32 random bytes (`scheduling.key_file`), made at first use. From it come two
//! keys (HKDF-SHA-256, RFC 5869): one seals tokens and secrets for storage (XChaCha20-Poly1305),
//! one signs manage tokens (HMAC-SHA-256). A sealed text is bound to its purpose, so that one that
//! is copied to another row or column does not open there. Nothing here is ever logged.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use pgrx::prelude::*;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::{Error, Result, or_raise};
use crate::settings;

/// What a sealed text starts with. The version says which algorithm and layout.
const SEALED: &str = "sealed:v1:";
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// The keys of this server, read once a process.
struct Vault {
    sealing: XChaCha20Poly1305,
    signing: Zeroizing<[u8; KEY_BYTES]>,
}

/// Seals a text for one purpose. What is sealed already stays as it is.
pub fn seal(plain: &str, purpose: &str) -> Result<String> {
    if plain.starts_with(SEALED) {
        return Ok(plain.to_owned());
    }
    let mut nonce = [0; NONCE_BYTES];
    random(&mut nonce)?;
    let payload = Payload {
        msg: plain.as_bytes(),
        aad: purpose.as_bytes(),
    };
    let sealed = vault()?
        .sealing
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| Error::Internal("sealing failed".into()))?;
    Ok(format!(
        "{SEALED}{}",
        BASE64.encode([nonce.as_slice(), &sealed].concat())
    ))
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
    let plain = vault()?
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
    Ok(signer(message)?.finalize().into_bytes().into())
}

/// Whether [`sign`] made this signature; takes equally long for every wrong one.
pub fn is_signed(message: &[u8], signature: &[u8]) -> Result<bool> {
    Ok(signer(message)?.verify_slice(signature).is_ok())
}

fn signer(message: &[u8]) -> Result<Hmac<Sha256>> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(vault()?.signing.as_slice())
        .map_err(|_| Error::Internal("the signing key has the wrong length".into()))?;
    mac.update(message);
    Ok(mac)
}

fn vault() -> Result<&'static Vault> {
    static VAULT: OnceLock<Vault> = OnceLock::new();
    if let Some(vault) = VAULT.get() {
        return Ok(vault);
    }
    let path = settings::key_file();
    let path = Path::new(std::ffi::OsStr::from_bytes(path.to_bytes()));
    let key = read_or_make(path).map_err(|error| {
        Error::Internal(format!(
            "the key file {} cannot be used: {error}",
            path.display()
        ))
    })?;
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
    Ok(VAULT.get_or_init(|| Vault { sealing, signing }))
}

/// Reads the key, or makes it where the file is missing. Two processes may get here at once: each
/// writes a file of its own, and the first to link it to the name has made the key for both.
fn read_or_make(path: &Path) -> io::Result<Zeroizing<[u8; KEY_BYTES]>> {
    match read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        other => return other,
    }
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    random(key.as_mut_slice()).map_err(io::Error::other)?;

    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", std::process::id()));
    let draft = Path::new(&draft);
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(draft)?;
    file.write_all(key.as_slice())?;
    file.sync_all()?;
    let linked = fs::hard_link(draft, path);
    fs::remove_file(draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    if let Some(directory) = path.parent() {
        // A relative name without a folder has the empty parent: the working directory.
        let directory = if directory.as_os_str().is_empty() {
            Path::new(".")
        } else {
            directory
        };
        File::open(directory)?.sync_all()?;
    }
    read(path)
}

fn read(path: &Path) -> io::Result<Zeroizing<[u8; KEY_BYTES]>> {
    let bytes = Zeroizing::new(fs::read(path)?);
    <[u8; KEY_BYTES]>::try_from(bytes.as_slice())
        .map(Zeroizing::new)
        .map_err(|_| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("it does not hold {KEY_BYTES} bytes"),
            )
        })
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
