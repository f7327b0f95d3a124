//! What goes wrong, each for a while and one after the other; what is left of one, as requests that still
//! hang, meets the next.

use std::time::Duration;

use super::chance::Chance;
use super::{Way, World};
use crate::crash::kill_worker;
use crate::crm;
use crate::harness::wait::wait_for;
use crate::peers::google::Fault;
use crate::peers::receiver::Mishap;
use crate::peers::resend;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// SIGKILL, as by the kernel's memory killer; the server restarts all sessions.
    WorkerKilled,
    /// SIGKILL of the postmaster, as by a power cut, and a start.
    ServerKilled,
    WorkerStopped,
    Disabled,
    Google,
    Graph,
    BothProviders,
    /// Every access token is refused.
    TokensExpired,
    /// From now on mail leaves by SMTP. Some of the next mails are put off, dropped before or after they were
    /// taken, or answered late.
    Mail,
    /// From now on mail leaves by Resend, which fails, has a limit, loses answers, or is still busy with a mail.
    Resend,
    /// Whichever of the two it is refuses whoever sends, until it is configured anew.
    MailRefused,
    /// The CRM fails, and loses answers.
    Close,
    /// The CRM refuses its key, until another one is configured.
    KeyRefused,
    /// The receiver of webhooks fails, redirects, is slow, or takes what it does not answer.
    Webhooks,
    /// Rows of meetings, jobs and webhooks that somebody has locked.
    Locks,
    /// Rows of meetings that somebody edits, in a transaction that takes its time.
    Edits,
    Nothing,
}

impl Trouble {
    pub const ALL: [Self; 17] = [
        Self::WorkerKilled,
        Self::ServerKilled,
        Self::WorkerStopped,
        Self::Disabled,
        Self::Google,
        Self::Graph,
        Self::BothProviders,
        Self::TokensExpired,
        Self::Mail,
        Self::Resend,
        Self::MailRefused,
        Self::Close,
        Self::KeyRefused,
        Self::Webhooks,
        Self::Locks,
        Self::Edits,
        Self::Nothing,
    ];

    /// Happens, and is over when this returns.
    pub fn befall(self, world: &mut World<'_>, chance: &mut Chance) {
        let length = chance.pause(300, 2500);
        let wait = || std::thread::sleep(length);
        match self {
            // A short while before it, so that there is something to be killed at.
            Self::WorkerKilled => {
                std::thread::sleep(length / 4);
                kill_worker(&mut world.database);
            }
            Self::ServerKilled => {
                std::thread::sleep(length / 4);
                world.cluster.crash();
                world.cluster.start();
                world.database.reconnect();
                world.database.wait_for_worker();
            }
            Self::WorkerStopped => {
                world.run("select scheduling.stop_worker()");
                wait();
                world.run("select scheduling.start_worker()");
                world.database.wait_for_worker();
            }
            Self::Disabled => {
                world.run("alter system set scheduling.enabled = off");
                world.run("select pg_reload_conf()");
                wait();
                world.run("alter system reset scheduling.enabled");
                world.run("select pg_reload_conf()");
            }
            Self::Google => {
                world.google.always(Some(fault(chance)));
                wait();
                world.google.always(None);
            }
            Self::Graph => {
                world.graph.always(Some(fault(chance)));
                wait();
                world.graph.always(None);
            }
            Self::BothProviders => {
                for n in 0..6 {
                    world.google.next_after(n % 3, fault(chance));
                    world.graph.next_after(n % 2, fault(chance));
                }
                wait();
            }
            Self::TokensExpired => {
                world.google.expire_access_tokens();
                wait();
            }
            Self::Mail => {
                world.mail_leaves_by(Way::Smtp);
                for _ in 0..=chance.below(8) {
                    match chance.below(4) {
                        0 => world.mail.refuse("451 4.3.0 Try again later"),
                        1 => world.mail.drop_before(),
                        2 => world.mail.drop_after(),
                        _ => world.mail.answer_after(chance.pause(100, 1500)),
                    }
                }
                wait();
            }
            Self::Resend => {
                world.mail_leaves_by(Way::Resend);
                for n in 0..=chance.below(8) {
                    world.resend.next_after(n % 3, fault_of_resend(chance));
                }
                wait();
            }
            Self::MailRefused => {
                let way = world.way;
                world.refuse_mail();
                wait();
                world.mail_leaves_by(way);
            }
            Self::Close => {
                for n in 0..6 {
                    world.close.next_after(n % 3, fault_of_close(chance));
                    world.close.next_read(fault_of_close(chance));
                }
                wait();
            }
            Self::KeyRefused => {
                world.close.revoke_grants();
                wait();
                crm::configure(&mut world.database.sql, &world.close);
            }
            Self::Webhooks => {
                for _ in 0..=chance.below(8) {
                    world.receiver.next(match chance.below(6) {
                        0 => Mishap::Status(500),
                        1 => Mishap::Status(404),
                        2 => Mishap::RetryAfter(429, 1),
                        3 => Mishap::Redirect("http://127.0.0.1:1/".into()),
                        4 => Mishap::Late(chance.pause(100, 3000)),
                        _ => Mishap::LoseAnswer,
                    });
                }
                wait();
            }
            Self::Locks => world.hold(
                length,
                "select from scheduling.meetings tablesample bernoulli (20) for update nowait;
                 select from scheduling.sales_meetings tablesample bernoulli (20) for update nowait;
                 select from scheduling.jobs tablesample bernoulli (10) for update skip locked;
                 select from scheduling.webhooks for update skip locked",
            ),
            Self::Edits => world.hold(
                length,
                "update scheduling.meetings set notes = 'edit ' || random()
                 where id in (select id from scheduling.meetings tablesample bernoulli (20) for update skip locked);
                 update scheduling.sales_meetings set notes = 'edit ' || random()
                 where id in (select id from scheduling.sales_meetings tablesample bernoulli (20) for update skip locked)",
            ),
            Self::Nothing => wait(),
        }
    }
}

/// What a provider may do to a request, but for refusing it for good.
fn fault(chance: &mut Chance) -> Fault {
    match chance.below(8) {
        0 => Fault::Status(500),
        1 => Fault::Status(503),
        2 => Fault::RateLimited { retry_after: 1 },
        3 => Fault::Hang(Duration::from_secs(30)),
        4 => Fault::Late(Duration::from_millis(2500)),
        5 => Fault::Truncated,
        6 => Fault::Page,
        _ => Fault::LoseAnswer,
    }
}

/// A request that reaches the CRM long after it was given up is no fault that can be had here: nobody
/// could tell that it was not lost.
fn fault_of_close(chance: &mut Chance) -> Fault {
    match fault(chance) {
        Fault::Hang(_) => Fault::LoseAnswer,
        fault => fault,
    }
}

/// As [`fault_of_close`]: one that comes late at Resend may have left by SMTP meanwhile, and later ones, too.
fn fault_of_resend(chance: &mut Chance) -> Fault {
    match fault_of_close(chance) {
        Fault::Status(503) => {
            let name = "concurrent_idempotent_requests";
            Fault::answer(409, resend::error(409, name, "Try again later."))
        }
        fault => fault,
    }
}

impl World<'_> {
    fn run(&mut self, statement: &str) {
        let done = self.database.sql.batch_execute(statement);
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    /// Somebody else's transaction, which comes to nothing where another one is in its way.
    fn hold(&mut self, length: Duration, statements: &str) {
        let mut session = wait_for("a session", || {
            self.cluster.try_connect(&self.database.name).ok()
        });
        let held = session.batch_execute(&format!("begin; {statements}"));
        if held.is_ok() {
            std::thread::sleep(length);
        }
        let _ = session.batch_execute("commit");
    }
}

/// Deals every trouble before any comes again.
#[derive(Default)]
pub struct Deck(Vec<Trouble>);

impl Deck {
    pub fn deal(&mut self, chance: &mut Chance) -> Trouble {
        if self.0.is_empty() {
            self.0 = Trouble::ALL.to_vec();
        }
        let place = chance.below(self.0.len());
        self.0.swap_remove(place)
    }
}
