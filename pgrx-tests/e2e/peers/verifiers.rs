//! The verifiers of webhooks that others wrote: PyPI's and npm's `standardwebhooks`.

use std::path::Path;
use std::process::Command;

use serde_json::json;
use stand_ins::receiver::Received;

use crate::harness::machine::machine;
use crate::harness::process::fed;

/// What each verifier says of each delivery, by this secret: `good`, or why not.
pub fn verify(deliveries: &[Received], secret: &str) -> Vec<String> {
    let lines: String = deliveries
        .iter()
        .map(|delivery| {
            let headers: serde_json::Map<_, _> = delivery
                .headers
                .keys()
                .map(|name| (name.to_string(), json!(delivery.header(name.as_str()))))
                .collect();
            format!(
                "{}\n",
                json!({"secret": secret, "headers": headers, "body": delivery.body})
            )
        })
        .collect();
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("pgrx-tests/e2e/peers");
    let mut said = Vec::new();
    for (program, script) in [
        (&machine().python, "verify_webhooks.py"),
        (&machine().node, "verify_webhooks.mjs"),
    ] {
        let mut verifier = Command::new(program);
        verifier.arg(peers.join(script)).env("NPM", &machine().npm);
        let output = fed(&mut verifier, lines.as_bytes());
        assert!(output.status.success(), "{script} failed");
        let text = String::from_utf8(output.stdout).expect("it writes text");
        assert_eq!(text.lines().count(), deliveries.len(), "{script}: {text}");
        said.extend(text.lines().map(str::to_owned));
    }
    said
}
