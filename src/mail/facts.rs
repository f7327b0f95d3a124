//! What the mail room is told, and what it hands back: the facts of a meeting, and a finished mail.

use std::rc::Rc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::address::AddressError;
use super::kind::{MailKind, Recipient};
use super::own_texts::engine::OwnText;
use super::own_texts::source::Trouble;
use super::shown::Shown;

/// Everything a mail about a meeting can say. No `Debug`: it holds the guest's manage link.
#[derive(Clone)]
pub struct Facts {
    /// `meetings.id` or `sales_meetings.id`; the invitation's UID for as long as the meeting lives.
    pub meeting_id: Uuid,
    /// Rises with every change of the meeting (RFC 5545 section 3.8.7.4).
    pub sequence: i32,
    pub title: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// A place, or whatever the link's owner wrote there.
    pub location: Option<String>,
    /// Where to join; shown and linked only when it is an http(s) URL.
    pub meeting_url: Option<String>,
    /// What the guest wrote when booking.
    pub notes: Option<String>,
    pub cancel_reason: Option<String>,
    /// Whether the owner has given the reason, and not a visitor.
    pub reason_is_owners: bool,
    /// The person who booked. A meeting that was written by hand may have none.
    pub guest: Option<Guest>,
    /// Whose meeting it is by now.
    pub owner: Host,
    /// Who invited, as it was said first: an invitation keeps its organizer for life.
    pub organizer: Host,
    /// E-mail addresses of further guests.
    pub extra_guests: Vec<String>,
    /// The guest's answers, each after what people call its question.
    pub answers: Vec<(String, serde_json::Value)>,
    /// The guest's page to move or cancel the meeting.
    pub manage_url: Option<String>,
    /// The address of the further guest who reads this.
    pub holder: Option<String>,
    /// The reader's (BCP 47); without one, English.
    pub locale: Option<String>,
    /// What it is to say in place of our words.
    pub own_text: Option<Rc<OwnText>>,
    /// What the reader was told last.
    pub before: Option<Shown>,
    /// Whether the owner's mail carries the invitation too.
    pub owner_is_invited: bool,
    /// Whether the meeting takes place, though perhaps without the reader.
    pub takes_place: bool,
    /// The sender, `Name <a@b.example>` or a plain address.
    pub from_address: String,
    /// Where the guest's answers go; without it, the owner's address.
    pub reply_to: Option<String>,
    /// When this mail was ordered: its `Date` and the invitation's `DTSTAMP`.
    pub created_at: DateTime<Utc>,
    /// The same for every attempt at this mail; with or without angle brackets.
    pub message_id: String,
}

/// The person who booked, as they have put it.
#[derive(Clone)]
pub struct Guest {
    pub name: Option<String>,
    pub email: String,
    pub phone: Option<String>,
}

/// The owner of the booking link, as the guest knows them.
#[derive(Clone)]
pub struct Host {
    /// Empty where they have none.
    pub name: String,
    pub email: Option<String>,
}

/// A finished mail. No `Debug`: it holds the message.
#[derive(Clone)]
pub struct Mail {
    /// Whom it is for; the column `emails.recipient`.
    pub recipient: String,
    /// The subject in plain Unicode; the column `emails.subject`.
    pub subject: String,
    /// With angle brackets, as in the header.
    pub message_id: String,
    /// The envelope sender (RFC 5321): where bounces go.
    pub from: String,
    /// The envelope recipient: a mail has one reader, so that it is sent or it is not.
    pub to: String,
    /// The whole RFC 5322 text, CRLF line ends, ASCII only.
    pub message: Vec<u8>,
    /// What it shows of a meeting; the column `emails.shown`.
    pub shown: Option<Box<Shown>>,
    /// Why it is in our words, where others were wanted.
    pub own_trouble: Option<Box<Trouble>>,
}

/// Why a mail cannot be written. Trying again with the same facts fails again.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("no mail of kind {} is written for the {}", .0.as_str(), .1.as_str())]
    Unaddressed(MailKind, Recipient),
    #[error("the {whose} e-mail address is not usable: {problem}")]
    Address {
        whose: &'static str,
        problem: AddressError,
    },
    #[error("the owner has no e-mail address")]
    NoOwnerAddress,
    #[error("the meeting has no guest")]
    NoGuest,
    #[error("the Message-ID is malformed")]
    MessageId,
    #[error("a date lies outside the years 1970 to 9999")]
    Date,
    #[error("the message could not be built: {0}")]
    Build(#[from] lettre::error::Error),
    #[error("the mail library refuses an address: {0}")]
    LibraryAddress(#[from] lettre::address::AddressError),
    /// The engine's account of a failure can quote the text, so only its kind is told.
    #[error("the mail's text could not be rendered: {0}")]
    Render(minijinja::ErrorKind),
}
