//! The rule of the house, checked: dependencies point one way, pure files stay pure, and sockets and
//! PostgreSQL stay on the threads that are theirs. What is imported is read from the sources, tests
//! left out, and counts by whatever way it comes in; the map with the reasons is docs/architecture.md.

mod sources;

use std::collections::{BTreeMap, BTreeSet};

use self::sources::{File, read_house};

/// What every room may know, and what knows no room.
const GROUND: &[&str] = &[
    "access",
    "audit",
    "error",
    "http",
    "instant",
    "ipc",
    "json",
    "length",
    "locale",
    "owner",
    "plan",
    "postgrest",
    "provider",
    "rows",
    "settings",
    "shorten",
    "subtransaction",
    "timestamptz",
    "vault",
];
/// Each room may know the ones before it.
const ROOMS: &[&str] = &[
    "mail",
    "calendar",
    "crm",
    "availability",
    "oauth",
    "booking",
    "feed",
    "pages",
    "webhook",
    "worker",
];

/// These know neither PostgreSQL nor the network.
const PURE: &[&str] = &[
    "instant",
    "locale",
    "owner",
    "provider",
    "shorten",
    "availability::engine",
    "booking::attempts::table",
    "booking::attribution",
    "booking::questions",
    "booking::status",
    "crm::facts",
    "crm::limits",
    "crm::note",
    "crm::requests",
    "feed::calendar",
    "mail",
    "oauth::flow::consent",
    "oauth::landing",
    "oauth::state",
    "pages::language",
    "pages::page",
    "pages::policy",
    "pages::script",
    "pages::shown",
    "pages::templates",
    "pages::texts",
    "webhook::address",
    "webhook::endpoint",
    "webhook::order",
    "webhook::secret",
    "worker::jobs::backlog",
];
/// These own sockets, or speak to somebody through one.
const OUTSIDE: &[&str] = &[
    "calendar",
    "crm::close",
    "crm::gate",
    "http",
    "mail::resend",
    "mail::smtp",
    "mail::transport",
    "oauth::endpoint",
    "oauth::flow",
    "oauth::refresh",
    "webhook::delivery",
    "webhook::resolver",
    "worker::network",
];
/// Of those, the ones that run on the network thread as a whole: they ask PostgreSQL nothing.
const NETWORK_THREAD: &[&str] = &["calendar", "crm::close", "crm::gate", "worker::network"];
/// What stands for a socket; those of the machine itself, in `ipc`, do not count.
const SOCKETS: &[&str] = &[
    "lettre::transport",
    "reqwest",
    "scheduling::http::HttpClient",
    "std::net",
    "tokio",
];
/// What only the main thread of a process may ask.
const POSTGRESQL: &[&str] = &[
    "scheduling::plan",
    "scheduling::settings",
    "pgrx::spi",
    "pgrx::Spi",
    "pgrx::prelude::Spi",
];

#[test]
fn the_house_has_no_import_in_a_circle_or_up() {
    let house = read_house();
    let imports: BTreeMap<&str, BTreeSet<&str>> = house
        .iter()
        .map(|(module, file)| (module.as_str(), imports(&house, module, file)))
        .collect();
    for (module, imported) in &imports {
        for other in imported {
            let (from, to) = (floor(module), floor(other));
            assert!(from >= to, "{module} imports {other}, which is above it");
        }
    }
    let mut done = BTreeSet::new();
    for module in imports.keys() {
        let circle = circle(module, &imports, &mut Vec::new(), &mut done);
        assert!(circle.is_empty(), "a circle: {}", circle.join(" -> "));
    }
}

#[test]
fn pure_files_know_neither_postgresql_nor_the_network_nor_anybody_who_does() {
    let house = read_house();
    let is_pure = |module: &str| within(PURE, module) && !within(OUTSIDE, module);
    for (module, file) in house.iter().filter(|(module, _)| is_pure(module)) {
        let found = file.name_of(&[&["pgrx"], SOCKETS].concat());
        assert_eq!(found, None, "{module} is to be pure");
        for other in imports(&house, module, file) {
            assert!(
                within(PURE, other),
                "{module} is to be pure, and imports {other}"
            );
        }
    }
}

/// A backslash in a string means one thing or another by a setting of the session, in which the script is read
/// and a function's text when it is first called; other letters than ASCII, by the encoding of the database.
#[test]
fn the_install_script_reads_the_same_everywhere() {
    let mut files = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/sql")).unwrap() {
        let path = entry.unwrap().path();
        for (n, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let place = format!("{}:{}: {line}", path.display(), n + 1);
            assert!(line.is_ascii() && !line.contains('\\'), "{place}");
        }
        files += 1;
    }
    assert!(files > 10, "{files}");
}

#[test]
fn each_thread_keeps_to_its_own() {
    let house = read_house();
    for (module, file) in &house {
        if !within(OUTSIDE, module) {
            let found = file.name_of(SOCKETS);
            assert_eq!(found, None, "{module} is not to touch the network");
        }
    }
    // What the network thread calls runs there as well.
    let mut there: Vec<_> = house.keys().map(String::as_str).collect();
    there.retain(|module| within(NETWORK_THREAD, module));
    let mut called_by: BTreeMap<_, _> = there
        .iter()
        .map(|module| (*module, "its own work"))
        .collect();
    while let Some(module) = there.pop() {
        let file = &house[module];
        let by = called_by[module];
        let found = file.name_of(POSTGRESQL);
        assert_eq!(found, None, "{module} runs on the network thread, for {by}");
        assert!(
            !file.source.contains("Spi::"),
            "{module} runs on the network thread, for {by}"
        );
        for other in imports(&house, module, file) {
            called_by.entry(other).or_insert_with(|| {
                there.push(other);
                module
            });
        }
    }
}

#[test]
fn every_file_of_the_house_opens_with_what_it_is() {
    for (module, file) in read_house() {
        assert!(
            file.source.starts_with("//! "),
            "{module} does not say what it is"
        );
    }
}

/// Whether a module is one of these, or in one.
fn within(rooms: &[&str], module: &str) -> bool {
    rooms.iter().any(|room| is_in(module, room))
}

impl File {
    /// The first path it names that is one of these, or in one.
    fn name_of(&self, paths: &[&str]) -> Option<&str> {
        let mut names = self.names.iter().map(String::as_str);
        names.find(|name| within(paths, name))
    }
}

/// Whether a path is the module, or in it.
fn is_in(path: &str, module: &str) -> bool {
    path.strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn floor(module: &str) -> usize {
    let room = module.split("::").next().unwrap_or_default();
    if GROUND.contains(&room) {
        return 0;
    }
    let place = ROOMS.iter().position(|name| *name == room);
    1 + place.unwrap_or_else(|| panic!("{room} has no floor yet: say in src/house.rs where it is"))
}

/// The modules that a file names something of, but for itself and those that it is the door of.
fn imports<'a>(house: &'a BTreeMap<String, File>, module: &str, file: &File) -> BTreeSet<&'a str> {
    let mut imports = BTreeSet::new();
    for name in file
        .names
        .iter()
        .filter_map(|name| name.strip_prefix("scheduling::"))
    {
        let named = house
            .keys()
            .filter(|other| is_in(name, other))
            .max_by_key(|other| other.len());
        imports.extend(named.filter(|named| *named != module).map(String::as_str));
    }
    imports
}

/// The modules of a circle that this one is in, if there is one.
fn circle<'a>(
    module: &'a str,
    imports: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    way: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
) -> Vec<&'a str> {
    if let Some(start) = way.iter().position(|passed| *passed == module) {
        return [&way[start..], &[module]].concat();
    }
    if done.insert(module) {
        way.push(module);
        for next in &imports[module] {
            let found = circle(next, imports, way, done);
            if !found.is_empty() {
                return found;
            }
        }
        way.pop();
    }
    Vec::new()
}
