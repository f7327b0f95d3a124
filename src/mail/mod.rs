//! The mail room: from the facts of a meeting to a finished message, and out of the door.
//!
//! - `kind` names the mails and their readers, `facts` is what goes in and comes out;
//! - `address` checks e-mail addresses, `text` cleans what people typed, `when` spells times;
//! - `invitation` writes the calendar object (ICS), `words` chooses what people read in their language, of
//!   which `languages` has ten, `rows` is the table of it, `templates` the layouts, in the colours of `palette`;
//! - `readers` says who may read what a visitor typed, `people` whose addresses play a part, `shown` what
//!   a reader has been told before;
//! - `own_texts` are an organisation's words in place of ours, `trial` tries them before they are kept;
//! - `message` decides what is said to whom about a meeting ([`compose`]), `disconnected` what an owner
//!   is told about a calendar, `mime` makes it an RFC 5322 message;
//! - `transport` is the seam to the outside, `sent` what it answers; two things here open a socket: `smtp`,
//!   with the authorities of `ca_file`, and `resend`.
//!
//! Nothing here knows PostgreSQL: facts come in as owned data, a mail goes out. Composing is pure,
//! so the same facts always give the same bytes and a repeated job repeats its mail exactly.

mod address;
mod ca_file;
mod disconnected;
mod facts;
#[cfg(any(test, fuzzing))]
mod fuzzing;
mod invitation;
mod kind;
mod languages;
mod message;
mod mime;
pub mod own_texts;
mod palette;
mod people;
mod readers;
mod resend;
mod rows;
mod sent;
mod shown;
mod smtp;
mod templates;
mod text;
mod transport;
mod trial;
mod when;
mod words;

#[cfg(test)]
mod tests;

/// Whom mails are from until `configure_mail` says so.
pub const DEFAULT_FROM: &str = "Scheduling <bookings@scheduling.invalid>";

pub use self::address::{Mailbox, parse_address, parse_mailbox};
pub use self::disconnected::{CALENDAR_DISCONNECTED, Disconnected, compose_disconnected};
pub use self::facts::{Facts, Guest, Host, Mail};
#[cfg(any(test, fuzzing))]
pub use self::fuzzing::FUZZING;
pub use self::invitation::{Invitation, Method, PRODUCT, conference, fold, uid};
pub use self::kind::{MailKind, Recipient};
pub use self::languages::{Args, Occasion, Text, Voice, is_written};
pub use self::message::compose;
pub use self::resend::{
    API_URL as RESEND_API_URL, LONGEST_WAIT as LONGEST_WAIT_FOR_RESEND, ResendAccount, ResendError,
    check as check_resend,
};
pub use self::sent::{Fault, SendError, Sent};
pub use self::shown::{Shown, Told};
pub use self::smtp::{LONGEST_SEND, SmtpMailer, names_a_file};
pub use self::templates::environment_of;
pub use self::text::{LINE, NAME, PARAGRAPHS, paragraphs, place, single_line, web_link};
pub use self::transport::{Mailer, Route};
pub use self::trial::try_own_text;
