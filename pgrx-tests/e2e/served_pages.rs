//! The pages that PostgREST serves: what a browser is told of them, and what somebody else's texts can do in
//! them, which is nothing. What runs in them is tested in a browser.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::harness::database::{Database, Mode, Owner};
use crate::peers::postgrest::{Page, PostgRest, supabase};

/// What browsers send when they go to a page.
const BROWSER: (&str, &str) = (
    "Accept",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
);
const GERMAN: (&str, &str) = ("Accept-Language", "de-DE,de;q=0.9,en;q=0.5");
const PAGES: [&str; 3] = ["/rpc/booking_page", "/rpc/manage_page", "/rpc/owner_page"];

fn booking(slug: &str) -> String {
    let mut url = reqwest::Url::parse("http://x/rpc/booking_page").expect("a URL");
    url.query_pairs_mut().append_pair("slug", slug);
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

/// What stands between these, once.
#[track_caller]
fn inside<'a>(html: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = html
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start}: {html}"));
    rest.split_once(end).expect("it ends").0
}

fn data(page: &Page) -> Value {
    let data = inside(&page.text, "id=\"scheduling-data\">", "</script>");
    serde_json::from_str(data).expect("JSON")
}

/// A directive of the page's policy.
#[track_caller]
fn directive<'a>(page: &'a Page, name: &str) -> &'a str {
    let policy = &page.headers["content-security-policy"];
    let found = policy
        .split("; ")
        .find_map(|directive| directive.strip_prefix(&format!("{name} ")));
    found.unwrap_or_else(|| panic!("no {name}: {policy}"))
}

fn hash(source: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(source)))
}

/// A page for people, whatever became of what they asked for.
#[track_caller]
fn assert_is_page(page: &Page, status: u16) {
    assert_eq!(page.status, status, "{page:?}");
    assert_eq!(
        page.headers["content-type"], "text/html; charset=utf-8",
        "{page:?}"
    );
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert!(
        page.text.starts_with("<!doctype html>\n<html lang=\""),
        "{page:?}"
    );
    assert!(page.text.ends_with("</html>\n"), "{page:?}");
    assert_eq!(directive(page, "default-src"), "'none'");
    assert_eq!(directive(page, "require-trusted-types-for"), "'script'");
    let style = inside(&page.text, "<style>", "</style>");
    assert_eq!(directive(page, "style-src"), hash(style));
    if page.text.contains("<script>") {
        let script = inside(&page.text, "<script>", "</script>");
        assert_eq!(directive(page, "script-src"), hash(script));
    }
}

fn set(database: &mut Database<'_>, owner: &Owner, column: &str, text: &str) {
    let sql = format!("update scheduling.booking_links set {column} = $1 where slug = $2");
    database
        .sql
        .execute(&sql, &[&text, &owner.slug])
        .expect("the column takes it");
}

#[test]
fn a_booking_page_is_html_whatever_the_client_accepts_and_whoever_asks() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let path = booking(&owner.slug);
        for headers in [
            &[][..],
            &[BROWSER],
            &[("Accept", "*/*")],
            &[("Accept", "application/json")],
            &[("Accept", "image/png")],
            &[BROWSER, ("Prefer", "count=exact"), ("Range", "0-0")],
        ] {
            let page = server.fetch(&path, headers);
            assert_is_page(&page, 200);
            assert!(page.text.contains(&format!(
                "<scheduling-booking api=\"..\" slug=\"{}\">",
                owner.slug
            )));
        }
        let anonymous = server.fetch(&path, &[BROWSER]);
        for role in ["anon", "authenticated", "service_role"] {
            let bearer = format!("Bearer {}", server.token(role));
            let page = server.fetch(&path, &[BROWSER, ("Authorization", &bearer)]);
            assert_eq!(page.text, anonymous.text, "{role}");
        }
        let (status, posted) = server.request(
            "POST",
            "/rpc/booking_page",
            None,
            &[],
            Some(&json!({"slug": owner.slug})),
        );
        assert_eq!(status, 200);
        assert!(posted.ends_with(&anonymous.text), "{posted}");
        // PostgREST drops the body, and with it the call: the headers are its own. See docs/pages.md.
        let (status, head) = server.request("HEAD", &path, None, &[BROWSER], None);
        assert!(status == 200 && head.ends_with("}\n"), "{head}");
    }
    for path in &PAGES[1..] {
        assert_is_page(&server.fetch(path, &[("Accept", "application/json")]), 200);
    }
}

#[test]
fn the_page_holds_nothing_that_anon_could_not_ask_for() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let page = server.fetch(&booking(&owner.slug), &[BROWSER]);
        let path = format!("/rpc/get_booking_link?slug={}", owner.slug);
        let link = server.get(&path, None).body;
        assert_eq!(data(&page), json!({"link": link[0]}));
        // Beside texts of the link, which are in both.
        let shown = page.text.split("<script").next().expect("a text");
        for secret in [owner.id.to_string(), owner.key()] {
            assert!(!shown.contains(&secret), "{shown}");
        }
    }
}

#[test]
fn a_closed_link_is_a_readable_404() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    let owner = database.client();
    database
        .sql
        .batch_execute("update scheduling.booking_links set is_active = false")
        .expect("a superuser may");
    // The most that PostgREST reads of an address is not much more.
    let long = "a".repeat(8_000);
    for slug in [
        &owner.slug,
        "",
        "no-such-link",
        "../../etc/passwd",
        "'; drop table scheduling.meetings; --",
        "</script><script>alert(1)</script>",
        "\u{202e}\u{1f600}",
        "{{ 7 * 7 }}",
        "%2f%00x",
        long.as_str(),
    ] {
        let page = server.fetch(&booking(slug), &[BROWSER]);
        assert_is_page(&page, 404);
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(page.headers["x-robots-tag"], "noindex");
        assert!(
            page.text
                .contains("<h1>This booking page does not exist or is closed</h1>")
        );
        // Nothing of what was asked for.
        assert!(
            page.text.len() < 4_000 && !page.text.contains("<script"),
            "{page:?}"
        );
    }
    let bare = server.fetch("/rpc/booking_page", &[BROWSER, GERMAN]);
    assert_is_page(&bare, 404);
    assert!(
        bare.text.contains("<h1>Diese Buchungsseite gibt es nicht"),
        "{bare:?}"
    );
    let posted = server.request(
        "POST",
        "/rpc/booking_page",
        None,
        &[],
        Some(&json!({"slug": null})),
    );
    assert_eq!(posted.0, 404);
}

#[test]
fn hostile_texts_of_a_link_stay_texts() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let owners = owner.mode.names();
        let elements = |page: &Page| {
            page.text
                .split("<script>")
                .next()
                .expect("a text")
                .matches('<')
                .count()
        };
        let harmless = |database: &mut Database<'_>, text: &str| {
            for column in ["title", "description", "location"] {
                set(database, &owner, column, text);
            }
            // One line, as questions have them.
            let label = text.replace(
                |c: char| c.is_control() || ('\u{2028}'..='\u{2029}').contains(&c),
                "",
            );
            let question =
                json!([{"id": "q", "label": label, "type": "choice", "options": [label, "b"]}]);
            database
                .sql
                .execute(
                    "update scheduling.booking_links set questions = $1 where slug = $2",
                    &[&question, &owner.slug],
                )
                .expect("a question");
            let name = match owner.mode {
                Mode::Client => "update scheduling.clients set name = $1 where id = $2",
                Mode::User => {
                    "update scheduling.user_profiles set full_name = $1 where user_id = $2"
                }
            };
            database
                .sql
                .execute(name, &[&text, &owner.id])
                .expect("a name");
            server.fetch(&booking(&owner.slug), &[BROWSER])
        };
        let plain = harmless(&mut database, "x");
        for text in [
            "</script><script>alert(1)</script>",
            "</title></style></noscript></scheduling-booking><img src=x onerror=alert(1)>",
            "<!-- <script>",
            "x\u{2028}y\u{2029}z",
            "\u{202e}gnp.exe\u{2067}",
            "{{ 7 * 7 }}{% include 'layout.html' %}{# x",
            "\" onfocus=\"alert(1)\" autofocus=\"",
            "&lt;script&gt;&amp;",
            "x\r\nSet-Cookie: a=b",
        ] {
            let page = harmless(&mut database, text);
            assert_is_page(&page, 200);
            assert_eq!(elements(&page), elements(&plain), "{text:?}: {}", page.text);
            assert!(!page.headers.contains_key("set-cookie"));
            let link = &data(&page)["link"];
            assert_eq!(link["title"], text, "{}", owners.key);
            assert_eq!(link["description"], text);
            let shown = page.text.split("<script").next().expect("a text");
            assert!(
                !shown.contains("\" onfocus") && !shown.contains(">49"),
                "{shown}"
            );
        }
    }
}

#[test]
fn a_browser_that_has_the_page_is_told_so_and_hears_of_each_change() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    let owner = database.client();
    let path = booking(&owner.slug);
    let page = server.fetch(&path, &[BROWSER]);
    assert_eq!(page.headers["cache-control"], "public, max-age=60");
    assert!(page.headers["vary"].contains("Accept-Language"), "{page:?}");
    let tag = page.headers["etag"].clone();
    let weak = format!("\"other\", W/{tag}");
    for known in [&tag, &weak] {
        let again = server.fetch(&path, &[BROWSER, ("If-None-Match", known)]);
        assert_eq!((again.status, &*again.text), (304, ""), "{again:?}");
        assert_eq!(again.headers["etag"], tag);
    }
    let german = server.fetch(&path, &[BROWSER, GERMAN, ("If-None-Match", &tag)]);
    assert_eq!(german.status, 200);
    let frames = "select scheduling.configure_site('https://app.example.com', '/book/', '/manage/',
                     embed_origins => '{https://www.example.com}')";
    for change in [
        "update scheduling.booking_links set title = 'Other'",
        frames,
    ] {
        let before = server.fetch(&path, &[BROWSER]).headers["etag"].clone();
        database.sql.batch_execute(change).expect("a superuser may");
        let changed = server.fetch(&path, &[BROWSER, ("If-None-Match", &before)]);
        assert_is_page(&changed, 200);
        assert_ne!(changed.headers["etag"], before);
    }
    database
        .sql
        .batch_execute("update scheduling.booking_links set is_active = false")
        .expect("a superuser may");
    assert_eq!(server.fetch(&path, &[("If-None-Match", &tag)]).status, 404);
    let owners = server.fetch(PAGES[2], &[BROWSER]);
    let again = server.fetch(PAGES[2], &[("If-None-Match", &owners.headers["etag"])]);
    assert_eq!(again.status, 304);
    let manage = server.fetch(PAGES[1], &[BROWSER, ("If-None-Match", "*")]);
    assert_is_page(&manage, 200);
    assert_eq!(manage.headers["cache-control"], "no-store");
    assert!(!manage.headers.contains_key("etag"));
}

#[test]
fn manage_and_owner_pages_refuse_frames_and_the_booking_page_is_framed_by_whom_the_site_names() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    let owner = database.client();
    let path = booking(&owner.slug);
    assert_eq!(
        directive(&server.fetch(&path, &[]), "frame-ancestors"),
        "'self'"
    );
    database
        .sql
        .batch_execute(
            "select scheduling.configure_site('https://app.example.com', '/book/', '/manage/',
                 api_url => 'https://api.example.com/rest/v1/',
                 embed_origins => '{https://www.example.com,http://localhost:8080}')",
        )
        .expect("a superuser may");
    let page = server.fetch(&path, &[]);
    let named = "'self' https://www.example.com http://localhost:8080";
    assert_eq!(directive(&page, "frame-ancestors"), named);
    for path in [&path, PAGES[1], PAGES[2]] {
        let page = server.fetch(path, &[]);
        assert_eq!(
            directive(&page, "connect-src"),
            "'self' https://api.example.com"
        );
        assert!(
            page.text
                .replace("&#x2f;", "/")
                .contains(" api=\"https://api.example.com/rest/v1\""),
            "{path}"
        );
        if path != path.trim_start_matches("/rpc/booking") {
            continue;
        }
        assert_eq!(directive(&page, "frame-ancestors"), "'none'");
        assert_eq!(page.headers["x-robots-tag"], "noindex");
    }
}

/// As PostgREST is asked by a proxy where the schema is not its first: the script has to ask so as well.
#[test]
fn a_page_from_a_schema_that_is_named_asks_there() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "public,scheduling");
    let owner = database.client();
    let path = booking(&owner.slug);
    assert_eq!(
        server.fetch(&path, &[BROWSER]).status,
        404,
        "it is not in public"
    );
    for path in [&path, PAGES[1], PAGES[2]] {
        let page = server.fetch(path, &[BROWSER, ("Accept-Profile", "scheduling")]);
        assert_is_page(&page, 200);
        assert!(
            page.text.contains(" api=\"..\" schema=\"scheduling\""),
            "{path}"
        );
    }
}

#[test]
fn a_manage_page_is_the_same_whatever_token_it_is_asked_with() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    let owner = database.client();
    let token: String = database.one(&format!(
        "select manage_token from scheduling.book('{}', date_trunc('day', now(), 'UTC') + interval '2 days',
             'ada@guest.example', 'Ada')",
        owner.slug
    ));
    let bare = server.fetch(PAGES[1], &[BROWSER]);
    assert_is_page(&bare, 200);
    for token in [
        &*token,
        "",
        "nonsense",
        "%00%ff",
        "</script><script>",
        "' or true --",
    ] {
        let mut url = reqwest::Url::parse("http://x/rpc/manage_page").expect("a URL");
        url.query_pairs_mut().append_pair("manage_token", token);
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        let page = server.fetch(&path, &[BROWSER]);
        assert_eq!((page.status, &page.text), (200, &bare.text), "{token}");
        let (_, text) = server.request("GET", &path, None, &[], None);
        assert!(token.len() < 12 || !text.contains(token), "{token}");
    }
}

/// PostgREST finds a function by the names of its arguments.
#[test]
fn what_a_script_reads_from_the_address_and_what_others_add_to_it_are_in_nobodys_way() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    let slug = database.client().slug;
    for path in [
        format!(
            "/rpc/booking_page?slug={slug}&name=Ada%20Guest&email=ada%40guest.example&phone=%2B1&notes=x&guest=a%40b.example\
             &guest=c%40d.example&duration=30&date=2027-01-05&month=2027-01&timezone=Europe%2FParis&locale=de&theme=dark\
             &embed=https%3A%2F%2Fwww.example.com&ref=x"
        ),
        format!(
            "/rpc/booking_page?slug={slug}&utm_source=a&utm_medium=b&utm_campaign=c&utm_term=d&utm_content=e\
             &fbclid=f&gclid=g&msclkid=h"
        ),
        "/rpc/manage_page?timezone=Europe%2FParis&locale=de&theme=dark".to_owned(),
        "/rpc/owner_page?calendar=connected&theme=dark".to_owned(),
        "/rpc/owner_page?calendar_error=access_denied&owner=user%3Ax&locale=de&timezone=UTC"
            .to_owned(),
    ] {
        let page = server.fetch(&path, &[BROWSER]);
        assert_is_page(&page, 200);
        assert!(
            !page
                .text
                .split("<script>")
                .next()
                .expect("a text")
                .contains("Ada"),
            "{path}"
        );
    }
}

#[test]
fn a_page_speaks_the_visitors_language_else_the_links() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    let owner = database.client();
    let path = booking(&owner.slug);
    set(&mut database, &owner, "locale", "ar");
    for (headers, root) in [
        (&[][..], "<html lang=\"ar\" dir=\"rtl\">"),
        (&[GERMAN], "<html lang=\"de-DE\" dir=\"ltr\">"),
        (
            &[("Accept-Language", "sv")],
            "<html lang=\"ar\" dir=\"rtl\">",
        ),
        (
            &[("Accept-Language", "\"><script>")],
            "<html lang=\"ar\" dir=\"rtl\">",
        ),
    ] {
        let page = server.fetch(&path, headers);
        assert_is_page(&page, 200);
        assert!(
            page.text.contains(root),
            "{headers:?}: {}",
            &page.text[..200]
        );
    }
    let manage = server.fetch(PAGES[1], &[GERMAN]);
    assert_eq!(manage.headers["content-language"], "de-DE");
    assert!(manage.text.contains("<h1>Ihre Buchung</h1>"));
}

/// Such as a zone that this server's tables lack.
#[test]
fn what_goes_wrong_is_said_by_a_page() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    let owner = database.client();
    database
        .sql
        .batch_execute("alter function scheduling.get_booking_link(text) rename to moved")
        .expect("a superuser may");
    let page = server.fetch(&booking(&owner.slug), &[BROWSER, GERMAN]);
    assert_is_page(&page, 500);
    assert!(
        page.text
            .contains("<h1>Diese Seite kann gerade nicht angezeigt werden</h1>")
    );
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(!page.text.contains("get_booking_link"), "{page:?}");
}

/// The extension's own share, in a session that has served one before; the script of a page is the most of it.
#[test]
fn a_page_is_put_together_in_milliseconds() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let owner = database.client();
    let page = format!(
        "select length(scheduling.booking_page('{}')::bytea)",
        owner.slug
    );
    let first = std::time::Instant::now();
    let length: i32 = database.one(&page);
    let first = first.elapsed();
    let asked = std::time::Instant::now();
    for _ in 0..100 {
        let _: i32 = database.one(&page);
    }
    let each = asked.elapsed() / 100;
    eprintln!("{length} bytes: first {first:?}, then {each:?}");
    assert!(each.as_millis() < 50, "{each:?}");
}
