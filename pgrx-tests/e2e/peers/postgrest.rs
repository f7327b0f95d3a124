//! PostgREST from npm, in front of one database: what browsers and back ends speak to. Signs JSON web
//! tokens with the secret that it was started with.

use std::collections::HashMap;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::harness::cluster::Cluster;
use crate::harness::database::Database;
use crate::harness::machine::{free_port, machine};
use crate::harness::process::Process;
use crate::harness::wait::wait_for;

/// A cluster with Supabase's roles in it.
pub fn supabase() -> Cluster {
    let cluster = Cluster::preloaded();
    cluster
        .connect("postgres")
        .batch_execute(
            "create role anon; create role authenticated; create role service_role;
             create role authenticator login noinherit;
             grant anon, authenticated, service_role to authenticator",
        )
        .expect("a superuser may");
    cluster
}

pub struct PostgRest {
    pub url: String,
    secret: String,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
    _process: Process,
}

/// What it answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

/// An answer as it came.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    /// By name in lower case.
    pub headers: HashMap<String, String>,
    pub text: String,
}

impl PostgRest {
    /// A server for `schema` that connects as the role `authenticator`; who brings no token is `anon`.
    pub fn start(database: &Database<'_>, schema: &str) -> Self {
        let port = free_port();
        // 256 bits, as HS256 wants them.
        let secret = uuid::Uuid::new_v4().simple().to_string();
        let mut command = Command::new(&machine().postgrest);
        command.env_clear().envs([
            (
                "PGRST_DB_URI",
                format!(
                    "postgres://authenticator@127.0.0.1:{}/{}",
                    database.cluster.port(),
                    database.name
                ),
            ),
            ("PGRST_DB_SCHEMAS", schema.to_owned()),
            ("PGRST_DB_ANON_ROLE", "anon".to_owned()),
            ("PGRST_DB_POOL", "2".to_owned()),
            ("PGRST_JWT_SECRET", secret.clone()),
            ("PGRST_OPENAPI_MODE", "follow-privileges".to_owned()),
            ("PGRST_SERVER_HOST", "127.0.0.1".to_owned()),
            ("PGRST_SERVER_PORT", port.to_string()),
        ]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process =
            Process::start(command, None, libc::SIGTERM).expect("PostgREST can be started");
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = Self {
            url: format!("http://127.0.0.1:{port}"),
            secret,
            // A connection each request: it may close one that waits for the next.
            client: reqwest::Client::builder()
                .pool_max_idle_per_host(0)
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .expect("a client can be made"),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime can be made"),
            _process: process,
        };
        // It listens before it has read the catalogue, and says 503 until then.
        wait_for("PostgREST to have read the catalogue", || {
            let answer = server.try_send(server.client.get(&server.url))?;
            (answer.status == 200).then_some(())
        });
        server
    }

    /// What it verifies tokens with, for who signs them elsewhere.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// A token for this role, as the application's sign-in makes one for somebody it has not seen before.
    pub fn token(&self, role: &str) -> String {
        self.token_of(role, uuid::Uuid::new_v4())
    }

    /// The same for this person.
    pub fn token_of(&self, role: &str, person: uuid::Uuid) -> String {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!(
            "{}.{}",
            part(&json!({"alg": "HS256", "typ": "JWT"})),
            part(&json!({"role": role, "sub": person}))
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        format!("{signed}.{signature}")
    }

    /// What `GET` answers to who has this token, or none.
    #[track_caller]
    pub fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.send(self.client.get(format!("{}{path}", self.url)), token)
    }

    /// What a `GET` brings whoever accepts this: its Content-Type, and the text.
    #[track_caller]
    pub fn file(&self, path: &str, accept: Option<&str>) -> (String, String) {
        let mut request = self.client.get(format!("{}{path}", self.url));
        if let Some(accept) = accept {
            request = request.header("Accept", accept);
        }
        self.runtime.block_on(async {
            let response = request.send().await.expect("PostgREST answers");
            let is = response.headers().get("content-type");
            let is = is.map_or("", |is| is.to_str().expect("a text")).to_owned();
            (is, response.text().await.expect("a text"))
        })
    }

    /// What a `GET` with these headers brings, as it came.
    #[track_caller]
    pub fn fetch(&self, path: &str, headers: &[(&str, &str)]) -> Page {
        let mut request = self.client.get(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.runtime.block_on(async {
            let response = request.send().await.expect("PostgREST answers");
            let headers = response.headers().iter().map(|(name, value)| {
                let value = value.to_str().expect("a text").to_owned();
                (name.as_str().to_owned(), value)
            });
            Page {
                status: response.status().as_u16(),
                headers: headers.collect(),
                text: response.text().await.expect("a text"),
            }
        })
    }

    /// The same for a `POST` of this document.
    #[track_caller]
    pub fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Answer {
        let request = self.client.post(format!("{}{path}", self.url)).json(body);
        self.send(request, token)
    }

    /// Any request: its status, and all that came back, headers included, as one text.
    #[track_caller]
    pub fn request(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> (u16, String) {
        let method = method.parse().expect("a method of HTTP");
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        self.runtime.block_on(async {
            let response = request.send().await.expect("PostgREST answers");
            let status = response.status().as_u16();
            let headers = format!("{:?}", response.headers());
            let text = response.text().await.expect("a text");
            (status, format!("{headers}\n{text}"))
        })
    }

    #[track_caller]
    fn send(&self, mut request: reqwest::RequestBuilder, token: Option<&str>) -> Answer {
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        self.try_send(request).expect("PostgREST answers")
    }

    fn try_send(&self, request: reqwest::RequestBuilder) -> Option<Answer> {
        self.runtime.block_on(async {
            let response = request.send().await.ok()?;
            let status = response.status().as_u16();
            // Of what was created, nothing is said.
            let body = response.json().await.unwrap_or(Value::Null);
            Some(Answer { status, body })
        })
    }
}
