//! Jobs that keep the CRM up to date with a meeting: what there is to tell, and what becomes of a job by what
//! the CRM has said.
//!
//! A job is for an address, and says what holds when its turn comes: several changes in a row make one note,
//! or none. Before a lead or a note may be made that is noted down for good (`known`), so that whoever comes
//! after an answer that was lost, or a worker that died, looks for it first. What came of it is written in
//! `record`.

mod known;
pub mod record;

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use uuid::Uuid;

use self::known::Known;
use super::meeting::Meeting;
use super::prepared::Prepared;
use super::queue::{Job, Verdict};
use crate::availability::server_zone::ServerZone;
use crate::booking::status::MeetingStatus;
use crate::crm::{self, Account, Creation, CrmError, Errand, Facts, Guest, LeadRequest, Told};
use crate::error::{Error, Result};
use crate::owner::Mode;
use crate::worker::network::work::{CrmReply, CrmWork, JobWork};
use crate::{plan, settings, vault};

/// By then the CRM's search finds a lead that was made: it takes seconds as a rule, and says nowhere how long
/// at most.
const SEARCH_LAG: Duration = Duration::from_secs(120);
/// A job that comes while the CRM is being configured is looked at again after this.
const SOON: Duration = Duration::from_secs(5);

/// The row of `scheduling.crm_settings`.
#[derive(Deserialize)]
struct Settings {
    /// Sealed.
    api_key: String,
    api_url: String,
    modes: Vec<Mode>,
    generation: Uuid,
    held_reason: Option<String>,
}

/// What all jobs of a set for the CRM have in common.
pub struct Crm {
    /// None where it is switched off.
    settings: Option<Settings>,
    /// Somebody is about to let go what is held, or to switch it off.
    is_being_configured: bool,
    known: HashMap<i64, Known>,
    /// Those that may make a lead.
    may_make: RefCell<Vec<i64>>,
    /// Those that may write a note, and what it says.
    may_note: RefCell<Vec<(i64, Told)>>,
}

impl Crm {
    /// What is to be known of these jobs.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn read(jobs: Vec<i64>) -> Result<Self> {
        let mut settings: Option<Settings> = plan::read_json(
            ("crm settings", None),
            "scheduling.crm_settings",
            || "select to_jsonb(s)::text from scheduling.crm_settings s",
            &[],
        )?;
        let mut is_being_configured = false;
        if settings.as_ref().is_some_and(|s| s.held_reason.is_some()) {
            // What is held by this is let go by whoever configures it anew, and so waits for us; or we for them.
            let locked: Option<String> = plan::write_value(
                ("crm settings, locked", None),
                || "select to_jsonb(s)::text from scheduling.crm_settings s for share skip locked",
                &[],
            )?;
            let unreadable = |_| Error::Internal("scheduling.crm_settings cannot be read".into());
            match locked {
                Some(text) => settings = serde_json::from_str(&text).map_err(unreadable)?,
                None => is_being_configured = true,
            }
        }
        Ok(Self {
            settings,
            is_being_configured,
            known: known::read(jobs)?,
            may_make: RefCell::default(),
            may_note: RefCell::default(),
        })
    }

    /// What there is to do for the CRM about this meeting.
    pub fn prepare(&self, job: &Job, meeting: &Meeting) -> Result<Prepared> {
        let Some(settings) = &self.settings else {
            return Ok(Prepared::done("no CRM is configured"));
        };
        if !settings.modes.contains(&meeting.mode) {
            return Ok(Prepared::done("such meetings make no leads"));
        }
        if let Some(reason) = &settings.held_reason {
            return Ok(Prepared::Settled(Verdict::Later {
                why: reason.clone(),
                pause: self.is_being_configured.then_some(SOON),
            }));
        }
        let Some(address) = job.payload.get("address").and_then(|a| a.as_str()) else {
            return Ok(Prepared::failed("the job names no address"));
        };
        let known = self.known.get(&job.held.id);
        let facts = facts(meeting, address);
        let (errand, says) = if job.payload.get("check").is_some() {
            (Errand::Check, None)
        } else {
            match due(meeting, &facts, known)? {
                Some((errand, says)) => (errand, Some(says)),
                None => return Ok(Prepared::done("there is nothing to tell")),
            }
        };
        let lead = known.and_then(|known| known.lead_id.clone());
        let creation = match known.and_then(|known| known.unsure_for) {
            Some(unsure_for) if unsure_for < SEARCH_LAG.as_secs_f64() => Creation::NotBefore(
                SEARCH_LAG
                    .saturating_sub(Duration::try_from_secs_f64(unsure_for).unwrap_or_default()),
            ),
            _ => Creation::Allowed,
        };
        let makes_one = matches!(errand, Errand::Note { .. });
        if makes_one && lead.is_none() && creation == Creation::Allowed {
            self.may_make.borrow_mut().push(job.held.id);
        }
        if makes_one && let Some(says) = &says {
            self.may_note.borrow_mut().push((job.held.id, says.clone()));
        }
        let tried = known.and_then(|known| known.trying_since);
        Ok(Prepared::Network(Box::new(JobWork::Crm(CrmWork {
            request: LeadRequest {
                account: Account {
                    api_url: settings.api_url.clone(),
                    api_key: vault::open(&settings.api_key, "close_api_key")?,
                    generation: settings.generation,
                },
                guest: facts.guest,
                known: lead,
                creation,
                errand,
                since: tried.map_or(job.created_at, |tried| tried.min(job.created_at)),
                timeout: settings::http_timeout(),
            },
            says,
        }))))
    }

    /// Notes down that leads and notes may be made from now on, whatever becomes of us.
    pub fn announce(&self) -> Result<()> {
        let (leads, notes) = (self.may_make.take(), self.may_note.take());
        if !leads.is_empty() {
            known::announce_leads(leads)?;
        }
        if !notes.is_empty() {
            known::announce_notes(notes)?;
        }
        Ok(())
    }
}

/// The meeting as a lead of this address is told of it.
fn facts(meeting: &Meeting, address: &str) -> Facts {
    let guest = meeting.guest.as_ref();
    let theirs = guest.filter(|guest| guest.email.to_lowercase() == address.to_lowercase());
    Facts {
        meeting_id: meeting.id,
        title: meeting.title.clone(),
        starts_at: meeting.starts_at,
        ends_at: meeting.ends_at,
        takes_place: meeting.status != MeetingStatus::Cancelled,
        has_another_guest: theirs.is_none(),
        guest: Guest {
            address: address.to_owned(),
            name: theirs.and_then(|guest| guest.name.clone()),
            phone: theirs.and_then(|guest| guest.phone.clone()),
        },
        owner_name: meeting.owner.name.clone(),
        location: meeting.location.clone(),
        meeting_url: meeting.meeting_url.clone(),
        notes: meeting.notes.clone(),
        answers: meeting.labelled_answers(),
        cancel_reason: meeting.cancel_reason.clone(),
    }
}

/// The note that is due, and what it says.
fn due(meeting: &Meeting, facts: &Facts, known: Option<&Known>) -> Result<Option<(Errand, Told)>> {
    let told = known.and_then(|known| known.told.as_ref());
    if let Some(news) = crm::news(facts, told) {
        let number = told.map_or(0, |told| told.notes) + 1;
        let (marker, text, says) = written(meeting, facts, news, told, number)?;
        return Ok(Some((Errand::Note { marker, text }, says)));
    }
    // What was told holds; what may have been told besides does not.
    let Some(tried) = known.and_then(|known| known.trying.as_ref()) else {
        return Ok(None);
    };
    let Some(news) = crm::news(facts, Some(tried)) else {
        return Ok(None);
    };
    let (marker, text, says) = written(meeting, facts, news, Some(tried), tried.notes)?;
    Ok(Some((Errand::Amend { marker, text }, says)))
}

/// A note's marker, its text, and what it says.
fn written(
    meeting: &Meeting,
    facts: &Facts,
    news: crm::News,
    before: Option<&Told>,
    number: i32,
) -> Result<(String, String, Told)> {
    let marker = crm::marker(facts.meeting_id, number);
    let zone = ServerZone::named(&meeting.owner.timezone)?;
    let text = crm::text(news, facts, before, &zone, zone.name(), &marker);
    let says = Told {
        starts_at: facts.starts_at,
        ends_at: facts.ends_at,
        takes_place: facts.takes_place && !facts.has_another_guest,
        notes: number,
    };
    Ok((marker, text, says))
}

/// What becomes of a job by what the CRM has said; `is_held`: nothing is asked of it until it is configured
/// anew.
pub fn verdict(reply: &CrmReply, is_held: bool) -> Verdict {
    let error = match &reply.answer.done {
        Ok(_) => return Verdict::Done(None),
        Err(error) => error,
    };
    let why = error.to_string();
    match error {
        CrmError::Refused(_) => Verdict::Later {
            why,
            pause: (!is_held).then_some(SOON),
        },
        CrmError::Limited { retry_after, .. } => Verdict::Later {
            why,
            pause: Some(*retry_after),
        },
        CrmError::Unsettled(pause) => Verdict::Later {
            why,
            // It is found sooner, as a rule.
            pause: Some((*pause).min(Duration::from_secs(10))),
        },
        CrmError::Server { retry_after, .. } => Verdict::Failed {
            error: why,
            permanent: false,
            retry_after: *retry_after,
        },
        error => Verdict::Failed {
            error: why,
            permanent: !error.is_transient(),
            retry_after: None,
        },
    }
}
