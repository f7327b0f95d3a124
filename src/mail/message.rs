//! What a mail says, to whom: from the facts of a meeting to a finished [`Mail`].
//!
//! The guest's mail carries the invitation. The owner's carries none: their calendar has the event
//! from the provider, and a second copy would double it.

use chrono::{Datelike, TimeZone};
use serde_json::Value;

use super::address::{Mailbox, parse_address, parse_mailbox};
use super::facts::{Facts, Mail, MailError, MailKind, Recipient};
use super::invitation::{Invitation, Method};
use super::mime::Letter;
use super::templates::{self, Action, Page, Row};
use super::text::{LINE, NAME, PARAGRAPHS, paragraphs, single_line, web_link};
use super::when;

/// Writes one mail. Times are spelled in `tz`, which the text calls `zone_name`.
///
/// The first address of [`Mail::to`] is the guest or the owner; further guests follow in copy, in
/// the one mail rather than in mails of their own, because the invitation names them to each other
/// anyway. What the guest typed beyond their name (notes, answers) goes to the owner only: anybody
/// can type anybody's address on a public page, and the mail must not carry a stranger's text there.
pub fn compose<Tz: TimeZone>(
    kind: MailKind,
    recipient: Recipient,
    facts: &Facts,
    tz: &Tz,
    zone_name: &str,
) -> Result<Mail, MailError> {
    let years = 1970..=9999;
    if [facts.starts_at, facts.ends_at, facts.created_at]
        .iter()
        .any(|t| !years.contains(&t.year()))
    {
        return Err(MailError::Date);
    }
    let people = People::of(facts)?;
    let time = when::spell(facts.starts_at, facts.ends_at, tz, zone_name);
    let title = single_line(&facts.title, LINE);
    let (guest, owner) = (shown(&people.guest), shown(&people.organizer));
    let words = templates::words(kind, recipient, &title, &time.short, &guest, &owner)?;

    let cancelled = !kind.announces();
    let mut rows = Rows(Vec::new());
    rows.add("What", &title);
    rows.add("When", &time.long);
    rows.place(facts, cancelled);
    match recipient {
        Recipient::Guest => rows.add("With", &owner),
        Recipient::Owner => rows.guest(&people.guest, facts),
    }
    let others: Vec<_> = people
        .others
        .iter()
        .map(|other| other.address.as_str())
        .collect();
    rows.add("Guests", &others.join(", "));
    if cancelled {
        rows.add("Reason", facts.cancel_reason.as_deref().unwrap_or_default());
    }
    if recipient == Recipient::Owner {
        rows.add("Notes", facts.notes.as_deref().unwrap_or_default());
        rows.answers(&facts.answers);
    }
    let manage = facts.manage_url.as_deref().and_then(web_link);
    let action = manage
        .filter(|_| recipient == Recipient::Guest && !cancelled)
        .map(|url| Action {
            label: "Reschedule or cancel",
            url,
        });
    let page = Page {
        heading: words.heading,
        intro: words.intro,
        rows: rows.0,
        action,
        footer: words.footer,
    };

    let method = if cancelled {
        Method::Cancel
    } else {
        Method::Request
    };
    let invitation = (recipient == Recipient::Guest)
        .then(|| (method, invitation(method, facts, &people, &page)));
    let (to, cc) = match recipient {
        Recipient::Guest => (&people.guest, people.others.as_slice()),
        Recipient::Owner if people.owner_has_address => (&people.organizer, [].as_slice()),
        Recipient::Owner => return Err(MailError::NoOwnerAddress),
    };
    Letter {
        from: &people.sender,
        to,
        cc,
        reply_to: people.reply_to(recipient),
        subject: &words.subject,
        message_id: &facts.message_id,
        date: facts.created_at,
        texts: templates::render(&page)?,
        invitation,
    }
    .post()
}

/// Everybody whose address plays a part, checked.
struct People {
    sender: Mailbox,
    guest: Mailbox,
    /// Further guests, each once. An unusable address is left out: it must not keep the guest from
    /// their mail.
    others: Vec<Mailbox>,
    /// The owner where they have a usable address, else the sender under the owner's name.
    organizer: Mailbox,
    owner_has_address: bool,
    /// Where guests' answers are to go, if the operator said so.
    configured_reply_to: Option<Mailbox>,
}

impl People {
    fn of(facts: &Facts) -> Result<Self, MailError> {
        let bad = |whose| move |problem| MailError::Address { whose, problem };
        let named = |name: &str| Some(single_line(name, NAME)).filter(|name| !name.is_empty());
        let sender = parse_mailbox(&facts.from_address).map_err(bad("sender's"))?;
        let guest = Mailbox {
            name: named(&facts.guest.name),
            address: parse_address(&facts.guest.email).map_err(bad("guest's"))?,
        };
        let mut others: Vec<Mailbox> = Vec::new();
        for address in facts
            .extra_guests
            .iter()
            .flat_map(|text| parse_address(text))
        {
            let known = |m: &Mailbox| m.address.wire().eq_ignore_ascii_case(address.wire());
            if !known(&guest) && !others.iter().any(known) {
                others.push(Mailbox {
                    name: None,
                    address,
                });
            }
        }
        let owner_address = facts
            .owner
            .email
            .as_deref()
            .and_then(|e| parse_address(e).ok());
        let owner_has_address = owner_address.is_some();
        let organizer = Mailbox {
            name: named(&facts.owner.name).or_else(|| sender.name.clone()),
            address: owner_address.unwrap_or_else(|| sender.address.clone()),
        };
        let configured_reply_to = facts
            .reply_to
            .as_deref()
            .map(parse_mailbox)
            .transpose()
            .map_err(bad("reply-to"))?;
        Ok(Self {
            sender,
            guest,
            others,
            organizer,
            owner_has_address,
            configured_reply_to,
        })
    }

    fn reply_to(&self, recipient: Recipient) -> Option<&Mailbox> {
        match recipient {
            // The owner's answer is meant for the guest, whatever guests' answers are sent to.
            Recipient::Owner => Some(&self.guest),
            Recipient::Guest => self
                .configured_reply_to
                .as_ref()
                .or_else(|| self.owner_has_address.then_some(&self.organizer)),
        }
    }
}

/// How the text calls somebody.
fn shown(mailbox: &Mailbox) -> String {
    mailbox
        .name
        .clone()
        .unwrap_or_else(|| mailbox.address.as_str().to_owned())
}

/// The table of the mail, without empty lines.
struct Rows(Vec<Row>);

impl Rows {
    fn add(&mut self, label: &str, value: &str) {
        self.link(label, value, None);
    }

    fn link(&mut self, label: &str, value: &str, link: Option<String>) {
        let value = paragraphs(value, PARAGRAPHS);
        if !value.is_empty() {
            self.0.push(Row {
                label: label.to_owned(),
                value,
                link,
            });
        }
    }

    fn place(&mut self, facts: &Facts, cancelled: bool) {
        let location = single_line(facts.location.as_deref().unwrap_or_default(), LINE);
        self.link("Where", &location, web_link(&location));
        if !cancelled && let Some(url) = facts.meeting_url.as_deref().and_then(web_link) {
            self.link("Join", &url.clone(), Some(url));
        }
    }

    fn guest(&mut self, guest: &Mailbox, facts: &Facts) {
        self.add("Guest", guest.name.as_deref().unwrap_or_default());
        self.link(
            "E-mail",
            guest.address.as_str(),
            Some(guest.address.mailto()),
        );
        self.add(
            "Phone",
            &single_line(facts.guest.phone.as_deref().unwrap_or_default(), LINE),
        );
    }

    fn answers(&mut self, answers: &[(String, Value)]) {
        for (question, answer) in answers {
            self.add(&single_line(question, LINE), &spell(answer));
        }
    }
}

/// An answer as a person would write it.
fn spell(answer: &Value) -> String {
    match answer {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(spell).collect::<Vec<_>>().join(", "),
        Value::Number(_) | Value::Object(_) => answer.to_string(),
    }
}

fn invitation(method: Method, facts: &Facts, people: &People, page: &Page) -> String {
    let mut description: Vec<String> = page
        .rows
        .iter()
        .filter(|row| !matches!(row.label.as_str(), "What" | "When"))
        .map(|row| format!("{}: {}", row.label, row.value))
        .collect();
    description.extend(
        page.action
            .iter()
            .map(|action| format!("\n{}: {}", action.label, action.url)),
    );
    let sender = &people.sender.address;
    let other_sender = !sender
        .wire()
        .eq_ignore_ascii_case(people.organizer.address.wire());
    let mut attendees = vec![people.guest.clone()];
    attendees.extend_from_slice(&people.others);
    Invitation {
        method,
        meeting_id: facts.meeting_id,
        sequence: facts.sequence.try_into().unwrap_or(0),
        stamp: facts.created_at,
        starts_at: facts.starts_at,
        ends_at: facts.ends_at,
        title: &facts.title,
        // Calendars show the place first, so an online meeting's link belongs there.
        location: facts.location.as_deref().or(facts.meeting_url.as_deref()),
        url: facts.meeting_url.as_deref().or(facts.manage_url.as_deref()),
        conference: facts.meeting_url.as_deref(),
        description: &description.join("\n"),
        organizer: &people.organizer,
        sent_by: other_sender.then_some(sender),
        attendees: &attendees,
    }
    .render()
}
