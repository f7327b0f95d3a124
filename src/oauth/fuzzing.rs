//! Any bytes as what a browser brings back from a provider: the state of a round trip.

use super::state::State;
use crate::fuzzing::{Target, text};
use crate::owner::{Mode, Owner};

pub const FUZZING: &[Target] = &[("oauth_state", oauth_state), ("owner_key", owner_key)];

/// A state that is taken reads back as it was written, is of the mode that its first segment says, and its
/// redirect stays on this site.
fn oauth_state(input: &[u8]) {
    let text = text(input);
    let Ok(state) = text.parse::<State>() else {
        return;
    };
    assert_eq!(state.to_string(), text);
    assert_eq!(state.mode == Mode::User, text.starts_with("user:"));
    let path = state.mode.redirect_path(&state.owner_id);
    assert!(path.starts_with('/') && !path.starts_with("//"), "{path}");
    assert!(path.bytes().all(|byte| byte.is_ascii_graphic()), "{path}");
    assert!(!path.contains(['?', '#', '\\', '%', '.']), "{path}");
}

/// An owner key that is taken has one spelling, and reads back from it.
fn owner_key(input: &[u8]) {
    let text = text(input);
    let Ok(owner) = text.parse::<Owner>() else {
        return;
    };
    let key = owner.to_string();
    assert!(key.eq_ignore_ascii_case(&text), "{key} of {text:?}");
    assert_eq!(key.parse(), Ok(owner));
}
