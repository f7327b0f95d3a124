//! What is said where the key cannot be used: to whoever runs the server which file it is about and what to
//! do, in the log too; to anybody else that it is so.

use std::cell::Cell;
use std::io;
use std::time::{Duration, Instant};

use pgrx::pg_sys;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::key_file;
use crate::error::Error;

/// A session that asks often does not fill the log.
const SAID_AGAIN_AFTER: Duration = Duration::from_secs(60);

const HINT: &str = "Put the file that this database has been used with where the setting \
    scheduling.key_file says; see \"The key\" in docs/operations.md, also for how to go on without it.";

pub fn missing() -> Error {
    refused(&format!(
        "The key file {} is missing; a new one would not open what is sealed.",
        key_file::full_path().display()
    ))
}

pub fn another() -> Error {
    refused(&format!(
        "The key file {} holds another key than this database has been used with.",
        key_file::full_path().display()
    ))
}

/// Rows of two databases have come together here, or a key was taken out too early.
pub fn incomplete() -> Error {
    refused(&format!(
        "The key file {} lacks one of the keys that this database has been used with.",
        key_file::full_path().display()
    ))
}

/// By the id that a sealed text names.
pub fn lacking(id: &str) -> Error {
    let shown: String = id
        .chars()
        .filter(char::is_ascii_hexdigit)
        .take(16)
        .collect();
    refused(&format!(
        "The key file {} lacks the key {shown}, by which a stored secret is sealed.",
        key_file::full_path().display()
    ))
}

pub fn unusable(error: io::Error) -> Error {
    refused(&format!(
        "The key file {} cannot be used: {error}.",
        key_file::full_path().display()
    ))
}

fn refused(detail: &str) -> Error {
    log(detail);
    // SAFETY: looks up the role outside of any SECURITY DEFINER function.
    let is_operator = unsafe { pg_sys::superuser_arg(pg_sys::GetOuterUserId()) };
    if is_operator {
        Error::Key {
            detail: detail.to_owned(),
            hint: HINT.into(),
        }
    } else {
        Error::Key {
            detail: "key: It is missing, or another one than before.".into(),
            hint: "Try again later; the log of the server says more to those who run it.".into(),
        }
    }
}

fn log(detail: &str) {
    thread_local! {
        static SAID: Cell<Option<Instant>> = const { Cell::new(None) };
    }
    if SAID.get().is_some_and(|at| at.elapsed() < SAID_AGAIN_AFTER) {
        return;
    }
    SAID.set(Some(Instant::now()));
    ErrorReport::new(
        PgSqlErrorCode::ERRCODE_CONFIG_FILE_ERROR,
        "scheduling cannot use its key",
        "scheduling",
    )
    .set_detail(detail.to_owned())
    .set_hint(HINT)
    .report(PgLogLevel::LOG_SERVER_ONLY);
}
