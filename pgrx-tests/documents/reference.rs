//! What the documents say of the code: every function, table, column, setting and name that people choose
//! from is described, and nothing else is.

use std::collections::BTreeSet;

use strum::VariantArray;

use super::page::{Page, codes_of_first_cell, read, root};
use crate::calendar::conferencing::Conferencing;
use crate::mail::{CALENDAR_DISCONNECTED, MailKind};
use crate::provider::Provider;
use crate::worker::jobs::mail_settings::Transport;

#[test]
fn the_reference_has_every_public_function_and_table_and_no_others() {
    let reference = Page::read("docs/reference.md");
    assert_eq!(
        differences(&reference.functions(), &public("function")),
        [""; 0]
    );
    assert_eq!(
        differences(&reference.first_column("## Tables"), &public("table")),
        [""; 0]
    );
}

#[test]
fn the_reference_has_every_setting_and_no_others() {
    let source = read("src/settings.rs");
    // The name follows the call that defines it.
    let defined = source.split("_guc(").skip(1).filter_map(|call| {
        let name = call.trim_start().strip_prefix("c\"")?;
        Some(name[..name.find('"')?].to_owned())
    });
    let defined: BTreeSet<_> = defined.collect();
    assert!(defined.len() > 5, "{defined:?}");
    // One that is read and not defined would keep its default whatever is set.
    let declared = source.matches(": GucSetting<").count();
    assert_eq!(defined.len(), declared, "a setting is not defined");
    let reference = Page::read("docs/reference.md");
    assert_eq!(
        differences(&reference.first_column("## Settings"), &defined),
        [""; 0]
    );
}

#[test]
fn the_reference_says_what_every_column_of_a_link_means() {
    let told = read("sql/booking_links.sql");
    let (_, table) = told
        .split_once("create table scheduling.booking_links (")
        .expect("the table is made there");
    let (table, _) = table.split_once("\n);").expect("and ends");
    let columns = table.lines().filter_map(|line| {
        let name = line.strip_prefix("    ")?.split(' ').next()?;
        let plain = name.starts_with(|c: char| c.is_ascii_lowercase()) && name != "constraint";
        plain.then(|| name.to_owned())
    });
    let columns: BTreeSet<_> = columns.collect();
    assert!(columns.len() > 20, "{columns:?}");
    // These mean in every table what they say.
    let known = ["id", "created_at", "updated_at"].map(str::to_owned);
    let reference = Page::read("docs/reference.md");
    let described: BTreeSet<_> = reference
        .section("## Tables")
        .lines()
        .chain(reference.section("## Limits against floods").lines())
        .filter(|line| line.starts_with('|'))
        .flat_map(codes_of_first_cell)
        .chain(known)
        .collect();
    let missing: Vec<_> = columns.difference(&described).collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn the_page_on_mail_has_every_kind_and_no_others() {
    let kinds = MailKind::VARIANTS.iter().map(|kind| kind.as_str());
    let kinds = kinds.chain([CALENDAR_DISCONNECTED]).map(str::to_owned);
    let described = Page::read("docs/mail.md").first_column("## Kinds of mail");
    assert_eq!(differences(&described, &kinds.collect()), [""; 0]);
}

#[test]
fn pages_have_every_name_that_people_choose_from() {
    let conferences = Conferencing::VARIANTS
        .iter()
        .filter(|&&conference| conference != Conferencing::None)
        .map(|&conference| conference.into());
    let conferences: Vec<&str> = conferences.collect();
    let transports = Transport::VARIANTS
        .iter()
        .map(|transport| transport.as_str());
    let transports: Vec<&str> = transports.collect();
    let mut missing = Vec::new();
    for (page, names) in [
        ("docs/calendars.md", Provider::names()),
        ("docs/calendars.md", conferences.clone()),
        ("docs/reference.md", conferences),
        ("docs/mail.md", transports.clone()),
        ("docs/reference.md", transports),
    ] {
        let text = read(page);
        let named =
            |name: &str| text.contains(&format!("`{name}`")) || text.contains(&format!("'{name}'"));
        let names = names.into_iter().filter(|&name| !named(name));
        missing.extend(names.map(|name| format!("{page}: {name}")));
    }
    assert_eq!(missing, [""; 0]);
}

#[test]
fn everything_in_the_public_schema_says_for_whom_it_is() {
    let is_public = |line: &&str| {
        let kinds = ["function", "table", "view", "domain"];
        kinds
            .iter()
            .any(|kind| line.starts_with(&format!("create {kind} scheduling.")))
    };
    let mut unmarked = Vec::new();
    for text in install_script() {
        for paragraph in text.split("\n\n") {
            let made = paragraph.lines().find(is_public);
            unmarked.extend(
                made.filter(|_| !paragraph.starts_with("-- API: "))
                    .map(str::to_owned),
            );
        }
    }
    assert_eq!(unmarked, [""; 0]);
}

/// What only one of the two has.
fn differences(described: &BTreeSet<String>, existing: &BTreeSet<String>) -> Vec<String> {
    let stale = described
        .difference(existing)
        .map(|name| format!("no such thing: {name}"));
    let missing = existing
        .difference(described)
        .map(|name| format!("not described: {name}"));
    stale.chain(missing).collect()
}

/// All objects of a kind that are marked public in `sql/`.
fn public(kind: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in install_script() {
        for marked in text.split("-- API: Public").skip(1) {
            let (_, object) = marked
                .split_once("\ncreate ")
                .expect("a mark stands above an object");
            let Some(name) = object.strip_prefix(&format!("{kind} scheduling.")) else {
                continue;
            };
            let end = name.find(|c: char| !c.is_ascii_lowercase() && c != '_');
            found.insert(name[..end.unwrap_or(name.len())].to_owned());
        }
    }
    assert!(found.len() > 5, "{found:?}");
    found
}

/// The files of `sql/`.
fn install_script() -> Vec<String> {
    let files = std::fs::read_dir(root().join("sql")).expect("the checkout is whole");
    files
        .map(|file| {
            let path = file.expect("a directory entry").path();
            std::fs::read_to_string(path).expect("SQL is text")
        })
        .collect()
}
