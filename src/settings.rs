//! Every setting (GUC) of the extension, one line each with the reason for its default.
//!
//! Read on the main thread only, like everything of PostgreSQL's; the network thread is handed the
//! values it needs.

use std::ffi::CString;
use std::time::Duration;

use pgrx::{GucContext, GucFlags, GucRegistry, GucSetting, pg_sys};

/// Off has the worker finish what is in flight and claim nothing more. On, as it is why one installs it.
static ENABLED: GucSetting<bool> = GucSetting::<bool>::new(true);
/// Requests in flight a worker. 256: sockets of one process, and bounded memory for their bodies.
static CONCURRENCY: GucSetting<i32> = GucSetting::<i32>::new(256);
/// How long one request to a provider may take, and a session waits for the worker's answer. 10 s:
/// providers answer in under 2 s, and people do not wait longer.
static HTTP_TIMEOUT: GucSetting<i32> = GucSetting::<i32>::new(10_000);
/// How often each connected calendar is read. 5 min: an owner who blocks an hour expects it to be
/// gone soon, and 10,000 calendars cost 33 requests a second.
static BUSY_REFRESH_INTERVAL: GucSetting<i32> = GucSetting::<i32>::new(5 * 60);
/// How old the busy times of a calendar may be for showing slots. 15 min: two readings may fail.
static BUSY_MAX_AGE: GucSetting<i32> = GucSetting::<i32>::new(15 * 60);
/// Whether the worker goes on where a standby has been promoted. Off, as a base backup that is started is
/// the same to it, and would write to the same guests.
static TAKES_OVER: GucSetting<bool> = GucSetting::<bool>::new(false);
/// Whether webhooks are sent to addresses that are not public, and by http. Off, as who may add one could
/// else reach what only the server's own network can. Of the server alone: no session can set it.
static WEBHOOK_PRIVATE_ADDRESSES: GucSetting<bool> = GucSetting::<bool>::new(false);
/// How long finished jobs are kept. 7 days: a week's holiday, and the trace of a failure is there.
static JOB_RETENTION: GucSetting<i32> = GucSetting::<i32>::new(7 * 24 * 60);
/// How long mails are kept. 90 days: as long as somebody asks what they were written, and no longer than a
/// copy of what guests typed needs to lie around.
static EMAIL_RETENTION: GucSetting<i32> = GucSetting::<i32>::new(90 * 24 * 60);
/// How long the audit log reaches back. 2 years: a year's reports, and the year before to compare.
static AUDIT_RETENTION: GucSetting<i32> = GucSetting::<i32>::new(2 * 365 * 24 * 60);
/// The file of the key that seals tokens. Beside the data, so that it is there after a restart; in no
/// dump, but in every copy of the data directory.
static KEY_FILE: GucSetting<Option<CString>> =
    GucSetting::<Option<CString>>::new(Some(c"scheduling.key"));

/// Defines the settings and refuses all other names that start with `scheduling.`.
pub fn define() {
    GucRegistry::define_bool_guc(
        c"scheduling.enabled",
        c"Whether the worker takes jobs from the queue.",
        c"",
        &ENABLED,
        GucContext::Sighup,
        GucFlags::default(),
    );
    GucRegistry::define_int_guc(
        c"scheduling.concurrency",
        c"Requests that one worker has in flight at most.",
        c"",
        &CONCURRENCY,
        1,
        4096,
        GucContext::Sighup,
        GucFlags::default(),
    );
    GucRegistry::define_int_guc(
        c"scheduling.http_timeout",
        c"How long one request to a provider may take, and a session waits for its answer.",
        c"",
        &HTTP_TIMEOUT,
        100,
        300_000,
        GucContext::Sighup,
        GucFlags::UNIT_MS,
    );
    GucRegistry::define_int_guc(
        c"scheduling.busy_refresh_interval",
        c"How often the busy times of each connected calendar are read.",
        c"",
        &BUSY_REFRESH_INTERVAL,
        1,
        86_400,
        GucContext::Sighup,
        GucFlags::UNIT_S,
    );
    GucRegistry::define_int_guc(
        c"scheduling.busy_max_age",
        c"How old the busy times of a calendar may be for showing slots.",
        c"Where they are older, the calendar is read first; where it cannot be, the call fails.",
        &BUSY_MAX_AGE,
        1,
        86_400,
        GucContext::Sighup,
        GucFlags::UNIT_S,
    );
    GucRegistry::define_bool_guc(
        c"scheduling.takes_over",
        c"Whether this server is a standby that goes on with the work when it is promoted.",
        c"Off, the worker of a copied server does nothing until start_worker() is called.",
        &TAKES_OVER,
        GucContext::Sighup,
        GucFlags::default(),
    );
    GucRegistry::define_bool_guc(
        c"scheduling.webhook_private_addresses",
        c"Whether webhooks are sent to addresses that are not public, and without TLS.",
        c"For tests, and for receivers in the server's own network.",
        &WEBHOOK_PRIVATE_ADDRESSES,
        GucContext::Sighup,
        GucFlags::default(),
    );
    GucRegistry::define_int_guc(
        c"scheduling.job_retention",
        c"How long finished jobs are kept.",
        c"0 keeps them for ever.",
        &JOB_RETENTION,
        0,
        i32::MAX,
        GucContext::Sighup,
        GucFlags::UNIT_MIN,
    );
    GucRegistry::define_int_guc(
        c"scheduling.email_retention",
        c"How long mails are kept.",
        c"0 keeps them for ever.",
        &EMAIL_RETENTION,
        0,
        i32::MAX,
        GucContext::Sighup,
        GucFlags::UNIT_MIN,
    );
    GucRegistry::define_int_guc(
        c"scheduling.audit_retention",
        c"How long the lines of the audit log are kept.",
        c"0 keeps them for ever.",
        &AUDIT_RETENTION,
        0,
        i32::MAX,
        GucContext::Sighup,
        GucFlags::UNIT_MIN,
    );
    GucRegistry::define_string_guc(
        c"scheduling.key_file",
        c"File of the key that seals tokens and secrets; relative to the data directory.",
        c"Made at first use, readable by the server's account only. Read once a process.",
        &KEY_FILE,
        GucContext::Sighup,
        GucFlags::SUPERUSER_ONLY,
    );
    // SAFETY: a literal, while the library is being loaded.
    unsafe { pg_sys::MarkGUCPrefixReserved(c"scheduling".as_ptr()) };
}

pub fn enabled() -> bool {
    ENABLED.get()
}

pub fn concurrency() -> usize {
    CONCURRENCY.get().max(1) as usize
}

pub fn http_timeout() -> Duration {
    Duration::from_millis(HTTP_TIMEOUT.get().max(1) as u64)
}

pub fn busy_refresh_interval() -> Duration {
    Duration::from_secs(BUSY_REFRESH_INTERVAL.get().max(1) as u64)
}

pub fn busy_max_age() -> Duration {
    Duration::from_secs(BUSY_MAX_AGE.get().max(1) as u64)
}

pub fn takes_over() -> bool {
    TAKES_OVER.get()
}

pub fn webhook_private_addresses() -> bool {
    WEBHOOK_PRIVATE_ADDRESSES.get()
}

/// `None` keeps finished jobs for ever.
pub fn job_retention() -> Option<Duration> {
    retention(&JOB_RETENTION)
}

/// `None` keeps mails for ever.
pub fn email_retention() -> Option<Duration> {
    retention(&EMAIL_RETENTION)
}

/// `None` keeps the audit log for ever.
pub fn audit_retention() -> Option<Duration> {
    retention(&AUDIT_RETENTION)
}

fn retention(setting: &GucSetting<i32>) -> Option<Duration> {
    match setting.get() {
        0 => None,
        minutes => Some(Duration::from_secs(minutes.unsigned_abs().into()) * 60),
    }
}

/// Relative to the data directory, which is the working directory of every server process.
pub fn key_file() -> CString {
    KEY_FILE
        .get()
        .unwrap_or_else(|| c"scheduling.key".to_owned())
}
