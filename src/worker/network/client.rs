//! A calendar account's client on the network thread: one valid access token for all requests of a
//! connection, refreshed by one of them at a time, and few requests at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{SubsecRound as _, TimeDelta, Utc};
use oauth2::{AccessToken, RefreshToken};
use tokio::sync::{Mutex, Semaphore};
use uuid::Uuid;

use super::account::{Account, Keeper, Known, Refreshed, Tokens};
use crate::calendar::by_provider::{Operation, carry_out};
use crate::calendar::error::CalendarError;
use crate::http::HttpClient;
use crate::oauth::refresh::{RefreshError, RefreshRequest, refresh};

/// Microsoft Graph takes four requests at once for a mailbox; Google is no worse for it.
const REQUESTS_AT_ONCE: usize = 4;
/// A token is refreshed this long before it ends, so that no request travels with a dying one.
const AHEAD_OF_EXPIRY: TimeDelta = TimeDelta::seconds(60);
/// A client that nobody has used for this long is forgotten; its tokens are in the database.
const FORGET_AFTER: Duration = Duration::from_secs(900);
/// A grant that is gone is not asked for again by the requests that were waiting for it.
const REFUSED_FOR: Duration = Duration::from_secs(10);

/// What became of a request.
pub struct Outcome<T> {
    pub result: Result<T, CalendarFailure>,
    /// The refresh token behind the request: where the calendar has been connected anew since, a
    /// refusal says nothing of the connection.
    pub grant: Option<RefreshToken>,
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
        match self {
            Self::Refresh(error) => matches!(error, RefreshError::BadAnswer(_)),
            Self::Calendar(error) => error.is_nonsense(),
        }
    }

    /// How long the provider asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refresh(error) => error.retry_after(),
            Self::Calendar(error) => error.retry_after(),
        }
    }
}

/// The clients of all accounts.
pub struct Clients {
    open: HashMap<Uuid, Arc<Client>>,
    tidied: Instant,
}

/// One account's client.
pub struct Client {
    requests: Semaphore,
    tokens: Mutex<Known>,
    last_used: StdMutex<Instant>,
}

impl Clients {
    pub fn new() -> Self {
        Self {
            open: HashMap::new(),
            tidied: Instant::now(),
        }
    }

    pub fn of(&mut self, account: &Account) -> Arc<Client> {
        // Thousands may be open: they are looked through now and then.
        if self.tidied.elapsed() > FORGET_AFTER / 10 {
            self.tidied = Instant::now();
            self.open
                .retain(|_, client| client.idle() < FORGET_AFTER || Arc::strong_count(client) > 1);
        }
        let client = self.open.entry(account.connection).or_insert_with(|| {
            Arc::new(Client {
                requests: Semaphore::new(REQUESTS_AT_ONCE),
                tokens: Mutex::new(Known::new(account.tokens.clone())),
                last_used: StdMutex::new(Instant::now()),
            })
        });
        client.touch();
        client.clone()
    }
}

impl Client {
    /// Makes a request with a valid access token: refreshed ahead where it is about to end, and
    /// once where the calendar refuses it.
    pub async fn request<O: Operation>(
        &self,
        http: &HttpClient,
        account: &Account,
        operation: &O,
        keeper: &Keeper,
    ) -> Outcome<O::Answer> {
        // Never closed, so there is always a permit in the end.
        let _permit = self.requests.acquire().await;
        let result = self.try_request(http, account, operation, keeper).await;
        self.touch();
        let grant = self.tokens.lock().await.newest.refresh.clone();
        Outcome { result, grant }
    }

    async fn try_request<O: Operation>(
        &self,
        http: &HttpClient,
        account: &Account,
        operation: &O,
        keeper: &Keeper,
    ) -> Result<O::Answer, CalendarFailure> {
        let token = self.token(http, account, None, keeper).await?;
        match carry_out(http, &account.calendar(token.clone()), operation).await {
            Err(CalendarError::Unauthorized(_)) => {
                let token = self.token(http, account, Some(&token), keeper).await?;
                Ok(carry_out(http, &account.calendar(token), operation).await?)
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
