//! Numbers that look random and are the same for the same seed (SplitMix64).

use std::time::{Duration, SystemTime};

pub struct Chance(u64);

/// A seed that nobody has chosen.
pub fn seed() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| now.as_millis() as u64)
}

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another one, for another thread.
    pub fn fork(&mut self) -> Self {
        Self(self.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Less than `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A while between the two, in milliseconds.
    pub fn pause(&mut self, from: usize, until: usize) -> Duration {
        Duration::from_millis((from + self.below(until - from)) as u64)
    }
}
