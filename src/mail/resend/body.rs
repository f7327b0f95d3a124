//! A stored message as the JSON that Resend takes. Pure, and made of nothing but the message, so that each
//! attempt says the same byte by byte (another body under one idempotency key is refused), that a crash in
//! between changes nothing, and that mails which were written for another transport go this way as well.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{Addr, Address, Message, MessageParser, MimeHeaders as _, PartType};
use serde::Serialize;

use crate::mail::facts::Mail;

/// What Resend makes itself of the other fields (From, To, …). It packs the parts itself, too, and is told
/// nothing of what describes them (`Content-…`).
const STRUCTURE: [&str; 6] = ["from", "to", "subject", "reply-to", "date", "mime-version"];

/// The message cannot be read, which only somebody who has changed it by hand can bring about.
#[derive(Debug, thiserror::Error)]
#[error("the stored message is not one that can be sent: {0}")]
pub struct Unreadable(&'static str);

/// The fields of resend.com/docs/api-reference/emails/send-email.
#[derive(Serialize)]
struct Body<'a> {
    from: String,
    to: [String; 1],
    subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reply_to: Vec<String>,
    headers: BTreeMap<&'a str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    filename: &'a str,
    content_type: String,
    /// In base64.
    content: String,
}

/// One mail has one key, whenever it is tried. A Message-ID of ours has at most 250 characters, of the 256
/// that a key may have.
pub fn idempotency_key(mail: &Mail) -> &str {
    mail.message_id.trim_matches(['<', '>'])
}

pub fn of(mail: &Mail) -> Result<Vec<u8>, Unreadable> {
    let message = MessageParser::default()
        .parse(&mail.message)
        .ok_or(Unreadable("it has no headers"))?;
    let from = message.from().and_then(Address::first);
    let from = from.and_then(|from| Some(mailbox(from.name(), from.address()?)));
    let to = message.to().and_then(Address::first).and_then(Addr::name);
    let reply_to = message.reply_to().into_iter().flat_map(Address::iter);
    let body = Body {
        from: from.ok_or(Unreadable("it has no sender"))?,
        to: [mailbox(to, &mail.to)],
        subject: message.subject().unwrap_or_default(),
        html: message.html_bodies().find_map(|part| match &part.body {
            PartType::Html(html) => Some(html.as_ref()),
            _ => None,
        }),
        text: message.text_bodies().find_map(|part| match &part.body {
            PartType::Text(text) => Some(text.as_ref()),
            _ => None,
        }),
        reply_to: reply_to
            .filter_map(|one| Some(mailbox(one.name(), one.address()?)))
            .collect(),
        headers: headers(&message),
        attachments: attachments(&message),
    };
    serde_json::to_vec(&body).map_err(|_| Unreadable("it is no text"))
}

/// An address with its name, quoted where RFC 5322 has it quoted. Other letters than ASCII stay as they
/// are: Resend encodes them.
fn mailbox(name: Option<&str>, address: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(c);
    match name.map(str::trim).filter(|name| !name.is_empty()) {
        None => address.to_owned(),
        Some(name) if name.chars().all(is_plain) => format!("{name} <{address}>"),
        Some(name) => {
            let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{quoted}\" <{address}>")
        }
    }
}

/// Message-ID, Auto-Submitted, and whatever else the message says of itself: each on one line.
fn headers<'a>(message: &'a Message<'_>) -> BTreeMap<&'a str, String> {
    let is_structure = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.starts_with("content-") || STRUCTURE.contains(&name.as_str())
    };
    let own = message
        .headers_raw()
        .filter(|(name, _)| !is_structure(name));
    own.map(|(name, value)| (name, value.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect()
}

/// The invitation is in a message twice, to be acted on and as a file. Resend has attachments only, and the
/// one that says what it asks (RFC 6047 section 2.4) is what mail programs show as an invitation.
fn attachments<'a>(message: &'a Message<'_>) -> Vec<Attachment<'a>> {
    let parts = message.parts.iter();
    parts
        .filter_map(|part| {
            let kind = part.content_type()?;
            let is = |a: &str, b: &str| {
                kind.ctype().eq_ignore_ascii_case(a)
                    && kind.subtype().is_some_and(|s| s.eq_ignore_ascii_case(b))
            };
            let is_file = part.attachment_name().is_some() && !is("application", "ics");
            let content_type = match kind.attribute("method") {
                Some(method) if is("text", "calendar") => {
                    format!("text/calendar; method={method}; charset=utf-8")
                }
                _ if is_file => format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()),
                _ => return None,
            };
            Some(Attachment {
                filename: part.attachment_name().unwrap_or("invite.ics"),
                content_type,
                content: STANDARD.encode(part.contents()),
            })
        })
        .collect()
}
