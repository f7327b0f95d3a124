//! Attempts to book, counted over sessions, rollbacks and restarts, on servers with and without the
//! file that they are counted in.

use std::fs;
use std::sync::Barrier;

use postgres::Client;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, book, sqlstate};

/// Limits nothing but attempts at the owner's link.
fn limit(database: &mut Database<'_>, owner: &Owner, attempts: u32) {
    let change = format!(
        "update scheduling.booking_links set max_hourly_attempts_per_guest = {attempts},
             max_hourly_bookings_per_guest = null, max_upcoming_bookings_per_guest = null
         where slug = '{}'",
        owner.slug
    );
    let changed = database.sql.batch_execute(&change);
    changed.expect("links can be changed");
}

fn code(outcome: Result<uuid::Uuid, postgres::Error>) -> String {
    match outcome {
        Ok(_) => "booked".to_owned(),
        Err(error) => sqlstate(&error).to_owned(),
    }
}

/// What becomes of one call for the first slot in each session, all of them at once; sorted.
fn book_at_once(sessions: Vec<Client>, owner: &Owner) -> Vec<String> {
    let barrier = Barrier::new(sessions.len());
    let mut codes: Vec<_> = std::thread::scope(|scope| {
        let visit = |mut session: Client| {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                code(book(&mut session, owner, 0))
            })
        };
        let visitors: Vec<_> = sessions.into_iter().map(visit).collect();
        let ended = visitors.into_iter().map(|visitor| visitor.join());
        ended.map(|code| code.expect("no panic")).collect()
    });
    codes.sort();
    codes
}

fn expected(counts: &[(&str, usize)]) -> Vec<String> {
    let codes = counts.iter().map(|(code, n)| vec![(*code).to_owned(); *n]);
    codes.flatten().collect()
}

fn sessions(database: &Database<'_>, n: usize) -> Vec<Client> {
    (0..n).map(|_| database.connect()).collect()
}

#[test]
fn of_thirty_two_attempts_at_once_as_many_are_let_in_as_the_link_allows() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let (owner, other) = (database.owner(mode), database.owner(mode));
        limit(&mut database, &owner, 10);
        limit(&mut database, &other, 1);
        assert_eq!(
            book_at_once(sessions(&database, 32), &owner),
            expected(&[("PT409", 9), ("PT429", 22), ("booked", 1)]),
            "{mode:?}"
        );
        // A session that is new, and one that was there before.
        let again = [&mut database.connect(), &mut database.sql].map(|sql| book(sql, &owner, 5));
        assert_eq!(again.map(code), ["PT429", "PT429"]);
        // Somebody else at this link, and the same guest at another.
        let bob = format!(
            "select from scheduling.book('{}', date_trunc('day', now(), 'UTC') + interval '3 days',
                 'bob@guest.example', 'Bob')",
            owner.slug
        );
        database.sql.execute(&bob, &[]).expect("Bob has not tried");
        book(&mut database.sql, &other, 0).expect("another link");
    }
}

#[test]
fn attempts_survive_a_restart_and_a_crash() {
    // Nothing is preloaded: attempts are counted all the same.
    let cluster = Cluster::with_settings(&[]);
    let mut database = Database::new(&cluster);
    let owner = database.client();
    limit(&mut database, &owner, 4);
    book(&mut database.sql, &owner, 0).expect("the first");
    assert_eq!(code(book(&mut database.sql, &owner, 0)), "PT409");
    cluster.stop();
    cluster.start();
    database.reconnect();
    assert_eq!(code(book(&mut database.sql, &owner, 0)), "PT409");
    cluster.crash();
    cluster.start();
    database.reconnect();
    let last = (0..2).map(|_| code(book(&mut database.sql, &owner, 0)));
    assert_eq!(last.collect::<Vec<_>>(), ["PT409", "PT429"]);
}

#[test]
fn databases_of_one_server_count_apart() {
    let mut databases = [(); 2].map(|()| Database::new(Cluster::shared()));
    let owner = databases[0].client();
    limit(&mut databases[0], &owner, 1);
    // The same link, as restoring a dump beside the original makes it.
    let [original, copy] = &mut databases;
    for table in ["clients", "booking_links"] {
        let rows: serde_json::Value =
            original.one(&format!("select jsonb_agg(t) from scheduling.{table} t"));
        let insert = format!(
            "insert into scheduling.{table} select * from jsonb_populate_recordset(null::scheduling.{table}, $1)"
        );
        copy.sql.execute(&insert, &[&rows]).expect("it is copied");
    }
    for database in [original, copy] {
        book(&mut database.sql, &owner, 0).expect("the first here");
        assert_eq!(code(book(&mut database.sql, &owner, 1)), "PT429");
    }
}

#[test]
fn a_broken_file_is_made_anew_by_one_of_all_who_find_it() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let owner = database.user();
    limit(&mut database, &owner, 10);
    let file = cluster.data().join("scheduling.attempts");
    assert!(!file.exists(), "nobody has booked yet");
    // Cut short, as a copy of the data directory that was interrupted has it.
    fs::write(&file, "attempts table 1").expect("we are the server's account, or root");
    if let Some(user) = crate::harness::machine::machine().run_as {
        std::os::unix::fs::chown(&file, Some(user.uid), Some(user.gid)).expect("we are root");
    }
    assert_eq!(
        book_at_once(sessions(&database, 32), &owner),
        expected(&[("PT409", 9), ("PT429", 22), ("booked", 1)])
    );
}

#[test]
fn where_the_file_cannot_be_used_bookings_are_made_and_the_log_says_so() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let owner = database.user();
    limit(&mut database, &owner, 1);
    let file = cluster.data().join("scheduling.attempts");
    fs::create_dir(&file).expect("we are the server's account, or root");
    let mut other = database.connect();
    for n in 0..3 {
        book(&mut database.sql, &owner, n).expect("attempts are not counted");
        book(&mut other, &owner, 10 + n).expect("attempts are not counted");
    }
    let log = cluster.log();
    let warnings = log.lines().filter(|line| {
        line.contains("WARNING")
            && line.contains("does not count attempts: the file scheduling.attempts")
    });
    assert_eq!(warnings.count(), 2, "one a session");
    // What stood in the way is gone: the sessions begin to count.
    fs::remove_dir(&file).expect("it is empty");
    book(&mut database.sql, &owner, 20).expect("the first that counts");
    assert_eq!(code(book(&mut other, &owner, 21)), "PT429");
}
