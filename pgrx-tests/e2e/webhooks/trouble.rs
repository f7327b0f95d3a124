//! Receivers that fail: what becomes of their events, of theirs and of everybody else's.

use std::time::Duration;

use super::{PATIENCE, add, cluster, hurry, jobs, run, wait_for_end, wait_for_taken};
use crate::harness::database::{Database, Mode};
use crate::harness::wait::{wait_for, wait_up_to};
use crate::peers::receiver::{Mishap, Receiver};

/// The state of a webhook, as its row has it.
fn state(database: &mut Database<'_>, webhook: &str) -> String {
    database.one(&format!(
        "select concat_ws(' ', is_active, coalesce(last_status::text, '-'), disabled_at is not null, last_error)
         from scheduling.webhooks where id = '{webhook}'"
    ))
}

#[test]
fn a_receiver_that_is_gone_is_disabled_at_once_and_says_so_once() {
    let cluster = cluster();
    for mode in Mode::BOTH {
        let mut database = Database::new(&cluster);
        let owner = database.owner(mode);
        let receiver = Receiver::start(0);
        let webhook = add(&mut database, &receiver, Some(&owner));
        receiver.next(Mishap::Status(410));
        let meeting = database.book(&owner, 0);
        let meetings = mode.names().meetings;
        run(
            &mut database,
            &format!("update scheduling.{meetings} set title = 'Another' where id = '{meeting}'"),
        );
        let gone = "the receiver says that it is gone (410)";
        assert_eq!(
            wait_for_end(&mut database, &webhook),
            [
                format!("failed {gone}"),
                format!("failed the webhook is disabled: {gone}")
            ],
            "{mode:?}"
        );
        assert_eq!(
            state(&mut database, &webhook),
            format!("f 410 t {gone}"),
            "{mode:?}"
        );
        assert_eq!(receiver.received().len(), 1);
        let said = cluster.log();
        let said = said.matches(&format!("disables webhook {webhook}")).count();
        assert_eq!(said, 1, "times in the log");
        // Nobody queues for it any more, until somebody has it go on.
        database.book(&owner, 1);
        assert_eq!(jobs(&mut database, &webhook).len(), 2);
        run(
            &mut database,
            &format!(
                "update scheduling.webhooks set is_active = true where id = '{webhook}';
                 select scheduling.retry_job(id) from scheduling.jobs where kind = 'webhook' and state = 'failed'"
            ),
        );
        assert_eq!(wait_for_end(&mut database, &webhook), ["done"; 2]);
        assert_eq!(state(&mut database, &webhook), "t 204 f");
    }
}

#[test]
fn a_week_of_failures_disables_and_says_so_and_less_does_not() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let owner = database.owner(Mode::User);
    let receiver = Receiver::start(0);
    let webhook = add(&mut database, &receiver, None);
    receiver.always(Some(Mishap::Status(503)));
    let meetings = [0, 1, 2].map(|n| database.book(&owner, n));
    let failed = "the receiver answered 503";
    wait_for("a failure", || {
        (state(&mut database, &webhook) == format!("t 503 f {failed}")).then_some(())
    });
    let failing_for = |database: &mut Database<'_>, days: f64, quiet: f64| {
        run(
            database,
            &format!(
                "update scheduling.webhooks set failing_since = now() - {days} * interval '1 day',
                        failed_at = now() - {quiet} * interval '1 day'"
            ),
        );
        let before = receiver.received().len();
        hurry(database);
        wait_for("another attempt", || {
            (receiver.received().len() > before).then_some(())
        });
    };
    // Six days and more, and then a month in which there was nothing to tell.
    for (days, quiet) in [(6.9, 0.1), (30.0, 29.0)] {
        failing_for(&mut database, days, quiet);
        wait_for("the failure to be noted", || {
            let noted = "select failed_at > now() - interval '1 minute' from scheduling.webhooks";
            database.one::<bool>(noted).then_some(())
        });
        assert_eq!(state(&mut database, &webhook), format!("t 503 f {failed}"));
    }
    failing_for(&mut database, 7.1, 0.1);
    let why = format!("no delivery was taken for a week; the last time: {failed}");
    wait_for("it to be given up", || {
        (state(&mut database, &webhook) == format!("f 503 t {why}")).then_some(())
    });
    hurry(&mut database);
    for end in wait_for_end(&mut database, &webhook) {
        assert_eq!(end, format!("failed the webhook is disabled: {why}"));
    }
    assert_eq!(meetings.len(), jobs(&mut database, &webhook).len());
    let log = cluster.log();
    assert_eq!(log.matches("disables webhook").count(), 1);
}

/// So a receiver that refuses one event does not lose the others of a meeting for good.
#[test]
fn an_event_is_given_up_after_a_week_and_not_before() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let owner = database.owner(Mode::Client);
    let receiver = Receiver::start(0);
    let webhook = add(&mut database, &receiver, None);
    receiver.always(Some(Mishap::Status(400)));
    let meeting = database.book(&owner, 0);
    let refused = "ready the receiver answered 400";
    wait_for("a failure", || {
        (jobs(&mut database, &webhook) == [refused]).then_some(())
    });
    // However often it was tried: attempts do not run out.
    run(
        &mut database,
        "update scheduling.jobs set attempts = max_attempts where kind = 'webhook' and state = 'ready'",
    );
    run(
        &mut database,
        "update scheduling_private.webhook_events set at = now() - interval '6.9 days';
         update scheduling.jobs set run_at = now() where kind = 'webhook';
         update scheduling.webhooks set paused_until = null",
    );
    wait_up_to(PATIENCE, "a second failure", || {
        (receiver.received().len() == 2 && jobs(&mut database, &webhook) == [refused]).then_some(())
    });
    run(
        &mut database,
        &format!(
            "update scheduling.meetings set title = 'Another' where id = '{meeting}';
             update scheduling_private.webhook_events set at = now() - interval '7.1 days'
             where type = 'booking.created'"
        ),
    );
    receiver.always(None);
    receiver.next(Mishap::Status(400));
    hurry(&mut database);
    assert_eq!(
        wait_for_end(&mut database, &webhook),
        [
            "failed given up after a week: the receiver answered 400",
            "done"
        ]
    );
}

#[test]
fn a_dead_receiver_is_left_alone_however_much_is_waiting_and_has_it_all_once_it_is_back() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let mut dead = Receiver::start(0);
    let well = Receiver::start(0);
    let owners = Mode::BOTH.map(|mode| database.owner(mode));
    let webhook = add(&mut database, &dead, None);
    let other = add(&mut database, &well, Some(&owners[0]));
    dead.always(Some(Mishap::Status(500)));
    for owner in &owners {
        database.import(owner, 500);
    }
    // Nobody else waits: neither the same owner's other webhook, nor their mails.
    assert_eq!(wait_for_taken(&well, 500).len(), 500);
    wait_up_to(PATIENCE, "all other jobs to be done", || {
        let open =
            "select count(*) from scheduling.jobs where kind <> 'webhook' and state <> 'done'";
        (database.one::<i64>(open) == 0).then_some(())
    });
    assert_eq!(wait_for_end(&mut database, &other), vec!["done"; 500]);
    // As many as were under way when it showed, and then one at a time with pauses between: 2, 4, 8 … seconds.
    let asked = dead.received().len();
    assert!(asked <= 8 + 6, "asked {asked} times");
    let attempts: i32 = database.one(
        "select sum(attempts)::int from scheduling.jobs where kind = 'webhook' and state = 'ready'",
    );
    assert!(
        attempts as usize <= asked,
        "{attempts} attempts of 1000 jobs"
    );
    dead.down();
    dead.always(None);
    dead.up();
    hurry(&mut database);
    assert_eq!(wait_for_end(&mut database, &webhook), vec!["done"; 1000]);
    assert_eq!(dead.taken().len(), 1000);
}

#[test]
fn a_receiver_that_hangs_delays_nobody_else() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let (hanging, well) = (Receiver::start(0), Receiver::start(0));
    hanging.always(Some(Mishap::Late(Duration::from_secs(60))));
    add(&mut database, &hanging, None);
    add(&mut database, &well, None);
    let busy = database.owner(Mode::Client);
    database.import(&busy, 50);
    wait_for("deliveries that hang", || {
        (hanging.received().len() >= 8).then_some(())
    });
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let meeting = database.book(&owner, 0);
        wait_up_to(
            Duration::from_secs(4),
            "mails and the other webhook",
            || {
                let jobs = database.jobs(&owner, meeting);
                let open = jobs.iter().filter(|job| job.state != "done");
                let told = well.taken();
                let is_told = |r: &crate::peers::receiver::Received| {
                    r.event()["data"]["meeting_id"] == meeting.to_string()
                };
                (open.count() == 1 && told.iter().any(is_told)).then_some(())
            },
        );
    }
}

/// It says when to come back, and it is not asked before, whatever happens meanwhile.
#[test]
fn retry_after_holds_for_all_that_is_waiting() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let owner = database.owner(Mode::Client);
    let receiver = Receiver::start(0);
    let webhook = add(&mut database, &receiver, None);
    receiver.next(Mishap::RetryAfter(429, 4));
    database.book(&owner, 0);
    wait_for("the first one", || {
        (!receiver.received().is_empty()).then_some(())
    });
    for n in 1..4 {
        database.book(&owner, n);
    }
    assert_eq!(wait_for_end(&mut database, &webhook), ["done"; 4]);
    let received = receiver.received();
    assert_eq!(received.len(), 5);
    for later in &received[1..] {
        assert!(later.at - received[0].at >= Duration::from_secs(4));
    }
}

#[test]
fn a_webhook_whose_row_somebody_has_locked_is_told_all_the_same() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let owner = database.owner(Mode::User);
    let receiver = Receiver::start(0);
    let webhook = add(&mut database, &receiver, None);
    let mut stranger = database.connect();
    stranger
        .batch_execute("begin; select from scheduling.webhooks for update")
        .expect("a superuser may");
    receiver.next(Mishap::Status(500));
    database.book(&owner, 0);
    assert_eq!(wait_for_end(&mut database, &webhook), ["done"]);
    stranger.batch_execute("commit").expect("it commits");
    assert_eq!(receiver.received().len(), 2);
}

/// Whoever may write to the table may say for how long, "for good" among it, and write nonsense.
#[test]
fn a_webhook_that_somebody_has_paused_for_good_is_left_alone_and_told_when_the_pause_ends() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let owner = database.owner(Mode::Client);
    let receiver = Receiver::start(0);
    let webhook = add(&mut database, &receiver, None);
    run(
        &mut database,
        "update scheduling.webhooks set paused_until = 'infinity', failures = 2147483647,
                failing_since = now(), failed_at = now()",
    );
    database.book(&owner, 0);
    let rests = "select last_error like 'the webhook is left alone for a while%' and attempts = 0
                        and run_at between now() + interval '50 minutes' and now() + interval '1 hour'
                 from scheduling.jobs where kind = 'webhook'";
    wait_for("the job to be put off", || {
        database.one::<Option<bool>>(rests)?.then_some(())
    });
    assert_eq!(receiver.received().len(), 0);
    receiver.next(Mishap::Status(500));
    hurry(&mut database);
    // It has failed more often than can be counted, and so rests for an hour.
    wait_for("the failure", || {
        (jobs(&mut database, &webhook) == ["ready the receiver answered 500"]).then_some(())
    });
    hurry(&mut database);
    assert_eq!(wait_for_end(&mut database, &webhook), ["done"]);
    assert_eq!(receiver.received().len(), 2);
    assert!(
        !cluster.log().contains("overflow"),
        "the failure was written down"
    );
}

#[test]
fn what_is_taken_out_is_told_nothing_more() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let owner = database.owner(Mode::User);
    let receiver = Receiver::start(0);
    let webhook = add(&mut database, &receiver, None);
    receiver.always(Some(Mishap::Status(500)));
    database.book(&owner, 0);
    wait_for("a failure", || {
        (!receiver.received().is_empty()).then_some(())
    });
    run(
        &mut database,
        &format!("select scheduling.remove_webhook('{webhook}')"),
    );
    let asked = receiver.received().len();
    hurry(&mut database);
    assert_eq!(wait_for_end(&mut database, &webhook), ["done"]);
    assert_eq!(receiver.received().len(), asked);
}
