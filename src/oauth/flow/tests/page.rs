//! What the consent page is told.

use std::collections::BTreeMap;

use oauth2::PkceCodeChallenge;
use reqwest::Url;

use super::server::{REDIRECT, authorize};
use crate::oauth::endpoint::EndpointError;
use crate::oauth::flow::{Authorize, AuthorizeRequest, FlowError, authorize_url};
use crate::provider::Provider;

/// The page's address, and what it is told: each name once.
fn parameters(authorize: &Authorize) -> (String, BTreeMap<String, String>) {
    let mut url = Url::parse(&authorize.url).unwrap();
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let parameters: BTreeMap<_, _> = pairs.iter().cloned().collect();
    assert_eq!(parameters.len(), pairs.len(), "{pairs:?}");
    url.set_query(None);
    (url.into(), parameters)
}

#[test]
fn the_consent_page_is_told_exactly_what_its_provider_documents() {
    let google = "openid email https://www.googleapis.com/auth/calendar.events \
        https://www.googleapis.com/auth/calendar.calendarlist.readonly \
        https://www.googleapis.com/auth/calendar.freebusy";
    let outlook = "openid email offline_access User.Read Calendars.ReadWrite";
    let cases = [
        (
            Provider::Google,
            google,
            vec![("access_type", "offline"), ("prompt", "consent")],
        ),
        (
            Provider::Outlook,
            outlook,
            vec![("prompt", "select_account")],
        ),
    ];
    for (provider, scopes, own) in cases {
        let page = authorize(provider, "https://login.example/authorize").unwrap();
        let (address, mut told) = parameters(&page);
        assert_eq!(address, "https://login.example/authorize");
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&page.pkce_verifier);
        let expected = [
            ("client_id", "client-1"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", scopes),
            ("state", "user:42:google:n0-_nce"),
        ];
        for (name, value) in expected.into_iter().chain(own) {
            assert_eq!(told.remove(name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(told, BTreeMap::new());
    }
}

#[test]
fn no_two_consent_pages_share_a_verifier() {
    let verifiers = [(); 2].map(|()| {
        let page = authorize(Provider::Google, "https://login.example/").unwrap();
        page.pkce_verifier.into_secret()
    });
    assert_ne!(verifiers[0], verifiers[1]);
    // RFC 7636, section 4.1.
    assert!((43..=128).contains(&verifiers[0].len()));
}

#[test]
fn a_consent_page_keeps_the_query_it_was_configured_with() {
    let page = authorize(
        Provider::Outlook,
        "https://login.example/authorize?p=policy",
    )
    .unwrap();
    assert_eq!(parameters(&page).1["p"], "policy");
}

#[test]
fn a_setting_that_is_no_url_is_named() {
    let request = AuthorizeRequest {
        provider: Provider::Google,
        auth_url: "https://login.example",
        client_id: "client-1",
        redirect_uri: "/callback",
        state: "s",
    };
    for (error, setting) in [
        (authorize(Provider::Google, "login").err(), "auth_url"),
        (authorize_url(&request).err(), "redirect_uri"),
    ] {
        let Some(FlowError::Endpoint(EndpointError::Misconfigured { code, .. })) = error else {
            panic!("{error:?}")
        };
        assert_eq!(code, setting);
    }
}
