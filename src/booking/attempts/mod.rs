//! How often one guest *tries* to book, and to move a booking, refused calls included. A refusal rolls
//! back all that its transaction wrote, so attempts are counted outside of transactions: in a file
//! of the data directory that all sessions map. No worker, and no shared memory of the server.
//!
//! Counting never makes a call fail: where the file cannot be used, attempts are not counted.

mod file;
mod table;

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use pgrx::{pg_sys, warning};
use uuid::Uuid;

use self::file::Counters;
use super::limits::within;
use super::link::Link;
use crate::error::Result;
use crate::owner::MeetingKey;

/// In the data directory, which is the working directory of every server process.
const FILE: &str = "scheduling.attempts";

/// Counts an attempt of this address to book by this link.
///
/// # Errors
/// PT429 where it has had as many as the link allows, within the hour that its first one began.
pub fn count_booking(link: &Link, email: &str) -> Result<()> {
    count(
        link,
        Subject {
            kind: b'b',
            id: link.id,
            address: &email.to_lowercase(),
        },
        "attempts to book by this address within an hour",
    )
}

/// Counts an attempt to move this booking, which was made by this link.
///
/// # Errors
/// As of [`count_booking`].
pub fn count_move(link: &Link, key: MeetingKey) -> Result<()> {
    count(
        link,
        Subject {
            kind: b'm',
            id: key.id,
            address: "",
        },
        "attempts to move a booking within an hour",
    )
}

/// What attempts are counted of.
struct Subject<'a> {
    kind: u8,
    id: Uuid,
    address: &'a str,
}

impl Subject<'_> {
    /// Different for each subject of each database: all but the last part have a fixed length.
    fn to_bytes(&self) -> Vec<u8> {
        // SAFETY: set when the session was, and never changed.
        let database = unsafe { pg_sys::MyDatabaseId }.to_u32();
        [
            &[self.kind],
            database.to_le_bytes().as_slice(),
            self.id.as_bytes(),
            self.address.as_bytes(),
        ]
        .concat()
    }
}

fn count(link: &Link, subject: Subject<'_>, what: &str) -> Result<()> {
    let limit = link.limits.hourly_attempts;
    let (Some(_), Some(counters)) = (limit, counters()) else {
        return Ok(());
    };
    let counted = counters.count(&subject.to_bytes(), minutes_since_1970());
    // How many there were before this one.
    within(i64::from(counted.attempts) - 1, limit, what, |_| {
        Ok(u32::try_from(counted.minutes_left * 60).unwrap_or(u32::MAX))
    })
}

/// The file, mapped at the session's first attempt. Where that fails the next attempt tries again:
/// sessions live long, and a disk that is full does not stay so.
fn counters() -> Option<&'static Counters> {
    static COUNTERS: OnceLock<Counters> = OnceLock::new();
    static WARNED: AtomicBool = AtomicBool::new(false);
    if let Some(counters) = COUNTERS.get() {
        return Some(counters);
    }
    match Counters::open(Path::new(FILE)) {
        Ok(counters) => Some(COUNTERS.get_or_init(|| counters)),
        Err(error) => {
            if !WARNED.swap(true, Ordering::Relaxed) {
                warning!(
                    "scheduling does not count attempts: the file {FILE} cannot be used: {error}"
                );
            }
            None
        }
    }
}

fn minutes_since_1970() -> u64 {
    // A clock before 1970 is wrong anyway; whatever it says, counting goes on.
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() / 60)
}
