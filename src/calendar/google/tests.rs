//! The operations against a fake Google.

mod fake;
mod operations;
mod trouble;
