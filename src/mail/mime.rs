//! A letter as RFC 5322 text with MIME parts, and the envelope it travels in.
//!
//! The invitation is in it twice: as the `text/calendar` alternative that mail programs act on
//! (RFC 6047) and as an attached file for those that only know files. What is said is not decided
//! here.

use chrono::{DateTime, Utc};
use lettre::address::Envelope;
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, Date, From, HeaderName, HeaderValue,
    MessageId, ReplyTo, Subject, To,
};
use lettre::message::{Body, Mailbox as LettreMailbox, Mailboxes, Message, MultiPart, SinglePart};

use super::address::Mailbox;
use super::facts::{Mail, MailError};
use super::invitation::Method;
use super::shown::Shown;
use super::templates::Texts;
use super::text::{LINE, NAME, header_line};

/// Multipart boundaries. Constant, so that the same letter gives the same bytes, and safe: `=_`
/// cannot occur in quoted-printable or base64 (RFC 2045 section 6.7), and every part is one of both.
const MIXED: &str = "=_scheduling_mixed";
const ALTERNATIVE: &str = "=_scheduling_alternative";

/// What goes into the envelope and who is on it.
pub struct Letter<'a> {
    pub from: &'a Mailbox,
    pub to: &'a Mailbox,
    pub reply_to: Option<&'a Mailbox>,
    pub subject: &'a str,
    /// The tag of the language it is written in (BCP 47).
    pub language: &'a str,
    pub message_id: &'a str,
    pub date: DateTime<Utc>,
    pub texts: Texts,
    /// The calendar object and what it asks.
    pub invitation: Option<(Method, String)>,
    pub shown: Option<Shown>,
}

impl Letter<'_> {
    /// The finished mail.
    pub fn post(self) -> Result<Mail, MailError> {
        let subject = header_line(self.subject, 3 * LINE);
        let message_id = message_id(self.message_id)?;
        let sender = mailbox(self.from)?;
        let to = mailbox(self.to)?;
        let recipients = vec![to.email.clone()];

        let mut headers = Message::builder()
            .envelope(Envelope::new(Some(sender.email.clone()), recipients)?)
            .header(Date::new(self.date.into()))
            .header(From::from(Mailboxes::from(sender)))
            .header(To::from(Mailboxes::from(to)));
        if let Some(reply_to) = self.reply_to {
            headers = headers.header(ReplyTo::from(Mailboxes::from(mailbox(reply_to)?)));
        }
        let texts = alternative(self.texts);
        let message = headers
            .header(Subject::from(subject.clone()))
            .header(MessageId::from(message_id.clone()))
            // Holiday notices and the like must not answer (RFC 3834 section 5).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Content-Language"),
                self.language.to_owned(),
            ))
            .multipart(match &self.invitation {
                None => texts,
                Some((method, calendar)) => with_invitation(texts, *method, calendar),
            })?;
        Ok(Mail {
            recipient: self.to.address.as_str().to_owned(),
            subject,
            message_id,
            from: self.from.address.wire().to_owned(),
            to: self.to.address.wire().to_owned(),
            message: message.formatted(),
            shown: self.shown.map(Box::new),
            own_trouble: None,
        })
    }
}

/// Plain text and HTML. The encoding is fixed because the boundaries rely on it.
fn alternative(texts: Texts) -> MultiPart {
    let part = |content_type, text: &str| {
        SinglePart::builder()
            .header(content_type)
            .body(quoted_printable(text))
    };
    MultiPart::alternative()
        .boundary(ALTERNATIVE)
        .singlepart(part(ContentType::TEXT_PLAIN, &texts.plain))
        .singlepart(part(ContentType::TEXT_HTML, &texts.html))
}

/// lettre first looks which encoding would be best and takes lines apart letter by letter: a third of the time
/// in which a mail is written.
fn quoted_printable(text: &str) -> Body {
    let lines = if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\n', "\r\n")
    } else {
        text.replace('\n', "\r\n")
    };
    let encoded = quoted_printable::encode(lines);
    Body::dangerous_pre_encoded(encoded, ContentTransferEncoding::QuotedPrintable)
}

#[expect(clippy::expect_used, reason = "constants, which the tests all write")]
fn with_invitation(texts: MultiPart, method: Method, calendar: &str) -> MultiPart {
    let part = |content_type: &str| {
        let content_type = format!("{content_type}; method={}", method.as_str());
        let content_type = ContentType::parse(&content_type)
            .expect("both types and both methods are constants, and the tests write them all");
        SinglePart::builder().header(content_type)
    };
    let encoding = ContentTransferEncoding::Base64;
    let calendar = Body::new_with_encoding(calendar.to_owned(), encoding)
        .expect("base64 takes whatever there is");
    let to_act_on = part("text/calendar; charset=utf-8").body(calendar.clone());
    let to_keep = part("application/ics; name=\"invite.ics\"")
        .header(ContentDisposition::attachment("invite.ics"))
        .body(calendar);
    MultiPart::mixed()
        .boundary(MIXED)
        .multipart(texts.singlepart(to_act_on))
        .singlepart(to_keep)
}

fn mailbox(mailbox: &Mailbox) -> Result<LettreMailbox, MailError> {
    let name = mailbox.name.as_deref().map(|name| header_line(name, NAME));
    Ok(LettreMailbox::new(name, mailbox.address.wire().parse()?))
}

/// The Message-ID with its angle brackets (RFC 5322 section 3.6.4).
fn message_id(given: &str) -> Result<String, MailError> {
    let unwrapped = given.strip_prefix('<').and_then(|id| id.strip_suffix('>'));
    let bare = unwrapped.unwrap_or(given);
    let allowed = |b: u8| b.is_ascii_graphic() && !b"<>()[]@,;:\\\"".contains(&b);
    let well_formed = |part: &str| !part.is_empty() && part.bytes().all(allowed);
    match bare.split_once('@') {
        Some((left, right)) if well_formed(left) && well_formed(right) && bare.len() <= 250 => {
            Ok(format!("<{bare}>"))
        }
        _ => Err(MailError::MessageId),
    }
}
