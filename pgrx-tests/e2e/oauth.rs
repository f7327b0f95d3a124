//! Connecting calendars through the providers' own consent pages, and everything that must not work.

use std::time::{Duration, Instant};

use postgres::Row;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, explain, sqlstate};
use crate::peers::emulator::{self, Emulator};

/// A database with a worker, whose providers are the emulator's.
fn with_emulator(providers: &[&str]) -> (Database<'static>, Emulator) {
    let mut database = Database::new(Cluster::shared());
    let emulator = Emulator::start();
    for provider in providers {
        emulator.configure(&mut database.sql, provider);
    }
    database.wait_for_worker();
    (database, emulator)
}

fn consent_page(database: &mut Database<'_>, owner: &Owner, provider: &str) -> String {
    database.one(&format!(
        "select scheduling.oauth_authorize_url('{}', '{provider}')",
        owner.key()
    ))
}

/// The owner agrees on Google's page: the code and the state that come back.
fn agree(database: &mut Database<'_>, emulator: &Emulator, owner: &Owner) -> (String, String) {
    let page = consent_page(database, owner, "google");
    emulator.agree(&page)
}

fn callback(database: &mut Database<'_>, code: &str, state: &str) -> Result<Row, postgres::Error> {
    database.sql.query_one(
        "select * from scheduling.oauth_callback($1, $2)",
        &[&code, &state],
    )
}

#[track_caller]
fn refused(result: Result<Row, postgres::Error>, expected: &str, says: &str) {
    let error = result.expect_err("this must be refused");
    assert_eq!(sqlstate(&error), expected, "{}", explain(&error));
    let error = error.as_db_error().expect("it is the server's refusal");
    let whole = format!("{error:?}");
    assert!(whole.contains(says), "{whole}");
}

fn connections(database: &mut Database<'_>) -> i64 {
    database.one(
        "select (select count(*) from scheduling.calendar_connections)
              + (select count(*) from scheduling.user_calendar_connections)",
    )
}

#[test]
fn a_calendar_is_connected_through_the_providers_consent_page_in_both_modes() {
    let (mut database, emulator) = with_emulator(&["google", "outlook"]);
    for (provider, user) in [
        ("google", emulator::USER),
        ("outlook", emulator::OUTLOOK_USER),
    ] {
        for mode in Mode::BOTH {
            let owner = database.owner(mode);
            let page = consent_page(&mut database, &owner, provider);
            assert!(page.contains("code_challenge_method=S256"), "{page}");
            let (code, state) = emulator.agree(&page);
            let row = callback(&mut database, &code, &state)
                .unwrap_or_else(|error| panic!("{provider} {mode:?}: {}", explain(&error)));
            let (expected_mode, path) = match mode {
                Mode::Client => ("client", format!("/workspace/{}/client-info", owner.id)),
                Mode::User => ("user", "/admin/sales/scheduling".to_owned()),
            };
            assert_eq!(row.get::<_, &str>("mode"), expected_mode);
            assert_eq!(row.get::<_, &str>("owner_id"), owner.id.to_string());
            assert_eq!(row.get::<_, &str>("provider"), provider);
            assert_eq!(row.get::<_, &str>("connected_email"), user);
            assert_eq!(row.get::<_, &str>("redirect_path"), path);

            // The emulator has Microsoft's accounts, but no Outlook calendars to be read.
            let status = match provider {
                "google" => "ok",
                _ => "error",
            };
            let names = mode.names();
            let stored: bool = database.one(&format!(
                "select c.is_active and c.status in ('ok', '{status}') and c.connected_email = '{user}'
                        and c.access_token like 'sealed:%' and c.refresh_token like 'sealed:%'
                        and c.token_expires_at > now()
                 from scheduling.{} c where c.{} = '{}' and c.provider = '{provider}'",
                names.connections, names.key, owner.id
            ));
            assert!(stored, "{provider} {mode:?}");
        }
    }
}

#[test]
fn a_connected_calendar_gets_the_events_and_lists_its_calendars() {
    let (mut database, emulator) = with_emulator(&["google"]);
    let owner = database.client();
    let (code, state) = agree(&mut database, &emulator, &owner);
    callback(&mut database, &code, &state).unwrap_or_else(|error| panic!("{}", explain(&error)));

    let calendars = database
        .sql
        .query(
            "select * from scheduling.provider_calendars($1, 'google')",
            &[&owner.key()],
        )
        .unwrap_or_else(|error| panic!("{}", explain(&error)));
    let primary = calendars
        .iter()
        .find(|row| row.get("is_primary"))
        .expect("one is primary");
    let select = format!(
        "select scheduling.select_calendar('{}', 'google', '{}')",
        owner.key(),
        primary.get::<_, &str>("calendar_id")
    );
    database
        .sql
        .batch_execute(&select)
        .expect("a listed calendar can be selected");

    let meeting = database.book(&owner, 0);
    let jobs = database.wait_for_jobs(&owner, meeting);
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
    assert!(
        database
            .meeting_column(&owner, meeting, "calendar_event_id")
            .is_some()
    );
}

#[test]
fn a_state_is_good_once_for_its_owner_and_provider_and_for_ten_minutes() {
    let (mut database, emulator) = with_emulator(&["google", "outlook"]);
    let (owner, other) = (database.client(), database.client());

    // Nobody comes back with a state that was never given out, or to another owner's door.
    let (code, state) = agree(&mut database, &emulator, &owner);
    let nonce = state.rsplit(':').next().expect("a nonce").to_owned();
    for (wrong, says) in [
        (format!("{}:google:{nonce}", other.id), "nonce"),
        (format!("user:{}:google:{nonce}", owner.id), "nonce"),
        (format!("{}:outlook:{nonce}", owner.id), "nonce"),
        (
            format!("{}:google:{}", owner.id, nonce.to_lowercase() + "x"),
            "nonce",
        ),
        (format!("{}:google", owner.id), "oauth_authorize_url"),
        ("nonsense".to_owned(), "state"),
    ] {
        refused(callback(&mut database, &code, &wrong), "22023", says);
    }
    let of_outlook = database.sql.query_one(
        "select * from scheduling.outlook_calendar_callback($1, $2)",
        &[&code, &state],
    );
    refused(of_outlook, "22023", "google");
    let denied = database.sql.query_one(
        "select * from scheduling.oauth_callback(null, $1, 'access_denied', 'The user said no')",
        &[&state],
    );
    refused(denied, "PT502", "access_denied: The user said no");
    assert_eq!(connections(&mut database), 0, "nothing is written");

    // The right one still works, through its own door, in a transaction that may not write; once.
    database
        .sql
        .batch_execute("begin read only")
        .expect("begins");
    let row = database
        .sql
        .query_one(
            "select * from scheduling.google_calendar_callback($1, $2)",
            &[&code, &state],
        )
        .unwrap_or_else(|error| panic!("{}", explain(&error)));
    assert_eq!(row.get::<_, &str>("connected_email"), emulator::USER);
    database.sql.batch_execute("commit").expect("commits");
    assert_eq!(connections(&mut database), 1);
    refused(
        callback(&mut database, &code, &state),
        "22023",
        "used before",
    );

    let (code, state) = agree(&mut database, &emulator, &owner);
    database
        .sql
        .batch_execute(
            "update scheduling.oauth_nonces set expires_at = now() - interval '1 second'",
        )
        .expect("time can be made to pass");
    refused(
        callback(&mut database, &code, &state),
        "22023",
        "10 minutes",
    );

    // A code that the provider does not know spends the nonce, and stores nothing new.
    let (_, state) = agree(&mut database, &emulator, &other);
    refused(
        callback(&mut database, "made-up", &state),
        "PT502",
        "invalid_grant",
    );
    assert_eq!(connections(&mut database), 1);
}

#[test]
fn disconnecting_revokes_the_grant_and_forgets_the_tokens() {
    let (mut database, emulator) = with_emulator(&["google"]);
    let owner = database.user();
    let consent = emulator.consent();
    let names = owner.mode.names();
    let insert = format!(
        "insert into scheduling.{} ({}, provider, refresh_token) values ($1, 'google', $2)",
        names.connections, names.key
    );
    database
        .sql
        .execute(&insert, &[&owner.id, &consent.refresh_token])
        .expect("it is stored");
    assert!(emulator.takes(&consent.refresh_token));

    let disconnect = format!(
        "select scheduling.disconnect_calendar('{}', 'google')",
        owner.key()
    );
    assert!(database.one::<bool>(&disconnect));
    assert!(!emulator.takes(&consent.refresh_token), "revoked");
    let forgotten: bool = database.one(&format!(
        "select not is_active and access_token is null and refresh_token is null
         from scheduling.{}",
        names.connections
    ));
    assert!(forgotten);
    assert!(
        !database.one::<bool>(&disconnect),
        "there is nothing left to disconnect"
    );
}

#[test]
fn a_grant_that_another_owner_uses_is_not_revoked() {
    let (mut database, emulator) = with_emulator(&["google"]);
    let consent = emulator.consent();
    let owners = [database.user(), database.user()];
    for owner in &owners {
        database
            .sql
            .execute(
                "insert into scheduling.user_calendar_connections
                     (user_id, provider, refresh_token, connected_email)
                 values ($1, 'google', $2, $3)",
                &[&owner.id, &consent.refresh_token, &emulator::USER],
            )
            .expect("it is stored");
    }
    let mut disconnect = |owner: &Owner| {
        let call = format!(
            "select scheduling.disconnect_calendar('{}', 'google')",
            owner.key()
        );
        assert!(database.one::<bool>(&call));
    };
    disconnect(&owners[0]);
    assert!(
        emulator.takes(&consent.refresh_token),
        "the other one still needs it"
    );
    disconnect(&owners[1]);
    assert!(!emulator.takes(&consent.refresh_token), "revoked");
}

#[test]
fn without_a_worker_a_question_is_refused_at_once() {
    let (mut database, emulator) = with_emulator(&["google"]);
    let owner = database.client();
    let (code, state) = agree(&mut database, &emulator, &owner);
    assert!(database.one::<bool>("select scheduling.stop_worker()"));
    let asked = Instant::now();
    refused(
        callback(&mut database, &code, &state),
        "PT503",
        "start_worker",
    );
    assert!(
        asked.elapsed() < Duration::from_secs(1),
        "{:?}",
        asked.elapsed()
    );

    // The nonce was not spent: with a worker the same round trip is finished.
    assert!(database.one::<bool>("select scheduling.start_worker()"));
    callback(&mut database, &code, &state).unwrap_or_else(|error| panic!("{}", explain(&error)));
}
