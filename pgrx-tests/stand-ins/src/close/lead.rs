//! Leads with their contacts (developer.close.com/api/resources/leads), and when the search finds them.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub struct Lead {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub date_created: DateTime<Utc>,
    /// In the API's words.
    pub contacts: Vec<Value>,
    made: Instant,
    gone: Option<Instant>,
}

impl Lead {
    /// The addresses of its contacts.
    pub fn addresses(&self) -> Vec<String> {
        let emails = |contact: &Value| contact["emails"].as_array().cloned().unwrap_or_default();
        let emails = self.contacts.iter().flat_map(emails);
        emails
            .map(|email| email["email"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Whether the search shows it, which is so far behind.
    pub fn is_found(&self, lag: Duration) -> bool {
        self.made.elapsed() >= lag && self.gone.is_none_or(|gone| gone.elapsed() < lag)
    }

    pub fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "display_name": self.name,
            "name": self.name,
            "description": self.description,
            "date_created": self.date_created.to_rfc3339(),
            "contacts": self.contacts,
        })
    }
}

#[derive(Default)]
pub struct Leads {
    all: Vec<Lead>,
}

impl Leads {
    pub fn add(&mut self, name: &str, description: Option<&str>, contacts: Vec<Value>) -> &Lead {
        let id = format!("lead_{}", uuid::Uuid::new_v4().simple());
        self.all.push(Lead {
            id,
            name: name.to_owned(),
            description: description.map(str::to_owned),
            date_created: Utc::now(),
            contacts,
            made: Instant::now(),
            gone: None,
        });
        &self.all[self.all.len() - 1]
    }

    /// Those that are there.
    pub fn live(&self) -> impl Iterator<Item = &Lead> {
        self.all.iter().filter(|lead| lead.gone.is_none())
    }

    pub fn find(&self, id: &str) -> Option<&Lead> {
        self.live().find(|lead| lead.id == id)
    }

    pub fn find_mut(&mut self, id: &str) -> Option<&mut Lead> {
        let mut live = self.all.iter_mut().filter(|lead| lead.gone.is_none());
        live.find(|lead| lead.id == id)
    }

    /// Takes a lead out; its contacts.
    pub fn remove(&mut self, id: &str) -> Option<Vec<Value>> {
        let lead = self.find_mut(id)?;
        lead.gone = Some(Instant::now());
        Some(lead.contacts.clone())
    }

    /// What the search shows, which is so far behind.
    pub fn searched(&self, lag: Duration) -> impl Iterator<Item = &Lead> {
        self.all.iter().filter(move |lead| lead.is_found(lag))
    }
}
