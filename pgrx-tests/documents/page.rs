//! A document as the tests read it: its prose, its links, its tables, and the paths that it names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Folders whose pages are documents, besides those of the folder above them all.
const FOLDERS: &[&str] = &["docs", "pgrx-tests", "benches", "src/worker"];
/// What a path in a text begins with, where it is one of this repository.
const ROOTS: &[&str] = &["src/", "sql/", "docs/", "benches/", "pgrx-tests/"];

/// A document, by its path in the repository.
pub struct Page {
    pub name: String,
    text: String,
}

impl Page {
    pub fn read(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: read(name),
        }
    }

    /// The lines outside of fenced blocks.
    pub fn prose(&self) -> impl Iterator<Item = &str> {
        let mut fenced = false;
        self.text.lines().filter(move |line| {
            let fence = line.starts_with("```");
            fenced ^= fence;
            !fenced && !fence
        })
    }

    /// What links of this page point at, but for other sites.
    pub fn links(&self) -> Vec<String> {
        let links = self.prose().flat_map(|line| line.split("](").skip(1));
        let links = links.filter_map(|rest| rest.split_once(')').map(|(link, _)| link));
        links
            .filter(|link| !link.contains("://"))
            .map(str::to_owned)
            .collect()
    }

    pub fn leads_somewhere(&self, link: &str) -> bool {
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
    pub fn paths(&self) -> Vec<String> {
        let spans = self
            .prose()
            .flat_map(|line| line.split('`').skip(1).step_by(2));
        let paths = spans.filter(|span| ROOTS.iter().any(|root| span.starts_with(root)));
        paths
            .filter(|span| !span.contains([' ', '*', '<', '…']))
            .flat_map(alternatives)
            .collect()
    }

    pub fn section(&self, heading: &str) -> &str {
        let (_, rest) = self
            .text
            .split_once(&format!("\n{heading}\n"))
            .unwrap_or_else(|| panic!("{} has no \"{heading}\"", self.name));
        rest.split("\n## ").next().unwrap_or(rest)
    }

    /// What stands in code type in the first column of the first table of a section.
    pub fn first_column(&self, heading: &str) -> BTreeSet<String> {
        let rows = self
            .section(heading)
            .lines()
            .skip_while(|line| !line.starts_with('|'));
        let rows = rows.take_while(|line| line.starts_with('|'));
        rows.flat_map(codes_of_first_cell).collect()
    }

    /// The functions that the tables of the reference describe.
    pub fn functions(&self) -> BTreeSet<String> {
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

/// A row's first cell may name several things.
pub fn codes_of_first_cell(row: &str) -> Vec<String> {
    let cell = row.split(" | ").next().unwrap_or_default();
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

pub fn documents() -> Vec<Page> {
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

pub fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
