//! What a worker does for sessions that wait: it looks up what the database has to say, hands the rest
//! to the network, and answers. Reading calendars is here as well, on schedule or because somebody
//! waits.

use std::collections::HashMap;
use std::time::Duration;

use uuid::Uuid;

use super::answers::{self, Pending, Step};
use super::busy::record::{put_off, record};
use super::busy::target::{Need, Target};
use super::busy::{BusyTimes, Settled};
use super::network::Network;
use super::network::client::Outcome;
use super::network::listener::Caller;
use super::network::work::{BrokenOff, ErrandReply, Task};
use super::process::{self, BRIEFLY, Durability, report, transaction};
use crate::calendar::busy::CalendarSays;
use crate::error::{Error, Result};
use crate::instant::Instant;
use crate::ipc::question::{Question, Reason, Refusal};
use crate::owner::Owner;
use crate::{settings, vault};

/// A calendar whose busy times could not be stored is left alone for so long.
const NOT_STORED_REST: Duration = Duration::from_secs(10);

/// The sessions that wait for the network, and the calendars that are being read for them.
#[derive(Default)]
pub struct Callers {
    pending: HashMap<Caller, Pending>,
    busy: BusyTimes,
}

impl Callers {
    /// How long until a calendar is to be read.
    pub fn due_in(&self) -> Duration {
        self.busy.due_in()
    }

    /// The first look at a question.
    pub fn consider(&mut self, network: &mut Network, caller: Caller, question: Question) {
        let (owner, provider, errand) = match question {
            Question::Connection {
                owner,
                provider,
                errand,
            } => (owner, provider, errand),
            Question::Busy {
                owners,
                until,
                since,
                insists,
                hurries,
            } => {
                let need = Need {
                    until: Instant::from_unix_micros(until),
                    since: Instant::from_unix_micros(since),
                    insists,
                    hurries,
                };
                return self.read_for(network, caller, &owners, need);
            }
        };
        match transaction(Durability::Full, || {
            dont_wait_for_the_asker();
            answers::begin(owner, provider, errand)
        }) {
            Ok(Step::Answer(answer)) => network.answer(caller, answer),
            Ok(Step::Network(work, pending)) => {
                self.pending.insert(caller, pending);
                network.submit(Task::Errand(caller, work));
            }
            Err(error) => network.answer(caller, Err(broken_question(&error))),
        }
    }

    /// What the network says to a question.
    pub fn reply_to(
        &mut self,
        network: &Network,
        caller: Caller,
        reply: Result<ErrandReply, BrokenOff>,
    ) {
        let Some(pending) = self.pending.remove(&caller) else {
            return;
        };
        let answer = match reply {
            Err(broken) => Err(answers::broken_off(broken)),
            Ok(reply) => transaction(Durability::Full, || {
                dont_wait_for_the_asker();
                answers::finish(&pending, reply)
            })
            .unwrap_or_else(|error| Err(broken_question(&error))),
        };
        network.answer(caller, answer);
        self.busy.look_now();
    }

    /// Reads the calendars whose turn it is.
    pub fn keep_fresh(&mut self, network: &mut Network) -> Result<()> {
        let room = settings::concurrency().saturating_sub(network.in_flight());
        let busy = &mut self.busy;
        let scheduled = transaction(Durability::Lazy, || {
            process::set_local(c"lock_timeout", BRIEFLY);
            busy.scheduled(room)
        })?;
        for target in scheduled {
            self.read_calendar(network, target, Vec::new());
        }
        Ok(())
    }

    /// Reads some owners' calendars for a session that waits.
    fn read_for(&mut self, network: &mut Network, caller: Caller, owners: &[Owner], need: Need) {
        let busy = &mut self.busy;
        let targets = transaction(Durability::Lazy, || {
            process::set_local(c"lock_timeout", BRIEFLY);
            busy.asked(caller, owners, need)
        });
        match targets {
            Ok(targets) => {
                let settled = self.busy.nothing_to_wait_for(caller);
                tell(network, settled);
                for target in targets {
                    self.read_calendar(network, target, vec![caller]);
                }
            }
            Err(error) => network.answer(caller, Err(broken_question(&error))),
        }
    }

    fn read_calendar(&mut self, network: &mut Network, target: Target, waiting: Vec<Caller>) {
        let (mode, connection) = (target.mode, target.connection());
        let callers = waiting.clone();
        let busy = &mut self.busy;
        let started = if vault::is_open() {
            Ok(busy.start(target, waiting))
        } else {
            // The first secret that is opened: whether the key is the right one, the database knows.
            transaction(Durability::Lazy, || Ok(busy.start(target, waiting)))
        };
        let started = match started {
            Ok(started) => started,
            Err(error) => {
                let settled = busy.settle(&callers, Some(&broken_question(&error)));
                return tell(network, settled);
            }
        };
        match started {
            Ok(work) => network.submit(Task::Busy(connection, Box::new(work))),
            Err(refused) => {
                // Else it would be the first whose turn it is for ever.
                if !refused.is_resting {
                    let put_off = transaction(Durability::Lazy, || {
                        process::set_local(c"lock_timeout", BRIEFLY);
                        put_off(mode, connection, &refused.refusal.detail)
                    });
                    report("put off a calendar", put_off);
                }
                let settled = self.busy.settle(&refused.waiting, Some(&refused.refusal));
                tell(network, settled);
            }
        }
    }

    /// Stores what a calendar has said, and lets those go who waited for it.
    pub fn keep_busy_times(
        &mut self,
        network: &mut Network,
        connection: Uuid,
        reply: Result<Outcome<Vec<CalendarSays>>, BrokenOff>,
    ) {
        let Some(mut reading) = self.busy.take(connection) else {
            return;
        };
        // Should a crash undo it, the calendar says the same again.
        let recorded = transaction(Durability::Lazy, || {
            process::set_local(c"lock_timeout", c"100ms");
            record(&reading, reply)
        });
        let (refusal, rest, again) = match recorded {
            Ok(Ok(())) => (None, None, None),
            Ok(Err(unread)) => (Some(unread.refusal), unread.rest, unread.again),
            // Somebody has locked the connection; reading it over and over does not unlock it.
            Err(error) => (Some(broken_question(&error)), Some(NOT_STORED_REST), None),
        };
        if let Some(again) = again {
            self.busy.fail(connection, again);
        }
        if let (Some(refusal), Some(rest)) = (&refusal, rest) {
            self.busy.rest(connection, rest, refusal.clone());
        }
        let settled = self.busy.settle(&reading.waiting, refusal.as_ref());
        tell(network, settled);
        if again.is_some() {
            let settled = self.busy.settle(&reading.let_go(), refusal.as_ref());
            tell(network, settled);
        }

        let waiting = reading.waiting_for_more();
        match transaction(Durability::Lazy, || reading.once_more()) {
            Ok(Some(target)) => self.read_calendar(network, target, waiting),
            Ok(None) => {
                let settled = self.busy.settle(&waiting, None);
                tell(network, settled);
            }
            Err(error) => {
                let settled = self.busy.settle(&waiting, Some(&broken_question(&error)));
                tell(network, settled);
            }
        }
    }
}

fn tell(network: &Network, settled: impl IntoIterator<Item = Settled>) {
    for (caller, refusal) in settled {
        network.answer(caller, refusal.map_or(Ok(serde_json::Value::Null), Err));
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
