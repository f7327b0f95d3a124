//! How many requests are taken (developer.close.com/api/overview/rate-limits). The header says it on every
//! answer, and so does a refusal; there is no `Retry-After`.

use std::time::{Duration, Instant};

pub struct Limit {
    limit: u32,
    window: Duration,
    began: Instant,
    taken: u32,
}

impl Limit {
    pub fn new(limit: u32, window: Duration) -> Self {
        Self {
            limit,
            window,
            began: Instant::now(),
            taken: 0,
        }
    }

    /// Counts a request: the header, and whether it is taken.
    pub fn count(&mut self) -> (String, bool) {
        if self.began.elapsed() >= self.window {
            self.began = Instant::now();
            self.taken = 0;
        }
        let is_taken = self.taken < self.limit;
        self.taken += u32::from(is_taken);
        let reset = self.window.saturating_sub(self.began.elapsed());
        let header = format!(
            "limit={}, remaining={}, reset={:.3}",
            self.limit,
            self.limit - self.taken,
            reset.as_secs_f64()
        );
        (header, is_taken)
    }
}
