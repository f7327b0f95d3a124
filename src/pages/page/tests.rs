use serde_json::json;

use super::*;
use crate::pages::script::hash;

fn english(_: Option<&str>) -> std::rc::Rc<Voice> {
    Voice::of(None)
}

fn booking(text: &str, site: &Site) -> String {
    let row = json!({
        "slug": text, "title": text, "description": text, "owner_name": text, "location": text,
        "duration_minutes": 30, "locale": text,
        "questions": [{"id": "a", "label": text, "type": "choice", "options": [text]}],
    });
    let page = Page::booking(&row.to_string(), site, english).unwrap();
    String::from_utf8(page.html()).unwrap()
}

/// What is between the first `<tag>` with these attributes and its end.
fn inside<'a>(html: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = html
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start}: {html}"));
    rest.split_once(end).unwrap().0
}

fn header<'a>(page: &'a Page, name: &str) -> &'a str {
    let found = page.headers.iter().find(|(known, _)| *known == name);
    found.map_or("", |(_, value)| value)
}

fn all() -> Vec<Page> {
    let site = Site::default();
    let voice = english(None);
    let row = json!({"slug": "a", "title": "A", "duration_minutes": 30}).to_string();
    vec![
        Page::booking(&row, &site, english).unwrap(),
        Page::manage(&site, &voice).unwrap(),
        Page::owner(&site, &voice).unwrap(),
        Page::gone(&site, &voice).unwrap(),
        Page::failed(&voice).unwrap(),
    ]
}

#[test]
fn a_policy_names_exactly_what_stands_in_the_page() {
    for page in all() {
        let html = String::from_utf8(page.html()).unwrap();
        let policy = header(&page, "Content-Security-Policy");
        let style = hash(inside(&html, "<style>", "</style>"));
        assert!(policy.contains(&format!("style-src '{style}'")), "{policy}");
        assert_eq!(html.matches("<style").count(), 1);
        let scripts = html.matches("<script>").count();
        assert_eq!(scripts, usize::from(page.script.is_some()));
        if scripts == 1 {
            let script = hash(inside(&html, "<script>", "</script>"));
            assert!(
                policy.contains(&format!("script-src '{script}'")),
                "{policy}"
            );
        }
        assert!(!page.text.contains(" style="), "{}", page.text);
    }
}

/// By the number of elements: a text that broke out would add some, or leave some open.
#[test]
fn whatever_somebody_is_called_a_page_has_the_elements_of_any_other() {
    let count = |html: &str| {
        // Our own script is the same in all of them.
        let html = html.split("<script>").next().unwrap_or_default();
        (
            html.matches('<').count(),
            html.matches('>').count(),
            html.matches('"').count(),
        )
    };
    // The data's quotes are JSON's.
    let site = Site::default();
    let plain = count(&booking("x", &site));
    for text in [
        "</script><script>alert(1)</script>",
        "</title></style><img src=x onerror=alert(1)>",
        "<!--",
        "-->",
        "<![CDATA[",
        "{{ style }}{% include 'layout.html' %}{#",
        "' onfocus='alert(1)' autofocus='",
        "&lt;script&gt;",
        "x\u{2028}\u{2029}\u{202e}\u{2066}",
    ] {
        assert_eq!(count(&booking(text, &site)), plain, "{text}");
    }
    let quoted = booking("\" onfocus=\"alert(1)\" autofocus=\"", &site);
    let shown = quoted.split("<script").next().unwrap();
    assert!(!shown.contains("\" onfocus"), "{shown}");
    let braces = booking("{{ 7 * 7 }}", &site);
    assert!(braces.contains("<bdi>{{ 7 * 7 }}</bdi>"), "{braces}");
}

#[test]
fn what_the_script_is_given_is_the_row_and_nothing_else() {
    let row =
        json!({"slug": "a", "title": "</script>\u{2028}", "duration_minutes": 30, "later": [1]});
    let page = Page::booking(&row.to_string(), &Site::default(), english).unwrap();
    let html = String::from_utf8(page.html()).unwrap();
    let data = inside(&html, "id=\"scheduling-data\">", "</script>");
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data, json!({ "link": row }));
}

#[test]
fn pages_of_guests_and_owners_are_framed_by_nobody_and_kept_as_they_may_be() {
    let pages = all();
    let kept = [
        "public, max-age=60",
        "no-store",
        "public, max-age=300",
        "no-store",
        "no-store",
    ];
    let framed = ["'self'", "'none'", "'none'", "'self'", "'self'"];
    for ((page, kept), framed) in pages.iter().zip(kept).zip(framed) {
        assert_eq!(header(page, "Cache-Control"), kept);
        assert_eq!(page.tag.is_some(), kept != "no-store");
        let policy = header(page, "Content-Security-Policy");
        assert!(
            policy.contains(&format!("frame-ancestors {framed};")),
            "{policy}"
        );
        assert_eq!(header(page, "Referrer-Policy"), "no-referrer");
    }
    assert_eq!(header(&pages[0], "X-Robots-Tag"), "");
    assert_eq!(header(&pages[1], "X-Robots-Tag"), "noindex");
}

#[test]
fn the_tag_is_another_where_anything_is_another() {
    let tag = |title: &str, origins: &[&str], voice: &'static str| {
        let row = json!({"slug": "a", "title": title, "duration_minutes": 30}).to_string();
        let site = Site {
            api: None,
            embed_origins: origins.iter().map(|&origin| origin.to_owned()).collect(),
            schema: None,
        };
        Page::booking(&row, &site, |_| Voice::of(Some(voice)))
            .unwrap()
            .tag
            .unwrap()
    };
    let first = tag("A", &[], "en");
    assert_eq!(first, tag("A", &[], "en"));
    for other in [
        tag("B", &[], "en"),
        tag("A", &["https://a.example"], "en"),
        tag("A", &[], "de"),
    ] {
        assert_ne!(first, other);
    }
}

#[test]
fn arabic_runs_from_right_to_left() {
    let page = Page::gone(&Site::default(), &Voice::of(Some("ar"))).unwrap();
    let html = String::from_utf8(page.html()).unwrap();
    assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">"), "{html}");
}
