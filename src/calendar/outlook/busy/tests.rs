//! Reading busy times from a fake Graph.

mod fake;
mod reading;
mod trouble;
