//! An organisation's own words for a mail, in place of ours: subject, text and HTML as MiniJinja templates.
//!
//! - `source` holds what was written to its limits before anything reads it;
//! - `engine` renders it, in bounded time and memory, from values and nothing else;
//! - `known` says what a template knows: what its reader may know;
//! - `choice` says which one is for whom.
//!
//! A template that fails costs nobody a mail: it is sent in our words, and says so. What is written is tried
//! first, in `trial` beside this room.

mod choice;
pub mod engine;
pub mod known;
pub mod source;

pub use self::choice::{Meant, Reader, most_specific};
