//! What came of jobs, whether the network had to be asked or not, and what becomes of them by that.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::queue::{Held, Job, Verdict};
use super::{calendar, crm, webhook};
use crate::calendar::conferencing::Conferencing;
use crate::calendar::event::{EventAnswer, StoredEvent};
use crate::mail::{Fault, SendError};
use crate::webhook::delivery::NotTaken;
use crate::webhook::order::Order;
use crate::worker::network::work::{BrokenOff, CrmReply, JobReply, Place};

/// What came of a job.
pub struct Came {
    pub held: Held,
    pub said: Said,
}

/// What is known once a job has been seen to.
pub enum Said {
    Nothing(Verdict),
    /// Of a job for the calendar that has brought no event. Its mails may wait for a link.
    NoEvent(Verdict),
    /// The event of the meeting as it is now, or that it was removed.
    Event {
        place: Place,
        stored: Option<StoredEvent>,
    },
    /// Of a job for the CRM, whatever it has said.
    Lead(Box<CrmReply>),
    /// The mail went out.
    Sent {
        at: DateTime<Utc>,
        /// What the provider calls it.
        id: Option<String>,
    },
    /// The mail is where it belongs: in the table.
    Captured {
        /// It has been stored as sent just now.
        is_new: bool,
        is_confirmation: bool,
        note: Option<String>,
    },
    /// The webhook was delivered, or not.
    Delivered {
        order: Order,
        began: DateTime<Utc>,
        taken: Result<u16, NotTaken>,
    },
    /// Whoever it is for is left alone for a while.
    Resting {
        why: String,
        pause: Duration,
    },
}

impl Came {
    /// What the network has to say about a job.
    pub fn of(held: Held, reply: std::result::Result<JobReply, BrokenOff>) -> Self {
        let said = match reply {
            Ok(JobReply::Event { place, outcome, .. }) => match outcome.result {
                Ok(EventAnswer::Seen(None)) => {
                    Said::NoEvent(Verdict::Done(Some("the event was deleted".into())))
                }
                Ok(EventAnswer::Changed(stored) | EventAnswer::Seen(stored)) => {
                    Said::Event { place, stored }
                }
                Err(failure) => Said::NoEvent(calendar::verdict(&failure)),
            },
            Ok(JobReply::Mail { sent: Ok(sent), .. }) => Said::Sent {
                at: Utc::now(),
                id: sent.id,
            },
            Ok(JobReply::Mail {
                sent: Err(error), ..
            }) => Said::Nothing(not_sent(error)),
            Ok(JobReply::Crm(reply)) => Said::Lead(Box::new(reply)),
            Ok(JobReply::Webhook {
                order,
                began,
                taken,
            }) => Said::Delivered {
                order,
                began,
                taken,
            },
            Err(broken) => Said::Nothing(Verdict::again(broken.to_string())),
        };
        Self { held, said }
    }

    /// When its mail went out, where that is still to be noted.
    pub fn sent_at(&self) -> Option<DateTime<Utc>> {
        match &self.said {
            Said::Sent { at, .. } => Some(*at),
            Said::Captured { is_new: false, .. } => Some(Utc::now()),
            _ => None,
        }
    }

    /// What becomes of the job; `wanted` is the conference that is to come with its meeting's event.
    pub fn verdict(&self, wanted: Option<Conferencing>) -> Verdict {
        match &self.said {
            Said::Nothing(verdict) | Said::NoEvent(verdict) => verdict.clone(),
            Said::Event { place, stored } => {
                calendar::verdict_of_event(place, stored.as_ref(), wanted)
            }
            Said::Sent { id, .. } => Verdict::Done(id.as_ref().map(|id| format!("sent as {id}"))),
            Said::Captured { note, .. } => Verdict::Done(note.as_deref().map(in_our_words)),
            Said::Lead(reply) => crm::verdict(reply, false),
            Said::Delivered { order, taken, .. } => webhook::verdict(order, taken),
            Said::Resting { why, pause } => Verdict::Later {
                why: why.clone(),
                pause: Some(*pause),
            },
        }
    }

    /// A job that needs nothing of the network.
    pub fn settled(job: &Job, verdict: Verdict) -> Self {
        let of_calendar = job.kind.as_ref().is_ok_and(|kind| kind.is_of_calendar());
        Self {
            held: job.held,
            said: if of_calendar {
                Said::NoEvent(verdict)
            } else {
                Said::Nothing(verdict)
            },
        }
    }
}

/// What becomes of a mail that is not out. Where none is sent just now, it is ready, and the backlog keeps it.
fn not_sent(error: SendError) -> Verdict {
    let (permanent, retry_after) = match error.fault {
        Fault::Closed {
            is_attempt: false, ..
        } => {
            return Verdict::Later {
                why: error.detail,
                pause: Some(Duration::ZERO),
            };
        }
        Fault::Closed { pause, .. } => (false, Some(pause)),
        Fault::Passing { retry_after } => (false, retry_after),
        Fault::Permanent => (true, None),
    };
    Verdict::Failed {
        error: error.detail,
        permanent,
        retry_after,
    }
}

/// What a job's row says of a mail that went out, but not as it was wanted. It begins like all that is said of
/// one that went out: `told` knows it by that.
fn in_our_words(note: &str) -> String {
    format!("sent in our words: {note}")
}

/// The same of one that was noted down.
pub fn with_note(verdict: Verdict, note: Option<&String>) -> Verdict {
    match (verdict, note) {
        (Verdict::Done(None), Some(note)) => Verdict::Done(Some(in_our_words(note))),
        (Verdict::Done(Some(sent)), Some(note)) => {
            Verdict::Done(Some(format!("{sent}, in our words: {note}")))
        }
        (verdict, _) => verdict,
    }
}
