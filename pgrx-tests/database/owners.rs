//! Owners: what a new one starts with, and the time zones that are one.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{at, one, refusal, rows, run, sqlstate};

    #[pg_test]
    fn a_new_owner_is_open_on_weekdays_from_nine_to_five_in_utc() {
        let office = r#"{"enabled": true, "start": "09:00", "end": "17:00"}"#;
        let closed = r#"{"enabled": false, "start": "09:00", "end": "17:00"}"#;
        let week = format!(
            r#"{{"monday": {office}, "tuesday": {office}, "wednesday": {office}, "thursday": {office},
                 "friday": {office}, "saturday": {closed}, "sunday": {closed}}}"#
        );
        for mode in Mode::BOTH {
            let (owner, names) = (Owner::new(mode), mode.names());
            let as_promised: bool = one(&format!(
                "select timezone = 'UTC' and availability_settings = '{week}'
                 from scheduling.{} where {} = '{}'",
                names.owners, names.id, owner.id
            ));
            assert!(as_promised, "{mode:?}");
        }
    }

    #[pg_test]
    fn an_owner_always_has_a_zone_and_hours() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            refusal(&owner.update("timezone = null"), "22023");
            assert_eq!(
                sqlstate(&owner.update("availability_settings = null")),
                "23502"
            );
        }
    }

    #[pg_test]
    fn a_zone_is_stored_as_the_server_spells_it() {
        let has_cet =
            one::<bool>("select exists (select from pg_timezone_names where name = 'CET')");
        let cases = [
            ("Europe/Berlin", "Europe/Berlin"),
            ("europe/berlin", "Europe/Berlin"),
            ("AMERICA/NEW_YORK", "America/New_York"),
            ("utc", "UTC"),
            ("est5edt", "EST5EDT"),
            // Where the server has it: else its successor, as for those below.
            ("cet", if has_cet { "CET" } else { "Europe/Brussels" }),
            ("etc/gmt+12", "Etc/GMT+12"),
            // Names that IANA has taken back, and no server has: their successors.
            ("us/pacific-new", "America/Los_Angeles"),
            ("Canada/East-Saskatchewan", "America/Regina"),
        ];
        for mode in Mode::BOTH {
            let (owner, names) = (Owner::new(mode), mode.names());
            let meeting = owner.meeting("now()", "now() + interval '1 hour'");
            for (given, stored) in cases {
                owner.set(&format!("timezone = '{given}'"));
                let zone: String = one(&format!(
                    "select timezone from scheduling.{} where {} = '{}'",
                    names.owners, names.id, owner.id
                ));
                assert_eq!(zone, stored);
                meeting.set(&format!("timezone = '{given}'"));
                assert_eq!(meeting.text("timezone"), stored);
            }
        }
    }

    /// Everything that PostgreSQL itself would take for a zone, and then some.
    #[pg_test]
    fn what_is_no_zone_name_is_refused() {
        let owners = Mode::BOTH.map(Owner::new);
        for zone in [
            "",
            " UTC",
            "Factory",
            "factory",
            "localtime",
            "posixrules",
            "posix/Europe/Berlin",
            "right/Europe/Berlin",
            "+02",
            "-5",
            "+02:00",
            "UTC+2",
            "<+03>-3",
            "EST5EDT4,M3.2.0,M11.1.0",
            "Mars/Olympus_Mons",
            "Europe",
            "../UTC",
            "CEST",
        ] {
            for owner in &owners {
                refusal(&owner.update(&format!("timezone = '{zone}'")), "22023");
            }
        }
        let insert = "insert into scheduling.clients (name, timezone) values ('Acme', '+02')";
        refusal(insert, "22023");
    }

    #[pg_test]
    fn a_misspelt_zone_is_answered_with_names_that_look_like_it() {
        let owner = Owner::new(Mode::Client);
        for (given, meant) in [
            ("Europe/Berln", "Europe/Berlin"),
            ("berlin", "Europe/Berlin"),
            ("America/New York", "America/New_York"),
            ("posix/Asia/Tokyo", "Asia/Tokyo"),
        ] {
            let failure = refusal(&owner.update(&format!("timezone = '{given}'")), "22023");
            assert!(failure.hint.contains(meant), "{given}: {failure:?}");
        }
    }

    #[pg_test]
    fn a_name_too_long_for_a_zone_is_neither_searched_for_nor_repeated() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            let meeting = owner.meeting("now()", "now() + interval '1 hour'");
            for (zone, is_shown) in [
                ("repeat('Europe/', 36) || 'Berlin'", false),
                ("repeat('a', 1000000)", false),
                ("repeat('ü', 100)", true),
            ] {
                for statement in [
                    owner.update(&format!("timezone = {zone}")),
                    meeting.update(&format!("timezone = {zone}")),
                    format!(
                        "select scheduling.link_slots('{}', timezone => {zone})",
                        link.slug
                    ),
                    link.book(&at(3, "10:00"), &format!("timezone => {zone}")),
                ] {
                    let failure = refusal(&statement, "22023");
                    assert!(failure.detail.starts_with("timezone: "), "{failure:?}");
                    let shown = failure.message.chars().count();
                    assert!(shown <= 85 && is_shown == (shown > 40), "{failure:?}");
                }
            }
        }
    }

    #[pg_test]
    fn users_are_tied_to_auth_users_where_that_table_exists() {
        let attach = "select scheduling.attach_auth_users()";
        assert!(!one::<bool>(attach));
        let ada = Owner::new(Mode::User);
        run("create schema auth;
             create table auth.users (id uuid primary key, email varchar(255));");
        run(&format!(
            "insert into auth.users (id) values ('{}')",
            ada.id
        ));
        assert!(one::<bool>(attach));
        assert!(one::<bool>(attach), "a second time");
        assert_eq!(
            sqlstate("insert into scheduling.user_profiles (full_name) values ('Nobody')"),
            "23503"
        );
        run("delete from auth.users");
        let left: i64 = one(&format!(
            "select count(*) from scheduling.user_profiles where user_id = '{}'",
            ada.id
        ));
        assert_eq!(left, 0);
    }

    #[pg_test]
    fn a_user_is_written_to_at_the_sign_in_address_first() {
        let ada = Owner::new(Mode::User);
        ada.set("email = 'ada@profile.example'");
        let address = format!("select scheduling_private.user_email('{}')", ada.id);
        assert_eq!(rows(&address), ["ada@profile.example"]);
        run("create schema auth;
             create table auth.users (id uuid primary key, email varchar(255));");
        assert_eq!(rows(&address), ["ada@profile.example"], "unknown there");
        run(&format!(
            "insert into auth.users values ('{}', 'ada@auth.example')",
            ada.id
        ));
        assert_eq!(rows(&address), ["ada@auth.example"]);
    }
}
