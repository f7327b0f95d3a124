//! The outside world of the end-to-end tests: strict stand-ins for Google, Microsoft, Close and Resend that
//! can be told to misbehave (a crate of their own), the emulator of the same but Close and PostgREST from
//! npm, an SMTP server from PyPI, and a reader of mails that shares nothing with the extension.

#[cfg(target_arch = "x86_64")]
pub mod calendar_reader;
pub mod emulator;
pub mod mail_reader;
#[cfg(target_arch = "x86_64")]
pub mod postgrest;
pub mod resend;
pub mod smtp;
pub mod verifiers;

pub use ::stand_ins::{close, google, graph, receiver};
