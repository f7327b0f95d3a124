//! Secrets stay where they belong: no log line, job row, error or dump shows a token, a client
//! secret or a password.

use std::process::Command;

use crate::connect::{connect, send_through, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode};
use crate::harness::machine::machine;
use crate::peers::google::{ACCESS_PREFIX, CLIENT_SECRET, Fault, REFRESH_PREFIX};
use crate::peers::smtp::{ESCAPED_PASSWORD, MailServer, PASSWORD, Tls};

#[test]
fn neither_log_nor_dump_nor_job_shows_a_secret() {
    let cluster = Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("log_min_messages", "debug1"),
    ]);
    let mut database = Database::new(&cluster);
    let google = stand_in(&mut database);
    let mut server = MailServer::start(Tls::StartTls);
    send_through(&mut database, &server);
    for (n, mode) in Mode::BOTH.into_iter().enumerate() {
        let owner = database.owner(mode);
        connect(&mut database, &owner, &google);
        // Everything that can fail fails once, and each failure leaves its trace in log and row.
        google.next(Fault::Status(400));
        server.refuse("550 5.1.1 No such user here");
        let meeting = database.book(&owner, n as i32);
        database.wait_for_jobs(&owner, meeting);
        google.expire_access_tokens();
        let meeting = database.book(&owner, 10 + n as i32);
        database.wait_for_jobs(&owner, meeting);
        google.revoke_grants();
        google.expire_access_tokens();
        let meeting = database.book(&owner, 20 + n as i32);
        database.wait_for_jobs(&owner, meeting);
    }
    let errors: i64 =
        database.one("select count(*) from scheduling.jobs where last_error is not null");
    assert!(errors >= 4, "the failures happened: {errors}");

    let dump = Command::new(machine().pg_bin.join("pg_dump"))
        .args([
            "--host=127.0.0.1",
            "--username=postgres",
            "--dbname",
            &database.name,
        ])
        .args(["--port", &cluster.port().to_string()])
        .output()
        .expect("pg_dump can be started");
    assert!(
        dump.status.success(),
        "{}",
        String::from_utf8_lossy(&dump.stderr)
    );
    let dump = String::from_utf8_lossy(&dump.stdout);
    assert!(
        dump.contains("ada@guest.example"),
        "the dump holds the tables' rows"
    );
    let log = cluster.log();
    for (place, text) in [("the dump", &*dump), ("the log", &log)] {
        for secret in [
            ACCESS_PREFIX,
            REFRESH_PREFIX,
            CLIENT_SECRET,
            PASSWORD,
            ESCAPED_PASSWORD,
        ] {
            let shown = text.lines().find(|line| line.contains(secret));
            assert_eq!(shown, None, "{place} shows {secret:?}");
        }
    }
    let bodies = log.lines().find(|line| line.contains("BEGIN:VCALENDAR"));
    assert_eq!(bodies, None, "the log shows a mail");
}
