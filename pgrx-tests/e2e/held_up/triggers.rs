//! An application's own triggers on our tables: one that raises for a row, and one that waits for a lock.

use super::{book_undisturbed, count_once, hold, hurry_until_done, let_go, run, start, stop};
use crate::connect::{connect, send_through, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};
use crate::harness::wait::wait_for;
use crate::peers::google::Google;
use crate::peers::smtp::{MailServer, Tls};

/// A table of ours that the worker writes, when it does, and what tells the row of one meeting.
fn places(mode: Mode) -> [(&'static str, &'static str, &'static str); 4] {
    let names = mode.names();
    [
        ("jobs", "update", names.job_meeting),
        (names.meetings, "update", "id"),
        ("emails", "insert", names.job_meeting),
        ("emails", "update", names.job_meeting),
    ]
}

/// When the application's trigger fires.
#[derive(Clone, Copy, Debug)]
enum Fires {
    AtOnce,
    /// As a deferred constraint: when nothing is expected to go wrong any more.
    AtCommit,
}

struct Scene {
    database: Database<'static>,
    google: Google,
    server: MailServer,
    stuck: Owner,
    other: Owner,
}

impl Scene {
    fn new(mode: Mode) -> Self {
        let mut database = Database::new(Cluster::shared());
        let google = stand_in(&mut database);
        let server = MailServer::start(Tls::StartTls);
        send_through(&mut database, &server);
        let (stuck, other) = (database.owner(mode), database.owner(mode));
        connect(&mut database, &stuck, &google);
        connect(&mut database, &other, &google);
        Self {
            database,
            google,
            server,
            stuck,
            other,
        }
    }

    /// Has the application do this for the rows of one meeting, which is booked for it and which the worker
    /// does not know yet. The worker comes up once `meanwhile` is there.
    fn disturb<T>(
        &mut self,
        (table, event, key): (&str, &str, &str),
        fires: Fires,
        action: &str,
        meanwhile: impl FnOnce(&Database<'_>) -> T,
    ) -> T {
        let (kind, when, deferred) = match fires {
            Fires::AtOnce => ("trigger", "before", ""),
            Fires::AtCommit => (
                "constraint trigger",
                "after",
                "deferrable initially deferred",
            ),
        };
        let database = &mut self.database;
        stop(database);
        let meetings = database.import(&self.stuck, 3);
        run(
            database,
            &format!(
                "create function public.disturb() returns trigger language plpgsql as $$
                 begin
                     if new.{key} = '{}' then
                         {action};
                     end if;
                     return new;
                 end $$;
                 create {kind} disturb {when} {event} on scheduling.{table} {deferred}
                     for each row execute function public.disturb()",
                meetings[1]
            ),
        );
        let held = meanwhile(database);
        start(database);
        held
    }

    /// Another owner notices nothing, and neither do the two other meetings of this one.
    #[track_caller]
    fn others_go_on(&mut self, what: &str) {
        let database = &mut self.database;
        for n in 0..3 {
            book_undisturbed(database, &self.other, n);
        }
        let done = format!(
            "select count(*) from scheduling.jobs where owner = '{}' and state = 'done'",
            self.stuck.key()
        );
        wait_for(&format!("the other two meetings, with {what}"), || {
            (database.one::<i64>(&done) >= 6).then_some(())
        });
    }

    /// The application mends it, and nothing was lost or sent twice.
    #[track_caller]
    fn ends_well(&mut self, table: &str, what: &str) {
        let database = &mut self.database;
        run(
            database,
            &format!(
                "drop trigger if exists disturb on scheduling.{table}; drop function public.disturb()"
            ),
        );
        hurry_until_done(database, &self.stuck);
        assert_eq!(count_once(&self.server), 2 * (3 + 3), "{what}");
        assert_eq!(self.google.events().len(), 3 + 3, "{what}");
    }
}

#[test]
fn a_trigger_that_raises_for_one_row_is_that_rows_trouble() {
    for mode in Mode::BOTH {
        for fires in [Fires::AtOnce, Fires::AtCommit] {
            for place @ (table, event, _) in places(mode) {
                let what = format!("{event} of {table} that raises {fires:?}");
                let mut scene = Scene::new(mode);
                scene.disturb(place, fires, "raise 'the application says no'", |_| ());
                scene.others_go_on(&what);
                scene.ends_well(table, &what);
            }
        }
    }
}

#[test]
fn a_trigger_that_waits_for_a_lock_is_that_rows_trouble() {
    for mode in Mode::BOTH {
        for place @ (table, event, _) in places(mode) {
            let what = format!("{event} of {table} that waits");
            let mut scene = Scene::new(mode);
            let lock = scene.disturb(
                place,
                Fires::AtOnce,
                "perform pg_catalog.pg_advisory_xact_lock(4711)",
                |database| hold(database, "select pg_advisory_xact_lock(4711)"),
            );
            scene.others_go_on(&what);
            let_go(lock);
            scene.ends_well(table, &what);
        }
    }
}
