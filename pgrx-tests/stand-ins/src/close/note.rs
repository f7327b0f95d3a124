//! Notes, activities on a lead (developer.close.com/api/resources/activities/notes).

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub struct Note {
    pub id: String,
    pub lead_id: String,
    pub note: String,
    pub date_created: DateTime<Utc>,
}

impl Note {
    pub fn new(lead_id: &str, note: &str) -> Self {
        Self {
            id: format!("acti_{}", uuid::Uuid::new_v4().simple()),
            lead_id: lead_id.to_owned(),
            note: note.to_owned(),
            date_created: Utc::now(),
        }
    }

    pub fn shown(&self) -> Value {
        json!({
            "_type": "Note",
            "id": self.id,
            "lead_id": self.lead_id,
            "note": self.note,
            "date_created": self.date_created.to_rfc3339(),
        })
    }
}
