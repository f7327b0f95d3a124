//! Statements that want a database to themselves: the worker makes way for those who may run them, and
//! takes no notice of anybody else. And who else wakes it: prepared transactions, background workers.

use std::time::{Duration, Instant};

use postgres::Client;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, explain};
use crate::harness::wait::{wait_for, wait_up_to};

/// Sooner than the worker looks around of its own accord, which is every ten seconds.
const WOKEN: Duration = Duration::from_secs(3);

fn cluster() -> Cluster {
    Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("max_prepared_transactions", "4"),
        ("wal_level", "logical"),
    ])
}

/// The worker's process id, seen from another database.
fn worker_of(sql: &mut Client, database: &str) -> Option<i32> {
    let query = "select pid from pg_stat_activity
                 where backend_type = 'scheduling worker' and datname = $1 and state is not null";
    let rows = sql
        .query(query, &[&database])
        .expect("a superuser sees all");
    rows.first().map(|row| row.get(0))
}

/// A session of a role in `postgres`.
fn session_of(cluster: &Cluster, role: &str) -> Client {
    cluster.connect_with("postgres", |config| {
        config.user(role);
    })
}

/// Leaves the database: as long as a session is in it, every one of these statements fails.
fn leave(database: &mut Database<'_>) -> i32 {
    let pid = database.wait_for_worker();
    database.sql = database.cluster.connect("postgres");
    let name = database.name.clone();
    wait_for("the session to end", || {
        let query = "select count(*) from pg_stat_activity where datname = $1 and backend_type = 'client backend'";
        let count: i64 = database.sql.query_one(query, &[&name]).unwrap().get(0);
        (count == 0).then_some(())
    });
    pid
}

#[test]
fn a_statement_that_postgresql_refuses_leaves_the_worker_alone() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let name = database.name.clone();
    let pid = leave(&mut database);
    let mut admin = cluster.connect("postgres");
    for set_up in [
        "create role nobody login; create role maker login createdb; create role keeper login"
            .into(),
        "create database taken".into(),
        format!("alter database {name} owner to keeper"),
    ] {
        admin.batch_execute(&set_up).expect("a superuser may");
    }

    let refused = [
        ("nobody", "drop database {}"),
        ("nobody", "drop database {} with (force)"),
        ("nobody", "drop database if exists {}"),
        ("nobody", "alter database {} rename to y"),
        ("nobody", "alter database {} set tablespace pg_default"),
        ("nobody", "create database y template {}"),
        ("maker", "drop database {}"),
        ("maker", "alter database {} rename to y"),
        ("maker", "create database y template {}"),
        ("keeper", "alter database {} rename to y"),
        ("keeper", "create database y template {}"),
        ("keeper", "begin; drop database {}"),
        ("keeper", "do $$ begin execute 'drop database {}'; end $$"),
        ("keeper", "alter database {} set tablespace nowhere"),
        ("keeper", "alter database {} set tablespace pg_global"),
        ("postgres", "begin; drop database {}"),
        ("postgres", "begin; create database y template {}"),
        (
            "postgres",
            "begin; alter database {} set tablespace pg_global",
        ),
        ("postgres", "alter database {} rename to taken"),
        ("postgres", "create database taken template {}"),
        ("postgres", "create database y template {} owner nosuch"),
        (
            "postgres",
            "set default_transaction_read_only = on; drop database {}",
        ),
        (
            "postgres",
            "set default_transaction_read_only = on; alter database {} rename to y",
        ),
    ];
    for (role, statement) in refused {
        let statement = statement.replace("{}", &name);
        let mut sql = session_of(&cluster, role);
        // One by one, as a client that sends them so: together they would be one transaction block.
        let mut outcome = Ok(());
        let statements: Vec<&str> = match statement.strip_prefix("do ") {
            Some(_) => vec![&statement],
            None => statement.split("; ").collect(),
        };
        for each in statements {
            outcome = outcome.and_then(|()| sql.batch_execute(each));
        }
        assert!(outcome.is_err(), "{role} may {statement}");
        assert_eq!(
            worker_of(&mut admin, &name),
            Some(pid),
            "{role}: {statement}"
        );
    }

    // Marked as a template it cannot be dropped.
    admin
        .batch_execute(&format!("alter database {name} is_template true"))
        .expect("a superuser may");
    assert!(
        admin
            .batch_execute(&format!("drop database {name}"))
            .is_err()
    );
    admin
        .batch_execute(&format!("alter database {name} is_template false"))
        .expect("a superuser may");
    assert_eq!(worker_of(&mut admin, &name), Some(pid), "a template");

    // Nor while somebody is in it, be it a transaction that is prepared.
    let mut inside = cluster.connect(&name);
    inside
        .batch_execute("begin; create table held(); prepare transaction 'held'")
        .expect("it is prepared");
    for (what, stays) in [("a session", true), ("a prepared transaction", false)] {
        if !stays {
            inside = cluster.connect("postgres");
        }
        let refused = admin.batch_execute(&format!("drop database {name}"));
        let refused = refused.expect_err("it is in use");
        assert_eq!(explain(&refused).get(..5), Some("55006"), "{what}");
        assert_eq!(worker_of(&mut admin, &name), Some(pid), "{what}");
    }
    drop(inside);
    let mut inside = cluster.connect(&name);
    inside
        .batch_execute("rollback prepared 'held'")
        .expect("it was prepared");
    let own = inside.batch_execute(&format!("drop database {name}"));
    assert!(own.is_err(), "one's own database");
    assert_eq!(worker_of(&mut admin, &name), Some(pid), "one's own");
}

#[test]
fn those_who_may_have_a_database_to_themselves_get_it() {
    let cluster = cluster();
    let mut admin = cluster.connect("postgres");
    admin
        .batch_execute("create role maker login createdb; create role keeper login")
        .expect("a superuser may");
    for (role, statement) in [
        ("maker", "create database copied template {}"),
        ("maker", "alter database {} rename to renamed"),
        ("keeper", "drop database {}"),
        ("keeper", "drop database {} with (force)"),
        ("postgres", "drop database {} with (force)"),
    ] {
        let mut database = Database::new(&cluster);
        let name = database.name.clone();
        leave(&mut database);
        admin
            .batch_execute(&format!("alter database {name} owner to {role}"))
            .expect("a superuser may");
        // Its own sessions do not keep an owner from FORCE.
        let inside = statement.contains("force").then(|| {
            cluster.connect_with(&name, |config| {
                config.user(role);
            })
        });
        let statement = statement.replace("{}", &name);
        let started = Instant::now();
        let done = session_of(&cluster, role).batch_execute(&statement);
        done.unwrap_or_else(|error| panic!("{role}: {statement}: {}", explain(&error)));
        assert!(
            started.elapsed() < WOKEN * 2,
            "{statement} took {:?}",
            started.elapsed()
        );
        drop(inside);
        if statement.starts_with("create") {
            wait_for("the worker to come back", || worker_of(&mut admin, &name));
        }
    }
}

/// Jobs that a transaction has queued, and how long they take to be done.
fn done_within(database: &mut Database<'_>, limit: Duration) {
    wait_up_to(limit, "its jobs to be done", || {
        let query = "select count(*) filter (where state <> 'done'), count(*) from scheduling.jobs";
        let row = database
            .sql
            .query_one(query, &[])
            .expect("jobs can be read");
        let (open, all): (i64, i64) = (row.get(0), row.get(1));
        (open == 0 && all > 0).then_some(())
    });
    database
        .sql
        .batch_execute("delete from scheduling.jobs")
        .expect("a superuser may");
}

#[test]
fn commit_prepared_wakes_the_worker() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let owner = database.client();
    // Several: one alone may fall together with the worker's own look around.
    for n in 0..4 {
        database.sql.batch_execute("begin").unwrap();
        database.book(&owner, n);
        for step in ["prepare transaction 'booked'", "commit prepared 'booked'"] {
            database.sql.batch_execute(step).expect("it commits");
        }
        done_within(&mut database, WOKEN);
    }
}

#[test]
fn what_another_background_worker_books_is_done_at_once() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let owner = database.client();
    let mut elsewhere = Database::without_extension(&cluster);
    elsewhere
        .sql
        .batch_execute(
            "create table wishes (n int primary key); create publication wishes for table wishes",
        )
        .expect("a superuser may");
    elsewhere
        .sql
        .batch_execute("select pg_create_logical_replication_slot('wishes', 'pgoutput')")
        .expect("a superuser may");
    let (port, from) = (cluster.port(), elsewhere.name.clone());
    database
        .sql
        .batch_execute(&format!(
            "create table wishes (n int primary key);
             create function grant_wish() returns trigger language plpgsql
                 set session_replication_role = origin as $$ begin
                 perform scheduling.book('{slug}', date_trunc('day', now(), 'UTC') + interval '2 days'
                     + new.n * interval '30 minutes', 'ada@guest.example', 'Ada Guest');
                 return null;
             end $$;
             create trigger grant_wish after insert on wishes for each row execute function grant_wish();
             alter table wishes enable always trigger grant_wish;
             create subscription wishes
                 connection 'host=127.0.0.1 port={port} user=postgres dbname={from}'
                 publication wishes with (create_slot = false, slot_name = 'wishes', copy_data = false)",
            slug = owner.slug,
        ))
        .expect("it subscribes");
    for n in 0..4 {
        elsewhere
            .sql
            .execute("insert into wishes values ($1)", &[&n])
            .expect("it is replicated");
        wait_for("the wish to arrive", || {
            (database.one::<i64>("select count(*) from wishes") == i64::from(n) + 1).then_some(())
        });
        done_within(&mut database, WOKEN);
    }
    database
        .sql
        .batch_execute("drop subscription wishes")
        .expect("it ends");
}
