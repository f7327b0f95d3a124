//! Everything goes wrong, at random, while visitors book, move and cancel; then it stops, and nothing has
//! been lost, and nothing been done twice. Half a minute in the suite; `make chaos` takes ten.
//!
//! A run is as its seed has it, but for what depends on the machine's own timing: `CHAOS_SEED` takes one from
//! the end of a run that failed.

mod chance;
mod trouble;
mod verdict;
mod visitors;
mod webhooks;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use self::chance::Chance;
use self::trouble::{Deck, Trouble};
use self::visitors::{Bookings, Visitor};
use crate::connect::{
    connect_outlook, outlook_stand_in, send_by_url, send_through, stand_in, store,
};
use crate::crm;
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};
use crate::harness::wait::{seconds, wait_up_to};
use crate::peers::close::Close;
use crate::peers::google::Google;
use crate::peers::graph::Graph;
use crate::peers::receiver::Receiver;
use crate::peers::resend::Resend;
use crate::peers::smtp::{MailServer, Tls};
use crate::resend::send_to;

const VISITORS: usize = 3;
/// How long what is left may take, once all is quiet: it is done anew at once, and not when its turn comes.
const REST: Duration = Duration::from_secs(180);

#[derive(Clone, Copy, Debug)]
enum Way {
    Smtp,
    Resend,
}

/// One cluster, its owners and their providers.
struct World<'a> {
    cluster: &'a Cluster,
    database: Database<'a>,
    google: Google,
    graph: Graph,
    mail: MailServer,
    resend: Resend,
    /// How mail leaves just now.
    way: Way,
    close: Close,
    /// Is told of everybody's bookings.
    receiver: Receiver,
    /// Of both modes with either provider, twice.
    owners: Vec<Owner>,
}

impl<'a> World<'a> {
    fn new(cluster: &'a Cluster) -> Self {
        let mut database = Database::new(cluster);
        let (google, graph) = (stand_in(&mut database), outlook_stand_in(&mut database));
        let mail = MailServer::start(Tls::StartTls);
        send_through(&mut database, &mail);
        let resend = Resend::start(0);
        let close = crm::stand_in(&mut database);
        let receiver = Receiver::start(0);
        let webhook = format!(
            "select secret from scheduling.add_webhook('{}')",
            receiver.url()
        );
        receiver.learn(&database.one::<String>(&webhook));
        let mut owners = Vec::new();
        for (n, mode) in [Mode::BOTH, Mode::BOTH].concat().into_iter().enumerate() {
            // Each has a calendar of its own, so that none is kept busy by another one's meetings.
            let calendar = format!("calendar-{n}");
            google.add_calendar(&calendar, &json!({}));
            graph.add_calendar(&calendar, &json!({}));
            let by_google = database.owner(mode);
            let (access, refresh) = google.grant();
            store(
                &mut database,
                &by_google,
                &access,
                &refresh,
                &calendar,
                "owner@gmail.example",
                3600,
            );
            let by_outlook = database.owner(mode);
            connect_outlook(&mut database, &by_outlook, &graph, Some(&calendar), 3600.0);
            owners.extend([by_google, by_outlook]);
        }
        let unlimited = "update scheduling.booking_links
             set max_hourly_attempts_per_guest = null, max_hourly_bookings_per_guest = null,
                 max_upcoming_bookings_per_guest = null, max_hourly_moves_per_booking = null";
        database
            .sql
            .batch_execute(unlimited)
            .expect("links can be changed");
        Self {
            cluster,
            database,
            google,
            graph,
            mail,
            resend,
            way: Way::Smtp,
            close,
            receiver,
            owners,
        }
    }

    fn mail_leaves_by(&mut self, way: Way) {
        match way {
            Way::Smtp => send_through(&mut self.database, &self.mail),
            Way::Resend => send_to(&mut self.database, &self.resend),
        }
        self.way = way;
    }

    /// Mail leaves as before, but with a key or a password that is refused.
    fn refuse_mail(&mut self) {
        match self.way {
            Way::Smtp => send_by_url(&mut self.database, &self.mail.url_of_a_stranger()),
            Way::Resend => self.resend.revoke_grants(),
        }
    }

    /// All faults are over, and a worker is there.
    fn calm_down(&mut self) {
        self.google.always(None);
        self.graph.always(None);
        self.close.always(None);
        self.close.always_read(None);
        self.resend.always(None);
        self.database.reconnect();
        let enable = "alter system reset scheduling.enabled";
        self.database
            .sql
            .batch_execute(enable)
            .expect("a superuser may");
        let reload = "select pg_reload_conf(), scheduling.start_worker()";
        self.database
            .sql
            .batch_execute(reload)
            .expect("a superuser may");
        self.database.wait_for_worker();
    }

    /// Waits until nothing is left to do. What failed a while ago is not waited for, but hurried.
    fn finish(&mut self) {
        let mut hurried = Instant::now();
        wait_up_to(REST, "every job to end", || {
            if hurried.elapsed() > Duration::from_secs(1) {
                let hurry = "select scheduling.retry_job(id) from scheduling.jobs
                             where state = 'ready' and run_at > now()";
                // One that has just been claimed is refused.
                let _ = self.database.sql.batch_execute(hurry);
                // Nothing has been on its way to Close for longer than its search lags.
                crm::let_time_pass(&mut self.database);
                hurried = Instant::now();
            }
            // Done, and its meeting has been told what came of it.
            let open: i64 = self.database.one(
                "select count(*) from scheduling.jobs
                 where state in ('ready', 'running') or outcome is not null",
            );
            (open == 0).then_some(())
        });
    }
}

/// Says how to have the same again, where a run fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- this was chaos with CHAOS_SEED={} ---", self.0);
        }
    }
}

#[test]
fn nothing_is_lost_or_done_twice_while_everything_goes_wrong() {
    let given = std::env::var("CHAOS_SEED").ok();
    let seed = Seed(
        given
            .and_then(|seed| seed.parse().ok())
            .unwrap_or_else(chance::seed),
    );
    let length = seconds("CHAOS_SECONDS", 24);
    println!("    chaos with seed {} for {length:?}", seed.0);

    let cluster = Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        // Requests that hang are given up sooner than usual, so that more can go wrong.
        ("scheduling.http_timeout", "2s"),
        ("scheduling.webhook_private_addresses", "on"),
    ]);
    let mut world = World::new(&cluster);
    let mut chance = Chance::new(seed.0);
    let (bookings, over) = (Bookings::default(), AtomicBool::new(false));
    let answers = Mutex::default();
    let name = world.database.name.clone();
    std::thread::scope(|scope| {
        for _ in 0..VISITORS {
            let mut visitor = Visitor::new(&cluster, &name, world.owners.clone(), chance.fork());
            let (bookings, over, answers) = (&bookings, &over, &answers);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    visitor.act(bookings, answers);
                }
            });
        }
        // The visitors leave, too, where a trouble goes wrong itself.
        let _leave = Leave(&over);
        let ends = Instant::now() + length;
        let mut deck = Deck::default();
        while Instant::now() < ends {
            let trouble = deck.deal(&mut chance);
            let began = Instant::now();
            trouble.befall(&mut world, &mut chance);
            println!("    {trouble:?} for {:.1?}", began.elapsed());
        }
    });
    world.calm_down();
    world.finish();
    verdict::answers_are_those_of_the_contract(&answers);
    verdict::events_are_those_of_the_meetings(&mut world);
    verdict::mails_have_arrived(&mut world);
    verdict::leads_are_those_of_the_meetings(&mut world);
    webhooks::have_been_told(&mut world);
    verdict::the_server_was_killed_by_nobody_else(&cluster);
    let World { database, .. } = world;
    drop(database);
    verdict::nothing_is_left_running(&cluster);
}

/// Tells the visitors to leave.
struct Leave<'a>(&'a AtomicBool);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Every kind of trouble is in the deck.
#[test]
fn a_deck_deals_every_trouble_before_any_comes_again() {
    let (mut deck, mut chance) = (Deck::default(), Chance::new(1));
    let mut dealt: Vec<_> = Trouble::ALL
        .iter()
        .map(|_| format!("{:?}", deck.deal(&mut chance)))
        .collect();
    dealt.sort();
    let mut all: Vec<_> = Trouble::ALL.iter().map(|one| format!("{one:?}")).collect();
    all.sort();
    assert_eq!(dealt, all);
}
