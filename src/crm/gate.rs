//! The gate that everybody passes who asks the CRM for something: one pause is everybody's, and a key that
//! was refused is not tried again. It knows nothing of what is asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::error::CrmError;

/// The gate of the account in use. There is one account; one that is configured anew has a new gate.
#[derive(Default)]
pub struct Gates {
    current: Option<(Uuid, Gate)>,
}

impl Gates {
    /// The gate of the account of this generation.
    pub fn of(&mut self, generation: Uuid) -> Gate {
        match &self.current {
            Some((known, gate)) if *known == generation => gate.clone(),
            _ => {
                let gate = Gate::default();
                self.current = Some((generation, gate.clone()));
                gate
            }
        }
    }
}

/// When an account may be asked.
#[derive(Clone, Default)]
pub struct Gate {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    closed_until: Option<(Instant, String)>,
    refused: Option<String>,
    /// So many refusals for lack of room since the last request that went well.
    in_a_row: u32,
}

impl Gate {
    /// Waits until the account may be asked.
    ///
    /// # Errors
    /// Where that is later than `deadline`, and where the key was refused.
    pub async fn pass(&self, deadline: Instant) -> Result<(), CrmError> {
        loop {
            let until = {
                let state = self.state();
                if let Some(reason) = &state.refused {
                    return Err(CrmError::Refused(reason.clone()));
                }
                match &state.closed_until {
                    Some((until, reason)) if *until > deadline => {
                        return Err(CrmError::Limited {
                            reason: reason.clone(),
                            retry_after: until.saturating_duration_since(Instant::now()),
                        });
                    }
                    Some((until, _)) if *until > Instant::now() => *until,
                    _ => return Ok(()),
                }
            };
            sleep_until(until).await;
        }
    }

    /// Nobody passes for so long; a longer pause stays.
    pub fn close_for(&self, pause: Duration, reason: &str) {
        let until = Instant::now() + pause;
        let mut state = self.state();
        if state
            .closed_until
            .as_ref()
            .is_none_or(|(known, _)| *known < until)
        {
            state.closed_until = Some((until, reason.to_owned()));
        }
    }

    /// How long to wait where the CRM refuses for lack of room and does not say how long: twice as long each
    /// time, at most a minute.
    pub fn next_pause(&self) -> Duration {
        let mut state = self.state();
        state.in_a_row = (state.in_a_row + 1).min(6);
        Duration::from_secs(1 << state.in_a_row).min(Duration::from_secs(60))
    }

    pub fn went_well(&self) {
        self.state().in_a_row = 0;
    }

    /// The key is refused: nobody passes any more.
    pub fn refuse(&self, reason: &str) {
        self.state().refused = Some(reason.to_owned());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deadline() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[tokio::test]
    async fn one_pause_is_everybodys() {
        let mut gates = Gates::default();
        let gate = gates.of(Uuid::nil());
        gate.close_for(Duration::from_millis(200), "limit");
        gate.close_for(Duration::from_millis(20), "limit");
        let began = Instant::now();
        gates.of(Uuid::nil()).pass(deadline()).await.unwrap();
        assert!(began.elapsed() >= Duration::from_millis(200));
    }

    #[tokio::test]
    async fn nobody_waits_for_longer_than_they_have_time() {
        let gate = Gate::default();
        gate.close_for(Duration::from_secs(61), "limit");
        let began = Instant::now();
        let refused = gate.pass(deadline()).await;
        assert!(
            matches!(refused, Err(CrmError::Limited { retry_after, .. }) if retry_after.as_secs() >= 60),
            "{refused:?}"
        );
        assert!(began.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test]
    async fn a_refused_key_is_not_tried_again_until_the_account_is_configured_anew() {
        let mut gates = Gates::default();
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        gates.of(first).refuse("HTTP 401");
        let refused = gates.of(first).pass(deadline()).await;
        assert_eq!(refused, Err(CrmError::Refused("HTTP 401".into())));
        assert_eq!(gates.of(second).pass(deadline()).await, Ok(()));
    }

    #[test]
    fn pauses_that_nobody_measures_grow_and_begin_anew() {
        let gate = Gate::default();
        let pauses: Vec<_> = (0..8).map(|_| gate.next_pause().as_secs()).collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 60, 60, 60]);
        gate.went_well();
        assert_eq!(gate.next_pause().as_secs(), 2);
    }
}
