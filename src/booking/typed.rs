//! What a visitor may type: its limits, and what is refused. Lengths are looked at first, so that no work is
//! in proportion to them.

use serde_json::{Map, Value};

use super::questions::answers::AnswerError;
use crate::error::{Error, Result, required};
use crate::mail::parse_address;

/// Limits of what a visitor may type, in characters: enough for people, too little for abuse.
pub const LONGEST_NAME: usize = 200;
pub const LONGEST_PHONE: usize = 50;
pub const LONGEST_NOTES: usize = 10_000;
pub const LONGEST_ANSWERS: usize = 20_000;
pub const LONGEST_KEY: usize = 200;
const MOST_GUESTS: usize = 20;

pub fn malformed(argument: &str, detail: &str) -> Error {
    Error::invalid(
        argument,
        format!("malformed {argument}"),
        format!("The argument \"{argument}\" cannot be used. {detail}"),
        format!("Correct \"{argument}\" and try again."),
    )
}

pub fn address(argument: &str, address: &str) -> Result<String> {
    match parse_address(address) {
        Ok(address) => Ok(address.as_str().to_owned()),
        Err(problem) => Err(Error::invalid(
            argument,
            "malformed e-mail address",
            format!("The e-mail address in \"{argument}\" is malformed: {problem}."),
            "Pass an address such as ada@example.com.",
        )),
    }
}

/// One line of text, trimmed; `None` where nothing is left.
pub fn line(argument: &str, value: &str, longest: usize) -> Result<Option<String>> {
    if value.chars().any(char::is_control) {
        return Err(malformed(
            argument,
            "It has line breaks or control characters.",
        ));
    }
    text(argument, value, longest)
}

/// Text, trimmed; `None` where nothing is left.
pub fn text(argument: &str, value: &str, longest: usize) -> Result<Option<String>> {
    let value = value.trim();
    if value.chars().count() > longest {
        return Err(malformed(
            argument,
            &format!("It is longer than {longest} characters."),
        ));
    }
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

pub fn object(answers: Value) -> Result<Map<String, Value>> {
    if answers.to_string().len() > LONGEST_ANSWERS {
        return Err(malformed(
            "answers",
            &format!("It is longer than {LONGEST_ANSWERS} bytes."),
        ));
    }
    match answers {
        Value::Object(answers) => Ok(answers),
        _ => Err(malformed("answers", "It is no JSON object.")),
    }
}

pub fn unfit_answer(error: &AnswerError) -> Error {
    Error::invalid(error.field(), "malformed answers", error, error.hint())
}

pub fn checked_guests(guests: Vec<Option<String>>) -> Result<Vec<String>> {
    if guests.len() > MOST_GUESTS {
        return Err(malformed(
            "guests",
            &format!("It has more than {MOST_GUESTS} addresses."),
        ));
    }
    guests
        .into_iter()
        .zip(0..)
        .map(|(guest, place)| {
            let field = format!("guests[{place}]");
            address(&field, &required(&field, guest)?)
        })
        .collect()
}
