//! The tokens that a stand-in has given out: who may call the API with what, and what can be
//! refreshed. How a token endpoint words its answers is each provider's own.

use std::collections::HashSet;

/// What a grant is known by. Each starts with a prefix of its own, so that a leak can be searched for.
pub struct Tokens {
    prefixes: [&'static str; 2],
    access: HashSet<String>,
    refresh: HashSet<String>,
    given: u32,
}

impl Tokens {
    /// With the prefixes of access and of refresh tokens.
    pub fn new(prefixes: [&'static str; 2]) -> Self {
        Self {
            prefixes,
            access: HashSet::new(),
            refresh: HashSet::new(),
            given: 0,
        }
    }

    /// A new pair of access and refresh token.
    pub fn grant(&mut self) -> (String, String) {
        self.given += 1;
        let [access, refresh] = self
            .prefixes
            .map(|prefix| format!("{prefix}{}", self.given));
        self.access.insert(access.clone());
        self.refresh.insert(refresh.clone());
        (access, refresh)
    }

    /// A new pair for a refresh token, which is spent by that. `None` where it is not good.
    pub fn replace(&mut self, refresh: &str) -> Option<(String, String)> {
        self.refresh.remove(refresh).then(|| self.grant())
    }

    /// A new access token for a refresh token, which stays.
    pub fn renew(&mut self, refresh: &str) -> Option<String> {
        let (access, new) = self.replace(refresh)?;
        self.refresh.remove(&new);
        self.refresh.insert(refresh.to_owned());
        Some(access)
    }

    pub fn expire(&mut self) {
        self.access.clear();
    }

    pub fn revoke(&mut self) {
        self.access.clear();
        self.refresh.clear();
    }

    /// Whether this is an access token that was given out and has not expired.
    pub fn is_living(&self, token: &str) -> bool {
        self.access.contains(token)
    }
}
