//! The language that a meeting's mails are in: what may be stored, and whose it is where the booking says none.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Booking, Meeting, Mode, Owner};
    use super::super::harness::sql::{SUCCESS, at, one, refusal, sqlstate};

    /// The statements that store a language in each column that there is, and what reads it back.
    fn columns(mode: Mode, language: &str) -> Vec<(String, String)> {
        let owner = Owner::new(mode);
        let link = owner.link();
        let meeting = owner.meeting(&at(7, "10:00"), &at(7, "10:30"));
        let names = mode.names();
        let assignment = format!("locale = {language}");
        let inserted =
            owner.insert_meeting(&at(8, "10:00"), &at(8, "10:30"), &[("locale", language)]);
        vec![
            (
                owner.update(&assignment),
                format!(
                    "select locale from scheduling.{} where {} = '{}'",
                    names.owners, names.id, owner.id
                ),
            ),
            (
                link.update(&assignment),
                format!(
                    "select locale from scheduling.booking_links where id = {}",
                    link.id()
                ),
            ),
            (
                meeting.update(&assignment),
                format!(
                    "select locale from scheduling.{} where id = '{}'",
                    names.meetings, meeting.id
                ),
            ),
            (
                inserted,
                format!(
                    "select locale from scheduling.{} where {} = '{}' and starts_at = {}",
                    names.meetings,
                    names.owner_id,
                    owner.id,
                    at(8, "10:00")
                ),
            ),
        ]
    }

    #[pg_test]
    fn a_language_is_stored_as_bcp_47_spells_it_whoever_writes() {
        for mode in Mode::BOTH {
            for (given, spelled) in [
                ("'pt-br'", "pt-BR"),
                ("'ZH-HANT-tw'", "zh-Hant-TW"),
                ("'De'", "de"),
            ] {
                for (statement, reading) in columns(mode, given) {
                    assert_eq!(sqlstate(&statement), SUCCESS, "{statement}");
                    assert_eq!(one::<String>(&reading), spelled, "{statement}");
                }
            }
            for (statement, _) in columns(mode, "null") {
                assert_eq!(sqlstate(&statement), SUCCESS, "{statement}");
            }
        }
    }

    #[pg_test]
    fn what_is_no_language_is_stored_nowhere() {
        for mode in Mode::BOTH {
            for given in [
                "''",
                "'not a locale'",
                "'de_DE'",
                "'de DE'",
                "'d'",
                "repeat('a', 1000000)",
            ] {
                for (statement, _) in columns(mode, given) {
                    assert_eq!(sqlstate(&statement), "23514", "{statement}");
                }
            }
        }
    }

    #[pg_test]
    fn a_booking_in_no_language_is_refused_by_name() {
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "UTC").link();
            for given in [
                "''",
                "'not a locale'",
                "'de_DE'",
                "repeat('de-', 12) || 'de'",
            ] {
                let book = link.book(&at(7, "10:00"), &format!("locale => {given}"));
                let failure = refusal(&book, "22023");
                assert!(failure.detail.starts_with("locale: "), "{failure:?}");
            }
            link.booking(&at(7, "10:00"));
        }
    }

    /// Booked or inserted.
    #[pg_test]
    fn a_meeting_is_in_the_guest_s_language_else_the_link_s_else_the_owner_s() {
        for mode in Mode::BOTH {
            for (of_owner, of_link, given, expected) in [
                ("'it'", "'fr'", "'pt-br'", "pt-BR"),
                ("'it'", "'fr'", "null", "fr"),
                ("'it'", "null", "null", "it"),
                ("'it'", "null", "'es-419'", "es-419"),
                ("null", "null", "null", "null"),
                ("null", "null", "'ar'", "ar"),
            ] {
                let owner = Owner::always_open(mode, "UTC");
                owner.set(&format!("locale = {of_owner}"));
                let link = owner.link();
                link.set(&format!("locale = {of_link}"));
                let booked = link.booked(&at(7, "10:00"), &format!("locale => {given}"));
                let booked = Booking::of(mode, &booked).meeting;
                let id = link.id();
                let more: [&[(&str, &str)]; 2] = [
                    &[("booking_link_id", &id), ("locale", given)],
                    // of which nothing else is left out
                    &[
                        ("booking_link_id", &id),
                        ("locale", given),
                        ("title", "'T'"),
                        ("conferencing", "'none'"),
                        ("timezone", "'UTC'"),
                        ("buffer_before_minutes", "0"),
                        ("buffer_after_minutes", "0"),
                        ("organizer_email", "'o@acme.example'"),
                    ],
                ];
                let inserted: Vec<Meeting> = more
                    .iter()
                    .zip(8..)
                    .map(|(more, day)| {
                        owner.meeting_with(&at(day, "10:00"), &at(day, "10:30"), more)
                    })
                    .collect();
                for meeting in inserted.iter().chain([&booked]) {
                    assert_eq!(
                        meeting.text("locale"),
                        expected,
                        "{of_owner} {of_link} {given}"
                    );
                }
            }
        }
    }

    #[pg_test]
    fn a_meeting_without_a_link_is_in_its_owner_s_language() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            owner.set("locale = 'NL'");
            let meeting = owner.meeting(&at(7, "10:00"), &at(7, "10:30"));
            assert_eq!(meeting.text("locale"), "nl");
        }
    }

    #[pg_test]
    fn a_meeting_keeps_its_language() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            link.set("locale = 'fr'");
            let booking = link.booking(&at(7, "10:00"));
            link.set("locale = 'de'");
            owner.set("locale = 'de'");
            let moved = format!("starts_at => {}", at(8, "10:00"));
            one::<pgrx::JsonB>(&booking.call("reschedule_booking", &moved));
            assert_eq!(booking.meeting.text("locale"), "fr");
        }
    }
}
