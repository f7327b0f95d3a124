//! Who may ask Resend now: a few at a time, none while it takes none, and one alone to try whether it does
//! again. Knows neither requests nor what they say.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Turnstile, MutexGuard, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until, timeout};

use crate::http::Answer;
use crate::mail::sent::{Fault, SendError, Sent};

/// Waiting for one's turn. What is not asked in this time was no attempt.
pub const QUEUE: Duration = Duration::from_secs(60);
/// Requests at a time. Resend takes a few a second (resend.com/docs/api-reference/rate-limit).
const AT_ONCE: usize = 3;
/// So long a mail waits here; for longer ones it goes back to the queue.
const BRIEF: Duration = Duration::from_secs(5);
/// The longest that a window of the rate limit is believed to be.
const LONGEST_WINDOW: Duration = Duration::from_secs(60);

pub struct Gate {
    requests: Semaphore,
    alone: Turnstile<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    shut: Option<Shut>,
    /// After a refusal, whether things are well again is for one request to find out.
    in_doubt: bool,
    /// Those that have passed and have not heard yet.
    asking: usize,
}

#[derive(Clone)]
struct Shut {
    until: Instant,
    why: String,
}

/// The right to make one request. [`Pass::heard`] gives it back, as does dropping it.
pub struct Pass<'a> {
    gate: &'a Gate,
    _request: SemaphorePermit<'a>,
    _alone: Option<MutexGuard<'a, ()>>,
}

enum Now {
    Open,
    InDoubt,
    Shut(Shut),
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            requests: Semaphore::new(AT_ONCE),
            alone: Turnstile::default(),
            state: Mutex::default(),
        }
    }
}

impl Gate {
    /// Waits for one's turn.
    ///
    /// # Errors
    /// Where it does not come soon.
    pub async fn enter(&self) -> Result<Pass<'_>, SendError> {
        match timeout(QUEUE, self.wait()).await {
            Ok(passed) => passed,
            Err(_) => Err(SendError::busy("too many mails wait for Resend")),
        }
    }

    async fn wait(&self) -> Result<Pass<'_>, SendError> {
        let busy = |_| SendError::busy("Resend is not asked any more");
        let request = self.requests.acquire().await.map_err(busy)?;
        let mut alone = None;
        loop {
            match self.now() {
                Now::Shut(Shut { until, why }) => {
                    let pause = until.saturating_duration_since(Instant::now());
                    if pause > BRIEF {
                        return Err(SendError {
                            fault: Fault::Closed {
                                pause,
                                is_attempt: false,
                            },
                            detail: why,
                        });
                    }
                    sleep_until(until).await;
                }
                Now::InDoubt if alone.is_none() => alone = Some(self.alone.lock().await),
                Now::InDoubt | Now::Open => break,
            }
        }
        self.with(|state| state.asking += 1);
        Ok(Pass {
            gate: self,
            _request: request,
            _alone: alone,
        })
    }

    fn now(&self) -> Now {
        self.with(|state| {
            state.shut.take_if(|shut| shut.until <= Instant::now());
            match &state.shut {
                Some(shut) => Now::Shut(shut.clone()),
                None if state.in_doubt => Now::InDoubt,
                None => Now::Open,
            }
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Pass<'_> {
    /// What came of the request, for those behind.
    pub fn heard(self, answer: Option<&Answer>, sent: &Result<Sent, SendError>) {
        self.gate.with(|state| match sent {
            Err(SendError {
                fault: Fault::Closed { pause, .. },
                detail,
            }) if !pause.is_zero() => {
                let until = Instant::now() + *pause;
                if state.shut.as_ref().is_none_or(|shut| shut.until < until) {
                    let why = detail.clone();
                    state.shut = Some(Shut { until, why });
                }
                state.in_doubt = true;
            }
            Ok(_) => {
                state.in_doubt = false;
                // Those that ask right now take what is left of the window.
                let asking = state.asking.saturating_sub(1);
                if let Some(reset) = answer.and_then(|answer| answer.window_after(asking)) {
                    state.shut = Some(Shut {
                        until: Instant::now() + reset.min(LONGEST_WINDOW),
                        why: "Resend takes no more mails in this moment".into(),
                    });
                }
            }
            Err(_) => {}
        });
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.gate
            .with(|state| state.asking = state.asking.saturating_sub(1));
    }
}
