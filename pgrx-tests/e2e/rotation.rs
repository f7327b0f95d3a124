//! `rotate_key()` as operators live with it: under load, among other databases and servers, with files that
//! cannot be written, and with whatever dies in between.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use postgres::Client;
use uuid::Uuid;

use crate::connect::{connect_outlook, outlook_stand_in, send_through};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, explain, sqlstate};
use crate::harness::machine::machine;
use crate::harness::wait::wait_for;
use crate::peers::smtp::{MailServer, Tls};
use crate::refresh;

fn file(cluster: &Cluster) -> PathBuf {
    cluster.data().join("scheduling.key")
}

/// The keys of the file, the newest first.
fn keys(cluster: &Cluster) -> Vec<String> {
    let text = std::fs::read_to_string(file(cluster)).expect("it is text");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// Writes a file as the server's account would.
fn write(path: &std::path::Path, text: &[u8]) {
    std::fs::write(path, text).expect("it can be written");
    if let Some(user) = machine().run_as {
        std::os::unix::fs::chown(path, Some(user.uid), Some(user.gid)).expect("we are root");
    }
}

fn rotate(sql: &mut Client) -> i64 {
    sql.query_one("select scheduling.rotate_key()", &[])
        .unwrap_or_else(|error| panic!("{}", explain(&error)))
        .get(0)
}

/// The id of the key that the database seals with.
fn active(sql: &mut Client) -> String {
    sql.query_one(
        "select key_id from scheduling_private.keys_in_use() where is_active",
        &[],
    )
    .unwrap_or_else(|error| panic!("{}", explain(&error)))
    .get(0)
}

fn keep(sql: &mut Client, n: i32) {
    sql.execute(
        "select scheduling.configure_provider('google', 'id', $1, 'https://app.example/cb')",
        &[&format!("secret {n}")],
    )
    .unwrap_or_else(|error| panic!("{}", explain(&error)));
}

/// A booking's manage token.
fn book(sql: &mut Client, owner: &Owner, n: i32) -> Result<String, postgres::Error> {
    let booked = sql.query_one(
        "select manage_token from scheduling.book($1, date_trunc('day', now(), 'UTC') + interval '2 days'
             + $2 * interval '30 minutes', 'ada@guest.example', 'Ada')",
        &[&owner.slug, &f64::from(n)],
    );
    booked.map(|row| row.get(0))
}

#[track_caller]
fn look_at(sql: &mut Client, token: &str) -> Uuid {
    let booking = sql.query_one(
        "select meeting_id from scheduling.get_booking($1)",
        &[&token],
    );
    booking
        .unwrap_or_else(|error| panic!("{}", explain(&error)))
        .get(0)
}

#[test]
fn twenty_rotations_under_load_fail_nothing_and_lose_nothing() {
    const ROTATIONS: usize = 20;
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let server = MailServer::start(Tls::StartTls);
    send_through(&mut database, &server);
    let graph = outlook_stand_in(&mut database);
    let owners = Mode::BOTH.map(|mode| database.owner(mode));
    let no_limits = "update scheduling.booking_links
         set max_hourly_attempts_per_guest = null, max_hourly_bookings_per_guest = null,
             max_upcoming_bookings_per_guest = null";
    database
        .sql
        .batch_execute(no_limits)
        .expect("they are columns");
    for owner in &owners {
        connect_outlook(&mut database, owner, &graph, None, 3600.0);
        database.refresh_busy_times(owner);
    }
    let ends = AtomicBool::new(false);
    let (mut tokens, rotated) = std::thread::scope(|scope| {
        let bookings: Vec<_> = owners
            .iter()
            .map(|owner| {
                let mut sql = database.connect();
                let ends = &ends;
                scope.spawn(move || {
                    let mut tokens = Vec::new();
                    for n in 0.. {
                        if ends.load(Ordering::Relaxed) {
                            break;
                        }
                        let token = book(&mut sql, owner, n);
                        tokens.push(token.unwrap_or_else(|error| panic!("{}", explain(&error))));
                        look_at(&mut sql, &tokens[tokens.len() / 2]);
                        std::thread::sleep(std::time::Duration::from_millis(20));
                    }
                    tokens
                })
            })
            .collect();
        let mut sql = database.connect();
        let mut rotated = Vec::new();
        for n in 0..ROTATIONS {
            if n % 5 == 0 {
                // Every access token has run out: each owner's next request has a new pair stored. Once they
                // have it, and not before, or one job would meet two that have run out.
                wait_for("both to have new tokens", || {
                    (refresh::refreshes(&graph) >= 2 * (n / 5)).then_some(())
                });
                std::thread::sleep(std::time::Duration::from_millis(300));
                graph.expire_access_tokens();
            }
            rotated.push(rotate(&mut sql));
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        ends.store(true, Ordering::Relaxed);
        let mut tokens = Vec::new();
        for booking in bookings {
            tokens.extend(booking.join().expect("no booking fails"));
        }
        (tokens, rotated)
    });
    // Two tokens of each connection, a provider's secret, the URL of the mail server.
    assert_eq!(rotated, [6; ROTATIONS]);
    assert_eq!(keys(&cluster).len(), ROTATIONS + 1);
    wait_for("all jobs to end", || {
        let open = "select count(*) from scheduling.jobs where state in ('ready', 'running')";
        (database.one::<i64>(open) == 0).then_some(())
    });
    let failed = "select string_agg(kind || ': ' || last_error, E'\\n') from scheduling.jobs where state <> 'done'";
    assert_eq!(database.one::<Option<String>>(failed), None);
    assert_eq!(refresh::refreshes(&graph), 2 * ROTATIONS / 5);
    let sent = server.accepted_for("ada@guest.example").len();
    assert_eq!(sent, tokens.len(), "every guest has their mail");
    for owner in &owners {
        assert_eq!(refresh::status(&mut database, owner), "ok");
        let calendars = database.sql.query(
            "select * from scheduling.provider_calendars($1, 'outlook')",
            &[&owner.key()],
        );
        assert_eq!(calendars.expect("the token is good").len(), 1);
    }
    let mut anew = database.connect();
    tokens.sort();
    for token in &tokens {
        look_at(&mut anew, token);
    }

    // The key of the beginning alone opens what it signed, and nothing that is sealed now.
    let all = std::fs::read(file(&cluster)).expect("it is there");
    let oldest = keys(&cluster).pop().expect("there are many");
    write(&file(&cluster), oldest.as_bytes());
    let mut session = database.connect();
    let refused = session
        .query_one("select scheduling.get_booking($1)", &[&tokens[0]])
        .expect_err("the database needs another key");
    assert_eq!(sqlstate(&refused), "PT503");
    assert!(database.one::<bool>("select scheduling.stop_worker()"));
    assert!(database.one::<bool>("select scheduling.start_worker()"));
    wait_for("the worker to hold", || {
        database.one::<Option<String>>("select held_reason from scheduling.worker_status()")
    });
    write(&file(&cluster), &all);
    wait_for("the worker to go on", || {
        let held: Option<String> =
            database.one("select held_reason from scheduling.worker_status()");
        held.is_none().then_some(())
    });
    look_at(&mut session, &tokens[0]);
}

#[test]
fn sessions_hear_of_a_rotation_as_it_commits_whatever_their_isolation() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let owner = database.client();
    keep(&mut database.sql, 0);
    let mut sessions = ["read committed", "repeatable read", "serializable"].map(|isolation| {
        let mut session = database.connect();
        let set = format!("set default_transaction_isolation = '{isolation}'");
        session.batch_execute(&set).expect("it can be set");
        session
    });
    let mut slot = 0;
    for round in 0..3 {
        for session in &mut sessions {
            slot += 1;
            book(session, &owner, slot).expect("it signs");
        }
        // One that is amidst a transaction as the key changes.
        let mut amidst = database.connect();
        amidst
            .batch_execute("begin isolation level repeatable read")
            .expect("it begins");
        keep(&mut amidst, 0);
        amidst.batch_execute("savepoint before").expect("it may");
        let before = active(&mut database.sql);
        amidst.batch_execute("rollback to before").expect("it may");
        amidst.batch_execute("rollback").expect("it ends");
        amidst
            .batch_execute("begin isolation level repeatable read; select 1")
            .expect("it begins");
        rotate(&mut database.sql);
        let now = active(&mut database.sql);
        assert_ne!(before, now);
        // It sees the key before, and does not take it for the one of later transactions.
        assert_eq!(active(&mut amidst), before, "round {round}");
        amidst.batch_execute("commit").expect("it ends");
        sessions = sessions.map(|mut session| {
            keep(&mut session, round);
            session
        });
        keep(&mut amidst, round);
        let by: i64 = database.one(&format!(
            "select secrets from scheduling_private.keys_in_use() where key_id = '{now}'"
        ));
        assert_eq!(by, 1);
        let others = "select count(*) from scheduling_private.keys_in_use()";
        assert_eq!(database.one::<i64>(others), 1, "round {round}");
    }
}

#[test]
fn a_rotation_that_is_rolled_back_changes_nothing_and_the_next_takes_its_key() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let owner = database.user();
    keep(&mut database.sql, 0);
    let mut other = database.connect();
    let before = active(&mut other);
    for (begin, end) in [
        ("begin", "rollback"),
        ("begin; savepoint s", "rollback to s; commit"),
    ] {
        database.sql.batch_execute(begin).expect("it begins");
        assert_eq!(rotate(&mut database.sql), 1);
        let meant = active(&mut database.sql);
        assert_ne!(meant, before);
        database.sql.batch_execute(end).expect("it ends");
        assert_eq!(keys(&cluster).len(), 2, "the file has it all the same");
        for sql in [&mut database.sql, &mut other] {
            assert_eq!(active(sql), before);
            keep(sql, 1);
        }
        assert_eq!(active(&mut database.sql), before);
    }
    let token = book(&mut database.sql, &owner, 0).expect("it signs");
    // The server dies with a rotation that has written the file and has not committed.
    database.sql.batch_execute("begin").expect("it begins");
    rotate(&mut database.sql);
    cluster.crash();
    cluster.start();
    database.reconnect();
    assert_eq!(active(&mut database.sql), before);
    look_at(&mut database.sql, &token);
    // What a process that died amidst writing has left is in nobody's way.
    let draft = cluster.data().join("scheduling.key.new");
    write(&draft, b"half a line");
    assert_eq!(rotate(&mut database.sql), 1);
    assert_eq!(keys(&cluster).len(), 2);
    let taken = active(&mut database.sql);
    assert!(keys(&cluster)[0].contains(&taken), "{taken}");
    assert_eq!(rotate(&mut database.sql), 1);
    assert_eq!(keys(&cluster).len(), 3);
    assert!(!draft.exists());
    look_at(&mut database.sql, &token);
    // Or dies right after it.
    cluster.crash();
    cluster.start();
    database.reconnect();
    assert!(keys(&cluster)[0].contains(&active(&mut database.sql)));
    look_at(&mut database.sql, &token);
}

#[test]
fn databases_that_share_the_file_rotate_each_for_itself() {
    let cluster = Cluster::preloaded();
    let mut databases = [Database::new(&cluster), Database::new(&cluster)];
    for database in &mut databases {
        keep(&mut database.sql, 0);
    }
    let [one, other] = &mut databases;
    let (owner, before) = (other.client(), active(&mut other.sql));
    let token = book(&mut other.sql, &owner, 0).expect("it signs");
    assert_eq!(rotate(&mut one.sql), 1);
    // The other one goes on with its own, in sessions of before and of now.
    assert_eq!(active(&mut other.sql), before);
    let mut session = other.connect();
    look_at(&mut session, &token);
    keep(&mut session, 1);
    assert_eq!(active(&mut session), before);
    // It takes the key that is there already, and then makes one as the first did.
    assert_eq!(rotate(&mut session), 1);
    assert_eq!(active(&mut session), active(&mut one.sql));
    assert_eq!(keys(&cluster).len(), 2);
    assert_eq!(rotate(&mut session), 1);
    assert_eq!(keys(&cluster).len(), 3);
    look_at(&mut session, &token);
    // A database that has used none begins with the newest.
    let mut third = Database::new(&cluster);
    keep(&mut third.sql, 0);
    assert_eq!(active(&mut third.sql), active(&mut session));

    // All at once: each ends with a key of the file, and the file with all of them.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            for database in [&*one, &*other, &third] {
                let mut sql = database.connect();
                scope.spawn(move || rotate(&mut sql));
            }
        }
    });
    let newest = keys(&cluster);
    for database in [one, other, &mut third] {
        let id = active(&mut database.sql);
        assert!(newest.iter().any(|key| key.contains(&id)), "{id}");
    }
    let mut distinct = newest.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), newest.len());
}

/// As docs/operations.md has it for a pair of servers, and for files that the server cannot write.
#[test]
fn a_key_that_an_operator_has_put_first_is_taken_on_both_servers() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let owner = database.client();
    // A file of 32 bytes, as the server once made it.
    write(&file(&cluster), &[0x5a; 32]);
    keep(&mut database.sql, 0);
    let token = book(&mut database.sql, &owner, 0).expect("it signs");
    let standby = cluster.base_backup(true, &[]);
    let folder = cluster.data().join("keys");
    let by_hand = format!(
        "cd {data} && {{ openssl rand -base64 32; base64 -w0 scheduling.key; echo; }} > key.tmp
         mkdir {folder} && mv key.tmp {folder}/scheduling.key && ln -sf {folder}/scheduling.key scheduling.key
         chown -R --reference=postgresql.conf {folder}",
        data = cluster.data().display(),
        folder = folder.display(),
    );
    let done = Command::new("sh").args(["-ec", &by_hand]).status();
    assert!(done.expect("there is a shell").success());
    // Nothing changes by that alone.
    keep(&mut database.connect(), 1);
    std::fs::copy(folder.join("scheduling.key"), file(&standby)).expect("it can be copied");
    write(
        &file(&standby),
        &std::fs::read(file(&cluster)).expect("it is there"),
    );
    let mut there = standby.connect(&database.name);
    look_at(&mut there, &token);
    assert_eq!(rotate(&mut database.sql), 1);
    let now = active(&mut database.sql);
    assert_eq!(keys(&cluster).len(), 2, "it made no other");
    wait_for("the rotation to arrive", || {
        (active(&mut there) == now).then_some(())
    });
    look_at(&mut there, &token);
    let anew = book(&mut database.sql, &owner, 1).expect("it signs");
    wait_for("the booking to arrive", || {
        let found = there.query_one(
            "select meeting_id from scheduling.get_booking($1)",
            &[&anew],
        );
        found.ok()
    });
    // The next one replaces what the link points to, and leaves the link. The standby has not got that key.
    assert_eq!(rotate(&mut database.sql), 1);
    let link = std::fs::symlink_metadata(file(&cluster)).expect("it is there");
    assert!(link.file_type().is_symlink());
    assert_eq!(keys(&cluster).len(), 3);
    let refused = wait_for("the rotation to arrive", || {
        let mut session = standby.connect(&database.name);
        let looked = session.query_one("select scheduling.get_booking($1)", &[&token]);
        looked.err()
    });
    assert_eq!(sqlstate(&refused), "PT503");
    write(
        &file(&standby),
        &std::fs::read(file(&cluster)).expect("it is there"),
    );
    look_at(&mut there, &token);
}

/// A cluster whose key file has a folder of its own, of which rights can be taken away.
fn with_a_folder_for_keys() -> Cluster {
    let cluster = Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.key_file", "keys/scheduling.key"),
    ]);
    in_data_directory(
        &cluster,
        "mkdir keys && chown --reference=postgresql.conf keys",
    );
    cluster
}

#[track_caller]
fn in_data_directory(cluster: &Cluster, command: &str) {
    let script = format!("cd {} && {command}", cluster.data().display());
    let done = Command::new("sh").args(["-ec", &script]).status();
    assert!(done.expect("there is a shell").success(), "{command}");
}

#[test]
fn a_file_that_cannot_be_replaced_is_an_error_before_anything_has_changed() {
    let cluster = with_a_folder_for_keys();
    let keys = cluster.data().join("keys");
    let shell = |command: &str| in_data_directory(&cluster, command);
    let mut database = Database::new(&cluster);
    keep(&mut database.sql, 0);
    let before = active(&mut database.sql);
    let text = std::fs::read(keys.join("scheduling.key")).expect("it is there");
    for (break_it, mend_it, says) in [
        ("chmod 500 keys", "chmod 700 keys", "ermission denied"),
        (
            "mkdir keys/scheduling.key.new",
            "rmdir keys/scheduling.key.new",
            "directory",
        ),
        (
            "mv keys/scheduling.key keys/away",
            "mv keys/away keys/scheduling.key",
            "No such file",
        ),
        (
            "head -c 100000 /dev/zero >> keys/scheduling.key",
            "truncate -s -100000 keys/scheduling.key",
            "too long",
        ),
        (
            "chmod 000 keys/scheduling.key",
            "chmod 600 keys/scheduling.key",
            "ermission denied",
        ),
        (
            "mv keys/scheduling.key keys/away; mkfifo -m 666 keys/scheduling.key",
            "mv keys/away keys/scheduling.key",
            "no ordinary file",
        ),
        (
            "mv keys/scheduling.key keys/away; openssl rand -base64 32 > keys/scheduling.key; chmod 644 keys/scheduling.key",
            "mv keys/away keys/scheduling.key",
            "another key",
        ),
    ] {
        shell(break_it);
        let refused = database
            .sql
            .query_one("select scheduling.rotate_key()", &[]);
        let refused = refused.expect_err(break_it);
        assert_eq!(sqlstate(&refused), "PT503", "{break_it}");
        assert!(explain(&refused).contains(says), "{}", explain(&refused));
        shell(mend_it);
        assert_eq!(active(&mut database.sql), before, "{break_it}");
        assert_eq!(
            std::fs::read(keys.join("scheduling.key")).expect("it is there"),
            text
        );
        keep(&mut database.connect(), 1);
    }
    assert_eq!(rotate(&mut database.sql), 1);
    use std::os::unix::fs::PermissionsExt as _;
    let made = std::fs::metadata(keys.join("scheduling.key")).expect("it is there");
    assert_eq!(made.permissions().mode() & 0o777, 0o600);
}

/// As on a standby between the rotation and the copy of the file.
#[test]
fn a_session_that_does_not_find_the_new_key_does_not_go_on_with_the_one_before() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let owner = database.user();
    keep(&mut database.sql, 0);
    let mut session = database.connect();
    let before = book(&mut session, &owner, 0).expect("it signs");
    look_at(&mut session, &before);
    let old = std::fs::read(file(&cluster)).expect("it is there");
    rotate(&mut database.sql);
    let after = book(&mut database.sql, &owner, 1).expect("it signs");
    let new = std::fs::read(file(&cluster)).expect("it is there");
    write(&file(&cluster), &old);
    for round in 0..3 {
        let looks = "select from scheduling.get_booking($1)";
        let refused = session.query_one(looks, &[&before]);
        let refused = refused.expect_err("it does not know whether that was signed");
        assert_eq!(sqlstate(&refused), "PT503", "round {round}");
        let refused = book(&mut session, &owner, 2).expect_err("it does not sign");
        assert_eq!(sqlstate(&refused), "PT503", "round {round}");
    }
    write(&file(&cluster), &new);
    look_at(&mut session, &after);
    look_at(&mut session, &before);
    assert_eq!(active(&mut session), active(&mut database.sql));
}

/// Its operator puts a key there for each rotation, and none for what a rotation had to pass over.
#[test]
fn a_file_that_cannot_be_written_is_no_reason_not_to_take_along_what_was_passed_over() {
    let cluster = with_a_folder_for_keys();
    let shell = |command: &str| in_data_directory(&cluster, command);
    let mut database = Database::new(&cluster);
    keep(&mut database.sql, 0);
    let before = active(&mut database.sql);
    shell(
        "{ openssl rand -base64 32; cat keys/scheduling.key; } > next && cat next > keys/scheduling.key
         rm next; chmod 500 keys",
    );
    let mut stranger = database.connect();
    let lock = "begin; update scheduling.providers set tenant = 'mine'";
    stranger.batch_execute(lock).expect("it locks");
    assert_eq!(rotate(&mut database.sql), 0);
    stranger.batch_execute("commit").expect("it ends");
    let after = active(&mut database.sql);
    assert_ne!(after, before);
    assert_eq!(rotate(&mut database.sql), 1);
    assert_eq!(active(&mut database.sql), after);
    let in_use = "select count(*) from scheduling_private.keys_in_use()";
    assert_eq!(database.one::<i64>(in_use), 1);
    // From here on it would take another one.
    let refused = database
        .sql
        .query_one("select scheduling.rotate_key()", &[]);
    let refused = refused.expect_err("nothing can be written there");
    assert_eq!(sqlstate(&refused), "PT503");
    shell("chmod 700 keys");
}

#[test]
fn rows_that_a_stranger_holds_are_passed_over_and_taken_the_next_time() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    for (n, mode) in (1..).zip(Mode::BOTH) {
        let owner = database.owner(mode);
        let names = mode.names();
        let insert = format!(
            "insert into scheduling.{} ({}, provider, refresh_token) values ('{}', 'google', 'token')",
            names.connections, names.key, owner.id
        );
        database.sql.batch_execute(&insert).expect("it is stored");
        keep(&mut database.sql, 0);
        let mut stranger = database.connect();
        let lock = format!(
            "begin; update scheduling.{} set status_detail = 'mine'",
            names.connections
        );
        stranger.batch_execute(&lock).expect("it locks");
        assert_eq!(rotate(&mut database.sql), n, "all but the locked one");
        let in_use = "select count(*) from scheduling_private.keys_in_use()";
        assert_eq!(database.one::<i64>(in_use), 2);
        let known = "select count(*) from scheduling_private.key_fingerprints";
        assert_eq!(database.one::<i64>(known), 2);
        // It is neither waited for nor in anybody's way: the stranger may take what has been sealed anew.
        let go_on = "select client_id from scheduling.providers for update; commit";
        stranger.batch_execute(go_on).expect("no deadlock");
        assert_eq!(rotate(&mut database.sql), n + 1);
        assert_eq!(database.one::<i64>(in_use), 1);
        assert_eq!(database.one::<i64>(known), 1);
    }
}

/// The worker compares the refresh token that is stored with the one that it has used; sealed anew it is the
/// same token.
#[test]
fn a_token_that_comes_while_the_old_one_is_sealed_anew_is_stored() {
    for mode in Mode::BOTH {
        let (mut database, graph, owner) = refresh::prepare(Cluster::shared(), mode);
        let mut session = database.connect();
        session.batch_execute("begin").expect("it begins");
        assert_eq!(rotate(&mut session), 3);
        let list = "select * from scheduling.provider_calendars($1, 'outlook')";
        let listed = database.sql.query(list, &[&owner.key()]);
        listed.unwrap_or_else(|error| panic!("{}", explain(&error)));
        assert_eq!(refresh::refreshes(&graph), 1);
        std::thread::sleep(std::time::Duration::from_millis(200));
        // As this session sees it: once it has ended, the new one may be there at once.
        let names = owner.mode.names();
        let grant = format!(
            "select refresh_token from scheduling.{} where {} = '{}'",
            names.connections, names.key, owner.id
        );
        let sealed_anew: String = session.query_one(&grant, &[]).expect("it is there").get(0);
        session.batch_execute("commit").expect("it ends");
        wait_for("the new token to be stored", || {
            (refresh::sealed_grant(&mut database, &owner) != sealed_anew).then_some(())
        });
        // It is the good one: the next refresh is made with it, by a worker that knows nothing else.
        refresh::expire(&mut database, &graph, mode);
        crate::crash::kill_worker(&mut database);
        database.wait_for_worker();
        let listed = database.sql.query(list, &[&owner.key()]);
        listed.unwrap_or_else(|error| panic!("{}", explain(&error)));
        assert_eq!(refresh::refreshes(&graph), 2);
        assert_eq!(refresh::status(&mut database, &owner), "ok");
    }
}
