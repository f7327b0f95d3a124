//! Owners' calendars, whoever provides them.
//!
//! - `provider` is the trait: all that a provider can do; `google/` and `outlook/` do it, and
//!   `by_provider` is the one match over their names;
//! - `open_calendar`, `event`, `busy`, `directory`, `conferencing` and `error` are what goes in and comes
//!   out, the same for all of them; `answer` and `pages` read what providers say.
//!
//! This room owns no socket and no table: it is handed the client, an open access token and owned data,
//! runs on the worker's network thread, and hands back what to store. It neither refreshes tokens nor
//! retries.
//!
//! Provider events carry no attendees and send no mail: the invitation is ours (see `mail`).

mod answer;
#[cfg(test)]
mod asking;
pub mod busy;
pub mod by_provider;
pub mod conferencing;
pub mod directory;
pub mod error;
pub mod event;
#[cfg(test)]
mod fixture;
#[cfg(any(test, fuzzing))]
mod fuzzing;
mod google;
pub mod open_calendar;
mod outlook;
mod pages;
#[cfg(any(test, fuzzing))]
mod promises;
mod provider;

#[cfg(any(test, fuzzing))]
pub use self::fuzzing::FUZZING;
