//! Which calendar provider: the two that the contract knows, and how they are written.
//!
//! Nothing here differs *between* the providers; that lives with each of them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A calendar provider, as `calendar_connections.provider` and OAuth states name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Google Calendar.
    Google,
    /// Outlook, by way of Microsoft Graph.
    Outlook,
}

/// The text names no provider.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("provider must be google or outlook")]
pub struct UnknownProvider;

impl Provider {
    /// The name in tables, states and function arguments.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Outlook => "outlook",
        }
    }
}

impl FromStr for Provider {
    type Err = UnknownProvider;

    /// Reads a name exactly as [`Provider::as_str`] writes it.
    fn from_str(name: &str) -> Result<Self, UnknownProvider> {
        match name {
            "google" => Ok(Self::Google),
            "outlook" => Ok(Self::Outlook),
            _ => Err(UnknownProvider),
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Provider, UnknownProvider};

    #[test]
    fn a_provider_is_read_as_it_is_written() {
        for provider in [Provider::Google, Provider::Outlook] {
            assert_eq!(provider.as_str().parse(), Ok(provider));
            assert_eq!(provider.to_string(), provider.as_str());
        }
        for name in ["", "Google", "google ", "microsoft"] {
            assert_eq!(name.parse::<Provider>(), Err(UnknownProvider), "{name:?}");
        }
    }
}
