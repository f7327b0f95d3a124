//! Lists of names on both sides, in one order: those that a CHECK of the database spells out, and those
//! of an enum.

use super::sql::rows;

/// The names that the CHECK constraints list for which `of` holds; `c` is a row of `pg_constraint`.
#[track_caller]
pub fn checked(of: &str) -> Vec<String> {
    let names = rows(&format!(
        "select distinct listed[1] collate \"C\" as name
         from pg_constraint c,
              regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''::text', 'g') listed
         where c.contype = 'c' and {of}
         order by name"
    ));
    assert!(!names.is_empty(), "no list of names where {of}");
    names
}

/// The names that the code knows.
pub fn known<T: Copy + Into<&'static str>>(names: &[T]) -> Vec<String> {
    let mut known: Vec<_> = names.iter().map(|name| (*name).into().to_owned()).collect();
    known.sort();
    known
}
