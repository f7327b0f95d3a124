//! Trouble of one row is nobody else's: locks that others hold on meetings and jobs, an application's own
//! tables and triggers, deletions that fail, settings of the database. Each test holds one thing up, looks
//! that another owner's booking is done as ever, lets go, and looks that nothing was lost or sent twice.
//! The last one does all of it at once.

mod everything;
mod locks;
mod outcomes;
mod settings;
mod triggers;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use postgres::Client;
use uuid::Uuid;

use crate::harness::database::{Database, Owner, explain};
use crate::harness::wait::{PATIENCE, wait_up_to};
use crate::peers::smtp::MailServer;

/// How soon another owner's booking is done, on a machine that is busy with other tests.
const SOON: Duration = Duration::from_secs(4);

/// A session whose transaction holds what this statement locks, until it is dropped or committed.
#[track_caller]
fn hold(database: &Database<'_>, statement: &str) -> Client {
    let mut session = database.connect();
    session
        .batch_execute(&format!("begin; {statement}"))
        .unwrap_or_else(|error| panic!("{statement}: {}", explain(&error)));
    session
}

#[track_caller]
fn let_go(mut session: Client) {
    session.batch_execute("commit").expect("it commits");
}

#[track_caller]
fn run(database: &mut Database<'_>, statements: &str) {
    let done = database.sql.batch_execute(statements);
    done.unwrap_or_else(|error| panic!("{statements}: {}", explain(&error)));
}

/// The worker is gone, so that what is queued now waits for [`start`].
fn stop(database: &mut Database<'_>) {
    run(database, "select scheduling.stop_worker()");
    wait_up_to(PATIENCE, "the worker to be gone", || {
        database.worker().is_none().then_some(())
    });
}

/// Another worker is up, and has begun with what lies there.
fn start(database: &mut Database<'_>) {
    run(database, "select scheduling.start_worker()");
    database.wait_for_worker();
}

/// Books the n-th half hour for an owner whom nothing is to hold up; how long it takes until event and mails
/// are done, which must be soon.
#[track_caller]
fn book_undisturbed(database: &mut Database<'_>, owner: &Owner, n: i32) -> Duration {
    let meeting = database.book(owner, n);
    let committed = Instant::now();
    wait_up_to(SOON, "another owner's event and mails", || {
        let jobs = database.jobs(owner, meeting);
        jobs.iter().all(|job| job.state == "done").then_some(())
    });
    committed.elapsed()
}

/// Waits until nothing of the owner's is left to do; all of it went well.
#[track_caller]
fn wait_until_done(database: &mut Database<'_>, owner: &Owner) {
    let open = format!(
        "select count(*) from scheduling.jobs where owner = '{}' and state in ('ready', 'running')",
        owner.key()
    );
    wait_up_to(PATIENCE * 2, "everything to be done", || {
        (database.one::<i64>(&open) == 0).then_some(())
    });
    let failed: i64 = database.one(&format!(
        "select count(*) from scheduling.jobs where owner = '{}' and state <> 'done'",
        owner.key()
    ));
    assert_eq!(failed, 0, "jobs of {owner:?} that came to nothing");
}

/// As [`wait_until_done`], by an operator who does not wait for the next attempt of what failed.
#[track_caller]
fn hurry_until_done(database: &mut Database<'_>, owner: &Owner) {
    let hurry = format!(
        "select scheduling.retry_job(id) from scheduling.jobs
         where owner = '{}' and state in ('ready', 'failed')",
        owner.key()
    );
    // One that has just been claimed is refused, and takes the others with it.
    wait_up_to(PATIENCE, "failed jobs to be hurried", || {
        database.sql.batch_execute(&hurry).ok()
    });
    wait_until_done(database, owner);
}

/// How many mails the server has taken; none twice.
#[track_caller]
fn count_once(server: &MailServer) -> usize {
    let mut copies = BTreeMap::<_, usize>::new();
    for mail in server.deliveries().iter().filter(|mail| mail.accepted) {
        *copies.entry(mail.message_id()).or_default() += 1;
    }
    let twice: Vec<_> = copies.iter().filter(|(_, copies)| **copies > 1).collect();
    assert!(twice.is_empty(), "sent more than once: {twice:?}");
    copies.len()
}

/// A list for SQL.
fn list(meetings: &[Uuid]) -> String {
    let quoted: Vec<_> = meetings.iter().map(|id| format!("'{id}'")).collect();
    quoted.join(", ")
}
