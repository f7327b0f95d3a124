//! The doors for fuzzing: each takes any bytes, has one reader of the house read them, and panics where a
//! promise is broken. What lives here is the list of them; they stand beside what they try, in files named
//! `fuzzing`. `make fuzz` feeds them by libFuzzer (pgrx-tests/fuzz), and the test here gives them what was found
//! that way and what is worth starting from. Nothing of this is in the library that is installed.

use crate::fuzz_input::Target;
use crate::{availability, booking, calendar, crm, feed, http, mail, oauth, webhook};

/// All of them.
pub const TARGETS: &[&[Target]] = &[
    availability::FUZZING,
    booking::FUZZING,
    calendar::FUZZING,
    crm::FUZZING,
    feed::FUZZING,
    http::FUZZING,
    mail::FUZZING,
    oauth::FUZZING,
    webhook::FUZZING,
];

/// Gives a target its input.
///
/// # Panics
/// Where there is no such target, and where a promise is broken.
pub fn run(name: &str, input: &[u8]) {
    let mut targets = TARGETS.iter().copied().flatten();
    let target = targets.find(|(known, _)| *known == name);
    let (_, target) = target.unwrap_or_else(|| panic!("there is no target {name}"));
    target(input);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::panic::catch_unwind;
    use std::path::PathBuf;

    use super::*;

    fn seeds() -> PathBuf {
        [env!("CARGO_MANIFEST_DIR"), "pgrx-tests", "fuzz", "seeds"]
            .iter()
            .collect()
    }

    fn entries(folder: &PathBuf) -> BTreeSet<PathBuf> {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn every_target_keeps_its_promises_for_what_was_found_and_what_it_starts_from() {
        let mut broken = Vec::new();
        for (name, target) in TARGETS.iter().copied().flatten() {
            let inputs = entries(&seeds().join(name));
            assert!(inputs.len() > 2, "{name} has nothing to start from");
            for path in inputs {
                let input = fs::read(&path).unwrap();
                if catch_unwind(|| target(&input)).is_err() {
                    broken.push(path);
                }
            }
        }
        assert!(broken.is_empty(), "{broken:#?}");
    }

    #[test]
    fn every_folder_of_seeds_is_a_targets() {
        let names: BTreeSet<PathBuf> = TARGETS
            .iter()
            .copied()
            .flatten()
            .map(|(name, _)| seeds().join(name))
            .collect();
        assert_eq!(entries(&seeds()), names);
    }
}
