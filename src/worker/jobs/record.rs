//! What came of jobs, written down: any number of them by a few statements and with one flush. The
//! outcome of a job is written whatever holds its meeting, which is told when it is free (`outcome`).

use std::collections::{HashMap, HashSet};

use chrono::Utc;

use super::came::{self, Came, Said};
use super::crm::record::{self as crm_record, LeadNote};
use super::outbox::Noted;
use super::outcome::Outcome;
use super::queue::{self, Verdict};
use super::telling::{self, EventNote};
use super::webhook::health as webhook_health;
use super::{conference, crm, outbox};
use crate::error::{Error, Result};
use crate::instant::Instant;
use crate::owner::Mode;

/// What was recorded.
#[derive(Default)]
pub struct Recorded {
    /// Jobs that are not ours any more: their outcome is recorded, or they were taken from us.
    pub over: Vec<i64>,
    /// Those whose rows somebody has locked: nothing is recorded of them.
    pub locked: Vec<i64>,
    /// Whether there are meetings that are yet to be told.
    pub is_left: bool,
    /// Until when whoever a job is for is left alone; `None`: not at all, they are well.
    pub rests: Vec<(i64, Option<Instant>)>,
}

/// Records what came of jobs, and tells their meetings.
///
/// # Errors
/// Where one of them cannot be recorded for another reason than a lock; then none is.
pub fn record(came: &[Came]) -> Result<Recorded> {
    write(came, true)
}

/// Records what came of jobs, and writes to no other row: their meetings are told later.
///
/// # Errors
/// Where a job's own row cannot be written.
pub fn record_jobs_alone(came: &[Came]) -> Result<Recorded> {
    write(came, false)
}

fn write(came: &[Came], tell: bool) -> Result<Recorded> {
    let mut recorded = Recorded::default();
    if came.is_empty() {
        return Ok(recorded);
    }
    let ours = hold(came, &mut recorded)?;

    let sent: Vec<_> = ours
        .iter()
        .filter_map(|came| came.sent_at().map(|at| (came.held.id, at)))
        .collect();
    let noted = if tell {
        outbox::note_sent(&sent)?
    } else {
        HashMap::new()
    };
    let mut outcomes: Vec<_> = ours.iter().map(|came| outcome_of(came, &noted)).collect();
    let held = if tell {
        note_leads(&ours, &mut outcomes)?;
        crm_record::hold(&ours)?
    } else {
        HashSet::new()
    };
    let told = if tell {
        telling::tell(
            ours.iter()
                .zip(&outcomes)
                .filter_map(|(came, outcome)| came.held.meeting.zip(outcome.note())),
        )?
    } else {
        HashMap::new()
    };
    let untold: Vec<_> = ours
        .iter()
        .filter(|came| matches!(came.said, Said::Event { .. }))
        .filter_map(|came| came.held.meeting)
        .filter(|meeting| !told.contains_key(meeting))
        .collect();
    let wanted = telling::read_wanted(&untold)?;

    let mut verdicts = Vec::with_capacity(ours.len());
    for (&came, mut outcome) in ours.iter().zip(outcomes) {
        let meeting = came.held.meeting;
        let is_told = meeting.is_none_or(|meeting| told.contains_key(&meeting));
        if is_told {
            (outcome.event, outcome.confirmed_at) = (None, None);
        }
        let meets = |meeting| told.get(&meeting).or_else(|| wanted.get(&meeting));
        let verdict = match &came.said {
            Said::Lead(reply) => crm::verdict(reply, held.contains(&reply.generation)),
            _ => came.verdict(meeting.and_then(meets).copied()),
        };
        let note = noted
            .get(&came.held.id)
            .and_then(|noted| noted.note.as_ref());
        verdicts.push((came, came::with_note(verdict, note), outcome));
    }
    let mut rows = Vec::with_capacity(verdicts.len());
    for (came, verdict, outcome) in &verdicts {
        let kept = kept(outcome)?;
        recorded.is_left |= kept.is_some();
        rows.push((came.held, verdict, kept));
    }
    queue::settle(&rows)?;
    recorded.rests = webhook_health::note(&ours, tell)?;
    recorded.over.extend(ours.iter().map(|came| came.held.id));
    release_mails(&verdicts)?;
    Ok(recorded)
}

/// Locks the jobs that are still ours; of the others, says what is to become of them.
fn hold<'a>(came: &'a [Came], recorded: &mut Recorded) -> Result<Vec<&'a Came>> {
    let all: Vec<_> = came.iter().map(|came| came.held).collect();
    let held = queue::hold(&all)?;
    let (ours, others): (Vec<_>, Vec<_>) =
        came.iter().partition(|came| held.contains(&came.held.id));
    if !others.is_empty() {
        let others_held: Vec<_> = others.iter().map(|came| came.held).collect();
        let locked = queue::still_claimed(&others_held)?;
        for came in others {
            if locked.contains(&came.held.id) {
                recorded.locked.push(came.held.id);
            } else {
                recorded.over.push(came.held.id);
            }
        }
    }
    Ok(ours)
}

/// All that is to be written besides the job.
fn outcome_of(came: &Came, noted: &HashMap<i64, Noted>) -> Outcome {
    let sent_at = came.sent_at();
    let confirmed_at = match (&came.said, noted.get(&came.held.id)) {
        (
            Said::Captured {
                is_new: true,
                is_confirmation: true,
                ..
            },
            _,
        ) => Some(Utc::now()),
        (_, Some(noted)) if noted.is_confirmation => sent_at,
        _ => None,
    };
    Outcome {
        event: match &came.said {
            Said::Event { place, stored } => Some(EventNote::new(place, stored.as_ref())),
            _ => None,
        },
        sent_at: sent_at.filter(|_| !noted.contains_key(&came.held.id)),
        confirmed_at,
        crm: match &came.said {
            Said::Lead(reply) => Some(LeadNote::new(reply)),
            _ => None,
        },
        guest: false,
    }
}

/// Writes what jobs for the CRM have brought; guests' rows that somebody has locked are left.
fn note_leads(ours: &[&Came], outcomes: &mut [Outcome]) -> Result<()> {
    let leads: Vec<_> = ours
        .iter()
        .zip(outcomes.iter())
        .filter_map(|(came, outcome)| Some((came.held.id, outcome.crm.as_ref()?)))
        .collect();
    crm_record::note(&leads)?;
    let jobs: Vec<_> = leads.iter().map(|(job, _)| *job).collect();
    let locked = crm_record::tell_guests(&jobs)?;
    for (came, outcome) in ours.iter().zip(outcomes) {
        if outcome.crm.take().is_some() {
            outcome.guest = locked.contains(&came.held.id);
        }
    }
    Ok(())
}

fn kept(outcome: &Outcome) -> Result<Option<String>> {
    if outcome.is_over() {
        return Ok(None);
    }
    serde_json::to_string(outcome)
        .map(Some)
        .map_err(|_| Error::Internal("an outcome cannot be kept".into()))
}

/// The first mails of a meeting wait no longer where its calendar's job has come to an end.
fn release_mails(verdicts: &[(&Came, Verdict, Outcome)]) -> Result<()> {
    let over: HashSet<_> = verdicts
        .iter()
        .filter(|(came, verdict, _)| {
            matches!(came.said, Said::Event { .. } | Said::NoEvent(_)) && verdict.is_final()
        })
        .filter_map(|(came, ..)| came.held.meeting)
        .collect();
    for mode in Mode::BOTH {
        conference::release_mails(mode, telling::ids_of(mode, &over))?;
    }
    Ok(())
}
