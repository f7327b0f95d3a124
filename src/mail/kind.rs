//! The kinds of mail about a meeting, and who reads them.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// What a mail about a meeting says; the column `emails.kind`, and `mail` in a job's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MailKind {
    /// To the guest, with the invitation: the booking stands.
    Confirmation,
    /// To the owner: somebody booked.
    OwnerNotification,
    /// To everybody: something else than the time has changed, and what.
    Updated,
    /// To everybody: the meeting has another time.
    Rescheduled,
    /// To the guests, some time before: it takes place soon. It brings nothing new and carries no invitation.
    Reminder,
    /// To everybody: the meeting will not take place. To one who is no guest any more: not with them.
    Cancelled,
}

impl MailKind {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether it tells of a meeting that takes place, or of one that does not.
    pub fn announces(self) -> bool {
        match self {
            Self::Confirmation
            | Self::OwnerNotification
            | Self::Updated
            | Self::Rescheduled
            | Self::Reminder => true,
            Self::Cancelled => false,
        }
    }

    /// Whether it tells its reader what holds, so that a later mail need not. A reminder does not: it brings
    /// no invitation, so a change that it happens to show is still to be told.
    pub fn tells(self) -> bool {
        self != Self::Reminder
    }

    /// Who gets a mail of this kind.
    pub const fn recipients(self) -> &'static [Recipient] {
        match self {
            Self::Confirmation | Self::Reminder => &[Recipient::Guest, Recipient::FurtherGuest],
            Self::OwnerNotification => &[Recipient::Owner],
            Self::Updated | Self::Rescheduled | Self::Cancelled => {
                &[Recipient::Guest, Recipient::FurtherGuest, Recipient::Owner]
            }
        }
    }
}

/// Whom a mail is written for; `to` in a job's payload.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Recipient {
    /// The person who booked, and may move and cancel the meeting.
    Guest,
    /// Somebody whom the guest has brought along; also one who is no guest any more.
    FurtherGuest,
    /// The owner of the booking link.
    Owner,
}

impl Recipient {
    /// The name in a job's payload.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
