//! A scripted attacker: somebody without a token, a member of another client, and a session of SQL with their
//! rights. What they try is made from the catalogue, so that a new table, column or function is attacked by itself.
//! Afterwards the victim's rows are what they were, nothing that was in them has come back, and nobody was called.

mod catalogue;
mod over_http;
mod over_sql;
mod victim;

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use uuid::Uuid;

use crate::harness::database::{Database, Owner};
use crate::harness::wait::wait_for;
use crate::peers::postgrest::{PostgRest, supabase};

use self::catalogue::{Catalogue, Values};
use self::victim::Victim;

/// A server of the attacker's, whose address is in whatever they write; how often it was called.
struct Trap {
    url: String,
    calls: Arc<AtomicUsize>,
}

impl Trap {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!(
            "http://{}/trap",
            listener.local_addr().expect("it is bound")
        );
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        std::thread::spawn(move || {
            for _call in listener.incoming() {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { url, calls }
    }
}

/// Who attacks: a user with a link, who is a member of a client with another one.
struct Attacker {
    user: Owner,
    client: Owner,
    trap: Trap,
}

impl Attacker {
    fn new(database: &mut Database<'_>) -> Self {
        let attacker = Self {
            user: database.user(),
            client: database.client(),
            trap: Trap::new(),
        };
        database
            .sql
            .batch_execute(&format!(
                "insert into scheduling.client_members values ('{}', '{}')",
                attacker.client.id, attacker.user.id
            ))
            .expect("a superuser may");
        attacker
    }

    fn own(&self) -> [Uuid; 2] {
        [self.user.id, self.client.id]
    }
}

/// A victim with marks in all that is theirs, an attacker, and what there is to attack.
struct Scene {
    victim: Victim,
    attacker: Attacker,
    catalogue: Catalogue,
    values: Values,
    /// The victim's rows.
    before: Vec<String>,
}

impl Scene {
    fn new(database: &mut Database<'_>) -> Self {
        let mut victim = Victim::new(database);
        let catalogue = Catalogue::read(&mut database.sql);
        victim.mark(&mut database.sql, &catalogue);
        let values = catalogue.values(&mut database.sql);
        let attacker = Attacker::new(database);
        let before = victim.rows(&mut database.sql, &attacker.own());
        Self {
            victim,
            attacker,
            catalogue,
            values,
            before,
        }
    }

    /// Sees that the attack has come to nothing.
    fn assert_unharmed(&self, database: &mut Database<'_>) {
        let (victim, attacker) = (&self.victim, &self.attacker);
        // What the worker has to do for the attacker's own meetings it does before.
        wait_for("the worker to have nothing to do", || {
            let open: i64 = database
                .one("select count(*) from scheduling.jobs where state in ('ready', 'running')");
            (open == 0).then_some(())
        });
        std::thread::sleep(Duration::from_millis(300));
        let after = victim.rows(&mut database.sql, &attacker.own());
        for row in &self.before {
            assert!(after.contains(row), "gone or changed: {row}");
        }
        let more: Vec<_> = after
            .iter()
            .filter(|row| !self.before.contains(row))
            .collect();
        assert!(more.is_empty(), "more than there was: {more:#?}");
        let called = attacker.trap.calls.load(Ordering::Relaxed);
        assert_eq!(called, 0, "somebody called the attacker's server");
    }
}

#[test]
fn nobody_reads_or_changes_over_http_what_is_another_s() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let scene = Scene::new(&mut database);
    let server = PostgRest::start(&database, "scheduling");
    let member = server.token_of("authenticated", scene.attacker.user.id);
    let mut tried = 0;
    for token in [None, Some(&*member)] {
        let attack = over_http::Attack {
            server: &server,
            token,
            scene: &scene,
        };
        tried += attack.run();
    }
    assert!(tried > 2_000, "only {tried} requests");
    scene.assert_unharmed(&mut database);
}

#[test]
fn nobody_reads_or_changes_by_sql_what_is_another_s() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let scene = Scene::new(&mut database);
    for role in ["anon", "authenticated"] {
        let tried = over_sql::run(&database, role, &scene);
        assert!(tried > 500, "only {tried} statements");
    }
    scene.assert_unharmed(&mut database);
}
