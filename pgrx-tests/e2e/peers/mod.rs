//! The outside world of the end-to-end tests: a strict stand-in for Google that can be told to
//! misbehave, the emulator of Google's API from npm, an SMTP server from PyPI, and a reader of
//! mails that shares nothing with the extension.

pub mod emulator;
pub mod google;
pub mod mail_reader;
pub mod smtp;
