//! Names of time zones: how a name is spelled, by what other names the zone is known, and which names
//! look like what somebody meant. Which of them there are on this server, `server_zone` knows.

use chrono_tz::{TZ_VARIANTS, Tz};
use icu_time::TimeZone;
use icu_time::zone::iana::{IanaParserExtended, IanaParserExtendedBorrowed};

/// PostgreSQL's own limit (`TZ_STRLEN_MAX`).
pub const LONGEST: usize = 255;
/// No zone has so long a name, and likeness is not looked for in longer ones.
const LONGEST_LIKE_A_NAME: usize = 64;

/// The name as IANA spells it, letter case forgiven; `None` for what was no zone's name when this was
/// built.
pub fn spelled(name: &str) -> Option<&'static str> {
    if let Ok(zone) = Tz::from_str_insensitive(name) {
        return Some(zone.name());
    }
    let zone = cldr().parse(name);
    (zone.time_zone != TimeZone::UNKNOWN).then_some(zone.normalized)
}

/// Other names of a zone, the one it has today first.
pub fn others(name: &str) -> impl Iterator<Item = &'static str> {
    let zone = cldr().parse(name);
    let same = move |other: &str| other != zone.normalized && other != zone.canonical;
    let others = cldr().iter_all().filter(move |other| {
        zone.time_zone != TimeZone::UNKNOWN
            && other.time_zone == zone.time_zone
            && same(other.normalized)
    });
    let today = (zone.time_zone != TimeZone::UNKNOWN && zone.canonical != zone.normalized)
        .then_some(zone.canonical);
    today
        .into_iter()
        .chain(others.map(|other| other.normalized))
}

fn cldr() -> IanaParserExtendedBorrowed<'static> {
    IanaParserExtended::new()
}

/// What the server finds under a name but is no zone of a place.
pub fn is_of_no_place(name: &str) -> bool {
    ["Factory", "localtime", "posixrules"].contains(&name)
        || name.starts_with("posix/")
        || name.starts_with("right/")
}

/// Names that look like what was meant, the likest first: the last part counts most (`berlin`).
pub fn like(name: &str) -> impl Iterator<Item = &'static str> {
    const LIKE_ENOUGH: f64 = 0.85;
    let mut near: Vec<(f64, &'static str)> = Vec::new();
    if name.len() <= LONGEST_LIKE_A_NAME {
        let wanted = name.to_lowercase().replace(' ', "_");
        // Another folder of the same zones.
        let wanted = wanted.strip_prefix("posix/").unwrap_or(&wanted);
        near.extend(TZ_VARIANTS.iter().map(|zone| {
            let candidate = zone.name().to_lowercase();
            let place = candidate.rsplit('/').next().unwrap_or(&candidate);
            let likeness =
                strsim::jaro_winkler(wanted, &candidate).max(strsim::jaro_winkler(wanted, place));
            (likeness, zone.name())
        }));
        near.retain(|(likeness, _)| *likeness >= LIKE_ENOUGH);
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
    }
    near.into_iter().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Offset as _, TimeZone as _};

    use super::*;

    /// The first of the zone's names that this server has.
    fn taken_as<'a>(name: &'a str, server: &[&str]) -> Option<&'a str> {
        let names = spelled(name).into_iter().chain(others(name));
        names.into_iter().find(|name| server.contains(name))
    }

    #[test]
    fn an_old_name_is_taken_as_its_successor_where_the_server_lacks_it() {
        for (old, successor) in [
            ("Asia/Calcutta", "Asia/Kolkata"),
            ("asia/calcutta", "Asia/Kolkata"),
            ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
            ("Asia/Katmandu", "Asia/Kathmandu"),
            ("Asia/Rangoon", "Asia/Yangon"),
            ("Europe/Kiev", "Europe/Kyiv"),
            ("Pacific/Enderbury", "Pacific/Kanton"),
            ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
            ("America/Godthab", "America/Nuuk"),
            ("Atlantic/Faeroe", "Atlantic/Faroe"),
            ("US/Pacific", "America/Los_Angeles"),
            ("US/East-Indiana", "America/Indiana/Indianapolis"),
            ("GB", "Europe/London"),
            ("PRC", "Asia/Shanghai"),
            ("Brazil/East", "America/Sao_Paulo"),
        ] {
            assert_eq!(taken_as(old, &[successor]), Some(successor), "{old}");
            // And the other way round, where the server is older than the new name.
            assert_eq!(
                taken_as(successor, &[spelled(old).expect("known")]),
                spelled(old)
            );
        }
    }

    #[test]
    fn a_name_that_the_server_has_stays_what_it_is() {
        let server = ["Asia/Kolkata", "Asia/Calcutta"];
        for name in server {
            assert_eq!(taken_as(name, &server), Some(name));
        }
        assert_eq!(taken_as("CET", &["CET", "Europe/Brussels"]), Some("CET"));
    }

    #[test]
    fn what_is_no_name_has_no_other_names() {
        for name in [
            "",
            "unknown",
            "Etc/Unknown",
            "Mars/Base",
            "UTC+3",
            "<+03>-3",
            "EST5EDT4",
        ] {
            assert_eq!(spelled(name), None, "{name}");
            assert_eq!(others(name).next(), None, "{name}");
        }
    }

    #[test]
    fn a_zone_and_its_successor_show_the_same_time() {
        let mut successors = 0;
        for &zone in &TZ_VARIANTS {
            let Some(successor) = others(zone.name()).next() else {
                continue;
            };
            let Ok(successor) = successor.parse::<Tz>() else {
                continue;
            };
            successors += 1;
            for day in 0..800 {
                // From 2024 on, day by day.
                let at = DateTime::from_timestamp(1_704_110_400 + day * 86_400, 0).expect("valid");
                let offset = |zone: Tz| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
                assert_eq!(
                    offset(zone),
                    offset(successor),
                    "{zone} is not {successor} at {at}"
                );
            }
        }
        assert!(successors > 100, "{successors}");
    }

    #[test]
    fn every_zone_of_cldr_can_be_found_by_each_of_its_names() {
        let all: Vec<_> = cldr().iter_all().collect();
        let zones: BTreeSet<_> = all.iter().map(|zone| zone.canonical).collect();
        assert!(zones.len() > 400, "{}", zones.len());
        for zone in all
            .iter()
            .filter(|zone| zone.time_zone != TimeZone::UNKNOWN)
        {
            let name = zone.normalized;
            assert_eq!(
                taken_as(name, &[zone.canonical]),
                Some(zone.canonical),
                "{name}"
            );
            assert_eq!(taken_as(zone.canonical, &[name]), Some(name), "{name}");
        }
    }

    #[test]
    fn likeness_is_looked_for_in_what_could_be_a_name_only() {
        assert_eq!(like("Europe/Berln").next(), Some("Europe/Berlin"));
        assert_eq!(like("berlin").next(), Some("Europe/Berlin"));
        assert_eq!(like(&"Europe/Berlin".repeat(5)).next(), None);
    }
}
