//! The table of attempts: how often each of many keys was counted within an hour. Of fixed size and
//! without locks, so that it can lie in memory that processes share, any of which may die at any
//! point. It knows neither what is counted nor where the memory comes from, and never allocates.
//!
//! A key is a hash. Some of its bits choose a bucket of eight slots, others are its tag there. Slots
//! are single words, tag and window and count in one, so there is no state between two states. Who
//! finds no slot with the tag takes the stalest of the bucket.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many buckets there are; with [`SLOTS`] of 8 bytes each, 1 MiB.
pub const BUCKETS: usize = 1 << 14;
const SLOTS: usize = 8;

/// How long attempts are counted together, in minutes, from the first of them on.
const WINDOW: u64 = 60;

// A word, from its highest bits to its lowest. 28 bits of tag beside 14 of the bucket: two keys of a
// full table share a counter with a chance of 3 in 100 million. Minutes repeat after eight years.
const TAG_BITS: u32 = 28;
const MINUTE_BITS: u32 = 22;
const COUNT_BITS: u32 = 14;
const _: () = assert!(TAG_BITS + MINUTE_BITS + COUNT_BITS == u64::BITS);

/// Counting ends here. Limits have to be below it.
pub const MOST: u32 = (1 << COUNT_BITS) - 1;

/// The slots that a key can be in: a cache line.
#[derive(Default)]
#[repr(C, align(64))]
pub struct Bucket([AtomicU64; SLOTS]);

/// The whole table. Zeroed memory is an empty one, and whatever else it holds is one too.
pub struct Table<'a>(pub &'a [Bucket; BUCKETS]);

impl Table<'_> {
    /// Counts an attempt of the key with this hash. `now` is in minutes, from any moment on that all who
    /// count agree on.
    ///
    /// Exact, however many count at once, with two exceptions, which count too little: a bucket whose
    /// slots are all taken within the hour, so that the quietest of them has to go, and a clock that
    /// is set back, which begins anew.
    pub fn count(&self, hash: u64, now: u64) -> Counted {
        let Bucket(slots) = &self.0[hash as usize % BUCKETS];
        let tag = hash >> (u64::BITS - TAG_BITS);
        loop {
            let (slot, seen) = find(slots, tag, now);
            let next = match Word::unpack(seen) {
                word if word.tag == tag && word.is_live(now) => word.counted(),
                _ => Word::first(tag, now),
            };
            // Nothing else is published by a slot, so no order with other memory is needed. Who fails
            // here looks again: somebody else has counted, maybe the very first attempt of this key.
            let swapped =
                slot.compare_exchange(seen, next.pack(), Ordering::Relaxed, Ordering::Relaxed);
            if swapped.is_ok() {
                return Counted {
                    attempts: next.count,
                    minutes_left: WINDOW + 1 - next.age(now).min(WINDOW),
                };
            }
        }
    }
}

/// What is known after an attempt was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// How many there are in its window.
    pub attempts: u32,
    /// In so many minutes, and no later, the window has ended.
    pub minutes_left: u64,
}

/// The slot with the tag, or the one to take for it, and what was seen there.
///
/// Two who take a slot for the same new tag at once take the same one, and one of them fails: slots
/// only ever become fresher, so if each saw the other's choice as the fresher one, one of the two has
/// changed meanwhile.
fn find(slots: &[AtomicU64; SLOTS], tag: u64, now: u64) -> (&AtomicU64, u64) {
    let mut stalest = (&slots[0], slots[0].load(Ordering::Relaxed));
    for slot in slots {
        let seen = slot.load(Ordering::Relaxed);
        let word = Word::unpack(seen);
        if word.tag == tag && word.count > 0 {
            return (slot, seen);
        }
        if word.freshness(now) < Word::unpack(stalest.1).freshness(now) {
            stalest = (slot, seen);
        }
    }
    stalest
}

/// What a slot holds. An unused one holds zeros; a used one has a count of at least one.
#[derive(Clone, Copy)]
struct Word {
    tag: u64,
    /// The minute of the first attempt, modulo [`MINUTE_BITS`].
    start: u64,
    count: u32,
}

impl Word {
    fn unpack(word: u64) -> Self {
        Self {
            tag: word >> (MINUTE_BITS + COUNT_BITS),
            start: (word >> COUNT_BITS) & low(MINUTE_BITS),
            count: (word & low(COUNT_BITS)) as u32,
        }
    }

    fn pack(self) -> u64 {
        let Self { tag, start, count } = self;
        (tag << (MINUTE_BITS + COUNT_BITS)) | (start << COUNT_BITS) | u64::from(count)
    }

    fn first(tag: u64, now: u64) -> Self {
        Self {
            tag,
            start: now & low(MINUTE_BITS),
            count: 1,
        }
    }

    fn counted(self) -> Self {
        Self {
            count: (self.count + 1).min(MOST),
            ..self
        }
    }

    /// Minutes since the first attempt, and one more: somebody else's clock may have read the next
    /// minute already.
    fn age(self, now: u64) -> u64 {
        now.wrapping_add(1).wrapping_sub(self.start) & low(MINUTE_BITS)
    }

    fn is_live(self, now: u64) -> bool {
        self.count > 0 && self.age(now) <= WINDOW
    }

    /// Unused slots come first, then those whose window is over, the longest first, and then the
    /// quieter ones: who floods the table with new keys drives out those, not what limits others.
    fn freshness(self, now: u64) -> (u8, u32, Reverse<u64>) {
        match (self.count, self.is_live(now)) {
            (0, _) => (0, 0, Reverse(0)),
            (_, false) => (1, 0, Reverse(self.age(now))),
            (count, true) => (2, count, Reverse(self.age(now))),
        }
    }
}

fn low(bits: u32) -> u64 {
    (1 << bits) - 1
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    fn empty() -> Box<[Bucket; BUCKETS]> {
        let buckets: Box<[Bucket]> = (0..BUCKETS).map(|_| Bucket::default()).collect();
        buckets.try_into().ok().expect("that many were collected")
    }

    /// The n-th key of one bucket.
    fn key(n: u64) -> u64 {
        (n << (u64::BITS - TAG_BITS)) | 77
    }

    const NOW: u64 = 29_000_000;

    #[test]
    fn every_key_has_a_count_of_its_own() {
        let memory = empty();
        let table = Table(&memory);
        // The same tag in another bucket, and another tag in the same.
        for hash in [key(1), key(1) + 1, key(2), 0] {
            for expected in 1..=3 {
                assert_eq!(table.count(hash, NOW).attempts, expected, "{hash:x}");
            }
        }
    }

    #[test]
    fn a_window_lasts_an_hour_from_the_first_attempt() {
        let memory = empty();
        let table = Table(&memory);
        let cases = [(0, 1), (1, 2), (59, 3), (60, 1), (119, 2), (120, 1)];
        // Also where the minutes in the table begin again at zero.
        for start in [NOW, (7 << MINUTE_BITS) - 30] {
            for (minute, expected) in cases {
                assert_eq!(
                    table.count(key(1), start + minute).attempts,
                    expected,
                    "{minute}"
                );
            }
        }
    }

    #[test]
    fn what_is_left_of_a_window_is_told() {
        let memory = empty();
        let table = Table(&memory);
        for (minute, left) in [(0, 60), (1, 59), (59, 1), (60, 60)] {
            assert_eq!(
                table.count(key(1), NOW + minute).minutes_left,
                left,
                "{minute}"
            );
        }
    }

    #[test]
    fn a_clock_that_is_one_minute_behind_counts_along_and_one_set_back_begins_anew() {
        let memory = empty();
        let table = Table(&memory);
        assert_eq!(table.count(key(1), NOW).attempts, 1);
        assert_eq!(table.count(key(1), NOW - 1).attempts, 2);
        assert_eq!(table.count(key(1), NOW - 24 * 60).attempts, 1);
        assert_eq!(table.count(key(1), NOW - 24 * 60).attempts, 2);
    }

    #[test]
    fn counting_stops_at_the_most_and_spoils_no_neighbour() {
        let memory = empty();
        let table = Table(&memory);
        for n in 1..=MOST + 3 {
            assert_eq!(table.count(key(1), NOW).attempts, n.min(MOST));
        }
        assert_eq!(table.count(key(2), NOW).attempts, 1);
        assert_eq!(table.count(key(1), NOW + 59).attempts, MOST);
        assert_eq!(table.count(key(1), NOW + 60).attempts, 1);
    }

    #[test]
    fn a_full_bucket_gives_up_the_stale_before_the_quiet_and_the_quiet_before_the_hot() {
        let memory = empty();
        let table = Table(&memory);
        // The busiest one of all is over; it is neither in the first place nor in the last.
        for n in 0..SLOTS as u64 {
            let (minute, attempts) = if n == 3 {
                (NOW - 60, 99)
            } else {
                (NOW, 10 + n)
            };
            for _ in 0..attempts {
                table.count(key(n), minute);
            }
        }
        // Newcomers take its place, and then each other's.
        for newcomer in 100..120 {
            assert_eq!(table.count(key(newcomer), NOW + 1).attempts, 1);
        }
        for n in (0..SLOTS as u64).filter(|n| *n != 3) {
            assert_eq!(
                u64::from(table.count(key(n), NOW + 2).attempts),
                11 + n,
                "{n}"
            );
        }
    }

    #[test]
    fn attempts_at_once_are_counted_exactly() {
        const THREADS: u32 = 8;
        const EACH: u32 = 2_000;
        let memory = empty();
        let table = Table(&memory);
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for attempt in 0..EACH * SLOTS as u32 {
                        table.count(key(u64::from(attempt) % SLOTS as u64), NOW);
                    }
                });
            }
        });
        for n in 0..SLOTS as u64 {
            assert_eq!(table.count(key(n), NOW).attempts, THREADS * EACH + 1, "{n}");
        }
    }

    /// The first attempt of a key is where two could take a slot each for it.
    #[test]
    fn first_attempts_at_once_take_one_slot_of_a_full_bucket() {
        const THREADS: u64 = 4;
        const SLOTS: u64 = super::SLOTS as u64;
        let memory = empty();
        let table = Table(&memory);
        let barrier = Barrier::new(THREADS as usize);
        let rounds = |thread: u64| {
            let mut wrong = Vec::new();
            for round in 0..3_000 {
                let (key, now) = (|n| key(SLOTS * round + n), NOW + WINDOW * round);
                barrier.wait();
                // Eight keys, all new to a bucket full of stale ones; each thread has another order.
                for n in 0..SLOTS {
                    table.count(key((n * (2 * thread + 1) + thread) % SLOTS), now);
                }
                barrier.wait();
                if thread == 0 {
                    let counts = (0..SLOTS).map(|n| u64::from(table.count(key(n), now).attempts));
                    wrong.extend(counts.filter(|count| *count != THREADS + 1));
                }
            }
            wrong
        };
        let wrong: Vec<u64> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|thread| scope.spawn(move || rounds(thread)))
                .collect();
            let ended = threads.into_iter().map(|thread| thread.join().unwrap());
            ended.flatten().collect()
        });
        assert!(wrong.is_empty(), "{wrong:?} are not {}", THREADS + 1);
    }
}
