//! Jobs that send a mail about a meeting. The message is rendered with the first attempt and stored with
//! its job; every attempt sends the same bytes under the same Message-ID. Should a crash lose the stored
//! message, it is rendered anew, under that Message-ID still.

use serde::Deserialize;

use super::mail_settings::Sending;
use super::meeting::Meeting;
use super::outbox;
use super::prepared::{Letter, Prepared};
use super::queue::Job;
use crate::availability::server_zone::ServerZone;
use crate::booking::status::MeetingStatus;
use crate::error::{Error, Result};
use crate::mail::{self, Facts, Mail, MailKind, Recipient};

/// What a job's payload asks for: `{"mail": "confirmation", "to": "guest"}`.
#[derive(Deserialize)]
struct Order {
    #[serde(rename = "mail")]
    kind: MailKind,
    to: Recipient,
}

impl Order {
    /// Why there is no mail to send any more, or none to send to.
    fn pointless(&self, meeting: &Meeting) -> Option<&'static str> {
        if self.kind.announces() && !meeting.is_live() {
            return Some("the meeting is not confirmed any more");
        }
        if !self.kind.announces() && meeting.status != MeetingStatus::Cancelled {
            return Some("the meeting is not cancelled any more");
        }
        if meeting.ends_at <= chrono::Utc::now() {
            return Some("the meeting is over");
        }
        match self.to {
            Recipient::Guest if meeting.guest.is_none() => Some("the meeting has no guest"),
            Recipient::Owner if meeting.owner.email.is_none() => {
                Some("the owner has no e-mail address")
            }
            _ => None,
        }
    }
}

/// Renders the mail of a job, unless an earlier attempt has. Whether there is still a point in it is
/// asked first, whatever was rendered: a job may be tried again hours later, or by hand.
pub fn prepare(
    job: &Job,
    meeting: &Meeting,
    stored: Option<Mail>,
    sending: &Sending,
) -> Result<Prepared> {
    let Ok(order) = Order::deserialize(&job.payload) else {
        return Ok(Prepared::failed(
            "the job's payload asks for no mail that is known",
        ));
    };
    if let Some(reason) = order.pointless(meeting) {
        return Ok(Prepared::done(reason));
    }
    let is_stored = stored.is_some();
    let mail = match stored {
        Some(mail) => mail,
        None => match render(job, &order, meeting, sending)? {
            Ok(mail) => mail,
            Err(error) => return Ok(Prepared::failed(error.to_string())),
        },
    };
    Ok(Prepared::Mail(Letter {
        kind: order.kind.as_str(),
        mail,
        is_stored,
    }))
}

fn render(
    job: &Job,
    order: &Order,
    meeting: &Meeting,
    Sending {
        settings,
        manage_base,
    }: &Sending,
) -> Result<std::result::Result<Mail, mail::MailError>> {
    let zone = ServerZone::named(match order.to {
        Recipient::Guest => &meeting.timezone,
        Recipient::Owner => &meeting.owner.timezone,
    })?;
    let Some(guest) = &meeting.guest else {
        return Err(Error::Internal("the meeting has no guest".into()));
    };
    let facts = Facts {
        meeting_id: meeting.id,
        sequence: meeting.sequence,
        title: meeting.title.clone(),
        starts_at: meeting.starts_at,
        ends_at: meeting.ends_at,
        location: meeting.location.clone(),
        meeting_url: meeting.meeting_url.clone(),
        notes: meeting.notes.clone(),
        cancel_reason: meeting.cancel_reason.clone(),
        guest: mail::Guest {
            name: guest.name.clone().unwrap_or_else(|| guest.email.clone()),
            email: guest.email.clone(),
            phone: guest.phone.clone(),
        },
        owner: mail::Host {
            name: meeting
                .owner
                .name
                .clone()
                .unwrap_or_else(|| "Your host".to_owned()),
            email: meeting.owner.email.clone(),
        },
        extra_guests: meeting.guests.clone(),
        answers: meeting.labelled_answers(),
        manage_url: manage_base
            .as_ref()
            .map(|base| Ok::<_, Error>(format!("{base}{}", meeting.key().token()?)))
            .transpose()?,
        from_address: settings.from_address.clone(),
        reply_to: settings.reply_to.clone(),
        created_at: job.created_at,
        message_id: outbox::message_id(order.kind.as_str(), order.to, job, meeting.id, settings),
    };
    Ok(mail::compose(
        order.kind,
        order.to,
        &facts,
        &zone,
        zone.name(),
    ))
}
