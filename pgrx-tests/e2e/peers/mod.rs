//! The outside world of the end-to-end tests: strict stand-ins for Google and Microsoft that can be
//! told to misbehave, the emulator of Google's API from npm, an SMTP server from PyPI, and a reader
//! of mails that shares nothing with the extension.

pub mod emulator;
pub mod google;
pub mod graph;
pub mod mail_reader;
pub mod smtp;
