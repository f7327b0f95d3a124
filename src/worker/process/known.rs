//! Which databases had a worker the last time, so that a launcher that starts anew begins with them.
//!
//! A hint and no more: the file may be old, of another server, or gone, and every database is looked at
//! all the same.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;

use pgrx::pg_sys;

/// OIDs, one a line.
const FILE: &str = "scheduling.databases";
const DRAFT: &str = "scheduling.databases.new";

thread_local! {
    static WRITTEN: RefCell<Option<HashSet<pg_sys::Oid>>> = const { RefCell::new(None) };
}

pub fn read() -> HashSet<pg_sys::Oid> {
    let text = fs::read_to_string(FILE).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.parse().ok())
        .map(pg_sys::Oid::from_u32)
        .collect()
}

/// Where it cannot be written, the next launcher begins with whichever database comes first.
pub fn write(databases: &HashSet<pg_sys::Oid>) {
    WRITTEN.with_borrow_mut(|written| {
        if written.as_ref() == Some(databases) {
            return;
        }
        let lines: String = databases
            .iter()
            .map(|database| format!("{}\n", database.to_u32()))
            .collect();
        let _ = fs::write(DRAFT, lines).and_then(|()| fs::rename(DRAFT, FILE));
        *written = Some(databases.clone());
    });
}
