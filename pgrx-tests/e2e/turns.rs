//! Whose turn it is with an owner: everybody who writes meetings queues up, whatever else they lock in
//! whatever order, and nobody waits for a stranger's row that they do not need.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use postgres::Client;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, explain, sqlstate};
use crate::harness::wait::wait_for;

/// Sooner than any deadlock would be noticed, and later than any booking takes.
const AT_ONCE: Duration = Duration::from_millis(900);

fn book(sql: &mut Client, slug: &str, hours: i32, email: &str) -> Result<String, postgres::Error> {
    let call = "select manage_token from scheduling.book($1, date_trunc('day', now(), 'UTC')
                    + interval '3 days' + $2 * interval '30 minutes', $3, 'Guest')";
    Ok(sql
        .query_one(call, &[&slug, &f64::from(hours), &email])?
        .get(0))
}

/// Waits until so many sessions of the database wait for a lock.
fn wait_for_waiters(database: &mut Database<'_>, wanted: i64) {
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
    wait_for("sessions that wait for a lock", || {
        (database.one::<i64>(waiting) == wanted).then_some(())
    });
}

#[test]
fn no_advisory_lock_of_anybody_stands_in_an_owners_way() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let names = mode.names();
        let (table, key) = match mode {
            Mode::Client => ("clients", "id"),
            Mode::User => ("user_profiles", "user_id"),
        };
        let owner = database.owner(mode);
        // Of ids that people make up, the halves cancel each other out, or leave a small number.
        for id in [
            "11111111-1111-1111-1111-111111111111",
            "00000000-0000-0000-0000-00000000002a",
        ] {
            let change = format!(
                "insert into scheduling.{table} select (jsonb_populate_record(o, '{{\"{key}\": \"{id}\"}}')).*
                 from scheduling.{table} o where {key} = '{0}';
                 update scheduling.booking_links set {1} = '{id}' where slug = '{2}';",
                owner.id, names.key, owner.slug
            );
            database.sql.batch_execute(&change).expect("it is a row");
            let mut stranger = database.connect();
            stranger
                .batch_execute(
                    "select pg_advisory_lock(n) from generate_series(0, 64) n;
                     select pg_advisory_lock(n, m) from generate_series(0, 8) n, generate_series(0, 8) m",
                )
                .expect("anybody may");
            let mut visitor = database.connect();
            visitor
                .batch_execute("set statement_timeout = '2s'")
                .unwrap();
            book(
                &mut visitor,
                &owner.slug,
                id.len() as i32 % 7,
                "ada@guest.example",
            )
            .unwrap_or_else(|error| panic!("{id}: {}", explain(&error)));
            let undo = format!(
                "delete from scheduling.{} where {} = '{id}'",
                names.meetings, names.key
            );
            database.sql.batch_execute(&undo).unwrap();
        }
    }
}

/// The README's own recipe in one transaction: the guest, then the meeting.
#[test]
fn a_visitor_and_a_transaction_that_writes_the_same_guest_never_deadlock() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let (owner, names) = (database.owner(mode), mode.names());
        let guest = format!(
            "insert into scheduling.{} ({}, email, name) values ('{}', 'eve@guest.example', 'Eve')
             on conflict ({1}, lower(email)) do update set name = excluded.name",
            names.guests, names.key, owner.id
        );
        let meeting = format!(
            "insert into scheduling.{} ({}, starts_at, ends_at)
             values ('{}', now() + interval '20 days', now() + interval '20 days 1 hour')",
            names.meetings, names.key, owner.id
        );
        // A new guest, and one who is known; the guest first, and the meeting first.
        for (n, statements) in [[&guest, &meeting], [&guest, &meeting], [&meeting, &guest]]
            .into_iter()
            .enumerate()
        {
            database
                .sql
                .batch_execute(&format!(
                    "delete from scheduling.{} where starts_at > now() + interval '15 days'",
                    names.meetings
                ))
                .unwrap();
            let mut application = database.connect();
            let mut transaction = application.transaction().unwrap();
            transaction.batch_execute(statements[0]).unwrap();
            let (slug, mut session) = (owner.slug.clone(), database.connect());
            let visitor = std::thread::spawn(move || {
                book(&mut session, &slug, n as i32, "eve@guest.example")
            });
            // A visitor whose guest is known waits for nothing but the owner's turn.
            let waits = n != 1;
            if waits {
                wait_for_waiters(&mut database, 1);
            }
            transaction
                .batch_execute(statements[1])
                .unwrap_or_else(|error| panic!("{mode:?} {n}: {}", explain(&error)));
            transaction.commit().unwrap();
            let booked = visitor.join().expect("no panic");
            booked.unwrap_or_else(|error| panic!("{mode:?} {n}: {}", explain(&error)));
        }
    }
}

#[test]
fn a_locked_row_holds_up_only_those_who_need_it() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let (owner, names) = (database.owner(mode), mode.names());
        let other_link: String = database.one(&format!(
            "insert into scheduling.booking_links (slug, {}, title) values ('other-' || gen_random_uuid(), '{}', 'Other')
             returning slug",
            names.key, owner.id
        ));
        let mut visitor = database.connect();
        book(&mut visitor, &owner.slug, 0, "locked@guest.example").unwrap();
        let moving = book(&mut visitor, &owner.slug, 1, "mover@guest.example").unwrap();
        for (n, row, who) in [
            (
                2,
                format!("scheduling.booking_links where slug = '{}'", owner.slug),
                "ada@guest.example",
            ),
            (
                4,
                format!(
                    "scheduling.{} where email = 'locked@guest.example'",
                    names.guests
                ),
                "locked@guest.example",
            ),
        ] {
            let mut stranger = database.connect();
            let mut lock = stranger.transaction().unwrap();
            lock.batch_execute(&format!("select from {row} for update"))
                .unwrap();
            let (slug, mut session) = (owner.slug.clone(), database.connect());
            let waiting = std::thread::spawn(move || book(&mut session, &slug, n, who));
            wait_for_waiters(&mut database, 1);
            // Whoever does not need it has the owner's turn at once, by booking, moving and plain SQL.
            let began = Instant::now();
            book(&mut visitor, &other_link, n + 20, "bob@guest.example")
                .unwrap_or_else(|error| panic!("{row}: {}", explain(&error)));
            visitor
                .execute(
                    "select scheduling.reschedule_booking($1, date_trunc('day', now(), 'UTC')
                         + interval '3 days' + $2 * interval '30 minutes')",
                    &[&moving, &f64::from(n + 30)],
                )
                .unwrap_or_else(|error| panic!("{row}: {}", explain(&error)));
            assert!(began.elapsed() < AT_ONCE, "{row}: {:?}", began.elapsed());
            lock.commit().unwrap();
            let booked = waiting.join().expect("no panic");
            booked.unwrap_or_else(|error| panic!("{row}: {}", explain(&error)));

            // Whoever waits can be stopped like any query.
            let mut lock = stranger.transaction().unwrap();
            lock.batch_execute(&format!("select from {row} for update"))
                .unwrap();
            for setting in ["statement_timeout", "lock_timeout"] {
                let mut session = database.connect();
                session
                    .batch_execute(&format!("set {setting} = '300ms'"))
                    .unwrap();
                let error = book(&mut session, &owner.slug, n + 1, who).expect_err("it waits");
                let expected = if setting == "lock_timeout" {
                    "55P03"
                } else {
                    "57014"
                };
                assert_eq!(sqlstate(&error), expected, "{}", explain(&error));
                // And has left nothing behind that is locked.
                drop(session);
            }
            lock.commit().unwrap();
        }
    }
}

#[test]
fn a_booking_that_somebody_is_changing_is_moved_once_they_are_done() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let (owner, names) = (database.owner(mode), mode.names());
        let token = book(&mut database.connect(), &owner.slug, 0, "ada@guest.example").unwrap();
        let mut application = database.connect();
        let mut transaction = application.transaction().unwrap();
        // Plain SQL locks the row, and then waits for the owner's turn.
        let change = format!("update scheduling.{} set notes = 'x'", names.meetings);
        transaction.batch_execute(&change).unwrap();
        let mut session = database.connect();
        let moving = std::thread::spawn(move || {
            session.execute(
                "select scheduling.reschedule_booking($1, date_trunc('day', now(), 'UTC')
                     + interval '4 days')",
                &[&token],
            )
        });
        wait_for_waiters(&mut database, 1);
        let change = format!(
            "update scheduling.{} set ends_at = ends_at + interval '5 minutes'",
            names.meetings
        );
        transaction.batch_execute(&change).unwrap();
        transaction.commit().unwrap();
        moving
            .join()
            .expect("no panic")
            .unwrap_or_else(|error| panic!("{}", explain(&error)));
        let moved: bool = database.one(&format!(
            "select ends_at = date_trunc('day', now(), 'UTC') + interval '4 days 35 minutes'
             from scheduling.{}",
            names.meetings
        ));
        assert!(moved, "by the length that it has by then");
    }
}

/// Visitors who book and move, and plain SQL of three kinds, all at once on one owner.
#[test]
fn visitors_and_plain_sql_at_once_neither_overlap_nor_deadlock() {
    let seconds = std::env::var("TURNS_SECONDS").map_or(6, |seconds| seconds.parse().unwrap());
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        database
            .sql
            .batch_execute(&format!(
                "update scheduling.booking_links set duration_minutes = 60, slot_interval_minutes = 15,
                     max_hourly_attempts_per_guest = null, max_hourly_bookings_per_guest = null,
                     max_upcoming_bookings_per_guest = null, max_hourly_moves_per_booking = null
                 where slug = '{}'",
                owner.slug
            ))
            .unwrap();
        let (over, done) = (AtomicBool::new(false), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..64)
                .map(|n| {
                    let (mut session, owner, over, done) =
                        (database.connect(), &owner, &over, &done);
                    scope.spawn(move || {
                        let mut chance = Chance(n + 1);
                        let mut token = None;
                        while !over.load(Ordering::Relaxed) {
                            let outcome = act(&mut session, owner, n, &mut chance, &mut token);
                            match outcome {
                                Ok(()) => {
                                    done.fetch_add(1, Ordering::Relaxed);
                                }
                                Err(error) => assert!(
                                    ["PT409", "PT404", "23P01"].contains(&sqlstate(&error)),
                                    "{}",
                                    explain(&error)
                                ),
                            }
                        }
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_secs(seconds));
            over.store(true, Ordering::Relaxed);
            threads
                .into_iter()
                .for_each(|thread| thread.join().expect("no other error"));
        });
        assert!(done.load(Ordering::Relaxed) > 50, "{done:?}");
        let overlapping: i64 = database.one(&format!(
            "select count(*) from scheduling.{0} a join scheduling.{0} b
             on a.id < b.id and a.status = 'confirmed' and b.status = 'confirmed'
                and a.starts_at < b.ends_at and b.starts_at < a.ends_at",
            mode.names().meetings
        ));
        assert_eq!(overlapping, 0);
    }
}

/// Numbers that look random, and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % end
    }
}

fn act(
    sql: &mut Client,
    owner: &Owner,
    n: u64,
    chance: &mut Chance,
    token: &mut Option<String>,
) -> Result<(), postgres::Error> {
    let names = owner.mode.names();
    let guest = format!("guest-{}@guest.example", chance.below(12));
    let quarter = i32::try_from(chance.below(190)).unwrap_or(0);
    let start = format!(
        "date_trunc('day', now(), 'UTC') + interval '3 days' + {quarter} * interval '15 minutes'"
    );
    match n % 4 {
        0 | 1 if token.is_none() => {
            let call = format!("select manage_token from scheduling.book($1, {start}, $2, 'Guest')");
            *token = Some(sql.query_one(&call, &[&owner.slug, &guest])?.get(0));
        }
        0 | 1 => {
            let (call, last) = match chance.below(3) {
                0 => ("select scheduling.cancel_booking($1)".to_owned(), true),
                _ => (format!("select scheduling.reschedule_booking($1, {start})"), false),
            };
            sql.execute(&call, &[&token.as_ref()])?;
            if last {
                *token = None;
            }
        }
        2 => sql.batch_execute(&format!(
            "begin;
             insert into scheduling.{guests} ({key}, email, name) values ('{id}', '{guest}', 'Plain')
             on conflict ({key}, lower(email)) do update set name = excluded.name;
             insert into scheduling.{meetings} ({key}, starts_at, ends_at)
             values ('{id}', {start}, {start} + interval '1 hour');
             commit",
            guests = names.guests,
            meetings = names.meetings,
            key = names.key,
            id = owner.id
        ))
        .inspect_err(|_| ())
        .or_else(|error| sql.batch_execute("rollback").and(Err(error)))?,
        _ => sql.batch_execute(&format!(
            "update scheduling.{meetings} m set starts_at = {start}, ends_at = {start} + interval '1 hour'
             where m.id = (select id from scheduling.{meetings} where {key} = '{id}' and status = 'confirmed'
                           order by random() limit 1);
             ",
            meetings = names.meetings,
            key = names.key,
            id = owner.id
        ))?,
    }
    Ok(())
}
