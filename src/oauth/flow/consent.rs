//! What is asked of an account's owner on the consent page, provider by provider, and whether they
//! granted it. Pure.

use oauth2::Scope;

use crate::provider::Provider;

/// What one provider's consent page is asked for.
pub struct Consent {
    /// The least that does the work: the account's address, and its calendars.
    pub scopes: &'static [&'static str],
    /// Those of `scopes` without which no calendar can be used.
    required: &'static [&'static str],
    /// What else the page is told.
    pub parameters: &'static [(&'static str, &'static str)],
}

/// `calendar.events` is what making, moving, deleting and listing events take in any calendar the
/// owner may write to; `calendar.events.owned` would not reach those that others share with them.
/// The list of calendars takes a scope of its own, and the two together still cannot delete or
/// share a calendar, or see its settings
/// (developers.google.com/workspace/calendar/api/auth, …/api/v3/reference/calendarList/list).
/// `calendar.freebusy` is what asking for the busy times of many calendars at once takes
/// (…/api/v3/reference/freebusy/query); without it they are listed one by one, so an owner may go
/// without.
///
/// Google gives a refresh token only with `access_type=offline`, and only the first time unless
/// `prompt=consent` (developers.google.com/identity/protocols/oauth2/web-server). The owner may
/// untick calendar scopes one by one (…/oauth2/resources/granular-permissions).
/// `include_granted_scopes` stays out: what the owner granted this application for another purpose
/// has no place in the token of a calendar.
const GOOGLE: Consent = Consent {
    scopes: &[
        "openid",
        "email",
        "https://www.googleapis.com/auth/calendar.events",
        "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
        "https://www.googleapis.com/auth/calendar.freebusy",
    ],
    required: &[
        "https://www.googleapis.com/auth/calendar.events",
        "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
    ],
    parameters: &[("access_type", "offline"), ("prompt", "consent")],
};

/// `offline_access` brings the refresh token, `User.Read` the address
/// (learn.microsoft.com/entra/identity-platform/scopes-oidc, …/graph/permissions-reference).
///
/// Without a prompt Microsoft connects the one account that is signed in and shows no page at all.
/// `prompt=consent` would stop whoever may not consent for themselves even where their
/// administrator has consented for them (github.com/MicrosoftDocs/entra-docs/issues/652).
const MICROSOFT: Consent = Consent {
    scopes: &[
        "openid",
        "email",
        "offline_access",
        "User.Read",
        "Calendars.ReadWrite",
    ],
    required: &["Calendars.ReadWrite"],
    parameters: &[("prompt", "select_account")],
};

impl Consent {
    /// What this provider's consent page is asked for.
    pub fn of(provider: Provider) -> &'static Self {
        match provider {
            Provider::Google => &GOOGLE,
            Provider::Outlook => &MICROSOFT,
        }
    }

    /// The first right that was asked for, is needed and was not granted. An answer that names no
    /// scopes grants what was asked for (RFC 6749, section 5.1).
    pub fn missing(&self, granted: Option<&Vec<Scope>>) -> Option<&'static str> {
        let granted = granted?;
        let is_granted = |wanted| granted.iter().any(|scope| is_same(scope, wanted));
        let mut required = self.required.iter().copied();
        required.find(|wanted| !is_granted(wanted))
    }
}

/// Microsoft names the scopes of its API with or without the API's URL, in any letter case.
fn is_same(granted: &str, wanted: &str) -> bool {
    let name = granted.rsplit('/').next().unwrap_or(granted);
    granted == wanted || name.eq_ignore_ascii_case(wanted)
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    fn missing(provider: Provider, granted: &str) -> Option<&'static str> {
        let granted = granted.split(' ').map(|s| Scope::new(s.into())).collect();
        Consent::of(provider).missing(Some(&granted))
    }

    #[test]
    fn what_is_required_is_also_asked_for() {
        for &provider in Provider::VARIANTS {
            let consent = Consent::of(provider);
            assert!(!consent.required.is_empty());
            for scope in consent.required {
                assert!(consent.scopes.contains(scope), "{scope}");
            }
        }
    }

    #[test]
    fn a_right_that_was_not_granted_is_named() {
        let events = "https://www.googleapis.com/auth/calendar.events";
        let list = "https://www.googleapis.com/auth/calendar.calendarlist.readonly";
        let sign_in = "openid https://www.googleapis.com/auth/userinfo.email";
        let graph = "https://graph.microsoft.com";
        let (google, outlook) = (Provider::Google, Provider::Outlook);
        let write = Some("Calendars.ReadWrite");
        let cases = [
            (google, format!("{list} {sign_in} {events}"), None),
            (google, format!("{sign_in} {list}"), Some(events)),
            (google, format!("{sign_in} {events}"), Some(list)),
            (google, format!("{events}.readonly {list}"), Some(events)),
            (google, format!("calendar.events {list}"), Some(events)),
            (google, sign_in.into(), Some(events)),
            (google, String::new(), Some(events)),
            (outlook, "Calendars.ReadWrite User.Read".into(), None),
            (
                outlook,
                format!("email openid {graph}/Calendars.ReadWrite"),
                None,
            ),
            (
                outlook,
                "https://microsoftgraph.chinacloudapi.cn/calendars.readwrite".into(),
                None,
            ),
            (outlook, "Calendars.Read User.Read".into(), write),
            (outlook, "Calendars.ReadWrite.Shared".into(), write),
            (outlook, String::new(), write),
        ];
        for (provider, granted, expected) in cases {
            assert_eq!(missing(provider, &granted), expected, "{granted}");
        }
    }

    #[test]
    fn an_answer_without_scopes_grants_what_was_asked_for() {
        assert_eq!(Consent::of(Provider::Google).missing(None), None);
    }
}
