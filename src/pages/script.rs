//! The scripts of the pages, as web/ builds them: part of the binary, and each known by its hash. Pure.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The script of one page.
pub struct Script {
    pub source: &'static str,
    /// What a policy names it by.
    pub hash: String,
}

/// The script of the booking page.
pub static BOOKING: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("../../web/dist/booking.js")));
/// The script of the page on which guests manage a booking.
pub static MANAGE: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("../../web/dist/manage.js")));
/// The script of the owner's page.
pub static OWNER: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("../../web/dist/owner.js")));

impl Script {
    fn new(source: &'static str) -> Self {
        Self {
            source,
            hash: hash(source),
        }
    }
}

/// What a policy names a script or a style by that stands in the page
/// (<https://www.w3.org/TR/CSP3/#grammardef-hash-source>, without its quotes).
pub fn hash(source: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(source)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_hashes_are_those_that_the_build_wrote_down() {
        let hashes: BTreeMap<String, String> =
            serde_json::from_str(include_str!("../../web/dist/hashes.json")).unwrap();
        for (name, script) in [
            ("booking", &BOOKING),
            ("manage", &MANAGE),
            ("owner", &OWNER),
        ] {
            assert_eq!(script.hash, hashes[name], "{name}");
        }
    }

    /// Browsers read a script until the end of its element, with line ends of their own, and would compute
    /// another hash.
    #[test]
    fn a_script_stands_in_a_page_as_it_is() {
        for script in [&BOOKING, &MANAGE, &OWNER] {
            let lower = script.source.to_lowercase();
            for wrong in ["</script", "<script", "<!--", "\r", "\0"] {
                assert!(!lower.contains(wrong), "{wrong:?}");
            }
            assert!(!script.source.is_empty());
        }
    }
}
