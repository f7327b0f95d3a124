//! The pages and the elements in a real browser, as their tests in `web/test/` have it: this starts what they
//! speak to (a server, PostgREST, the emulator of Google and Microsoft), and runs each file by Node. What is
//! promised, and how it is tried, stands in those files.

mod stage;

use std::collections::BTreeSet;
use std::path::Path;

/// A test for each of these files, by its name.
macro_rules! files {
    ($($name:ident)*) => {
        const FILES: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                stage::run(concat!(stringify!($name), ".test"));
            }
        )*
    };
}

files! {
    availability
    booking
    booking_access
    booking_embed
    booking_form
    booking_hostile
    booking_time
    booking_trouble
    calendars
    journey
    latency
    links
    manage
    manage_access
    manage_time
    manage_trouble
    meetings
    owner
    served
    stage
}

#[test]
fn every_file_of_tests_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/test");
    let files = std::fs::read_dir(folder).expect("web/test is there");
    let names = files.map(|file| file.expect("it is listed").file_name());
    let found: BTreeSet<_> = names
        .filter_map(|name| name.into_string().ok())
        .filter_map(|name| name.strip_suffix(".test.mjs").map(str::to_owned))
        .collect();
    let named: BTreeSet<_> = FILES.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(named, found, "pgrx-tests/e2e/browser/mod.rs lists them");
}

#[test]
#[ignore = "writes files, for make pictures"]
fn pictures() {
    stage::run("pictures");
}
