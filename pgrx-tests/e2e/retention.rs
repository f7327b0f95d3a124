//! What is kept for a while is deleted after it, and nothing else is, whoever has a hand on some of it.

use uuid::Uuid;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, explain};
use crate::harness::wait::wait_for;

#[track_caller]
fn run(database: &mut Database<'_>, sql: &str) {
    database
        .sql
        .batch_execute(sql)
        .unwrap_or_else(|error| panic!("{sql}: {}", explain(&error)));
}

/// A new worker looks at once.
fn restart_worker(database: &mut Database<'_>) {
    assert!(database.one::<bool>("select scheduling.stop_worker()"));
    assert!(database.one::<bool>("select scheduling.start_worker()"));
    database.wait_for_worker();
}

/// A meeting with its two mails, its jobs and the line of the audit log done and written.
fn booked(database: &mut Database<'_>, owner: &Owner, n: i32) -> Uuid {
    let meeting = database.book(owner, n);
    database.wait_for_jobs(owner, meeting);
    meeting
}

/// Makes mails, jobs and lines of the audit log about a meeting as old as is said.
fn age(database: &mut Database<'_>, owner: &Owner, meeting: Uuid, days: [u32; 3]) {
    let of = owner.mode.names().job_meeting;
    let [jobs, mails, audit] = days;
    run(
        database,
        &format!(
            "update scheduling.jobs set finished_at = now() - interval '{jobs} days' where {of} = '{meeting}';
             update scheduling.emails set created_at = now() - interval '{mails} days' where {of} = '{meeting}';
             update scheduling.audit_log set at = now() - interval '{audit} days' where row_id = '{meeting}'"
        ),
    );
}

/// How many jobs, mails and lines of the audit log there are of a meeting.
fn kept(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) -> [i64; 3] {
    let of = owner.mode.names().job_meeting;
    [
        format!("scheduling.jobs where {of} = '{meeting}'"),
        format!("scheduling.emails where {of} = '{meeting}'"),
        format!("scheduling.audit_log where row_id = '{meeting}' and action = 'insert'"),
    ]
    .map(|rows| database.one(&format!("select count(*) from {rows}")))
}

#[test]
fn jobs_are_kept_a_week_mails_ninety_days_and_the_audit_log_two_years() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let young = booked(&mut database, &owner, 0);
        age(&mut database, &owner, young, [6, 89, 729]);
        let old = booked(&mut database, &owner, 1);
        let all = kept(&mut database, &owner, young);
        assert_eq!(all, [3, 2, 1], "{mode:?}");
        age(&mut database, &owner, old, [8, 91, 731]);
        restart_worker(&mut database);
        wait_for("what is old to be deleted", || {
            (kept(&mut database, &owner, old) == [0; 3]).then_some(())
        });
        assert_eq!(kept(&mut database, &owner, young), all, "{mode:?}");
    }
}

#[test]
fn a_mail_is_kept_for_as_long_as_its_job_may_send_it() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let meeting = booked(&mut database, &owner, 0);
        let of = mode.names().job_meeting;
        age(&mut database, &owner, meeting, [1, 91, 1]);
        run(
            &mut database,
            &format!(
                "update scheduling.jobs set state = 'ready', run_at = now() + interval '1 day'
                 where {of} = '{meeting}' and payload ->> 'to' = 'guest'"
            ),
        );
        restart_worker(&mut database);
        wait_for("the other mail to be deleted", || {
            (kept(&mut database, &owner, meeting)[1] == 1).then_some(())
        });
        let left: String = database.one(&format!(
            "select kind from scheduling.emails where {of} = '{meeting}'"
        ));
        assert_eq!(left, "confirmation", "{mode:?}");
    }
}

/// Nobody finishes a job that is not to be done, so nobody would say when.
#[test]
fn a_job_that_an_administrator_cancels_is_deleted_as_others_are() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let meeting = booked(&mut database, &owner, 0);
        let of = mode.names().job_meeting;
        for undo in ["cancelled", "failed"] {
            run(
                &mut database,
                &format!(
                    "update scheduling.jobs set state = 'ready', run_at = now() + interval '1 day'
                     where {of} = '{meeting}' and kind = 'create_event';
                     update scheduling.jobs set state = '{undo}'
                     where {of} = '{meeting}' and kind = 'create_event'"
                ),
            );
            let finished: bool = database.one(&format!(
                "select finished_at = max(finished_at) over () from scheduling.jobs
                 where {of} = '{meeting}' and state = '{undo}'"
            ));
            assert!(finished, "{mode:?} {undo}");
        }
        age(&mut database, &owner, meeting, [8, 1, 1]);
        restart_worker(&mut database);
        wait_for("the jobs to be deleted", || {
            (kept(&mut database, &owner, meeting)[0] == 0).then_some(())
        });
    }
}

/// Somebody's table refers to some rows, somebody's session has locked others.
#[test]
fn what_refuses_to_be_deleted_keeps_nothing_else() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let referred = booked(&mut database, &owner, 0);
        let locked = booked(&mut database, &owner, 1);
        let free: Vec<_> = (2..6).map(|n| booked(&mut database, &owner, n)).collect();
        let of = mode.names().job_meeting;
        for meeting in [referred, locked].iter().chain(&free) {
            age(&mut database, &owner, *meeting, [1, 91, 731]);
        }
        run(
            &mut database,
            &format!(
                "create table opened (email bigint references scheduling.emails);
                 insert into opened select id from scheduling.emails where {of} = '{referred}';
                 create table reviewed (line bigint references scheduling.audit_log);
                 insert into reviewed select id from scheduling.audit_log where row_id = '{referred}'"
            ),
        );
        let mut reader = database.connect();
        reader
            .batch_execute(&format!(
                "begin;
                 select from scheduling.emails where {of} = '{locked}' for update;
                 select from scheduling.audit_log where row_id = '{locked}' for update"
            ))
            .expect("a superuser may");
        restart_worker(&mut database);
        wait_for("the others to be deleted", || {
            let gone = |meeting: &Uuid| kept(&mut database, &owner, *meeting)[1..] == [0, 0];
            free.iter().all(gone).then_some(())
        });
        for meeting in [referred, locked] {
            assert_eq!(kept(&mut database, &owner, meeting), [3, 2, 1], "{mode:?}");
        }
        // And the worker is at its work.
        booked(&mut database, &owner, 6);
    }
}

#[test]
fn a_retention_of_zero_keeps_for_ever_and_a_new_one_holds_at_once() {
    let cluster = Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.email_retention", "0"),
        ("scheduling.audit_retention", "0"),
    ]);
    let mut database = Database::new(&cluster);
    let owner = database.user();
    let meeting = booked(&mut database, &owner, 0);
    age(&mut database, &owner, meeting, [8, 10_000, 10_000]);
    restart_worker(&mut database);
    wait_for("the jobs to be deleted", || {
        (kept(&mut database, &owner, meeting)[0] == 0).then_some(())
    });
    // The jobs are looked at first, the others in the same turn.
    booked(&mut database, &owner, 1);
    assert_eq!(kept(&mut database, &owner, meeting), [0, 2, 1]);
    run(
        &mut database,
        "alter system set scheduling.email_retention = '20000d'",
    );
    run(
        &mut database,
        "alter system set scheduling.audit_retention = '30d'",
    );
    run(&mut database, "select pg_reload_conf()");
    wait_for("the audit log to be deleted", || {
        (kept(&mut database, &owner, meeting) == [0, 2, 0]).then_some(())
    });
}

/// TRUNCATE runs no trigger of rows, and what guests have typed is in more tables than the meetings'.
#[test]
fn what_was_told_of_meetings_goes_with_a_truncate_too() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        assert!(database.one::<bool>("select scheduling.stop_worker()"));
        run(
            &mut database,
            "select scheduling.add_webhook('https://hooks.example.com/')",
        );
        let owner = database.owner(mode);
        let meeting = database.book(&owner, 5);
        run(
            &mut database,
            &format!(
                "insert into scheduling_private.crm_notes
                     (meeting, address_digest, lead_id, notes, starts_at, ends_at, takes_place)
                 values ('{meeting}', 'ada', 'lead_1', 1, now(), now(), true)"
            ),
        );
        let told = "select (select count(*) from scheduling_private.webhook_events)
                         + (select count(*) from scheduling_private.crm_notes)";
        assert_eq!(database.one::<i64>(told), 2, "{mode:?}");
        let meetings = owner.mode.names().meetings;
        run(
            &mut database,
            &format!("truncate scheduling.{meetings} cascade"),
        );
        assert_eq!(database.one::<i64>(told), 0, "{mode:?}");
    }
}
