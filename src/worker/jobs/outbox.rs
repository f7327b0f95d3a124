//! The way of a finished mail: named, stored with its job, handed over as `configure_mail` has it, and
//! what came of that recorded. What it says is not known here.

use pgrx::prelude::*;
use uuid::Uuid;

use super::mail_settings::{MailSettings, Transport};
use super::prepared::Prepared;
use super::queue::{Job, Run, Verdict};
use crate::error::{Error, Result};
use crate::mail::{Mail, Recipient, Route, SendError};
use crate::owner::{MeetingKey, Mode};
use crate::worker::network::work::JobWork;
use crate::{plan, vault};

/// A finished mail on its way out, as `configure_mail` has set it.
pub fn hand_over(mail: Mail, settings: MailSettings) -> Result<Prepared> {
    let route = match settings.transport {
        Transport::Capture => return Ok(Prepared::Captured),
        Transport::Smtp => match settings.smtp_url {
            Some(url) => Route::Smtp(vault::open(&url, "smtp_url")?),
            None => {
                return Ok(Prepared::failed(
                    "mail cannot leave by smtp without a server: see configure_mail",
                ));
            }
        },
    };
    Ok(Prepared::Network(Box::new(JobWork::Mail { mail, route })))
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
        job.id,
        domain.trim_end_matches('>')
    )
}

/// The mail that an earlier attempt at this job rendered.
pub fn stored(job: i64) -> Result<Option<Mail>> {
    Spi::connect(|client| {
        let rows = plan::read(
            client,
            ("stored mail", None),
            || {
                "select e.recipient, e.subject, e.message_id, e.envelope_from, e.envelope_to, e.message
                 from scheduling.emails e where e.job_id = $1"
            },
            Some(1),
            &[job.into()],
        )?;
        if rows.is_empty() {
            return Ok(None);
        }
        let row = rows.first();
        let text =
            |column| -> Result<String> { Ok(row.get::<String>(column)?.unwrap_or_default()) };
        Ok(Some(Mail {
            recipient: text(1)?,
            subject: text(2)?,
            message_id: text(3)?,
            from: text(4)?,
            to: row.get::<Vec<String>>(5)?.unwrap_or_default(),
            message: text(6)?.into_bytes(),
        }))
    })
}

/// Stores a mail with its job, before it is sent.
pub fn store(job: &Job, kind: &str, mail: &Mail, transport: Transport) -> Result<()> {
    let message = std::str::from_utf8(&mail.message)
        .map_err(|_| Error::Internal("the rendered message is no text".into()))?;
    let of_mode = |wanted| match job.meeting {
        Some(MeetingKey { mode, id }) if mode == wanted => Some(plan::uuid(id)),
        _ => None,
    };
    plan::change(
        ("store mail", None),
        || {
            "insert into scheduling.emails
                 (job_id, kind, meeting_id, sales_meeting_id, recipient, envelope_to, envelope_from,
                  subject, message, message_id, transport)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        },
        &[
            job.id.into(),
            kind.into(),
            of_mode(Mode::Client).into(),
            of_mode(Mode::User).into(),
            mail.recipient.as_str().into(),
            mail.to.clone().into(),
            mail.from.as_str().into(),
            mail.subject.as_str().into(),
            message.into(),
            mail.message_id.as_str().into(),
            transport.as_str().into(),
        ],
    )?;
    Ok(())
}

/// Records what became of a mail: the job's verdict, and when it went out.
pub fn record(
    run: Run,
    job: i64,
    meeting: Option<MeetingKey>,
    result: std::result::Result<Vec<String>, SendError>,
) -> Result<()> {
    let verdict = match &result {
        Ok(refused) if refused.is_empty() => Verdict::Done(None),
        Ok(refused) => Verdict::Done(Some(format!("not sent in copy: {}", refused.join("; ")))),
        Err(error) => Verdict::Failed {
            error: error.detail.clone(),
            permanent: error.permanent,
            retry_after: None,
        },
    };
    if !run.settle(job, &verdict)? || result.is_err() {
        return Ok(());
    }
    let Some(MeetingKey { mode, id }) = meeting else {
        return plan::change(
            ("notice sent", None),
            || "update scheduling.emails e set sent_at = clock_timestamp() where e.job_id = $1",
            &[job.into()],
        )
        .map(|_| ());
    };
    plan::change(
        ("mail sent", Some(mode)),
        || {
            format!(
                "with sent as (
                     update scheduling.emails e set sent_at = clock_timestamp()
                     where e.job_id = $1 returning e.kind
                 )
                 update {} m set confirmation_sent_at = clock_timestamp()
                 from sent where m.id = $2 and sent.kind = 'confirmation'",
                mode.tables().meetings
            )
        },
        &[job.into(), plan::uuid(id).into()],
    )?;
    Ok(())
}
