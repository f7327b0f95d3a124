//! What a mail says, to whom: from the facts of a meeting to a finished [`Mail`]. A mail has one reader,
//! and is written from what that reader may know.

use chrono::{Datelike, TimeZone};

use super::facts::{Facts, Mail, MailError};
use super::invitation::{Invitation, Method};
use super::kind::{MailKind, Recipient};
use super::languages::{Args, Text, Voice};
use super::mime::Letter;
use super::own_texts::known::{Known, Written};
use super::people::{People, shown};
use super::rows::Rows;
use super::shown::Change;
use super::templates::{self, Action, Page};
use super::text::{LINE, NAME, PARAGRAPHS, paragraphs, single_line, web_link};
use super::when;
use super::words::{About, words};

/// So much of an invitation's text is kept for the link in it.
const LINK: usize = 4_000;

/// Writes one mail. Times are spelled in `tz`, which the text calls `zone_name`.
pub fn compose<Tz: TimeZone>(
    kind: MailKind,
    recipient: Recipient,
    facts: &Facts,
    tz: &Tz,
    zone_name: &str,
) -> Result<Mail, MailError> {
    if !kind.recipients().contains(&recipient) {
        return Err(MailError::Unaddressed(kind, recipient));
    }
    let now = facts.shown_to(recipient);
    let others = facts.extra_guests.len();
    let facts = as_known(kind, facts.for_reader(recipient));
    let years = 1970..=9999;
    if [facts.starts_at, facts.ends_at, facts.created_at]
        .iter()
        .any(|t| !years.contains(&t.year()))
    {
        return Err(MailError::Date);
    }
    let voice = Voice::of(facts.locale.as_deref());
    let people = People::of(&facts, recipient)?;
    let time = when::spell(facts.starts_at, facts.ends_at, tz, zone_name, &voice);
    let title = single_line(&facts.title, LINE);
    let owner = match single_line(&facts.owner.name, NAME).as_str() {
        "" => voice.say(Text::Us),
        _ => shown(&people.owner),
    };
    let guest = people.guest.as_ref().map(shown);

    let cancelled = !kind.announces();
    let mut changed = Vec::new();
    if let Some(before) = &facts.before
        && matches!(kind, MailKind::Updated | MailKind::Rescheduled)
    {
        changed = now.changes_since(before);
        if now.has_moved_since(before) {
            let was = when::spell(before.starts_at, before.ends_at, tz, zone_name, &voice).long;
            let is = time.long.clone();
            changed.insert(
                0,
                Change {
                    what: Text::ChangeTime,
                    was,
                    is,
                },
            );
        }
    }
    let words = words(
        kind,
        recipient,
        &About {
            title: &title,
            when: &time.short,
            guest: guest.as_deref(),
            owner: &owner,
            brings_link: brings_link(&changed, facts.before.is_some(), &facts),
            is_withdrawn: facts.takes_place,
        },
        &voice,
    );

    let mut rows = Rows::new(&voice);
    rows.add(Text::LabelWhat, &title);
    rows.say(Text::LabelWhen, time.long.clone());
    rows.changes(&changed);
    rows.place(&facts, cancelled);
    match recipient {
        Recipient::Owner => {
            rows.guest(people.guest.as_ref(), &facts);
            let others = people.others.iter().map(|other| other.address.as_str());
            let others = others.collect::<Vec<_>>().join(&voice.say(Text::Comma));
            rows.add(Text::LabelGuests, &others);
        }
        Recipient::Guest | Recipient::FurtherGuest => {
            rows.add(Text::LabelWith, &owner);
            if recipient == Recipient::Guest && others > 0 {
                let mut args = Args::new();
                args.set("count", others);
                args.set("number", voice.number(others));
                rows.say(Text::LabelGuests, voice.tell(Text::MoreGuests, &args));
            }
        }
    }
    if cancelled && !facts.takes_place {
        let reason = facts.cancel_reason.as_deref();
        rows.add(Text::LabelReason, reason.unwrap_or_default());
    }
    rows.add(Text::LabelNotes, facts.notes.as_deref().unwrap_or_default());
    rows.answers(&facts.answers);
    let manage = facts.manage_url.as_deref().and_then(web_link);
    let page = Page {
        lang: voice.tag().to_owned(),
        is_right_to_left: voice.is_right_to_left(),
        colon: voice.say(Text::Colon),
        preview: time.long,
        heading: words.heading,
        intro: words.intro,
        rows: rows.into_lines(),
        action: manage.filter(|_| !cancelled).map(|url| Action {
            label: voice.say(Text::ActionManage),
            url,
        }),
        footer: words.footer,
    };

    let method = if cancelled {
        Method::Cancel
    } else {
        Method::Request
    };
    let invitation = (now.invitation && kind.tells())
        .then(|| (method, invitation(method, &facts, &people, &page, &voice)));
    let ours = templates::render(&page)?;
    let written = facts.own_text.as_ref().map(|own| {
        Known {
            kind,
            reader: recipient,
            facts: &facts,
            people: &people,
            voice: &voice,
            zone: tz,
            zone_name,
            when: &page.preview,
            changes: &changed,
            others,
            subject: &words.subject,
            page: &page,
            ours: &ours,
        }
        .written_by(own)
    });
    let (own, own_trouble) = match written {
        Some(Ok(own)) => (own, None),
        Some(Err(trouble)) => (Written::default(), Some(Box::new(trouble))),
        None => (Written::default(), None),
    };
    let mail = Letter {
        from: &people.sender,
        to: &people.to,
        reply_to: people.reply_to(),
        subject: own.subject.as_ref().unwrap_or(&words.subject),
        language: voice.tag(),
        message_id: &facts.message_id,
        date: facts.created_at,
        texts: own.texts.unwrap_or(ours),
        invitation,
        shown: kind.tells().then_some(now),
    }
    .post()?;
    Ok(Mail {
        own_trouble,
        ..mail
    })
}

/// One who is taken off is told of the meeting as they know it, and of no change since.
fn as_known(kind: MailKind, facts: Facts) -> Facts {
    match &facts.before {
        Some(before) if !kind.announces() && facts.takes_place => Facts {
            title: before.title.clone(),
            starts_at: before.starts_at,
            ends_at: before.ends_at,
            location: before.location.clone(),
            meeting_url: before.meeting_url.clone(),
            ..facts
        },
        _ => facts,
    }
}

/// Whether the one news is a link to join, where there was none.
fn brings_link(changed: &[Change], is_known: bool, facts: &Facts) -> bool {
    match changed {
        [change] => change.what == Text::ChangeLink && change.was.is_empty(),
        // Of what was told before nothing is known any more.
        [] => !is_known && facts.meeting_url.is_some(),
        _ => false,
    }
}

fn invitation(
    method: Method,
    facts: &Facts,
    people: &People,
    page: &Page,
    voice: &Voice,
) -> String {
    let text = page
        .rows
        .iter()
        .filter(|row| !row.is_mails_own)
        .map(|row| format!("{}{}{}", row.label, page.colon, row.value))
        .collect::<Vec<_>>();
    let mut description = vec![paragraphs(&text.join("\n"), PARAGRAPHS - LINK)];
    description.extend(
        page.action
            .iter()
            .map(|action| format!("\n{}{}{}", action.label, page.colon, action.url)),
    );
    let sender = &people.sender.address;
    let other_sender = !sender
        .wire()
        .eq_ignore_ascii_case(people.organizer.address.wire());
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
        join: &voice.say(Text::LabelJoin),
        description: &description.join("\n"),
        organizer: &people.organizer,
        sent_by: other_sender.then_some(sender),
        attendees: &people.attendees(),
    }
    .render()
}
