//! A reader's language: the words of it, and the dates of their region.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use chrono::NaiveDateTime;
use fluent_bundle::FluentArgs;
use icu_locale_core::extensions::unicode::key;
use icu_locale_core::{LanguageIdentifier, Locale, langid};
use strum::VariantArray;

use super::dates::Dates;
use super::language::Language;
use super::texts::{Occasion, Text};
use crate::locale;

/// What is inserted into a text, by the name of its variable.
pub type Args<'a> = FluentArgs<'a>;

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';
/// More than the locales that one organisation's guests have; whoever makes up others has them made again.
const MOST_KEPT: usize = 64;

thread_local! {
    /// Voices by their locale: one is made once, and not for each mail.
    static KEPT: RefCell<HashMap<String, Rc<Voice>>> = RefCell::default();
}

/// How one reader is written to.
pub struct Voice {
    language: Language,
    /// The words' language and the reader's region: `de-AT`.
    tag: String,
    dates: Dates,
}

impl Voice {
    /// The voice for somebody of this locale (BCP 47): its language with the
    /// dates of its region, else English. A tag that is none is as good as no tag: it costs nobody a mail.
    pub fn of(locale: Option<&str>) -> Rc<Self> {
        let (language, locale) = choose(locale);
        let key = locale.to_string();
        KEPT.with_borrow_mut(|kept| {
            if let Some(voice) = kept.get(&key) {
                return Rc::clone(voice);
            }
            if kept.len() >= MOST_KEPT {
                kept.clear();
            }
            let voice = Rc::new(Self {
                language,
                tag: locale.id.to_string(),
                dates: Dates::of(&locale),
            });
            kept.insert(key, Rc::clone(&voice));
            voice
        })
    }

    #[cfg(test)]
    pub fn kept() -> usize {
        KEPT.with_borrow(HashMap::len)
    }

    /// The tag of what is written (BCP 47).
    pub fn tag(&self) -> &str {
        &self.tag
    }

    pub fn is_right_to_left(&self) -> bool {
        self.language.is_right_to_left()
    }

    /// A text into which nothing is inserted.
    pub fn say(&self, text: Text) -> String {
        self.tell(text, &Args::new())
    }

    /// A text with what is inserted.
    pub fn tell(&self, text: Text, args: &Args<'_>) -> String {
        self.language.spell(text.into(), None, args)
    }

    /// A part of what somebody is told.
    pub fn write(&self, occasion: Occasion, part: &str, args: &Args<'_>) -> String {
        self.language.spell(occasion.into(), Some(part), args)
    }

    /// A time with its date, for a text.
    pub fn long(&self, at: NaiveDateTime) -> String {
        self.dates.long(at)
    }

    /// The same in a few characters, for a subject.
    pub fn short(&self, at: NaiveDateTime) -> String {
        self.dates.short(at)
    }

    pub fn time(&self, at: NaiveDateTime) -> String {
        self.dates.time(at)
    }

    /// A number in the digits of the region.
    pub fn number(&self, number: usize) -> String {
        self.dates.number(number)
    }

    /// A text of somebody else's as a piece of its own, so that its direction does not reorder what is around
    /// it, nor the other way round (UAX 9, isolates). A link stays as it is: programs take what follows it for
    /// a part of it. From left to right nothing is isolated: names and places are mostly in Latin letters, and
    /// some programs show the marks.
    pub fn isolate(&self, text: &str) -> String {
        if !self.is_right_to_left() {
            return text.to_owned();
        }
        let lines = text.split('\n').map(|line| {
            if line.is_empty() || line.contains("://") {
                line.to_owned()
            } else {
                format!("{FIRST_STRONG_ISOLATE}{line}{POP_ISOLATE}")
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The language, and the locale for its dates: the language with the region that was asked for, and of what else
/// may be asked for the hours and the digits.
fn choose(asked: Option<&str>) -> (Language, Locale) {
    let asked = asked.filter(|tag| tag.len() <= locale::LONGEST);
    let asked = asked.and_then(|tag| Locale::try_from_str(tag).ok());
    let Some(asked) = asked else {
        return (Language::English, langid!("en").into());
    };
    let language = written(&asked).unwrap_or(Language::English);
    let mut id: LanguageIdentifier = language.tag();
    id.region = asked.id.region;
    let mut locale = Locale::from(id);
    for key in [key!("hc"), key!("nu")] {
        if let Some(value) = asked.extensions.unicode.keywords.get(&key) {
            locale.extensions.unicode.keywords.set(key, value.clone());
        }
    }
    (language, locale)
}

/// Whether our mails are written in the language of a locale.
pub fn is_written(locale: &str) -> bool {
    Locale::try_from_str(locale).is_ok_and(|locale| written(&locale).is_some())
}

fn written(locale: &Locale) -> Option<Language> {
    let mut languages = Language::VARIANTS.iter().copied();
    languages.find(|language| language.tag().language == locale.id.language)
}
