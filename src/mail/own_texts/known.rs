//! What a template knows: the facts of a meeting as their reader may know them, as values. The table of them is
//! in docs/mail.md, "Your own texts".

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, TimeZone, Utc};
use minijinja::value::{Serde, Value};
use serde_json::Value as Json;

use super::engine::OwnText;
use super::source::{Field, Trouble};
use crate::mail::facts::Facts;
use crate::mail::kind::{MailKind, Recipient};
use crate::mail::languages::Voice;
use crate::mail::people::{People, shown};
use crate::mail::shown::Change;
use crate::mail::templates::{Page, Texts};
use crate::mail::text::{LINE, lines, paragraphs, single_line, web_link};

/// Longest subject, in characters.
const SUBJECT: usize = 3 * LINE;

/// A mail in our words, and all that there is to say it in others.
pub struct Known<'a, Tz> {
    pub kind: MailKind,
    pub reader: Recipient,
    /// As the reader may know them.
    pub facts: &'a Facts,
    pub people: &'a People,
    pub voice: &'a Voice,
    pub zone: &'a Tz,
    pub zone_name: &'a str,
    /// The time in one piece, as ours has it.
    pub when: &'a str,
    pub changes: &'a [Change],
    /// How many come besides the guest who booked.
    pub others: usize,
    pub subject: &'a str,
    pub page: &'a Page,
    pub ours: &'a Texts,
}

/// The parts of a mail that were written in other words.
#[derive(Default)]
pub struct Written {
    pub subject: Option<String>,
    pub texts: Option<Texts>,
}

type Values = BTreeMap<&'static str, Value>;

impl<Tz: TimeZone> Known<'_, Tz> {
    /// Has the templates write their parts.
    ///
    /// # Errors
    /// What went wrong in one of them: then none is used.
    pub fn written_by(&self, own: &OwnText) -> Result<Written, Trouble> {
        let known = Value::from_object(self.values());
        let subject = own.render(Field::Subject, &known)?;
        let subject = subject.map(|subject| single_line(&subject, SUBJECT));
        if subject.as_deref() == Some("") {
            return Err(Trouble::new(Field::Subject, None, "it writes nothing"));
        }
        let plain = own.render(Field::Text, &known)?;
        let plain = plain.map(|plain| lines(&plain));
        let html = own.render(Field::Html, &known)?;
        let html =
            html.map(|html| html.replace(|c: char| c.is_control() && !"\t\r\n".contains(c), ""));
        let texts = match (plain, html) {
            (None, None) => None,
            (Some(plain), Some(html)) => Some(Texts { plain, html }),
            // Both say the same: what is written once is shown both ways.
            (Some(plain), None) => Some(Texts {
                html: self.laid_out(&plain),
                plain,
            }),
            // Whoever sees no HTML reads ours, which has all that there is to know.
            (None, Some(html)) => Some(Texts {
                plain: self.ours.plain.clone(),
                html,
            }),
        };
        if texts.as_ref().is_some_and(|t| t.plain.is_empty()) {
            return Err(Trouble::new(Field::Text, None, "it writes nothing"));
        }
        if texts.as_ref().is_some_and(|t| t.html.trim().is_empty()) {
            return Err(Trouble::new(Field::Html, None, "it writes nothing"));
        }
        Ok(Written { subject, texts })
    }

    /// A text as HTML.
    fn laid_out(&self, plain: &str) -> String {
        let mut escaped = String::with_capacity(plain.len() + plain.len() / 8);
        for c in plain.chars() {
            match c {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                c => escaped.push(c),
            }
        }
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\"></head>\n\
             <body><div style=\"white-space:pre-line; font-family:sans-serif;\">{escaped}</div></body></html>\n",
            self.page.lang,
            self.direction(),
        )
    }

    fn direction(&self) -> &'static str {
        if self.page.is_right_to_left {
            "rtl"
        } else {
            "ltr"
        }
    }

    fn values(&self) -> Values {
        let facts = self.facts;
        let text = |text: &str| Value::from(text);
        let line = |line: Option<&str>| maybe(line.map(|line| single_line(line, usize::MAX)));
        let minutes = (facts.ends_at - facts.starts_at).num_minutes();
        let mut values = Values::from([
            ("kind", text(self.kind.as_str())),
            ("recipient", text(self.reader.as_str())),
            ("language", text(self.voice.tag())),
            ("direction", text(self.direction())),
            ("title", line(Some(&facts.title))),
            ("host", text(&shown(&self.people.owner))),
            ("when", text(self.when)),
            ("start", self.moment(facts.starts_at)),
            ("end", self.moment(facts.ends_at)),
            ("zone", text(self.zone_name)),
            ("duration_minutes", Value::from(minutes)),
            ("location", line(facts.location.as_deref())),
            (
                "join_url",
                maybe(facts.meeting_url.as_deref().and_then(web_link)),
            ),
            ("changes", self.changes()),
            (
                "reason",
                line(
                    facts
                        .cancel_reason
                        .as_deref()
                        .filter(|_| !facts.takes_place),
                ),
            ),
            ("ours", self.ours()),
        ]);
        match self.reader {
            Recipient::FurtherGuest => {}
            Recipient::Guest => {
                values.insert("guest", maybe(self.people.guest.as_ref().map(shown)));
                values.insert("further_guests", Value::from(self.others));
                let manage = facts.manage_url.as_deref().and_then(web_link);
                let manage = manage.filter(|_| self.kind.announces());
                values.insert("manage_url", maybe(manage));
            }
            Recipient::Owner => {
                let guest = self.people.guest.as_ref();
                values.insert("guest", maybe(guest.map(shown)));
                values.insert(
                    "guest_email",
                    maybe(guest.map(|guest| guest.address.as_str().to_owned())),
                );
                let phone = facts
                    .guest
                    .as_ref()
                    .and_then(|guest| guest.phone.as_deref());
                values.insert("guest_phone", line(phone));
                let others = self.people.others.iter();
                let others = others.map(|other| Value::from(other.address.as_str()));
                values.insert("guests", Value::from_iter(others));
                values.insert(
                    "notes",
                    maybe(
                        facts
                            .notes
                            .as_deref()
                            .map(|notes| paragraphs(notes, usize::MAX)),
                    ),
                );
                let answers = facts.answers.iter().map(|(question, answer)| {
                    object([
                        ("question", Value::from(single_line(question, usize::MAX))),
                        ("answer", Value::from(Serde(clean(answer)))),
                    ])
                });
                values.insert("answers", Value::from_iter(answers));
            }
        }
        values
    }

    /// A time as the reader's clocks show it.
    fn moment(&self, at: DateTime<Utc>) -> Value {
        let local = at.with_timezone(&chrono::Offset::fix(
            &self.zone.offset_from_utc_datetime(&at.naive_utc()),
        ));
        let wall = local.naive_local();
        object([
            ("long", Value::from(self.voice.long(wall))),
            ("short", Value::from(self.voice.short(wall))),
            ("time", Value::from(self.voice.time(wall))),
            (
                "iso",
                Value::from(local.to_rfc3339_opts(SecondsFormat::Secs, true)),
            ),
        ])
    }

    fn changes(&self) -> Value {
        let changes = self.changes.iter().map(|change| {
            let side = |text: &str| maybe(Some(single_line(text, LINE)).filter(|t| !t.is_empty()));
            object([
                ("what", Value::from(self.voice.say(change.what))),
                ("was", side(&change.was)),
                ("is", side(&change.is)),
            ])
        });
        Value::from_iter(changes)
    }

    /// What we would say.
    fn ours(&self) -> Value {
        let Page {
            heading,
            intro,
            rows,
            footer,
            ..
        } = self.page;
        let rows = rows.iter().map(|row| {
            object([
                ("label", Value::from(row.label.as_str())),
                ("value", Value::from(row.value.as_str())),
                ("link", maybe(row.link.clone())),
            ])
        });
        object([
            ("subject", Value::from(self.subject)),
            ("heading", Value::from(heading.as_str())),
            ("intro", Value::from(intro.as_str())),
            ("rows", Value::from_iter(rows)),
            ("footer", Value::from(footer.as_str())),
            ("text", Value::from(self.ours.plain.as_str())),
        ])
    }
}

/// What is not there is none, and no error.
fn maybe(text: Option<String>) -> Value {
    text.map_or(Value::from(()), Value::from)
}

/// An answer without what controls or reorders text.
fn clean(answer: &Json) -> Json {
    match answer {
        Json::String(text) => paragraphs(text, usize::MAX).into(),
        Json::Array(items) => items.iter().map(clean).collect(),
        other => other.clone(),
    }
}

fn object<const N: usize>(members: [(&'static str, Value); N]) -> Value {
    Value::from_object(BTreeMap::from(members))
}
