//! Booking at every isolation level: what is decided behind an owner's lock is decided by what is committed
//! by then, or refused. Never a silent excess.

use std::sync::Barrier;

use postgres::Client;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, explain, sqlstate};

const LEVELS: [&str; 3] = ["read committed", "repeatable read", "serializable"];

fn at_level(database: &Database<'_>, level: &str) -> Client {
    let mut session = database.connect();
    session
        .batch_execute(&format!("set default_transaction_isolation = '{level}'"))
        .expect("anybody may");
    session
}

#[test]
fn of_sixty_four_visitors_at_once_a_day_with_a_cap_of_five_takes_five() {
    let mut database = Database::new(Cluster::shared());
    for (mode, level) in Mode::BOTH
        .into_iter()
        .flat_map(|mode| LEVELS.map(|level| (mode, level)))
    {
        let owner = database.owner(mode);
        database
            .sql
            .batch_execute(&format!(
                "update scheduling.booking_links set max_bookings_per_day = 5, duration_minutes = 15
                 where slug = '{}'",
                owner.slug
            ))
            .unwrap();
        let barrier = Barrier::new(64);
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let visitors: Vec<_> = (0..64)
                .map(|n| {
                    let (mut session, owner, barrier) =
                        (at_level(&database, level), &owner, &barrier);
                    scope.spawn(move || {
                        let call = "select from scheduling.book($1, date_trunc('day', now(), 'UTC')
                            + interval '3 days' + $2 * interval '15 minutes', $3, 'Guest')";
                        let guest = format!("guest-{n}@guest.example");
                        barrier.wait();
                        // A transaction that cannot be put in order is for its client to try again.
                        loop {
                            let booked =
                                session.execute(call, &[&owner.slug, &f64::from(n), &guest]);
                            match &booked {
                                Err(error) if sqlstate(error) == "40001" => {}
                                _ => return booked,
                            }
                        }
                    })
                })
                .collect();
            visitors
                .into_iter()
                .map(|visitor| visitor.join().expect("no panic"))
                .collect()
        });
        for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            assert_eq!(sqlstate(error), "PT409", "{level}: {}", explain(error));
        }
        let booked = outcomes.iter().filter(|outcome| outcome.is_ok()).count() as i64;
        let rows: i64 = database.one(&format!(
            "select count(*) from scheduling.{} where {} = '{}'",
            mode.names().meetings,
            mode.names().key,
            owner.id
        ));
        assert_eq!((booked, rows), (5, 5), "{mode:?}, {level}");
    }
}

/// Both transactions see the world as it was before either booked.
#[test]
fn a_snapshot_from_before_hides_no_booking_from_caps_limits_and_keys() {
    let mut database = Database::new(Cluster::shared());
    for (mode, level) in Mode::BOTH
        .into_iter()
        .flat_map(|mode| LEVELS.map(|level| (mode, level)))
    {
        for (limit, key, refused) in [
            ("max_bookings_per_day = 1", "null", "PT409"),
            ("max_upcoming_bookings_per_guest = 1", "null", "PT429"),
            ("max_hourly_bookings_per_guest = 1", "null", "PT429"),
            ("title = 'Call'", "'k'", "22023"),
        ] {
            let owner = database.owner(mode);
            // The guest is known, so that nothing but the limit is between the two.
            database
                .sql
                .batch_execute(&format!(
                    "update scheduling.booking_links set {limit} where slug = '{}';
                     insert into scheduling.{} ({}, email, name, phone)
                     values ('{}', 'ada@guest.example', 'Ada', '+1')",
                    owner.slug,
                    mode.names().guests,
                    mode.names().key,
                    owner.id
                ))
                .unwrap();
            let book = |hour: i32| {
                format!(
                    "select manage_token from scheduling.book('{}', date_trunc('day', now(), 'UTC')
                         + interval '3 days {hour} hours', 'ada@guest.example', 'Ada', idempotency_key => {key})",
                    owner.slug
                )
            };
            let mut later = at_level(&database, level);
            let mut second = later.transaction().unwrap();
            second
                .query("select count(*) from scheduling.clients", &[])
                .unwrap();
            let first: String = at_level(&database, level)
                .query_one(&book(9), &[])
                .unwrap()
                .get(0);
            if key != "null" {
                let again = second.query_one(&book(9), &[]);
                match &again {
                    Ok(row) => assert_eq!(row.get::<_, String>(0), first),
                    Err(error) => assert_eq!(sqlstate(error), "40001", "{}", explain(error)),
                }
                if again.is_err() {
                    continue;
                }
            }
            let error = second.query_one(&book(12), &[]).expect_err(limit);
            assert!(
                [refused, "40001"].contains(&sqlstate(&error)),
                "{mode:?}, {level}, {limit}: {}",
                explain(&error)
            );
        }
    }
}

#[test]
fn a_read_only_transaction_is_told_so_before_it_waits_for_anybody() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let when = "date_trunc('day', now(), 'UTC') + interval '3 days'";
        let token: String = database.one(&format!(
            "select manage_token from scheduling.book('{}', {when}, 'ada@guest.example', 'Ada')",
            owner.slug
        ));
        let mut holder = database.connect();
        let mut turn = holder.transaction().unwrap();
        turn.execute("select scheduling.lock_owner($1)", &[&owner.key()])
            .unwrap();
        let mut reader = database.connect();
        reader
            .batch_execute("set default_transaction_read_only = on; set statement_timeout = '2s'")
            .unwrap();
        for call in [
            format!(
                "book('{}', {when} + interval '1 hour', 'eve@guest.example', 'Eve')",
                owner.slug
            ),
            format!("reschedule_booking('{token}', {when} + interval '2 hours')"),
            format!("cancel_booking('{token}')"),
            format!("lock_owner('{}')", owner.key()),
        ] {
            let error = reader
                .query(&format!("select scheduling.{call}"), &[])
                .expect_err("it writes");
            assert_eq!(sqlstate(&error), "25006", "{call}: {}", explain(&error));
        }
        reader
            .query(
                &format!("select * from scheduling.get_booking('{token}')"),
                &[],
            )
            .expect("looking is allowed");
    }
}

/// A visitor's transaction that began before may still list it: what it sees is of then.
#[test]
fn time_off_that_was_committed_meanwhile_is_not_booked_at_any_level() {
    let mut database = Database::new(Cluster::shared());
    for (mode, level) in Mode::BOTH
        .into_iter()
        .flat_map(|mode| LEVELS.map(|level| (mode, level)))
    {
        let owner = database.owner(mode);
        let when = "date_trunc('day', now(), 'UTC') + interval '3 days 10 hours'";
        let booked: String = database.one(&format!(
            "select manage_token from scheduling.book('{}', {when} + interval '2 days', 'ada@guest.example', 'Ada')",
            owner.slug
        ));
        for call in [
            format!("book('{}', {when}, 'eve@guest.example', 'Eve')", owner.slug),
            format!("reschedule_booking('{booked}', {when})"),
        ] {
            let mut session = at_level(&database, level);
            let mut visit = session.transaction().unwrap();
            let listed = format!(
                "select from scheduling.link_slots('{}') where slot_start = {when}",
                owner.slug
            );
            assert_eq!(visit.query(&listed, &[]).unwrap().len(), 1);
            database
                .sql
                .batch_execute(&format!(
                    "insert into scheduling.time_off ({}, starts_at, ends_at, reason)
                     values ('{}', {when} + interval '29 minutes', {when} + interval '1 hour', 'surgery')",
                    mode.names().key,
                    owner.id
                ))
                .unwrap();
            let error = visit
                .query(&format!("select scheduling.{call}"), &[])
                .expect_err("the owner is away");
            assert!(
                ["PT409", "40001"].contains(&sqlstate(&error)),
                "{mode:?}, {level}, {call}: {}",
                explain(&error)
            );
            assert!(!explain(&error).contains("surgery"));
            drop(visit);
            database
                .sql
                .batch_execute("delete from scheduling.time_off")
                .unwrap();
        }
    }
}
