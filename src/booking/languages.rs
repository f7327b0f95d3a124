//! The columns `locale`, as SQL asks about them: see sql/arguments.sql.

use pgrx::prelude::*;

use crate::locale;

/// `scheduling_private.is_locale(text)`, for CHECK constraints.
#[pg_extern(sql = false)]
fn is_locale(locale: &str) -> bool {
    locale::canonical(locale).is_some()
}

/// `scheduling_private.canonical_locale(text)`: what is none comes back as it is, for the CHECK to refuse.
#[pg_extern(sql = false)]
fn canonical_locale(locale: &str) -> String {
    locale::canonical(locale).unwrap_or_else(|| locale.to_owned())
}
