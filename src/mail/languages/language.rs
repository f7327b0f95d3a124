//! The languages themselves, and their words.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use icu_locale_core::{LanguageIdentifier, langid};
use strum::{EnumCount, VariantArray};

/// A language that mails are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, VariantArray)]
pub enum Language {
    English,
    German,
    French,
    Spanish,
    Portuguese,
    Italian,
    Dutch,
    Polish,
    Japanese,
    Arabic,
}

impl Language {
    /// Its tag (BCP 47), without a region.
    pub const fn tag(self) -> LanguageIdentifier {
        match self {
            Self::English => langid!("en"),
            Self::German => langid!("de"),
            Self::French => langid!("fr"),
            Self::Spanish => langid!("es"),
            Self::Portuguese => langid!("pt"),
            Self::Italian => langid!("it"),
            Self::Dutch => langid!("nl"),
            Self::Polish => langid!("pl"),
            Self::Japanese => langid!("ja"),
            Self::Arabic => langid!("ar"),
        }
    }

    /// Its words.
    pub const fn source(self) -> &'static str {
        match self {
            Self::English => include_str!("en.ftl"),
            Self::German => include_str!("de.ftl"),
            Self::French => include_str!("fr.ftl"),
            Self::Spanish => include_str!("es.ftl"),
            Self::Portuguese => include_str!("pt.ftl"),
            Self::Italian => include_str!("it.ftl"),
            Self::Dutch => include_str!("nl.ftl"),
            Self::Polish => include_str!("pl.ftl"),
            Self::Japanese => include_str!("ja.ftl"),
            Self::Arabic => include_str!("ar.ftl"),
        }
    }

    /// Whether it is written from right to left.
    pub const fn is_right_to_left(self) -> bool {
        match self {
            Self::Arabic => true,
            Self::English
            | Self::German
            | Self::French
            | Self::Spanish
            | Self::Portuguese
            | Self::Italian
            | Self::Dutch
            | Self::Polish
            | Self::Japanese => false,
        }
    }

    /// A text, or a part of one, with what is inserted.
    pub fn spell(self, message: &str, part: Option<&str>, args: &FluentArgs<'_>) -> String {
        let words = self.words();
        let found = words.get_message(message).and_then(|found| match part {
            Some(part) => found.get_attribute(part).map(|part| part.value()),
            None => found.value(),
        });
        let Some(pattern) = found else {
            return String::new();
        };
        // What is missing stands in the text by its name. The tests write every text of every language.
        let mut missing = Vec::new();
        words
            .format_pattern(pattern, Some(args), &mut missing)
            .into_owned()
    }

    #[expect(clippy::expect_used, reason = "constants, which the tests all read")]
    fn words(self) -> &'static FluentBundle<FluentResource> {
        static WORDS: [OnceLock<FluentBundle<FluentResource>>; Language::COUNT] =
            [const { OnceLock::new() }; Language::COUNT];
        WORDS[self as usize].get_or_init(|| {
            let tag = self.tag().to_string();
            let mut words =
                FluentBundle::new_concurrent(vec![tag.parse().expect("our tags are tags")]);
            // By `Voice::isolate`: not in headers, and not around links.
            words.set_use_isolating(false);
            let source = FluentResource::try_new(self.source().to_owned());
            words
                .add_resource(source.expect("our files can be read"))
                .expect("no file of ours names a text twice");
            words
        })
    }
}
