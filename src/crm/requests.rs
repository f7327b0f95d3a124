//! What is said to Close, as JSON.

use serde_json::{Value, json};

use super::facts::Guest;

/// Leads are known as ours by this in their description: they, and no others, may be merged into another one.
pub const OURS: &str = "Made by scheduling for a meeting.";

/// So many leads are looked at, and so many notes of one.
pub const MOST: usize = 100;

/// Leads with a contact at this address. Words are compared by the search, so there may be others among
/// them (<https://developer.close.com/api/resources/advanced-filtering>).
pub fn search(address: &str) -> Value {
    json!({
        "query": {
            "type": "and",
            "queries": [
                {"type": "object_type", "object_type": "lead"},
                {
                    "type": "has_related",
                    "this_object_type": "lead",
                    "related_object_type": "contact",
                    "related_query": {
                        "type": "has_related",
                        "this_object_type": "contact",
                        "related_object_type": "contact_email",
                        "related_query": {
                            "type": "field_condition",
                            "field": {
                                "type": "regular_field",
                                "object_type": "contact_email",
                                "field_name": "email",
                            },
                            "condition": {"type": "text", "mode": "phrase", "value": address},
                        },
                    },
                },
            ],
        },
        "_fields": {"lead": ["id", "date_created", "description", "contacts"]},
        "_limit": MOST,
    })
}

/// A lead with its contact (<https://developer.close.com/api/resources/leads/create>). A phone may be left
/// out: Close takes none that it cannot read as one.
pub fn lead(guest: &Guest, with_phone: bool) -> Value {
    let name = guest.name.as_deref().unwrap_or(&guest.address);
    let mut contact = json!({
        "name": name,
        "emails": [{"type": "office", "email": guest.address}],
    });
    if let Some(phone) = guest.phone.as_deref().filter(|_| with_phone) {
        contact["phones"] = json!([{"type": "office", "phone": phone}]);
    }
    json!({"name": name, "description": OURS, "contacts": [contact]})
}

/// A note of a lead (<https://developer.close.com/api/resources/activities/notes/create>).
pub fn note(lead: &str, text: &str) -> Value {
    json!({"lead_id": lead, "note": text})
}

/// Another text for a note (<https://developer.close.com/api/resources/activities/notes/update>).
pub fn note_text(text: &str) -> Value {
    json!({"note": text})
}

/// One lead made part of another (<https://developer.close.com/api/resources/leads/merge>).
pub fn merge(source: &str, destination: &str) -> Value {
    json!({"source": source, "destination": destination})
}
