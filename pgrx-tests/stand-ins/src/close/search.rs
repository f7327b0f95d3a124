//! The search that this product makes (developer.close.com/api/resources/advanced-filtering): leads with a
//! contact at an address. Words are compared, so addresses that begin alike are found as well.

use serde_json::{Value, json};

use crate::value::{Refusal, members, only, text};

/// The address that is searched for, and how many leads are wanted.
pub fn check(body: &Value) -> Result<(String, usize), Refusal> {
    members(body, &["query", "_fields", "_limit"])?;
    let fields = json!({"lead": ["id", "date_created", "description", "contacts"]});
    only(&body["_fields"], &fields)?;
    let limit = body["_limit"].as_u64().filter(|n| (1..=200).contains(n));
    let limit = limit.ok_or("_limit: 1 to 200")?;
    let condition =
        &body["query"]["queries"][1]["related_query"]["related_query"]["condition"]["value"];
    let address = text(condition)?;
    only(&body["query"], &query(address))?;
    Ok((
        address.to_owned(),
        usize::try_from(limit).expect("200 at most"),
    ))
}

fn query(address: &str) -> Value {
    let field =
        json!({"type": "regular_field", "object_type": "contact_email", "field_name": "email"});
    let condition = json!({"type": "text", "mode": "phrase", "value": address});
    let of_email = json!({"type": "field_condition", "field": field, "condition": condition});
    let of_contact = json!({
        "type": "has_related", "this_object_type": "contact", "related_object_type": "contact_email",
        "related_query": of_email,
    });
    let of_lead = json!({
        "type": "has_related", "this_object_type": "lead", "related_object_type": "contact",
        "related_query": of_contact,
    });
    json!({"type": "and", "queries": [{"type": "object_type", "object_type": "lead"}, of_lead]})
}

/// Whether the words of what is searched for are in an address, one after the other.
pub fn is_phrase(address: &str, searched: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words
            .filter(|w| !w.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (address, searched) = (words(address), words(searched));
    !searched.is_empty() && address.windows(searched.len()).any(|w| w == searched)
}
