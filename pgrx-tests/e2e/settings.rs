//! Whatever is set for sessions of a server, a database or a role: the worker does its work the same.

use crate::connect::{connect, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Owner, explain};
use crate::harness::wait::wait_for;
use crate::peers::google::Google;

/// What people set for reasons of their own, and what nobody would, each the worst value there is. The
/// first names cannot be set for a whole server.
pub const HOSTILE: &[(&str, &str)] = &[
    ("role", "nobody"),
    ("array_nulls", "off"),
    ("backslash_quote", "off"),
    ("bytea_output", "escape"),
    ("check_function_bodies", "off"),
    ("client_encoding", "LATIN1"),
    ("constraint_exclusion", "on"),
    ("cursor_tuple_fraction", "1"),
    ("datestyle", "SQL, DMY"),
    ("debug_discard_caches", "0"),
    ("default_text_search_config", "pg_catalog.german"),
    ("default_transaction_deferrable", "on"),
    ("default_transaction_isolation", "serializable"),
    ("default_transaction_read_only", "on"),
    ("enable_bitmapscan", "off"),
    ("enable_hashagg", "off"),
    ("enable_hashjoin", "off"),
    ("enable_indexonlyscan", "off"),
    ("enable_indexscan", "off"),
    ("enable_material", "off"),
    ("enable_memoize", "off"),
    ("enable_mergejoin", "off"),
    ("enable_nestloop", "off"),
    ("enable_partitionwise_join", "on"),
    ("enable_seqscan", "off"),
    ("enable_sort", "off"),
    ("escape_string_warning", "off"),
    ("exit_on_error", "on"),
    ("extra_float_digits", "-15"),
    ("force_parallel_mode", "on"),
    ("from_collapse_limit", "1"),
    ("geqo_threshold", "2"),
    ("gin_fuzzy_search_limit", "1"),
    ("idle_in_transaction_session_timeout", "1ms"),
    ("intervalstyle", "iso_8601"),
    ("jit", "on"),
    ("jit_above_cost", "0"),
    ("join_collapse_limit", "1"),
    ("lc_monetary", "C"),
    ("lock_timeout", "1ms"),
    ("max_parallel_workers_per_gather", "8"),
    ("max_stack_depth", "100kB"),
    ("plan_cache_mode", "force_custom_plan"),
    ("quote_all_identifiers", "on"),
    ("restrict_nonsystem_relation_kind", "view, foreign-table"),
    ("row_security", "off"),
    ("search_path", "pg_temp"),
    ("session_replication_role", "replica"),
    ("standard_conforming_strings", "off"),
    ("statement_timeout", "1ms"),
    ("temp_file_limit", "0"),
    ("timezone", "Pacific/Chatham"),
    ("transform_null_equals", "on"),
    ("work_mem", "64kB"),
    ("xmlbinary", "hex"),
    ("xmloption", "document"),
];

struct Office<'a> {
    database: Database<'a>,
    google: Google,
    owner: Owner,
}

impl<'a> Office<'a> {
    /// One whose session keeps what it has now, whatever is set outside.
    fn open(cluster: &'a Cluster) -> Self {
        let mut database = Database::new(cluster);
        let google = stand_in(&mut database);
        let owner = database.client();
        connect(&mut database, &owner, &google);
        database
            .sql
            .batch_execute(
                "select set_config(name, setting, false) from pg_settings
                 where context in ('user', 'superuser') and source <> 'override'
                   and name not like 'transaction%'",
            )
            .expect("as it is");
        Self {
            database,
            google,
            owner,
        }
    }

    fn restart_worker(&mut self) {
        assert!(self.database.one::<bool>("select scheduling.stop_worker()"));
        assert!(
            self.database
                .one::<bool>("select scheduling.start_worker()")
        );
    }

    /// Books, and looks for the event and for both mails.
    #[track_caller]
    fn books(&mut self, n: i32) {
        let meeting = self.database.book(&self.owner, n);
        let jobs = self.database.wait_for_jobs(&self.owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        assert!(jobs.iter().all(|job| job.attempts == 1), "{jobs:?}");
        let id = meeting.simple().to_string();
        assert!(self.google.events().iter().any(|event| event.id == id));
        let mails: Vec<String> = self
            .database
            .sql
            .query(
                "select recipient || ' ' || subject from scheduling.emails where meeting_id = $1",
                &[&meeting],
            )
            .expect("mails can be read")
            .iter()
            .map(|row| row.get(0))
            .collect();
        assert_eq!(mails.len(), 2, "{mails:?}");
    }
}

/// Each setting by itself, as one of them that a version does not know is no reason to leave out the rest.
fn set_each(database: &mut Database<'_>, what: &str, but: &[&str]) {
    let mut set = 0;
    for (name, value) in HOSTILE.iter().filter(|(name, _)| !but.contains(name)) {
        // A list is written without quotes around it.
        let value = if value.contains(", ") && *name != "datestyle" {
            value.replace(", ", "','")
        } else {
            (*value).to_owned()
        };
        let statement = format!("alter {what} set {name} = '{value}'");
        match database.sql.batch_execute(&statement) {
            Ok(()) => set += 1,
            Err(error) => {
                let error = explain(&error);
                assert!(
                    error.contains("unrecognized configuration"),
                    "{statement}: {error}"
                );
            }
        }
    }
    assert!(
        set + 3 > HOSTILE.len() - but.len(),
        "only {set} could be set"
    );
}

#[test]
fn settings_of_a_database_and_a_role_are_not_the_workers() {
    let cluster = Cluster::preloaded();
    let mut office = Office::open(&cluster);
    office
        .database
        .sql
        .batch_execute("create role nobody")
        .expect("a superuser may");
    let name = office.database.name.clone();
    set_each(&mut office.database, &format!("database {name}"), &[]);
    office.restart_worker();
    office.books(0);
    set_each(
        &mut office.database,
        &format!("role postgres in database {name}"),
        &[],
    );
    set_each(&mut office.database, "role postgres", &[]);
    office.restart_worker();
    office.books(1);
}

#[test]
fn settings_of_the_server_are_not_the_workers_and_no_reload_makes_them() {
    let cluster = Cluster::preloaded();
    let mut office = Office::open(&cluster);
    let pid = office.database.wait_for_worker();
    set_each(&mut office.database, "system", &["role"]);
    office
        .database
        .sql
        .batch_execute("select pg_reload_conf()")
        .expect("a superuser may");
    // Whoever comes in now has the new settings.
    let mut guest = cluster.connect_with("postgres", |config| {
        config.options("-c default_transaction_read_only=off -c statement_timeout=0");
    });
    wait_for("the reload", || {
        let now: String = guest.query_one("show enable_sort", &[]).unwrap().get(0);
        (now == "off").then_some(())
    });
    std::thread::sleep(std::time::Duration::from_millis(300));
    office.books(0);
    assert_eq!(office.database.wait_for_worker(), pid, "the same worker");
    office.restart_worker();
    office.books(1);
    office
        .database
        .sql
        .batch_execute("select pg_reload_conf()")
        .expect("a superuser may");
    std::thread::sleep(std::time::Duration::from_millis(300));
    office.books(2);
}
