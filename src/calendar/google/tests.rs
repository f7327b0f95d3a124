//! The operations against a fake Google.

mod conference;
mod fake;
mod operations;
mod rooms;
mod trouble;
