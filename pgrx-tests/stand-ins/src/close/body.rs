//! What this product may write into a lead and a note: field by field, with its type.

use serde_json::{Map, Value};

use super::refusal;
use crate::answer::Answer;

/// A lead's name, description and contacts (developer.close.com/api/resources/leads/create).
pub fn lead(body: &Value) -> Result<(&str, Option<&str>, Vec<Value>), Answer> {
    let fields = object(body, &["name", "description", "contacts"])?;
    let name = text(fields, "name")?;
    let description = text(fields, "description")?;
    let contacts = fields["contacts"].as_array();
    let contacts = contacts.ok_or_else(|| refusal::field(&["contacts"], "Not a list."))?;
    for (n, contact) in contacts.iter().enumerate() {
        let n = n.to_string();
        check_contact(contact)
            .map_err(|(field, problem)| refusal::field(&["contacts", &n, field], problem))?;
    }
    Ok((name, Some(description), contacts.clone()))
}

fn check_contact(contact: &Value) -> Result<(), (&'static str, &'static str)> {
    let fields = contact.as_object().ok_or(("name", "Not an object."))?;
    let known = ["name", "emails", "phones"];
    if fields.keys().any(|name| !known.contains(&name.as_str())) {
        return Err(("name", "A field that is not known."));
    }
    fields
        .get("name")
        .and_then(Value::as_str)
        .ok_or(("name", "Not a text."))?;
    for (list, member, is_sound) in [
        ("emails", "email", is_address as fn(&str) -> bool),
        ("phones", "phone", is_phone),
    ] {
        let Some(entries) = fields.get(list) else {
            continue;
        };
        let entries = entries.as_array().ok_or((list, "Not a list."))?;
        for entry in entries {
            let has = entry.as_object().map_or(0, Map::len) == 2 && entry["type"] == "office";
            let value = entry[member].as_str().filter(|_| has);
            if !value.is_some_and(is_sound) {
                return Err((list, "Invalid."));
            }
        }
    }
    Ok(())
}

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

fn is_phone(text: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    text.chars().filter(|c| is_digit(*c)).count() >= 5
        && text.chars().all(|c| is_digit(c) || "+-() ./".contains(c))
}

/// A note's lead and text (developer.close.com/api/resources/activities/notes/create).
pub fn note(body: &Value) -> Result<(&str, &str), Answer> {
    let fields = object(body, &["lead_id", "note"])?;
    Ok((text(fields, "lead_id")?, text(fields, "note")?))
}

/// A note's new text (developer.close.com/api/resources/activities/notes/update).
pub fn note_text(body: &Value) -> Result<&str, Answer> {
    text(object(body, &["note"])?, "note")
}

/// Both leads of a merge (developer.close.com/api/resources/leads/merge).
pub fn merge(body: &Value) -> Result<(&str, &str), Answer> {
    let fields = object(body, &["source", "destination"])?;
    Ok((text(fields, "source")?, text(fields, "destination")?))
}

fn object<'a>(body: &'a Value, required: &[&str]) -> Result<&'a Map<String, Value>, Answer> {
    let fields = body.as_object();
    let fields = fields.ok_or_else(|| refusal::bad_request("The body is no JSON object."))?;
    for name in required {
        if !fields.contains_key(*name) {
            return Err(refusal::field(&[name], "This field is required."));
        }
    }
    match fields
        .keys()
        .find(|name| !required.contains(&name.as_str()))
    {
        Some(name) => Err(refusal::field(&[name], "Unknown field.")),
        None => Ok(fields),
    }
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, Answer> {
    let text = fields.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
        .ok_or_else(|| refusal::field(&[name], "Not a text."))
}
