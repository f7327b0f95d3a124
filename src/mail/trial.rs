//! An own text is tried before it is kept: on a made-up meeting of which there is much to say, and on one of
//! which there is little.

use chrono::TimeDelta;
use strum::VariantArray;
use uuid::Uuid;

use super::facts::{Facts, Guest, Host};
use super::kind::{MailKind, Recipient};
use super::message::compose;
use super::own_texts::engine::OwnText;
use super::own_texts::source::{Field, Source, Trouble};
use super::shown::Shown;

/// Tries what was written, for each reader that it is meant for.
///
/// # Errors
/// What is wrong with it, and where.
pub fn try_own_text(
    kind: MailKind,
    recipient: Option<Recipient>,
    source: Source,
) -> Result<(), Trouble> {
    let own = std::rc::Rc::new(OwnText::read(source)?);
    let mut readers = Recipient::VARIANTS
        .iter()
        .copied()
        .filter(|reader| recipient.is_none_or(|only| only == *reader))
        .filter(|reader| kind.recipients().contains(reader))
        .peekable();
    if readers.peek().is_none() {
        return Err(Trouble::nobody(kind, recipient));
    }
    for reader in readers {
        for is_rich in [true, false] {
            let facts = Facts {
                own_text: Some(std::rc::Rc::clone(&own)),
                ..meeting(kind, reader, is_rich)
            };
            let mail = compose(kind, reader, &facts, &chrono::Utc, "UTC");
            let mail = mail.map_err(|error| Trouble::new(Field::Text, None, error.to_string()))?;
            if let Some(trouble) = mail.own_trouble {
                return Err(*trouble);
            }
        }
    }
    Ok(())
}

/// A meeting that nobody has.
pub(super) fn meeting(kind: MailKind, reader: Recipient, is_rich: bool) -> Facts {
    let rich = |text: &str| is_rich.then(|| text.to_owned());
    let starts_at = chrono::DateTime::from_timestamp(1_900_000_000, 0).unwrap_or_default();
    let host = Host {
        name: "Robin Vale".to_owned(),
        email: Some("robin@host.example".to_owned()),
    };
    let facts = Facts {
        meeting_id: Uuid::nil(),
        sequence: 1,
        title: "Intro call".to_owned(),
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(30),
        location: rich("Room 5"),
        meeting_url: rich("https://meet.example/abc"),
        notes: rich("Two questions\nand a dog"),
        cancel_reason: rich("ill"),
        reason_is_owners: true,
        guest: Some(Guest {
            name: rich("Ada Guest"),
            email: "ada@guest.example".to_owned(),
            phone: rich("+1 555 0100"),
        })
        .filter(|_| is_rich || reader != Recipient::Owner),
        owner: host.clone(),
        organizer: host,
        extra_guests: rich("kay@guest.example").into_iter().collect(),
        answers: rich("Engines & Co")
            .map(|answer| ("Company".to_owned(), answer.into()))
            .into_iter()
            .collect(),
        manage_url: rich("https://app.example/manage/token"),
        holder: Some("kay@guest.example".to_owned()),
        locale: None,
        own_text: None,
        before: None,
        owner_is_invited: false,
        takes_place: kind.announces(),
        from_address: "Bookings <bookings@host.example>".to_owned(),
        reply_to: None,
        created_at: starts_at - TimeDelta::days(2),
        message_id: "trial@scheduling.invalid".to_owned(),
    };
    let before = is_rich.then(|| Shown {
        starts_at: starts_at - TimeDelta::days(1),
        ends_at: starts_at - TimeDelta::days(1) + TimeDelta::minutes(30),
        location: Some("Room 4".to_owned()),
        ..facts.shown_to(reader)
    });
    Facts { before, ..facts }
}
