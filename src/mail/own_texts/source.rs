//! What was written, and its limits. They are looked at before the engine is: it builds its trees by recursion,
//! and fuel is spent only when a template runs.

use strum::IntoStaticStr;

use crate::mail::kind::{MailKind, Recipient};

/// Bytes.
const LONGEST_SUBJECT: usize = 1_000;
const LONGEST_TEXT: usize = 65_536;
const LONGEST_HTML: usize = 131_072;
/// Bytes of one `{{ … }}` or `{% … %}`, and how many of them there are: chains of operators and of `elif` nest
/// as deep as they are long.
const LONGEST_TAG: usize = 500;
const MOST_TAGS: usize = 500;

/// The part of a mail that a template writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Field {
    Recipient,
    Subject,
    Text,
    Html,
}

impl Field {
    /// The column's name.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    fn longest(self) -> usize {
        match self {
            Self::Recipient | Self::Subject => LONGEST_SUBJECT,
            Self::Text => LONGEST_TEXT,
            Self::Html => LONGEST_HTML,
        }
    }
}

/// A row's templates; `None` is ours.
#[derive(Default)]
pub struct Source {
    pub subject: Option<String>,
    pub text: Option<String>,
    pub html: Option<String>,
}

impl Source {
    pub fn fields(self) -> impl Iterator<Item = (Field, String)> {
        let fields = [
            (Field::Subject, self.subject),
            (Field::Text, self.text),
            (Field::Html, self.html),
        ];
        fields
            .into_iter()
            .filter_map(|(field, source)| Some((field, source?)))
    }
}

/// What is wrong with a template, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}{what}", field.as_str(), spell_line(*line))]
pub struct Trouble {
    pub field: Field,
    /// Counted from 1.
    pub line: Option<usize>,
    /// May quote the template.
    pub what: String,
    /// Does not.
    pub kind: String,
}

fn spell_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!("line {line}: "))
}

impl Trouble {
    pub fn new(field: Field, line: Option<usize>, what: impl Into<String>) -> Self {
        let what = what.into();
        Self {
            field,
            line,
            kind: what.clone(),
            what,
        }
    }

    pub fn nobody(kind: MailKind, recipient: Option<Recipient>) -> Self {
        let reader = recipient.map_or("anybody", Recipient::as_str);
        let what = format!("no {} is written to the {reader}", kind.as_str());
        Self::new(Field::Recipient, None, what)
    }

    /// For a job's row: what people wrote is not repeated there.
    pub fn in_short(&self) -> String {
        format!(
            "{}: {}{}",
            self.field.as_str(),
            spell_line(self.line),
            self.kind
        )
    }
}

/// Refuses what is too long, as a whole or in one place, and what would switch escaping off.
pub fn check(field: Field, source: &str) -> Result<(), Trouble> {
    if source.len() > field.longest() {
        let what = format!("it has more than {} bytes", field.longest());
        return Err(Trouble::new(field, None, what));
    }
    let line_of = |at: usize| 1 + source[..at].matches('\n').count();
    for (count, tag) in (Tags { source, at: 0 }).enumerate() {
        let trouble = |what: String| Err(Trouble::new(field, Some(line_of(tag.at)), what));
        if count >= MOST_TAGS {
            return trouble(format!(
                "it has more than {MOST_TAGS} expressions and blocks"
            ));
        }
        if tag.length > LONGEST_TAG {
            return trouble(format!("an expression has more than {LONGEST_TAG} bytes"));
        }
        if let Some(forbidden) = tag.forbidden {
            return trouble(forbidden.to_owned());
        }
        // With "raw" a tag would end elsewhere than here; visitors' texts stay escaped, whoever writes around them.
        if matches!(tag.word, "raw" | "autoescape") {
            return trouble(format!("the block \"{}\" is not to be had", tag.word));
        }
    }
    Ok(())
}

/// The tags of a template, where the engine's own reader (MiniJinja 3, `compiler/lexer.rs`) sees them: it ends
/// one outside of strings and brackets only.
struct Tags<'a> {
    source: &'a str,
    at: usize,
}

struct Tag<'a> {
    at: usize,
    length: usize,
    /// The first word of a block.
    word: &'a str,
    forbidden: Option<&'static str>,
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let rest = &self.source[self.at..];
            let starts = ["{{", "{%", "{#"]
                .iter()
                .filter_map(|start| rest.find(start));
            let start = starts.min()?;
            let tag = &rest[start..];
            if tag.starts_with("{#") {
                self.at += start + tag.find("#}").map_or(tag.len(), |end| end + 2);
                continue;
            }
            let is_block = tag.starts_with("{%");
            let (length, forbidden) = measure(tag, if is_block { b"%}" } else { b"}}" });
            let at = self.at + start;
            self.at = at + length;
            let word = if is_block {
                let word = tag[2..].trim_start_matches(['-', '+']).trim_start();
                let end = word.find(|c: char| !c.is_ascii_alphabetic());
                &word[..end.unwrap_or(word.len())]
            } else {
                ""
            };
            return Some(Tag {
                at,
                length,
                word,
                forbidden,
            });
        }
    }
}

/// Words after which a bracket opens a value, and not an index or a call.
const KEYWORDS: &[&str] = &[
    "and",
    "elif",
    "else",
    "filter",
    "for",
    "if",
    "in",
    "is",
    "not",
    "or",
    "recursive",
    "set",
    "with",
];

/// How many bytes a tag has, all that follow where it does not end; and what is in it that is not to be had: lists
/// and maps that the template makes itself, and arithmetic that makes long ones of short ones. The engine charges
/// nothing for a list that is added to itself sixty times before somebody reads it to its end.
fn measure(tag: &str, end: &[u8; 2]) -> (usize, Option<&'static str>) {
    let bytes = tag.as_bytes();
    let ends_at = |at: usize| bytes[at..].starts_with(end);
    let is_sign = |at: usize| matches!(bytes.get(at), Some(b'+' | b'-'));
    let mut forbidden = None;
    // Of each bracket that is open, whether it is a call's.
    let mut open: Vec<bool> = Vec::new();
    let mut depth = 0_i64;
    let mut follows_value = false;
    let mut at = if is_sign(2) { 3 } else { 2 };
    while at < bytes.len() {
        if depth == 0 && ends_at(at) {
            return (at + 2, forbidden);
        }
        if depth == 0 && is_sign(at) && ends_at(at + 1) {
            return (at + 3, forbidden);
        }
        let byte = bytes[at];
        match byte {
            b'\'' | b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != byte {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
                follows_value = true;
                continue;
            }
            _ if byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii() => {
                let is_of_word =
                    |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
                let length = bytes[at..]
                    .iter()
                    .take_while(|byte| is_of_word(byte))
                    .count();
                follows_value = !KEYWORDS.contains(&tag.get(at..at + length).unwrap_or_default());
                at += length;
                continue;
            }
            b'(' | b'[' | b'{' => {
                if byte == b'{' || byte == b'[' && !follows_value {
                    forbidden = Some("a list or map of its own is not to be had");
                }
                open.push(byte == b'(' && follows_value);
                depth += 1;
                follows_value = false;
            }
            b')' | b']' | b'}' => {
                open.pop();
                depth -= 1;
                follows_value = true;
            }
            b',' if open.last() != Some(&true) => {
                forbidden = Some("a list or map of its own is not to be had");
            }
            b'+' | b'*' => {
                forbidden = Some("\"+\" and \"*\" are not to be had; \"~\" joins texts");
                follows_value = false;
            }
            _ if byte.is_ascii_whitespace() => {}
            _ => follows_value = false,
        }
        at += 1;
    }
    (bytes.len(), forbidden)
}
