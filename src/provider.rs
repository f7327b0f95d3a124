//! Which calendar provider: those that the contract knows, and how they are written.
//!
//! Nothing here differs *between* the providers; that lives with each of them.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};
use thiserror::Error;

/// A calendar provider, as `calendar_connections.provider` and OAuth states name it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Deserialize,
    Serialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", parse_err_ty = UnknownProvider, parse_err_fn = unknown)]
pub enum Provider {
    /// Google Calendar.
    Google,
    /// Outlook, by way of Microsoft Graph.
    Outlook,
}

/// The text names no provider.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("provider must be {}", Provider::names().join(" or "))]
pub struct UnknownProvider;

fn unknown(_: &str) -> UnknownProvider {
    UnknownProvider
}

impl Provider {
    /// The name in tables, states and function arguments.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The names of all of them, for texts that list them.
    pub fn names() -> Vec<&'static str> {
        Self::VARIANTS.iter().map(|name| name.as_str()).collect()
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::{Provider, UnknownProvider};

    #[test]
    fn a_provider_is_read_as_it_is_written() {
        for &provider in Provider::VARIANTS {
            assert_eq!(provider.as_str().parse(), Ok(provider));
            assert_eq!(provider.to_string(), provider.as_str());
        }
        for name in ["", "Google", "google ", "microsoft"] {
            assert_eq!(name.parse::<Provider>(), Err(UnknownProvider), "{name:?}");
        }
    }
}
