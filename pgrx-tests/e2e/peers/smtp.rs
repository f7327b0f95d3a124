//! A mail server on 127.0.0.1: aiosmtpd with TLS, authentication, and refusals on demand.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use base64::Engine as _;
use serde_json::Value;

use crate::harness::machine::{free_port, machine};
use crate::harness::process::Process;
use crate::harness::wait::{PATIENCE, wait_for};

const USER: &str = "bookings@example.com";
/// Has characters that a URL must escape. Nothing of ours may ever show it.
pub const PASSWORD: &str = "p@ss:w/rd%2";
/// Is refused.
pub const WRONG_PASSWORD: &str = "n0t-the-password";
pub const ESCAPED_PASSWORD: &str = "p%40ss%3Aw%2Frd%252";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Plain connection, then STARTTLS.
    StartTls,
    /// TLS from the first byte.
    Implicit,
}

/// The server; it stops when dropped.
pub struct MailServer {
    port: u16,
    tls: Tls,
    /// Its certificate, and the authority that signed it.
    dir: PathBuf,
    process: Process,
    /// What the script has said, as far as it has been read: see [`Self::events`].
    heard: Arc<Mutex<Vec<Value>>>,
    line: Mutex<Line>,
}

/// How to ask the script whether all that it has said has been read.
struct Line {
    stdin: ChildStdin,
    /// One for each `mark`, once everything before its answer is in [`MailServer::heard`].
    caught_up: Receiver<()>,
}

/// A message that a client has handed over.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub accepted: bool,
    /// In seconds since 1970.
    pub at: f64,
    pub sender: String,
    pub recipients: Vec<String>,
    /// The whole message.
    pub content: Vec<u8>,
    pub encrypted: bool,
    pub authenticated: bool,
}

impl MailServer {
    pub fn start(tls: Tls) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let dir = machine()
            .run_dir
            .join(format!("smtp-{}-{number}", std::process::id()));
        std::fs::create_dir(&dir).expect("the run directory is writable");
        make_certificates(&dir);

        let port = free_port();
        let script =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("pgrx-tests/e2e/peers/smtp_server.py");
        let mode = if tls == Tls::Implicit {
            "implicit"
        } else {
            "starttls"
        };
        let mut command = Command::new(&machine().python);
        command.arg(script).args([&port.to_string(), mode]);
        command
            .args([dir.join("server.pem"), dir.join("server.key")])
            .args([USER, PASSWORD]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process =
            Process::start(command, None, libc::SIGTERM).expect("Python can be started");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let stdin = process.child().stdin.take().expect("asked for a pipe");
        let lines =
            BufReader::new(process.child().stdout.take().expect("asked for a pipe")).lines();
        let collected = heard.clone();
        let (has_caught_up, caught_up) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let event: Value =
                    serde_json::from_str(&line).expect("the script writes JSON lines");
                if event["event"] == "marked" {
                    // Nobody listens once the server is dropped.
                    let _ = has_caught_up.send(());
                } else {
                    collected.lock().unwrap().push(event);
                }
            }
        });
        let server = Self {
            port,
            tls,
            dir,
            process,
            heard,
            line: Mutex::new(Line { stdin, caught_up }),
        };
        server.wait_for_events("listening", 1);
        server
    }

    /// For `configure_mail`: TLS is demanded, and only this server's own authority is trusted.
    pub fn url(&self) -> String {
        self.url_with(ESCAPED_PASSWORD)
    }

    /// The same with a password that is refused (535).
    pub fn url_of_a_stranger(&self) -> String {
        self.url_with(WRONG_PASSWORD)
    }

    fn url_with(&self, password: &str) -> String {
        let ca = self.dir.join("ca.pem");
        let (scheme, tls) = match self.tls {
            Tls::StartTls => ("smtp", "tls=required&"),
            Tls::Implicit => ("smtps", ""),
        };
        let user = USER.replace('@', "%40");
        format!(
            "{scheme}://{user}:{password}@localhost:{}?{tls}ca={}",
            self.port,
            ca.display()
        )
    }

    /// One of the next messages gets this answer instead of being accepted.
    pub fn refuse(&mut self, answer: &str) {
        self.order(answer);
    }

    /// The connection of one of the next messages ends before the message is taken.
    pub fn drop_before(&mut self) {
        self.order("drop before");
    }

    /// One of the next messages is taken, and its connection ends before the answer.
    pub fn drop_after(&mut self) {
        self.order("drop after");
    }

    /// One of the next messages is taken, and answered so much later.
    pub fn answer_after(&mut self, time: Duration) {
        self.order(&format!("slow {}", time.as_secs_f64()));
    }

    fn order(&mut self, order: &str) {
        let told = self.events_of("told").len();
        let mut line = self.line.lock().unwrap();
        writeln!(line.stdin, "{order}").expect("the script reads on");
        drop(line);
        self.wait_for_events("told", told + 1);
    }

    /// Every message so far, accepted or refused, in order.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.events()
            .iter()
            .filter_map(Delivery::from_event)
            .collect()
    }

    /// Accepted messages to this address.
    pub fn accepted_for(&self, recipient: &str) -> Vec<Delivery> {
        let mut deliveries = self.deliveries();
        deliveries.retain(|d| d.accepted && d.recipients.iter().any(|r| r == recipient));
        deliveries
    }

    /// How often a client has shown a password.
    pub fn logins(&self) -> usize {
        self.events_of("auth").len()
    }

    /// All that the server has said by now. It says what happens before its client hears of it; the thread
    /// that reads it may lag behind, so this has the server say one thing more and waits until that is read.
    fn events(&self) -> MutexGuard<'_, Vec<Value>> {
        let mut line = self.line.lock().unwrap();
        writeln!(line.stdin, "mark").expect("the script reads on");
        line.caught_up
            .recv_timeout(PATIENCE)
            .expect("the script answers a mark");
        self.heard.lock().unwrap()
    }

    fn events_of(&self, kind: &str) -> Vec<Value> {
        self.events()
            .iter()
            .filter(|event| event["event"] == kind)
            .cloned()
            .collect()
    }

    fn wait_for_events(&self, kind: &str, count: usize) {
        wait_for(&format!("the mail server to say {kind}"), || {
            (self.events_of(kind).len() >= count).then_some(())
        });
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.process.stop();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl Delivery {
    /// What the message is known by, however often it is sent.
    pub fn message_id(&self) -> String {
        let text = String::from_utf8_lossy(&self.content);
        let mut lines = text.lines().take_while(|line| !line.is_empty());
        let id = lines.find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_it = name.eq_ignore_ascii_case("message-id");
            is_it.then(|| value.trim().to_owned())
        });
        id.expect("every mail of ours has a Message-ID")
    }

    fn from_event(event: &Value) -> Option<Self> {
        let accepted = match event["event"].as_str()? {
            "mail" => true,
            "refused" => false,
            _ => return None,
        };
        let content = event["content"].as_str()?;
        Some(Self {
            accepted,
            at: event["at"].as_f64()?,
            sender: event["sender"].as_str()?.to_owned(),
            recipients: event["recipients"]
                .as_array()?
                .iter()
                .map(|r| r.as_str().unwrap_or_default().into())
                .collect(),
            content: base64::engine::general_purpose::STANDARD
                .decode(content)
                .ok()?,
            encrypted: event["tls"].as_bool()?,
            authenticated: event["authenticated"].as_bool()?,
        })
    }
}

/// An authority of our own and a certificate for localhost that it signed; a certificate that signs
/// itself would not do, since TLS libraries refuse an authority's certificate as a server's.
fn make_certificates(dir: &Path) {
    std::fs::write(
        dir.join("server.ext"),
        "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n",
    )
    .expect("the directory is writable");
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    for command in [
        format!("req -x509 {key} -keyout ca.key -out ca.pem -days 7 -subj /CN=e2e-authority"),
        format!("req {key} -keyout server.key -out server.csr -subj /CN=localhost"),
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 7 \
         -extfile server.ext -out server.pem"
            .into(),
    ] {
        let output = Command::new("openssl")
            .args(command.split_whitespace())
            .current_dir(dir)
            .output();
        let output = output.expect("openssl can be started");
        assert!(
            output.status.success(),
            "openssl: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
