//! Jobs, on the main thread: what one is, and what becomes of it. Here is which kind is done how: the
//! way from a claimed job to work for the network, and from the network's reply to the records.
//!
//! - `queue` moves jobs between their states, `claim` says who is next;
//! - `calendar`, `mail` and `disconnected` each turn a kind of job into something `prepared`: work for
//!   the network, or a verdict without it; `meeting` reads what a job is about;
//! - `conference` sees to the link that comes out of the calendar and goes into the mail;
//! - `outbox` stores finished mails and hands them over, as `mail_settings` has it.

mod calendar;
pub mod claim;
mod conference;
mod disconnected;
mod mail;
pub mod mail_settings;
mod meeting;
mod outbox;
mod prepared;
pub mod queue;

use self::meeting::Meeting;
use self::prepared::Prepared;
use self::queue::{Job, JobKind, Run, Verdict};
use super::network::work::{BrokenOff, JobReply, JobWork};
use crate::error::Result;
use crate::owner::MeetingKey;

/// What a job comes to: work for the network, or nothing more because it is settled.
pub fn prepare(run: Run, job: &Job) -> Result<Option<Box<JobWork>>> {
    let prepared = match (&job.kind, job.meeting) {
        (Ok(JobKind::CreateEvent | JobKind::UpdateEvent | JobKind::DeleteEvent), Some(meeting)) => {
            calendar::prepare(job, &Meeting::read(meeting)?)?
        }
        (Ok(JobKind::SendEmail), Some(meeting)) => mail::prepare(job, &Meeting::read(meeting)?)?,
        (Ok(JobKind::SendEmail), None) => disconnected::prepare(job)?,
        (Ok(JobKind::CreateEvent | JobKind::UpdateEvent | JobKind::DeleteEvent), None) => {
            Prepared::failed("the job has no meeting")
        }
        (Err(kind), _) => Prepared::failed(format!("this version does no jobs of kind {kind}")),
    };
    match prepared {
        Prepared::Network(work) => return Ok(Some(work)),
        Prepared::Captured => outbox::record(run, job.id, job.meeting, Ok(Vec::new()))?,
        Prepared::Settled(verdict) => {
            run.settle(job.id, &verdict)?;
        }
    }
    Ok(None)
}

/// Records what the network has to say about a job.
pub fn record(
    run: Run,
    job: i64,
    meeting: Option<MeetingKey>,
    reply: std::result::Result<JobReply, BrokenOff>,
) -> Result<()> {
    match reply {
        Ok(JobReply::Event {
            meeting,
            place,
            outcome,
        }) => calendar::record(run, job, meeting, place, outcome),
        Ok(JobReply::Mail(result)) => outbox::record(run, job, meeting, result),
        Err(broken) => run
            .settle(job, &Verdict::again(broken.to_string()))
            .map(|_| ()),
    }
}
