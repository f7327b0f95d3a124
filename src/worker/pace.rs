//! How much of the machine a worker takes: at most one processor, its two threads together. However long
//! the queue is, the others are for the sessions that book meanwhile.

use std::mem::MaybeUninit;
use std::time::{Duration, Instant};

/// A little less than all of one, so that what is between two looks does not make it more.
const SHARE: f64 = 0.95;
/// What was not taken before this counts no more: a burst after a pause is one processor's, too.
const WINDOW: Duration = Duration::from_millis(100);
/// Shorter rests than this are left for the next time.
const SHORTEST: Duration = Duration::from_millis(1);

pub struct Pace {
    since: Instant,
    /// The processor time of the process at that moment.
    taken: Duration,
}

impl Pace {
    pub fn new() -> Self {
        Self {
            since: Instant::now(),
            taken: processor_time(),
        }
    }

    /// How long the worker is to rest now, for what it has taken lately.
    pub fn rest(&mut self) -> Option<Duration> {
        let (elapsed, taken) = (
            self.since.elapsed(),
            processor_time().saturating_sub(self.taken),
        );
        let rest = rest(elapsed, taken);
        if rest.is_none() && elapsed > WINDOW {
            *self = Self::new();
        }
        rest
    }
}

fn rest(elapsed: Duration, taken: Duration) -> Option<Duration> {
    let rest = taken.div_f64(SHARE).saturating_sub(elapsed);
    (rest >= SHORTEST).then_some(rest)
}

/// What the process has taken of all processors so far; zero where that cannot be known.
fn processor_time() -> Duration {
    // SAFETY: a system call that fills the struct, which is looked at only if it has.
    unsafe {
        let mut time = MaybeUninit::<libc::timespec>::uninit();
        if libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, time.as_mut_ptr()) != 0 {
            return Duration::ZERO;
        }
        let time = time.assume_init();
        Duration::new(
            u64::try_from(time.tv_sec).unwrap_or(0),
            u32::try_from(time.tv_nsec).unwrap_or(0),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_less_than_a_processor_never_rests() {
        let ms = Duration::from_millis;
        assert_eq!(rest(ms(100), ms(0)), None);
        assert_eq!(rest(ms(100), ms(95)), None);
        assert_eq!(rest(ms(0), ms(0)), None);
    }

    #[test]
    fn what_takes_more_rests_until_it_was_one() {
        let ms = Duration::from_millis;
        assert_eq!(rest(ms(100), ms(190)), Some(ms(100)));
        assert_eq!(rest(ms(10), ms(19)), Some(ms(10)));
        // Not worth waking up for.
        assert_eq!(rest(ms(10), Duration::from_micros(9_900)), None);
    }
}
