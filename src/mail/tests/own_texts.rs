//! An organisation's own texts: who is written with them and what they know, what is refused when they are
//! written, and that none costs more than its share of time and memory, or anybody a mail.

use std::rc::Rc;
use std::time::{Duration, Instant};

use strum::VariantArray;

use super::{facts, read, shape, write};
use crate::mail::own_texts::engine::OwnText;
use crate::mail::own_texts::source::{Source, Trouble};
use crate::mail::own_texts::{Meant, Reader, most_specific};
use crate::mail::*;

fn text(template: impl Into<String>) -> Source {
    Source {
        text: Some(template.into()),
        ..Source::default()
    }
}

fn html(template: impl Into<String>) -> Source {
    Source {
        html: Some(template.into()),
        ..Source::default()
    }
}

/// As the trigger asks, of a confirmation to the guest.
fn tried(source: Source) -> Result<(), Trouble> {
    try_own_text(MailKind::Confirmation, Some(Recipient::Guest), source)
}

#[track_caller]
fn refused(source: Source) -> String {
    tried(source).expect_err("it is refused").to_string()
}

fn with(source: Source, facts: Facts) -> Facts {
    let own = OwnText::read(source).unwrap_or_else(|trouble| panic!("{trouble}"));
    Facts {
        own_text: Some(Rc::new(own)),
        ..facts
    }
}

fn said(mail: &Mail) -> (String, String, String) {
    let message = read(mail);
    (
        mail.subject.clone(),
        message.body_text(0).unwrap().replace("\r\n", "\n"),
        message.body_html(0).unwrap().into_owned(),
    )
}

#[test]
fn a_mail_is_written_in_the_own_words_that_there_are_and_in_ours_for_the_rest() {
    let ours = said(&write(MailKind::Confirmation, Recipient::Guest, &facts()));
    let cases = [
        (
            Source {
                subject: Some("See you, {{ guest }}!\n".into()),
                ..Source::default()
            },
            "See you, Grace Höpper!",
            None,
            None,
        ),
        (
            text("At {{ start.time }}, {{ location }} <b>"),
            &*ours.0,
            Some("At 10:00\u{202f}AM, Room 5, 2nd floor <b>"),
            Some("Room 5, 2nd floor &lt;b&gt;"),
        ),
        (
            html("<p>{{ title }}</p>"),
            &*ours.0,
            Some(&*ours.1),
            Some("<p>Intro call</p>"),
        ),
    ];
    for (source, subject, plain, part_of_html) in cases {
        let mail = write(
            MailKind::Confirmation,
            Recipient::Guest,
            &with(source, facts()),
        );
        assert!(mail.own_trouble.is_none());
        let said = said(&mail);
        assert_eq!(said.0, subject);
        let plain = plain
            .map_or(&*ours.1, |plain| plain)
            .replace('\u{202f}', " ");
        assert_eq!(said.1.trim_end(), plain.trim_end());
        match part_of_html {
            Some(part) => assert!(said.2.contains(part), "{}", said.2),
            None => assert_eq!(said.2, ours.2),
        }
        // The invitation is no matter of words.
        assert!(shape(&mail).contains(&"text/calendar REQUEST".to_owned()));
    }
}

#[test]
fn what_is_inserted_is_escaped_in_html_and_cannot_break_a_header() {
    let hostile = Facts {
        title: "<script>alert(1)</script>\r\nBcc: x@y.example".into(),
        ..facts()
    };
    let source = Source {
        subject: Some("{{ title }}".into()),
        text: Some("{{ title }}".into()),
        html: Some("<a title='{{ title }}'>{{ title }}</a>".into()),
    };
    let mail = write(
        MailKind::Confirmation,
        Recipient::Guest,
        &with(source, hostile),
    );
    let (subject, plain, html) = said(&mail);
    assert_eq!(subject, "<script>alert(1)</script> Bcc: x@y.example");
    assert!(plain.starts_with("<script>"), "{plain}");
    assert!(!html.contains("<script"), "{html}");
    assert!(read(&mail).bcc().is_none());
    for off in [
        "{% autoescape false %}{{ title }}{% endautoescape %}",
        "{{ title|safe }}",
        "{% raw %}{{ title }}{% endraw %}",
    ] {
        assert!(tried(html_of(off)).is_err(), "{off}");
    }
}

fn html_of(template: &str) -> Source {
    html(template)
}

/// Every variable that one reader has and another must not have.
#[test]
fn a_template_knows_what_its_reader_may_know() {
    use Recipient::{FurtherGuest, Guest, Owner};
    for (variable, who) in [
        ("guest", &[Guest, Owner][..]),
        ("guest_email", &[Owner]),
        ("guest_phone", &[Owner]),
        ("notes", &[Owner]),
        ("answers", &[Owner]),
        ("guests", &[Owner]),
        ("further_guests", &[Guest]),
        ("manage_url", &[Guest]),
        ("title", &[Guest, FurtherGuest, Owner]),
        ("host", &[Guest, FurtherGuest, Owner]),
        ("reason", &[Guest, FurtherGuest, Owner]),
        ("changes", &[Guest, FurtherGuest, Owner]),
    ] {
        for &reader in Recipient::VARIANTS {
            let template = text(format!("x{{% if {variable} %}}y{{% endif %}}"));
            let tried = try_own_text(MailKind::Rescheduled, Some(reader), template);
            assert_eq!(
                tried.is_ok(),
                who.contains(&reader),
                "{variable} {reader:?}: {tried:?}"
            );
        }
        // Meant for all of them, it has to do for each.
        let tried = try_own_text(
            MailKind::Rescheduled,
            None,
            text(format!("x{{% if {variable} %}}y{{% endif %}}")),
        );
        assert_eq!(tried.is_ok(), who.len() == 3, "{variable}");
    }
}

/// The section of the document, up to the next.
fn documented() -> &'static str {
    let page = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/mail.md"));
    let (_, section) = page.split_once("## Your own texts").expect("it is there");
    section.split("\n## ").next().expect("there is a first")
}

fn in_backticks(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_document_has_every_variable_and_for_whom_it_is() {
    let rows = documented().lines().filter(|line| line.starts_with("| `"));
    let mut listed = vec![Vec::new(); Recipient::VARIANTS.len()];
    for row in rows {
        let mut cells = row.split(" | ");
        let (names, who) = (cells.next().unwrap(), cells.next().unwrap());
        for (reader, theirs) in ["the guest", "a further guest", "the owner"]
            .iter()
            .zip(&mut listed)
        {
            if who == "all" || who.contains(reader) {
                theirs.extend(in_backticks(names));
            }
        }
    }
    for (reader, mut names) in Recipient::VARIANTS.iter().zip(listed) {
        let unknown = try_own_text(MailKind::Updated, Some(*reader), text("{{ nosuch }}"));
        let told = unknown.unwrap_err().what;
        let (_, there_are) = told.split_once("there are ").expect("it lists them");
        names.sort_unstable();
        assert_eq!(
            there_are.split(", ").collect::<Vec<_>>(),
            names,
            "{reader:?}"
        );
    }
}

#[test]
fn the_document_has_every_filter_and_its_example_is_taken() {
    let (_, filters) = documented().split_once("**Filters**").expect("it is there");
    let filters = filters.split(". Texts").next().expect("there is a first");
    let mut listed = in_backticks(filters);
    listed.sort_unstable();
    let engine = minijinja::Environment::new();
    let shown = format!("{engine:?}");
    let (_, all) = shown.split_once("filters: ").expect("it lists them");
    let all = all.split(']').next().expect("there is a first");
    let mut there_are: Vec<_> = all
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|filter| {
            let tried = tried(text(format!("x{{{{ title|{filter} }}}}")));
            !tried.is_err_and(|trouble| trouble.what.starts_with("unknown filter"))
        })
        .collect();
    there_are.sort_unstable();
    // Short for default and escape.
    let named = there_are
        .into_iter()
        .filter(|name| !matches!(*name, "d" | "e"));
    assert_eq!(named.collect::<Vec<_>>(), listed);

    let (_, example) = documented().split_once("'See you").expect("it is there");
    let (subject, rest) = example.split_once("',\n").expect("it ends");
    let body = rest.trim_start().trim_start_matches('\'');
    let (body, _) = body.split_once("');").expect("it ends");
    let source = Source {
        subject: Some(format!("See you{subject}")),
        text: Some(body.to_owned()),
        html: None,
    };
    assert_eq!(tried(source), Ok(()));
}

#[test]
fn no_template_reads_what_was_typed_for_others() {
    let facts = Facts {
        cancel_reason: Some("reasonmark".into()),
        notes: Some("notesmark".into()),
        answers: vec![("Q".into(), "answermark".into())],
        takes_place: false,
        ..facts()
    };
    let everything = "{{ title }}{{ host }}{{ when }}{{ location }}{{ reason }}{{ ours.text }}{{ ours.subject }}
        {% for row in ours.rows %}{{ row.label }}{{ row.value }}{% endfor %}{% for c in changes %}{{ c.was }}{% endfor %}";
    for reader in [Recipient::Guest, Recipient::FurtherGuest] {
        let mail = write(
            MailKind::Cancelled,
            reader,
            &with(text(everything), facts.clone()),
        );
        assert!(mail.own_trouble.is_none(), "{:?}", mail.own_trouble);
        let (_, plain, _) = said(&mail);
        for mark in [
            "reasonmark",
            "notesmark",
            "answermark",
            "555 0100",
            "s3cret-token",
        ] {
            assert!(!plain.contains(mark), "{mark} in {plain}");
        }
    }
}

#[test]
fn what_cannot_be_rendered_is_refused_with_its_line() {
    for (template, expected) in [
        (
            "a\n{{ gust }}",
            "text: line 2: there is no \"gust\" for this reader; there are ",
        ),
        ("{{ manage_url.x.y }}", "text: line 1: "),
        ("a\nb\n{% if %}", "text: line 3: syntax error"),
        ("{{ title", "text: line 1: syntax error"),
        ("{{ title|upcase }}", "text: line 1: unknown filter"),
        ("{{ load('x') }}", "text: line 1: "),
        ("{% include 'x' %}", "text: line 1: syntax error"),
        ("{% import 'x' as y %}", "text: line 1: syntax error"),
        ("{% extends 'x' %}", "text: line 1: syntax error"),
        (
            "{% macro m() %}{% endmacro %}",
            "text: line 1: syntax error",
        ),
        ("{{ debug() }}", "text: line 1: "),
        ("{{ 1 / 0 }}", "text: line 1: "),
        // Of which there is none in the meeting of which there is little to say.
        ("{{ location.x|upper }}", "text: line 1: "),
        (
            "{{ further_guests + 1 }}",
            "text: line 1: \"+\" and \"*\" are not to be had",
        ),
        (
            "{% for a in [1] %}{% endfor %}",
            "text: line 1: a list or map of its own",
        ),
        (
            "{% for a in[1] %}{% endfor %}",
            "text: line 1: a list or map of its own",
        ),
        (
            "{% set a = title, title %}",
            "text: line 1: a list or map of its own",
        ),
        (
            "{{ (title, title) }}",
            "text: line 1: a list or map of its own",
        ),
        ("{{ {'a': 1} }}", "text: line 1: a list or map of its own"),
        ("  \n ", "text: it writes nothing"),
    ] {
        let said = refused(text(template));
        assert!(said.starts_with(expected), "{template}: {said}");
    }
    let said = refused(Source {
        subject: Some("{{ '' }}".into()),
        ..Source::default()
    });
    assert_eq!(said, "subject: it writes nothing");
    let none = try_own_text(MailKind::Reminder, Some(Recipient::Owner), text("x"));
    assert_eq!(
        none.unwrap_err().to_string(),
        "recipient: no reminder is written to the owner"
    );
}

/// Each in the time of a few mails, and without the memory that it asks for.
#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let nested = |depth: usize| {
        "{% for a in '0123456789012345678901234567890123456789'|split('') %}".repeat(depth)
            + "x"
            + &"{% endfor %}".repeat(depth)
    };
    let doubled = |begin: &str, step: &str, end: &str| {
        format!(
            "{{% set a = {begin} %}}{}{end}",
            format!("{{% set a = {step} %}}").repeat(60)
        )
    };
    let bombs = [
        "{{ 'x' * 1000000000 }}".to_owned(),
        "{{ ['x' * 1000] * 100000000 }}".to_owned(),
        "{{ ['x'] * 100000000 ~ 'a' }}".to_owned(),
        "{{ 10 ** 10 ** 10 }}".to_owned(),
        doubled("'xx'", "a ~ a", "{{ a }}"),
        doubled("'xx'", "a + a", "{{ a|length }}"),
        doubled("'xx'", "a|replace('x', a)", "{{ a|length }}"),
        doubled("'xx'", "a|join(a)", "{{ a|length }}"),
        doubled("'xx'", "[a, a]|join(a)", "{{ a|length }}"),
        doubled("title|split('')", "a + a", "{{ a|join }}"),
        doubled("title|split('')", "a + a", "{{ a|length }}"),
        doubled("title|split('')", "a + a", "{{ a ~ 'x' }}"),
        doubled("title|split('')", "a + a", "{{ a == a + [1] }}"),
        doubled("title|split('')", "a + a", "{{ 3 in a }}"),
        doubled("title|split('')", "a + a", "{{ a|last }}"),
        doubled("title|split('')", "a + a", "{{ a|min }}"),
        doubled("title|split('')", "a + a", "{{ a[99999999] }}"),
        doubled("title|split('')", "a + a", "{{ a[1:]|length }}"),
        doubled(
            "title|split('')",
            "a + a",
            "{% for b in a %}{{ b }}{% endfor %}",
        ),
        doubled("title|split('')", "a|chain(a)", "{{ a ~ 'x' }}"),
        doubled("title|split('')", "a|zip(a)", "{{ a ~ 'x' }}"),
        doubled("(1, 2)", "a + a", "{{ a ~ 'x' }}"),
        doubled("[1, 2]", "[a, a]", "{{ a ~ 'x' }}"),
        doubled("[1, 2]", "[a, a]", "{{ a == [a] }}"),
        doubled("{'b': 1}", "{'b': a, 'c': a}", "{{ a ~ 'x' }}"),
        doubled("999999999999", "a + a", "{{ a }}")
            + &"{{ title ~ title }}".repeat(400)
            + "{{ x }}",
        "{{ range(1000000000)|length }}".to_owned(),
        "{{ '%099999999d'|format(1) }}".to_owned(),
        "{{ 'x'|indent(999999999) }}".to_owned(),
        "{{ 1|round(999999999) }}".to_owned() + "{{ x }}",
        nested(3),
        nested(40),
        nested(200),
        "{% for a in [[[[]]]] recursive %}{{ loop([a]) }}{% endfor %}".to_owned(),
        format!("{{{{ {}1{} }}}}", "(".repeat(400), ")".repeat(400)),
        format!("{{{{ 1{} }}}}", "-1".repeat(30_000)),
        format!("{{{{ title{} }}}}", "|upper".repeat(10_000)),
        format!("{{{{ title{} }}}}", ".a".repeat(30_000)),
        format!("{{{{ {}1 }}}}", "not ".repeat(15_000)),
        format!("{{{{ {}1 }}}}", "-".repeat(60_000)),
        format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(5_000)),
        // The end of a tag is not where it seems to be.
        format!("{{{{ '}}}}'{} }}}}", "-1".repeat(30_000)),
        format!(
            "{{{{ {{'a': {{'b': 1}}}}['a']['b']{} }}}}",
            "-1".repeat(30_000)
        ),
        format!("{{# {{{{ ' #}}{{{{ 1{} }}}}", "-1".repeat(30_000)),
        format!(
            "{{%- raw %}}{{{{ \"{{% endraw %}}{{{{ 'a\" }}}}'{} }}}}",
            "-1".repeat(30_000)
        ),
        "x".repeat(70_000),
    ];
    for bomb in bombs {
        let shown: String = bomb.chars().take(60).collect();
        let began = Instant::now();
        let outcome = tried(text(bomb));
        assert!(outcome.is_err(), "{shown}");
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "{shown}: {:?}",
            began.elapsed()
        );
    }
    let long =
        "{% for a in ours.text|split('') %}".to_owned() + &"x".repeat(2_000) + "{% endfor %}";
    assert_eq!(
        refused(text(long)),
        "text: it writes more than 262144 bytes"
    );
}

/// The most that is taken runs through on the stack that a test has, which is less than a server's.
#[test]
fn what_is_as_long_as_can_be_is_read() {
    for template in [
        format!("{{{{ 1{} }}}}", "-1".repeat(245)),
        format!(
            "{{% if location %}}x{}{{% else %}}x{{% endif %}}",
            "{% elif title %}y".repeat(490)
        ),
        format!("x{}", "{{ title }}".repeat(500)),
        "x".repeat(65_536),
        "{%- if title -%} {{- title|replace('a', 'b')|default('x', true) -}} {%+ endif +%}".into(),
        "{{ '[1] + {2} * 3, 4' }}{{ title[0] }}{{ (ours.rows|first).value[1:3] }}".into(),
        "{% set a = title ~ ' ' ~ host %}{{ a|upper }}{% for row in ours.rows if row.link %}{{ row.link }}{% endfor %}x".into(),
    ] {
        let shown: String = template.chars().take(60).collect();
        assert_eq!(tried(text(template)), Ok(()), "{shown}");
    }
}

/// It could not be written, but has come in by a restore.
#[test]
fn one_that_fails_later_costs_nobody_the_mail() {
    let source = || Source {
        subject: Some("{{ title }}".into()),
        text: Some("{{ title }}\n{{ (title|split(' ')|last)[3].x }}".into()),
        html: None,
    };
    let ours = write(MailKind::Confirmation, Recipient::Guest, &facts());
    let mail = write(
        MailKind::Confirmation,
        Recipient::Guest,
        &with(source(), facts()),
    );
    assert!(mail.message == ours.message, "all of it is ours");
    let trouble = mail.own_trouble.expect("it says why");
    assert_eq!(trouble.in_short(), "text: line 2: undefined value");
}

#[test]
fn the_most_specific_text_is_taken() {
    let owner = 1;
    let other = 2;
    let meant = |recipient, locale: Option<&str>, owner| Meant {
        kind: MailKind::Confirmation,
        recipient,
        locale: locale.map(str::to_owned),
        owner,
    };
    let guest = Some(Recipient::Guest);
    // From the least to the most specific.
    let ranked = [
        meant(None, None, None),
        meant(guest, None, None),
        meant(None, Some("de"), None),
        meant(guest, Some("de"), None),
        meant(None, Some("de-AT"), None),
        meant(guest, Some("de-AT"), None),
        meant(None, None, Some(owner)),
        meant(guest, None, Some(owner)),
        meant(None, Some("de"), Some(owner)),
        meant(guest, Some("de"), Some(owner)),
        meant(guest, Some("de-AT"), Some(owner)),
    ];
    let others = [
        meant(Some(Recipient::Owner), Some("de-AT"), Some(owner)),
        meant(guest, Some("de-AT"), Some(other)),
        meant(guest, Some("de-CH"), Some(owner)),
        meant(guest, Some("fr"), Some(owner)),
        Meant {
            kind: MailKind::Reminder,
            ..meant(guest, Some("de-AT"), Some(owner))
        },
    ];
    let reader = Reader {
        kind: MailKind::Confirmation,
        recipient: Recipient::Guest,
        locale: Some("de-AT"),
        owner,
    };
    let mut texts: Vec<_> = others.into_iter().map(|meant| (meant, 99)).collect();
    assert_eq!(most_specific(&texts, &reader), None);
    for (rank, meant) in ranked.into_iter().enumerate() {
        texts.insert(0, (meant, rank));
        assert_eq!(most_specific(&texts, &reader), Some(&rank));
    }
}

/// As ours are: the hours and digits that somebody asks for change no words, and what we do not speak is English.
#[test]
fn a_locale_that_nobody_wrote_for_reads_the_nearest() {
    // In the order of who is asked for first.
    type Locales = &'static [Option<&'static str>];
    let cases: [(Option<&str>, Locales, Locales); 8] = [
        (None, &[Some("en"), None], &[Some("de"), Some("en-GB")]),
        (
            Some("en-US-u-hc-h23"),
            &[Some("en-US-u-hc-h23"), Some("en-US"), Some("en"), None],
            &[Some("en-U"), Some("e")],
        ),
        (
            Some("zh-Hant-TW"),
            &[
                Some("zh-Hant-TW"),
                Some("zh-Hant"),
                Some("zh"),
                None,
                Some("en"),
            ],
            &[Some("zh-Hans"), Some("zh-TW"), Some("en-GB")],
        ),
        (
            Some("sv-SE"),
            &[Some("sv"), None, Some("en")],
            &[Some("de")],
        ),
        (Some("de-AT"), &[Some("de"), None], &[Some("en"), Some("d")]),
        (Some("den"), &[Some("den"), None, Some("en")], &[Some("de")]),
        (
            Some("en-GB"),
            &[Some("en-GB"), Some("en"), None],
            &[Some("en-US")],
        ),
        (Some("not a locale"), &[None, Some("en")], &[Some("de")]),
    ];
    let meant = |locale: Option<&str>| Meant {
        kind: MailKind::Confirmation,
        recipient: None,
        locale: locale.map(str::to_owned),
        owner: None,
    };
    for (locale, fitting, others) in cases {
        let reader = Reader {
            kind: MailKind::Confirmation,
            recipient: Recipient::Guest,
            locale,
            owner: 1,
        };
        let mut texts: Vec<_> = others.iter().map(|other| (meant(*other), *other)).collect();
        assert_eq!(most_specific(&texts, &reader), None, "{locale:?}");
        for fits in fitting.iter().rev() {
            texts.push((meant(*fits), *fits));
            assert_eq!(most_specific(&texts, &reader), Some(fits), "{locale:?}");
        }
    }
}

/// Of visitors' texts as of the template's own: the archive, and other programs, take no such letter.
#[test]
fn nothing_that_controls_gets_into_a_mail() {
    let source = Source {
        subject: Some(r"a{{ '\u0000\u0007' }}b".into()),
        text: Some(r"a{{ '\u0000\u0007' }}b{{ answers[0].answer }}".into()),
        html: Some("<p>a{{ '\\u0000\\u0007' }}b</p>\n{{ answers[0].answer }}".into()),
    };
    let typed = "x\u{7}y\u{202e}z".into();
    let facts = Facts {
        answers: vec![("Q".into(), typed)],
        ..facts()
    };
    let mail = write(
        MailKind::OwnerNotification,
        Recipient::Owner,
        &with(source, facts),
    );
    let (subject, plain, html) = said(&mail);
    assert_eq!(mail.own_trouble, None);
    assert_eq!((&*subject, plain.trim()), ("a b", "abxyz"));
    assert_eq!(html.trim(), "<p>ab</p>\r\nxyz");
}

/// Else the zone in brackets, which is not Arabic, would turn the time around it about.
#[test]
fn what_is_set_apart_in_a_text_from_right_to_left_stays_so() {
    let facts = Facts {
        locale: Some("ar".into()),
        title: "a\u{202e}b".into(),
        ..facts()
    };
    let own = text("{{ title }} {{ when }}\n\u{2068}{{ host }}\u{2069}");
    let mail = write(MailKind::Confirmation, Recipient::Guest, &with(own, facts));
    let (_, plain, html) = said(&mail);
    for text in [&plain, &html] {
        assert!(text.contains("\u{2068}America/New_York\u{2069}"), "{text}");
        assert!(text.contains("\u{2068}Ada Lovelace\u{2069}"), "{text}");
        assert!(text.contains("ab ") && !text.contains('\u{202e}'), "{text}");
    }
}
