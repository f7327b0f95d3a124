//! The documents held against the repository: where links lead, which files they name, and whether the
//! reference has all that is public and nothing else. What their tours show is `e2e/tour.rs`'s to check.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use strum::VariantArray;

use crate::calendar::conferencing::Conferencing;
use crate::mail::{CALENDAR_DISCONNECTED, MailKind};
use crate::provider::Provider;
use crate::worker::jobs::mail_settings::Transport;

/// Folders whose pages are documents, besides those of the folder above them all.
const FOLDERS: &[&str] = &["docs", "pgrx-tests", "benches", "src/worker"];
/// What a path in a text begins with, where it is one of this repository.
const ROOTS: &[&str] = &["src/", "sql/", "docs/", "benches/", "pgrx-tests/"];

#[test]
fn links_lead_to_files_and_headings_that_exist() {
    let dead = documents().into_iter().flat_map(|page| {
        let dead = page
            .links()
            .into_iter()
            .filter(|link| !page.leads_somewhere(link));
        dead.map(|link| format!("{}: {link}", page.name))
            .collect::<Vec<_>>()
    });
    assert_eq!(dead.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn paths_that_are_named_exist() {
    let missing = documents().into_iter().flat_map(|page| {
        let missing = page
            .paths()
            .into_iter()
            .filter(|path| !root().join(path).exists());
        missing
            .map(|path| format!("{}: {path}", page.name))
            .collect::<Vec<_>>()
    });
    assert_eq!(missing.collect::<Vec<_>>(), [""; 0]);
}

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
    let described = Page::read("docs/mail.md").first_column("## Which mails, and when");
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

/// A document, by its path in the repository.
struct Page {
    name: String,
    text: String,
}

impl Page {
    fn read(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: read(name),
        }
    }

    /// The lines outside of fenced blocks.
    fn prose(&self) -> impl Iterator<Item = &str> {
        let mut fenced = false;
        self.text.lines().filter(move |line| {
            let fence = line.starts_with("```");
            fenced ^= fence;
            !fenced && !fence
        })
    }

    /// What links of this page point at, but for other sites.
    fn links(&self) -> Vec<String> {
        let links = self.prose().flat_map(|line| line.split("](").skip(1));
        let links = links.filter_map(|rest| rest.split_once(')').map(|(link, _)| link));
        links
            .filter(|link| !link.contains("://"))
            .map(str::to_owned)
            .collect()
    }

    fn leads_somewhere(&self, link: &str) -> bool {
        let (file, heading) = link.split_once('#').unwrap_or((link, ""));
        let path = match file {
            "" => PathBuf::from(&self.name),
            _ => Path::new(&self.name)
                .parent()
                .unwrap_or(Path::new(""))
                .join(file),
        };
        let path = root().join(path);
        if heading.is_empty() {
            return path.exists();
        }
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let page = Self {
            name: String::new(),
            text,
        };
        page.prose()
            .any(|line| line.starts_with('#') && anchor(line) == heading)
    }

    /// Files and folders of this repository that the page names in code type, `{a,b}` spelled out.
    fn paths(&self) -> Vec<String> {
        let spans = self
            .prose()
            .flat_map(|line| line.split('`').skip(1).step_by(2));
        let paths = spans.filter(|span| ROOTS.iter().any(|root| span.starts_with(root)));
        paths
            .filter(|span| !span.contains([' ', '*', '<', '…']))
            .flat_map(alternatives)
            .collect()
    }

    fn section(&self, heading: &str) -> &str {
        let (_, rest) = self
            .text
            .split_once(&format!("\n{heading}\n"))
            .unwrap_or_else(|| panic!("{} has no \"{heading}\"", self.name));
        rest.split("\n## ").next().unwrap_or(rest)
    }

    /// What stands in code type in the first column of the first table of a section.
    fn first_column(&self, heading: &str) -> BTreeSet<String> {
        let rows = self
            .section(heading)
            .lines()
            .skip_while(|line| !line.starts_with('|'));
        let rows = rows.take_while(|line| line.starts_with('|'));
        rows.flat_map(codes_of_first_cell).collect()
    }

    /// The functions that the tables of the reference describe.
    fn functions(&self) -> BTreeSet<String> {
        let rows = self
            .section("## Functions")
            .lines()
            .filter(|line| line.starts_with('|'));
        let calls = rows.flat_map(codes_of_first_cell);
        calls
            .map(|call| call.split('(').next().unwrap_or_default().to_owned())
            .collect()
    }
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

/// A row's first cell may name several things.
fn codes_of_first_cell(row: &str) -> Vec<String> {
    let cell = row.split(" | ").next().unwrap_or_default();
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
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

fn documents() -> Vec<Page> {
    let folders = [""].iter().chain(FOLDERS);
    let mut pages = Vec::new();
    for folder in folders {
        for file in std::fs::read_dir(root().join(folder)).expect("the checkout is whole") {
            let name = file.expect("a directory entry").file_name();
            let name = name.to_str().expect("file names are plain");
            if name.ends_with(".md") {
                let path = Path::new(folder).join(name);
                pages.push(Page::read(path.to_str().expect("file names are plain")));
            }
        }
    }
    assert!(pages.len() > 10, "too few documents");
    pages
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = words
        .chars()
        .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// `a/{b,c}` names two.
fn alternatives(path: &str) -> Vec<String> {
    let braces = path.split_once('{').and_then(|(before, rest)| {
        let (inside, after) = rest.split_once('}')?;
        Some((before, inside, after))
    });
    match braces {
        Some((before, inside, after)) => inside
            .split(',')
            .flat_map(|one| alternatives(&format!("{before}{one}{after}")))
            .collect(),
        None => vec![path.to_owned()],
    }
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
