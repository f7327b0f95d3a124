//! Jobs that send a mail about a meeting. The message is rendered with the first attempt and stored with
//! its job; every attempt sends the same bytes under the same Message-ID. Should a crash lose the stored
//! message, it is rendered anew, under that Message-ID still.

use serde::Deserialize;

use super::mail_settings::MailSettings;
use super::meeting::Details;
use super::outbox;
use super::prepared::Prepared;
use super::queue::Job;
use crate::availability::server_zone::ServerZone;
use crate::error::{Error, Result};
use crate::mail::{self, Facts, Mail, MailKind, Recipient};
use crate::owner::Mode;

/// What a job's payload asks for: `{"mail": "confirmation", "to": "guest"}`.
#[derive(Deserialize)]
struct Order {
    #[serde(rename = "mail")]
    kind: MailKind,
    to: Recipient,
}

impl Order {
    /// Why there is no mail to send any more, or none to send to.
    fn pointless(&self, details: &Details) -> Option<&'static str> {
        if self.kind.announces() && !details.is_live() {
            return Some("the meeting is not confirmed any more");
        }
        if details.ends_at <= chrono::Utc::now() {
            return Some("the meeting is over");
        }
        match self.to {
            Recipient::Guest if details.guest.is_none() => Some("the meeting has no guest"),
            Recipient::Owner if details.owner.email.is_none() => {
                Some("the owner has no e-mail address")
            }
            _ => None,
        }
    }
}

/// Renders the mail of a job, or finds the one rendered before, and stores it.
pub fn prepare(job: &Job, mode: Mode, details: &Details) -> Result<Prepared> {
    let Ok(order) = Order::deserialize(&job.payload) else {
        return Ok(Prepared::failed(
            "the job's payload asks for no mail that is known",
        ));
    };
    let settings = MailSettings::read()?;
    let mail = match outbox::stored(job.id)? {
        Some(mail) => mail,
        None => {
            if let Some(reason) = order.pointless(details) {
                return Ok(Prepared::done(reason));
            }
            match render(job, mode, &order, details, &settings)? {
                Ok(mail) => {
                    outbox::store(job, order.kind.as_str(), &mail, settings.transport)?;
                    mail
                }
                Err(error) => return Ok(Prepared::failed(error.to_string())),
            }
        }
    };
    outbox::hand_over(mail, settings)
}

fn render(
    job: &Job,
    mode: Mode,
    order: &Order,
    details: &Details,
    settings: &MailSettings,
) -> Result<std::result::Result<Mail, mail::MailError>> {
    let zone = ServerZone::named(match order.to {
        Recipient::Guest => &details.timezone,
        Recipient::Owner => &details.owner.timezone,
    })?;
    let Some(guest) = &details.guest else {
        return Err(Error::Internal("the meeting has no guest".into()));
    };
    let facts = Facts {
        meeting_id: details.id,
        sequence: details.sequence,
        title: details.title.clone(),
        starts_at: details.starts_at,
        ends_at: details.ends_at,
        location: details.location.clone(),
        meeting_url: details.meeting_url.clone(),
        notes: details.notes.clone(),
        cancel_reason: details.cancel_reason.clone(),
        guest: mail::Guest {
            name: guest.name.clone().unwrap_or_else(|| guest.email.clone()),
            email: guest.email.clone(),
            phone: guest.phone.clone(),
        },
        owner: mail::Host {
            name: details
                .owner
                .name
                .clone()
                .unwrap_or_else(|| "Your host".to_owned()),
            email: details.owner.email.clone(),
        },
        extra_guests: details.guests.clone(),
        answers: details.labelled_answers(),
        manage_url: details.manage_url(mode)?,
        from_address: settings.from_address.clone(),
        reply_to: settings.reply_to.clone(),
        created_at: job.created_at,
        message_id: outbox::message_id(order.kind.as_str(), order.to, job, details.id, settings),
    };
    Ok(mail::compose(
        order.kind,
        order.to,
        &facts,
        &zone,
        zone.name(),
    ))
}
