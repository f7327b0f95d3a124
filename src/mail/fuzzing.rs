//! Any bytes as addresses, servers and own texts; and what people type, in whole mails (`letters`).

mod letters;

use strum::VariantArray;

use super::address::{parse_address, parse_mailbox};
use super::kind::MailKind;
use super::own_texts::source::Source;
use super::resend::fuzzing::{resend_answer, resend_settings};
use super::smtp::fuzzing::smtp_url;
use super::trial::try_own_text;
use crate::fuzz_input::{Target, text};
use crate::locale;

pub const FUZZING: &[Target] = &[
    ("email_address", email_address),
    ("sender", sender),
    ("smtp_url", smtp_url),
    ("resend_answer", resend_answer),
    ("resend_settings", resend_settings),
    ("own_text", own_text),
    ("locale", language),
    ("mail_texts", letters::mail_texts),
];

/// An address that is taken is one word of ASCII when it travels, for one host, and is taken again.
fn email_address(input: &[u8]) {
    let text = text(input);
    let Ok(address) = parse_address(&text) else {
        return;
    };
    let wire = address.wire();
    assert!(
        wire.len() <= 254 && wire.bytes().all(|b| b.is_ascii_graphic()),
        "{wire}"
    );
    assert_eq!(wire.matches('@').count(), 1, "{wire}");
    assert!(
        !wire.contains(['<', '>', '"', '(', ')', ',', ';', ':', '\\', '[', ']']),
        "{wire}"
    );
    assert!(wire.parse::<lettre::Address>().is_ok(), "{wire}");
    assert_eq!(
        parse_address(wire).as_ref().map(|again| again.wire()),
        Ok(wire)
    );
    assert_eq!(parse_address(address.as_str()).as_ref(), Ok(&address));
    let mailto = address.mailto();
    assert!(!mailto.contains(['?', '&', '"', '<', ' ']), "{mailto}");
}

/// A sender has one address, and a name on one line.
fn sender(input: &[u8]) {
    if let Ok(mailbox) = parse_mailbox(&text(input)) {
        assert_eq!(parse_address(mailbox.address.as_str()), Ok(mailbox.address));
        let name = mailbox.name.unwrap_or_default();
        assert!(!name.contains(char::is_control), "{name:?}");
    }
}

/// The name of a language has one spelling, and goes into a header.
fn language(input: &[u8]) {
    if let Some(tag) = locale::canonical(&text(input)) {
        assert_eq!(locale::canonical(&tag).as_ref(), Some(&tag));
        assert!(
            tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
            "{tag}"
        );
    }
}

/// A template does what it does within its fuel, whatever it is; what is said of it in a job's row is short.
fn own_text(input: &[u8]) {
    let Some((first, rest)) = input.split_first() else {
        return;
    };
    let kind = MailKind::VARIANTS[usize::from(first >> 2) % MailKind::VARIANTS.len()];
    let template = Some(text(rest));
    let source = match first % 4 {
        0 => Source {
            subject: template,
            ..Source::default()
        },
        1 => Source {
            text: template,
            ..Source::default()
        },
        _ => Source {
            html: template,
            ..Source::default()
        },
    };
    let reader = kind.recipients().first().copied();
    if let Err(trouble) = try_own_text(kind, reader, source) {
        let told = trouble.in_short();
        assert!(told.chars().count() <= 300, "{told}");
    }
}
