//! What the end-to-end tests stand on: where `make setup` put things, processes that cannot outlive
//! the run, PostgreSQL clusters and databases of our own, and waiting for what the worker does.
//!
//! Nothing here knows what a test wants to show.

pub mod cluster;
pub mod database;
pub mod machine;
pub mod process;
pub mod wait;
