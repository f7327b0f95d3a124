//! What the tests stand on: running statements, the rows that most of them begin with, and lists of names
//! to compare. Tests themselves are the subjects' business.

pub mod calls;
pub mod names;
pub mod roles;
pub mod rows;
pub mod sql;
