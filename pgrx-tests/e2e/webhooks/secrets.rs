//! Secrets of webhooks: replaced without a gap, and shown nowhere.

use std::process::Command;

use super::{PATIENCE, add, jobs, run, wait_for_end};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode};
use crate::harness::machine::machine;
use crate::harness::wait::wait_up_to;
use crate::peers::receiver::{Mishap, Receiver};
use crate::peers::verifiers::verify;

#[test]
fn for_a_day_the_old_secret_verifies_as_well_as_the_new_one() {
    let cluster = super::cluster();
    let mut database = Database::new(&cluster);
    let owner = database.owner(Mode::User);
    let receiver = Receiver::start(0);
    let webhook = add(&mut database, &receiver, None);
    let old: String = database.one(&format!(
        "select secret from scheduling.rotate_webhook_secret('{webhook}')"
    ));
    let new: String = database.one(&format!(
        "select secret from scheduling.rotate_webhook_secret('{webhook}')"
    ));
    for (n, secret) in [&old, &new].into_iter().enumerate() {
        receiver.know_only(secret);
        database.book(&owner, n as i32);
        assert_eq!(wait_for_end(&mut database, &webhook), vec!["done"; n + 1]);
    }
    for secret in [&old, &new] {
        for said in verify(&receiver.received(), secret) {
            assert_eq!(said, "good");
        }
    }
    // The day is over.
    run(
        &mut database,
        "update scheduling.webhooks set old_secret_until = now() - interval '1 second'",
    );
    receiver.know_only(&old);
    database.book(&owner, 2);
    wait_up_to(PATIENCE, "a delivery that does not verify", || {
        let refused = "ready the receiver answered 400";
        jobs(&mut database, &webhook)
            .contains(&refused.to_owned())
            .then_some(())
    });
    receiver.know_only(&new);
    assert_eq!(wait_for_end(&mut database, &webhook), ["done"; 3]);
}

/// As after the loss of the key: a new secret is what operators make then.
#[test]
fn an_old_secret_that_does_not_open_keeps_nobody_from_being_told() {
    let cluster = super::cluster();
    let mut database = Database::new(&cluster);
    let owner = database.owner(Mode::User);
    let receiver = Receiver::start(0);
    let webhook = add(&mut database, &receiver, None);
    let new: String = database.one(&format!(
        "select secret from scheduling.rotate_webhook_secret('{webhook}')"
    ));
    run(
        &mut database,
        "update scheduling.webhooks set old_secret = 'sealed:v2:0123456789abcdef:AAAA'",
    );
    receiver.know_only(&new);
    database.book(&owner, 0);
    assert_eq!(wait_for_end(&mut database, &webhook), ["done"]);
    for said in verify(&receiver.received(), &new) {
        assert_eq!(said, "good");
    }
}

#[test]
fn no_secret_of_a_webhook_is_in_a_log_a_job_an_error_or_a_dump() {
    let cluster = Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.webhook_private_addresses", "on"),
        ("log_min_messages", "debug5"),
    ]);
    let mut database = Database::new(&cluster);
    let owner = database.owner(Mode::Client);
    let mut receiver = Receiver::start(0);
    let added = database.sql.query_one(
        "select id::text, secret from scheduling.add_webhook($1)",
        &[&receiver.url()],
    );
    let added = added.expect("it is added");
    let (webhook, first): (String, String) = (added.get(0), added.get(1));
    let second: String = database.one(&format!(
        "select secret from scheduling.rotate_webhook_secret('{webhook}')"
    ));
    receiver.learn(&second);
    receiver.next(Mishap::Status(500));
    receiver.next(Mishap::Redirect("https://elsewhere.example/".into()));
    let meeting = database.book(&owner, 0);
    assert_eq!(wait_for_end(&mut database, &webhook), ["done"]);
    receiver.down();
    run(
        &mut database,
        &format!(
            "update scheduling.meetings set notes = 'What only the owner reads' where id = '{meeting}'"
        ),
    );
    wait_up_to(PATIENCE, "a connection that fails", || {
        let last = jobs(&mut database, &webhook).pop().unwrap_or_default();
        last.contains("could not connect").then_some(())
    });
    let dump = Command::new(machine().pg_bin.join("pg_dump"))
        .args(["--host=127.0.0.1", "--username=postgres"])
        .args(["--port", &cluster.port().to_string()])
        .args(["--dbname", &database.name])
        .output()
        .expect("pg_dump can be started");
    assert!(dump.status.success());
    let dump = String::from_utf8_lossy(&dump.stdout).into_owned();
    let jobs: String = database.one(
        "select string_agg(to_jsonb(j)::text, ' ') || (select string_agg(to_jsonb(a)::text, ' ')
                from scheduling.audit_log a) from scheduling.jobs j",
    );
    let status: String =
        database.one("select string_agg(to_jsonb(w)::text, ' ') from scheduling.webhooks w");
    let log = cluster.log();
    for (place, text) in [
        ("log", &log),
        ("dump", &dump),
        ("jobs", &jobs),
        ("row", &status),
    ] {
        for secret in [&first, &second] {
            assert!(!text.contains(secret.as_str()), "{place}");
            assert!(!text.contains(&secret["whsec_".len()..]), "{place}");
        }
    }
    // Of what was typed, and of the address, neither jobs nor log know anything.
    for (place, text) in [("log", &log), ("jobs", &jobs)] {
        assert!(!text.contains("What only the owner reads"), "{place}");
        assert!(!text.contains("/hooks"), "{place}");
    }
}
