//! The texts of the pages' scripts in one language, as web/ builds them: a page holds those of its own, since all of
//! them are larger than the rest of a script. English is in the scripts. Pure.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::shown::in_script;

/// Whose page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Guest,
    /// Their pages show what guests see as well.
    Owner,
}

#[derive(Default, Deserialize)]
struct Texts {
    #[serde(default)]
    guest: BTreeMap<String, Value>,
    #[serde(default)]
    owner: BTreeMap<String, Value>,
}

/// What the script reads: see web/src/text/brought.ts.
#[derive(Serialize)]
struct Held<'a> {
    language: &'a str,
    guest: &'a BTreeMap<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a BTreeMap<String, Value>>,
}

/// The texts for a page in this language (a tag, whatever its region), as the content of an element `script`;
/// `None` for English, and for what nobody has translated.
pub fn held(tag: &str, reader: Reader) -> Option<&'static str> {
    let language = tag.split('-').next().unwrap_or_default();
    let [guest, owner] = HELD.get(language)?;
    Some(match reader {
        Reader::Guest => guest,
        Reader::Owner => owner,
    })
}

/// By language, for a guest and for an owner.
#[expect(clippy::expect_used, reason = "a constant, which the tests read")]
static HELD: LazyLock<BTreeMap<String, [String; 2]>> = LazyLock::new(|| {
    let texts: BTreeMap<String, Texts> =
        serde_json::from_str(include_str!("../../web/dist/texts.json")).expect("it is ours");
    let held = texts.iter().map(|(language, texts)| {
        let of = |owner| {
            let held = Held {
                language,
                guest: &texts.guest,
                owner,
            };
            in_script(&serde_json::to_string(&held).expect("texts by their names"))
        };
        (language.clone(), [of(None), of(Some(&texts.owner))])
    });
    held.collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_the_texts_of_its_language_and_those_of_its_reader() {
        assert_eq!(held("en-GB", Reader::Guest), None);
        assert_eq!(held("", Reader::Owner), None);
        assert_eq!(held("no-such-language", Reader::Owner), None);
        for (language, [guest, owner]) in HELD.iter() {
            let read = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
            let (guest, owner) = (read(guest), read(owner));
            assert_eq!(guest["language"], *language);
            assert_eq!(guest.get("owner"), None);
            assert_eq!(guest["guest"], owner["guest"]);
            assert_eq!(
                Some(read(
                    held(&format!("{language}-XX"), Reader::Guest).unwrap()
                )),
                Some(guest)
            );
        }
    }
}
