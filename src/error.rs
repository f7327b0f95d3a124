//! The errors a caller can see, and the only map from them to SQLSTATEs.
//!
//! Every SQL-facing function returns `Result<_, Error>` to [`or_raise`], which turns the value into
//! a PostgreSQL ERROR with a message, a DETAIL and a HINT. PostgREST turns a SQLSTATE `PTnnn` into
//! the HTTP status `nnn`. No secret, token or message text is ever put into an `Error`.

use std::cell::Cell;
use std::ffi::{c_int, c_void};

use pgrx::pg_sys;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{PgLogLevel, PgSqlErrorCode};

/// What went wrong, in the terms of the SQL contract.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An argument or a settings document is malformed: 22023.
    #[error("{message}")]
    Invalid {
        message: String,
        detail: String,
        hint: String,
    },
    /// The caller may not manage this owner: 42501.
    #[error("permission denied for owner {owner}")]
    Forbidden { owner: String },
    /// No such slug, owner, booking or connection, or an inactive link: PT404.
    #[error("{what} not found")]
    NotFound {
        what: &'static str,
        detail: String,
        hint: String,
    },
    /// The wanted time cannot be booked: PT409.
    #[error("the slot is not free")]
    NotFree { detail: String },
    /// One guest books, or moves a booking, or tries to, more often than the link allows: PT429.
    #[error("too many attempts")]
    TooMany { detail: String, hint: String },
    /// A provider refused or answered nonsense: PT502.
    #[error("the provider refused")]
    BadGateway { detail: String, hint: String },
    /// A provider could not be reached, or the worker does not answer: PT503.
    #[error("the provider cannot be asked now")]
    Unavailable { detail: String, hint: String },
    /// Somebody else's transaction keeps the worker from writing: PT503.
    #[error("a row that is to be written is locked")]
    Locked { detail: String },
    /// PostgreSQL itself failed underneath: reported as it came.
    #[error("{0}")]
    Spi(#[from] pgrx::spi::Error),
    /// A rule of ours is broken inside; the caller can do nothing about it: XX000.
    #[error("{0}")]
    Internal(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn invalid(
        message: impl Into<String>,
        detail: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self::Invalid {
            message: message.into(),
            detail: detail.into(),
            hint: hint.into(),
        }
    }

    /// A required argument that came as null.
    pub fn missing(argument: &str) -> Self {
        Self::invalid(
            format!("{argument} must not be null"),
            format!("The argument \"{argument}\" is required."),
            format!("Pass a value for \"{argument}\"."),
        )
    }

    fn sqlstate(&self) -> &'static [u8; 5] {
        match self {
            Self::Invalid { .. } => b"22023",
            Self::Forbidden { .. } => b"42501",
            Self::NotFound { .. } => b"PT404",
            Self::NotFree { .. } => b"PT409",
            Self::TooMany { .. } => b"PT429",
            Self::BadGateway { .. } => b"PT502",
            Self::Unavailable { .. } | Self::Locked { .. } => b"PT503",
            Self::Spi(_) | Self::Internal(_) => b"XX000",
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Invalid { detail, .. }
            | Self::NotFound { detail, .. }
            | Self::TooMany { detail, .. }
            | Self::BadGateway { detail, .. }
            | Self::Unavailable { detail, .. }
            | Self::Locked { detail }
            | Self::NotFree { detail } => Some(detail.clone()),
            Self::Forbidden { .. } => {
                Some("The caller is neither this owner nor one of its managers.".into())
            }
            Self::Spi(_) | Self::Internal(_) => None,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Invalid { hint, .. }
            | Self::NotFound { hint, .. }
            | Self::TooMany { hint, .. }
            | Self::BadGateway { hint, .. }
            | Self::Unavailable { hint, .. } => Some(hint.clone()),
            Self::NotFree { .. } => {
                Some("Ask link_slots() or available_slots() for times that are free.".into())
            }
            Self::Forbidden { .. } => Some(
                "Sign in as that user, or have the caller added to scheduling.client_members."
                    .into(),
            ),
            Self::Locked { .. } => Some(
                "End the transaction that holds the lock, perhaps the caller's own, and try again."
                    .into(),
            ),
            Self::Spi(_) => None,
            Self::Internal(_) => Some("The server's log may say more.".into()),
        }
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
