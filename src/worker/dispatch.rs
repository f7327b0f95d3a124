//! Which kind of job is done how: the way from a claimed job to work for the network, and from the
//! network's reply to the records.

use uuid::Uuid;

use super::details::Details;
use super::queue::{Job, Run, Verdict};
use super::work::{Reply, Work};
use super::{calendar_work, disconnect_notice, mail_work};
use crate::error::Result;
use crate::owner::Mode;

/// What a claimed job comes to before anything is asked of the outside.
pub enum Prepared {
    /// Something for the network.
    Network(Box<Work>),
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

/// What a job comes to: work for the network, or nothing more because it is settled.
pub fn prepare(run: Run, job: &Job) -> Result<Option<Box<Work>>> {
    let prepared = match (job.kind.as_str(), job.meeting) {
        ("create_event" | "update_event" | "delete_event", Some(meeting)) => {
            calendar_work::prepare(job, meeting, &Details::read(meeting)?)?
        }
        ("send_email", Some(meeting)) => {
            mail_work::prepare(job, meeting.0, &Details::read(meeting)?)?
        }
        ("send_email", None) => disconnect_notice::prepare(job)?,
        (kind, _) => Prepared::failed(format!(
            "this version does no jobs of kind {kind} without a meeting"
        )),
    };
    match prepared {
        Prepared::Network(work) => return Ok(Some(work)),
        Prepared::Captured => mail_work::record(run, job.id, job.meeting, Ok(Vec::new()))?,
        Prepared::Settled(verdict) => {
            run.settle(job.id, &verdict)?;
        }
    }
    Ok(None)
}

/// Records what the network has to say about a job.
pub fn record(run: Run, job: i64, meeting: Option<(Mode, Uuid)>, reply: Reply) -> Result<()> {
    match (reply, meeting) {
        (Reply::Calendar { place, outcome }, Some(meeting)) => {
            calendar_work::record(run, job, meeting, place, outcome)
        }
        (Reply::Mail(result), _) => mail_work::record(run, job, meeting, result),
        (Reply::Calendar { .. } | Reply::Connected(_) | Reply::Revoked(_) | Reply::Broken, _) => {
            let verdict = Verdict::again("the worker broke off the attempt");
            run.settle(job, &verdict).map(|_| ())
        }
    }
}
