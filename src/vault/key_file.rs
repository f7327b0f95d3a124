//! The file of the key (`scheduling.key_file`): reading it, and making it, once.
//!
//! All databases of a server share it. That a key has been made, or used, is noted by an empty file in the
//! data directory, wherever the key itself is: where that stands and the key is gone, another one would be
//! the wrong one for the databases beside this one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use pgrx::prelude::*;
use zeroize::Zeroizing;

use crate::settings;

pub const KEY_BYTES: usize = 32;
pub type Key = Zeroizing<[u8; KEY_BYTES]>;

/// In the data directory, which is the working directory of every process of the server.
const HAS_BEEN_MADE: &str = "scheduling.key.made";

fn path() -> PathBuf {
    let path = settings::key_file();
    PathBuf::from(std::ffi::OsStr::from_bytes(path.to_bytes()))
}

/// For people to read.
pub fn full_path() -> PathBuf {
    std::env::current_dir().unwrap_or_default().join(path())
}

/// The key; `None` where the file is missing.
pub fn read() -> io::Result<Option<Key>> {
    let bytes = match fs::read(path()) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match <[u8; KEY_BYTES]>::try_from(bytes.as_slice()) {
        Ok(key) => Ok(Some(Zeroizing::new(key))),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("it does not hold {KEY_BYTES} bytes"),
        )),
    }
}

/// Whether this server has never had a key.
pub fn may_be_made() -> io::Result<bool> {
    Ok(!Path::new(HAS_BEEN_MADE).try_exists()?)
}

/// Notes that there is a key.
pub fn note_use() -> io::Result<()> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(HAS_BEEN_MADE)?
        .sync_all()?;
    File::open(".")?.sync_all()
}

/// Makes the key, and says so in the log. Two processes may get here at once: each writes a file of its
/// own, and the first to link it to the name has made the key for both.
pub fn make() -> io::Result<Key> {
    let path = path();
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(key.as_mut_slice()).map_err(io::Error::other)?;

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
    let linked = fs::hard_link(draft, &path);
    fs::remove_file(draft)?;
    match linked {
        Ok(()) => log!("scheduling has made a new key: {}", full_path().display()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
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
    note_use()?;
    read()?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
}
