//! Names of languages as programs exchange them (BCP 47), such as `de` and `pt-BR`: whether one is well-formed,
//! and how it is spelled. Which of them mails are written in is the mail room's to know.

use icu_locale_core::Locale;

/// Letters of a name: RFC 5646 section 4.4.1 has no registered one that is longer.
pub const LONGEST: usize = 35;

/// The name in its canonical letter case; `None` for what is none. Whether there is such a language is not
/// asked: who does not know it speaks another.
pub fn canonical(name: &str) -> Option<String> {
    if name.len() > LONGEST {
        return None;
    }
    let canonical = Locale::normalize(name).ok()?.into_owned();
    (canonical.len() <= LONGEST).then_some(canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelled_as_bcp_47_does_whatever_its_letter_case() {
        for (given, spelled) in [
            ("de", "de"),
            ("DE", "de"),
            ("pt-br", "pt-BR"),
            ("ZH-hant-tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("sl-ROZAJ", "sl-rozaj"),
            ("de-u-hc-h12", "de-u-hc-h12"),
            ("tlh", "tlh"),
        ] {
            assert_eq!(canonical(given).as_deref(), Some(spelled), "{given}");
        }
    }

    #[test]
    fn what_is_no_name_of_a_language_is_none() {
        for given in [
            "",
            " ",
            "d",
            "de DE",
            "de_DE",
            " de",
            "de-",
            "-de",
            "de--AT",
            "de-DE.UTF-8",
            "not a locale",
            "d\u{e9}",
            "de\n",
            "../../etc",
            &"de-abcdefgh".repeat(4),
            &"a".repeat(1_000_000),
        ] {
            let shown: String = given.chars().take(40).collect();
            assert_eq!(canonical(given), None, "{shown}");
        }
    }
}
