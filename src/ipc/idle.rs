//! Which databases are to have no worker: the launcher knows, and sessions can look it up, so that
//! one that needs a worker's answer waits for a worker that is on its way and for no other.
//!
//! An empty file in the data directory a database. The launcher alone makes and removes them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use pgrx::pg_sys;

use super::bell::{Address, is_hung};
use super::my_database;

const PREFIX: &str = "scheduling.";
const SUFFIX: &str = ".idle";

fn path(database: pg_sys::Oid) -> PathBuf {
    format!("{PREFIX}{}{SUFFIX}", database.to_u32()).into()
}

/// Where it cannot be made, sessions wait a little for nothing.
pub fn mark(database: pg_sys::Oid) {
    let _ = fs::File::create(path(database));
}

/// That it is not there is as good.
pub fn clear(database: pg_sys::Oid) {
    let _ = fs::remove_file(path(database));
}

/// Forgets what a launcher before this one knew.
pub fn clear_all() {
    let is_mark = |name: &str| name.starts_with(PREFIX) && name.ends_with(SUFFIX);
    for entry in fs::read_dir(Path::new(".")).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(is_mark) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

pub fn is_marked(database: pg_sys::Oid) -> bool {
    path(database).exists()
}

/// Whether this server starts a launcher of its own accord.
static PRELOADED: AtomicBool = AtomicBool::new(false);

/// Called by the postmaster, whose children inherit it.
pub fn expect_launcher() {
    PRELOADED.store(true, Ordering::Relaxed);
}

/// Whether a worker of this session's database that does not answer will do so in a moment.
pub fn worker_is_expected() -> bool {
    let has_launcher = PRELOADED.load(Ordering::Relaxed) || is_hung(Address::Launcher);
    has_launcher && !is_marked(my_database())
}
