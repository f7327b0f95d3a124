//! The questions of a booking link, as `booking_links.questions` spells them.
//!
//! A document is read here once and strictly; `answers` holds what a visitor says against it. Pure:
//! no PostgreSQL here. Rows that somebody writes into the meeting tables by plain SQL never come by:
//! what an owner notes down is the owner's own business.

pub mod answers;

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use thiserror::Error;

/// Limits of a form that a person still fills in.
const MOST_QUESTIONS: usize = 50;
const MOST_OPTIONS: usize = 100;
/// In characters; longer ones are cut in mails.
const LONGEST_LINE: usize = 200;
const LONGEST_HELP: usize = 1_000;
/// The longest answer that `max_length` may allow, and what it is where it is not given.
const LONGEST_ANSWER: usize = 10_000;
const LONGEST_TEXT: usize = 500;
const LONGEST_LONG_TEXT: usize = 5_000;
/// Keys longer than this are cut in error messages.
const LONGEST_KEY_SHOWN: usize = 40;

const KEYS: [&str; 8] = [
    "id",
    "label",
    "type",
    "required",
    "options",
    "placeholder",
    "help",
    "max_length",
];

/// The questions of one link, in the order of its form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions(Vec<Question>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Question {
    /// The key of the answer.
    id: String,
    /// What people read; the id where it is not given.
    label: String,
    kind: Kind,
    required: bool,
}

/// What an answer has to be; the `type` of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// One line, and the most characters it may have.
    Text(usize),
    /// The same with line breaks.
    LongText(usize),
    /// One of these.
    Choice(Vec<String>),
    /// Some of these.
    Choices(Vec<String>),
    Boolean,
    Number,
    Email,
    Phone,
    /// A web page, http or https.
    Url,
    /// A calendar day, `YYYY-MM-DD`.
    Date,
}

/// Why a document is refused: the key, and what is wrong there.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{path}: {problem}")]
pub struct QuestionsError {
    /// The offending key as a user would write it, `questions[2].options[0]`.
    pub path: String,
    pub problem: Problem,
}

/// What can be wrong with a key of the document.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Problem {
    #[error("must be a JSON array of questions")]
    NotAnArray,
    #[error("has more than {MOST_QUESTIONS} questions")]
    TooManyQuestions,
    #[error("must be a JSON object")]
    NotAnObject,
    #[error(
        "is not known here; a question has \"id\", \"label\", \"type\", \"required\", \"options\", \"placeholder\", \"help\" and \"max_length\""
    )]
    UnknownKey,
    #[error("is missing")]
    Missing,
    #[error("must be 1 to 64 letters, digits, \"-\" and \"_\"")]
    NotAnId,
    #[error("is the id of an earlier question")]
    RepeatedId,
    #[error("must be one line of 1 to {LONGEST_LINE} characters, without white space around it")]
    NotALine,
    #[error("must be a text of at most {LONGEST_HELP} characters")]
    NotAText,
    #[error(
        "must be \"text\", \"long_text\", \"choice\", \"choices\", \"boolean\", \"number\", \"email\", \"phone\", \"url\" or \"date\""
    )]
    UnknownType,
    #[error("must be true or false")]
    NotABoolean,
    #[error("must be a JSON array of 1 to {MOST_OPTIONS} texts")]
    NotOptions,
    #[error("is there twice")]
    RepeatedOption,
    #[error("belongs to questions of the types \"choice\" and \"choices\" only")]
    UnwantedOptions,
    #[error("must be a whole number from 1 to {LONGEST_ANSWER}")]
    NotALength,
    #[error("belongs to questions of the types \"text\" and \"long_text\" only")]
    UnwantedLength,
}

impl Questions {
    /// Reads a `booking_links.questions` document.
    ///
    /// # Errors
    /// The first key that is not as it should be.
    pub fn parse(document: &Value) -> Result<Self, QuestionsError> {
        let refuse = |problem| refuse("questions", problem);
        let list = document
            .as_array()
            .ok_or_else(|| refuse(Problem::NotAnArray))?;
        if list.len() > MOST_QUESTIONS {
            return Err(refuse(Problem::TooManyQuestions));
        }
        let mut ids = BTreeSet::new();
        let mut questions = Vec::with_capacity(list.len());
        for (index, value) in list.iter().enumerate() {
            let at = Place(format!("questions[{index}]"));
            let question = Question::parse(value, &at)?;
            if !ids.insert(question.id.clone()) {
                return Err(at.refuse("id", Problem::RepeatedId));
            }
            questions.push(question);
        }
        Ok(Self(questions))
    }
}

impl Question {
    fn parse(value: &Value, at: &Place) -> Result<Self, QuestionsError> {
        let keys = value
            .as_object()
            .ok_or_else(|| refuse(&at.0, Problem::NotAnObject))?;
        if let Some(key) = keys.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(at.refuse_unknown(key));
        }
        let id = keys
            .get("id")
            .ok_or_else(|| at.refuse("id", Problem::Missing))?;
        let id = id.as_str().filter(|id| is_id(id));
        let id = id.ok_or_else(|| at.refuse("id", Problem::NotAnId))?;
        let label = match keys.get("label") {
            None => id,
            Some(label) => line(label).ok_or_else(|| at.refuse("label", Problem::NotALine))?,
        };
        let required = match keys.get("required") {
            None => false,
            Some(required) => required
                .as_bool()
                .ok_or_else(|| at.refuse("required", Problem::NotABoolean))?,
        };
        for key in ["placeholder", "help"] {
            let is_text = |text: &Value| {
                text.as_str()
                    .is_some_and(|text| text.chars().count() <= LONGEST_HELP)
            };
            if !keys.get(key).is_none_or(is_text) {
                return Err(at.refuse(key, Problem::NotAText));
            }
        }
        Ok(Self {
            id: id.to_owned(),
            label: label.to_owned(),
            kind: Kind::parse(keys, at)?,
            required,
        })
    }
}

impl Kind {
    /// Reads `type` and the keys that only some types have.
    fn parse(keys: &Map<String, Value>, at: &Place) -> Result<Self, QuestionsError> {
        let name = match keys.get("type") {
            None => "text",
            Some(name) => name.as_str().unwrap_or_default(),
        };
        let kind = match name {
            "text" => Self::Text(longest(keys, at)?.unwrap_or(LONGEST_TEXT)),
            "long_text" => Self::LongText(longest(keys, at)?.unwrap_or(LONGEST_LONG_TEXT)),
            "choice" => Self::Choice(options(keys, at)?),
            "choices" => Self::Choices(options(keys, at)?),
            "boolean" => Self::Boolean,
            "number" => Self::Number,
            "email" => Self::Email,
            "phone" => Self::Phone,
            "url" => Self::Url,
            "date" => Self::Date,
            _ => return Err(at.refuse("type", Problem::UnknownType)),
        };
        if keys.contains_key("options") && !matches!(kind, Self::Choice(_) | Self::Choices(_)) {
            return Err(at.refuse("options", Problem::UnwantedOptions));
        }
        if keys.contains_key("max_length") && !matches!(kind, Self::Text(_) | Self::LongText(_)) {
            return Err(at.refuse("max_length", Problem::UnwantedLength));
        }
        Ok(kind)
    }
}

fn longest(keys: &Map<String, Value>, at: &Place) -> Result<Option<usize>, QuestionsError> {
    let Some(length) = keys.get("max_length") else {
        return Ok(None);
    };
    let characters = length.as_u64().and_then(|n| usize::try_from(n).ok());
    characters
        .filter(|n| (1..=LONGEST_ANSWER).contains(n))
        .map(Some)
        .ok_or_else(|| at.refuse("max_length", Problem::NotALength))
}

fn options(keys: &Map<String, Value>, at: &Place) -> Result<Vec<String>, QuestionsError> {
    let list = keys
        .get("options")
        .ok_or_else(|| at.refuse("options", Problem::Missing))?;
    let list = list
        .as_array()
        .filter(|list| (1..=MOST_OPTIONS).contains(&list.len()))
        .ok_or_else(|| at.refuse("options", Problem::NotOptions))?;
    let mut options = Vec::with_capacity(list.len());
    for (index, option) in list.iter().enumerate() {
        let refuse = |problem| at.refuse(&format!("options[{index}]"), problem);
        let option = line(option).ok_or_else(|| refuse(Problem::NotALine))?;
        if options.iter().any(|earlier| earlier == option) {
            return Err(refuse(Problem::RepeatedOption));
        }
        options.push(option.to_owned());
    }
    Ok(options)
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// One line as people read it.
fn line(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| {
        (1..=LONGEST_LINE).contains(&text.chars().count())
            && text.trim() == *text
            && !text.chars().any(char::is_control)
    })
}

/// A text that users wrote, as messages quote it: short, and on one line.
fn shown(key: &str) -> String {
    let mut shown: String = key.chars().take(LONGEST_KEY_SHOWN).collect();
    if shown.len() < key.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}

/// A question of the document.
struct Place(String);

impl Place {
    fn refuse(&self, key: &str, problem: Problem) -> QuestionsError {
        refuse(&format!("{}.{key}", self.0), problem)
    }

    fn refuse_unknown(&self, key: &str) -> QuestionsError {
        refuse(&format!("{}[{}]", self.0, shown(key)), Problem::UnknownKey)
    }
}

fn refuse(path: &str, problem: Problem) -> QuestionsError {
    QuestionsError {
        path: path.to_owned(),
        problem,
    }
}

#[cfg(test)]
mod tests;
