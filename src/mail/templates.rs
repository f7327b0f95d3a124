//! The words of the mails and the two layouts that carry them: HTML and plain text.
//!
//! The words stand here once, so the HTML and the plain text of a mail cannot say different
//! things; `templates/` holds layout only. HTML escaping is minijinja's, by the `.html` in the name.

use std::sync::OnceLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use super::facts::MailError;
use super::kind::{MailKind, Recipient};

/// What both layouts show.
#[derive(Serialize)]
pub struct Page {
    pub heading: &'static str,
    pub intro: String,
    pub rows: Vec<Row>,
    pub action: Option<Action>,
    pub footer: String,
}

/// One line of the table: `What  Intro call`.
#[derive(Serialize)]
pub struct Row {
    pub label: String,
    pub value: String,
    /// An address that is safe to follow (`https:`, `mailto:`).
    pub link: Option<String>,
}

/// The one button.
#[derive(Serialize)]
pub struct Action {
    pub label: &'static str,
    pub url: String,
}

/// The two readings of one mail.
pub struct Texts {
    pub plain: String,
    pub html: String,
}

/// The words that depend on the kind of mail and its reader.
pub struct Words {
    pub subject: String,
    pub heading: &'static str,
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
pub fn words(kind: MailKind, recipient: Recipient, about: &About<'_>) -> Words {
    match recipient {
        Recipient::Owner => to_owner(kind, about),
        Recipient::Guest | Recipient::FurtherGuest => to_guest(kind, recipient, about),
    }
}

fn to_guest(kind: MailKind, recipient: Recipient, about: &About<'_>) -> Words {
    let About {
        title, when, owner, ..
    } = about;
    let yours = match recipient {
        Recipient::Guest => "Your meeting",
        Recipient::FurtherGuest | Recipient::Owner => "The meeting",
    };
    let (subject, heading, intro) = match kind {
        MailKind::Confirmation | MailKind::OwnerNotification => match recipient {
            Recipient::Guest => (
                "Confirmed",
                "You’re booked",
                format!(
                    "Your meeting with {owner} is confirmed. The invitation for your calendar is attached."
                ),
            ),
            Recipient::FurtherGuest | Recipient::Owner => (
                "Invitation",
                "You’re invited",
                format!(
                    "You are invited to a meeting with {owner}. The invitation for your calendar is attached."
                ),
            ),
        },
        MailKind::Updated if about.brings_link => (
            "Updated",
            "Your link to join",
            format!(
                "{yours} with {owner} takes place as planned, and now has a link to join. The attached invitation updates your calendar."
            ),
        ),
        MailKind::Updated => (
            "Updated",
            "Your meeting has changed",
            format!(
                "{yours} with {owner} takes place at the same time, but something about it has changed. The attached invitation updates your calendar."
            ),
        ),
        MailKind::Rescheduled => (
            "Rescheduled",
            "Your meeting has moved",
            format!(
                "{yours} with {owner} has a new time. The attached invitation updates your calendar."
            ),
        ),
        MailKind::Reminder => (
            "Reminder",
            "Your meeting is coming up",
            format!("{yours} with {owner} is coming up."),
        ),
        MailKind::Cancelled if about.is_withdrawn => (
            "Cancelled",
            "Your invitation is withdrawn",
            format!(
                "You are no longer invited to this meeting with {owner}. The attachment removes it from your calendar."
            ),
        ),
        MailKind::Cancelled => (
            "Cancelled",
            "Your meeting is cancelled",
            format!(
                "{yours} with {owner} will not take place. The attachment removes it from your calendar."
            ),
        ),
    };
    Words {
        subject: format!("{subject}: {title}, {when}"),
        heading,
        intro,
        footer: format!(
            "You receive this mail because your address was given for a meeting with {owner}."
        ),
    }
}

fn to_owner(kind: MailKind, about: &About<'_>) -> Words {
    let with = match about.guest {
        Some(guest) => format!(" with {guest}"),
        None => String::new(),
    };
    let (subject, heading, intro) = match kind {
        MailKind::Confirmation | MailKind::OwnerNotification => (
            "New booking",
            "New booking",
            match about.guest {
                Some(guest) => format!("{guest} has booked a meeting with you."),
                None => "You have a new meeting.".to_owned(),
            },
        ),
        MailKind::Updated if about.brings_link => (
            "Updated",
            "Link to join",
            format!("Your meeting{with} takes place as planned, and now has a link to join."),
        ),
        MailKind::Updated => (
            "Updated",
            "Booking changed",
            format!(
                "Your meeting{with} takes place at the same time, but something about it has changed."
            ),
        ),
        MailKind::Rescheduled => (
            "Rescheduled",
            "Booking rescheduled",
            format!("Your meeting{with} has a new time."),
        ),
        MailKind::Reminder => (
            "Reminder",
            "Your meeting is coming up",
            format!("Your meeting{with} is coming up."),
        ),
        MailKind::Cancelled => (
            "Cancelled",
            "Booking cancelled",
            format!("Your meeting{with} will not take place. The time is free again."),
        ),
    };
    let named = about.guest.map(|guest| format!("{guest}, "));
    Words {
        subject: format!(
            "{subject}: {}{}, {}",
            named.unwrap_or_default(),
            about.title,
            about.when
        ),
        heading,
        intro,
        footer: match about.guest {
            Some(guest) => format!("Your answer to this mail goes to {guest}."),
            None => "You receive this mail because the meeting is yours.".to_owned(),
        },
    }
}

/// Lays `page` out both ways.
pub fn render(page: &Page) -> Result<Texts, MailError> {
    let lay_out = |name| {
        let laid_out = layouts()
            .get_template(name)
            .and_then(|layout| layout.render(Serde(page)));
        laid_out.map_err(|error| MailError::Render(error.kind()))
    };
    Ok(Texts {
        plain: lay_out("mail.txt.j2")?,
        html: lay_out("mail.html.j2")?,
    })
}

#[expect(clippy::expect_used, reason = "constants, which the tests all read")]
fn layouts() -> &'static Environment<'static> {
    static LAYOUTS: OnceLock<Environment<'static>> = OnceLock::new();
    LAYOUTS.get_or_init(|| {
        let mut environment = Environment::new();
        environment.set_syntax(
            SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()
                .expect("the delimiters are the default ones"),
        );
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for (name, source) in [
            ("mail.txt.j2", include_str!("templates/mail.txt.j2")),
            ("mail.html.j2", include_str!("templates/mail.html.j2")),
        ] {
            environment
                .add_template(name, source)
                .expect("the layouts are part of the binary and every test here parses them");
        }
        environment
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        Page {
            heading: "You’re booked",
            intro: "A <b> & \"c\"".to_owned(),
            rows: vec![
                Row {
                    label: "What".into(),
                    value: "<script>alert(1)</script>".into(),
                    link: None,
                },
                Row {
                    label: "Join".into(),
                    value: "https://meet.example/?a=1&b=2".into(),
                    link: Some("https://meet.example/?a=1&b=2".into()),
                },
                Row {
                    label: "Notes".into(),
                    value: "one\ntwo".into(),
                    link: None,
                },
            ],
            action: Some(Action {
                label: "Reschedule or cancel",
                url: "https://x.example/\"><i>".into(),
            }),
            footer: "Bye".to_owned(),
        }
    }

    #[test]
    fn html_is_escaped_and_plain_text_is_not() {
        let texts = render(&page()).unwrap();
        for raw in ["<script", "<b>", "<i>"] {
            assert!(!texts.html.contains(raw), "{raw}");
        }
        assert!(
            texts
                .html
                .contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt;")
        );
        assert!(texts.html.contains("&quot;&gt;&lt;i&gt;"));
        assert!(texts.plain.contains("What: <script>alert(1)</script>\n"));
        assert!(texts.plain.contains("A <b> & \"c\"\n"));
    }

    #[test]
    fn further_lines_of_a_plain_value_are_indented() {
        assert!(
            render(&page())
                .unwrap()
                .plain
                .contains("Notes: one\n  two\n")
        );
    }

    #[test]
    fn html_asks_for_nothing_from_elsewhere() {
        let html = render(&Page {
            rows: vec![],
            action: None,
            ..page()
        })
        .unwrap()
        .html;
        for remote in ["src=", "url(", "<link", "@import", "http:", "https:"] {
            assert!(!html.contains(remote), "{remote}");
        }
    }

    #[test]
    fn a_mail_without_a_button_shows_none() {
        let texts = render(&Page {
            action: None,
            ..page()
        })
        .unwrap();
        assert!(!texts.html.contains("Reschedule") && !texts.plain.contains("Reschedule"));
    }
}
