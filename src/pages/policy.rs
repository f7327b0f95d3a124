//! What a page may do, as its headers tell the browser (Content Security Policy, level 3): run our script, use
//! our style, and ask PostgREST. Pure.

use std::fmt::Write as _;

use url::Url;

/// Who may show a page in a frame.
pub enum Frames<'a> {
    Nobody,
    /// Pages of the same origin, and of these.
    Site(&'a [String]),
}

/// The policy of a page of these hashes; `api` is where PostgREST is, where it is not where the page comes from.
pub fn policy(script: Option<&str>, style: &str, api: Option<&str>, frames: &Frames<'_>) -> String {
    let mut policy = "default-src 'none'".to_owned();
    let mut add = |directive: &str| {
        // Writing to a string does not fail.
        let _ = write!(policy, "; {directive}");
    };
    if let Some(script) = script {
        add(&format!("script-src '{script}'"));
        let other = api.and_then(origin).map(|origin| format!(" {origin}"));
        add(&format!("connect-src 'self'{}", other.unwrap_or_default()));
    }
    add(&format!("style-src '{style}'"));
    add("img-src data:");
    add("form-action 'none'");
    add("base-uri 'none'");
    add(&match frames {
        Frames::Nobody => "frame-ancestors 'none'".to_owned(),
        Frames::Site(others) => others
            .iter()
            .filter_map(|other| origin(other))
            .fold("frame-ancestors 'self'".to_owned(), |all, other| {
                format!("{all} {other}")
            }),
    });
    add("require-trusted-types-for 'script'");
    add("trusted-types lit-html");
    policy
}

/// The origin of an address, as a policy can name it; `None` for what has none, and what would be more than one.
fn origin(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let origin = url.origin();
    let is_named = origin.is_tuple() && matches!(url.scheme(), "http" | "https");
    let origin = origin.ascii_serialization();
    (is_named && !origin.contains([';', ',', ' ', '*', '\''])).then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directives(policy: &str) -> Vec<&str> {
        policy.split("; ").collect()
    }

    #[test]
    fn a_page_runs_our_script_asks_postgrest_and_nothing_else() {
        let policy = policy(Some("sha256-a"), "sha256-b", None, &Frames::Nobody);
        assert_eq!(
            directives(&policy),
            [
                "default-src 'none'",
                "script-src 'sha256-a'",
                "connect-src 'self'",
                "style-src 'sha256-b'",
                "img-src data:",
                "form-action 'none'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
                "trusted-types lit-html",
            ]
        );
    }

    #[test]
    fn a_notice_runs_nothing_and_asks_nobody() {
        let policy = policy(None, "sha256-b", Some("https://x.example"), &Frames::Nobody);
        assert!(!policy.contains("script-src") && !policy.contains("connect-src"));
    }

    #[test]
    fn postgrest_elsewhere_is_named_by_its_origin() {
        for (api, named) in [
            (
                "https://api.example.com/rest/v1",
                "connect-src 'self' https://api.example.com",
            ),
            (
                "http://127.0.0.1:3000",
                "connect-src 'self' http://127.0.0.1:3000",
            ),
            ("https://[::1]:8/x", "connect-src 'self' https://[::1]:8"),
            ("/rest/v1", "connect-src 'self'"),
            ("data:text/html,x", "connect-src 'self'"),
            ("https://*.example.com", "connect-src 'self'"),
            ("https://a.example;script-src", "connect-src 'self'"),
        ] {
            let policy = policy(Some("sha256-a"), "sha256-b", Some(api), &Frames::Nobody);
            assert!(directives(&policy).contains(&named), "{api}: {policy}");
        }
    }

    #[test]
    fn those_who_may_frame_a_page_are_named_and_cannot_say_more() {
        let others = [
            "https://a.example",
            "http://localhost:8080",
            "https://*.example.com",
            "https://b.example; script-src *",
            "*",
            "'unsafe-inline'",
            "https://c.example/path",
        ]
        .map(str::to_owned);
        let policy = policy(None, "sha256-b", None, &Frames::Site(&others));
        let named =
            "frame-ancestors 'self' https://a.example http://localhost:8080 https://c.example";
        assert!(directives(&policy).contains(&named), "{policy}");
    }
}
