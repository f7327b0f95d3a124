//! What Close says, as far as it is read.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::CrmError;
use super::requests::OURS;

#[derive(Deserialize)]
pub struct List<T> {
    pub data: Vec<T>,
}

/// A lead or a note that was made or changed.
#[derive(Deserialize)]
pub struct Made {
    pub id: String,
}

#[derive(Deserialize)]
pub struct Note {
    pub id: String,
    /// Close may have a note without one.
    pub note: Option<String>,
}

#[derive(Deserialize)]
pub struct Lead {
    pub id: String,
    pub date_created: DateTime<Utc>,
    description: Option<String>,
    /// Of leads that others have made, anything may be missing.
    contacts: Option<Vec<Contact>>,
}

#[derive(Deserialize)]
struct Contact {
    emails: Option<Vec<Email>>,
}

#[derive(Deserialize)]
struct Email {
    email: Option<String>,
}

impl Lead {
    /// Whether a contact of it has this address.
    pub fn has(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        let contacts = self.contacts.iter().flatten();
        let emails = contacts.flat_map(|contact| contact.emails.iter().flatten());
        let mut known = emails.filter_map(|email| email.email.as_deref());
        known.any(|known| known.to_lowercase() == address)
    }

    /// Whether we have made it, and nobody has written another description since.
    pub fn is_ours(&self) -> bool {
        self.description.as_deref() == Some(OURS)
    }
}

/// Of the leads that a search has found those with this address, the oldest first.
pub fn with_address(found: Vec<Lead>, address: &str) -> Vec<Lead> {
    let mut leads = found;
    leads.retain(|lead| lead.has(address));
    leads.sort_by(|a, b| (a.date_created, &a.id).cmp(&(b.date_created, &b.id)));
    leads
}

/// Reads a body; what is wrong with it is said without quoting it.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, CrmError> {
    serde_json::from_slice(body).map_err(|error| {
        let kind = if error.is_data() {
            "not what was asked for"
        } else {
            "no JSON"
        };
        CrmError::BadAnswer(format!("{kind} (column {})", error.column()))
    })
}

/// An id may become a part of a path: nothing else may come with it.
pub fn checked(id: String, prefix: &str) -> Result<String, CrmError> {
    let is_sound = id.strip_prefix(prefix).is_some_and(|rest| {
        (1..=100).contains(&rest.len())
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    });
    match is_sound {
        true => Ok(id),
        false => Err(CrmError::BadAnswer("an id of another form".into())),
    }
}
