//! Jobs, on the main thread: what one is, and what becomes of it. Here is which kind is done how: the
//! way from claimed jobs to work for the network, in sets.
//!
//! - `look` finds jobs for the `backlog`, which says who is next, and `claim` takes them;
//! - `calendar`, `mail` and `disconnected` each turn a kind of job into something `prepared`: work for
//!   the network, a mail, or a verdict without either; `meeting` reads what jobs are about;
//! - `crm` does so with jobs for the CRM, and its `record` writes down what came of them;
//! - `own_texts` reads what mails are to say in place of our words;
//! - `told` reads what people have been told before;
//! - `outbox` stores finished mails and hands them over, as `mail_settings` has it;
//! - `record` writes down what `came` of them: in the `queue`, which moves jobs between their states, and
//!   at their meetings (`telling`, or later: `outcome`), with the link that comes out of the calendar
//!   (`conference`);
//! - `webhook` is for whom an event is told, its `health` how they have been answering;
//! - `prune` deletes what was finished long ago.

pub mod backlog;
mod calendar;
pub mod came;
pub mod claim;
mod conference;
mod crm;
mod disconnected;
pub mod look;
mod mail;
pub mod mail_settings;
mod meeting;
mod outbox;
pub mod outcome;
mod own_texts;
mod prepared;
pub mod prune;
pub mod queue;
pub mod record;
mod telling;
mod told;
mod webhook;

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use self::came::{Came, Said};
use self::crm::Crm;
use self::mail_settings::Sending;
use self::meeting::Meeting;
use self::outbox::Way;
use self::own_texts::OwnTexts;
use self::prepared::Prepared;
use self::queue::{Held, Job, JobKind, Verdict};
use self::record::Recorded;
use self::told::Told;
use self::webhook::Webhooks;
use super::network::work::JobWork;
use crate::error::Result;
use crate::owner::{MeetingKey, Mode};

/// What a set of claimed jobs comes to.
#[derive(Default)]
pub struct Begun {
    pub network: Vec<(Held, Box<JobWork>)>,
    /// What needs no network, and is recorded already.
    pub settled: Recorded,
}

/// Has jobs begun: reads what they are about, renders their mails and stores them, and records those
/// that are settled without the network.
///
/// # Errors
/// Where one of them cannot be begun for a reason that PostgreSQL gives; then none is.
pub fn prepare(jobs: &[Job]) -> Result<Begun> {
    let mut facts = Facts::read(jobs)?;
    let mut begun = Begun::default();
    let (mut came, mut letters) = (Vec::new(), Vec::new());
    for job in jobs {
        let prepared = facts.prepare(job).unwrap_or_else(|error| {
            // Whatever it is, it is this job's trouble and not the others'.
            Prepared::Settled(Verdict::again(error.to_string()))
        });
        match prepared {
            Prepared::Network(work) => begun.network.push((job.held, work)),
            Prepared::Mail(letter) => letters.push((job, letter)),
            Prepared::Settled(verdict) => came.push(Came::settled(job, verdict)),
            Prepared::Resting { why, pause } => came.push(Came {
                held: job.held,
                said: Said::Resting { why, pause },
            }),
        }
    }
    if let Some(sending) = &facts.sending {
        outbox::store(&letters, sending.settings.transport)?;
        for (job, letter) in letters {
            match outbox::hand_over(letter, sending) {
                Way::Network(work) => begun.network.push((job.held, work)),
                Way::Here(said) => came.push(Came {
                    held: job.held,
                    said,
                }),
            }
        }
    }
    if let Some(crm) = &facts.crm {
        crm.announce()?;
    }
    begun.settled = record::record(&came)?;
    Ok(begun)
}

/// What is to be known of a set of jobs, read by one statement a kind and mode.
struct Facts {
    meetings: HashMap<MeetingKey, Result<Meeting>>,
    /// Where there are mails to send.
    sending: Option<Sending>,
    /// Mails that earlier attempts rendered.
    stored: HashMap<i64, crate::mail::Mail>,
    /// What the readers of mails know already.
    told: HashMap<i64, Told>,
    /// Mails that say less than a later one that has gone out.
    outdated: HashSet<i64>,
    /// What mails are to say in place of our words.
    own_texts: OwnTexts,
    webhooks: Webhooks,
    /// Where there are leads to make.
    crm: Option<Crm>,
}

impl Facts {
    fn read(jobs: &[Job]) -> Result<Self> {
        let (mut meetings, mut told) = (HashMap::new(), HashMap::new());
        for mode in Mode::BOTH {
            let of_mode = |held: &Held| held.meeting.filter(|meeting| meeting.mode == mode);
            let ids: HashSet<Uuid> = jobs
                .iter()
                .filter(|job| job.kind != Ok(JobKind::Webhook))
                .filter_map(|job| of_mode(&job.held))
                .map(|meeting| meeting.id)
                .collect();
            meetings.extend(meeting::read(mode, ids)?);
            let mails = jobs.iter().filter(|job| job.kind == Ok(JobKind::SendEmail));
            let mails = mails.filter(|job| of_mode(&job.held).is_some());
            told.extend(told::read(mode, mails.map(|job| job.held.id).collect())?);
        }
        let webhooks = Webhooks::read(jobs)?;
        let of_kind = |kind: JobKind| -> Vec<i64> {
            let of_kind = jobs.iter().filter(|job| job.kind == Ok(kind));
            of_kind.map(|job| job.held.id).collect()
        };
        let leads = of_kind(JobKind::CrmLead);
        let crm = match leads.is_empty() {
            true => None,
            false => Some(Crm::read(leads)?),
        };
        let mails = of_kind(JobKind::SendEmail);
        if mails.is_empty() {
            return Ok(Self {
                meetings,
                sending: None,
                stored: HashMap::new(),
                told,
                outdated: HashSet::new(),
                own_texts: OwnTexts::default(),
                webhooks,
                crm,
            });
        }
        let stored = outbox::stored(&mails)?;
        Ok(Self {
            meetings,
            sending: Some(Sending::read()?),
            outdated: outbox::outdated(stored.keys().copied().collect())?,
            own_texts: OwnTexts::read(jobs)?,
            stored,
            told,
            webhooks,
            crm,
        })
    }

    fn prepare(&mut self, job: &Job) -> Result<Prepared> {
        // What there is to say is known since the event.
        if job.kind == Ok(JobKind::Webhook) {
            return self.webhooks.prepare(job);
        }
        let meeting = match job.held.meeting.map(|key| self.meetings.get(&key)) {
            Some(Some(Ok(meeting))) => Some(meeting),
            Some(Some(Err(error))) => {
                return Ok(Prepared::Settled(Verdict::again(error.to_string())));
            }
            Some(None) => return Ok(Prepared::failed("the meeting is gone")),
            None => None,
        };
        match (&job.kind, meeting, &self.sending) {
            (
                Ok(JobKind::CreateEvent | JobKind::UpdateEvent | JobKind::DeleteEvent),
                Some(meeting),
                _,
            ) => calendar::prepare(job, meeting),
            (Ok(JobKind::SendEmail), meeting, Some(sending)) => {
                let stored = self.stored.remove(&job.held.id);
                match meeting {
                    Some(_) if self.outdated.contains(&job.held.id) => {
                        Ok(Prepared::done("a later mail has told what holds by now"))
                    }
                    Some(meeting) => {
                        let told = self.told.remove(&job.held.id).unwrap_or_default();
                        mail::prepare(job, meeting, stored, &told, sending, &self.own_texts)
                    }
                    None => disconnected::prepare(job, stored, sending),
                }
            }
            (Ok(JobKind::Webhook), ..) => self.webhooks.prepare(job),
            (Ok(JobKind::CrmLead), Some(meeting), _) => match &self.crm {
                Some(crm) => crm.prepare(job, meeting),
                None => Ok(Prepared::failed("no settings of the CRM were read")),
            },
            (Ok(JobKind::SendEmail), _, None) => Ok(Prepared::failed("no mail settings were read")),
            (
                Ok(
                    JobKind::CreateEvent
                    | JobKind::UpdateEvent
                    | JobKind::DeleteEvent
                    | JobKind::CrmLead,
                ),
                None,
                _,
            ) => Ok(Prepared::failed("the job has no meeting")),
            (Err(kind), ..) => Ok(Prepared::failed(format!(
                "this version does no jobs of kind {kind}"
            ))),
        }
    }
}
