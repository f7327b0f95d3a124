//! Booking, as many visitors at once see it, in both modes.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, book, explain, sqlstate};

#[test]
fn sixty_four_visitors_of_one_slot_get_one_meeting() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let sessions: Vec<_> = (0..64).map(|_| database.connect()).collect();
        let barrier = Barrier::new(sessions.len());
        let started = Instant::now();
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let visit = |mut session| {
                let (owner, barrier) = (&owner, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    book(&mut session, owner, 20)
                })
            };
            let visitors: Vec<_> = sessions.into_iter().map(visit).collect();
            visitors
                .into_iter()
                .map(|visitor| visitor.join().expect("no panic"))
                .collect()
        });
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "took {:?}",
            started.elapsed()
        );

        let booked = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        let codes: Vec<_> = refused.map(sqlstate).collect();
        assert_eq!((booked, codes), (1, vec!["PT409"; 63]), "{mode:?}");
        let table = mode.names().meetings;
        let rows: i64 = database.one(&format!("select count(*) from scheduling.{table}"));
        assert_eq!(rows, 1);
    }
}

#[test]
fn of_thirty_two_bookings_at_once_an_address_gets_as_many_as_the_link_allows() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        for (limits, allowed) in [
            ("max_hourly_bookings_per_guest = 5", 5),
            (
                "max_hourly_bookings_per_guest = null, max_upcoming_bookings_per_guest = 7",
                7,
            ),
        ] {
            let owner = database.owner(mode);
            let change = format!(
                "update scheduling.booking_links set {limits} where slug = '{}'",
                owner.slug
            );
            database
                .sql
                .batch_execute(&change)
                .expect("links can be changed");
            // A slot each, so nothing but the limit stands in anybody's way.
            let sessions: Vec<_> = (0..32).map(|n| (n, database.connect())).collect();
            let barrier = Barrier::new(sessions.len());
            let outcomes: Vec<_> = std::thread::scope(|scope| {
                let visit = |(n, mut session)| {
                    let (owner, barrier) = (&owner, &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        book(&mut session, owner, n)
                    })
                };
                let visitors: Vec<_> = sessions.into_iter().map(visit).collect();
                visitors
                    .into_iter()
                    .map(|visitor| visitor.join().expect("no panic"))
                    .collect()
            });
            let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
            let codes: Vec<_> = refused.map(sqlstate).collect();
            assert_eq!(codes, vec!["PT429"; 32 - allowed], "{mode:?}: {limits}");
            let rows: i64 = database.one(&format!(
                "select count(*) from scheduling.{} where {} = '{}'",
                mode.names().meetings,
                mode.names().key,
                owner.id
            ));
            assert_eq!(rows, allowed as i64, "{mode:?}: {limits}");
        }
    }
}

#[test]
fn visitors_of_overlapping_slots_never_overlap_and_never_deadlock() {
    let mut database = Database::new(Cluster::shared());
    let owner = database.client();
    let change = format!(
        "update scheduling.booking_links set duration_minutes = 60, slot_interval_minutes = 15 where slug = '{}'",
        owner.slug
    );
    database
        .sql
        .batch_execute(&change)
        .expect("links can be changed");
    let barrier = Barrier::new(24);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let visitors: Vec<_> = (0..24)
            .map(|n| {
                let (mut session, owner, barrier) = (database.connect(), &owner, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    // Half of them are plain inserts, which take the same lock in the same order.
                    match n % 2 {
                        0 => book(&mut session, owner, n / 2).map(|_| ()),
                        _ => session
                            .execute(
                                "insert into scheduling.meetings (client_id, starts_at, ends_at)
                                 select $1, start, start + interval '1 hour'
                                 from (select date_trunc('day', now(), 'UTC') + interval '2 days'
                                           + $2 * interval '15 minutes' as start) s",
                                &[&owner.id, &f64::from(n)],
                            )
                            .map(|_| ()),
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
        // 23P01 is the exclusion constraint's own word, for the plain inserts.
        assert!(
            ["PT409", "23P01"].contains(&sqlstate(error)),
            "{}",
            explain(error)
        );
    }
    let booked = outcomes.iter().filter(|outcome| outcome.is_ok()).count() as i64;
    let (rows, overlapping): (i64, i64) = (
        database.one("select count(*) from scheduling.meetings"),
        database.one(
            "select count(*) from scheduling.meetings a join scheduling.meetings b
             on a.id < b.id and a.starts_at < b.ends_at and b.starts_at < a.ends_at",
        ),
    );
    assert_eq!((rows, overlapping), (booked, 0));
    assert!(booked >= 2, "somebody gets a meeting");
}

#[test]
fn a_plain_insert_queues_the_jobs_that_book_queues() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let names = mode.names();
        let booked = database.book(&owner, 0);
        let inserted = database.one(&format!(
            "insert into scheduling.{meetings} ({key}, booking_link_id, {guest_id}, starts_at, ends_at)
             select {key}, booking_link_id, {guest_id}, starts_at + interval '1 day', ends_at + interval '1 day'
             from scheduling.{meetings} where id = '{booked}' returning id",
            meetings = names.meetings, key = names.key, guest_id = names.guest_id,
        ));
        let mut queued = |meeting: uuid::Uuid| -> Vec<String> {
            let query = format!(
                "select kind || ' ' || payload::text from scheduling.jobs where {} = $1 order by 1",
                names.job_meeting
            );
            let rows = database
                .sql
                .query(&query, &[&meeting])
                .expect("jobs can be read");
            rows.iter().map(|row| row.get(0)).collect()
        };
        let (by_book, by_insert) = (queued(booked), queued(inserted));
        assert_eq!(by_book, by_insert, "{mode:?}");
        assert_eq!(by_book.len(), 3, "one event and two mails: {by_book:?}");
        for meeting in [booked, inserted] {
            let jobs = database.wait_for_jobs(&owner, meeting);
            assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        }
    }
}

#[test]
fn a_booking_lands_in_the_tables_of_its_owners_mode_and_writes_to_both_sides() {
    let mut database = Database::new(Cluster::shared());
    for (mode, notified) in [
        (Mode::Client, "front.desk@acme.example"),
        (Mode::User, "robin@sales.example"),
    ] {
        let owner = database.owner(mode);
        let names = mode.names();
        let meeting = database.book(&owner, 3);
        database.wait_for_jobs(&owner, meeting);

        let row = database.sql.query_one(
            &format!(
                "select m.{key} = $2 as owned, m.status, m.title, g.email, g.name,
                        m.confirmation_sent_at is not null as confirmed
                 from scheduling.{meetings} m join scheduling.{guests} g on g.id = m.{guest_id}
                 where m.id = $1",
                key = names.key,
                meetings = names.meetings,
                guests = names.guests,
                guest_id = names.guest_id,
            ),
            &[&meeting, &owner.id],
        );
        let row = row.expect("the meeting is in its mode's table");
        assert!(
            row.get::<_, bool>("owned") && row.get::<_, bool>("confirmed"),
            "{mode:?}"
        );
        let texts: [String; 4] = ["status", "title", "email", "name"].map(|column| row.get(column));
        assert_eq!(
            texts,
            ["confirmed", "Intro call", "ada@guest.example", "Ada Guest"]
        );

        let mails = database.sql.query(
            &format!(
                "select kind, recipient from scheduling.emails where {} = $1 order by kind",
                names.job_meeting
            ),
            &[&meeting],
        );
        let mails: Vec<(String, String)> = mails
            .expect("mails can be read")
            .iter()
            .map(|row| (row.get(0), row.get(1)))
            .collect();
        let expected = [
            ("confirmation", "ada@guest.example"),
            ("owner_notification", notified),
        ];
        assert_eq!(
            mails,
            expected.map(|(kind, to)| (kind.to_owned(), to.to_owned()))
        );
    }
    for mode in Mode::BOTH {
        let table = mode.names().meetings;
        let rows: i64 = database.one(&format!("select count(*) from scheduling.{table}"));
        assert_eq!(rows, 1, "{table}");
    }
}

#[test]
fn a_booked_slot_is_no_longer_shown_and_a_cancelled_one_is_again() {
    let mut database = Database::new(Cluster::shared());
    let owner = database.user();
    let shown = format!(
        "select count(*) from scheduling.link_slots('{}', date_trunc('day', now(), 'UTC') + interval '2 days',
             date_trunc('day', now(), 'UTC') + interval '3 days')",
        owner.slug
    );
    assert_eq!(database.one::<i64>(&shown), 48);
    let token: String = database.one(&format!(
        "select manage_token from scheduling.book('{}', date_trunc('day', now(), 'UTC') + interval '2 days 9 hours',
             'ada@guest.example', 'Ada Guest')",
        owner.slug
    ));
    assert_eq!(database.one::<i64>(&shown), 47);
    for _ in 0..2 {
        let cancel = "select status from scheduling.cancel_booking($1, 'ill')";
        let status: String = database
            .sql
            .query_one(cancel, &[&token])
            .expect("twice is fine")
            .get(0);
        assert_eq!(status, "cancelled");
        assert_eq!(database.one::<i64>(&shown), 48);
    }
}
