//! Opening hours as owners store them: documents that are taken, documents that are refused at
//! write time with the path of the key, and the rules of the two tables that hold them.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{SUCCESS, outcome, quote, refusal, run, sqlstate};

    /// A document of one day and nothing else.
    fn monday(day: &str) -> String {
        format!(r#"{{"monday": {day}}}"#)
    }

    fn store(owner: &Owner, document: &str) -> String {
        owner.update(&format!("availability_settings = {}", quote(document)))
    }

    #[pg_test]
    fn every_form_of_hours_in_the_contract_is_taken() {
        let owners = Mode::BOTH.map(Owner::new);
        for document in [
            "{}".to_owned(),
            monday("{}"),
            monday(r#"{"enabled": false}"#),
            monday(r#"{"enabled": true, "windows": []}"#),
            monday(r#"{"enabled": true, "start": "00:00", "end": "24:00"}"#),
            monday(r#"{"enabled": false, "start": "09:00", "end": "17:00"}"#),
            monday(r#"{"enabled": false, "windows": [{"start": "09:00", "end": "12:00"}]}"#),
            monday(
                r#"{"enabled": true, "windows": [{"start": "13:00", "end": "17:00"},
                    {"start": "09:00", "end": "12:00"}, {"start": "12:00", "end": "13:00"}]}"#,
            ),
            r#"{"sunday": {"enabled": true, "start": "09:00", "end": "09:01"}}"#.to_owned(),
        ] {
            for owner in &owners {
                assert_eq!(outcome(&store(owner, &document)), Ok(()), "{document}");
            }
        }
    }

    #[pg_test]
    fn malformed_hours_are_refused_with_the_path_of_the_key() {
        let owners = Mode::BOTH.map(Owner::new);
        let day = |day: &str, path: &str| (monday(day), path.to_owned());
        let mut cases = vec![
            ("[]".to_owned(), "availability_settings".to_owned()),
            ("null".to_owned(), "availability_settings".to_owned()),
            (r#"{"Monday": {}}"#.to_owned(), "Monday".to_owned()),
            (r#"{"timezone": "UTC"}"#.to_owned(), "timezone".to_owned()),
            day("null", "monday"),
            day(r#"[{"start": "09:00", "end": "17:00"}]"#, "monday"),
            day(r#"{"enabled": true}"#, "monday"),
            day(r#"{"start": "09:00", "end": "17:00"}"#, "monday.enabled"),
            day(r#"{"enabled": "yes"}"#, "monday.enabled"),
            day(r#"{"enabled": null}"#, "monday.enabled"),
            day(r#"{"enabled": false, "lunch": "12:00"}"#, "monday.lunch"),
            day(r#"{"enabled": true, "start": "09:00"}"#, "monday.end"),
            day(r#"{"enabled": true, "end": "17:00"}"#, "monday.start"),
            day(r#"{"enabled": true, "windows": {}}"#, "monday.windows"),
            day(
                r#"{"enabled": true, "windows": [["09:00", "12:00"]]}"#,
                "monday.windows[0]",
            ),
            day(
                r#"{"enabled": true, "windows": [{"start": "09:00"}]}"#,
                "monday.windows[0].end",
            ),
            day(
                r#"{"enabled": true, "windows": [{"start": "09:00", "end": "12:00", "enabled": true}]}"#,
                "monday.windows[0].enabled",
            ),
            day(
                r#"{"enabled": true, "windows": [{"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "12:30"}]}"#,
                "monday.windows[1].end",
            ),
            day(
                r#"{"enabled": true, "windows": [{"start": "09:00", "end": "12:00"}, {"start": "11:59", "end": "17:00"}]}"#,
                "monday.windows[1]",
            ),
            day(
                r#"{"enabled": true, "start": "09:00", "end": "17:00", "windows": []}"#,
                "monday.windows",
            ),
        ];
        // Times that are none, on an open day and on a disabled one.
        for enabled in [true, false] {
            for (start, end, key) in [
                (r#""9:00""#, r#""17:00""#, "start"),
                (r#""09:00:00""#, r#""17:00""#, "start"),
                (r#""09:60""#, r#""17:00""#, "start"),
                (r#""24:00""#, r#""24:00""#, "start"),
                (r#"" 9:00""#, r#""17:00""#, "start"),
                ("900", r#""17:00""#, "start"),
                ("null", r#""17:00""#, "start"),
                (r#""09:00""#, r#""24:01""#, "end"),
                (r#""09:00""#, r#""25:00""#, "end"),
                (r#""09:00""#, r#""5 pm""#, "end"),
                (r#""09:00""#, r#""09:00""#, "end"),
                (r#""09:00""#, r#""08:59""#, "end"),
                (r#""22:00""#, r#""00:00""#, "end"),
            ] {
                cases.push(day(
                    &format!(r#"{{"enabled": {enabled}, "start": {start}, "end": {end}}}"#),
                    &format!("monday.{key}"),
                ));
            }
        }
        for (document, path) in cases {
            for owner in &owners {
                let failure = refusal(&store(owner, &document), "22023");
                assert!(
                    failure.detail.starts_with(&format!("{path}:")),
                    "{document} is wrong at {path}: {failure:?}"
                );
            }
        }
    }

    #[pg_test]
    fn hours_of_one_day_obey_the_same_rules() {
        let owners = Mode::BOTH.map(Owner::new);
        for (windows, path) in [
            ("null", "windows"),
            (r#"{"start": "09:00", "end": "12:00"}"#, "windows"),
            (r#"["09:00"]"#, "windows[0]"),
            (
                r#"[{"enabled": true, "start": "09:00", "end": "12:00"}]"#,
                "windows[0].enabled",
            ),
            (r#"[{"start": "9:00", "end": "12:00"}]"#, "windows[0].start"),
            (r#"[{"start": "09:00", "end": "24:30"}]"#, "windows[0].end"),
            (
                r#"[{"start": "09:00", "end": "12:00"}, {"start": "08:00", "end": "09:01"}]"#,
                "windows[1]",
            ),
        ] {
            for owner in &owners {
                let failure = refusal(&owner.override_day("2030-01-07", windows), "22023");
                assert!(
                    failure.detail.starts_with(&format!("{path}:")),
                    "{windows} is wrong at {path}: {failure:?}"
                );
            }
        }
        let touching =
            r#"[{"start": "12:00", "end": "24:00"}, {"start": "09:00", "end": "12:00"}]"#;
        for owner in &owners {
            run(&owner.override_day("2030-01-07", touching));
            run(&owner.override_day("2030-01-08", "[]"));
        }
    }

    #[pg_test]
    fn an_override_has_exactly_one_owner() {
        let [client, user] = Mode::BOTH.map(|mode| format!("'{}'", Owner::new(mode).id));
        for (client_id, user_id, expected) in [
            (client.as_str(), "null", SUCCESS),
            ("null", user.as_str(), SUCCESS),
            (client.as_str(), user.as_str(), "23514"),
            ("null", "null", "23514"),
        ] {
            let insert = format!(
                "insert into scheduling.availability_overrides (client_id, user_id, day)
                 values ({client_id}, {user_id}, '2030-01-07')"
            );
            assert_eq!(sqlstate(&insert), expected, "{insert}");
        }
    }

    #[pg_test]
    fn a_day_is_overridden_once_an_owner() {
        for mode in Mode::BOTH {
            let (owner, other) = (Owner::new(mode), Owner::new(mode));
            run(&owner.override_day("2030-01-07", "[]"));
            assert_eq!(sqlstate(&owner.override_day("2030-01-07", "[]")), "23505");
            assert_eq!(sqlstate(&owner.override_day("2030-01-08", "[]")), SUCCESS);
            assert_eq!(sqlstate(&other.override_day("2030-01-07", "[]")), SUCCESS);
            assert_eq!(
                sqlstate(&owner.override_day("infinity", "[]")),
                "23514",
                "no calendar shows that day"
            );
        }
    }
}
