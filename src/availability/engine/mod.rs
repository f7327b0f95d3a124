//! The slot engine: opening hours, local times and free slots as pure functions, with the brute-force
//! `oracle` that the tests hold them against. Nothing here reads a row, a clock or a setting; the bench
//! compiles these files without PostgreSQL.

pub mod hours;
#[cfg(test)]
mod oracle;
pub mod slots;
pub mod zone;
