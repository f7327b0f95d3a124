//! Everybody whose address plays a part in a mail about a meeting, checked.

use super::address::{Mailbox, parse_address, parse_mailbox};
use super::facts::{Facts, Host, MailError};
use super::kind::Recipient;
use super::text::{NAME, single_line};

pub struct People {
    pub sender: Mailbox,
    /// Who booked; none where the reader does not hear of them.
    pub guest: Option<Mailbox>,
    /// Further guests, each once. An unusable address is left out: it must not keep the others from
    /// their mail.
    pub others: Vec<Mailbox>,
    /// The owner of by now, where they have a usable address, else the sender under the owner's name.
    pub owner: Mailbox,
    pub owner_has_address: bool,
    /// Who invited: said once, whoever the owner is by now.
    pub organizer: Mailbox,
    /// Where guests' answers are to go, if the operator said so.
    configured_reply_to: Option<Mailbox>,
    reader: Recipient,
    /// Whom the mail goes to.
    pub to: Mailbox,
}

impl People {
    /// Those whom `reader` may know of; the facts are theirs.
    pub fn of(facts: &Facts, reader: Recipient) -> Result<Self, MailError> {
        let bad = |whose| move |problem| MailError::Address { whose, problem };
        let sender = parse_mailbox(&facts.from_address).map_err(bad("sender's"))?;
        let guest = facts.guest.as_ref().map(|guest| {
            let address = parse_address(&guest.email).map_err(bad("guest's"))?;
            Ok::<_, MailError>(Mailbox {
                name: guest.name.as_deref().and_then(named),
                address,
            })
        });
        // To the owner something can be said of a guest whose address was never usable.
        let guest = match (guest, reader) {
            (Some(Err(_)), Recipient::Owner) => None,
            (guest, _) => guest.transpose()?,
        };
        let mut others: Vec<Mailbox> = Vec::new();
        for address in facts
            .extra_guests
            .iter()
            .flat_map(|text| parse_address(text))
        {
            let known = |m: &Mailbox| m.address.wire().eq_ignore_ascii_case(address.wire());
            if !guest.as_ref().is_some_and(known) && !others.iter().any(known) {
                others.push(Mailbox {
                    name: None,
                    address,
                });
            }
        }
        let host = |host: &Host| {
            let address = host.email.as_deref().and_then(|e| parse_address(e).ok());
            (
                address.is_some(),
                Mailbox {
                    name: named(&host.name).or_else(|| sender.name.clone()),
                    address: address.unwrap_or_else(|| sender.address.clone()),
                },
            )
        };
        let (owner_has_address, owner) = host(&facts.owner);
        let (_, organizer) = host(&facts.organizer);
        let configured_reply_to = facts
            .reply_to
            .as_deref()
            .map(parse_mailbox)
            .transpose()
            .map_err(bad("reply-to"))?;
        let to = match reader {
            Recipient::Guest => guest.clone().ok_or(MailError::NoGuest)?,
            Recipient::FurtherGuest => {
                let holder = facts.holder.as_deref().ok_or(MailError::NoGuest)?;
                Mailbox {
                    name: None,
                    address: parse_address(holder).map_err(bad("guest's"))?,
                }
            }
            Recipient::Owner if owner_has_address => owner.clone(),
            Recipient::Owner => return Err(MailError::NoOwnerAddress),
        };
        Ok(Self {
            sender,
            guest,
            others,
            owner,
            owner_has_address,
            organizer,
            configured_reply_to,
            reader,
            to,
        })
    }

    pub fn reply_to(&self) -> Option<&Mailbox> {
        match self.reader {
            // The owner's answer is meant for the guest, whatever guests' answers are sent to.
            Recipient::Owner => self.guest.as_ref(),
            Recipient::Guest | Recipient::FurtherGuest => self
                .configured_reply_to
                .as_ref()
                .or_else(|| self.owner_has_address.then_some(&self.owner)),
        }
    }

    /// Whom an invitation in this mail names: a guest themselves alone, the owner everybody once.
    pub fn attendees(&self) -> Vec<Mailbox> {
        match self.reader {
            Recipient::Guest | Recipient::FurtherGuest => vec![self.to.clone()],
            Recipient::Owner => {
                let is_owner = |guest: &&Mailbox| {
                    let owner = self.to.address.wire();
                    guest.address.wire().eq_ignore_ascii_case(owner)
                };
                let guests = self.guest.iter().chain(&self.others);
                let guests = guests.filter(|guest| !is_owner(guest));
                std::iter::once(&self.to).chain(guests).cloned().collect()
            }
        }
    }
}

fn named(name: &str) -> Option<String> {
    Some(single_line(name, NAME)).filter(|name| !name.is_empty())
}

/// How the text calls somebody.
pub fn shown(mailbox: &Mailbox) -> String {
    mailbox
        .name
        .clone()
        .unwrap_or_else(|| mailbox.address.as_str().to_owned())
}
