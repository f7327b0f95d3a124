//! Reading busy times from a fake Google.

mod fake;
mod reading;
mod trouble;
