//! What a database has set for reasons of its own changes nothing of what the worker does.

use axum::http::Method;

use super::{count_once, run, start, stop};
use crate::connect::{connect, connect_outlook, outlook_stand_in, send_through, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode};
use crate::harness::wait::wait_for;
use crate::peers::smtp::{MailServer, Tls};

/// Each of them changes what statements do, or how long they may take.
const SETTINGS: &[(&str, &str)] = &[
    ("array_nulls", "off"),
    ("bytea_output", "escape"),
    ("check_function_bodies", "off"),
    ("datestyle", "German, DMY"),
    ("default_table_access_method", "heap"),
    ("default_transaction_deferrable", "on"),
    ("default_transaction_isolation", "serializable"),
    ("default_transaction_read_only", "on"),
    ("extra_float_digits", "-15"),
    ("idle_in_transaction_session_timeout", "1ms"),
    ("idle_session_timeout", "1ms"),
    ("intervalstyle", "sql_standard"),
    ("lock_timeout", "1ms"),
    ("plan_cache_mode", "force_custom_plan"),
    ("role", "pg_read_all_data"),
    ("row_security", "off"),
    ("search_path", "pg_temp, public"),
    ("session_replication_role", "replica"),
    ("standard_conforming_strings", "off"),
    ("statement_timeout", "1ms"),
    ("timezone", "Asia/Kathmandu"),
    ("transform_null_equals", "on"),
    ("xmloption", "document"),
];

#[test]
fn the_settings_of_a_database_change_nothing_for_its_worker() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    let graph = outlook_stand_in(&mut database);
    let server = MailServer::start(Tls::StartTls);
    send_through(&mut database, &server);
    let (client, user) = (database.client(), database.user());
    connect(&mut database, &client, &google);
    connect_outlook(&mut database, &user, &graph, None, 3600.0);
    // This session was there before, and has what it began with.
    let name = database.name.clone();
    for (setting, value) in SETTINGS {
        let value = value.replace(", ", "', '");
        let set = format!("alter database {name} set {setting} = '{value}'");
        let set = match *setting {
            "datestyle" => set.replace("', '", ", "),
            _ => set,
        };
        run(&mut database, &set);
    }
    stop(&mut database);
    start(&mut database);

    for owner in [&client, &user] {
        let meeting = database.book(owner, 0);
        let jobs = database.wait_for_jobs(owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        let start = format!(
            "select extract(epoch from starts_at)::bigint * 1000000 from scheduling.{} where id = '{meeting}'",
            owner.mode.names().meetings
        );
        let start: i64 = database.one(&start);
        let made = match owner.mode {
            Mode::Client => google.events()[0].instant("start"),
            Mode::User => graph.events()[0].instant("start"),
        };
        assert_eq!(made, start, "{:?}", owner.mode);
        for column in ["calendar_event_id", "confirmation_sent_at"] {
            let written = database.meeting_column(owner, meeting, column);
            assert!(written.is_some(), "{column} of {:?}", owner.mode);
        }
    }
    assert_eq!(count_once(&server), 4);

    // A trigger of ours that fires for what the worker writes: the owner is told that the calendar broke.
    google.revoke_grants();
    let meeting = database.book(&client, 1);
    database.wait_for_jobs(&client, meeting);
    assert!(google.count(Method::POST, "/events") > 1);
    wait_for("the owner's notice", || {
        let sent: i64 = database.one(
            "select count(*) from scheduling.jobs
             where payload ->> 'mail' = 'calendar_disconnected' and state = 'done'",
        );
        (sent == 1).then_some(())
    });
}
