//! Sealing and opening secrets, and signing what must not be forged.
//!
//! A file (`key_file`) holds a ring of keys of 32 random bytes (`ring`), the first made at first use. From each
//! come two (`keys`): one seals tokens and secrets for storage (XChaCha20-Poly1305), one signs manage tokens
//! (HMAC-SHA-256). A sealed text names the key that sealed it, and is bound to its purpose, so that one that
//! is copied to another row or column does not open there. No key and no secret is ever logged.
//!
//! The database knows the fingerprints of the keys that it has been used with (`known`), so that one which is
//! missing is an error and never replaced without a word. Of those keys the newest in the file is the one
//! that seals and signs here; every key of the file opens and verifies. `rotate_key()` (`rotation`) adds a key
//! to the file, seals everything anew and has the database know the new key instead, in that order, and the
//! last two in one transaction. So:
//!
//! - A key stands in the file before anything is sealed with it, and leaves it by an operator's hand only.
//!   Whatever dies at whatever point, and whether or not a transaction commits, the file opens all there is.
//! - What was signed before stays good: manage links lie in guests' mails for months.
//! - A key that no database knows is a rotation that came to nothing, or one that another database of the
//!   server has begun: the next rotation takes it and makes no other. By the same rule an operator can put a
//!   key into the file of every server of a pair first, and rotate then.
//! - A database that was not rotated goes on with its own key, beside the newer ones of others.
//! - Sessions hear of a rotation as it commits (`fresh`). What one seals with the key before, in a transaction
//!   that began earlier, opens as ever; the next rotation seals it anew.

mod fresh;
mod key_file;
mod keys;
mod known;
pub mod places;
mod random;
mod refused;
mod ring;
mod rotation;
pub mod signed_id;

use std::cell::RefCell;
use std::rc::Rc;

use hmac::Mac as _;
use pgrx::pg_sys;
use pgrx::prelude::*;
use zeroize::Zeroizing;

use self::keys::Keys;
pub use self::random::random;
use self::ring::Key;
use crate::error::{Error, Result, or_raise};

/// What a sealed text starts with; the id of the key and a colon follow, then nonce and text in base64. The
/// version says which algorithm and layout.
const SEALED: &str = "sealed:v2:";
/// The same without the id.
const SEALED_BY_ANY: &str = "sealed:v1:";

/// The keys that come from the file.
#[derive(Clone)]
struct Vault {
    /// The newest first; never none.
    ring: Rc<[Keys]>,
    /// Which of them seals and signs.
    active: usize,
}

thread_local! {
    /// The keys, once they are known to be this database's.
    static OPEN: RefCell<Option<Vault>> = const { RefCell::new(None) };
}

/// Seals a text for one purpose. What is sealed already stays as it is.
pub fn seal(plain: &str, purpose: &str) -> Result<String> {
    if is_sealed(plain) {
        return Ok(plain.to_owned());
    }
    Vault::to_keep_with()?.seal(plain, purpose)
}

/// Whether a text is sealed, for whatever purpose.
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(SEALED) || text.starts_with(SEALED_BY_ANY)
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
    if let Some(text) = sealed.strip_prefix(SEALED) {
        let (id, text) = text.split_once(':').ok_or_else(broken)?;
        let vault = Vault::with_key(id)?;
        let keys = vault.ring.iter().find(|keys| keys.id() == id);
        let keys = keys.ok_or_else(|| refused::lacking(id))?;
        return keys.open(text, purpose).ok_or_else(broken);
    }
    let text = sealed.strip_prefix(SEALED_BY_ANY).ok_or_else(broken)?;
    let vault = Vault::to_read_with()?.ok_or_else(broken)?;
    vault
        .ring
        .iter()
        .find_map(|keys| keys.open(text, purpose))
        .ok_or_else(broken)
}

/// A signature that only this server can make.
pub fn sign(message: &[u8]) -> Result<[u8; 32]> {
    let vault = Vault::to_keep_with()?;
    let mac = vault.active().signer(message)?.finalize();
    Ok(mac.into_bytes().into())
}

/// Whether [`sign`] made this signature, with whichever key of the file; takes equally long for every wrong
/// one.
pub fn is_signed(message: &[u8], signature: &[u8]) -> Result<bool> {
    let Some(vault) = Vault::to_read_with()? else {
        return Ok(false);
    };
    for keys in vault.ring.iter() {
        if keys.signer(message)?.verify_slice(signature).is_ok() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Why nothing can be opened or signed here by whoever begins now, for operators; `None` where there is no
/// trouble, or nothing yet that would need a key.
pub fn trouble() -> Result<Option<String>> {
    as_trouble(Vault::read_anew())
}

/// The same for this process, which needs the file no more once it has read the right keys.
pub fn trouble_here() -> Result<Option<String>> {
    as_trouble(Vault::to_read_with())
}

fn as_trouble<T>(looked: Result<T>) -> Result<Option<String>> {
    match looked {
        Ok(_) => Ok(None),
        Err(Error::Key { detail, .. }) => Ok(Some(detail)),
        Err(error) => Err(error),
    }
}

/// Whether this process has seen that the keys are the right ones, and has heard of no others since: then it
/// opens without a transaction.
pub fn is_open() -> bool {
    Vault::at_hand().is_some()
}

impl Vault {
    /// What is known, where it needs no second look.
    fn at_hand() -> Option<Self> {
        fresh::is().then(Self::read_before).flatten()
    }

    fn read_before() -> Option<Self> {
        OPEN.with_borrow(Clone::clone)
    }

    /// For what others will need the same key for: sealing and signing. Makes the key where there has never
    /// been one, and has the database know it.
    fn to_keep_with() -> Result<Self> {
        if let Some(vault) = Self::at_hand() {
            return Ok(vault);
        }
        let known = known::with_ours()?;
        if !known.is_empty() {
            return Self::knowing(&known);
        }
        // SAFETY: a literal; raises an error, before a key is made that nobody could write down.
        unsafe { pg_sys::PreventCommandIfReadOnly(c"INSERT".as_ptr()) };
        // Before it is looked for: what is made in between is found then.
        let may_be_made = key_file::may_be_made().map_err(refused::unusable)?;
        let ring = match key_file::read().map_err(refused::unusable)? {
            Some(ring) => ring,
            None if may_be_made => key_file::make(label).map_err(refused::unusable)?,
            None => return Err(refused::missing()),
        };
        // Not kept: what this transaction writes down may be rolled back. The next look finds it.
        let vault = Self::of(&ring)?;
        known::write(&vault.active().fingerprint)?;
        Ok(vault)
    }

    /// For what was sealed or signed before; `None` where nothing can have been.
    fn to_read_with() -> Result<Option<Self>> {
        if let Some(vault) = Self::at_hand() {
            return Ok(Some(vault));
        }
        let known = known::committed()?;
        if known.is_empty() {
            return Ok(None);
        }
        Self::knowing(&known).map(Some)
    }

    /// The same from the file, whatever has been read before.
    fn read_anew() -> Result<Option<Self>> {
        let known = known::committed()?;
        if known.is_empty() {
            return Ok(None);
        }
        Self::from_file()?.used_with(&known).map(Some)
    }

    /// With this key among them, if there is one: to open what names it. Its seal itself says whether it is
    /// the right one, so this needs no transaction.
    fn with_key(id: &str) -> Result<Self> {
        let has = |vault: &Self| vault.ring.iter().any(|keys| keys.id() == id);
        if let Some(vault) = Self::read_before().filter(has) {
            return Ok(vault);
        }
        // SAFETY: a state of the session.
        if unsafe { pg_sys::IsTransactionState() }
            && let Some(vault) = Self::to_read_with()?.filter(has)
        {
            return Ok(vault);
        }
        Self::from_file()
    }

    /// From what has been read before, where that has all the keys that the database knows, else from the
    /// file.
    fn knowing(known: &[String]) -> Result<Self> {
        if let Some(vault) = Self::read_before()
            && known.iter().all(|known| vault.place(known).is_some())
        {
            return vault.used_with(known);
        }
        Self::from_file()?.used_with(known)
    }

    fn from_file() -> Result<Self> {
        match key_file::read().map_err(refused::unusable)? {
            Some(ring) => Self::of(&ring),
            None => Err(refused::missing()),
        }
    }

    /// The keys of a file, of which the newest is the active one.
    fn of(ring: &[Key]) -> Result<Self> {
        Ok(Self {
            ring: ring.iter().map(Keys::of).collect::<Result<_>>()?,
            active: 0,
        })
    }

    /// Has those active that the database knows, and remembers them for the process.
    fn used_with(mut self, known: &[String]) -> Result<Self> {
        let places: Option<Vec<_>> = known.iter().map(|known| self.place(known)).collect();
        let Some(newest) = places.and_then(|places| places.into_iter().min()) else {
            let has_one = known.iter().any(|known| self.place(known).is_some());
            return Err(if has_one {
                refused::incomplete()
            } else {
                refused::another()
            });
        };
        self.active = newest;
        OPEN.set(Some(self.clone()));
        fresh::found();
        Ok(self)
    }

    fn place(&self, fingerprint: &str) -> Option<usize> {
        let mut ring = self.ring.iter();
        ring.position(|keys| keys.fingerprint == fingerprint)
    }

    fn active(&self) -> &Keys {
        &self.ring[self.active]
    }

    fn seal(&self, plain: &str, purpose: &str) -> Result<String> {
        let keys = self.active();
        Ok(format!(
            "{}{}",
            sealed_by(keys.id()),
            keys.seal(plain, purpose)?
        ))
    }
}

/// What the texts that a key has sealed begin with.
fn sealed_by(id: &str) -> String {
    format!("{SEALED}{id}:")
}

/// What the file says of a key to people.
fn label(key: &Key) -> String {
    let id = Keys::of(key).map(|keys| keys.id().to_owned());
    format!(
        "{}, made {}",
        id.unwrap_or_default(),
        chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ")
    )
}

/// `scheduling_private.seal(plain text, purpose text)`: for the triggers of tables that hold secrets.
#[pg_extern(sql = false)]
fn vault_seal(plain: &str, purpose: &str) -> String {
    or_raise(seal(plain, purpose))
}
