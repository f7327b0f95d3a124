//! What a claimed job comes to before anything is asked of the outside.

use std::time::Duration;

use super::queue::Verdict;
use crate::mail::Mail;
use crate::worker::network::work::JobWork;

/// What a claimed job comes to before anything is asked of the outside.
pub enum Prepared {
    /// Something for the network.
    Network(Box<JobWork>),
    /// A mail to be handed over as `configure_mail` has it.
    Mail(Letter),
    Settled(Verdict),
    /// Whoever it is for is left alone for a while: so are they with all else of the job's share.
    Resting {
        why: String,
        pause: Duration,
    },
}

/// A finished mail.
pub struct Letter {
    /// The column `kind` of `emails`.
    pub kind: &'static str,
    pub mail: Mail,
    /// Whether an earlier attempt has stored it.
    pub is_stored: bool,
    /// What is to be said of it in the job's row, once it has gone out.
    pub note: Option<String>,
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
