//! The CRM: from the facts of a meeting to a lead in Close and notes of what becomes of the meeting.
//!
//! `facts` is what the room is told, `note` says what is news of a meeting and in which words, `requests`
//! and `answers` are Close's language, `limits` its word on how fast; all of them are pure. `close` speaks
//! to Close, behind a `gate` that all who ask pass: it knows when the account may be asked again. When a
//! lead may be made, so that an address never has two, is said in `close`.

mod answers;
mod close;
mod error;
mod facts;
#[cfg(any(test, fuzzing))]
mod fuzzing;
mod gate;
mod limits;
mod note;
mod requests;
#[cfg(test)]
mod tests;

pub use close::{LeadAnswer, carry_out};
pub use error::CrmError;
pub use facts::{Account, Creation, Errand, Facts, Guest, LeadRequest, LeadState, Told};
pub use gate::Gates;
pub use note::{News, marker, news, text};

#[cfg(any(test, fuzzing))]
pub use fuzzing::FUZZING;
