//! The documents held against the repository: where links lead, and which files they name. `reference`
//! holds them against the code, `page` reads them. What their tours show is `e2e/tour.rs`'s to check.

mod page;
mod reference;

use self::page::{documents, root};

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
