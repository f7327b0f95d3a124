//! The words of the mails and the two layouts that carry them: HTML and plain text.
//!
//! The words stand here once, so the HTML and the plain text of a mail cannot say different
//! things; `templates/` holds layout only. HTML escaping is minijinja's, by the `.html` in the name.

use std::sync::OnceLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use super::facts::{MailError, MailKind, Recipient};

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

/// Chooses the words. `when` is the short form; all arguments are clean single lines.
pub fn words(
    kind: MailKind,
    recipient: Recipient,
    title: &str,
    when: &str,
    guest: &str,
    owner: &str,
) -> Result<Words, MailError> {
    use MailKind::{Cancelled, Confirmation, OwnerNotification, Rescheduled, Updated};
    let (subject, heading, intro) = match (kind, recipient) {
        (Confirmation, Recipient::Guest) => (
            format!("Confirmed: {title}, {when}"),
            "You’re booked",
            format!(
                "Your meeting with {owner} is confirmed. The invitation for your calendar is attached."
            ),
        ),
        (Updated, Recipient::Guest) => (
            format!("Updated: {title}, {when}"),
            "Your link to join",
            format!(
                "Your meeting with {owner} takes place as planned, and now has a link to join. The attached invitation updates your calendar."
            ),
        ),
        (Rescheduled, Recipient::Guest) => (
            format!("Rescheduled: {title}, {when}"),
            "Your meeting has moved",
            format!(
                "Your meeting with {owner} has a new time. The attached invitation updates your calendar."
            ),
        ),
        (Cancelled, Recipient::Guest) => (
            format!("Cancelled: {title}, {when}"),
            "Your meeting is cancelled",
            format!(
                "Your meeting with {owner} will not take place. The attachment removes it from your calendar."
            ),
        ),
        (OwnerNotification, Recipient::Owner) => (
            format!("New booking: {guest}, {title}, {when}"),
            "New booking",
            format!("{guest} has booked a meeting with you."),
        ),
        (Updated, Recipient::Owner) => (
            format!("Updated: {guest}, {title}, {when}"),
            "Link to join",
            format!(
                "Your meeting with {guest} takes place as planned, and now has a link to join."
            ),
        ),
        (Rescheduled, Recipient::Owner) => (
            format!("Rescheduled: {guest}, {title}, {when}"),
            "Booking rescheduled",
            format!("Your meeting with {guest} has a new time."),
        ),
        (Cancelled, Recipient::Owner) => (
            format!("Cancelled: {guest}, {title}, {when}"),
            "Booking cancelled",
            format!("Your meeting with {guest} will not take place. The time is free again."),
        ),
        (OwnerNotification, Recipient::Guest) | (Confirmation, Recipient::Owner) => {
            return Err(MailError::Unaddressed(kind, recipient));
        }
    };
    let footer = match recipient {
        Recipient::Guest => format!(
            "You receive this mail because your address was given for a meeting with {owner}."
        ),
        Recipient::Owner => format!("Your answer to this mail goes to {guest}."),
    };
    Ok(Words {
        subject,
        heading,
        intro,
        footer,
    })
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
