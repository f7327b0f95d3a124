//! Who reads what a visitor typed. Anybody can type anybody's address on a public page, so what they
//! type besides must not reach it in the owner's name: a mail is written from what its reader may read,
//! and from nothing else. The table of it is in docs/mail.md.
//!
//! | typed | owner | guest | further guest |
//! |---|---|---|---|
//! | name | yes | their own, where it is but a name | no |
//! | phone, notes, answers, reason | yes | no | no |
//! | addresses of further guests | yes | how many | no |

use super::facts::{Facts, Guest};
use super::kind::Recipient;
use super::shown::Shown;

/// Longest name that is called one, in characters.
const LONGEST_NAME: usize = 60;
const MOST_WORDS: usize = 6;

impl Facts {
    /// What this reader may know.
    #[must_use]
    pub fn for_reader(&self, reader: Recipient) -> Self {
        let facts = self.clone();
        let untyped = |facts: Self| Self {
            notes: None,
            answers: Vec::new(),
            cancel_reason: facts.cancel_reason.filter(|_| self.reason_is_owners),
            extra_guests: Vec::new(),
            ..facts
        };
        match reader {
            // The manage link is the guest's right.
            Recipient::Owner => Self {
                manage_url: None,
                ..facts
            },
            Recipient::Guest => {
                let guest = self.guest.as_ref().map(|guest| Guest {
                    name: guest.name.clone().filter(|name| is_but_a_name(name)),
                    email: guest.email.clone(),
                    phone: None,
                });
                Self {
                    guest,
                    ..untyped(facts)
                }
            }
            Recipient::FurtherGuest => Self {
                guest: None,
                manage_url: None,
                ..untyped(facts)
            },
        }
    }

    /// What a mail to this reader shows of the meeting.
    pub fn shown_to(&self, reader: Recipient) -> Shown {
        let facts = self.for_reader(reader);
        let guest = facts.guest.filter(|_| reader == Recipient::Owner);
        Shown {
            to: reader,
            title: facts.title,
            starts_at: facts.starts_at,
            ends_at: facts.ends_at,
            location: facts.location,
            meeting_url: facts.meeting_url,
            host: facts.owner.name,
            invitation: reader != Recipient::Owner || facts.owner_is_invited,
            guest: guest.map(|guest| match guest.name {
                Some(name) => format!("{name} <{}>", guest.email),
                None => guest.email,
            }),
            guests: facts.extra_guests,
        }
    }
}

/// Whether a text can be nothing but a name: a few words of letters. A point between letters is part of
/// initials, or else makes a link of them.
fn is_but_a_name(text: &str) -> bool {
    let fits = |c: char| {
        let is_mark = matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}');
        c.is_alphabetic() || is_mark || " -'’.,·".contains(c)
    };
    let is_initials = |word: &str| {
        let mut parts = word.split('.').filter(|part| !part.is_empty());
        word.matches('.').count() == 0
            || parts.clone().count() <= 1
            || parts.all(|part| part.trim_matches(['-', ',']).chars().count() == 1)
    };
    text.chars().count() <= LONGEST_NAME
        && text.split_whitespace().count() <= MOST_WORDS
        && text.chars().all(fits)
        && text.split_whitespace().all(is_initials)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_few_words_of_letters() {
        for name in [
            "Ada Lovelace",
            "Grace Höpper",
            "J.R.R. Tolkien",
            "Dr. Ada O’Brien-Smith, Jr.",
            "山田太郎",
            "أحمد محمد",
            "अनुज",
            "María José de la Cruz",
        ] {
            assert!(is_but_a_name(name), "{name}");
        }
        for other in [
            "https://prize.example",
            "prize.example",
            "Ada www.prize.example",
            "Ada, claim at prize.example/claim",
            "Call 0800 555 0100",
            "Ada <b>",
            "ada@guest.example",
            "You have won a prize so call us now",
            &"a".repeat(61),
        ] {
            assert!(!is_but_a_name(other), "{other}");
        }
    }
}
