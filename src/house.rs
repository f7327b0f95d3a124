//! The rule of the house, checked: dependencies point one way, pure files stay pure, and sockets and
//! PostgreSQL stay on the threads that are theirs. What is imported is read from the sources, tests
//! left out; the map with the reasons is docs/architecture.md.

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
    "owner",
    "plan",
    "provider",
    "rows",
    "settings",
    "timestamptz",
    "vault",
];
/// Each room may know the ones before it.
const ROOMS: &[&str] = &[
    "mail",
    "calendar",
    "availability",
    "oauth",
    "booking",
    "worker",
];

/// These know neither PostgreSQL nor the network.
const PURE: &[&str] = &[
    "instant",
    "owner",
    "provider",
    "availability::engine",
    "booking::attempts::table",
    "booking::questions",
    "booking::status",
    "mail",
    "oauth::flow::consent",
    "oauth::state",
];
/// These own sockets, or speak to somebody through one.
const OUTSIDE: &[&str] = &[
    "calendar",
    "http",
    "mail::smtp",
    "mail::smtp_url",
    "mail::transport",
    "oauth::endpoint",
    "oauth::flow",
    "oauth::refresh",
    "worker::network",
];
/// Of those, the ones that run on the network thread as a whole: they ask PostgreSQL nothing.
const NETWORK_THREAD: &[&str] = &["calendar", "worker::network"];

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
fn the_house_keeps_pure_files_pure_and_each_thread_to_its_own() {
    let within = |rooms: &[&str], module: &str| rooms.iter().any(|room| is_in(module, room));
    for (module, file) in read_house() {
        let name = |crates: &[&str]| {
            let named = file.names.iter();
            named
                .clone()
                .find(|name| crates.iter().any(|of| is_in(name, of)))
                .cloned()
        };
        let outside = within(OUTSIDE, &module);
        if within(PURE, &module) && !outside {
            let found = name(&["pgrx", "tokio", "reqwest"]);
            assert_eq!(found, None, "{module} is to be pure");
        }
        if within(NETWORK_THREAD, &module) {
            let found = name(&[
                "scheduling::plan",
                "scheduling::settings",
                "pgrx::spi",
                "pgrx::Spi",
            ]);
            assert_eq!(found, None, "{module} runs on the network thread");
            assert!(
                !file.source.contains("Spi::"),
                "{module} runs on the network thread"
            );
        }
        if !outside {
            let found = name(&["reqwest", "tokio", "scheduling::http::HttpClient"]);
            assert_eq!(found, None, "{module} is not to touch the network");
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
