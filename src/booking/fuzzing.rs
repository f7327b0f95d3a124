//! Any bytes as what visitors type, and as the forms that owners make for them.

use serde_json::Value;

use super::attribution;
use super::linkable::{has_link, is_invisible};
use super::questions::Questions;
use super::questions::answers::labelled;
use super::typed;
use crate::fuzz_input::{Target, json, text};
use crate::vault::signed_id::Claim;

pub const FUZZING: &[Target] = &[
    ("questions", questions),
    ("answers", answers),
    ("attribution", attribution),
    ("typed", typed),
    ("manage_token", manage_token),
];

/// Of what is refused, in characters.
const LONGEST_MESSAGE: usize = 400;

/// A form that is refused is refused in a few words on one line.
fn questions(input: &[u8]) {
    let Some(document) = json(input) else {
        return;
    };
    if let Err(error) = Questions::parse(&document) {
        let message = error.to_string();
        assert!(message.chars().count() <= LONGEST_MESSAGE, "{message}");
        assert!(!message.contains(char::is_control), "{message:?}");
    }
}

/// `[questions, answers]`: answers that are taken are taken again as they are stored, each under its question;
/// those that are refused are not quoted.
fn answers(input: &[u8]) {
    let Some(Value::Array(both)) = json(input) else {
        return;
    };
    let [document, Value::Object(answers)] = &*both else {
        return;
    };
    let Ok(questions) = Questions::parse(document) else {
        return;
    };
    match questions.check(answers) {
        Ok(checked) => {
            assert_eq!(questions.check(&checked).as_ref(), Ok(&checked));
            assert!(checked.keys().all(|id| answers.contains_key(id)));
            let stored = Value::Object(checked.clone());
            assert_eq!(labelled(Some(document), &stored).len(), checked.len());
        }
        Err(error) => {
            let told = format!("{error} {} {}", error.field(), error.hint());
            // A form's own words are in it, so they are taken as they are.
            assert!(!told.contains('\0'));
            assert!(told.chars().count() <= 4_000, "{told}");
        }
    }
}

/// Where a visitor came from is kept as it is given, or refused in a few words on one line.
fn attribution(input: &[u8]) {
    let Some(document) = json(input) else {
        return;
    };
    match attribution::parse(document.clone()) {
        Ok(kept) => assert_eq!(Value::Object(kept), document),
        Err(error) => {
            let told = error.to_string();
            assert!(told.chars().count() <= LONGEST_MESSAGE, "{told}");
            assert!(!told.contains(char::is_control), "{told:?}");
        }
    }
}

/// What people are called is one line without marks that nobody sees, and no link; and stays what it is when
/// it is typed again.
fn typed(input: &[u8]) {
    let text = text(input);
    if let Ok(name) = typed::name("name", &text) {
        assert!(!name.is_empty() && name.chars().count() <= typed::LONGEST_NAME);
        assert!(
            !name.contains(|c: char| c.is_control() || is_invisible(c)),
            "{name:?}"
        );
        assert!(!has_link(&name), "{name:?}");
        assert_eq!(typed::name("name", &name).ok(), Some(name));
    }
    if let Ok(Some(phone)) = typed::phone("phone", &text) {
        assert!(phone.chars().count() <= typed::LONGEST_PHONE);
        assert!(
            !phone.contains(|c: char| c.is_control() || is_invisible(c)),
            "{phone:?}"
        );
        assert_eq!(typed::phone("phone", &phone).ok().flatten(), Some(phone));
    }
    if let Ok(Some(notes)) = typed::text("notes", &text, typed::LONGEST_NOTES) {
        assert_eq!(notes.trim(), notes);
    }
}

/// A token that is well formed is of one meeting, and is spelled in one way.
fn manage_token(input: &[u8]) {
    let text = text(input);
    if let Some(claim) = Claim::read(&text) {
        assert!(text.len() <= 256);
        assert_eq!(claim.spell(), text.trim());
    }
}
