//! Jobs that send a mail about a meeting. The message is rendered with the first attempt and stored with
//! its job; every attempt sends the same bytes under the same Message-ID. Should a crash lose the stored
//! message, it is rendered anew, under that Message-ID still.
//!
//! What a job asks for is what was known when it was queued. What is written is what its reader does not
//! know yet when its turn comes, which may be nothing.

use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::mail_settings::Sending;
use super::meeting::Meeting;
use super::outbox;
use super::own_texts::OwnTexts;
use super::prepared::{Letter, Prepared};
use super::queue::Job;
use super::told::Told;
use crate::availability::server_zone::ServerZone;
use crate::booking::status::MeetingStatus;
use crate::error::{Error, Result};
use crate::mail::own_texts::Reader;
use crate::mail::{self, Facts, Mail, MailKind, Recipient};

/// What a job's payload asks for: `{"mail": "confirmation", "to": "guest", "address": "ada@guest.example"}`.
#[derive(Deserialize)]
struct Order {
    #[serde(rename = "mail")]
    kind: MailKind,
    to: Recipient,
    /// Whose mail it is, of guests: whoever is the guest by then may be somebody else.
    address: Option<String>,
    /// Of a reminder: how long before the meeting, and when that began then.
    minutes: Option<i32>,
    starts_at: Option<DateTime<Utc>>,
    /// Whether it is wanted even where an earlier mail says the same.
    #[serde(default)]
    again: bool,
}

impl Order {
    /// The end of a meeting is told to whoever was invited, though somebody else is the guest by now.
    fn for_whoever_was_invited(self, meeting: &Meeting) -> Self {
        let is_guest = |address: &String| {
            let guest = meeting.guest.as_ref();
            guest.is_some_and(|guest| guest.email.eq_ignore_ascii_case(address))
        };
        match &self.address {
            Some(address)
                if self.to == Recipient::Guest && !self.kind.announces() && !is_guest(address) =>
            {
                Self {
                    to: Recipient::FurtherGuest,
                    ..self
                }
            }
            _ => self,
        }
    }

    /// Why there is no mail to send any more, or none to send to.
    fn pointless(&self, meeting: &Meeting, told: &Told) -> Option<&'static str> {
        if self.kind.announces() && !meeting.is_live() {
            return Some("the meeting is not confirmed any more");
        }
        if meeting.ends_at <= Utc::now() {
            return Some("the meeting is over");
        }
        if let Some(reason) = self.pointless_reminder(meeting) {
            return Some(reason);
        }
        let is_cancelled = meeting.status == MeetingStatus::Cancelled;
        match self.to {
            Recipient::Guest => match (&meeting.guest, &self.address) {
                (None, _) => Some("the meeting has no guest"),
                (Some(guest), Some(address)) if !guest.email.eq_ignore_ascii_case(address) => {
                    Some("the guest has another address by now")
                }
                _ if !self.kind.announces() && !is_cancelled => {
                    Some("the meeting is not cancelled any more")
                }
                _ => None,
            },
            Recipient::FurtherGuest => self.pointless_to_one_more(meeting, told),
            Recipient::Owner if meeting.owner.email.is_none() => {
                Some("the owner has no e-mail address")
            }
            Recipient::Owner if !self.kind.announces() && !is_cancelled => {
                Some("the meeting is not cancelled any more")
            }
            Recipient::Owner => None,
        }
    }

    /// A reminder holds for the time that it was queued for: at another one there are others, and its guests are
    /// told of the move first.
    fn pointless_reminder(&self, meeting: &Meeting) -> Option<&'static str> {
        if self.kind != MailKind::Reminder {
            return None;
        }
        let now = Utc::now();
        if meeting.starts_at <= now {
            return Some("the meeting has begun");
        }
        if self.starts_at.is_some_and(|at| at != meeting.starts_at) {
            return Some("the meeting has another time by now");
        }
        let minutes = self.minutes?;
        if !meeting.reminder_minutes.contains(&minutes) {
            return Some("no reminder is wanted at this time any more");
        }
        let is_due = |other: &i32| meeting.starts_at - TimeDelta::minutes(i64::from(*other)) <= now;
        let mut later = meeting.reminder_minutes.iter().filter(|m| **m < minutes);
        later.any(is_due).then_some("a later reminder is due")
    }

    fn pointless_to_one_more(&self, meeting: &Meeting, told: &Told) -> Option<&'static str> {
        let Some(address) = &self.address else {
            return Some("the meeting has no guest of that address");
        };
        let is_they = |guest: &str| guest.trim().eq_ignore_ascii_case(address);
        let books = meeting.guest.as_ref().is_some_and(|g| is_they(&g.email));
        let comes = meeting.guests.iter().any(|guest| is_they(guest));
        if self.kind.announces() {
            return if books {
                Some("they have a mail of their own")
            } else if comes {
                None
            } else {
                Some("they are no guest any more")
            };
        }
        match meeting.status {
            MeetingStatus::Cancelled => None,
            _ if books || comes => Some("they are a guest again"),
            _ if told.was_never_invited => Some("they were not invited yet"),
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
    told: &Told,
    sending: &Sending,
    own_texts: &OwnTexts,
) -> Result<Prepared> {
    let Ok(order) = Order::deserialize(&job.payload) else {
        return Ok(Prepared::failed(
            "the job's payload asks for no mail that is known",
        ));
    };
    let order = order.for_whoever_was_invited(meeting);
    if let Some(reason) = order.pointless(meeting, told) {
        return Ok(Prepared::done(reason));
    }
    if let Some(mail) = stored {
        return Ok(Prepared::Mail(Letter {
            kind: order.kind.as_str(),
            mail,
            is_stored: true,
            note: None,
        }));
    }
    let mut facts = facts(&order, meeting, told, sending)?;
    let shown = facts.shown_to(order.to);
    let kind = match shown.news(order.kind, told.last.as_ref(), order.again) {
        Ok(kind) => kind,
        Err(reason) => return Ok(Prepared::done(reason)),
    };
    facts.created_at = job.created_at;
    facts.message_id =
        outbox::message_id(kind.as_str(), order.to, job, meeting.id, &sending.settings);
    let own = own_texts.of(&Reader {
        kind,
        recipient: order.to,
        locale: facts.locale.as_deref(),
        owner: job.owner,
    });
    facts.own_text = own.and_then(|(_, read)| read.as_ref().ok().map(Rc::clone));
    let zone = ServerZone::named(match order.to {
        Recipient::Guest | Recipient::FurtherGuest => &meeting.timezone,
        Recipient::Owner => &meeting.owner.timezone,
    })?;
    Ok(
        match mail::compose(kind, order.to, &facts, &zone, zone.name()) {
            Ok(mail) => Prepared::Mail(Letter {
                kind: kind.as_str(),
                note: own.and_then(|(id, read)| {
                    let trouble = mail.own_trouble.as_deref().or(read.as_ref().err())?;
                    Some(format!("mail template {id}: {}", trouble.in_short()))
                }),
                mail,
                is_stored: false,
            }),
            Err(error) => Prepared::failed(error.to_string()),
        },
    )
}

fn facts(
    order: &Order,
    meeting: &Meeting,
    told: &Told,
    Sending {
        settings,
        manage_base,
    }: &Sending,
) -> Result<Facts> {
    let host = |name: Option<&String>, email: Option<&String>| mail::Host {
        name: name.cloned().unwrap_or_default(),
        email: email.cloned(),
    };
    let owner = &meeting.owner;
    let last = told.last.as_ref();
    Ok(Facts {
        meeting_id: meeting.id,
        sequence: meeting.sequence,
        title: meeting.title.clone(),
        starts_at: meeting.starts_at,
        ends_at: meeting.ends_at,
        location: meeting.location.clone(),
        meeting_url: meeting.meeting_url.clone(),
        notes: meeting.notes.clone(),
        cancel_reason: meeting.cancel_reason.clone(),
        reason_is_owners: meeting.cancelled_by.as_deref() == Some("owner"),
        guest: meeting.guest.as_ref().map(|guest| mail::Guest {
            name: guest.name.clone(),
            email: guest.email.clone(),
            phone: guest.phone.clone(),
        }),
        owner: host(owner.name.as_ref(), owner.email.as_ref()),
        organizer: host(
            meeting.organizer_name.as_ref().or(owner.name.as_ref()),
            meeting.organizer_email.as_ref().or(owner.email.as_ref()),
        ),
        extra_guests: meeting.guests.clone(),
        answers: meeting.labelled_answers(),
        manage_url: manage_base
            .as_ref()
            .map(|base| Ok::<_, Error>(format!("{base}{}", meeting.key().token()?)))
            .transpose()?,
        holder: order.address.clone(),
        locale: match order.to {
            Recipient::Guest | Recipient::FurtherGuest => meeting.locale.clone(),
            Recipient::Owner => owner.locale.clone(),
        },
        own_text: None,
        before: last.map(|told| told.shown.clone()),
        // Whoever holds an invitation hears of its changes by others like it.
        owner_is_invited: (meeting.connection.is_none() && meeting.calendar_event_id.is_none())
            || last.is_some_and(|told| told.shown.invitation),
        takes_place: meeting.status != MeetingStatus::Cancelled,
        from_address: settings.from_address.clone(),
        reply_to: settings.reply_to.clone(),
        created_at: meeting.starts_at,
        message_id: String::new(),
    })
}
