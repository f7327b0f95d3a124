//! The languages that mails are written in: which there are, and which one a reader has.
//!
//! - `language` lists them;
//! - `texts` names every text of a mail; a file `<language>.ftl` ([Fluent](https://projectfluent.org)) has the
//!   words for all of them, and is part of the binary;
//! - `dates` spells dates and times as CLDR has them for a language and a region;
//! - `voice` is both for one reader: what a mail is composed with.
//!
//! A language differs from the others in its file and in its rows in `language`, and nowhere else.

mod dates;
mod language;
mod texts;
mod voice;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub use self::language::Language;
pub use self::texts::{Occasion, Text};
pub use self::voice::{Args, Voice, is_written};
