//! Webhooks, delivered to a strict receiver and verified by what others wrote.

mod addresses;
mod delivery;
mod secrets;
mod trouble;

use std::time::Duration;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Owner, explain};
use crate::harness::wait::wait_up_to;
use crate::peers::receiver::{Received, Receiver};

/// For what waits for a second attempt or two.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server whose webhooks may go to this machine, and that does not wait for long.
fn cluster() -> Cluster {
    Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.webhook_private_addresses", "on"),
        ("scheduling.http_timeout", "2s"),
    ])
}

/// Has a receiver told of an owner's bookings, or of everybody's; the webhook's id.
fn add(database: &mut Database<'_>, receiver: &Receiver, owner: Option<&Owner>) -> String {
    let added = database.sql.query_one(
        "select id::text, secret from scheduling.add_webhook($1, owner => $2)",
        &[&receiver.url(), &owner.map(Owner::key)],
    );
    let added = added.unwrap_or_else(|error| panic!("{}", explain(&error)));
    receiver.learn(added.get(1));
    added.get(0)
}

fn run(database: &mut Database<'_>, statements: &str) {
    let done = database.sql.batch_execute(statements);
    done.unwrap_or_else(|error| panic!("{statements}: {}", explain(&error)));
}

/// Waits until the receiver has taken so many deliveries; all of them.
#[track_caller]
fn wait_for_taken(receiver: &Receiver, count: usize) -> Vec<Received> {
    wait_up_to(PATIENCE, &format!("{count} deliveries"), || {
        let taken = receiver.taken();
        (taken.len() >= count).then_some(taken)
    })
}

/// Waits until no job of a webhook is open; how each ended and why, oldest first.
#[track_caller]
fn wait_for_end(database: &mut Database<'_>, webhook: &str) -> Vec<String> {
    wait_up_to(PATIENCE, "the webhook's jobs to end", || {
        let jobs = jobs(database, webhook);
        let is_open = |job: &String| job.starts_with("ready") || job.starts_with("running");
        (!jobs.is_empty() && !jobs.iter().any(is_open)).then_some(jobs)
    })
}

/// The jobs of a webhook, oldest first: state and last error.
fn jobs(database: &mut Database<'_>, webhook: &str) -> Vec<String> {
    let rows = database.sql.query(
        "select concat_ws(' ', state, last_error) from scheduling.jobs
         where kind = 'webhook' and payload ->> 'webhook' = $1 order by id",
        &[&webhook],
    );
    let rows = rows.expect("jobs can be read");
    rows.iter().map(|row| row.get(0)).collect()
}

/// Has all that waits for its next attempt tried now.
fn hurry(database: &mut Database<'_>) {
    let hurry = "select scheduling.retry_job(id) from scheduling.jobs where kind = 'webhook' and state = 'ready'";
    // One that has just been claimed is refused, and takes the others with it.
    wait_up_to(PATIENCE, "waiting jobs to be hurried", || {
        database.sql.batch_execute(hurry).ok()
    });
}
