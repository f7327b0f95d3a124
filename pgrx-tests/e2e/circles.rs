//! Visitors and others who wait for one another in a circle, at rows that are locked without the owner's
//! lock: a visitor is refused like at any other time, and never told of a deadlock.

use postgres::Client;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, explain, sqlstate};
use crate::harness::wait::wait_for;

const BOOK: &str = "select manage_token from scheduling.book($1,
    date_trunc('day', now(), 'UTC') + interval '3 days' + $2 * interval '30 minutes', $3, 'Guest')";

fn book(sql: &mut Client, slug: &str, n: i32, email: &str) -> Result<String, postgres::Error> {
    let row = sql.query_one(BOOK, &[&slug, &f64::from(n), &email])?;
    Ok(row.get(0))
}

/// Waits until a session of the database waits for a lock.
fn wait_for_waiter(database: &mut Database<'_>) {
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
    wait_for("a session that waits for a lock", || {
        (database.one::<i64>(waiting) == 1).then_some(())
    });
}

#[track_caller]
fn assert_locked_out<T>(answer: Result<T, postgres::Error>, what: &str) {
    let Err(error) = answer else {
        panic!("{what}: somebody has to give way");
    };
    assert_eq!(sqlstate(&error), "PT503", "{what}: {}", explain(&error));
    let detail = error.as_db_error().and_then(|error| error.detail());
    assert_eq!(
        detail,
        Some("unreachable: Somebody else is changing the same rows."),
        "{what}"
    );
}

#[test]
fn a_visitor_who_makes_the_guest_that_others_make_behind_a_locked_owner_is_refused() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let (owner, names) = (database.owner(mode), mode.names());
        let (owners, key) = match mode {
            Mode::Client => ("clients", "id"),
            Mode::User => ("user_profiles", "user_id"),
        };
        let mut application = database.connect();
        let mut transaction = application.transaction().unwrap();
        transaction
            .batch_execute(&format!(
                "set local deadlock_timeout = '1min';
                 select from scheduling.{owners} where {key} = '{}' for update",
                owner.id
            ))
            .unwrap();
        let (slug, mut session) = (owner.slug.clone(), database.connect());
        // Of the two, the one who waits later in the circle, and looks sooner, gives way.
        session
            .batch_execute("set deadlock_timeout = '2s'")
            .unwrap();
        let visitor = std::thread::spawn(move || book(&mut session, &slug, 0, "eve@guest.example"));
        wait_for_waiter(&mut database);
        let guest = format!(
            "insert into scheduling.{} ({}, email) values ('{}', 'eve@guest.example')
             on conflict do nothing",
            names.guests, names.key, owner.id
        );
        transaction
            .batch_execute(&guest)
            .unwrap_or_else(|error| panic!("{mode:?}: {}", explain(&error)));
        transaction.commit().unwrap();
        assert_locked_out(visitor.join().expect("no panic"), &format!("{mode:?}"));
    }
}

#[test]
fn a_call_on_a_booking_that_waits_for_the_callers_own_owner_is_refused() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let (owner, names) = (database.owner(mode), mode.names());
        let token = book(&mut database.connect(), &owner.slug, 0, "ada@guest.example").unwrap();
        for call in [
            "scheduling.cancel_booking($1)",
            "scheduling.reschedule_booking($1, date_trunc('day', now(), 'UTC') + interval '4 days')",
        ] {
            let mut application = database.connect();
            let mut change = application.transaction().unwrap();
            change
                .batch_execute(&format!(
                    "set local deadlock_timeout = '1min';
                     update scheduling.{} set notes = 'x' where guest_email = 'ada@guest.example'",
                    names.meetings
                ))
                .unwrap();
            let (slug, token, mut session) =
                (owner.slug.clone(), token.clone(), database.connect());
            let visitor = std::thread::spawn(move || {
                let mut transaction = session.transaction()?;
                transaction.batch_execute("set local deadlock_timeout = '2s'")?;
                transaction.query_one(BOOK, &[&slug, &1.0, &"bob@guest.example"])?;
                transaction.query_one(&format!("select {call}"), &[&token])?;
                Ok(())
            });
            wait_for_waiter(&mut database);
            change
                .batch_execute(&format!(
                    "update scheduling.{} set ends_at = ends_at + interval '5 minutes'
                     where guest_email = 'ada@guest.example'",
                    names.meetings
                ))
                .unwrap_or_else(|error| panic!("{mode:?} {call}: {}", explain(&error)));
            change.rollback().unwrap();
            assert_locked_out(
                visitor.join().expect("no panic"),
                &format!("{mode:?} {call}"),
            );
        }
    }
}

/// The servers that tests run on have `RUST_BACKTRACE`, as some that people run have.
#[test]
fn what_a_database_raises_comes_without_a_backtrace() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let (owner, names) = (database.owner(mode), mode.names());
        database
            .sql
            .batch_execute(&format!(
                "create function public.refuse() returns trigger language plpgsql as
                     $$ begin raise 'no' using detail = 'why'; end $$;
                 create trigger refuse before insert on scheduling.{}
                     for each row execute function public.refuse()",
                names.meetings
            ))
            .unwrap();
        let error = book(&mut database.sql, &owner.slug, 0, "ada@guest.example")
            .expect_err("the trigger refuses it");
        let told = error
            .as_db_error()
            .map(|error| (error.message(), error.detail()));
        assert_eq!(told, Some(("no", Some("why"))), "{mode:?}");
        let undo = "drop function public.refuse() cascade";
        database.sql.batch_execute(undo).unwrap();
    }
}
