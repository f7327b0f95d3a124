//! The file of the keys (`scheduling.key_file`): reading it, making it, once, and adding a key to it. What
//! stands in it is `ring`'s.
//!
//! All databases of a server share it. That a key has been made, or used, is noted by an empty file in the
//! data directory, wherever the keys themselves are: where that stands and the keys are gone, another one would
//! be the wrong one for the databases beside this one. Whoever adds a key holds a lock on that file.
//!
//! The file is only ever replaced as a whole, by one that is on disk already, and keys are only ever added: at
//! whatever point a process or the machine dies, and whether or not the transaction commits, the file that is
//! there opens all that there is.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pgrx::prelude::*;
use zeroize::Zeroizing;

use super::ring::{self, KEY_BYTES, Key};
use crate::settings;

/// In the data directory, which is the working directory of every process of the server.
const HAS_BEEN_MADE: &str = "scheduling.key.made";
/// How often it is tried to lock it: whoever holds the lock has one small file to write.
const TRIES: u32 = 500;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

fn path() -> PathBuf {
    let path = settings::key_file();
    PathBuf::from(std::ffi::OsStr::from_bytes(path.to_bytes()))
}

/// For people to read.
pub fn full_path() -> PathBuf {
    std::env::current_dir().unwrap_or_default().join(path())
}

/// The keys, the newest first; `None` where the file is missing.
pub fn read() -> io::Result<Option<Vec<Key>>> {
    let Some(bytes) = read_bytes(&path())? else {
        return Ok(None);
    };
    parse(&bytes).map(Some)
}

fn parse(bytes: &[u8]) -> io::Result<Vec<Key>> {
    ring::parse(bytes).map_err(|malformed| io::Error::new(io::ErrorKind::InvalidData, malformed))
}

fn read_bytes(path: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    // A pipe in its place would hold up whoever opens it.
    let file = match OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)
    {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is no ordinary file",
        ));
    }
    // Of one size from the beginning: what a buffer leaves behind as it grows is not wiped.
    let mut bytes = Zeroizing::new(Vec::with_capacity(ring::LONGEST_FILE as usize + 1));
    file.take(ring::LONGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > ring::LONGEST_FILE {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is too long for one of keys",
        ));
    }
    Ok(Some(bytes))
}

/// Whether this server has never had a key.
pub fn may_be_made() -> io::Result<bool> {
    Ok(!Path::new(HAS_BEEN_MADE).try_exists()?)
}

/// Notes that there is a key.
pub fn note_use() -> io::Result<()> {
    noted()?.sync_all()?;
    File::open(".")?.sync_all()
}

fn noted() -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(HAS_BEEN_MADE)
}

fn new_key() -> io::Result<Key> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(key.as_mut_slice()).map_err(io::Error::other)?;
    Ok(key)
}

/// Makes the first key, and says so in the log. Two processes may get here at once: each writes a file of
/// its own, and the first to link it to the name has made the key for both.
pub fn make(label: impl Fn(&Key) -> String) -> io::Result<Vec<Key>> {
    let path = path();
    let key = new_key()?;
    let draft = beside(&path, &std::process::id().to_string());
    write(&draft, &ring::with(&key, &label(&key), b""))?;
    let linked = fs::hard_link(&draft, &path);
    fs::remove_file(&draft)?;
    match linked {
        Ok(()) => log!("scheduling has made a new key: {}", full_path().display()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    sync_folder(&path)?;
    note_use()?;
    read()?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
}

/// Adds a key to those that are there, where `wants_one` more; the keys as they are then.
///
/// One process of the server at a time: a session of another database may do the same.
pub fn add_if<E: From<io::Error>>(
    wants_one: impl FnOnce(&[Key]) -> Result<bool, E>,
    label: impl Fn(&Key) -> String,
) -> Result<Vec<Key>, E> {
    let _held = lock()?;
    // Behind a symbolic link stands the file that others are given a copy of.
    let path = fs::canonicalize(path())?;
    let before = read_bytes(&path)?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
    let keys = parse(&before)?;
    if !wants_one(&keys)? {
        return Ok(keys);
    }
    let key = new_key()?;
    let file = ring::with(&key, &label(&key), &before);
    if file.len() as u64 > ring::LONGEST_FILE {
        let full = "it has no room for another key: take out those that nothing needs any more";
        return Err(io::Error::other(full).into());
    }
    let draft = beside(&path, "new");
    let replaced = write(&draft, &file).and_then(|()| {
        fs::rename(&draft, &path)?;
        sync_folder(&path)
    });
    if let Err(error) = replaced {
        // Where the disk is full, it is none the fuller for it.
        fs::remove_file(&draft).ok();
        return Err(error.into());
    }
    log!("scheduling has added a key: {}", full_path().display());
    Ok(parse(&file)?)
}

/// Whether this is why nobody but an operator can add a key.
pub fn is_out_of_reach(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
}

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".");
    beside.push(extension);
    beside.into()
}

/// A new file of the server's account alone, on disk. What somebody who died has left by its name is in
/// nobody's way.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_folder(path: &Path) -> io::Result<()> {
    // A relative name without a folder has the empty parent: the working directory.
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Held until the file is dropped, and by no process that has died.
fn lock() -> io::Result<File> {
    let file = noted()?;
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {
                pgrx::check_for_interrupts!();
                std::thread::sleep(BETWEEN_TRIES);
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::TimedOut,
        format!("another process holds a lock on {HAS_BEEN_MADE}"),
    ))
}
