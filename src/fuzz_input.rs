//! What the doors for fuzzing are made of: a name and a function of bytes, and what bytes are read as.

use std::sync::LazyLock;
use std::time::Duration;

use crate::http::HttpClient;

/// The name of a target, as `make fuzz T=` has it, and its door.
pub type Target = (&'static str, fn(&[u8]));

/// A text of any bytes.
pub fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

/// JSON, where the input is some.
pub fn json(input: &[u8]) -> Option<serde_json::Value> {
    serde_json::from_slice(input).ok()
}

/// A client that sends nothing.
pub fn client() -> &'static HttpClient {
    static CLIENT: LazyLock<HttpClient> = LazyLock::new(|| {
        let client = HttpClient::new(Duration::from_secs(1));
        client.unwrap_or_else(|error| panic!("no client: {error}"))
    });
    &CLIENT
}
