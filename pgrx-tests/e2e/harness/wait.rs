//! Waiting for what happens elsewhere: asks again and again, and fails with the question's name.

use std::time::{Duration, Instant};

/// Longer than anything that works takes, even on a machine busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The first value that `look` finds; panics with `what` after [`PATIENCE`].
#[track_caller]
pub fn wait_for<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    wait_up_to(PATIENCE, what, look)
}

/// As [`wait_for`], with a limit of its own.
#[track_caller]
pub fn wait_up_to<T>(limit: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            Instant::now() < deadline,
            "waited {limit:?} in vain for {what}"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// So many seconds, or what the environment has under this name: `make chaos` takes more time than the suite.
pub fn seconds(name: &str, usually: u64) -> Duration {
    let asked = std::env::var(name).ok();
    let asked = asked.and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(asked.unwrap_or(usually))
}
