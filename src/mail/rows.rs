//! The table of a mail: labels in the reader's language, and beside them what others have written, cleaned.

use serde_json::Value;

use super::address::Mailbox;
use super::facts::Facts;
use super::languages::{Args, Text, Voice};
use super::shown::Change;
use super::templates::Row;
use super::text::{LINE, PARAGRAPHS, paragraphs, place, single_line, web_link};

/// The table of the mail, without empty lines.
pub struct Rows<'a> {
    voice: &'a Voice,
    rows: Vec<Row>,
}

impl<'a> Rows<'a> {
    pub fn new(voice: &'a Voice) -> Self {
        Self {
            voice,
            rows: Vec::new(),
        }
    }

    pub fn into_lines(self) -> Vec<Row> {
        self.rows
    }

    /// Words of ours, with what others have written isolated in them.
    pub fn say(&mut self, label: Text, words: String) {
        if !words.is_empty() {
            self.rows.push(Row::new(self.voice, label, words));
        }
    }

    /// What others have written.
    pub fn add(&mut self, label: Text, value: &str) {
        self.link(label, value, None);
    }

    fn link(&mut self, label: Text, value: &str, link: Option<String>) {
        let value = paragraphs(value, PARAGRAPHS);
        if !value.is_empty() {
            self.rows.push(Row {
                link,
                ..Row::new(self.voice, label, self.voice.isolate(&value))
            });
        }
    }

    /// What is another than it was: `Place: Room 4 → Room 5`.
    pub fn changes(&mut self, changes: &[Change]) {
        let spell = |text: &str| Some(place(text)).filter(|text| !text.is_empty());
        let lines = changes.iter().map(|Change { what, was, is }| {
            let [was, is] = [was, is].map(|text| match spell(text) {
                // In words of ours, with a zone isolated in them.
                Some(_) if *what == Text::ChangeTime => text.clone(),
                Some(text) => self.voice.isolate(&text),
                None => self.voice.say(Text::None),
            });
            let mut args = Args::new();
            args.set("what", self.voice.say(*what));
            args.set("was", was);
            args.set("is", is);
            self.voice.tell(Text::Change, &args)
        });
        let lines = lines.collect::<Vec<_>>().join("\n");
        self.say(Text::LabelChanged, lines);
    }

    pub fn place(&mut self, facts: &Facts, cancelled: bool) {
        let location = place(facts.location.as_deref().unwrap_or_default());
        self.link(Text::LabelWhere, &location, web_link(&location));
        if !cancelled && let Some(url) = facts.meeting_url.as_deref().and_then(web_link) {
            self.link(Text::LabelJoin, &url.clone(), Some(url));
        }
    }

    pub fn guest(&mut self, guest: Option<&Mailbox>, facts: &Facts) {
        if let Some(guest) = guest {
            self.add(Text::LabelGuest, guest.name.as_deref().unwrap_or_default());
            self.link(
                Text::LabelEmail,
                guest.address.as_str(),
                Some(guest.address.mailto()),
            );
        }
        let phone = facts
            .guest
            .as_ref()
            .and_then(|guest| guest.phone.as_deref());
        self.add(
            Text::LabelPhone,
            &single_line(phone.unwrap_or_default(), LINE),
        );
    }

    /// Each under its question, in the words of whoever has asked it.
    pub fn answers(&mut self, answers: &[(String, Value)]) {
        for (question, answer) in answers {
            let value = paragraphs(&spell(answer, self.voice), PARAGRAPHS);
            if !value.is_empty() {
                self.rows.push(Row {
                    label: self.voice.isolate(&single_line(question, LINE)),
                    value: self.voice.isolate(&value),
                    link: None,
                    is_mails_own: false,
                });
            }
        }
    }
}

/// An answer as a person would write it.
fn spell(answer: &Value, voice: &Voice) -> String {
    match answer {
        Value::Null => String::new(),
        Value::Bool(yes) => voice.say(if *yes { Text::Yes } else { Text::No }),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items = items.iter().map(|item| spell(item, voice));
            items.collect::<Vec<_>>().join(&voice.say(Text::Comma))
        }
        Value::Number(_) | Value::Object(_) => answer.to_string(),
    }
}
