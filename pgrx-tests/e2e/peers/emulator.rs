//! The emulator of Google's and Microsoft's APIs from npm: servers written by others, so that our
//! idea of the protocols is not only checked by ourselves. Google's knows no PATCH and ignores the id
//! of an insert; Microsoft's has accounts and tokens, but no calendars.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::harness::machine::{free_port, machine};
use crate::harness::process::Process;
use crate::harness::wait::wait_for;

/// The emulator's own user at Google.
pub const USER: &str = "testuser@gmail.com";
/// And at Microsoft.
pub const OUTLOOK_USER: &str = "testuser@outlook.com";
/// The secret of our application, with both.
pub const SECRET: &str = "e2e-secret";
/// Tokens of Google's side start with it.
pub const TOKEN_PREFIX: &str = "google_";
const REDIRECT: &str = "http://127.0.0.1:9/callback";
const SCOPE: &str = "openid email https://www.googleapis.com/auth/calendar";

pub struct Emulator {
    /// Google's side.
    url: String,
    /// Microsoft's.
    outlook_url: String,
    _process: Process,
}

/// What consent gave.
pub struct Consent {
    pub access_token: String,
    pub refresh_token: String,
}

impl Emulator {
    pub fn start() -> Self {
        Self::with_calendars(&[])
    }

    /// Its user has calendars of these ids at Google, beside the main one.
    pub fn with_calendars(calendars: &[&str]) -> Self {
        let entry = |id: &&str| json!({"id": id, "user_email": USER, "summary": id});
        let entries: Vec<_> = calendars.iter().map(entry).collect();
        let users = json!([{"email": USER, "name": "Test User"}]);
        let seed = json!({"google": {"users": users, "calendars": entries}});
        // The emulator takes consecutive ports.
        let port = std::iter::repeat_with(|| (free_port(), free_port()))
            .find_map(|(first, second)| (second == first + 1).then_some(first))
            .expect("ports go on for ever");
        let mut command = Command::new(&machine().node);
        command.arg(&machine().emulate).args([
            "--service",
            "google,microsoft",
            "--port",
            &port.to_string(),
        ]);
        let seeded = machine().run_dir.join(format!("emulator-{port}.json"));
        std::fs::write(&seeded, seed.to_string()).expect("the seed can be written");
        if !calendars.is_empty() {
            command.arg("--seed").arg(&seeded);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = Process::start(command, None, libc::SIGTERM).expect("node can be started");
        let emulator = Self {
            url: format!("http://127.0.0.1:{port}"),
            outlook_url: format!("http://127.0.0.1:{}", port + 1),
            _process: process,
        };
        wait_for("the emulator to answer", || {
            http(|client| client.get(format!("{}/.well-known/openid-configuration", emulator.url)))
        });
        std::fs::remove_file(&seeded).expect("it was written above");
        emulator
    }

    /// Registers our application with one of the two, as `configure_provider` wants it.
    pub fn configure(&self, sql: &mut postgres::Client, provider: &str) {
        let (google, outlook) = (&self.url, &self.outlook_url);
        let urls = match provider {
            "google" => [
                format!("{google}/o/oauth2/v2/auth"),
                format!("{google}/oauth2/token"),
                format!("{google}/oauth2/revoke"),
                format!("{google}/oauth2/v2/userinfo"),
                format!("{google}/calendar/v3"),
            ],
            _ => [
                format!("{outlook}/oauth2/v2.0/authorize"),
                format!("{outlook}/oauth2/v2.0/token"),
                format!("{outlook}/oauth2/v2.0/revoke"),
                format!("{outlook}/v1.0/me"),
                format!("{outlook}/v1.0"),
            ],
        };
        let [auth, token, revoke, userinfo, api] = &urls;
        sql.execute(
            "select scheduling.configure_provider($1, 'e2e', $2, $3, auth_url => $4,
                 token_url => $5, revoke_url => $6, userinfo_url => $7, api_url => $8)",
            &[
                &provider, &SECRET, &REDIRECT, auth, token, revoke, userinfo, api,
            ],
        )
        .expect("a provider can be configured");
    }

    /// Opens a consent page and agrees to all of it, as its user would in a browser: the code and the
    /// state that come back.
    pub fn agree(&self, page: &str) -> (String, String) {
        let html = text(page).expect("the consent page answers");
        let form = between(&html, "<form", "</form>").expect("the page has a form");
        let action = between(form, "action=\"", "\"").expect("the form goes somewhere");
        let fields: Vec<_> = form
            .split("<input ")
            .skip(1)
            .map(|input| {
                let of = |key| unescape(between(input, key, "\"").unwrap_or_default());
                (of("name=\""), of("value=\""))
            })
            .collect();
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        let base = reqwest::Url::parse(page).expect("the page has an address");
        let action = base
            .join(&unescape(action))
            .expect("the form's target is an address");
        let (_, location) =
            http(|client| post(client, action.into(), &fields)).expect("it answers");
        let back = reqwest::Url::parse(&location.expect("consent ends in a redirect"))
            .expect("the redirect is a URL");
        let of = |key: &str| back.query_pairs().find(|(name, _)| name == key);
        let of = |key| of(key).expect("code and state come back").1.into_owned();
        (of("code"), of("state"))
    }

    /// Whether Google's side still takes this refresh token.
    pub fn takes(&self, refresh_token: &str) -> bool {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
        ];
        let (answer, _) = http(|client| post(client, self.token_url(), &form)).expect("it answers");
        answer["access_token"].is_string()
    }

    pub fn token_url(&self) -> String {
        format!("{}/oauth2/token", self.url)
    }

    pub fn api_url(&self) -> String {
        format!("{}/calendar/v3", self.url)
    }

    /// Walks through sign-in and consent as the emulator's user would, and redeems the code.
    pub fn consent(&self) -> Consent {
        let form = [
            ("email", USER),
            ("redirect_uri", REDIRECT),
            ("scope", SCOPE),
            ("client_id", "e2e"),
        ];
        let page = http(|client| {
            post(
                client,
                format!("{}/o/oauth2/v2/auth/callback", self.url),
                &form,
            )
        });
        let (_, location) = page.expect("the consent page answers");
        let location = location.expect("consent ends in a redirect");
        let url = reqwest::Url::parse(&location).expect("the redirect is a URL");
        let code = url
            .query_pairs()
            .find(|(name, _)| name == "code")
            .expect("a code comes back")
            .1;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", REDIRECT),
        ];
        let (tokens, _) =
            http(|client| post(client, self.token_url(), &form)).expect("the code is redeemed");
        let token = |name: &str| tokens[name].as_str().expect("both tokens come").to_owned();
        Consent {
            access_token: token("access_token"),
            refresh_token: token("refresh_token"),
        }
    }

    /// Enters an event in the user's own calendar by way of the emulator's API.
    pub fn enter(&self, consent: &Consent, event: &Value) {
        self.enter_in("primary", consent, event);
    }

    /// The same in another of the user's calendars.
    pub fn enter_in(&self, calendar: &str, consent: &Consent, event: &Value) {
        let url = format!("{}/calendars/{calendar}/events", self.api_url());
        let (entered, _) = http(|client| {
            let request = client.post(url).bearer_auth(&consent.access_token);
            request
                .header("content-type", "application/json")
                .body(event.to_string())
        })
        .expect("the calendar answers");
        assert!(entered["id"].is_string(), "{entered}");
    }

    /// The events of the user's own calendar, by the emulator's list.
    pub fn events(&self, consent: &Consent) -> Vec<Value> {
        let url = format!("{}/calendars/primary/events?maxResults=250", self.api_url());
        let (list, _) = http(|client| client.get(url).bearer_auth(&consent.access_token))
            .expect("the list of events answers");
        list["items"].as_array().expect("a list of events").clone()
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    let length = text[start..].find(after)?;
    Some(&text[start..start + length])
}

fn unescape(html: &str) -> String {
    html.replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// A form by POST, as a browser and an OAuth client send it.
fn post(client: &reqwest::Client, url: String, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let encoded = reqwest::Url::parse_with_params(&url, form).expect("the emulator's own URL");
    let encoded = encoded.query().unwrap_or_default().to_owned();
    client
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded)
}

/// The text of a page.
fn text(url: &str) -> Option<String> {
    let (client, runtime) = browser();
    runtime.block_on(async { client.get(url).send().await.ok()?.text().await.ok() })
}

/// One request; its JSON and where it redirects to, or nothing where nobody answers.
fn http(
    request: impl FnOnce(&reqwest::Client) -> reqwest::RequestBuilder,
) -> Option<(Value, Option<String>)> {
    let (client, runtime) = browser();
    runtime.block_on(async {
        let response = request(&client).send().await.ok()?;
        let location = response
            .headers()
            .get("location")
            .and_then(|l| l.to_str().ok());
        let location = location.map(str::to_owned);
        let json = response.json().await.unwrap_or(Value::Null);
        Some((json, location))
    })
}

/// A client that follows no redirects, so that a test sees where they go.
fn browser() -> (reqwest::Client, tokio::runtime::Runtime) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    (
        client.expect("a client can be made"),
        runtime.expect("a runtime can be made"),
    )
}
