//! Webhooks, as Standard Webhooks has them (github.com/standard-webhooks/standard-webhooks, its `spec/`):
//! which addresses they are sent to, how they are signed, and how one is delivered. What happened and who
//! is told is SQL's business (sql/webhooks.sql, sql/webhook_events.sql), what becomes of a delivery the
//! worker's.

pub mod address;
mod arguments;
pub mod delivery;
pub mod endpoint;
#[cfg(any(test, fuzzing))]
mod fuzzing;
pub mod order;
mod resolver;
pub mod secret;

#[cfg(any(test, fuzzing))]
pub use self::fuzzing::FUZZING;
