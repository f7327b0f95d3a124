//! What came of a job is known once, whatever stands in the way of recording it; and what has lost its point
//! is not sent, however it comes to be tried again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{book_undisturbed, count_once, hold, let_go, run, start, stop, wait_until_done};
use crate::connect::{connect, send_through, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};
use crate::harness::wait::wait_for;
use crate::peers::google::Fault;
use crate::peers::smtp::{MailServer, Tls};

/// The state of each job of a meeting's, oldest first.
fn states(database: &mut Database<'_>, owner: &Owner, meeting: uuid::Uuid) -> Vec<String> {
    let jobs = database.jobs(owner, meeting);
    jobs.into_iter().map(|job| job.state).collect()
}

/// A lease ends after five minutes; a transaction that edits a meeting may go on all night.
#[test]
fn a_meeting_that_is_being_edited_does_not_keep_its_outcomes_from_being_recorded() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let google = stand_in(&mut database);
        let mut server = MailServer::start(Tls::StartTls);
        send_through(&mut database, &server);
        let owner = database.owner(mode);
        connect(&mut database, &owner, &google);
        // Both mails and the event are on their way while somebody begins to edit.
        server.answer_after(Duration::from_millis(1500));
        server.answer_after(Duration::from_millis(1500));
        google.next(Fault::Late(Duration::from_millis(1500)));
        let meeting = database.book(&owner, 0);
        let names = mode.names();
        wait_for("event and mails to be taken", || {
            let taken = server.deliveries().len() == 2 && google.events().len() == 1;
            taken.then_some(())
        });
        let edit = hold(
            &database,
            &format!(
                "update scheduling.{} set notes = 'being edited' where id = '{meeting}'",
                names.meetings
            ),
        );
        wait_for("the jobs to be done although the meeting is locked", || {
            let states = states(&mut database, &owner, meeting);
            (states == ["done"; 3]).then_some(())
        });
        // What belongs into the meeting's row follows when that is free.
        let_go(edit);
        for column in ["calendar_event_id", "confirmation_sent_at"] {
            wait_for(column, || database.meeting_column(&owner, meeting, column));
        }
        assert_eq!(
            database.meeting_column(&owner, meeting, "notes").as_deref(),
            Some("being edited")
        );
        assert_eq!(count_once(&server), 2, "{mode:?}");
    }
}

/// An update that commits between the look and the write is no reason to throw an outcome away.
#[test]
fn outcomes_are_recorded_while_meetings_are_written_all_the_time() {
    let mut database = Database::new(Cluster::shared());
    let name = database.name.clone();
    run(
        &mut database,
        &format!("alter database {name} set default_transaction_isolation = 'repeatable read'"),
    );
    stop(&mut database);
    start(&mut database);
    let server = MailServer::start(Tls::StartTls);
    send_through(&mut database, &server);
    let owner = database.client();
    let over = AtomicBool::new(false);
    let done = std::thread::scope(|scope| {
        for _ in 0..3 {
            let mut editor = database.connect();
            let over = &over;
            scope.spawn(move || {
                let _ =
                    editor.batch_execute("set default_transaction_isolation = 'read committed'");
                while !over.load(Ordering::Relaxed) {
                    // One row and a commit at a time, again and again.
                    let _ = editor.batch_execute(
                        "update scheduling.meetings set notes = 'edit ' || random()
                         where id = (select id from scheduling.meetings order by random() limit 1)",
                    );
                }
            });
        }
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            database.import(&owner, 4);
            for _ in 0..10 {
                run(
                    &mut database,
                    "set default_transaction_isolation = 'read committed';
                     update scheduling.meetings
                     set starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'",
                );
            }
            wait_until_done(&mut database, &owner);
        }));
        over.store(true, Ordering::Relaxed);
        done
    });
    done.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    assert!(count_once(&server) >= 2 * 4);
}

#[test]
fn a_job_whose_worker_died_at_its_last_attempt_has_failed() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        stop(&mut database);
        let meeting = database.book(&owner, 0);
        let names = mode.names();
        run(
            &mut database,
            &format!(
                "update scheduling.jobs
                 set state = 'running', attempts = case kind when 'create_event' then max_attempts else 1 end,
                     locked_by = gen_random_uuid(), locked_until = now() - interval '1 hour'
                 where {} = '{meeting}'",
                names.job_meeting
            ),
        );
        start(&mut database);
        let jobs = database.wait_for_jobs(&owner, meeting);
        let ended: Vec<_> = jobs
            .iter()
            .map(|job| (job.kind.as_str(), job.state.as_str(), job.attempts))
            .collect();
        let mail = ("send_email", "done", 2);
        assert_eq!(ended, [("create_event", "failed", 20), mail, mail]);
        assert!(jobs[0].last_error.is_some(), "it says why");
    }
}

const MOVE: &str =
    "starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'";

/// A mail that was written and could not be sent may have lost its point by the time somebody has it sent
/// again: "You're booked" after "cancelled", with an invitation that puts the meeting back.
#[test]
fn a_mail_that_is_retried_after_its_meeting_ended_moved_or_was_cancelled_is_not_sent() {
    for (mode, change, then) in [
        (Mode::Client, "status = 'cancelled'", 2),
        (Mode::User, "status = 'cancelled'", 2),
        (Mode::Client, MOVE, 2),
        (Mode::User, MOVE, 2),
        (
            Mode::Client,
            "starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour'",
            0,
        ),
        (
            Mode::User,
            "starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour'",
            0,
        ),
    ] {
        let mut database = Database::new(Cluster::shared());
        let mut server = MailServer::start(Tls::StartTls);
        send_through(&mut database, &server);
        let owner = database.owner(mode);
        server.refuse("550 5.1.1 No such user");
        server.refuse("550 5.1.1 No such user");
        let meeting = database.book(&owner, 0);
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert_eq!(
            jobs.iter().filter(|job| job.state == "failed").count(),
            2,
            "both mails are refused for good: {jobs:?}"
        );
        let names = mode.names();
        run(
            &mut database,
            &format!(
                "update scheduling.{} set {change} where id = '{meeting}'",
                names.meetings
            ),
        );
        database.wait_for_jobs(&owner, meeting);
        let retry = format!(
            "select scheduling.retry_job(id) from scheduling.jobs where state = 'failed' and {} = '{meeting}'",
            names.job_meeting
        );
        run(&mut database, &retry);
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        assert_eq!(
            count_once(&server),
            then,
            "{mode:?} {change}: only what tells of it"
        );
    }
}

/// The other way round: "Cancelled" after the meeting was put back.
#[test]
fn a_cancellation_that_is_retried_after_the_meeting_was_put_back_is_not_sent() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let mut server = MailServer::start(Tls::StartTls);
        send_through(&mut database, &server);
        let owner = database.owner(mode);
        let meeting = database.book(&owner, 0);
        database.wait_for_jobs(&owner, meeting);
        server.refuse("550 5.1.1 No such user");
        server.refuse("550 5.1.1 No such user");
        for status in ["cancelled", "confirmed"] {
            run(
                &mut database,
                &format!(
                    "update scheduling.{} set status = '{status}' where id = '{meeting}'",
                    mode.names().meetings
                ),
            );
            database.wait_for_jobs(&owner, meeting);
        }
        assert_eq!(
            database.one::<i64>("select count(*) from scheduling.jobs where state = 'failed'"),
            2
        );
        run(
            &mut database,
            "select scheduling.retry_job(id) from scheduling.jobs where state = 'failed'",
        );
        database.wait_for_jobs(&owner, meeting);
        // Nobody has heard that it was off, so nobody is told that it is on again.
        assert_eq!(
            count_once(&server),
            2,
            "{mode:?}: booked, and nothing since"
        );
    }
}

/// What one job's trouble is, is nobody else's: the kinds of a payload that cannot be done.
#[test]
fn jobs_that_cannot_be_done_delay_nobody() {
    let mut database = Database::new(Cluster::shared());
    let (stuck, other) = (database.client(), database.client());
    stop(&mut database);
    run(
        &mut database,
        &format!(
            "insert into scheduling.jobs (kind, payload, owner)
             select 'send_email', payload::jsonb, '{}'
             from unnest(array['{{}}', '[]', 'null', '{{\"mail\": 7}}', '{{\"n\": 1e400}}', '{{\"mail\": \"confirmation\"}}',
                               '{{\"mail\": \"confirmation\", \"to\": \"guest\"}}']) payload",
            stuck.key()
        ),
    );
    start(&mut database);
    for n in 0..3 {
        book_undisturbed(&mut database, &other, n);
    }
}
