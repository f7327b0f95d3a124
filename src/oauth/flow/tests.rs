//! The flow against an endpoint of OAuth that answers as it is told.

mod code;
mod page;
mod revocation;
mod server;
