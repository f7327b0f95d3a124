//! Any bytes as the address of a webhook, and as its secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::{Host, Url};

use super::address::is_public;
use super::endpoint;
use super::secret::{Secret, signatures};
use crate::fuzz_input::{Target, text};

pub const FUZZING: &[Target] = &[
    ("webhook_url", webhook_url),
    ("webhook_secret", webhook_secret),
];

/// What is taken is https, names nobody, and is no address within; and reads the same when it is read again.
fn webhook_url(input: &[u8]) {
    let text = text(input);
    let anywhere = endpoint::parse(&text, true);
    let Ok(url) = endpoint::parse(&text, false) else {
        if let Ok(url) = anywhere {
            assert!(matches!(url.scheme(), "http" | "https"), "{url}");
        }
        return;
    };
    assert_eq!(anywhere.as_ref(), Ok(&url));
    assert_eq!(url.scheme(), "https");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
    match url.host() {
        Some(Host::Domain(name)) => {
            assert!(name.contains('.'), "{url}");
            // No resolver takes it for an address.
            assert!(name.parse::<std::net::IpAddr>().is_err(), "{url}");
        }
        Some(Host::Ipv4(address)) => assert!(is_public(address.into()), "{url}"),
        Some(Host::Ipv6(address)) => assert!(is_public(address.into()), "{url}"),
        None => panic!("{url} has no host"),
    }
    assert_eq!(Url::parse(url.as_str()).as_ref(), Ok(&url));
    assert_eq!(endpoint::parse(url.as_str(), false), Ok(url));
}

/// A secret that is taken signs, in one version and one word. What is refused cannot be quoted: the error holds
/// nothing.
fn webhook_secret(input: &[u8]) {
    let text = text(input);
    if let Ok(secret) = Secret::parse(&text) {
        let signed = signatures(&[secret], "msg_1", 1, "{}");
        let (version, signature) = signed.split_once(',').unwrap_or_default();
        assert_eq!(version, "v1");
        assert_eq!(STANDARD.decode(signature).map(|bytes| bytes.len()), Ok(32));
    }
}
