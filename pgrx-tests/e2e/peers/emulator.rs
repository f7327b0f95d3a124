//! The emulator of Google's API from npm: a server written by others, so that our idea of the
//! protocol is not only checked by ourselves. It knows no PATCH and ignores the id of an insert.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::machine::{free_port, machine};
use crate::harness::process::Process;
use crate::harness::wait::wait_for;

/// The emulator's own user.
pub const USER: &str = "testuser@gmail.com";
const REDIRECT: &str = "http://127.0.0.1:9/callback";
const SCOPE: &str = "openid email https://www.googleapis.com/auth/calendar";

pub struct Emulator {
    url: String,
    _process: Process,
}

/// What consent gave.
pub struct Consent {
    pub access_token: String,
    pub refresh_token: String,
}

impl Emulator {
    pub fn start() -> Self {
        let port = free_port();
        let mut command = Command::new(&machine().node);
        command
            .arg(&machine().emulate)
            .args(["--service", "google", "--port", &port.to_string()]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = Process::start(command, None, libc::SIGTERM).expect("node can be started");
        let emulator = Self {
            url: format!("http://127.0.0.1:{port}"),
            _process: process,
        };
        wait_for("the emulator to answer", || {
            http(|client| client.get(format!("{}/.well-known/openid-configuration", emulator.url)))
        });
        emulator
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

    /// The events of the user's own calendar, by the emulator's list.
    pub fn events(&self, consent: &Consent) -> Vec<Value> {
        let url = format!("{}/calendars/primary/events?maxResults=250", self.api_url());
        let (list, _) = http(|client| client.get(url).bearer_auth(&consent.access_token))
            .expect("the list of events answers");
        list["items"].as_array().expect("a list of events").clone()
    }
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

/// One request; its JSON and where it redirects to, or nothing where nobody answers.
fn http(
    request: impl FnOnce(&reqwest::Client) -> reqwest::RequestBuilder,
) -> Option<(Value, Option<String>)> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build();
    let client = client.expect("a client can be made");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime can be made").block_on(async {
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
