//! Sessions with calendar accounts on the network thread: one valid access token for all requests
//! of a connection, refreshed by one of them at a time, and few requests at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{SubsecRound as _, TimeDelta, Utc};
use oauth2::{AccessToken, RefreshToken};
use tokio::sync::{Mutex, Semaphore};
use uuid::Uuid;

use super::account::{Account, Keeper, Known, Refreshed, Tokens};
use crate::calendar::busy::{self, BusyAnswer, SyncToken, Window};
use crate::calendar::directory::{self, CalendarEntry};
use crate::calendar::{self, CalendarError, Change, Mailbox, StoredEvent};
use crate::http::HttpClient;
use crate::oauth::refresh::{RefreshError, RefreshRequest, refresh};

/// Microsoft Graph takes four requests at once for a mailbox; Google is no worse for it.
const REQUESTS_AT_ONCE: usize = 4;
/// A token is refreshed this long before it ends, so that no request travels with a dying one.
const AHEAD_OF_EXPIRY: TimeDelta = TimeDelta::seconds(60);
/// A session that nobody has used for this long is forgotten; its tokens are in the database.
const FORGET_AFTER: Duration = Duration::from_secs(900);
/// A grant that is gone is not asked for again by the requests that were waiting for it.
const REFUSED_FOR: Duration = Duration::from_secs(10);

/// What became of a request.
pub struct Outcome {
    pub result: Result<Response, CalendarFailure>,
    /// The refresh token behind the request: where the calendar has been connected anew since, a
    /// refusal says nothing of the connection.
    pub grant: Option<RefreshToken>,
}

/// What is wanted of a calendar.
pub enum Request {
    Change(Change),
    /// The event of this id as it is.
    Look(String),
    /// The calendars of the account.
    Calendars,
    /// When the calendar's owner is busy.
    Busy {
        window: Window,
        known: Option<SyncToken>,
    },
}

/// The answer to a [`Request`] of the same name.
pub enum Response {
    Changed(Option<StoredEvent>),
    Seen(Option<StoredEvent>),
    Calendars(Vec<CalendarEntry>),
    Busy(BusyAnswer),
}

impl Request {
    async fn make(&self, http: &HttpClient, mailbox: &Mailbox) -> Result<Response, CalendarError> {
        Ok(match self {
            Self::Change(change) => {
                Response::Changed(calendar::apply(http, mailbox, change).await?)
            }
            Self::Look(event_id) => Response::Seen(calendar::look(http, mailbox, event_id).await?),
            Self::Calendars => Response::Calendars(directory::calendars(http, mailbox).await?),
            Self::Busy { window, known } => {
                Response::Busy(busy::read(http, mailbox, *window, known.as_ref()).await?)
            }
        })
    }
}

/// Why a calendar was not reached.
#[derive(Debug, thiserror::Error)]
pub enum CalendarFailure {
    #[error(transparent)]
    Refresh(#[from] RefreshError),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

impl CalendarFailure {
    /// Whether nothing will work again until the owner has connected the calendar anew.
    pub fn needs_reconnect(&self) -> bool {
        matches!(
            self,
            Self::Refresh(RefreshError::Rejected { .. })
                | Self::Calendar(
                    CalendarError::Unauthorized(_) | CalendarError::InsufficientScope(_)
                )
        )
    }

    pub fn is_transient(&self) -> bool {
        match self {
            Self::Refresh(error) => error.is_transient(),
            Self::Calendar(error) => error.is_transient(),
        }
    }

    /// Whether the owner has not allowed this, whatever else they have.
    pub fn lacks_a_right(&self) -> bool {
        matches!(self, Self::Calendar(CalendarError::InsufficientScope(_)))
    }

    /// Whether somebody answered, but not in the protocol.
    pub fn is_nonsense(&self) -> bool {
        matches!(
            self,
            Self::Refresh(RefreshError::BadAnswer(_)) | Self::Calendar(CalendarError::BadAnswer(_))
        )
    }

    /// How long the provider asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refresh(error) => error.retry_after(),
            Self::Calendar(error) => error.retry_after(),
        }
    }
}

/// All sessions of this worker.
pub struct Sessions {
    open: HashMap<Uuid, Arc<Session>>,
    tidied: Instant,
}

/// One connection's.
pub struct Session {
    requests: Semaphore,
    tokens: Mutex<Known>,
    last_used: StdMutex<Instant>,
}

impl Sessions {
    pub fn new() -> Self {
        Self {
            open: HashMap::new(),
            tidied: Instant::now(),
        }
    }

    pub fn of(&mut self, account: &Account) -> Arc<Session> {
        // Thousands may be open: they are looked through now and then.
        if self.tidied.elapsed() > FORGET_AFTER / 10 {
            self.tidied = Instant::now();
            self.open.retain(|_, session| {
                session.idle() < FORGET_AFTER || Arc::strong_count(session) > 1
            });
        }
        let session = self.open.entry(account.connection).or_insert_with(|| {
            Arc::new(Session {
                requests: Semaphore::new(REQUESTS_AT_ONCE),
                tokens: Mutex::new(Known::new(account.tokens.clone())),
                last_used: StdMutex::new(Instant::now()),
            })
        });
        session.touch();
        session.clone()
    }
}

impl Session {
    /// Makes a request with a valid access token: refreshed ahead where it is about to end, and
    /// once where the calendar refuses it.
    pub async fn request(
        &self,
        http: &HttpClient,
        account: &Account,
        request: &Request,
        keeper: &Keeper,
    ) -> Outcome {
        // Never closed, so there is always a permit in the end.
        let _permit = self.requests.acquire().await;
        let result = self.try_request(http, account, request, keeper).await;
        self.touch();
        let grant = self.tokens.lock().await.newest.refresh.clone();
        Outcome { result, grant }
    }

    async fn try_request(
        &self,
        http: &HttpClient,
        account: &Account,
        request: &Request,
        keeper: &Keeper,
    ) -> Result<Response, CalendarFailure> {
        let token = self.token(http, account, None, keeper).await?;
        match request.make(http, &account.mailbox(token.clone())).await {
            Err(CalendarError::Unauthorized(_)) => {
                let token = self.token(http, account, Some(&token), keeper).await?;
                Ok(request.make(http, &account.mailbox(token)).await?)
            }
            result => Ok(result?),
        }
    }

    /// The newest access token. It is refreshed where it is about to end, or is the refused one:
    /// whoever comes second finds the token that the first one brought.
    async fn token(
        &self,
        http: &HttpClient,
        account: &Account,
        refused: Option<&AccessToken>,
        keeper: &Keeper,
    ) -> Result<AccessToken, RefreshError> {
        let mut known = self.tokens.lock().await;
        known.adopt(&account.tokens);
        let ends_soon = known
            .newest
            .expires_at
            .is_some_and(|at| at <= Utc::now() + AHEAD_OF_EXPIRY);
        if let Some(access) = &known.newest.access
            && !ends_soon
            && refused.is_none_or(|refused| refused.secret() != access.secret())
        {
            return Ok(access.clone());
        }
        let Some(refresh_token) = known.newest.refresh.clone() else {
            return Err(RefreshError::Rejected {
                code: "no_refresh_token".into(),
                detail: "the connection has no refresh token".into(),
            });
        };
        let request = RefreshRequest {
            token_url: account.token_url.clone(),
            client_id: account.client_id.clone(),
            client_secret: account.client_secret.clone(),
            refresh_token: refresh_token.clone(),
        };
        if let Some((at, error)) = &known.refused
            && at.elapsed() < REFUSED_FOR
        {
            return Err(error.clone());
        }
        let fresh = match refresh(http, request).await {
            Err(error @ RefreshError::Rejected { .. }) => {
                known.refused = Some((Instant::now(), error.clone()));
                return Err(error);
            }
            fresh => fresh?,
        };
        let expires_at = fresh
            .expires_in
            .and_then(|life| TimeDelta::from_std(life).ok())
            .and_then(|life| Utc::now().checked_add_signed(life))
            // As it will be stored.
            .map(|at| at.trunc_subsecs(6));
        let refresh = fresh.refresh_token.clone().or(known.newest.refresh.clone());
        known.take(Tokens {
            access: Some(fresh.access_token.clone()),
            refresh,
            expires_at,
        });
        keeper(Refreshed {
            connection: account.connection,
            owner: account.owner,
            grant: refresh_token,
            access: fresh.access_token.clone(),
            refresh: fresh.refresh_token,
            expires_at,
        });
        Ok(fresh.access_token)
    }

    fn touch(&self) {
        *self
            .last_used
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn idle(&self) -> Duration {
        self.last_used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elapsed()
    }
}
