//! Locks that other sessions hold on rows of ours, as any application's do.

use std::time::Duration;

use super::{book_undisturbed, count_once, hold, let_go, list, run, start, stop, wait_until_done};
use crate::connect::{connect, send_through, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, explain};
use crate::harness::machine::free_port;
use crate::harness::wait::{PATIENCE, wait_for, wait_up_to};
use crate::peers::smtp::{MailServer, Tls};

/// `select … for update` is what `lock!` of any ORM does.
#[test]
fn a_job_that_is_due_again_while_its_meeting_is_locked_delays_nobody() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let (stuck, other) = (database.owner(mode), database.owner(mode));
        let url = format!("smtp://127.0.0.1:{}", free_port());
        run(
            &mut database,
            &format!(
                "select scheduling.configure_mail('smtp', 'B <b@example.com>', smtp_url => '{url}')"
            ),
        );
        let meeting = database.book(&stuck, 0);
        wait_for("an attempt that fails", || {
            let jobs = database.jobs(&stuck, meeting);
            jobs.iter()
                .any(|job| job.attempts > 0 && job.state == "ready")
                .then_some(())
        });
        let names = mode.names();
        let lock = hold(
            &database,
            &format!(
                "select from scheduling.{} where id = '{meeting}' for update",
                names.meetings
            ),
        );
        run(
            &mut database,
            "select scheduling.configure_mail('capture', 'B <b@example.com>')",
        );
        wait_for("the time of the next attempt", || {
            let due: bool = database.one(&format!(
                "select coalesce(bool_and(run_at < now()), true) from scheduling.jobs
                 where {} = '{meeting}' and state <> 'done'",
                names.job_meeting
            ));
            due.then_some(())
        });
        for n in 0..5 {
            book_undisturbed(&mut database, &other, n);
        }
        let_go(lock);
        wait_until_done(&mut database, &stuck);
    }
}

#[test]
fn mails_whose_meetings_are_locked_cost_nobody_else_a_second_each() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let server = MailServer::start(Tls::StartTls);
        send_through(&mut database, &server);
        let (stuck, other) = (database.owner(mode), database.owner(mode));
        stop(&mut database);
        let meetings = database.import(&stuck, 12);
        let lock = hold(
            &database,
            &format!(
                "select from scheduling.{} where id in ({}) for update",
                mode.names().meetings,
                list(&meetings)
            ),
        );
        start(&mut database);
        for n in 0..3 {
            book_undisturbed(&mut database, &other, n);
        }
        let_go(lock);
        wait_until_done(&mut database, &stuck);
        assert_eq!(count_once(&server), 2 * (12 + 3), "{mode:?}");
    }
}

/// An application's foreign key locks the row that it refers to, for as long as its transaction lasts; that
/// keeps nobody from writing the other columns.
#[test]
fn an_applications_foreign_keys_on_jobs_and_meetings_hold_up_nothing() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let google = stand_in(&mut database);
        let owner = database.owner(mode);
        connect(&mut database, &owner, &google);
        let names = mode.names();
        run(
            &mut database,
            &format!(
                "create table public.notes (job_id bigint references scheduling.jobs (id),
                                            meeting_id uuid references scheduling.{} (id))",
                names.meetings
            ),
        );
        stop(&mut database);
        let meetings = database.import(&owner, 5);
        let references = hold(
            &database,
            &format!(
                "insert into public.notes (job_id, meeting_id) select id, {} from scheduling.jobs",
                names.job_meeting
            ),
        );
        start(&mut database);
        wait_until_done(&mut database, &owner);
        assert_eq!(google.events().len(), meetings.len(), "{mode:?}");
        let_go(references);
    }
}

/// Old rows are deleted when a worker begins, and then once a minute: with it the queue stands still, or not.
fn with_old_rows(
    disturb: impl FnOnce(&mut Database<'_>, [uuid::Uuid; 2]) -> Option<postgres::Client>,
) {
    let mut database = Database::new(Cluster::shared());
    let owner = database.client();
    let meetings = [0, 1].map(|n| database.book(&owner, n));
    wait_until_done(&mut database, &owner);
    stop(&mut database);
    run(
        &mut database,
        "update scheduling.jobs set finished_at = now() - interval '8 days'",
    );
    let held = disturb(&mut database, meetings);
    start(&mut database);
    for n in 10..13 {
        book_undisturbed(&mut database, &owner, n);
    }
    let mut left = |meeting| database.jobs(&owner, meeting).len();
    wait_for("the rows that nobody holds to be deleted", || {
        (left(meetings[1]) == 0).then_some(())
    });
    assert_eq!(left(meetings[0]), 3, "what is held stays");
    held.into_iter().for_each(let_go);
}

#[test]
fn old_rows_that_an_application_refers_to_keep_neither_the_queue_nor_other_old_rows() {
    // Some frameworks defer every foreign key: then it is the commit that fails.
    for deferred in ["", "deferrable initially deferred"] {
        with_old_rows(|database, [meeting, _]| {
            run(
                database,
                &format!(
                    "create table public.my_tracking (job_id bigint references scheduling.jobs (id) {deferred});
                     insert into public.my_tracking select id from scheduling.jobs where meeting_id = '{meeting}'"
                ),
            );
            None
        });
    }
}

#[test]
fn old_rows_that_somebody_has_locked_keep_neither_the_queue_nor_other_old_rows() {
    with_old_rows(|database, [meeting, _]| {
        let lock = format!("select from scheduling.jobs where meeting_id = '{meeting}' for update");
        Some(hold(database, &lock))
    });
}

/// What was claimed when the other lock came is given back, or done: it does not wait for its lease to end.
#[test]
fn a_locked_job_keeps_no_other_of_its_owner_from_being_done() {
    let mut database = Database::new(Cluster::shared());
    let owner = database.client();
    stop(&mut database);
    let meetings = database.import(&owner, 8);
    let lock = hold(
        &database,
        &format!(
            "select from scheduling.jobs where meeting_id = '{}' for update",
            meetings[0]
        ),
    );
    start(&mut database);
    for &meeting in &meetings[1..] {
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
    }
    let_go(lock);
    wait_until_done(&mut database, &owner);
}

/// Twenty thousand meetings whose event waits for another attempt, each with a change behind it, and of
/// which nobody is told.
pub fn crowd(database: &mut Database<'_>, count: usize) -> crate::harness::database::Owner {
    let owner = database.client();
    let (id, key) = (owner.id, owner.key());
    let mut transaction = database.sql.transaction().expect("a transaction");
    for statement in [
        format!(
            "insert into scheduling.meetings (client_id, title, starts_at, ends_at)
             select '{id}', 'Crowd', at, at + interval '10 minutes'
             from generate_series(1, {count}) n,
                  lateral (select now() + interval '3 days' + n * interval '10 minutes' as at) m"
        ),
        format!(
            "update scheduling.jobs set run_at = now() + interval '1 hour' where owner = '{key}'"
        ),
        format!("update scheduling.meetings set title = 'Renamed' where client_id = '{id}'"),
        format!("delete from scheduling.jobs where owner = '{key}' and kind = 'send_email'"),
    ] {
        let done = transaction.batch_execute(&statement);
        done.unwrap_or_else(|error| panic!("{statement}: {}", explain(&error)));
    }
    transaction.commit().expect("it commits");
    owner
}

/// The bench has the figures; here it is seen that the crowd is not read.
#[test]
fn jobs_that_their_lanes_block_are_not_in_the_way_of_others() {
    const CROWD: i64 = 20_000;
    let mut database = Database::new(Cluster::shared());
    let other = database.client();
    let read = |database: &mut Database<'_>| -> i64 {
        // The worker reports what it has read when it comes to rest.
        std::thread::sleep(Duration::from_millis(500));
        database.one(
            "select idx_tup_fetch + seq_tup_read from pg_stat_all_tables
             where relid = 'scheduling.jobs'::regclass",
        )
    };
    let forty = |database: &mut Database<'_>| {
        let meetings = database.import(&other, 40);
        // Asked for by their keys: by anything else PostgreSQL would walk through the crowd.
        let jobs: String = database.one(&format!(
            "select string_agg(id::text, ',') from scheduling.jobs where meeting_id in ({})",
            list(&meetings)
        ));
        let done = format!(
            "select bool_and(finished_at is not null) from scheduling.jobs where id in ({jobs})"
        );
        wait_up_to(PATIENCE, "forty meetings to be done", || {
            database.one::<bool>(&done).then_some(())
        });
    };
    crowd(&mut database, usize::try_from(CROWD).unwrap_or_default());
    // What blocks whom is learnt once.
    forty(&mut database);
    let before = read(&mut database);
    forty(&mut database);
    // On a busy machine it comes to rest late.
    wait_up_to(PATIENCE, "what is read to be counted", || {
        (read(&mut database) - before > 120).then_some(())
    });
    let taken = read(&mut database) - before;
    assert!(taken < CROWD, "{taken} rows for 120 jobs");
}

/// Monitoring asks often.
#[test]
fn looking_at_the_queue_reads_nothing_of_what_is_done() {
    let mut database = Database::new(Cluster::shared());
    let owner = database.client();
    run(
        &mut database,
        &format!(
            "insert into scheduling.jobs (kind, state, owner, run_at, finished_at)
             select 'send_email', 'done', '{}', at, at
             from generate_series(1, 20000) n,
                  lateral (select now() - interval '2 hours' - n * interval '10 seconds' as at) t",
            owner.key()
        ),
    );
    run(&mut database, "vacuum (analyze) scheduling.jobs");
    for status in ["worker_status", "queue_status"] {
        let mut transaction = database.sql.transaction().expect("a transaction");
        let look = format!("select * from scheduling.{status}()");
        transaction.query(&look, &[]).expect("it answers");
        let read = "select seq_tup_read + coalesce(idx_tup_fetch, 0)
                    from pg_stat_xact_user_tables where relid = 'scheduling.jobs'::regclass";
        let rows: i64 = transaction.query_one(read, &[]).expect("counted").get(0);
        assert!(rows < 100, "{status}() reads {rows} rows");
    }
}
