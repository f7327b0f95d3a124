//! Resend, twice: the emulator from npm, whose idea of the API is not ours, and our stand-in, which can be
//! told to misbehave. The emulator keeps no attachments.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::machine::{free_port, machine};
use crate::harness::process::Process;
use crate::harness::wait::wait_for;

pub use ::stand_ins::Fault;
pub use ::stand_ins::resend::{Mail, Resend, error};

pub struct Emulator {
    url: String,
    _process: Process,
}

impl Emulator {
    pub fn start() -> Self {
        let port = free_port();
        let mut command = Command::new(&machine().node);
        command
            .arg(&machine().emulate)
            .args(["--service", "resend", "--port", &port.to_string()]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = Process::start(command, None, libc::SIGTERM).expect("node can be started");
        let emulator = Self {
            url: format!("http://127.0.0.1:{port}"),
            _process: process,
        };
        wait_for("the emulator to answer", || emulator.list());
        emulator
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The mails whose Message-ID has this in it.
    pub fn inbox(&self, part: &str) -> Vec<Value> {
        let mut mails = self.list().expect("it answers");
        mails.retain(|mail| {
            let id = mail["headers"]["Message-ID"].as_str();
            id.is_some_and(|id| id.contains(part))
        });
        mails
    }

    fn list(&self) -> Option<Vec<Value>> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.expect("a runtime can be made");
        runtime.block_on(async {
            let request = reqwest::Client::new()
                .get(format!("{}/emails", self.url))
                .bearer_auth("re_emulated");
            let list: Value = request.send().await.ok()?.json().await.ok()?;
            list["data"].as_array().cloned()
        })
    }
}
