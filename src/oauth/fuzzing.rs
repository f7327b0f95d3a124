//! Any bytes as what a browser brings back from a provider: the state of a round trip.

use oauth2::basic::{BasicErrorResponse, BasicTokenResponse};
use oauth2::{RequestTokenError, TokenResponse as _};

use super::endpoint::{EndpointError, meaning};
use super::state::State;
use crate::fuzz_input::{Target, text};
use crate::owner::{Mode, Owner};

pub const FUZZING: &[Target] = &[
    ("oauth_state", oauth_state),
    ("owner_key", owner_key),
    ("token_answer", token_answer),
];

/// What was sent to the token endpoint.
const SECRETS: [&str; 2] = ["GOCSPX-S3cret-0f-the-application", "1//S3cret-0f-the-0wner"];

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

/// What a token endpoint says, as a token and as a refusal: no secret that was sent comes back in a message, and
/// no token is shown.
fn token_answer(input: &[u8]) {
    if let Ok(refusal) = serde_json::from_slice::<BasicErrorResponse>(input) {
        is_without_secrets(&meaning(&refusal, &SECRETS));
    }
    match serde_json::from_slice::<BasicTokenResponse>(input) {
        Ok(tokens) => {
            let token = tokens.access_token();
            assert_eq!(format!("{token:?}"), "AccessToken([redacted])");
            assert!(
                tokens
                    .expires_in()
                    .is_none_or(|time| time.as_secs() < u64::MAX)
            );
        }
        Err(_) => {
            let nonsense = RequestTokenError::Other(text(input));
            is_without_secrets(&EndpointError::of(nonsense, &SECRETS));
        }
    }
}

fn is_without_secrets(error: &EndpointError) {
    let told = format!("{error} {error:?}");
    assert!(
        !SECRETS.iter().any(|secret| told.contains(secret)),
        "{told}"
    );
    assert!(error.to_string().chars().count() <= 800, "{told}");
}
