//! What the shares of one kind of work go through together, as all mails go through one server: how many
//! at once, and whether it is open. A share whose turn comes while there is no way is parked, and comes
//! back when there is one; so nothing is walked through in vain.

use std::collections::{HashMap, VecDeque};

use crate::instant::Instant;

/// Ways, shares and lanes go by a hash of their names: two that had the same one would only take turns.
pub type Hash = u64;

/// All ways, by the hash of their names.
#[derive(Default)]
pub struct Ways {
    known: HashMap<Hash, Way>,
}

#[derive(Default)]
struct Way {
    running: usize,
    /// As many as there is room for, where nothing else is said.
    most: Option<usize>,
    closed_until: Option<Instant>,
    /// Shares whose turn came in vain, in the order in which it came.
    parked: VecDeque<Hash>,
}

impl Way {
    fn is_open(&self) -> bool {
        self.closed_until.is_none() && self.most.is_none_or(|most| self.running < most)
    }
}

impl Ways {
    pub fn limit(&mut self, way: Hash, most: usize) {
        self.known.entry(way).or_default().most = Some(most);
    }

    pub fn close(&mut self, way: Hash, until: Instant) {
        self.known.entry(way).or_default().closed_until = Some(until);
    }

    /// Opens a way again; its shares come back to the end of the `turns`.
    pub fn open(&mut self, way: Hash, turns: &mut VecDeque<Hash>) {
        if let Some(way) = self.known.get_mut(&way) {
            way.closed_until = None;
            turns.append(&mut way.parked);
        }
    }

    /// Opens those whose time has come.
    pub fn open_due(&mut self, now: Instant, turns: &mut VecDeque<Hash>) {
        for way in self.known.values_mut() {
            if way.closed_until.take_if(|until| *until <= now).is_some() {
                turns.append(&mut way.parked);
            }
        }
    }

    /// When the next of them opens that somebody waits for.
    pub fn next_open(&self) -> Option<Instant> {
        let waited_for = self.known.values().filter(|way| !way.parked.is_empty());
        waited_for.filter_map(|way| way.closed_until).min()
    }

    /// Parks a share where its way is closed, or full.
    pub fn parks(&mut self, way: Hash, share: Hash) -> bool {
        let way = self.known.entry(way).or_default();
        let parks = !way.is_open();
        if parks {
            way.parked.push_back(share);
        }
        parks
    }

    /// A parked share that has a way by now.
    pub fn parked(&mut self) -> Option<Hash> {
        let mut open = self.known.values_mut().filter(|way| way.is_open());
        open.find_map(|way| way.parked.pop_front())
    }

    pub fn enter(&mut self, way: Hash) {
        self.known.entry(way).or_default().running += 1;
    }

    /// One of its jobs is over: there is a place for whoever was parked first.
    pub fn leave(&mut self, way: Hash, turns: &mut VecDeque<Hash>) {
        if let Some(way) = self.known.get_mut(&way) {
            way.running = way.running.saturating_sub(1);
            if way.is_open() {
                turns.extend(way.parked.pop_front());
            }
        }
    }
}
