//! What a worker does for sessions that wait: it looks up what the database has to say, hands the rest
//! to the network, and answers. Reading calendars is here as well, on schedule or because somebody
//! waits.

use std::time::Duration;

use uuid::Uuid;

use super::answers::{self, Step};
use super::busy::{self, Need, Target};
use super::network::listener::Caller;
use super::network::work::Reply;
use super::network::{Origin, Task};
use super::process::{self, Durability, transaction};
use super::rounds::{Worker, broken_network};
use crate::access::parse_owner;
use crate::error::{Error, Result};
use crate::ipc::question::{Answer, Errand, Reason, Refusal};
use crate::settings;

/// A calendar whose busy times could not be stored is left alone for so long.
const NOT_STORED_REST: Duration = Duration::from_secs(10);

impl Worker {
    /// The first look at a question about a connection.
    pub(super) fn consider(&mut self, caller: Caller, owner: &str, provider: &str, errand: Errand) {
        match transaction(Durability::Full, || {
            dont_wait_for_the_asker();
            answers::begin(owner, provider, errand)
        }) {
            Ok(Step::Answer(answer)) => self.answer(caller, answer),
            Ok(Step::Network(work, pending)) => {
                self.pending.insert(caller, pending);
                self.network
                    .submit(Task {
                        origin: Origin::Caller(caller),
                        work,
                    })
                    .unwrap_or_else(|error| broken_network(error));
            }
            Err(error) => self.answer(caller, Err(broken_question(&error))),
        }
    }

    pub(super) fn reply_to(&mut self, caller: Caller, reply: Reply) {
        let Some(pending) = self.pending.remove(&caller) else {
            return;
        };
        let answer = transaction(Durability::Full, || {
            dont_wait_for_the_asker();
            answers::finish(&pending, reply)
        })
        .unwrap_or_else(|error| Err(broken_question(&error)));
        self.answer(caller, answer);
        self.busy.look_now();
    }

    /// Reads the calendars whose turn it is.
    pub(super) fn keep_fresh(&mut self) -> Result<()> {
        let room = settings::concurrency().saturating_sub(self.network.in_flight());
        let busy = &mut self.busy;
        for target in transaction(Durability::Lazy, || busy.scheduled(room))? {
            self.read_calendar(target, Vec::new());
        }
        Ok(())
    }

    /// Reads some owners' calendars for a session that waits.
    pub(super) fn read_for(&mut self, caller: Caller, owners: &[String], need: Need) {
        let busy = &mut self.busy;
        let targets = transaction(Durability::Lazy, || {
            let owners = owners.iter().map(|owner| parse_owner(owner));
            busy.asked(caller, &owners.collect::<Result<Vec<_>>>()?, need)
        });
        match targets {
            Ok(targets) => {
                let settled = self.busy.nothing_to_wait_for(caller);
                self.tell(settled);
                for target in targets {
                    self.read_calendar(target, vec![caller]);
                }
            }
            Err(error) => self.answer(caller, Err(broken_question(&error))),
        }
    }

    fn read_calendar(&mut self, target: Target, waiting: Vec<Caller>) {
        let connection = target.connection();
        match self.busy.start(target, waiting) {
            Ok(work) => self
                .network
                .submit(Task {
                    origin: Origin::Busy(connection),
                    work: Box::new(work),
                })
                .unwrap_or_else(|error| broken_network(error)),
            Err(refused) => {
                let settled = self.busy.settle(&refused.waiting, Some(&refused.refusal));
                self.tell(settled);
            }
        }
    }

    /// Stores what a calendar has said, and lets those go who waited for it.
    pub(super) fn keep_busy_times(&mut self, connection: Uuid, reply: Reply) {
        let Some(reading) = self.busy.take(connection) else {
            return;
        };
        // Should a crash undo it, the calendar says the same again.
        let recorded = transaction(Durability::Lazy, || {
            process::set_local(c"lock_timeout", c"100ms");
            busy::record(&reading, reply)
        });
        let (refusal, rest) = match recorded {
            Ok(Ok(())) => (None, None),
            Ok(Err(unread)) => (Some(unread.refusal), unread.rest),
            // Somebody has locked the connection; reading it over and over does not unlock it.
            Err(error) => (Some(broken_question(&error)), Some(NOT_STORED_REST)),
        };
        if let (Some(refusal), Some(rest)) = (&refusal, rest) {
            self.busy.rest(connection, rest, refusal.clone());
        }
        let settled = self.busy.settle(reading.waiting(), refusal.as_ref());
        self.tell(settled);

        let waiting = reading.waiting_for_more();
        match transaction(Durability::Lazy, || reading.once_more()) {
            Ok(Some(target)) => self.read_calendar(target, waiting),
            Ok(None) => {
                let settled = self.busy.settle(&waiting, None);
                self.tell(settled);
            }
            Err(error) => {
                let settled = self.busy.settle(&waiting, Some(&broken_question(&error)));
                self.tell(settled);
            }
        }
    }

    fn tell(&self, settled: impl IntoIterator<Item = busy::Settled>) {
        for (caller, refusal) in settled {
            self.answer(caller, refusal.map_or(Ok(serde_json::Value::Null), Err));
        }
    }

    fn answer(&self, caller: Caller, answer: Answer) {
        self.network
            .answer(caller, answer)
            .unwrap_or_else(|error| broken_network(error));
    }
}

/// A session that waits for an answer may hold locks on the very rows that are to be written.
fn dont_wait_for_the_asker() {
    process::set_local(c"lock_timeout", c"2s");
}

fn broken_question(error: &Error) -> Refusal {
    match error {
        Error::Locked { .. } => Refusal::new(
            Reason::Locked,
            "The worker waited for a lock that another transaction holds.",
        ),
        error => Refusal::new(Reason::Internal, error.to_string()),
    }
}
