//! Who is next: the open jobs as the worker knows them, so that nobody waits for somebody else's backlog
//! and no claim walks through one.
//!
//! Jobs of one owner and one kind of work (calendar, mail) are a share. Shares take turns, one job each,
//! and a share has only so many jobs running at once. Within a share the oldest job comes first, and none
//! before the earlier ones of its lane are finished. The table is the truth, this is where to look in it:
//! what is picked here is claimed there only if it is still to be had.

use std::collections::hash_map::{Entry, RandomState};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::BuildHasher;

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

/// Shares and lanes go by a hash of their names: two that had the same one would only take turns.
type Hash = u64;

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

    /// When the next job is due that waits for its time, or a share has rested.
    pub fn next_due(&self) -> Option<Instant> {
        let job = self.waiting.first().map(|(run_at, _)| *run_at);
        let share = self.rests.first().map(|(until, _)| *until);
        job.into_iter().chain(share).min()
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
        self.shares.entry(share).or_default().known += 1;
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
        let mut picked = Vec::new();
        while picked.len() < most
            && let Some(turn) = self.turns.pop_front()
        {
            let Some(share) = self.shares.get_mut(&turn) else {
                continue;
            };
            share.has_turn = false;
            let places = if share.is_on_trial { 1 } else { places };
            if share.running >= places || share.rests_until.is_some() {
                continue; // Whoever finishes one gives the turn back.
            }
            let Some((_, id)) = share.due.pop_first() else {
                continue;
            };
            share.running += 1;
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
mod tests {
    use super::*;

    fn at(minute: i64) -> Instant {
        Instant::from_unix_micros(minute * 60_000_000)
    }

    fn job(id: i64, minute: i64, lane: &'static str, share: &'static str) -> Open<'static> {
        Open {
            id,
            run_at: at(minute),
            lane,
            share,
        }
    }

    /// Jobs with a lane each.
    fn alone(backlog: &mut Backlog, ids: std::ops::Range<i64>, share: &str) {
        for id in ids {
            let lane = format!("{share} {id}");
            assert!(backlog.add(Open {
                id,
                run_at: at(0),
                lane: &lane,
                share,
            }));
        }
    }

    #[test]
    fn a_backlog_takes_its_places_and_leaves_the_others_theirs() {
        let mut backlog = Backlog::default();
        alone(&mut backlog, 0..100, "busy");
        alone(&mut backlog, 100..101, "other");
        let picked = backlog.pick(10, 8, at(1));
        assert_eq!(picked, [0, 100, 1, 2, 3, 4, 5, 6, 7]);
        assert!(backlog.pick(10, 8, at(1)).is_empty());
        backlog.finish(3);
        assert_eq!(backlog.pick(10, 8, at(1)), [8]);
        assert_eq!(backlog.len(), 100);
    }

    #[test]
    fn everybody_has_a_turn_before_anybody_has_another() {
        let mut backlog = Backlog::default();
        for (share, first) in [("a", 0), ("b", 10), ("c", 20)] {
            alone(&mut backlog, first..first + 3, share);
        }
        let order: Vec<_> = (0..9).flat_map(|_| backlog.pick(1, 9, at(1))).collect();
        assert_eq!(order, [0, 10, 20, 1, 11, 21, 2, 12, 22]);
    }

    #[test]
    fn a_lane_keeps_its_order_whatever_its_jobs_times_are() {
        let mut backlog = Backlog::default();
        for (id, minute) in [(2, 1), (3, 2), (1, 9)] {
            backlog.add(job(id, minute, "lane", "share"));
        }
        assert!(backlog.pick(9, 9, at(5)).is_empty(), "the first one waits");
        assert_eq!(backlog.next_due(), Some(at(9)));
        for id in [1, 2, 3] {
            assert_eq!(backlog.pick(9, 9, at(9)), [id]);
            assert!(backlog.pick(9, 9, at(9)).is_empty(), "while {id} runs");
            backlog.finish(id);
        }
        assert_eq!(backlog.len(), 0);
        assert!(backlog.shares.is_empty() && backlog.lanes.is_empty());
    }

    #[test]
    fn the_oldest_of_a_share_comes_first() {
        let mut backlog = Backlog::default();
        for (id, minute, lane) in [(1, 3, "x"), (2, 1, "y"), (3, 2, "z")] {
            backlog.add(job(id, minute, lane, "share"));
        }
        assert_eq!(backlog.pick(9, 9, at(5)), [2, 3, 1]);
    }

    #[test]
    fn a_job_that_comes_late_still_comes_before_the_later_ones_of_its_lane() {
        let mut backlog = Backlog::default();
        backlog.add(job(7, 0, "lane", "share"));
        // Its transaction took longer.
        backlog.add(job(6, 0, "lane", "share"));
        assert_eq!(backlog.pick(9, 9, at(1)), [6]);
        // It was retried while a later one ran.
        backlog.finish(6);
        assert_eq!(backlog.pick(9, 9, at(1)), [7]);
        backlog.add(job(6, 0, "lane", "share"));
        assert!(backlog.pick(9, 9, at(1)).is_empty());
        backlog.finish(7);
        assert_eq!(backlog.pick(9, 9, at(1)), [6]);
    }

    #[test]
    fn a_new_time_moves_a_job_either_way() {
        let mut backlog = Backlog::default();
        backlog.add(job(1, 9, "lane", "share"));
        backlog.add(job(1, 1, "lane", "share"));
        assert_eq!(backlog.next_due(), Some(at(1)));
        backlog.add(job(1, 5, "lane", "share"));
        assert!(backlog.pick(9, 9, at(4)).is_empty());
        // Seen to be due, and put off by somebody all the same.
        assert!(backlog.pick(0, 9, at(5)).is_empty());
        backlog.add(job(1, 8, "lane", "share"));
        assert!(backlog.pick(9, 9, at(7)).is_empty());
        assert_eq!(backlog.pick(9, 9, at(8)), [1]);
        assert_eq!(backlog.len(), 1);
    }

    #[test]
    fn a_job_that_was_made_ready_while_it_ran_is_done_again() {
        let mut backlog = Backlog::default();
        backlog.add(job(1, 0, "lane", "share"));
        assert_eq!(backlog.pick(9, 9, at(1)), [1]);
        backlog.add(job(1, 3, "lane", "share"));
        assert!(backlog.pick(9, 9, at(4)).is_empty(), "it runs");
        backlog.finish(1);
        assert_eq!(backlog.pick(9, 9, at(4)), [1]);
        backlog.finish(1);
        assert!(backlog.pick(9, 9, at(9)).is_empty());
        assert_eq!(backlog.len(), 0);
    }

    #[test]
    fn a_job_that_is_put_off_leaves_its_place_to_others() {
        let mut backlog = Backlog::default();
        alone(&mut backlog, 0..2, "share");
        assert_eq!(backlog.pick(1, 1, at(1)), [0]);
        backlog.put_off(0, at(5));
        assert_eq!(backlog.pick(1, 1, at(1)), [1]);
        assert!(
            backlog.pick(1, 1, at(9)).is_empty(),
            "the one place is taken"
        );
        backlog.finish(1);
        assert_eq!(backlog.pick(1, 1, at(9)), [0]);
    }

    #[test]
    fn a_share_that_rests_is_left_alone_and_then_tried_with_one_job_until_it_is_well() {
        let mut backlog = Backlog::default();
        alone(&mut backlog, 0..20, "ill");
        alone(&mut backlog, 20..22, "well");
        assert_eq!(backlog.pick(9, 3, at(1)), [0, 20, 1, 21, 2]);
        backlog.rest(0, Some(at(5)));
        backlog.finish(0);
        assert!(backlog.pick(9, 3, at(4)).is_empty(), "it rests");
        assert_eq!(backlog.next_due(), Some(at(5)));
        // Those that were under way when it fell ill.
        backlog.finish(1);
        backlog.finish(2);
        assert_eq!(backlog.pick(9, 3, at(5)), [3], "one to try it");
        backlog.rest(3, Some(at(8)));
        backlog.finish(3);
        assert!(backlog.pick(9, 3, at(7)).is_empty());
        assert_eq!(backlog.pick(9, 3, at(8)), [4]);
        backlog.rest(4, None);
        backlog.finish(4);
        assert_eq!(backlog.pick(9, 3, at(8)), [5, 6, 7]);
        assert_eq!(backlog.next_due(), None);
    }

    #[test]
    fn a_share_that_rests_for_longer_than_it_was_to_is_left_alone_for_longer() {
        let mut backlog = Backlog::default();
        alone(&mut backlog, 0..9, "ill");
        assert_eq!(backlog.pick(2, 2, at(1)), [0, 1]);
        backlog.rest(0, Some(at(3)));
        backlog.rest(1, Some(at(6)));
        backlog.finish(0);
        backlog.finish(1);
        assert!(backlog.pick(9, 2, at(4)).is_empty());
        assert_eq!(backlog.pick(9, 2, at(6)), [2]);
    }

    #[test]
    fn what_does_not_fit_has_to_wait_but_not_somebody_who_has_few() {
        let mut backlog = Backlog::default();
        alone(&mut backlog, 0..MOST_JOBS as i64, "busy");
        assert!(!backlog.add(job(-1, 0, "one more", "busy")));
        for (id, lane) in [(-2, "a"), (-3, "b")] {
            assert!(backlog.add(job(id, 0, lane, "other")));
        }
        let picked = backlog.pick(4, 8, at(1));
        assert_eq!(picked, [-3, 0, -2, 1]);
    }
}
