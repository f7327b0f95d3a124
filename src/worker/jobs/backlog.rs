//! Who is next: the open jobs as the worker knows them, so that nobody waits for somebody else's backlog
//! and no claim walks through one.
//!
//! Jobs of one owner and one kind of work (calendar, mail) are a share. Shares take turns, one job each,
//! and a share has only so many jobs running at once. Within a share the oldest job comes first, and none
//! before the earlier ones of its lane are finished. What all shares of one kind of work go through (the
//! mail server) is their `way`: it takes so many jobs at once, and none while it is closed. The table is
//! the truth, this is where to look in it: what is picked here is claimed there only if it is still to be
//! had.

mod ways;

use std::collections::hash_map::{Entry, RandomState};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::BuildHasher;

use self::ways::{Hash, Ways};
use crate::instant::Instant;

/// Jobs of one share that run at once at most. Twice what a mailbox takes, so that the next request
/// is there when one ends; more would only wait, and take the places of others.
const MOST_OF_A_SHARE: usize = 8;

/// So many jobs are known at once; some 200 bytes each. Twice as many where they are of many shares.
pub const MOST_JOBS: usize = 100_000;

/// Of each share so many are taken in however many there are, so that an owner who comes late need not
/// wait until somebody else's hundred thousand jobs are done.
const ALWAYS_OF_A_SHARE: usize = 64;

/// Of so many places, those that one share can have: few enough that three others find some too.
pub fn places_of_a_share(concurrency: usize) -> usize {
    (concurrency / 4).clamp(1, MOST_OF_A_SHARE)
}

/// Of so many places, those that mails can have over all owners: they all leave by one server, and where
/// that one hangs, calendars are to have places left.
pub fn places_of_mail(concurrency: usize) -> usize {
    (concurrency / 2).max(1)
}

/// An open job, as it stands in the queue.
#[derive(Clone, Copy, Debug)]
pub struct Open<'a> {
    pub id: i64,
    /// Not to be tried before.
    pub run_at: Instant,
    pub lane: &'a str,
    pub share: &'a str,
}

/// All that the worker knows of the queue.
#[derive(Default)]
pub struct Backlog {
    jobs: HashMap<i64, Known>,
    lanes: HashMap<Hash, Lane>,
    shares: HashMap<Hash, Share>,
    /// First jobs of their lanes whose time has not been seen to come.
    waiting: BTreeSet<Place>,
    /// Shares with jobs that are due, each once; some may have no place free.
    turns: VecDeque<Hash>,
    /// Shares that are left alone, and until when; some may be over, or rest for longer by now.
    rests: BTreeSet<(Instant, Hash)>,
    /// What shares have to go through, and those that cannot now.
    ways: Ways,
    hashes: RandomState,
}

/// Where a job stands: by its time, then by its number.
type Place = (Instant, i64);

struct Known {
    run_at: Instant,
    lane: Hash,
    share: Hash,
    /// While it runs: whether somebody has made it ready again meanwhile.
    again: bool,
}

#[derive(Default)]
struct Lane {
    /// In the order in which they are to be done.
    jobs: BTreeSet<i64>,
    /// The one that runs.
    running: Option<i64>,
}

#[derive(Default)]
struct Share {
    /// What it goes through, with others of its kind.
    way: Hash,
    known: usize,
    running: usize,
    due: BTreeSet<Place>,
    has_turn: bool,
    /// Left alone until then.
    rests_until: Option<Instant>,
    /// It had to be left alone, and no job of it has come to a good end since: one job at a time.
    is_on_trial: bool,
}

impl Backlog {
    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// When the next job is due that waits for its time, a share has rested, or a way opens.
    pub fn next_due(&self) -> Option<Instant> {
        let job = self.waiting.first().map(|(run_at, _)| *run_at);
        let share = self.rests.first().map(|(until, _)| *until);
        let way = self.ways.next_open();
        job.into_iter().chain(share).chain(way).min()
    }

    /// Leaves the share of a job alone until then, whatever is due of it, and tries it with one job after that;
    /// `None` ends that.
    pub fn rest(&mut self, id: i64, until: Option<Instant>) {
        let Some(which) = self.jobs.get(&id).map(|known| known.share) else {
            return;
        };
        let share = self.shares.entry(which).or_default();
        share.rests_until = until;
        share.is_on_trial = until.is_some();
        match until {
            Some(until) => {
                self.rests.insert((until, which));
            }
            None => self.give_turn(which),
        }
    }

    /// Of the shares of this way (`mail` of `…:mail`), so many jobs run at once at most.
    pub fn limit(&mut self, way: &str, most: usize) {
        self.ways.limit(self.hashes.hash_one(way), most);
    }

    /// None of this way's jobs is picked before that time.
    pub fn close(&mut self, way: &str, until: Instant) {
        self.ways.close(self.hashes.hash_one(way), until);
    }

    /// From now on they are.
    pub fn open(&mut self, way: &str) {
        let way = self.hashes.hash_one(way);
        self.ways.open(way, &mut self.turns);
    }

    /// Takes in a job that was found to be ready, or the new time of one that is known. False where
    /// there is no room: it has to be found again later.
    pub fn add(&mut self, open: Open<'_>) -> bool {
        let share = self.hashes.hash_one(open.share);
        if let Some(known) = self.jobs.get_mut(&open.id) {
            let was = std::mem::replace(&mut known.run_at, open.run_at);
            let lane = known.lane;
            if self.runs(lane, open.id) {
                if let Some(known) = self.jobs.get_mut(&open.id) {
                    known.again = true;
                }
            } else if self.take_away((was, open.id)) {
                self.place_first_of(lane);
            }
            return true;
        }
        let known_of_share = self.shares.get(&share).map_or(0, |share| share.known);
        let is_full = self.jobs.len() >= MOST_JOBS && known_of_share >= ALWAYS_OF_A_SHARE;
        if is_full || self.jobs.len() >= 2 * MOST_JOBS {
            return false;
        }
        let lane = self.hashes.hash_one(open.lane);
        let known = Known {
            run_at: open.run_at,
            lane,
            share,
            again: false,
        };
        self.jobs.insert(open.id, known);
        let way = open.share.rsplit(':').next().unwrap_or_default();
        let way = self.hashes.hash_one(way);
        let share = self.shares.entry(share).or_default();
        share.way = way;
        share.known += 1;
        // Whoever was the first of the lane makes room where this one comes before.
        if let Some(first) = self.first_of(lane) {
            self.take_away(first);
        }
        self.lanes.entry(lane).or_default().jobs.insert(open.id);
        self.place_first_of(lane);
        true
    }

    /// Up to `most` jobs that are due, of no share more than leave it with `places` running. They count
    /// as running until they are finished or put off.
    pub fn pick(&mut self, most: usize, places: usize, now: Instant) -> Vec<i64> {
        while let Some(&(until, which)) = self.rests.first()
            && until <= now
        {
            self.rests.pop_first();
            if let Some(share) = self.shares.get_mut(&which)
                && share.rests_until.is_some_and(|until| until <= now)
            {
                share.rests_until = None;
                self.give_turn(which);
            }
        }
        while let Some(&(run_at, id)) = self.waiting.first()
            && run_at <= now
        {
            self.waiting.pop_first();
            if let Some(known) = self.jobs.get(&id) {
                let share = known.share;
                self.shares
                    .entry(share)
                    .or_default()
                    .due
                    .insert((run_at, id));
                self.give_turn(share);
            }
        }
        self.ways.open_due(now, &mut self.turns);
        let mut picked = Vec::new();
        while picked.len() < most
            && let Some(turn) = self.turns.pop_front().or_else(|| self.ways.parked())
        {
            let Some(share) = self.shares.get_mut(&turn) else {
                continue;
            };
            if self.ways.parks(share.way, turn) {
                continue; // Whoever leaves it, or opens it, gives the turn back.
            }
            share.has_turn = false;
            let places = if share.is_on_trial { 1 } else { places };
            if share.running >= places || share.rests_until.is_some() {
                continue; // Whoever finishes one gives the turn back.
            }
            let Some((_, id)) = share.due.pop_first() else {
                continue;
            };
            share.running += 1;
            self.ways.enter(share.way);
            if let Some(lane) = self.jobs.get(&id).map(|known| known.lane)
                && let Some(lane) = self.lanes.get_mut(&lane)
            {
                lane.running = Some(id);
            }
            picked.push(id);
            self.give_turn(turn);
        }
        picked
    }

    /// A job that ran, or was to, is over: its lane and its share have room for the next one. Where it
    /// is ready again by now, it has its place.
    pub fn finish(&mut self, id: i64) {
        let Some(known) = self.jobs.get_mut(&id) else {
            return;
        };
        let lane = known.lane;
        let again = std::mem::take(&mut known.again);
        self.stop(id);
        if !again {
            self.forget(id);
        }
        self.place_first_of(lane);
    }

    /// A job that was to run cannot now, and is looked at again at this time.
    pub fn put_off(&mut self, id: i64, until: Instant) {
        let Some(known) = self.jobs.get_mut(&id) else {
            return;
        };
        known.run_at = known.run_at.max(until);
        let lane = known.lane;
        self.stop(id);
        self.place_first_of(lane);
    }

    fn stop(&mut self, id: i64) {
        let Some(&Known { lane, share, .. }) = self.jobs.get(&id) else {
            return;
        };
        if let Some(lane) = self.lanes.get_mut(&lane)
            && lane.running == Some(id)
        {
            lane.running = None;
            if let Some(share) = self.shares.get_mut(&share) {
                share.running = share.running.saturating_sub(1);
                self.ways.leave(share.way, &mut self.turns);
            }
            self.give_turn(share);
        }
    }

    fn forget(&mut self, id: i64) {
        let Some(known) = self.jobs.remove(&id) else {
            return;
        };
        if let Entry::Occupied(mut lane) = self.lanes.entry(known.lane) {
            lane.get_mut().jobs.remove(&id);
            if lane.get().jobs.is_empty() {
                lane.remove();
            }
        }
        if let Entry::Occupied(mut share) = self.shares.entry(known.share) {
            share.get_mut().known -= 1;
            if share.get().known == 0 {
                share.remove();
            }
        }
    }

    fn runs(&self, lane: Hash, id: i64) -> bool {
        self.lanes
            .get(&lane)
            .is_some_and(|lane| lane.running == Some(id))
    }

    /// The first job of a lane, and where it stands unless one of them runs.
    fn first_of(&self, lane: Hash) -> Option<Place> {
        let first = *self.lanes.get(&lane)?.jobs.first()?;
        Some((self.jobs.get(&first)?.run_at, first))
    }

    fn place_first_of(&mut self, lane: Hash) {
        let runs = |lane: &Lane| lane.running.is_some();
        if self.lanes.get(&lane).is_some_and(runs) {
            return;
        }
        self.waiting.extend(self.first_of(lane));
    }

    /// Takes a job from its place; false where it has none, because it is not the first of its lane.
    fn take_away(&mut self, place: Place) -> bool {
        if self.waiting.remove(&place) {
            return true;
        }
        let share = self.jobs.get(&place.1).map(|known| known.share);
        share
            .and_then(|share| self.shares.get_mut(&share))
            .is_some_and(|share| share.due.remove(&place))
    }

    fn give_turn(&mut self, which: Hash) {
        if let Some(share) = self.shares.get_mut(&which)
            && !share.has_turn
            && !share.due.is_empty()
            && share.rests_until.is_none()
        {
            share.has_turn = true;
            self.turns.push_back(which);
        }
    }
}

#[cfg(test)]
mod tests;
