//! One job's trouble is nobody else's: what is done for a set and fails is done for its halves, until
//! what is wrong is alone.

use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// So long a set of jobs is halved. A lock on a whole table is everybody's trouble, and waiting for it once for
/// each job would hold up all else that the worker has to do.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// Has `attempt` done for all of a set, in as few parts as it takes. Returns which of them it failed for
/// alone, and why; where there was no time to find out, all that are left.
pub fn in_halves<T>(
    set: &[T],
    patience: Duration,
    mut attempt: impl FnMut(&[T]) -> Result<()>,
) -> Vec<(usize, Error)> {
    let until = Instant::now() + patience;
    let mut failed = Vec::new();
    // What is still to be done, the first part on top.
    let mut parts: Vec<_> = std::iter::once(0..set.len()).collect();
    while let Some(part) = parts.pop() {
        if part.is_empty() {
            continue;
        }
        match attempt(&set[part.clone()]) {
            Ok(()) => {}
            Err(error) if part.len() == 1 => failed.push((part.start, error)),
            Err(error) if Instant::now() > until => {
                let why = error.to_string();
                failed.extend(part.map(|n| (n, Error::Internal(why.clone()))));
            }
            Err(_) => {
                let middle = part.start + part.len() / 2;
                parts.push(middle..part.end);
                parts.push(part.start..middle);
            }
        }
    }
    failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_found_and_the_others_are_done_in_order() {
        for wrong in [vec![], vec![0], vec![7], vec![3, 4], (0..8).collect()] {
            let set: Vec<usize> = (0..8).collect();
            let mut done: Vec<usize> = Vec::new();
            let failed = in_halves(&set, PATIENCE, |part| {
                if part.iter().any(|n| wrong.contains(n)) {
                    return Err(Error::Internal("wrong".into()));
                }
                done.extend(part);
                Ok(())
            });
            let failed: Vec<_> = failed.into_iter().map(|(n, _)| n).collect();
            assert_eq!(failed, wrong);
            let right: Vec<_> = set.into_iter().filter(|n| !wrong.contains(n)).collect();
            assert_eq!(done, right);
        }
    }

    #[test]
    fn a_set_of_none_is_not_tried() {
        assert!(in_halves(&[0; 0], PATIENCE, |_| Err(Error::Internal("tried".into()))).is_empty());
    }

    #[test]
    fn what_goes_wrong_for_everybody_is_given_up_in_time() {
        let set = [0; 64];
        let mut tries = 0;
        let failed = in_halves(&set, PATIENCE, |_| {
            tries += 1;
            std::thread::sleep(Duration::from_millis(60));
            Err(Error::Internal("locked".into()))
        });
        assert_eq!(failed.len(), set.len());
        assert!(tries < set.len() / 2, "{tries} tries");
    }
}
