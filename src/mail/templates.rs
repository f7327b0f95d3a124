//! The two layouts that carry a mail's words: HTML and plain text.
//!
//! Both show one [`Page`], so the HTML and the plain text of a mail cannot say different things; `templates/`
//! holds layout only. HTML escaping is minijinja's, by the `.html` in the name.

use std::sync::OnceLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use super::facts::MailError;
use super::languages::{Text, Voice};
use super::palette::coloured;

/// What both layouts show.
#[derive(Serialize)]
pub struct Page {
    /// The tag of its language (BCP 47).
    pub lang: String,
    pub is_right_to_left: bool,
    /// Between a label and what it says.
    pub colon: String,
    /// What a list of mails shows beside the subject.
    pub preview: String,
    pub heading: String,
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
    /// Whether an invitation says it in a property of its own, or not at all.
    #[serde(skip)]
    pub is_mails_own: bool,
}

impl Row {
    /// A line of the mail.
    pub fn new(voice: &Voice, label: Text, value: String) -> Self {
        Self {
            label: voice.say(label),
            value,
            link: None,
            is_mails_own: matches!(
                label,
                Text::LabelWhat | Text::LabelWhen | Text::LabelChanged
            ),
        }
    }
}

/// The one button.
#[derive(Serialize)]
pub struct Action {
    pub label: String,
    pub url: String,
}

/// The two readings of one mail.
pub struct Texts {
    pub plain: String,
    pub html: String,
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

fn layouts() -> &'static Environment<'static> {
    static LAYOUTS: OnceLock<Environment<'static>> = OnceLock::new();
    static HTML: OnceLock<String> = OnceLock::new();
    let html = HTML.get_or_init(|| coloured(include_str!("templates/mail.html.j2")));
    LAYOUTS.get_or_init(|| {
        environment_of(&[
            ("mail.txt.j2", include_str!("templates/mail.txt.j2")),
            ("mail.html.j2", html),
        ])
    })
}

/// Our own templates by their names: a line that has but a block leaves nothing behind, and what a template asks
/// for and is not given is an error.
#[expect(clippy::expect_used, reason = "constants, which the tests all read")]
pub fn environment_of(templates: &[(&'static str, &'static str)]) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .expect("the delimiters are the default ones"),
    );
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, source) in templates {
        environment
            .add_template(name, source)
            .expect("the templates are part of the binary and every test here parses them");
    }
    environment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        Page {
            lang: "en".into(),
            is_right_to_left: false,
            colon: ": ".into(),
            preview: "Soon".into(),
            heading: "You’re booked".into(),
            intro: "A <b> & \"c\"".to_owned(),
            rows: vec![
                Row {
                    label: "What".into(),
                    value: "<script>alert(1)</script>".into(),
                    link: None,
                    is_mails_own: false,
                },
                Row {
                    label: "Join".into(),
                    value: "https://meet.example/?a=1&b=2".into(),
                    link: Some("https://meet.example/?a=1&b=2".into()),
                    is_mails_own: false,
                },
                Row {
                    label: "Notes".into(),
                    value: "one\ntwo".into(),
                    link: None,
                    is_mails_own: false,
                },
            ],
            action: Some(Action {
                label: "Reschedule or cancel".into(),
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
