//! Statements of the tests: what they return, and how they fail. A failing statement is undone
//! alone, so that a test can go on to the next case.

use pgrx::datum::{FromDatum, IntoDatum};
use pgrx::prelude::*;
pub use pgrx::spi::quote_literal as quote;

/// What [`sqlstate`] says of a statement that succeeds.
pub const SUCCESS: &str = "00000";

/// Runs a statement that has to succeed.
#[track_caller]
pub fn run(statement: &str) {
    if let Err(error) = Spi::run(statement) {
        panic!("{statement}: {error}");
    }
}

/// The first column of the first row, which is not null.
#[track_caller]
pub fn one<T: FromDatum + IntoDatum>(query: &str) -> T {
    match Spi::get_one(query) {
        Ok(Some(value)) => value,
        Ok(None) => panic!("{query}: null"),
        Err(error) => panic!("{query}: {error}"),
    }
}

/// The first column of all rows as text, in the order they come in; nulls read `null`.
#[track_caller]
pub fn rows(query: &str) -> Vec<String> {
    let rows = Spi::connect_mut(|client| {
        client
            .update(query, None, &[])?
            .map(|row| Ok(row.get::<String>(1)?.unwrap_or_else(|| "null".into())))
            .collect::<pgrx::spi::Result<_>>()
    });
    rows.unwrap_or_else(|error| panic!("{query}: {error}"))
}

/// The slots of a call of `available_slots` or `link_slots`, in the order they come in, as
/// `MM-DD HH:MI-HH:MI` in UTC.
#[track_caller]
pub fn slots(call: &str) -> Vec<String> {
    rows(&format!(
        "select to_char(slot_start at time zone 'UTC', 'MM-DD HH24:MI')
                || to_char(slot_end at time zone 'UTC', '-HH24:MI')
         from scheduling.{call}"
    ))
}

/// How a statement failed.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    pub sqlstate: String,
    pub message: String,
    pub detail: String,
    pub hint: String,
    /// The violated constraint, where it is one.
    pub constraint: String,
}

/// What became of a statement, which is undone where it fails.
///
/// pgrx knows the SQLSTATEs of PostgreSQL's own list only, so PL/pgSQL catches the error.
pub fn outcome(statement: &str) -> Result<(), Failure> {
    let is_defined: bool = one("select to_regprocedure('pg_temp.failure(text)') is not null");
    if !is_defined {
        run(
            "create function pg_temp.failure(statement text) returns text[]
             language plpgsql as $$
             declare
                 state text; message text; detail text; hint text; violated text;
             begin
                 execute statement;
                 return '{}';
             exception when others then
                 get stacked diagnostics
                     state = returned_sqlstate, message = message_text, detail = pg_exception_detail,
                     hint = pg_exception_hint, violated = constraint_name;
                 return array[state, message, detail, hint, violated];
             end
             $$",
        );
    }
    let failure: Vec<String> = one(&format!("select pg_temp.failure({})", quote(statement)));
    match <[String; 5]>::try_from(failure) {
        Ok([sqlstate, message, detail, hint, constraint]) => Err(Failure {
            sqlstate,
            message,
            detail,
            hint,
            constraint,
        }),
        Err(_) => Ok(()),
    }
}

/// The SQLSTATE that a statement fails with, or [`SUCCESS`].
pub fn sqlstate(statement: &str) -> String {
    match outcome(statement) {
        Ok(()) => SUCCESS.to_owned(),
        Err(failure) => failure.sqlstate,
    }
}

/// The failure of a statement that the extension itself refuses with this SQLSTATE: message, DETAIL
/// and HINT all say something.
#[track_caller]
pub fn refusal(statement: &str, sqlstate: &str) -> Failure {
    let failure = match outcome(statement) {
        Ok(()) => panic!("succeeded: {statement}"),
        Err(failure) => failure,
    };
    assert_eq!(failure.sqlstate, sqlstate, "{statement}: {failure:?}");
    for text in [&failure.message, &failure.detail, &failure.hint] {
        assert!(!text.is_empty(), "{statement}: {failure:?}");
    }
    failure
}

/// Does something as another role, as PostgREST does it.
pub fn as_role<T>(role: &str, act: impl FnOnce() -> T) -> T {
    run(&format!("set local role {role}"));
    let outcome = act();
    run("reset role");
    outcome
}

/// A moment as an SQL expression: days after today and a time of day, both in UTC.
pub fn at(days: i32, time: &str) -> String {
    format!(
        "(date_trunc('day', now(), 'UTC') + interval '{} hours' + interval '{time}')",
        24 * days
    )
}
