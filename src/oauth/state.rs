//! The `state` parameter of an OAuth round trip: who connects which provider. Pure.
//!
//! Two formats from the system this replaces, `{clientId}:{provider}` and
//! `user:{userId}:{provider}`, whose ids may be of any form; and in both an optional last segment,
//! the nonce that makes a state unforgeable.

use std::fmt;
use std::str::FromStr;

use crate::owner::Mode;
use crate::provider::Provider;

/// A parsed state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub mode: Mode,
    pub owner_id: String,
    pub provider: Provider,
    pub nonce: Option<String>,
}

/// Why a text is no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedState {
    #[error("it has too few or too many segments")]
    Segments,
    #[error("its owner id is empty or has characters other than letters, digits, \"-\" and \"_\"")]
    OwnerId,
    #[error("its provider is not {}", Provider::names().join(" or "))]
    Provider,
    #[error("its nonce is empty or has characters other than letters, digits, \"-\" and \"_\"")]
    Nonce,
}

impl State {
    /// A state of these parts; they obey the same rules as parsed ones.
    pub fn new(
        mode: Mode,
        owner_id: &str,
        provider: Provider,
        nonce: Option<&str>,
    ) -> Result<Self, MalformedState> {
        // A client with the id "user" would read back as a user.
        if !is_token(owner_id) || (mode == Mode::Client && owner_id == "user") {
            return Err(MalformedState::OwnerId);
        }
        if nonce.is_some_and(|nonce| !is_token(nonce)) {
            return Err(MalformedState::Nonce);
        }
        Ok(Self {
            mode,
            owner_id: owner_id.to_owned(),
            provider,
            nonce: nonce.map(str::to_owned),
        })
    }
}

impl FromStr for State {
    type Err = MalformedState;

    fn from_str(state: &str) -> Result<Self, MalformedState> {
        let mut segments = state.split(':').peekable();
        let mode = match segments.next_if(|first| *first == "user") {
            Some(_) => Mode::User,
            None => Mode::Client,
        };
        let mut segment = || segments.next().ok_or(MalformedState::Segments);
        let (owner_id, provider) = (segment()?, segment()?);
        let nonce = segments.next();
        if segments.next().is_some() {
            return Err(MalformedState::Segments);
        }
        let provider = provider.parse().map_err(|_| MalformedState::Provider)?;
        Self::new(mode, owner_id, provider, nonce)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}:{}",
            self.mode.key_prefix(),
            self.owner_id,
            self.provider
        )?;
        match &self.nonce {
            Some(nonce) => write!(f, ":{nonce}"),
            None => Ok(()),
        }
    }
}

/// What may stand between two colons and in a URL's path without escaping.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 256
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_of_the_replaced_system_parse() {
        let client: State = "abc123-def456:google".parse().unwrap();
        assert_eq!(
            (
                client.mode,
                client.owner_id.as_str(),
                client.provider,
                client.nonce
            ),
            (Mode::Client, "abc123-def456", Provider::Google, None)
        );
        let user: State = "user:xyz789-abc123:google".parse().unwrap();
        assert_eq!(
            (user.mode, user.owner_id.as_str(), user.provider, user.nonce),
            (Mode::User, "xyz789-abc123", Provider::Google, None)
        );
    }

    #[test]
    fn a_state_reads_back_as_it_was_written() {
        for text in [
            "abc:google",
            "abc:outlook:n0-_nce",
            "user:abc:outlook",
            "user:6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40:google:AbC",
        ] {
            assert_eq!(text.parse::<State>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_state_is_refused() {
        for (text, why) in [
            ("", MalformedState::Segments),
            ("abc", MalformedState::Segments),
            ("user:abc", MalformedState::Segments),
            ("a:google:n:x", MalformedState::Segments),
            ("user:a:google:n:x", MalformedState::Segments),
            (":google", MalformedState::OwnerId),
            ("a b:google", MalformedState::OwnerId),
            ("../etc:google", MalformedState::OwnerId),
            ("user::google", MalformedState::OwnerId),
            ("abc:yahoo", MalformedState::Provider),
            ("abc:", MalformedState::Provider),
            ("abc:Google", MalformedState::Provider),
            ("abc:google:", MalformedState::Nonce),
            ("abc:google:n\n", MalformedState::Nonce),
        ] {
            assert_eq!(text.parse::<State>(), Err(why), "{text:?}");
        }
    }

    #[test]
    fn a_client_cannot_be_written_so_that_it_reads_as_a_user() {
        assert_eq!(
            State::new(Mode::Client, "user", Provider::Google, Some("google")),
            Err(MalformedState::OwnerId)
        );
    }
}
