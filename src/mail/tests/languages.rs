//! Mails in every language: each kind, each reader, told once in two layouts.

use chrono_tz::America::New_York;
use chrono_tz::Tz;
use strum::VariantArray;

use super::{facts, invitation, read, write};
use crate::mail::languages::Language;
use crate::mail::*;

const ISOLATES: [char; 2] = ['\u{2068}', '\u{2069}'];

/// Every kind to every reader with every part that a mail has, in every language.
fn each(mut see: impl FnMut(Language, &str, &Mail)) {
    for &language in Language::VARIANTS {
        for &kind in MailKind::VARIANTS {
            for &reader in kind.recipients() {
                for is_known in [false, true] {
                    let facts = Facts {
                        locale: Some(language.tag().to_string()),
                        cancel_reason: Some("Ill".into()),
                        reason_is_owners: true,
                        takes_place: is_known,
                        owner_is_invited: true,
                        before: is_known.then(|| Shown {
                            title: "First call".into(),
                            location: None,
                            ..facts().shown_to(reader)
                        }),
                        ..facts()
                    };
                    let what = format!("{language:?}: {kind:?} to {reader:?}, {is_known}");
                    see(language, &what, &write(kind, reader, &facts));
                }
            }
        }
    }
}

/// What a person sees of a page, piece by piece.
fn pieces(html: &str) -> Vec<String> {
    let (head, body) = html.split_once("<body").unwrap();
    let hidden = body.split_once("display:none").unwrap().1;
    let seen = hidden.split_once("</div>").unwrap().1;
    assert!(head.contains("<title>") && !seen.contains("<style"));
    let pieces = seen.split('<').filter_map(|tag| tag.split_once('>'));
    let pieces = pieces.map(|(_, text)| {
        let text = text.replace("&#x2f;", "/").replace("&#x27;", "'");
        let text = text.replace("&quot;", "\"").replace("&lt;", "<");
        normal(&text.replace("&gt;", ">").replace("&amp;", "&"))
    });
    pieces.filter(|text| !text.is_empty()).collect()
}

fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_plain_text_says_what_the_page_says_and_nothing_else() {
    each(|_, what, mail| {
        let message = read(mail);
        let plain = normal(&message.body_text(0).unwrap());
        let mut left = plain.clone();
        let pieces = pieces(&message.body_html(0).unwrap());
        assert!(pieces.len() > 8, "{what}: {pieces:?}");
        for piece in &pieces {
            let found = left.find(piece.as_str());
            let at = found.unwrap_or_else(|| panic!("{what}: {piece:?} is missing in {plain}"));
            // In the order of the page, so what is before is no piece's.
            let before = left[..at].to_owned();
            assert!(is_layout(&before), "{what}: {before:?} before {piece:?}");
            left = left[at + piece.len()..].to_owned();
        }
        assert!(left.trim().is_empty(), "{what}: {left:?}");
    });
}

/// What only the plain text has: what stands between a label and what it says, the button's address, and the
/// dashes before a signature.
fn is_layout(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.all(|word| [":", "：", "--", "https://app.example/manage/s3cret-token"].contains(&word))
}

#[test]
fn a_mail_says_which_language_it_is_in_and_which_way_it_runs() {
    each(|language, what, mail| {
        let message = read(mail);
        let html = message.body_html(0).unwrap();
        let tag = language.tag().to_string();
        let dir = if language == Language::Arabic {
            "rtl"
        } else {
            "ltr"
        };
        let expected = format!("<html lang=\"{tag}\" dir=\"{dir}\">");
        assert!(html.contains(&expected), "{what}: {html}");
        // Programs that show a mail within a page of theirs drop its outermost element.
        let other = if dir == "rtl" {
            "dir=\"ltr\""
        } else {
            "dir=\"rtl\""
        };
        assert!(!html.contains(other), "{what}: {html}");
        assert_eq!(html.matches(&format!("dir=\"{dir}\"")).count(), 5, "{what}");
        let header = message.header_raw("Content-Language").unwrap().trim();
        assert_eq!(header, tag, "{what}");
    });
}

#[test]
fn directions_are_kept_apart_where_they_meet_and_nowhere_else() {
    each(|language, what, mail| {
        let message = read(mail);
        let mut texts = vec![
            message.body_text(0).unwrap().into_owned(),
            message.body_html(0).unwrap().into_owned(),
        ];
        if !message.attachments().collect::<Vec<_>>().is_empty() {
            texts.extend(invitation(mail));
        }
        for text in &texts {
            let opened = text.matches(ISOLATES[0]).count();
            assert_eq!(text.matches(ISOLATES[1]).count(), opened, "{what}: {text}");
            let is_isolated = opened > 0;
            if language != Language::Arabic {
                assert!(!is_isolated, "{what}: {text}");
            }
            for link in text.split("://").skip(1) {
                let link = link.split_whitespace().next().unwrap_or_default();
                assert!(!link.contains(ISOLATES), "{what}: {link:?}");
            }
        }
        assert!(!mail.subject.contains(ISOLATES), "{what}");
        if language == Language::Arabic {
            let zone = "\u{2068}America/New_York\u{2069}، \u{2068}UTC−5\u{2069}";
            assert!(texts[0].contains(zone), "{what}: {}", texts[0]);
        }
    });
}

#[test]
fn an_arabic_mail_keeps_zones_together_in_changes_and_counts_in_its_region_s_digits() {
    let facts = Facts {
        locale: Some("ar-EG".into()),
        before: Some(Shown {
            starts_at: facts().starts_at - chrono::Duration::hours(1),
            ..facts().shown_to(Recipient::Guest)
        }),
        ..facts()
    };
    let mail = write(MailKind::Rescheduled, Recipient::Guest, &facts);
    let text = read(&mail).body_text(0).unwrap().into_owned();
    let zones = text.matches("\u{2068}America/New_York\u{2069}").count();
    assert_eq!(zones, 3, "when, and what it was and is: {text}");
    assert!(text.contains("مدعو آخر (١)"), "{text}");
}

#[test]
fn an_invitation_is_in_the_language_of_its_mail() {
    let facts = Facts {
        locale: Some("de-AT".into()),
        ..facts()
    };
    let lines = invitation(&write(MailKind::Confirmation, Recipient::Guest, &facts));
    let joined = lines.join("\n");
    for expected in [
        "CONFERENCE;LABEL=Teilnehmen;VALUE=URI:https://meet.example/abc?x=1&y=2",
        "Mit: Ada Lovelace\\n",
        "Verschieben oder absagen: https://app.example/manage/s3cret-token",
    ] {
        assert!(joined.contains(expected), "{expected} in {joined}");
    }
}

#[test]
fn a_clock_change_is_told_apart_in_every_language() {
    for &language in Language::VARIANTS {
        let facts = Facts {
            locale: Some(language.tag().to_string()),
            starts_at: "2026-11-01T05:30:00Z".parse().unwrap(),
            ends_at: "2026-11-01T06:15:00Z".parse().unwrap(),
            ..facts()
        };
        let mail = write(MailKind::Confirmation, Recipient::Guest, &facts);
        let text = read(&mail).body_text(0).unwrap().replace(ISOLATES, "");
        let (first, then) = (text.find("UTC−4").unwrap(), text.find("UTC−5").unwrap());
        assert!(first < then && then < text.find("America/New_York").unwrap());
    }
}

#[test]
fn an_owner_without_a_name_is_no_name_in_another_language() {
    for (locale, intro) in [
        (None, "Your meeting with us is confirmed."),
        (Some("de"), "Ihr Termin mit uns ist bestätigt."),
        (Some("fr"), "Votre rendez-vous avec nous est confirmé."),
    ] {
        let mut facts = Facts {
            locale: locale.map(str::to_owned),
            ..facts()
        };
        facts.owner.name = " ".into();
        let mail = write(MailKind::Confirmation, Recipient::Guest, &facts);
        let text = read(&mail).body_text(0).unwrap().into_owned();
        assert!(text.contains(intro), "{text}");
    }
}

#[test]
fn no_locale_costs_anybody_their_mail() {
    for locale in [
        "",
        "x",
        "de_DE",
        "\u{0}",
        "ar-XX-u-nu-nonsense",
        "🕐",
        "en\r\nBcc: evil@example.com",
    ] {
        let facts = Facts {
            locale: Some(locale.into()),
            ..facts()
        };
        let zone: Tz = New_York;
        let mail = compose(
            MailKind::Confirmation,
            Recipient::Guest,
            &facts,
            &zone,
            zone.name(),
        );
        let mail = mail.unwrap_or_else(|error| panic!("{locale:?}: {error}"));
        let text = String::from_utf8(mail.message).unwrap();
        assert!(!text.contains("evil"), "{locale:?}");
    }
}
