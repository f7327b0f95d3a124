//! What a visitor answers, held against the questions: refused with the question's name and never
//! with what was typed, or put into the one form that is stored.

use chrono::NaiveDate;
use serde_json::{Map, Value};
use thiserror::Error;

use super::{Kind, Question, Questions, shown};
use crate::mail::{parse_address, web_link};

/// In characters.
const LONGEST_URL: usize = 2_000;
/// Options that a message still lists.
const MOST_LISTED: usize = 10;
/// Digits of a telephone number: short codes, and E.164's 15 with an extension.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 3..=25;

/// Why answers are refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum AnswerError {
    #[error("The link has no question {0}.")]
    Unknown(String),
    #[error("The question {question} has to be answered.")]
    Missing {
        id: String,
        question: String,
        wanted: String,
    },
    #[error("The answer to the question {question} cannot be used.")]
    Unfit {
        id: String,
        question: String,
        wanted: String,
    },
}

impl AnswerError {
    /// Where in the request it is wrong.
    pub fn field(&self) -> String {
        match self {
            Self::Unknown(_) => "answers".to_owned(),
            Self::Missing { id, .. } | Self::Unfit { id, .. } => format!("answers.{id}"),
        }
    }

    /// What would do instead.
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown(_) => {
                "Answer by the ids that get_booking_link() shows in \"questions\".".to_owned()
            }
            Self::Missing { wanted, .. } | Self::Unfit { wanted, .. } => {
                format!("Answer with {wanted}.")
            }
        }
    }
}

impl Questions {
    /// The answers as they are stored: by question id, only what was answered, texts trimmed, chosen
    /// options in the order of the form.
    ///
    /// # Errors
    /// An answer to no question of these, a required one that is not there, and one that is not what
    /// its question asks for.
    pub fn check(&self, answers: &Map<String, Value>) -> Result<Map<String, Value>, AnswerError> {
        let is_asked = |id: &str| self.0.iter().any(|question| question.id == id);
        if let Some(id) = answers.keys().find(|id| !is_asked(id)) {
            return Err(AnswerError::Unknown(shown(id)));
        }
        let mut checked = Map::new();
        for question in &self.0 {
            let given = answers.get(&question.id).filter(|given| !is_empty(given));
            match given {
                Some(given) => {
                    let answer = question.kind.check(given);
                    let answer = answer.ok_or_else(|| AnswerError::Unfit {
                        id: question.id.clone(),
                        question: question.name(),
                        wanted: question.kind.wanted(),
                    })?;
                    checked.insert(question.id.clone(), answer);
                }
                None if question.required => {
                    return Err(AnswerError::Missing {
                        id: question.id.clone(),
                        question: question.name(),
                        wanted: question.kind.wanted(),
                    });
                }
                None => {}
            }
        }
        Ok(checked)
    }
}

/// Stored answers with what people call their questions, in the order of the form. What no question
/// of the link asks for any more, or a plain insert has brought along, follows under its own key.
pub fn labelled(questions: Option<&Value>, answers: &Value) -> Vec<(String, Value)> {
    // The column's CHECK parses the same way; without a link there is nothing to read.
    let questions = questions.and_then(|document| Questions::parse(document).ok());
    let questions = questions.unwrap_or_default().0;
    let Some(answers) = answers.as_object() else {
        return Vec::new();
    };
    let asked = questions.iter().filter_map(|question| {
        let answer = answers.get(&question.id)?;
        Some((question.label.clone(), answer.clone()))
    });
    let others = answers
        .iter()
        .filter(|(id, _)| !questions.iter().any(|question| question.id == **id))
        .map(|(id, answer)| (id.clone(), answer.clone()));
    asked.chain(others).collect()
}

impl Question {
    /// As messages call it.
    fn name(&self) -> String {
        if self.label == self.id {
            format!("{:?}", self.id)
        } else {
            format!("{:?} ({})", self.id, self.label)
        }
    }
}

impl Kind {
    /// The answer as it is stored, if it is one to a question of this kind.
    fn check(&self, given: &Value) -> Option<Value> {
        match self {
            Self::Boolean => given.is_boolean().then(|| given.clone()),
            Self::Number => given.is_number().then(|| given.clone()),
            Self::Choices(options) => chosen(options, given.as_array()?),
            Self::LongText(longest) => long_text(given.as_str()?, *longest),
            Self::Text(longest) => line(given.as_str()?, *longest),
            Self::Choice(options) => {
                let choice = given.as_str()?.trim();
                options
                    .iter()
                    .any(|option| option == choice)
                    .then(|| choice.into())
            }
            Self::Email => {
                let address = parse_address(given.as_str()?).ok()?;
                Some(address.as_str().into())
            }
            Self::Phone => phone(given.as_str()?),
            Self::Url => web_page(given.as_str()?),
            Self::Date => date(given.as_str()?),
        }
    }

    /// What to answer, after "Answer with".
    fn wanted(&self) -> String {
        match self {
            Self::Text(longest) => format!("one line of text, at most {longest} characters"),
            Self::LongText(longest) => format!("a text of at most {longest} characters"),
            Self::Choice(options) => format!("one of {}", listed(options)),
            Self::Choices(options) => format!("a JSON array of some of {}", listed(options)),
            Self::Boolean => "true or false".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Email => "an e-mail address such as ada@example.com".to_owned(),
            Self::Phone => "a telephone number such as +44 20 7946 0000".to_owned(),
            Self::Url => "an address such as https://example.com".to_owned(),
            Self::Date => "a date such as 2027-03-01".to_owned(),
        }
    }
}

/// What a form sends for a field that was left alone.
fn is_empty(given: &Value) -> bool {
    match given {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn line(text: &str, longest: usize) -> Option<Value> {
    let text = text.trim();
    let fits = text.chars().count() <= longest && !text.chars().any(char::is_control);
    fits.then(|| text.into())
}

/// Browsers send line breaks as CRLF; they count and are stored as one character.
fn long_text(text: &str, longest: usize) -> Option<Value> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let allowed = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    let fits = text.chars().count() <= longest && text.chars().all(allowed);
    fits.then(|| text.into())
}

fn chosen(options: &[String], given: &[Value]) -> Option<Value> {
    let given: Vec<&str> = given
        .iter()
        .map(|choice| choice.as_str().map(str::trim))
        .collect::<Option<_>>()?;
    let is_offered = |choice: &&str| options.iter().any(|option| option == choice);
    given.iter().all(is_offered).then(|| {
        let chosen = options
            .iter()
            .filter(|option| given.contains(&option.as_str()));
        chosen.cloned().map(Value::from).collect()
    })
}

/// Kept as it was typed: how numbers are grouped differs, and a person will dial it.
fn phone(text: &str) -> Option<Value> {
    let text = text.trim();
    let number = text.strip_prefix('+').unwrap_or(text);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let allowed = |c: char| c.is_ascii_digit() || " ()-./#,".contains(c);
    // Extensions: "x 12", "ext. 12".
    let (main, extension) = number
        .split_once("ext")
        .or_else(|| number.split_once('x'))
        .unwrap_or((number, ""));
    let is_number = PHONE_DIGITS.contains(&digits)
        && text.len() <= 50
        && main.chars().all(allowed)
        && extension.chars().all(allowed);
    is_number.then(|| text.into())
}

fn web_page(text: &str) -> Option<Value> {
    let page = web_link(text)?;
    (page.chars().count() <= LONGEST_URL).then(|| page.into())
}

fn date(text: &str) -> Option<Value> {
    let text = text.trim();
    // chrono alone would take signs, spaces and missing zeros.
    let is_plain = text.len() == 10
        && (text.bytes().enumerate()).all(|(place, b)| match place {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    let date = is_plain.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())??;
    Some(date.to_string().into())
}

fn listed(options: &[String]) -> String {
    if options.len() > MOST_LISTED {
        return "the question's options".to_owned();
    }
    let quoted: Vec<_> = options.iter().map(|option| format!("{option:?}")).collect();
    quoted.join(", ")
}
