//! What the tests stand on: running statements, and the rows that most of them begin with. Tests
//! themselves are the subjects' business.

pub mod rows;
pub mod sql;
