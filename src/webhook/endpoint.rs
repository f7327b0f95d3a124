//! The address of a webhook, read once: what is seen of it without asking anybody. What its name stands for
//! is looked at when something is sent there (`resolver`). Pure.

use url::{Host, Url};

use super::address::is_public;

/// Bytes of an address.
const LONGEST: usize = 2_048;

/// Why an address is none that webhooks are sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("it is longer than {LONGEST} bytes")]
    Long,
    #[error("it is no absolute URL")]
    Malformed,
    #[error("it does not start with https://")]
    Scheme,
    #[error("it has a user name or a password")]
    User,
    #[error("it has a fragment, which is never sent")]
    Fragment,
    #[error("its port is 0")]
    Port,
    #[error("its host is not public")]
    Private,
}

/// Reads an address. `may_be_private` as `scheduling.webhook_private_addresses` has it: then http and hosts
/// that are not public will do. The error never has the address in it, which may be a secret.
pub fn parse(url: &str, may_be_private: bool) -> Result<Url, Unfit> {
    if url.len() > LONGEST {
        return Err(Unfit::Long);
    }
    // What a browser's parser forgives (white space, backslashes, no slashes), nobody means.
    let is_plain = url
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let starts = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    if !is_plain || !url.contains("://") {
        return Err(Unfit::Malformed);
    }
    if !(starts("https://") || may_be_private && starts("http://")) {
        return Err(Unfit::Scheme);
    }
    let parsed = Url::parse(url).map_err(|_| Unfit::Malformed)?;
    // It grows where letters are written as %xx, and is read again as it is written then.
    if parsed.as_str().len() > LONGEST {
        return Err(Unfit::Long);
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(Unfit::User);
    }
    if parsed.fragment().is_some() {
        return Err(Unfit::Fragment);
    }
    if parsed.port() == Some(0) {
        return Err(Unfit::Port);
    }
    let is_private = match parsed.host() {
        None => return Err(Unfit::Malformed),
        // However it was spelled: the parser reads 0x7f.1 and 2130706433 as what they are.
        Some(Host::Ipv4(address)) => !is_public(address.into()),
        Some(Host::Ipv6(address)) => !is_public(address.into()),
        Some(Host::Domain(name)) => is_local(name),
    };
    if is_private && !may_be_private {
        return Err(Unfit::Private);
    }
    Ok(parsed)
}

/// Names that stand for something near, whatever resolves them (RFC 6761, RFC 6762, RFC 8375, ICANN's
/// `internal`), and those without a dot, which only a search list completes.
fn is_local(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or(name);
    !name.contains('.')
        || name == "home.arpa"
        || name.ends_with(".home.arpa")
        || ["localhost", "local", "internal", "localdomain"]
            .iter()
            .any(|local| last.eq_ignore_ascii_case(local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_public_https_address_is_refused_with_the_reason() {
        let long = format!("https://example.com/{}", "a".repeat(LONGEST));
        let written_longer = format!("https://example.com/{}", "<".repeat(LONGEST / 2));
        let cases = [
            (long.as_str(), Unfit::Long),
            (written_longer.as_str(), Unfit::Long),
            ("", Unfit::Malformed),
            ("example.com/hook", Unfit::Malformed),
            ("https:example.com", Unfit::Malformed),
            (" https://example.com", Unfit::Malformed),
            ("https://example.com/a b", Unfit::Malformed),
            ("https://example.com\n", Unfit::Malformed),
            ("https:\\\\example.com", Unfit::Malformed),
            ("https://", Unfit::Malformed),
            ("https://exa<mple.com/", Unfit::Malformed),
            ("https://example.com:99999/", Unfit::Malformed),
            ("http://example.com/hook", Unfit::Scheme),
            ("ftp://example.com/hook", Unfit::Scheme),
            ("file:///etc/passwd", Unfit::Scheme),
            ("gopher://example.com/", Unfit::Scheme),
            ("https://user@example.com/", Unfit::User),
            ("https://:password@example.com/", Unfit::User),
            ("https://example.com@127.0.0.1/", Unfit::User),
            ("https://example.com/#part", Unfit::Fragment),
            ("https://example.com:0/", Unfit::Port),
            ("https://localhost/", Unfit::Private),
            ("https://LOCALHOST:8443/", Unfit::Private),
            ("https://localhost./", Unfit::Private),
            ("https://a.localhost/", Unfit::Private),
            ("https://db/", Unfit::Private),
            ("https://printer.local/", Unfit::Private),
            ("https://metadata.google.internal/", Unfit::Private),
            ("https://box.home.arpa/", Unfit::Private),
            ("https://127.0.0.1/", Unfit::Private),
            ("https://127.1/", Unfit::Private),
            ("https://0x7f.1/", Unfit::Private),
            ("https://0177.0.0.1/", Unfit::Private),
            ("https://2130706433/", Unfit::Private),
            ("https://017700000001/", Unfit::Private),
            ("https://0x7f000001/", Unfit::Private),
            ("https://0/", Unfit::Private),
            ("https://%31%32%37.0.0.1/", Unfit::Private),
            ("https://169.254.169.254/latest/meta-data/", Unfit::Private),
            ("https://[::1]/", Unfit::Private),
            ("https://[::]/", Unfit::Private),
            ("https://[::ffff:127.0.0.1]/", Unfit::Private),
            ("https://[::ffff:7f00:1]/", Unfit::Private),
            ("https://[64:ff9b::7f00:1]/", Unfit::Private),
            ("https://[2002:7f00:1::]/", Unfit::Private),
            ("https://[fd00::1]/", Unfit::Private),
            ("https://[fe80::1]/", Unfit::Private),
        ];
        for (url, why) in cases {
            assert_eq!(parse(url, false), Err(why), "{url}");
        }
    }

    #[test]
    fn public_addresses_are_taken_as_they_are() {
        for url in [
            "https://example.com/",
            "HTTPS://example.com/hooks?token=a%20b",
            "https://hooks.example.com:8443/a/b/c",
            "https://8.8.8.8/",
            "https://[2606:4700:4700::1111]:8443/",
            "https://xn--bcher-kva.example/",
        ] {
            assert!(parse(url, false).is_ok(), "{url}");
        }
    }

    #[test]
    fn private_ones_pass_where_they_are_allowed_and_malformed_ones_never() {
        for url in [
            "http://127.0.0.1:8080/hook",
            "http://db/hook",
            "https://[::1]/",
        ] {
            assert!(parse(url, true).is_ok(), "{url}");
        }
        for (url, why) in [
            ("http://user@127.0.0.1/", Unfit::User),
            ("ftp://127.0.0.1/", Unfit::Scheme),
            ("http://127.0.0.1/#a", Unfit::Fragment),
        ] {
            assert_eq!(parse(url, true), Err(why), "{url}");
        }
    }
}
