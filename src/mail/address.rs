//! E-mail addresses as the extension accepts them: what a mail can really be sent to.
//!
//! Narrower than RFC 5321 on purpose. Quoted local parts, IP addresses as domains and domains
//! without a dot are nearly always mistakes on a booking page, and local parts beyond ASCII need
//! SMTPUTF8 (RFC 6531), which most relays refuse; telling the visitor beats losing the mail later.

use email_address::{EmailAddress, Error as Syntax, Options};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Longest address in octets: a path of 256 without its angle brackets (RFC 5321 section 4.5.3.1).
const LONGEST: usize = 254;

/// Longest label of a domain in octets (RFC 1035 section 2.3.4), which counts when it is spelled in ASCII.
const LONGEST_LABEL: usize = 63;

/// What may stand unencoded in the address of a `mailto:` URI (RFC 6068 section 2).
const MAILTO: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b'@');

/// A checked e-mail address, without a display name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    written: String,
    wire: String,
}

impl Address {
    /// As it was written, trimmed; letter case kept.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// As it travels: ASCII, an international domain in its `xn--` form (RFC 5890).
    pub fn wire(&self) -> &str {
        &self.wire
    }

    /// The `mailto:` URI (RFC 6068).
    pub fn mailto(&self) -> String {
        format!("mailto:{}", utf8_percent_encode(&self.wire, MAILTO))
    }
}

/// An address with the name it is shown with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    pub name: Option<String>,
    pub address: Address,
}

/// What is wrong with an address; reads as a sentence after "the e-mail address is malformed:".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("it is empty")]
    Empty,
    #[error("it is longer than 254 characters")]
    TooLong,
    #[error("it has no @")]
    NoAt,
    #[error("the part before the @ is missing, longer than 64 characters or malformed")]
    LocalPart,
    #[error("only letters A to Z, digits and ASCII signs can stand before the @")]
    International,
    #[error("the domain after the @ is malformed")]
    Domain,
    #[error("the domain after the @ needs a dot, as in example.com")]
    NoDot,
    #[error("an IP address cannot stand after the @")]
    IpAddress,
    #[error("a plain address is wanted, without a name or angle brackets")]
    DisplayName,
}

/// Checks a plain address (`ada@example.com`); white space around it is forgiven.
pub fn parse_address(text: &str) -> Result<Address, AddressError> {
    let written = text.trim();
    if written.is_empty() {
        return Err(AddressError::Empty);
    }
    if written.len() > LONGEST {
        return Err(AddressError::TooLong);
    }
    let rules = Options::default()
        .with_required_tld()
        .without_domain_literal()
        .without_display_text();
    EmailAddress::parse_with_options(written, rules)
        .map_err(|problem| explain(written, &problem))?;
    let (local, domain) = written.rsplit_once('@').ok_or(AddressError::NoAt)?;
    if local.starts_with('"') {
        return Err(AddressError::LocalPart);
    }
    if !local.is_ascii() {
        return Err(AddressError::International);
    }
    let wire = format!("{local}@{}", ascii_domain(domain)?);
    if wire.len() > LONGEST {
        return Err(AddressError::TooLong);
    }
    Ok(Address {
        written: written.to_owned(),
        wire,
    })
}

/// Checks a sender: `Name <a@b.example>`, `"Name, Inc." <a@b.example>` or a plain address.
pub fn parse_mailbox(text: &str) -> Result<Mailbox, AddressError> {
    let text = text.trim();
    let Some((name, address)) = text
        .strip_suffix('>')
        .and_then(|rest| rest.rsplit_once('<'))
    else {
        return Ok(Mailbox {
            name: None,
            address: parse_address(text)?,
        });
    };
    let name = name.trim();
    let name = match name
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => name.to_owned(),
    };
    let name = Some(super::text::single_line(&name, super::text::NAME)).filter(|n| !n.is_empty());
    Ok(Mailbox {
        name,
        address: parse_address(address)?,
    })
}

/// The domain in ASCII. The URL parser's host is used because it is IDNA (UTS 46) and knows every
/// spelling of an IP address.
fn ascii_domain(domain: &str) -> Result<String, AddressError> {
    if domain
        .chars()
        .any(|c| c.is_ascii() && !c.is_ascii_alphanumeric() && !"-.".contains(c))
    {
        return Err(AddressError::Domain);
    }
    match url::Host::parse(domain) {
        Ok(url::Host::Domain(ascii)) if ascii.split('.').any(|l| l.len() > LONGEST_LABEL) => {
            Err(AddressError::Domain)
        }
        Ok(url::Host::Domain(ascii)) if ascii.contains('.') => Ok(ascii),
        Ok(url::Host::Domain(_)) => Err(AddressError::NoDot),
        Ok(url::Host::Ipv4(_) | url::Host::Ipv6(_)) => Err(AddressError::IpAddress),
        Err(_) => Err(AddressError::Domain),
    }
}

fn explain(text: &str, problem: &Syntax) -> AddressError {
    match problem {
        Syntax::MissingSeparator => AddressError::NoAt,
        Syntax::LocalPartEmpty | Syntax::LocalPartTooLong | Syntax::UnbalancedQuotes => {
            AddressError::LocalPart
        }
        Syntax::DomainTooFew => AddressError::NoDot,
        Syntax::UnsupportedDomainLiteral | Syntax::InvalidIPAddress => AddressError::IpAddress,
        Syntax::UnsupportedDisplayName | Syntax::MissingDisplayName | Syntax::MissingEndBracket => {
            AddressError::DisplayName
        }
        _ if text.contains(['<', '>']) => AddressError::DisplayName,
        // The crate does not say on which side of the @ the wrong character stands.
        Syntax::InvalidCharacter
            if text
                .rsplit_once('@')
                .is_some_and(|(local, _)| !EmailAddress::is_valid_local_part(local)) =>
        {
            AddressError::LocalPart
        }
        _ => AddressError::Domain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_mail_can_be_sent_to_is_accepted() {
        let cases = [
            ("ada@example.com", "ada@example.com"),
            (
                " Ada.Lovelace+Booking@Example.COM\n",
                "Ada.Lovelace+Booking@example.com",
            ),
            ("o'brien@example.co.uk", "o'brien@example.co.uk"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
            ("a/b=c@example.com", "a/b=c@example.com"),
        ];
        for (written, wire) in cases {
            let address = parse_address(written).unwrap();
            assert_eq!(address.wire(), wire);
            assert_eq!(address.as_str(), written.trim());
        }
    }

    #[test]
    fn an_address_that_is_none_is_refused_with_its_problem() {
        let long = format!("{}@example.com", "a".repeat(65));
        let longer = format!("a@{}.com", "b.".repeat(130));
        // 185 octets as it is written, 485 as it travels.
        let grows = format!("a@{}com", "ü.".repeat(60));
        let cases = [
            ("", AddressError::Empty),
            (" \t", AddressError::Empty),
            ("ada", AddressError::NoAt),
            ("@example.com", AddressError::LocalPart),
            ("ada@", AddressError::Domain),
            ("ada@example", AddressError::NoDot),
            ("ada@localhost", AddressError::NoDot),
            ("ada@[127.0.0.1]", AddressError::IpAddress),
            ("ada@127.0.0.1", AddressError::IpAddress),
            ("ada@0x7f.1", AddressError::IpAddress),
            ("ada@example..com", AddressError::Domain),
            ("ada@-example.com", AddressError::Domain),
            ("ada@exa_mple.com", AddressError::Domain),
            ("ada@ex%61mple.com", AddressError::Domain),
            ("ada lovelace@example.com", AddressError::LocalPart),
            (".ada@example.com", AddressError::LocalPart),
            ("ada@b@example.com", AddressError::LocalPart),
            ("ada,bob@example.com", AddressError::LocalPart),
            ("\"ada b\"@example.com", AddressError::LocalPart),
            ("adä@example.com", AddressError::International),
            ("Ada <ada@example.com>", AddressError::DisplayName),
            ("<ada@example.com>", AddressError::DisplayName),
            ("ada@example.com>", AddressError::DisplayName),
            (
                "ada@example.com\r\nBcc: eve@example.com",
                AddressError::LocalPart,
            ),
            ("ada\0@example.com", AddressError::LocalPart),
            (&long, AddressError::LocalPart),
            (&longer, AddressError::TooLong),
            (&grows, AddressError::TooLong),
        ];
        for (written, problem) in cases {
            assert_eq!(parse_address(written), Err(problem), "{written:?}");
        }
    }

    #[test]
    fn a_sender_may_have_a_name() {
        let cases = [
            ("bookings@example.com", None),
            ("<bookings@example.com>", None),
            ("Bookings <bookings@example.com>", Some("Bookings")),
            (
                "\"Ada, Inc. \\\"x\\\"\" <bookings@example.com>",
                Some("Ada, Inc. \"x\""),
            ),
            (
                "Bücher\r\nBcc: e <bookings@example.com>",
                Some("Bücher Bcc: e"),
            ),
        ];
        for (written, name) in cases {
            let mailbox = parse_mailbox(written).unwrap();
            assert_eq!(mailbox.name.as_deref(), name);
            assert_eq!(mailbox.address.as_str(), "bookings@example.com");
        }
        for wrong in [
            "Bookings",
            "Bookings <bookings>",
            "a@example.com b@example.com",
            "A <a@b.example> x",
        ] {
            assert!(parse_mailbox(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn mailto_uris_encode_what_would_mean_something_else() {
        let cases = [
            ("ada+x@example.com", "mailto:ada+x@example.com"),
            (
                "a/b?c&d=e#f%g@example.com",
                "mailto:a%2Fb%3Fc%26d%3De%23f%25g@example.com",
            ),
        ];
        for (written, uri) in cases {
            assert_eq!(parse_address(written).unwrap().mailto(), uri);
        }
    }
}
