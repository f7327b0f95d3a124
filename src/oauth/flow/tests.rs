//! The flow against a fake authorization server.

mod code;
mod page;
mod revocation;
mod server;
