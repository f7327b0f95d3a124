//! The way of finished mails: named, stored with their jobs, handed over as `configure_mail` has it, and
//! noted down as sent. What they say is not known here.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use pgrx::prelude::*;
use uuid::Uuid;

use super::came::Said;
use super::mail_settings::{MailSettings, Sending, Transport};
use super::prepared::Letter;
use super::queue::{Job, Verdict};
use crate::error::{Error, Result};
use crate::mail::{Mail, MailKind, Recipient, ResendAccount, Route};
use crate::owner::{MeetingKey, Mode};
use crate::worker::network::work::JobWork;
use crate::{plan, settings, timestamptz, vault};

/// The way of a finished mail.
pub enum Way {
    Network(Box<JobWork>),
    /// The network has nothing to do with it: this is to be recorded.
    Here(Said),
}

/// A finished mail on its way, as `configure_mail` has set it.
pub fn hand_over(letter: Letter, sending: &Sending) -> Way {
    let settings = &sending.settings;
    let opened =
        |secret: Option<&String>, purpose| secret.map(|sealed| vault::open(sealed, purpose));
    let route = match settings.transport {
        Transport::Capture => {
            return Way::Here(Said::Captured {
                is_new: !letter.is_stored,
                note: letter.note,
                is_confirmation: letter.kind == MailKind::Confirmation.as_str()
                    && letter.mail.shown.is_some_and(|s| s.to == Recipient::Guest),
            });
        }
        Transport::Smtp => {
            opened(settings.smtp_url.as_ref(), "smtp_url").map(|url| url.map(Route::Smtp))
        }
        Transport::Resend => opened(settings.api_key.as_ref(), "api_key").map(|key| {
            key.map(|api_key| {
                Route::Resend(ResendAccount {
                    api_url: settings.api_url().to_owned(),
                    api_key,
                    timeout: settings::http_timeout(),
                })
            })
        }),
    };
    match route {
        Some(Ok(route)) => Way::Network(Box::new(JobWork::Mail {
            mail: letter.mail,
            route,
            settings: settings.revision.clone(),
        })),
        Some(Err(error)) => Way::Here(Said::Nothing(Verdict::again(error.to_string()))),
        None => Way::Here(Said::Nothing(Verdict::Failed {
            error: format!(
                "mail cannot leave by {} without its settings: see configure_mail",
                settings.transport.as_str()
            ),
            permanent: true,
            retry_after: None,
        })),
    }
}

/// The same for every attempt at a job: the mail's kind and reader, the job, and what it is about.
pub fn message_id(
    kind: &str,
    to: Recipient,
    job: &Job,
    subject: Uuid,
    settings: &MailSettings,
) -> String {
    let domain = settings
        .from_address
        .rsplit_once('@')
        .map_or("", |(_, domain)| domain);
    format!(
        "{kind}.{}.{}.{subject}@{}",
        to.as_str(),
        job.held.id,
        domain.trim_end_matches('>')
    )
}

/// The mails that earlier attempts at these jobs rendered.
pub fn stored(jobs: &[i64]) -> Result<HashMap<i64, Mail>> {
    Spi::connect(|client| {
        let rows = plan::read(
            client,
            ("stored mails", None),
            || {
                "select e.job_id, e.recipient, e.subject, e.message_id, e.envelope_from, e.envelope_to[1], e.message
                 from scheduling.emails e where e.job_id = any ($1)"
            },
            None,
            &[jobs.to_vec().into()],
        )?;
        let mut mails = HashMap::new();
        for row in rows {
            let text =
                |column| -> Result<String> { Ok(row.get::<String>(column)?.unwrap_or_default()) };
            let mail = Mail {
                recipient: text(2)?,
                subject: text(3)?,
                message_id: text(4)?,
                from: text(5)?,
                to: text(6)?,
                message: text(7)?.into_bytes(),
                shown: None,
                own_trouble: None,
            };
            mails.extend(row.get::<i64>(1)?.map(|job| (job, mail)));
        }
        Ok(mails)
    })
}

/// Of these jobs, those whose mail must not go out any more because a later one of its lane has: they
/// failed, and somebody has them tried again.
pub fn outdated(jobs: Vec<i64>) -> Result<HashSet<i64>> {
    if jobs.is_empty() {
        return Ok(HashSet::new());
    }
    let outdated: Option<Vec<i64>> = plan::read_value(
        ("outdated mails", None),
        || {
            "select array_agg(j.id) from scheduling.jobs j
             where j.id = any ($1) and exists (
                 select from scheduling.jobs later
                 join scheduling.emails e on e.job_id = later.id
                 where (later.meeting_id = j.meeting_id or later.sales_meeting_id = j.sales_meeting_id)
                   -- which tells nothing that holds, and brings no invitation
                   and e.kind <> 'reminder'
                   and later.lane = j.lane and later.id > j.id and e.sent_at is not null)"
        },
        &[jobs.into()],
    )?;
    Ok(outdated.unwrap_or_default().into_iter().collect())
}

/// Stores mails with their jobs, before they are sent; one that is captured has come to its end by that.
///
/// # Errors
/// Where one of them cannot be stored; then none is.
pub fn store(letters: &[(&Job, Letter)], transport: Transport) -> Result<()> {
    let new: Vec<_> = letters
        .iter()
        .filter(|(_, letter)| !letter.is_stored)
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let text = |of: &dyn Fn(&Mail) -> &str| -> Vec<String> {
        new.iter()
            .map(|(_, letter)| of(&letter.mail).to_owned())
            .collect()
    };
    let of_mode = |wanted| -> Vec<Option<pgrx::Uuid>> {
        new.iter()
            .map(|(job, _)| match job.held.meeting {
                Some(MeetingKey { mode, id }) if mode == wanted => Some(plan::uuid(id)),
                _ => None,
            })
            .collect()
    };
    let jobs: Vec<_> = new.iter().map(|(job, _)| job.held.id).collect();
    let kinds: Vec<_> = new
        .iter()
        .map(|(_, letter)| letter.kind.to_owned())
        .collect();
    let shown = new
        .iter()
        .map(|(_, letter)| letter.mail.shown.as_ref().map(serde_json::to_string))
        .map(Option::transpose)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| Error::Internal("what a mail shows cannot be written".into()))?;
    let notes: Vec<_> = new.iter().map(|(_, letter)| letter.note.clone()).collect();
    let messages = new
        .iter()
        .map(|(_, letter)| String::from_utf8(letter.mail.message.clone()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| Error::Internal("a rendered message is no text".into()))?;
    plan::change(
        ("store mails", None),
        || {
            "insert into scheduling.emails
                 (job_id, kind, meeting_id, sales_meeting_id, recipient, envelope_to, envelope_from,
                  subject, message, message_id, shown, note, transport, sent_at)
             select m.job, m.kind, m.meeting, m.sales_meeting, m.recipient, array[m.envelope], m.sender,
                    m.subject, m.message, m.message_id, m.shown::jsonb, m.note, $13,
                    case when $13 = 'capture' then clock_timestamp() end
             from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as m
                 (job, kind, meeting, sales_meeting, recipient, envelope, sender, subject, message, message_id,
                  shown, note)"
        },
        &[
            jobs.into(),
            kinds.into(),
            of_mode(Mode::Client).into(),
            of_mode(Mode::User).into(),
            text(&|mail| &mail.recipient).into(),
            text(&|mail| &mail.to).into(),
            text(&|mail| &mail.from).into(),
            text(&|mail| &mail.subject).into(),
            messages.into(),
            text(&|mail| &mail.message_id).into(),
            shown.into(),
            notes.into(),
            transport.as_str().into(),
        ],
    )?;
    Ok(())
}

/// A mail of which it is noted down that it went out.
#[derive(Default)]
pub struct Noted {
    /// Whether it was a guest's confirmation.
    pub is_confirmation: bool,
    /// What is to be said of it.
    pub note: Option<String>,
}

/// Notes down when the mails of these jobs went out: now, or as it was noted with the job. Returns those
/// that are noted.
pub fn note_sent(jobs: &[(i64, DateTime<Utc>)]) -> Result<HashMap<i64, Noted>> {
    if jobs.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<_> = jobs.iter().map(|(id, _)| *id).collect();
    let times = jobs
        .iter()
        .map(|(_, at)| timestamptz::to_postgres((*at).into()))
        .collect::<Result<Vec<_>>>()?;
    let mut noted = Spi::connect_mut(|client| -> Result<_> {
        let rows = plan::write(
            client,
            ("note sent", None),
            || {
                "with free as materialized (
                     select e.id, said.at
                     from unnest($1, $2) as said (job, at)
                     join scheduling.emails e on e.job_id = said.job
                     for no key update of e skip locked
                 )
                 update scheduling.emails e set sent_at = free.at
                 from free where e.id = free.id
                 returning e.job_id,
                           (e.kind = 'confirmation' and e.shown ->> 'to' = 'guest') is true,
                           e.note"
            },
            None,
            &[ids.into(), times.into()],
        )?;
        let mut noted = HashMap::new();
        for row in rows {
            let of_mail = Noted {
                is_confirmation: row.get(2)?.unwrap_or_default(),
                note: row.get(3)?,
            };
            noted.extend(row.get::<i64>(1)?.map(|id| (id, of_mail)));
        }
        Ok(noted)
    })?;
    if noted.len() < jobs.len() {
        // Somebody has locked the others, or deleted them: of those there is nothing to note.
        let others = jobs.iter().map(|(id, _)| *id);
        let others: Vec<_> = others.filter(|id| !noted.contains_key(id)).collect();
        let there = with_a_mail(&others)?;
        let gone = others.into_iter().filter(|id| !there.contains(id));
        noted.extend(gone.map(|id| (id, Noted::default())));
    }
    Ok(noted)
}

/// Of these jobs, those that have a mail.
fn with_a_mail(jobs: &[i64]) -> Result<HashSet<i64>> {
    let there: Option<Vec<i64>> = plan::read_value(
        ("mails of jobs", None),
        || "select array_agg(e.job_id) from scheduling.emails e where e.job_id = any ($1)",
        &[jobs.to_vec().into()],
    )?;
    Ok(there.unwrap_or_default().into_iter().collect())
}
