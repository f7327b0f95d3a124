//! Which words a mail about a meeting has: chosen by its kind and its reader, told in the reader's language.

use super::kind::{MailKind, Recipient};
use super::languages::{Args, Occasion, Text, Voice};

/// The words that depend on the kind of mail and its reader.
pub struct Words {
    pub subject: String,
    pub heading: String,
    pub intro: String,
    pub footer: String,
}

/// What the words are about; clean single lines.
pub struct About<'a> {
    pub title: &'a str,
    /// The short form.
    pub when: &'a str,
    /// Who booked, where the reader hears of them.
    pub guest: Option<&'a str>,
    pub owner: &'a str,
    /// Whether all that has changed is that there is a link to join now.
    pub brings_link: bool,
    /// Whether the meeting takes place all the same: without the reader.
    pub is_withdrawn: bool,
}

/// Chooses the words.
pub fn words(kind: MailKind, reader: Recipient, about: &About<'_>, voice: &Voice) -> Words {
    let occasion = Occasion::of(kind, reader, about.brings_link, about.is_withdrawn);
    let named = about.guest.filter(|_| reader == Recipient::Owner);
    let args = |spell: &dyn Fn(&str) -> String| {
        let mut args = Args::new();
        args.set("owner", spell(about.owner));
        args.set("title", spell(about.title));
        args.set("when", about.when);
        if let Some(guest) = named {
            args.set("guest", spell(guest));
        }
        args
    };
    let (subject, intro, footer) = match (reader, named) {
        (Recipient::Guest | Recipient::FurtherGuest, _) => {
            (Text::Subject, Occasion::INTRO, Text::FooterGuest)
        }
        (Recipient::Owner, Some(_)) => (Text::SubjectFrom, Occasion::INTRO, Text::FooterAnswer),
        (Recipient::Owner, None) => (Text::Subject, Occasion::INTRO_UNNAMED, Text::FooterOwner),
    };
    // Some programs show isolates in headers as boxes.
    let mut in_header = args(&str::to_owned);
    in_header.set("news", voice.write(occasion, Occasion::NEWS, &in_header));
    let in_text = args(&|text| voice.isolate(text));
    Words {
        subject: voice.tell(subject, &in_header),
        heading: voice.write(occasion, Occasion::HEADING, &in_text),
        intro: voice.write(occasion, intro, &in_text),
        footer: voice.tell(footer, &in_text),
    }
}
