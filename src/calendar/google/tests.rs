//! The operations against the stand-in for Google.

mod conference;
pub mod fixture;
mod operations;
mod trouble;
