//! The mail to an owner whose calendar must be connected again: what has happened, what it means for
//! bookings, and where to mend it. It is about no meeting, so it carries no invitation; what the
//! provider said stays in the database, for administrators.

use chrono::{DateTime, Utc};

use super::address::{Mailbox, parse_address, parse_mailbox};
use super::facts::{Host, Mail, MailError};
use super::languages::{Args, Occasion, Text, Voice};
use super::mime::Letter;
use super::templates::{self, Action, Page, Row};
use super::text::{LINE, NAME, single_line, web_link};
use crate::provider::Provider;

/// The column `emails.kind`.
pub const CALENDAR_DISCONNECTED: &str = "calendar_disconnected";

/// Everything that the mail can say.
pub struct Disconnected {
    pub owner: Host,
    /// The owner's (BCP 47); without one, English.
    pub locale: Option<String>,
    /// Whose calendar it is.
    pub provider: Provider,
    /// The account's address, where it is known.
    pub account: Option<String>,
    /// The application's page to connect calendars, where `configure_site` has said where it is.
    pub connect_url: Option<String>,
    /// The sender, `Name <a@b.example>` or a plain address.
    pub from_address: String,
    /// Where answers go; without it, to the sender.
    pub reply_to: Option<String>,
    /// When this mail was ordered: its `Date`.
    pub created_at: DateTime<Utc>,
    /// The same for every attempt at this mail.
    pub message_id: String,
}

/// Writes the mail.
///
/// # Errors
/// Where the owner has no usable address, or another address or the Message-ID is malformed.
pub fn compose_disconnected(facts: &Disconnected) -> Result<Mail, MailError> {
    let bad = |whose| move |problem| MailError::Address { whose, problem };
    let from = parse_mailbox(&facts.from_address).map_err(bad("sender's"))?;
    let reply_to = facts.reply_to.as_deref().map(parse_mailbox).transpose();
    let email = facts.owner.email.as_deref();
    let to = Mailbox {
        name: Some(single_line(&facts.owner.name, NAME)).filter(|name| !name.is_empty()),
        address: parse_address(email.ok_or(MailError::NoOwnerAddress)?).map_err(bad("owner's"))?,
    };
    let voice = Voice::of(facts.locale.as_deref());
    let calendar = voice.say(match facts.provider {
        Provider::Google => Text::CalendarGoogle,
        Provider::Outlook => Text::CalendarOutlook,
    });
    let account = single_line(facts.account.as_deref().unwrap_or_default(), LINE);
    let action = facts.connect_url.as_deref().and_then(web_link);
    let mut args = Args::new();
    args.set("calendar", voice.isolate(&calendar));
    let said = |part| voice.write(Occasion::Disconnected, part, &args);
    let mut rows = vec![Row::new(&voice, Text::LabelCalendar, calendar.clone())];
    if !account.is_empty() {
        rows.push(Row::new(
            &voice,
            Text::LabelAccount,
            voice.isolate(&account),
        ));
    }
    let intro = said(Occasion::INTRO);
    let how = said(match action {
        Some(_) => Occasion::HOW_HERE,
        None => Occasion::HOW_ELSEWHERE,
    });
    let page = Page {
        lang: voice.tag().to_owned(),
        is_right_to_left: voice.is_right_to_left(),
        colon: voice.say(Text::Colon),
        preview: intro.clone(),
        heading: said(Occasion::HEADING),
        intro: format!("{intro}{}{how}", voice.say(Text::Space)),
        rows,
        action: action.map(|url| Action {
            label: voice.say(Text::ActionConnect),
            url,
        }),
        footer: voice.say(Text::FooterCalendar),
    };
    Letter {
        from: &from,
        to: &to,
        reply_to: reply_to.map_err(bad("reply-to"))?.as_ref(),
        subject: &subject(&voice, &calendar, &account),
        language: voice.tag(),
        message_id: &facts.message_id,
        date: facts.created_at,
        texts: templates::render(&page)?,
        invitation: None,
        shown: None,
    }
    .post()
}

fn subject(voice: &Voice, calendar: &str, account: &str) -> String {
    let mut args = Args::new();
    args.set("calendar", calendar);
    let news = voice.write(Occasion::Disconnected, Occasion::NEWS, &args);
    if account.is_empty() {
        return news;
    }
    args.set("account", account);
    args.set("news", news);
    voice.tell(Text::SubjectCalendar, &args)
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    fn facts() -> Disconnected {
        Disconnected {
            owner: Host {
                name: "Ada Lovelace".into(),
                email: Some("ada@example.com".into()),
            },
            locale: None,
            provider: Provider::Google,
            account: Some("ada@gmail.example".into()),
            connect_url: Some("https://app.example/admin/sales/scheduling".into()),
            from_address: "Bookings <bookings@example.com>".into(),
            reply_to: Some("help@example.com".into()),
            created_at: "2026-11-20T08:00:00Z".parse().unwrap(),
            message_id: "calendar_disconnected.owner.7.7c9e6679@example.com".into(),
        }
    }

    /// Recipient, subject, plain text and HTML as another parser reads them.
    fn read(mail: &Mail) -> [String; 4] {
        let message = MessageParser::default().parse(&mail.message).unwrap();
        let to = message.to().and_then(|to| to.first()).unwrap();
        [
            to.address().unwrap().to_owned(),
            message.subject().unwrap().to_owned(),
            message.body_text(0).unwrap().into_owned(),
            message.body_html(0).unwrap().into_owned(),
        ]
    }

    #[test]
    fn the_owner_learns_which_account_what_it_means_and_where_to_mend_it() {
        let mail = compose_disconnected(&facts()).unwrap();
        let [to, subject, plain, html] = read(&mail);
        assert_eq!(to, "ada@example.com");
        assert_eq!(
            subject,
            "Connect your Google Calendar again: ada@gmail.example"
        );
        for said in [
            "Google Calendar",
            "ada@gmail.example",
            "Bookings that you have stand",
            "new bookings are refused",
            "https://app.example/admin/sales/scheduling",
        ] {
            assert!(plain.contains(said), "{said} in {plain}");
        }
        assert!(html.contains("ada@gmail.example") && html.contains("Connect again"));
        let text = String::from_utf8(mail.message).unwrap();
        assert!(text.contains("Reply-To: help@example.com"), "{text}");
        assert!(!text.contains("text/calendar"), "{text}");
    }

    #[test]
    fn without_a_site_or_a_known_account_it_still_says_what_to_do() {
        let bare = Disconnected {
            account: None,
            connect_url: None,
            ..facts()
        };
        let [_, subject, plain, _] = read(&compose_disconnected(&bare).unwrap());
        assert_eq!(subject, "Connect your Google Calendar again");
        assert!(plain.contains("where you connected it first"), "{plain}");
        assert!(
            !plain.contains("Account") && !plain.contains("http"),
            "{plain}"
        );
    }

    #[test]
    fn no_account_name_can_add_a_header() {
        let hostile = Disconnected {
            account: Some("a@b.example\r\nBcc: evil@example.com".into()),
            ..facts()
        };
        let mail = compose_disconnected(&hostile).unwrap();
        assert_eq!(mail.to, "ada@example.com");
        let text = String::from_utf8(mail.message).unwrap();
        assert!(!text.contains("\r\nBcc:"), "{text}");
    }

    #[test]
    fn an_owner_without_a_usable_address_is_an_error_and_not_a_mail() {
        for (email, expected) in [
            (None, "the owner has no e-mail address"),
            (Some("nobody"), "the owner's e-mail address is not usable"),
        ] {
            let mut facts = facts();
            facts.owner.email = email.map(str::to_owned);
            let error = compose_disconnected(&facts).map(|_| ()).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    }
}
