//! The body of a mail to be sent: each field that this product has a reason to set, and no others.

use serde_json::Value;

use crate::value::{Refusal, is_among, members, text};

/// The headers of a mail that this product sets.
const HEADERS: &str = "Message-ID,Auto-Submitted";

pub fn check(body: &Value) -> Result<(), Refusal> {
    let fields = body.as_object().ok_or("The body is not an object.")?;
    for required in ["from", "to", "subject"] {
        if !fields.contains_key(required) {
            return Err(format!("Missing required field: {required}"));
        }
    }
    for (name, value) in fields {
        let checked = match name.as_str() {
            "from" => mailbox(value),
            "to" => list(value, 50, mailbox),
            "reply_to" => list(value, 50, mailbox),
            "subject" => one_line(value),
            "html" | "text" => text(value).map(drop),
            "headers" => headers(value),
            "attachments" => list(value, 20, attachment),
            _ => Err("not a field that is expected".into()),
        };
        checked.map_err(|problem| format!("Invalid `{name}` field: {problem}"))?;
    }
    Ok(())
}

/// `a@b.example` or `Name <a@b.example>`, the name in quotes where it has characters that ask for it.
fn mailbox(value: &Value) -> Result<(), Refusal> {
    let said = text(value)?;
    let address = match said
        .strip_suffix('>')
        .and_then(|said| said.rsplit_once(" <"))
    {
        Some((name, address)) => {
            let is_quoted = name.len() > 2 && name.starts_with('"') && name.ends_with('"');
            if name.is_empty()
                || (!is_quoted && name.contains(['"', ',', ';', '<', '>', '@', '(', ')', '.', ':']))
            {
                return Err(format!("the name of {said}"));
            }
            address
        }
        None => said,
    };
    let is_word = |part: &str| {
        !part.is_empty() && part.is_ascii() && !part.contains([' ', '<', '>', ',', '"'])
    };
    match address.split_once('@') {
        Some((local, domain)) if is_word(local) && is_word(domain) && domain.contains('.') => {
            Ok(())
        }
        _ => Err(format!("the address of {said}")),
    }
}

fn one_line(value: &Value) -> Result<(), Refusal> {
    match text(value)? {
        "" => Err("it is empty".into()),
        said if said.chars().any(char::is_control) => Err("it has more than one line".into()),
        _ => Ok(()),
    }
}

fn list(
    value: &Value,
    most: usize,
    each: fn(&Value) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let entries = value.as_array().ok_or("not a list")?;
    if entries.is_empty() || entries.len() > most {
        return Err(format!("it has {} entries", entries.len()));
    }
    entries.iter().try_for_each(each)
}

fn headers(value: &Value) -> Result<(), Refusal> {
    for (name, value) in value.as_object().ok_or("not an object")? {
        if !is_among(HEADERS, name) {
            return Err(format!("{name} is not expected"));
        }
        one_line(value)?;
    }
    Ok(())
}

fn attachment(value: &Value) -> Result<(), Refusal> {
    members(value, &["content", "content_type", "filename"])?;
    let content = text(&value["content"])?;
    let is_base64 = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
    if content.is_empty() || content.len() % 4 != 0 || !content.bytes().all(is_base64) {
        return Err("the content is not in base64".into());
    }
    one_line(&value["content_type"])?;
    one_line(&value["filename"])
}
