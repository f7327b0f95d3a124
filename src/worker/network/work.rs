//! What the network thread can be asked to do, and how each piece of work is done.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::account::{Account, Keeper};
use super::client::{Outcome, Request, Sessions};
use crate::calendar::{CalendarError, Mailbox, directory};
use crate::http::HttpClient;
use crate::mail::{Mail, Mailer, SendError, SmtpMailer};
use crate::oauth::flow::{self, ExchangeRequest, FlowError, Grant, RevokeRequest};
use crate::oauth::provider::Provider;

/// A piece of work. Time-outs are for each exchange with a provider.
pub enum Work {
    Calendar {
        account: Account,
        request: Request,
        timeout: Duration,
    },
    Mail {
        mail: Mail,
        smtp_url: Zeroizing<String>,
    },
    /// The end of an OAuth round trip: tokens for a code, and whose they are.
    Connect {
        exchange: ExchangeRequest,
        userinfo_url: String,
        api_url: String,
        timeout: Duration,
    },
    Revoke {
        request: RevokeRequest,
        timeout: Duration,
    },
}

/// What came of a piece of work.
pub enum Reply {
    Calendar {
        place: Place,
        outcome: Outcome,
    },
    /// Recipients in copy that were refused, or why nothing was sent.
    Mail(Result<Vec<String>, SendError>),
    Connected(Result<Connected, ConnectFailure>),
    /// Whether the provider knows of revoking, and has done it.
    Revoked(Result<bool, FlowError>),
    /// The task itself broke; there is nothing to say about the outside world.
    Broken,
}

/// A new connection.
pub struct Connected {
    pub grant: Grant,
    pub email: String,
    /// None where the account lists no primary calendar.
    pub calendar_id: Option<String>,
}

/// Why an OAuth round trip came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ConnectFailure {
    #[error(transparent)]
    Flow(#[from] FlowError),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

/// Which calendar a request went to.
pub struct Place {
    pub connection: Uuid,
    pub provider: Provider,
    /// None: the account's primary one.
    pub calendar_id: Option<String>,
}

/// What pieces of work share: the HTTP client, access tokens and where new ones are kept, and the way to
/// the mail server.
pub struct Tools {
    http: HttpClient,
    keeper: Keeper,
    sessions: Sessions,
    mailers: Mailers,
}

impl Tools {
    pub fn new(http: HttpClient, keeper: Keeper) -> Self {
        Self {
            http,
            keeper,
            sessions: Sessions::new(),
            mailers: Mailers::default(),
        }
    }
}

/// Starts a piece of work as a task of its own.
pub fn start(work: Work, tools: &mut Tools) -> JoinHandle<Reply> {
    let Tools {
        http,
        keeper,
        sessions,
        mailers,
    } = tools;
    match work {
        Work::Calendar {
            account,
            request,
            timeout,
        } => {
            let session = sessions.of(&account);
            let keeper = keeper.clone();
            let http = http.with_timeout(timeout);
            tokio::spawn(async move {
                let outcome = session.request(&http, &account, &request, &keeper).await;
                let place = Place {
                    connection: account.connection,
                    provider: account.provider,
                    calendar_id: account.calendar_id,
                };
                Reply::Calendar { place, outcome }
            })
        }
        Work::Mail { mail, smtp_url } => match mailers.of(smtp_url) {
            Ok(mailer) => tokio::spawn(async move {
                Reply::Mail(mailer.send(&mail).await.map(|sent| sent.refused))
            }),
            Err(error) => tokio::spawn(std::future::ready(Reply::Mail(Err(error)))),
        },
        Work::Connect {
            exchange,
            userinfo_url,
            api_url,
            timeout,
        } => {
            let http = http.with_timeout(timeout);
            tokio::spawn(async move {
                Reply::Connected(connect(&http, exchange, &userinfo_url, api_url).await)
            })
        }
        Work::Revoke { request, timeout } => {
            let http = http.with_timeout(timeout);
            tokio::spawn(async move { Reply::Revoked(flow::revoke(&http, request).await) })
        }
    }
}

async fn connect(
    http: &HttpClient,
    exchange: ExchangeRequest,
    userinfo_url: &str,
    api_url: String,
) -> Result<Connected, ConnectFailure> {
    let provider = exchange.provider;
    let grant = flow::exchange(http, exchange).await?;
    let email = directory::account_email(http, provider, userinfo_url, &grant.access_token).await?;
    let mailbox = Mailbox {
        provider,
        api_url: Some(api_url),
        access_token: grant.access_token.clone(),
        calendar_id: None,
    };
    // Without a list of calendars events go to the primary one all the same.
    let calendars = match directory::calendars(http, &mailbox).await {
        Err(error @ (CalendarError::Unauthorized(_) | CalendarError::InsufficientScope(_))) => {
            return Err(error.into());
        }
        calendars => calendars.unwrap_or_default(),
    };
    let calendar_id = calendars
        .into_iter()
        .find(|calendar| calendar.is_primary)
        .map(|calendar| calendar.calendar_id);
    Ok(Connected {
        grant,
        email,
        calendar_id,
    })
}

/// The way mail leaves, kept between mails: it holds connections. There is one setting, so a new
/// one takes the place of the old one.
#[derive(Default)]
struct Mailers {
    current: Option<(Zeroizing<String>, Arc<Mailer>)>,
}

impl Mailers {
    fn of(&mut self, smtp_url: Zeroizing<String>) -> Result<Arc<Mailer>, SendError> {
        if let Some((url, mailer)) = &self.current
            && *url == smtp_url
        {
            return Ok(mailer.clone());
        }
        let smtp = SmtpMailer::new(&smtp_url).map_err(|error| SendError {
            permanent: false,
            detail: error.to_string(),
        })?;
        let mailer = Arc::new(Mailer::Smtp(smtp));
        self.current = Some((smtp_url, mailer.clone()));
        Ok(mailer)
    }
}
