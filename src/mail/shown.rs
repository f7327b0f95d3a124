//! What a mail has shown its reader of a meeting, kept with it. From this a later mail knows what has
//! changed for this reader, or that there is nothing to tell.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::kind::{MailKind, Recipient};
use super::languages::Text;

/// A meeting as its reader knows it; the column `emails.shown`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    pub to: Recipient,
    pub title: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub location: Option<String>,
    pub meeting_url: Option<String>,
    pub host: String,
    /// Whether the mail carried an invitation.
    pub invitation: bool,
    /// Who comes, where the reader is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guests: Vec<String>,
}

/// One thing that was other before.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is called.
    pub what: Text,
    pub was: String,
    pub is: String,
}

/// The last mail to a reader.
#[derive(Clone, Debug, Deserialize)]
pub struct Told {
    pub kind: String,
    pub shown: Shown,
}

impl Shown {
    /// Whether the time is another one.
    pub fn has_moved_since(&self, before: &Self) -> bool {
        (self.starts_at, self.ends_at) != (before.starts_at, before.ends_at)
    }

    /// What is another than it was, but for the time.
    pub fn changes_since(&self, before: &Self) -> Vec<Change> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let pairs = [
            (Text::ChangeTitle, before.title.clone(), self.title.clone()),
            (
                Text::ChangePlace,
                text(&before.location),
                text(&self.location),
            ),
            (
                Text::ChangeLink,
                text(&before.meeting_url),
                text(&self.meeting_url),
            ),
            (Text::ChangeHost, before.host.clone(), self.host.clone()),
            (Text::ChangeGuest, text(&before.guest), text(&self.guest)),
            (
                Text::ChangeGuests,
                before.guests.join(", "),
                self.guests.join(", "),
            ),
        ];
        let changed = pairs.into_iter().filter(|(_, was, is)| was != is);
        changed
            .map(|(what, was, is)| Change { what, was, is })
            .collect()
    }

    /// Which mail of this kind is to be written to a reader who has been told this, or why none is.
    ///
    /// # Errors
    /// Why there is nothing to tell.
    pub fn news(
        &self,
        kind: MailKind,
        told: Option<&Told>,
        again: bool,
    ) -> Result<MailKind, &'static str> {
        let is_off = told.is_some_and(|told| told.kind == MailKind::Cancelled.as_str());
        if is_off && kind == MailKind::Cancelled {
            return Err("an earlier mail says the same");
        }
        let still = told.filter(|_| !is_off);
        let Some(Told { shown: before, .. }) = still else {
            return Ok(kind);
        };
        let (moved, changes) = (self.has_moved_since(before), self.changes_since(before));
        match kind {
            MailKind::Cancelled | MailKind::Reminder => Ok(kind),
            MailKind::Confirmation | MailKind::OwnerNotification => {
                if !again && !moved && changes.is_empty() && self.to == before.to {
                    Err("an earlier mail says the same")
                } else {
                    Ok(kind)
                }
            }
            MailKind::Updated | MailKind::Rescheduled if moved => Ok(MailKind::Rescheduled),
            MailKind::Updated | MailKind::Rescheduled if changes.is_empty() => {
                Err("an earlier mail says the same")
            }
            MailKind::Updated | MailKind::Rescheduled => Ok(MailKind::Updated),
        }
    }
}
