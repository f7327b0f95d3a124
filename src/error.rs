//! The errors a caller can see, and the only map from them to SQLSTATEs.
//!
//! Every SQL-facing function returns `Result<_, Error>` to [`or_raise`], which turns the value into
//! a PostgreSQL ERROR with a message, a DETAIL and a HINT. PostgREST turns a SQLSTATE `PTnnn` into
//! the HTTP status `nnn`. No secret, token or message text is ever put into an `Error`.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::fmt::Display;

use pgrx::pg_sys;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{PgLogLevel, PgSqlErrorCode};
use strum::IntoStaticStr;

/// Why a time cannot be booked, or a booking not be changed: the word that the DETAIL of PT409 begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Conflict {
    /// Another meeting, or something in the owner's calendar, is in the way.
    Taken,
    /// The owner is not open then, or no slot starts at that minute.
    Hours,
    /// It is sooner than the link's minimum notice.
    Notice,
    /// It is after the link's booking window.
    Window,
    /// The link's cap for that day is reached.
    DayFull,
    /// The wanted time is over.
    Past,
    /// The booking itself has begun, is over or was cancelled.
    Over,
    /// The link's notice for changes has passed.
    NoticePassed,
    /// Guests may not do this at all.
    NotAllowed,
}

/// Why something outside cannot be asked: the word that the DETAIL of PT503 begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Outage {
    /// Only the owner can mend it, by connecting the calendar again.
    ReconnectRequired,
    /// The provider does not answer, or not so that it can be understood.
    Unreachable,
    /// Nobody here asks: there is no worker, or it does nothing.
    WorkerStopped,
}

/// What is not there: the word that the DETAIL of PT404 begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Missing {
    Link,
    Booking,
    Owner,
    Connection,
    Provider,
    Feed,
}

impl Missing {
    /// What people call it.
    fn name(self) -> &'static str {
        match self {
            Self::Link => "booking link",
            Self::Booking => "booking",
            Self::Owner => "owner",
            Self::Connection => "calendar connection",
            Self::Provider => "provider",
            Self::Feed => "calendar feed",
        }
    }
}

/// What went wrong, in the terms of the SQL contract.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An argument or a settings document is malformed: 22023. The detail begins with the argument, or
    /// the path of the key, and a colon.
    #[error("{message}")]
    Invalid {
        message: String,
        detail: String,
        hint: String,
    },
    /// The caller may not manage this owner: 42501.
    #[error("permission denied for owner {owner}")]
    Forbidden { owner: String },
    /// The caller may not do this, whosever it is: 42501.
    #[error("{message}")]
    Denied {
        message: String,
        detail: String,
        hint: String,
    },
    /// No such slug, owner, booking or connection, or an inactive link: PT404.
    #[error("{} not found", what.name())]
    NotFound {
        what: Missing,
        detail: String,
        hint: String,
    },
    /// The wanted time cannot be booked, or the booking not be changed: PT409.
    #[error("{}", not_free(*why))]
    NotFree { why: Conflict, detail: String },
    /// One guest books, or moves a booking, or tries to, more often than the link allows: PT429. It is
    /// no use to try again within `wait` seconds.
    #[error("too many attempts")]
    TooMany {
        wait: u32,
        detail: String,
        hint: String,
    },
    /// A provider refused or answered nonsense: PT502.
    #[error("the provider refused")]
    BadGateway { detail: String, hint: String },
    /// A provider could not be reached, or the worker does not answer: PT503.
    #[error("the provider cannot be asked now")]
    Unavailable {
        why: Outage,
        detail: String,
        hint: String,
    },
    /// The transaction cannot see what it would have to build on: 40001.
    #[error("could not serialize access due to a concurrent booking")]
    Unserializable,
    /// Somebody else's transaction keeps this one from writing: PT503.
    #[error("a row that is to be written is locked")]
    Locked { detail: String },
    /// The key file is missing, or another one than the database has been used with: PT503.
    #[error("the key of this database cannot be used")]
    Key { detail: String, hint: String },
    /// PostgreSQL itself failed underneath: reported as it came.
    #[error("{0}")]
    Spi(#[from] pgrx::spi::Error),
    /// A rule of ours is broken inside; the caller can do nothing about it: XX000.
    #[error("{0}")]
    Internal(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A malformed argument, or a part of one: `email`, `guests[1]`, `answers.company`.
    pub fn invalid(
        field: impl Display,
        message: impl Into<String>,
        detail: impl Display,
        hint: impl Into<String>,
    ) -> Self {
        Self::Invalid {
            message: message.into(),
            detail: format!("{field}: {detail}"),
            hint: hint.into(),
        }
    }

    /// A malformed document; what is wrong begins with the path of the key and a colon.
    pub fn malformed_document(
        message: impl Into<String>,
        wrong_at_path: impl Display,
        hint: impl Into<String>,
    ) -> Self {
        Self::Invalid {
            message: message.into(),
            detail: wrong_at_path.to_string(),
            hint: hint.into(),
        }
    }

    /// A time that cannot be booked.
    pub fn not_free(why: Conflict, detail: impl Into<String>) -> Self {
        Self::NotFree {
            why,
            detail: detail.into(),
        }
    }

    /// A required argument that came as null.
    pub fn missing(argument: &str) -> Self {
        Self::invalid(
            argument,
            format!("{argument} must not be null"),
            format!("The argument \"{argument}\" is required."),
            format!("Pass a value for \"{argument}\"."),
        )
    }

    fn sqlstate(&self) -> &'static [u8; 5] {
        match self {
            Self::Invalid { .. } => b"22023",
            Self::Forbidden { .. } | Self::Denied { .. } => b"42501",
            Self::NotFound { .. } => b"PT404",
            Self::NotFree { .. } => b"PT409",
            Self::TooMany { .. } => b"PT429",
            Self::BadGateway { .. } => b"PT502",
            Self::Unavailable { .. } | Self::Locked { .. } | Self::Key { .. } => b"PT503",
            Self::Unserializable => b"40001",
            Self::Spi(_) | Self::Internal(_) => b"XX000",
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Invalid { detail, .. }
            | Self::Denied { detail, .. }
            | Self::Key { detail, .. }
            | Self::BadGateway { detail, .. } => Some(detail.clone()),
            Self::Unavailable { why, detail, .. } => {
                let word: &str = why.into();
                Some(format!("{word}: {detail}"))
            }
            Self::Locked { detail } => {
                let word: &str = Outage::Unreachable.into();
                Some(format!("{word}: {detail}"))
            }
            Self::NotFound { what, detail, .. } => {
                let word: &str = what.into();
                Some(format!("{word}: {detail}"))
            }
            Self::NotFree { why, detail } => {
                let word: &str = why.into();
                Some(format!("{word}: {detail}"))
            }
            Self::TooMany { wait, detail, .. } => Some(format!("wait {wait}: {detail}")),
            Self::Forbidden { .. } => {
                Some("The caller is neither this owner nor one of its managers.".into())
            }
            Self::Unserializable => {
                Some("Rows that were committed after this transaction began are needed.".into())
            }
            Self::Spi(_) | Self::Internal(_) => None,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Invalid { hint, .. }
            | Self::Denied { hint, .. }
            | Self::NotFound { hint, .. }
            | Self::TooMany { hint, .. }
            | Self::BadGateway { hint, .. }
            | Self::Unavailable { hint, .. }
            | Self::Key { hint, .. } => Some(hint.clone()),
            Self::NotFree { why, .. } => Some(
                match why {
                    Conflict::Over | Conflict::NoticePassed | Conflict::NotAllowed => {
                        "Ask the host."
                    }
                    _ => "Ask link_slots() or available_slots() for times that are free.",
                }
                .into(),
            ),
            Self::Forbidden { .. } => Some(
                "Sign in as that user, or have the caller added to scheduling.client_members."
                    .into(),
            ),
            Self::Locked { .. } => Some(
                "End the transaction that holds the lock, perhaps the caller's own, and try again."
                    .into(),
            ),
            Self::Unserializable => Some("Roll back, and try the transaction again.".into()),
            Self::Spi(_) => None,
            Self::Internal(_) => Some("The server's log may say more.".into()),
        }
    }

    /// Writes it into the server's log, for what goes on in spite of it.
    pub fn log(&self, what: &str) {
        let detail = self.detail().unwrap_or_default();
        pgrx::log!("scheduling: {what}: {self}: {detail}");
    }

    /// Raises this error in PostgreSQL; never returns.
    pub fn raise(self) -> ! {
        dress_next_error(self.sqlstate());
        let mut report = ErrorReport::new(
            PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
            self.to_string(),
            "scheduling",
        );
        if let Some(detail) = self.detail() {
            report = report.set_detail(detail);
        }
        if let Some(hint) = self.hint() {
            report = report.set_hint(hint);
        }
        report.report(PgLogLevel::ERROR);
        unreachable!("an ERROR report does not return")
    }
}

fn not_free(why: Conflict) -> &'static str {
    match why {
        Conflict::Over | Conflict::NoticePassed | Conflict::NotAllowed => {
            "the booking cannot be changed"
        }
        _ => "the slot is not free",
    }
}

/// The value, or the error raised in PostgreSQL: the last line of every SQL-facing function.
pub fn or_raise<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| error.raise())
}

/// The argument, or the error that names it.
pub fn required<T>(argument: &str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| Error::missing(argument))
}

unsafe extern "C-unwind" {
    fn errcode(sqlerrcode: c_int) -> c_int;
}

thread_local! {
    /// The SQLSTATE that [`set_sqlstate`] gives to the error on its way out.
    static SQLSTATE: Cell<c_int> = const { Cell::new(0) };
}

/// Has PostgreSQL give its next error this SQLSTATE.
///
/// pgrx knows the SQLSTATEs of PostgreSQL's own list only, and `PT404` is not on it. An error
/// context callback runs while an error is being finished and may still change its code; the
/// stack of callbacks is put back by whoever catches the error, so this one is gone with it.
fn dress_next_error(sqlstate: &[u8; 5]) {
    // MAKE_SQLSTATE: six bits a character, the first lowest.
    let code = sqlstate.iter().enumerate().fold(0, |code, (i, ch)| {
        code | (((c_int::from(*ch) - 0x30) & 0x3f) << (6 * i))
    });
    SQLSTATE.set(code);

    // Outlives this frame, as it runs only after the Rust stack has been unwound. A backend has one
    // thread, and no two errors are on their way out at once.
    static mut CALLBACK: pg_sys::ErrorContextCallback = pg_sys::ErrorContextCallback {
        previous: std::ptr::null_mut(),
        callback: Some(set_sqlstate),
        arg: std::ptr::null_mut(),
    };
    // SAFETY: main thread of a backend only; the entry is static, and never its own predecessor.
    unsafe {
        let callback = &raw mut CALLBACK;
        if pg_sys::error_context_stack != callback {
            (*callback).previous = pg_sys::error_context_stack;
            pg_sys::error_context_stack = callback;
        }
    }
}

unsafe extern "C-unwind" fn set_sqlstate(_arg: *mut c_void) {
    // SAFETY: called by errfinish() only, so an error is under construction.
    unsafe { errcode(SQLSTATE.get()) };
}
