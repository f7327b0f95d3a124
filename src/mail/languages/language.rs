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
}

impl Language {
    /// Its tag (BCP 47), without a region.
    pub const fn tag(self) -> LanguageIdentifier {
        match self {
            Self::English => langid!("en"),
            Self::German => langid!("de"),
        }
    }

    /// Its words.
    pub const fn source(self) -> &'static str {
        match self {
            Self::English => include_str!("en.ftl"),
            Self::German => include_str!("de.ftl"),
        }
    }

    /// Whether it is written from right to left.
    pub const fn is_right_to_left(self) -> bool {
        match self {
            Self::English | Self::German => false,
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
