//! What a claimed job comes to before anything is asked of the outside.

use super::queue::Verdict;
use crate::worker::network::work::JobWork;

/// What a claimed job comes to before anything is asked of the outside.
pub enum Prepared {
    /// Something for the network.
    Network(Box<JobWork>),
    /// The mail is where it belongs: in the table.
    Captured,
    Settled(Verdict),
}

impl Prepared {
    pub fn done(result: &str) -> Self {
        Self::Settled(Verdict::Done(Some(result.to_owned())))
    }

    /// For good: trying again would change nothing.
    pub fn failed(error: impl Into<String>) -> Self {
        Self::Settled(Verdict::Failed {
            error: error.into(),
            permanent: true,
            retry_after: None,
        })
    }
}
