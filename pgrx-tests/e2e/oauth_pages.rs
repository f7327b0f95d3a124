//! The way back from a provider's consent page, through PostgREST: by a page of the application that hands
//! over code and state, and by the browser itself, which the provider sends there.

use reqwest::Url;
use serde_json::{Value, json};

use crate::harness::database::{Database, Mode, Owner};
use crate::peers::emulator::{self, Emulator};
use crate::peers::postgrest::{Page, PostgRest, supabase};

const APP: &str = "https://app.example.com";
/// What browsers send when they go to a page.
const BROWSER: &[(&str, &str)] = &[
    (
        "Accept",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    ),
    ("Sec-Fetch-Mode", "navigate"),
    ("Sec-Fetch-Dest", "document"),
];
/// Older ones, which know no fetch metadata.
const OLD_BROWSER: &[(&str, &str)] = &[BROWSER[0]];
const PROVIDERS: [(&str, &str); 2] = [
    ("google", emulator::USER),
    ("outlook", emulator::OUTLOOK_USER),
];

struct Api<'a> {
    database: Database<'a>,
    emulator: Emulator,
    server: PostgRest,
}

impl<'a> Api<'a> {
    fn start(cluster: &'a crate::harness::cluster::Cluster) -> Self {
        let mut database = Database::new(cluster);
        let emulator = Emulator::start();
        for (provider, _) in PROVIDERS {
            emulator.configure(&mut database.sql, provider);
        }
        let server = PostgRest::start(&database, "scheduling");
        Self {
            database,
            emulator,
            server,
        }
    }

    fn configure_site(&mut self) {
        self.configure_site_with("null");
    }

    fn configure_site_with(&mut self, owner_path: &str) {
        let configure = format!(
            "select scheduling.configure_site('{APP}/', '/book/', '/manage/', owner_path => {owner_path})"
        );
        self.database.sql.batch_execute(&configure).unwrap();
    }

    /// The owner agrees on the provider's page: the code and the state that come back.
    fn agree(&mut self, owner: &Owner, provider: &str) -> (String, String) {
        let page: String = self.database.one(&format!(
            "select scheduling.oauth_authorize_url('{}', '{provider}')",
            owner.key()
        ));
        self.emulator.agree(&page)
    }

    /// The browser goes to a callback with these parameters.
    #[track_caller]
    fn browse(
        &self,
        callback: &str,
        parameters: &[(&str, &str)],
        browser: &[(&str, &str)],
    ) -> Page {
        self.server.fetch(&path(callback, parameters), browser)
    }

    fn connected(&mut self, owner: &Owner, provider: &str) -> bool {
        let names = owner.mode.names();
        self.database.one(&format!(
            "select exists (select from scheduling.{} where {} = '{}' and provider = '{provider}' and is_active)",
            names.connections, names.key, owner.id
        ))
    }
}

fn path(callback: &str, parameters: &[(&str, &str)]) -> String {
    let mut url = Url::parse("http://x").expect("a URL");
    url.set_path(&format!("/rpc/{callback}"));
    url.query_pairs_mut().extend_pairs(parameters);
    let query = url.query().unwrap_or_default();
    format!("{}?{query}", url.path())
}

/// What comes along with a code.
fn added(provider: &str) -> &'static [(&'static str, &'static str)] {
    match provider {
        "google" => &[
            ("iss", "https://accounts.google.com"),
            (
                "scope",
                "email openid https://www.googleapis.com/auth/calendar.events \
                 https://www.googleapis.com/auth/userinfo.email",
            ),
            ("authuser", "0"),
            ("hd", "example.com"),
            ("prompt", "consent"),
        ],
        _ => &[
            ("session_state", "fe4e8dd3-5f8f-4b5c-a5d4-2c9d3d3a8c3e"),
            ("client_info", "eyJ1aWQiOiIxIiwidXRpZCI6IjIifQ"),
            ("cloud_instance_name", "microsoftonline.com"),
            ("cloud_instance_host_name", "login.microsoftonline.com"),
            ("cloud_graph_host_name", "graph.windows.net"),
            ("msgraph_host", "graph.microsoft.com"),
        ],
    }
}

/// A callback, its parameters, and where the browser lands.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], String);

fn own_page(owner: &Owner) -> String {
    match owner.mode {
        Mode::Client => format!("/workspace/{}/client-info", owner.id),
        Mode::User => "/admin/sales/scheduling".to_owned(),
    }
}

/// That a page sends a browser on to this address, and leaves nothing of where it came from.
#[track_caller]
fn assert_sends_on(page: &Page, address: &str) {
    assert_eq!(page.status, 303, "{page:?}");
    assert_eq!(page.headers["location"], address, "{page:?}");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
}

#[test]
fn a_page_hands_over_code_and_state() {
    let cluster = supabase();
    let mut api = Api::start(&cluster);
    for (provider, user) in PROVIDERS {
        for mode in Mode::BOTH {
            let owner = api.database.owner(mode);
            let (code, state) = api.agree(&owner, provider);
            let given = json!({"code": code, "state": state});
            let answer = api.server.post("/rpc/oauth_callback", None, &given);
            assert_eq!(answer.status, 200, "{answer:?}");
            let mode = match mode {
                Mode::Client => "client",
                Mode::User => "user",
            };
            assert_eq!(
                answer.body,
                json!([{
                    "mode": mode, "owner_id": owner.id, "provider": provider,
                    "connected_email": user, "redirect_path": own_page(&owner),
                }])
            );
            assert!(api.connected(&owner, provider));
            let again = api.server.post("/rpc/oauth_callback", None, &given);
            assert_eq!((again.status, &again.body["code"]), (400, &json!("22023")));
            let denied = json!({"code": null, "state": state, "error": "access_denied"});
            let denied = api.server.post("/rpc/oauth_callback", None, &denied);
            assert_eq!(
                (denied.status, &denied.body["code"]),
                (502, &json!("PT502"))
            );
        }
    }
}

#[test]
fn a_browser_is_sent_on_to_the_application_whatever_the_provider_adds() {
    let cluster = supabase();
    let mut api = Api::start(&cluster);
    let owners = "/rpc/owner_page";
    for (app, page_of_owners, browser) in [
        ("", None, BROWSER),
        (APP, None, OLD_BROWSER),
        (APP, Some(owners), BROWSER),
    ] {
        match page_of_owners {
            Some(path) => api.configure_site_with(&format!("'{path}'")),
            None if !app.is_empty() => api.configure_site(),
            None => {}
        }
        for (provider, _) in PROVIDERS {
            for mode in Mode::BOTH {
                for callback in ["oauth_callback", &format!("{provider}_calendar_callback")] {
                    let owner = api.database.owner(mode);
                    let (code, state) = api.agree(&owner, provider);
                    let mut given = vec![("code", &*code), ("state", &*state)];
                    given.extend_from_slice(added(provider));
                    let page = api.browse(callback, &given, browser);
                    let own = page_of_owners.map_or_else(|| own_page(&owner), str::to_owned);
                    let address = format!("{app}{own}");
                    assert_sends_on(&page, &format!("{address}?calendar=connected"));
                    assert!(api.connected(&owner, provider), "{page:?}");
                    // The same address once more, by the back button.
                    let page = api.browse(callback, &given, browser);
                    assert_sends_on(&page, &format!("{address}?calendar_error=expired"));
                    assert!(api.connected(&owner, provider), "{page:?}");
                    assert!(!page.text.contains(&code) && !page.text.contains(&state));
                }
            }
        }
    }
}

#[test]
fn a_person_never_ends_on_an_error_in_json() {
    let cluster = supabase();
    let mut api = Api::start(&cluster);
    api.configure_site();
    for (provider, other) in [("google", "outlook"), ("outlook", "google")] {
        for mode in Mode::BOTH {
            let owner = api.database.owner(mode);
            let (code, state) = api.agree(&owner, provider);
            let (code, state) = (&*code, &*state);
            let forged = format!(
                "{}:{provider}:AAAA",
                state
                    .rsplit_once(':')
                    .unwrap()
                    .0
                    .rsplit_once(':')
                    .unwrap()
                    .0
            );
            let callback = format!("{provider}_calendar_callback");
            let theirs = format!("{other}_calendar_callback");
            let own = format!("{APP}{}?calendar_error=", own_page(&owner));
            let home = format!("{APP}/?calendar_error=");
            let cases: &[Case<'_>] = &[
                // Google.
                (
                    &callback,
                    &[("error", "access_denied"), ("state", state)],
                    format!("{own}access_denied"),
                ),
                // Microsoft.
                (
                    "oauth_callback",
                    &[
                        ("error", "access_denied"),
                        ("error_subcode", "cancel"),
                        (
                            "error_description",
                            "AADSTS65004: User declined to consent. eq.5",
                        ),
                        (
                            "error_uri",
                            "https://login.microsoftonline.com/error?code=65004",
                        ),
                        ("state", state),
                    ],
                    format!("{own}access_denied"),
                ),
                (
                    "oauth_callback",
                    &[("error", "<script>"), ("state", state)],
                    format!("{own}refused"),
                ),
                (
                    "oauth_callback",
                    &[("error", "temporarily_unavailable"), ("state", state)],
                    format!("{own}unreachable"),
                ),
                (&callback, &[("state", state)], format!("{own}invalid")),
                (
                    &callback,
                    &[("state", state), ("code", ""), ("error", "")],
                    format!("{own}invalid"),
                ),
                (
                    &theirs,
                    &[("code", code), ("state", state)],
                    format!("{own}invalid"),
                ),
                (
                    "oauth_callback",
                    &[("code", code), ("state", &forged)],
                    format!("{own}expired"),
                ),
                (
                    "oauth_callback",
                    &[("code", code), ("state", "//evil.example:google:n")],
                    format!("{home}invalid"),
                ),
                (
                    "oauth_callback",
                    &[("code", code)],
                    format!("{home}invalid"),
                ),
                ("oauth_callback", &[], format!("{home}invalid")),
            ];
            for (callback, given, address) in cases {
                let page = api.browse(callback, given, BROWSER);
                assert_sends_on(&page, address);
                assert_eq!(page.text, "[]");
            }
            // None of these has spent the round trip; without a worker it cannot be finished now.
            assert!(api.database.one::<bool>("select scheduling.stop_worker()"));
            let given = [
                ("code", code),
                ("error", ""),
                ("authuser", "1"),
                ("state", state),
            ];
            let page = api.browse("oauth_callback", &given[..2], BROWSER);
            assert_sends_on(&page, &format!("{home}invalid"));
            let page = api.browse("oauth_callback", &given, BROWSER);
            assert_sends_on(&page, &format!("{own}unreachable"));
            assert!(api.database.one::<bool>("select scheduling.start_worker()"));
            api.database.wait_for_worker();
            let page = api.browse("oauth_callback", &given, BROWSER);
            let done = format!("{APP}{}?calendar=connected", own_page(&owner));
            assert_sends_on(&page, &done);

            // A code that the provider does not know, and a round trip that took too long.
            let (_, state) = api.agree(&owner, provider);
            let page = api.browse(
                "oauth_callback",
                &[("code", "made-up"), ("state", &state)],
                BROWSER,
            );
            assert_sends_on(&page, &format!("{own}refused"));
            let (code, state) = api.agree(&owner, provider);
            let late =
                "update scheduling.oauth_nonces set expires_at = now() - interval '1 second'";
            api.database.sql.batch_execute(late).unwrap();
            let page = api.browse(
                "oauth_callback",
                &[("code", &code), ("state", &state)],
                BROWSER,
            );
            assert_sends_on(&page, &format!("{own}expired"));
        }
    }
}

#[test]
fn a_program_that_gets_the_callback_is_answered_with_the_row_or_the_error() {
    let cluster = supabase();
    let mut api = Api::start(&cluster);
    api.configure_site();
    let owner = api.database.client();
    let programs: [&[(&str, &str)]; 4] = [
        &[("Accept", "application/json")],
        &[("Accept", "*/*")],
        &[("Accept", "*/*"), ("Sec-Fetch-Mode", "cors")],
        &[BROWSER[0], ("Sec-Fetch-Mode", "same-origin")],
    ];
    for program in programs {
        let (code, state) = api.agree(&owner, "google");
        let given = [("code", &*code), ("state", &*state)];
        let page = api.browse("oauth_callback", &given, program);
        assert_eq!(page.status, 200, "{page:?}");
        let rows: Value = serde_json::from_str(&page.text).expect("rows");
        assert_eq!(rows[0]["connected_email"], emulator::USER, "{rows}");
        let page = api.browse("oauth_callback", &given, program);
        assert_eq!(page.status, 400, "{page:?}");
        let error: Value = serde_json::from_str(&page.text).expect("an error");
        assert_eq!(error["code"], "22023");
        assert!(!page.headers.contains_key("location"));
    }
}

/// What PostgREST itself refuses does not reach the database, so the round trip can still be finished.
#[test]
fn what_postgrest_refuses_spends_nothing() {
    let cluster = supabase();
    let mut api = Api::start(&cluster);
    let owner = api.database.user();
    let (code, state) = api.agree(&owner, "google");
    let given = [("code", &*code), ("state", &*state)];
    for (more, status) in [
        // No argument of this name.
        (("from_next_year", "1"), 404),
        // Reads as a filter of the rows.
        (("hd", "match.com"), 400),
        (("scope", "in.(a,b)"), 400),
        (("scope", "not.x"), 400),
    ] {
        let page = api.browse("oauth_callback", &[given[0], given[1], more], BROWSER);
        assert_eq!(page.status, status, "{more:?}: {page:?}");
        assert!(!api.connected(&owner, "google"));
    }
    // What only looks like one does not, and of what comes twice the last counts.
    let more = [
        ("scope", "openid in. not"),
        ("prompt", "eq"),
        ("authuser", "0"),
        ("authuser", "1"),
    ];
    let page = api.browse("oauth_callback", &[&given[..], &more].concat(), BROWSER);
    assert_sends_on(&page, "/admin/sales/scheduling?calendar=connected");
}
