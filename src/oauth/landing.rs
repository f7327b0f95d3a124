//! Where a browser lands that the provider has sent back, and the word that tells the page there what
//! became of it. Pure. A word is ours and fixed: nothing that a provider or a visitor wrote is passed on.

use strum::IntoStaticStr;

use super::state::State;

/// Why no calendar was connected, as the page at the end is told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Setback {
    /// The owner said no on the provider's page.
    AccessDenied,
    /// The round trip was finished before, took longer than ten minutes, or never began.
    Expired,
    /// The address is none that a provider would send anybody to.
    Invalid,
    /// The provider refuses.
    Refused,
    /// The provider, or the worker that asks it, does not answer now.
    Unreachable,
    /// Something is wrong here; the server's log says what.
    Failed,
}

impl Setback {
    /// What a provider's `error` comes to (RFC 6749, section 4.1.2.1).
    pub fn of_provider(error: &str) -> Self {
        match error {
            "access_denied" => Self::AccessDenied,
            "server_error" | "temporarily_unavailable" => Self::Unreachable,
            _ => Self::Refused,
        }
    }
}

/// The address to go to: the page of owners, where the site says which that is; else the page of the owner, or the
/// application's first page where the state names none. Without an application it is a path of the host that was
/// asked.
pub fn address(
    app_url: Option<&str>,
    owner_path: Option<&str>,
    state: Option<&State>,
    outcome: Result<(), Setback>,
) -> String {
    let app = app_url.unwrap_or_default();
    let path = match (owner_path, state) {
        (Some(path), _) => path.to_owned(),
        // A state holds nothing that would have to be escaped in a path.
        (None, Some(state)) => state.mode.redirect_path(&state.owner_id),
        (None, None) => "/".to_owned(),
    };
    let (name, word) = match outcome {
        Ok(()) => ("calendar", "connected"),
        Err(setback) => ("calendar_error", setback.into()),
    };
    // The page's own query stays, and what comes after a hash comes last.
    let (page, fragment) = path.split_at(path.find('#').unwrap_or(path.len()));
    let and = if page.contains('?') { '&' } else { '?' };
    format!("{app}{page}{and}{name}={word}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_lands_on_a_page_of_the_application_and_nowhere_else() {
        let app = "https://app.example.com";
        for (state, path) in [
            (
                "6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40:google:n",
                "/workspace/6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40/client-info",
            ),
            ("abc:outlook", "/workspace/abc/client-info"),
            ("user:abc:google:n", "/admin/sales/scheduling"),
            ("", "/"),
            ("//evil.example:google:n", "/"),
            ("evil.example/x?y#z:google:n", "/"),
            ("a\r\nLocation: x:google:n", "/"),
        ] {
            let state: Option<State> = state.parse().ok();
            for (app_url, before) in [(Some(app), app), (None, "")] {
                assert_eq!(
                    address(app_url, None, state.as_ref(), Ok(())),
                    format!("{before}{path}?calendar=connected")
                );
                assert_eq!(
                    address(app_url, None, state.as_ref(), Err(Setback::AccessDenied)),
                    format!("{before}{path}?calendar_error=access_denied")
                );
            }
            for (owner_path, there) in [
                ("/rpc/owner_page", "/rpc/owner_page?calendar=connected"),
                ("/owner?tab=1", "/owner?tab=1&calendar=connected"),
                ("/owner#calendars", "/owner?calendar=connected#calendars"),
                ("/#a?b", "/?calendar=connected#a?b"),
            ] {
                assert_eq!(
                    address(Some(app), Some(owner_path), state.as_ref(), Ok(())),
                    format!("{app}{there}")
                );
            }
        }
    }

    #[test]
    fn what_a_provider_says_becomes_a_word_of_ours() {
        for (said, word) in [
            ("access_denied", "access_denied"),
            ("temporarily_unavailable", "unreachable"),
            ("server_error", "unreachable"),
            ("consent_required", "refused"),
            ("https://evil.example", "refused"),
        ] {
            let ours: &str = Setback::of_provider(said).into();
            assert_eq!(ours, word, "{said}");
        }
    }
}
