//! The types of fields in bodies, each as a check with a refusal in words.

use serde_json::Value;

/// Why a body is refused, in words.
pub type Refusal = String;

/// Whether a name is one of these, which commas part.
pub fn is_among(names: &str, name: &str) -> bool {
    names.split(',').any(|known| known == name)
}

/// An object with exactly these members.
pub fn members(value: &Value, expected: &[&str]) -> Result<(), Refusal> {
    let fields = value.as_object().ok_or("not an object")?;
    let known = fields.keys().all(|name| expected.contains(&name.as_str()));
    match known && fields.len() == expected.len() {
        true => Ok(()),
        false => Err(format!("its members are {expected:?}")),
    }
}

pub fn text(value: &Value) -> Result<&str, Refusal> {
    value.as_str().ok_or_else(|| "not a text".into())
}

/// A text of at most so many UTF-16 units.
pub fn text_within(value: &Value, most: usize) -> Result<(), Refusal> {
    match text(value)?.encode_utf16().count() <= most {
        true => Ok(()),
        false => Err(format!("longer than {most} characters")),
    }
}

/// This value, whatever the API would take besides.
pub fn only(value: &Value, allowed: &Value) -> Result<(), Refusal> {
    match value == allowed {
        true => Ok(()),
        false => Err(format!("this product says {allowed}")),
    }
}
