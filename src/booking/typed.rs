//! What a visitor may type: its limits, and what is refused. Lengths are looked at first, so that no work is
//! in proportion to them.

use serde_json::{Map, Value};

use super::attribution::{self, AttributionError};
use super::linkable::{has_link, is_invisible};
use super::questions::answers::AnswerError;
use crate::error::{Error, Result, required};
use crate::locale;
use crate::mail::parse_address;

/// Limits of what a visitor may type, in characters: enough for people, too little for abuse.
pub const LONGEST_NAME: usize = 200;
pub const LONGEST_PHONE: usize = 50;
pub const LONGEST_NOTES: usize = 10_000;
pub const LONGEST_ANSWERS: usize = 20_000;
pub const LONGEST_KEY: usize = 200;
pub const MOST_GUESTS: i32 = 20;

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

/// What people are called, as it goes into mails to others: without marks that nobody sees.
///
/// # Errors
/// 22023 where it is empty or too long, or has something in it that mail programs make a link of.
pub fn name(argument: &str, value: &str) -> Result<String> {
    let name = seen_line(argument, value, LONGEST_NAME)?;
    let name = name.ok_or_else(|| malformed(argument, "It is empty."))?;
    without_link(argument, name)
}

/// A phone number, as people write them.
///
/// # Errors
/// As of [`name`], but that it may be empty.
pub fn phone(argument: &str, value: &str) -> Result<Option<String>> {
    let phone = seen_line(argument, value, LONGEST_PHONE)?;
    phone.map(|phone| without_link(argument, phone)).transpose()
}

/// One line, without the marks that nobody sees.
fn seen_line(argument: &str, value: &str, longest: usize) -> Result<Option<String>> {
    bounded(argument, value, longest)?;
    let seen: String = value.chars().filter(|c| !is_invisible(*c)).collect();
    line(argument, &seen, longest)
}

fn without_link(argument: &str, text: String) -> Result<String> {
    if has_link(&text) {
        return Err(malformed(argument, "It has a link or an address in it."));
    }
    Ok(text)
}

/// Refuses what cannot be short enough before anything looks at its characters.
fn bounded(argument: &str, value: &str, longest: usize) -> Result<()> {
    // White space around it is forgiven, within reason.
    if value.len() > 4 * longest + 1_000 {
        return Err(too_long(argument, longest));
    }
    Ok(())
}

fn too_long(argument: &str, longest: usize) -> Error {
    malformed(
        argument,
        &format!("It is longer than {longest} characters."),
    )
}

/// One line of text, trimmed; `None` where nothing is left.
pub fn line(argument: &str, value: &str, longest: usize) -> Result<Option<String>> {
    bounded(argument, value, longest)?;
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if value.chars().any(breaks) {
        return Err(malformed(
            argument,
            "It has line breaks or control characters.",
        ));
    }
    text(argument, value, longest)
}

/// Text, trimmed; `None` where nothing is left.
pub fn text(argument: &str, value: &str, longest: usize) -> Result<Option<String>> {
    bounded(argument, value, longest)?;
    let value = value.trim();
    if value.chars().count() > longest {
        return Err(too_long(argument, longest));
    }
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

/// The name of a language, as BCP 47 spells it.
pub fn language(argument: &str, value: &str) -> Result<String> {
    locale::canonical(value).ok_or_else(|| {
        Error::invalid(
            argument,
            "malformed language",
            format!("The argument \"{argument}\" is no name of a language (BCP 47)."),
            "Pass one such as de or pt-BR, as browsers have it in navigator.language.",
        )
    })
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

/// Where the visitor came from.
///
/// # Errors
/// 22023 that names the key.
pub fn attribution(document: Value) -> Result<Map<String, Value>> {
    attribution::parse(document).map_err(|error: AttributionError| {
        Error::malformed_document(
            "malformed attribution",
            error,
            "Pass utm_source, utm_medium, utm_campaign, utm_term, utm_content and referrer, as far as they are \
             known, as texts of at most 255 characters.",
        )
    })
}

pub fn unfit_answer(error: &AnswerError) -> Error {
    Error::invalid(error.field(), "malformed answers", error, error.hint())
}

pub fn checked_guests(guests: Vec<Option<String>>) -> Result<Vec<String>> {
    if !i32::try_from(guests.len()).is_ok_and(|count| count <= MOST_GUESTS) {
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
