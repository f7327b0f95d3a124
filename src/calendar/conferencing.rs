//! Which video conference a meeting asks for, and which calendar can give it.
//!
//! A conference comes with the event, so a calendar gives the one that its provider has: Meet is
//! Google's, Teams is Outlook's. A meeting that asks for the other one gets its event without any.

use serde::Deserialize;
use strum::{IntoStaticStr, VariantArray};

use crate::provider::Provider;

/// The column `conferencing` of links and meetings.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Conferencing {
    None,
    GoogleMeet,
    Teams,
}

impl Conferencing {
    /// Whether an event in a calendar of this provider can bring it.
    pub fn comes_with(self, provider: Provider) -> bool {
        match self {
            Self::None => false,
            Self::GoogleMeet => provider == Provider::Google,
            Self::Teams => provider == Provider::Outlook,
        }
    }

    /// Why an event in such a calendar has no link; `None` where none was asked for.
    pub fn lack_with(self, provider: Provider) -> Option<String> {
        let name = match self {
            Self::None => return None,
            Self::GoogleMeet => "Google Meet",
            Self::Teams => "Teams",
        };
        Some(if self.comes_with(provider) {
            format!("the calendar has made no video conference ({name})")
        } else {
            format!("no video conference: {name} does not come with a calendar of {provider}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conference_comes_with_its_own_providers_calendar_only() {
        let read = |name: &str| serde_json::from_value::<Conferencing>(name.into()).unwrap();
        let cases = [
            ("none", None),
            ("google_meet", Some(Provider::Google)),
            ("teams", Some(Provider::Outlook)),
        ];
        assert_eq!(cases.len(), Conferencing::VARIANTS.len());
        for (name, its_own) in cases {
            let conferencing = read(name);
            for &provider in Provider::VARIANTS {
                assert_eq!(
                    conferencing.comes_with(provider),
                    its_own == Some(provider),
                    "{name} {provider}"
                );
                let lack = conferencing.lack_with(provider);
                assert_eq!(lack.is_some(), name != "none", "{name} {provider}");
            }
        }
    }
}
