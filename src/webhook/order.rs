//! What a job of the kind `webhook` is about. Pure.

use serde::Deserialize;
use uuid::Uuid;

/// Which webhook is told, and of which event: the payload of its job.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Order {
    pub webhook: Uuid,
    pub event: Uuid,
    /// Whether the event is so old by now that this attempt is the last one.
    #[serde(skip)]
    pub is_last: bool,
}
