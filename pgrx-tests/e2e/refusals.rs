//! Input that is refused: with the contract's SQLSTATE, a message that says what to do, and not one
//! row written.

use crate::harness::cluster::Cluster;
use crate::harness::database::Database;

/// What a call must be refused with.
struct Case {
    call: &'static str,
    code: &'static str,
}

const fn case(code: &'static str, call: &'static str) -> Case {
    Case { call, code }
}

/// `:slug` is a link's slug, `:owner` its client, `:slot` a free slot, `:book` the head of a call.
const CASES: &[Case] = &[
    case(
        "PT404",
        "scheduling.book('no-such-link', :slot, 'a@b.example', 'Ada')",
    ),
    case("PT404", "scheduling.link_slots('no-such-link')"),
    case("PT404", "scheduling.get_booking_link('no-such-link')"),
    case(
        "PT404",
        "scheduling.available_slots('00000000-0000-4000-8000-000000000000')",
    ),
    case(
        "PT404",
        "scheduling.available_slots('user:00000000-0000-4000-8000-000000000000')",
    ),
    case("PT404", "scheduling.get_booking('no-such-token')"),
    case("PT404", "scheduling.cancel_booking('no-such-token')"),
    case(
        "PT409",
        "scheduling.book(:slug, :slot + interval '1 minute', 'a@b.example', 'Ada')",
    ),
    case(
        "PT409",
        "scheduling.book(:slug, :slot - interval '7 days', 'a@b.example', 'Ada')",
    ),
    case(
        "PT409",
        "scheduling.book(:slug, :slot + interval '400 days', 'a@b.example', 'Ada')",
    ),
    case(
        "22023",
        "scheduling.book(:slug, :slot, 'a@b.example', 'Ada', timezone => 'Mars/Olympus')",
    ),
    case(
        "22023",
        "scheduling.book(:slug, :slot, 'a@b.example', 'Ada', timezone => 'localtime')",
    ),
    case(
        "22023",
        "scheduling.book(:slug, :slot, 'a@b.example', 'Ada', timezone => 'UTC+3')",
    ),
    case(
        "22023",
        "scheduling.book(:slug, :slot, 'not an address', 'Ada')",
    ),
    case("22023", "scheduling.book(:slug, :slot, '', 'Ada')"),
    case(
        "22023",
        "scheduling.book(:slug, :slot, 'Ada <a@b.example>', 'Ada')",
    ),
    case(
        "22023",
        "scheduling.book(:slug, :slot, E'a@b.example\\r\\nBcc: c@d.example', 'Ada')",
    ),
    case("22023", "scheduling.book(:slug, :slot, 'a@b.example', '')"),
    case(
        "22023",
        "scheduling.book(:slug, :slot, 'a@b.example', 'Ada', answers => '[]')",
    ),
    case(
        "22023",
        "scheduling.book(:slug, :slot, 'a@b.example', 'Ada', guests => '{nobody}')",
    ),
    case(
        "22023",
        "scheduling.book(null, :slot, 'a@b.example', 'Ada')",
    ),
    case(
        "22023",
        "scheduling.book(:slug, null, 'a@b.example', 'Ada')",
    ),
    case("22023", "scheduling.book(:slug, :slot, null, 'Ada')"),
    case(
        "22023",
        "scheduling.book(:slug, :slot, 'a@b.example', null)",
    ),
    case("22023", "scheduling.link_slots(null)"),
    case(
        "22023",
        "scheduling.link_slots(:slug, timezone => 'Nowhere/Else')",
    ),
    case(
        "22023",
        "scheduling.link_slots(:slug, now(), now() - interval '1 second')",
    ),
    case(
        "22023",
        "scheduling.link_slots(:slug, now(), now() + interval '367 days')",
    ),
    case("22023", "scheduling.available_slots(null)"),
    case("22023", "scheduling.available_slots('not-a-uuid')"),
    case(
        "22023",
        "scheduling.available_slots(:owner, duration_minutes => 0)",
    ),
    case(
        "22023",
        "scheduling.available_slots(:owner, duration_minutes => 1441)",
    ),
    case(
        "22023",
        "scheduling.available_slots(:owner, interval_minutes => 0)",
    ),
    case(
        "22023",
        "scheduling.available_slots(:owner, buffer_before_minutes => -1)",
    ),
    case(
        "22023",
        "scheduling.available_slots(:owner, minimum_notice_minutes => -1)",
    ),
    case("22023", "scheduling.get_calendar_availability()"),
    case("22023", "scheduling.get_booking(null)"),
    case("22023", "scheduling.cancel_booking(null)"),
    case("22023", "scheduling.parse_oauth_state(null)"),
    case("22023", "scheduling.parse_oauth_state('')"),
    case("22023", "scheduling.parse_oauth_state('google')"),
    case("22023", "scheduling.parse_oauth_state('user:google')"),
    case("22023", "scheduling.parse_oauth_state('abc:icloud')"),
    case("22023", "scheduling.parse_oauth_state('user::google')"),
    case("22023", "scheduling.format_oauth_state(null, 'google')"),
    case("22023", "scheduling.format_oauth_state('abc', 'icloud')"),
    case("22023", "scheduling.create_calendar_event()"),
    case("22023", "scheduling.send_booking_notification()"),
    case(
        "22023",
        "scheduling.configure_provider('icloud', 'i', 's', 'https://app.example/cb')",
    ),
    case(
        "22023",
        "scheduling.configure_provider('google', 'i', 's', 'not a url')",
    ),
    case(
        "22023",
        "scheduling.configure_mail('pigeon', 'a@b.example')",
    ),
    case("22023", "scheduling.configure_mail('smtp', 'a@b.example')"),
];

/// Settings documents that owners' tables refuse, and what the message must name.
const DOCUMENTS: &[(&str, &str)] = &[
    (r#"{"funday": {"enabled": false}}"#, "funday"),
    (r#"{"monday": {"enabled": true}}"#, "monday"),
    (
        r#"{"monday": {"enabled": "yes", "start": "09:00", "end": "17:00"}}"#,
        "monday.enabled",
    ),
    (
        r#"{"monday": {"enabled": true, "start": "9:00", "end": "17:00"}}"#,
        "monday.start",
    ),
    (
        r#"{"monday": {"enabled": true, "start": "09:00", "end": "25:00"}}"#,
        "monday.end",
    ),
    (
        r#"{"monday": {"enabled": true, "start": "17:00", "end": "09:00"}}"#,
        "monday",
    ),
    (
        r#"{"monday": {"enabled": true, "windows": [{"start": "09:00", "end": "12:00"}, {"start": "11:00", "end": "13:00"}]}}"#,
        "monday.windows",
    ),
    (r#"[]"#, "availability_settings"),
    ("null", "availability_settings"),
];

#[test]
fn bad_input_is_refused_with_the_contracts_sqlstate_and_writes_nothing() {
    let mut database = Database::new(Cluster::shared());
    let owner = database.client();
    let written = "select (select count(*) from scheduling.meetings) + (select count(*) from scheduling.contacts)
        + (select count(*) from scheduling.jobs) + (select count(*) from scheduling.emails)
        + (select count(*) from scheduling.providers)";
    let mut wrong = Vec::new();
    for Case { call, code } in CASES {
        let query = format!("select * from {call}")
            .replace(":slug", &format!("'{}'", owner.slug))
            .replace(":owner", &format!("'{}'", owner.id))
            .replace(
                ":slot",
                "(date_trunc('day', now(), 'UTC') + interval '2 days 9 hours')",
            );
        match database.sql.query(&query, &[]) {
            Ok(rows) => wrong.push(format!("{call}: {} rows instead of {code}", rows.len())),
            Err(error) => {
                let error = error.as_db_error().expect("the server answers");
                if error.code().code() != *code {
                    wrong.push(format!(
                        "{call}: {} instead of {code}: {error}",
                        error.code().code()
                    ));
                }
                if error.hint().or(error.detail()).is_none() {
                    wrong.push(format!("{call}: neither DETAIL nor HINT says what to do"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(database.one::<i64>(written), 0);
}

#[test]
fn a_malformed_settings_document_is_refused_with_the_path_of_the_offending_key() {
    let mut database = Database::new(Cluster::shared());
    let mut wrong = Vec::new();
    for (document, named) in DOCUMENTS {
        for insert in [
            "insert into scheduling.clients (name, availability_settings) values ('x', $1::text::jsonb)",
            "insert into scheduling.user_profiles (full_name, availability_settings) values ('x', $1::text::jsonb)",
        ] {
            match database.sql.execute(insert, &[document]) {
                Ok(_) => wrong.push(format!("{document} was taken")),
                Err(error) => {
                    let error = error.as_db_error().expect("the server answers");
                    let text = format!(
                        "{} {} {}",
                        error.message(),
                        error.detail().unwrap_or(""),
                        error.hint().unwrap_or("")
                    );
                    if error.code().code() != "22023" || !text.contains(named) {
                        wrong.push(format!("{document}: {} {text}", error.code().code()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let rows: i64 = database
        .one("select (select count(*) from scheduling.clients) + (select count(*) from scheduling.user_profiles)");
    assert_eq!(rows, 0);
}
