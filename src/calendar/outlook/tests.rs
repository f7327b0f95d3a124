//! The operations against the stand-in for Microsoft.

mod conference;
mod deletions;
pub mod fixture;
mod operations;
mod trouble;
