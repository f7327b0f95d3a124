//! Where webhooks do not go. What names stand for is looked at in the unit tests of deliveries, with a resolver
//! of the test's own.

use super::{add, cluster, hurry, jobs, run, wait_for_end};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, sqlstate};
use crate::harness::wait::wait_for;
use crate::peers::receiver::{Mishap, Receiver};

#[test]
fn a_redirect_is_a_failure_and_nobody_follows_it() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let owner = database.owner(Mode::User);
    let (receiver, elsewhere) = (Receiver::start(0), Receiver::start(0));
    let webhook = add(&mut database, &receiver, None);
    receiver.next(Mishap::Redirect(elsewhere.url()));
    database.book(&owner, 0);
    wait_for("the failure", || {
        let why = "ready the receiver redirects (307), which is not followed";
        (jobs(&mut database, &webhook) == [why]).then_some(())
    });
    assert_eq!(wait_for_end(&mut database, &webhook), ["done"]);
    assert_eq!(elsewhere.received().len(), 0);
    assert_eq!(receiver.received().len(), 2);
}

/// An address that has come in by whatever way is looked at again when something is to be sent there.
#[test]
fn nothing_is_sent_to_an_address_that_is_not_public_and_the_job_says_why() {
    let cluster = Cluster::shared();
    let mut database = Database::new(cluster);
    let receiver = Receiver::start(0);
    let port = receiver.url();
    let port = port.trim_start_matches("http://127.0.0.1:");
    for (url, why) in [
        (
            format!("http://127.0.0.1:{port}"),
            "it does not start with https://",
        ),
        (
            format!("https://127.0.0.1:{port}"),
            "its host is not public",
        ),
        (
            format!("https://2130706433:{port}"),
            "its host is not public",
        ),
        (
            format!("https://[::ffff:127.0.0.1]:{port}"),
            "its host is not public",
        ),
        (
            format!("https://localhost:{port}"),
            "its host is not public",
        ),
    ] {
        for mode in Mode::BOTH {
            let owner = database.owner(mode);
            let added = format!("select scheduling.add_webhook('{url}')");
            let refused = database
                .sql
                .batch_execute(&added)
                .expect_err("it is refused");
            assert_eq!(sqlstate(&refused), "22023", "{url}");
            // As a dump brings it in, or a superuser who means it.
            run(
                &mut database,
                &format!(
                    "set session_replication_role = replica;
                     insert into scheduling.webhooks (url, secret, {key})
                         values ('{url}', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '{id}');
                     reset session_replication_role",
                    key = mode.names().key,
                    id = owner.id,
                ),
            );
            let webhook: String = database.one(&format!(
                "select id::text from scheduling.webhooks where owner = '{}'",
                owner.key()
            ));
            database.book(&owner, 0);
            wait_for("the refusal", || {
                let why = format!("ready nothing is sent to its address: {why}");
                (jobs(&mut database, &webhook) == [why]).then_some(())
            });
        }
    }
    assert_eq!(receiver.received().len(), 0);
}

/// The setting is the server's: it holds for what was added before, and no session can have it otherwise.
#[test]
fn private_addresses_end_with_the_setting_and_nobody_but_the_server_sets_it() {
    let cluster = cluster();
    let mut database = Database::new(&cluster);
    let owner = database.owner(Mode::Client);
    let receiver = Receiver::start(0);
    let webhook = add(&mut database, &receiver, None);
    database.book(&owner, 0);
    assert_eq!(wait_for_end(&mut database, &webhook), ["done"]);
    for statement in [
        "set scheduling.webhook_private_addresses = off",
        "alter role current_user set scheduling.webhook_private_addresses = on",
        "alter database postgres set scheduling.webhook_private_addresses = on",
    ] {
        let refused = database.sql.batch_execute(statement).expect_err(statement);
        assert_eq!(sqlstate(&refused), "55P02", "{statement}");
    }
    run(
        &mut database,
        "alter system set scheduling.webhook_private_addresses = off",
    );
    run(&mut database, "select pg_reload_conf()");
    wait_for("the setting", || {
        let off = "select current_setting('scheduling.webhook_private_addresses') = 'off'";
        database.one::<bool>(off).then_some(())
    });
    database.book(&owner, 1);
    let why = "ready nothing is sent to its address: it does not start with https://";
    wait_for("the refusal", || {
        (jobs(&mut database, &webhook) == ["done", why]).then_some(())
    });
    assert_eq!(receiver.received().len(), 1);
    run(
        &mut database,
        "alter system reset scheduling.webhook_private_addresses",
    );
    run(&mut database, "select pg_reload_conf()");
    hurry(&mut database);
    assert_eq!(wait_for_end(&mut database, &webhook), ["done"; 2]);
}
