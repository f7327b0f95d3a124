//! Every language says everything, and nothing that no mail says; readers get the language that they can
//! read.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;
use strum::VariantArray;

use super::{Args, Language, Occasion, Text, Voice};

/// The variables of each text, by its name; of a part `message.part`.
fn texts(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let file = parser::parse(language.source()).unwrap_or_else(|(_, errors)| {
        panic!("{language:?}: {errors:?}");
    });
    let mut texts = BTreeMap::new();
    for entry in file.body {
        match entry {
            Entry::Message(message) => {
                let name = message.id.name;
                let parts = message
                    .attributes
                    .iter()
                    .map(|part| (format!("{name}.{}", part.id.name), &part.value));
                let value = message.value.iter().map(|value| (name.to_owned(), value));
                for (name, pattern) in value.chain(parts) {
                    let mut variables = BTreeSet::new();
                    read(pattern, &mut variables);
                    let twice = texts.insert(name.clone(), variables);
                    assert_eq!(twice, None, "{language:?}: {name} is there twice");
                }
            }
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
            other => panic!("{language:?}: {other:?}"),
        }
    }
    texts
}

fn read(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    let mut note = |expression: &InlineExpression<&str>| match expression {
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
        }
        InlineExpression::StringLiteral { .. } => {}
        other => panic!("{other:?} is more than our texts have"),
    };
    let mut variants = Vec::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable { expression } => match expression {
                Expression::Inline(expression) => note(expression),
                Expression::Select {
                    selector,
                    variants: all,
                } => {
                    note(selector);
                    variants.extend(all);
                }
            },
        }
    }
    for variant in variants {
        read(&variant.value, variables);
    }
}

#[test]
fn every_language_has_every_text_with_the_same_variables_and_nothing_else() {
    let names = Text::VARIANTS
        .iter()
        .map(|text| <&str>::from(text).to_owned());
    let parts = Occasion::VARIANTS.iter().flat_map(|occasion| {
        let message: &str = occasion.into();
        let parts = occasion.parts().iter();
        parts.map(move |part| format!("{message}.{part}"))
    });
    let ours: BTreeSet<String> = names.chain(parts).collect();
    let english = texts(Language::English);
    let there: BTreeSet<String> = english.keys().cloned().collect();
    assert_eq!(there, ours);
    for &language in Language::VARIANTS {
        for (name, variables) in texts(language) {
            let expected = english.get(&name);
            assert_eq!(Some(&variables), expected, "{language:?}: {name}");
        }
        let missing = texts(language).len();
        assert_eq!(missing, english.len(), "{language:?} lacks a text");
    }
}

/// As a mail has them.
fn args() -> Args<'static> {
    let mut args = Args::new();
    for name in [
        "account", "calendar", "from", "guest", "is", "news", "offset", "owner", "title", "to",
        "was", "what", "when", "zone",
    ] {
        args.set(name, format!("<{name}>"));
    }
    args.set("offset-then", "<then>");
    args.set("count", 3);
    args.set("number", "<3>");
    args
}

#[test]
fn every_text_is_written_whole() {
    for &language in Language::VARIANTS {
        let voice = Voice::of(Some(&language.tag().to_string()));
        let args = args();
        let texts = Text::VARIANTS.iter().map(|&text| voice.tell(text, &args));
        let parts = Occasion::VARIANTS.iter().flat_map(|&occasion| {
            let parts = occasion.parts().iter();
            parts.map(move |part| (occasion, part))
        });
        let parts = parts.map(|(occasion, part)| voice.write(occasion, part, &args));
        for text in texts.chain(parts) {
            let is_clean = (!text.is_empty() || text == voice.say(Text::Space))
                && !text.contains(['{', '}', '\n', '$']);
            assert!(is_clean, "{language:?}: {text:?}");
        }
    }
}

#[test]
fn no_letter_is_left_in_english() {
    let args = args();
    let english = Voice::of(None);
    for &language in Language::VARIANTS {
        let voice = Voice::of(Some(&language.tag().to_string()));
        for &occasion in Occasion::VARIANTS {
            // A word may be the same in two languages; a sentence is not.
            for part in occasion
                .parts()
                .iter()
                .filter(|part| **part != Occasion::NEWS)
            {
                let is_english =
                    voice.write(occasion, part, &args) == english.write(occasion, part, &args);
                let is_meant = language == Language::English;
                assert_eq!(is_english, is_meant, "{language:?}: {occasion:?}.{part}");
            }
        }
    }
}

#[test]
fn any_number_of_guests_is_told_in_the_words_for_that_number() {
    for &language in Language::VARIANTS {
        let voice = Voice::of(Some(&language.tag().to_string()));
        let told = |count: usize| {
            let mut args = Args::new();
            args.set("count", count);
            args.set("number", format!("<{count}>"));
            voice.tell(Text::MoreGuests, &args)
        };
        for count in 1..=120 {
            assert!(!told(count).contains('$'), "{language:?}: {}", told(count));
        }
        let words = |count: usize| told(count).replace(&format!("<{count}>"), "");
        let has_plural = words(1) != words(5);
        assert_eq!(
            has_plural,
            language != Language::Japanese,
            "{language:?}: {}",
            words(5)
        );
    }
}

#[test]
fn a_reader_has_their_language_with_the_dates_of_their_region_or_else_english() {
    let noon = "2026-03-09T15:05:00".parse().unwrap();
    for (locale, tag, time) in [
        (None, "en", "3:05 PM"),
        (Some("de"), "de", "15:05"),
        (Some("DE-at"), "de-AT", "15:05"),
        (Some("de_CH"), "en", "3:05 PM"),
        (Some("de-Latn-DE-1996"), "de-DE", "15:05"),
        (Some("en-GB"), "en-GB", "15:05"),
        (Some("en-US-u-hc-h23"), "en-US", "15:05"),
        (Some("de-x-private"), "de", "15:05"),
        // Not ours: English, as it is written there.
        (Some("sv-SE"), "en-SE", "15:05"),
        (Some("tlh"), "en", "3:05 PM"),
        (Some("und"), "en", "3:05 PM"),
        (Some(""), "en", "3:05 PM"),
        (Some("C"), "en", "3:05 PM"),
        (Some("de\r\nBcc: evil@example.com"), "en", "3:05 PM"),
        (Some("../../etc/passwd"), "en", "3:05 PM"),
        (Some("deutsch-und-noch-mehr"), "en", "3:05 PM"),
    ] {
        let voice = Voice::of(locale);
        assert_eq!(voice.tag(), tag, "{locale:?}");
        assert_eq!(voice.time(noon), time, "{locale:?}");
    }
    let endless = format!("de-{}", "x-abc".repeat(100_000));
    assert_eq!(Voice::of(Some(&endless)).tag(), "en");
}

#[test]
fn made_up_regions_do_not_fill_the_memory() {
    for first in 'A'..='Z' {
        for second in 'A'..='Z' {
            let tag = format!("de-{first}{second}");
            assert_eq!(Voice::of(Some(&tag)).tag(), tag);
        }
    }
    assert!(Voice::kept() <= 64, "{}", Voice::kept());
}

/// The expected ones are CLDR's patterns `yMMMMEEEEd` and `yMMMEd` with `jm`, filled in by hand.
#[test]
fn dates_are_spelled_as_the_region_spells_them() {
    let at = "2026-03-09T15:05:00".parse().unwrap();
    for (locale, long, short) in [
        (
            "en-US",
            "Monday, March 9, 2026 at 3:05 PM",
            "Mon, Mar 9, 2026, 3:05 PM",
        ),
        (
            "en-GB",
            "Monday, 9 March 2026 at 15:05",
            "Mon, 9 Mar 2026, 15:05",
        ),
        (
            "de",
            "Montag, 9. März 2026 um 15:05",
            "Mo., 09.03.2026, 15:05",
        ),
        ("fr", "lundi 9 mars 2026 à 15:05", "lun. 9 mars 2026, 15:05"),
        (
            "es",
            "lunes, 9 de marzo de 2026 a las 15:05",
            "lun, 9 mar 2026, 15:05",
        ),
        (
            "pt-BR",
            "segunda-feira, 9 de março de 2026 às 15:05",
            "seg., 9 de mar. de 2026, 15:05",
        ),
        (
            "it",
            "lunedì 9 marzo 2026 alle ore 15:05",
            "lun 9 mar 2026, 15:05",
        ),
        (
            "nl",
            "maandag 9 maart 2026 om 15:05",
            "ma 9 mrt 2026, 15:05",
        ),
        (
            "pl",
            "poniedziałek, 9 marca 2026 15:05",
            "pon., 9 mar 2026, 15:05",
        ),
        ("ja", "2026年3月9日月曜日 15:05", "2026/03/09(月) 15:05"),
        (
            "ar-EG",
            "الاثنين، ٩ مارس ٢٠٢٦ في ٣:٠٥ م",
            "الاثنين، ٠٩\u{200f}/٠٣\u{200f}/٢٠٢٦، ٣:٠٥ م",
        ),
    ] {
        let voice = Voice::of(Some(locale));
        assert_eq!(voice.long(at), long, "{locale}");
        assert_eq!(voice.short(at), short, "{locale}");
    }
}
