//! The key that seals and signs: a server makes it once, and where it is missing afterwards, or is another
//! one, what needs it says so, the rest goes on, and nothing is lost.

use std::path::PathBuf;

use postgres::Client;
use uuid::Uuid;

use crate::connect::{connect, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, sqlstate};
use crate::harness::wait::wait_for;
use crate::restore::way;

fn key(cluster: &Cluster) -> PathBuf {
    cluster.data().join("scheduling.key")
}

/// Takes the key away, or puts another one in its place; puts the right one back when dropped.
struct Trouble {
    file: PathBuf,
    right: Vec<u8>,
}

const TROUBLES: [Option<[u8; 32]>; 2] = [None, Some([7; 32])];

impl Trouble {
    fn with(cluster: &Cluster, instead: Option<[u8; 32]>) -> Self {
        let file = key(cluster);
        let right = std::fs::read(&file).expect("the first use made it");
        match instead {
            None => std::fs::remove_file(&file).expect("it is there"),
            Some(other) => std::fs::write(&file, other).expect("it can be written"),
        }
        Self { file, right }
    }
}

impl Drop for Trouble {
    fn drop(&mut self) {
        std::fs::write(&self.file, &self.right).expect("it can be written");
        let machine = crate::harness::machine::machine();
        if let Some(user) = machine.run_as {
            let chown = std::os::unix::fs::chown(&self.file, Some(user.uid), Some(user.gid));
            chown.expect("we are root");
        }
    }
}

/// A booking's manage token.
fn book(sql: &mut Client, owner: &Owner, n: i32) -> Result<String, postgres::Error> {
    let query = format!(
        "select manage_token from scheduling.book('{}', date_trunc('day', now(), 'UTC')
             + interval '2 days' + {n} * interval '30 minutes', 'ada@guest.example', 'Ada')",
        owner.slug
    );
    Ok(sql.query_one(&query, &[])?.get(0))
}

fn look_at(sql: &mut Client, token: &str) -> Result<Uuid, postgres::Error> {
    let booking = sql.query_one(
        "select meeting_id from scheduling.get_booking($1)",
        &[&token],
    )?;
    Ok(booking.get(0))
}

#[track_caller]
fn refused(error: &postgres::Error) -> String {
    assert_eq!(sqlstate(error), "PT503");
    let error = error.as_db_error().expect("the server said it");
    format!(
        "{} {} {}",
        error.message(),
        error.detail().unwrap_or_default(),
        error.hint().unwrap_or_default()
    )
}

#[test]
fn a_key_that_is_missing_or_another_one_is_an_error_and_never_replaced() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    assert!(!key(&cluster).exists(), "nobody has needed it yet");
    for (mode, n) in Mode::BOTH.into_iter().zip([0, 10]) {
        let owner = database.owner(mode);
        let token = book(&mut database.connect(), &owner, n).expect("the first use makes it");
        assert_eq!(cluster.log().matches("has made a new key").count(), 1);
        // A session that knows the right one needs the file no more.
        let mut before = database.connect();
        look_at(&mut before, &token).expect("it is a booking");
        let mut beside = Database::new(&cluster);
        let its_owner = beside.owner(mode);
        for (instead, says) in TROUBLES.into_iter().zip(["is missing", "another key"]) {
            let trouble = Trouble::with(&cluster, instead);
            let mut session = database.connect();
            let said = refused(&look_at(&mut session, &token).expect_err("it cannot tell"));
            assert!(
                said.contains("scheduling.key ") && said.contains(says),
                "{said}"
            );
            assert!(said.contains("scheduling.key_file"), "{said}");
            refused(&book(&mut session, &owner, n + 2).expect_err("it cannot sign"));
            let seal = format!(
                "insert into scheduling.{} ({}, provider, refresh_token) values ('{}', 'google', 'token')",
                mode.names().connections,
                mode.names().key,
                owner.id
            );
            refused(&session.batch_execute(&seal).expect_err("it cannot seal"));
            // What needs no key goes on.
            let slots = format!("select * from scheduling.link_slots('{}')", owner.slug);
            assert!(
                !session
                    .query(&slots, &[])
                    .expect("they are shown")
                    .is_empty()
            );
            look_at(&mut before, &token).expect("it knows the key");

            // Visitors read no path.
            session
                .batch_execute("do $$ begin create role visitor; exception when duplicate_object then null; end $$;
                     select scheduling.grant_access(visitor => 'visitor'); set role visitor")
                .expect("a superuser may");
            let said = refused(&look_at(&mut session, &token).expect_err("it cannot tell"));
            assert!(!said.contains("scheduling.key"), "{said}");
            assert!(said.contains("key: "), "{said}");
            session.batch_execute("reset role").expect("it may");

            // Neither does a database beside it make one, where there was one; another one is as good
            // as any to a database that has used none.
            if instead.is_none() {
                refused(&book(&mut beside.connect(), &its_owner, 0).expect_err("it had one"));
                assert!(!trouble.file.exists(), "no new key lies there");
            }
            let log = cluster.log();
            assert!(log.contains("scheduling cannot use its key"), "{says}");
            drop(trouble);
            look_at(&mut session, &token).expect("the key is back");
            book(&mut session, &owner, n + 4 + i32::from(instead.is_some())).expect("it signs");
        }
        assert_eq!(cluster.log().matches("has made a new key").count(), 1);
    }
    let known: i64 =
        database.one("select count(distinct fingerprint) from scheduling_private.key_fingerprints");
    assert_eq!(known, 1);
}

#[test]
fn a_first_use_that_is_rolled_back_leaves_no_session_behind_that_thinks_it_is_known() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let owner = database.client();
    let mut session = database.connect();
    session.batch_execute("begin").expect("it begins");
    book(&mut session, &owner, 0).expect("it signs");
    book(&mut session, &owner, 2).expect("it signs");
    session.batch_execute("rollback").expect("it ends");
    let known = "select count(*) from scheduling_private.key_fingerprints";
    assert_eq!(database.one::<i64>(known), 0);
    book(&mut session, &owner, 0).expect("it signs");
    assert_eq!(database.one::<i64>(known), 1);
    book(&mut session, &owner, 2).expect("it signs");
    assert_eq!(database.one::<i64>(known), 1);
}

#[test]
fn a_worker_without_the_key_holds_and_loses_nothing() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let google = stand_in(&mut database);
    for (mode, n) in Mode::BOTH.into_iter().zip([0, 10]) {
        let owner = database.owner(mode);
        connect(&mut database, &owner, &google);
        let first = database.book(&owner, n);
        database.wait_for_jobs(&owner, first);
        for (instead, k) in TROUBLES.into_iter().zip([2, 4]) {
            let trouble = Trouble::with(&cluster, instead);
            assert!(database.one::<bool>("select scheduling.stop_worker()"));
            // By a session that has known the key.
            let meeting = database.book(&owner, n + k);
            assert!(database.one::<bool>("select scheduling.start_worker()"));
            database.wait_for_worker();
            let reason: Option<String> =
                database.one("select held_reason from scheduling.worker_status()");
            let reason = reason.expect("it holds");
            assert!(reason.contains("key file"), "{reason}");
            std::thread::sleep(std::time::Duration::from_millis(1500));
            let jobs = database.jobs(&owner, meeting);
            let waits = |job: &crate::harness::database::Job| {
                (job.state.as_str(), job.attempts) == ("ready", 0)
            };
            assert!(jobs.iter().all(waits), "{jobs:?}");
            let status: String = database.one(&format!(
                "select status from scheduling.{}",
                mode.names().connections
            ));
            assert_eq!(status, "ok", "the connection is not broken");
            drop(trouble);
            wait_for("the worker to go on by itself", || {
                let held: Option<String> =
                    database.one("select held_reason from scheduling.worker_status()");
                held.is_none().then_some(())
            });
            let jobs = database.wait_for_jobs(&owner, meeting);
            assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        }
    }
}

#[test]
fn a_standby_needs_the_key_of_its_primary() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    // The backup is made before the key.
    let standby = cluster.base_backup(true, &[]);
    let owner = database.client();
    let token = book(&mut database.sql, &owner, 0).expect("it signs");
    let mut session = wait_for("the booking to arrive", || {
        let mut session = standby.try_connect(&database.name).ok()?;
        let known = "select count(*) from scheduling_private.key_fingerprints";
        let known: i64 = session.query_one(known, &[]).ok()?.get(0);
        (known > 0).then_some(session)
    });
    refused(&look_at(&mut session, &token).expect_err("it has no key"));
    assert!(!key(&standby).exists(), "and makes none");
    std::fs::copy(key(&cluster), key(&standby)).expect("it can be copied");
    let machine = crate::harness::machine::machine();
    if let Some(user) = machine.run_as {
        std::os::unix::fs::chown(key(&standby), Some(user.uid), Some(user.gid))
            .expect("we are root");
    }
    look_at(&mut session, &token).expect("it is a booking");
}

#[test]
fn a_dump_restored_without_the_key_says_so_until_it_is_given_up() {
    let (here, there) = (Cluster::preloaded(), Cluster::preloaded());
    let mut original = Database::new(&here);
    let owner = original.client();
    let token = book(&mut original.sql, &owner, 0).expect("it signs");
    let mut restored = Database::without_extension(&there);
    way::PARALLEL.take(&original, &restored);
    refused(&look_at(&mut restored.sql, &token).expect_err("it has no key"));
    refused(&book(&mut restored.sql, &owner, 2).expect_err("it has no key"));
    assert!(!key(&there).exists(), "and makes none");
    let slots = format!("select * from scheduling.link_slots('{}')", owner.slug);
    assert!(
        !restored
            .sql
            .query(&slots, &[])
            .expect("they are shown")
            .is_empty()
    );
    // What docs/operations.md says of going on without it.
    restored
        .sql
        .batch_execute("delete from scheduling_private.key_fingerprints")
        .expect("a superuser may");
    let anew = book(&mut restored.sql, &owner, 2).expect("it signs with a new key");
    look_at(&mut restored.sql, &anew).expect("it is a booking");
    let old = look_at(&mut restored.sql, &token).expect_err("nobody knows what signed it");
    assert_eq!(sqlstate(&old), "PT404");
}
