//! How each piece of work is done: as a task of its own, by what they all share.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use tokio::time::timeout;

use super::account::{Account, Keeper};
use super::client::{Clients, Outcome};
use super::work::{
    BrokenOff, BusyWork, ConnectFailure, Connected, CrmReply, CrmWork, ErrandReply, ErrandWork,
    Finished, JobReply, JobWork, LONGEST_TASK, Place, Task,
};
use crate::calendar::by_provider::{AccountEmail, ListCalendars, Operation, carry_out};
use crate::calendar::error::CalendarError;
use crate::calendar::open_calendar::OpenCalendar;
use crate::crm::{self, Gates};
use crate::http::HttpClient;
use crate::mail::{Mailer, Route, SendError};
use crate::oauth::flow::{self, ExchangeRequest};
use crate::webhook::delivery::Couriers;
use crate::worker::network::work::Revision;

/// What pieces of work share: the HTTP client, each account's client and where new tokens are kept, the way
/// to the mail server, and the gate to the CRM.
pub struct Tools {
    http: HttpClient,
    keeper: Keeper,
    clients: Clients,
    mailers: Mailers,
    couriers: Couriers,
    gates: Gates,
}

/// A piece of work that has all it needs.
type Doing<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl Tools {
    pub fn new(http: HttpClient, couriers: Couriers, keeper: Keeper) -> Self {
        Self {
            http,
            keeper,
            clients: Clients::new(),
            mailers: Mailers::default(),
            couriers,
            gates: Gates::default(),
        }
    }

    /// Starts a piece of work; `post` is told what came of it.
    pub fn start(&mut self, task: Task, post: impl FnOnce(Finished) + Send + 'static) {
        match task {
            Task::Job(job, work) => {
                let doing = self.job(*work);
                tokio::spawn(async move { post(Finished::Job(job, guarded(doing).await)) });
            }
            Task::Errand(caller, work) => {
                let doing = self.errand(*work);
                tokio::spawn(async move { post(Finished::Errand(caller, guarded(doing).await)) });
            }
            Task::Busy(connection, work) => {
                let BusyWork {
                    account,
                    read,
                    timeout,
                } = *work;
                let doing = self.ask(account, read, timeout);
                tokio::spawn(async move {
                    let reply = guarded(async move { doing.await.1 }).await;
                    post(Finished::Busy(connection, reply));
                });
            }
        }
    }

    fn job(&mut self, work: JobWork) -> Doing<JobReply> {
        match work {
            JobWork::Event {
                meeting,
                account,
                request,
                timeout,
            } => {
                let asked = self.ask(account, request, timeout);
                Box::pin(async move {
                    let (account, outcome) = asked.await;
                    let place = Place {
                        connection: account.connection,
                        provider: account.provider,
                        calendar_id: account.calendar_id,
                    };
                    JobReply::Event {
                        meeting,
                        place,
                        outcome,
                    }
                })
            }
            JobWork::Mail {
                mail,
                route,
                settings,
            } => {
                let mailer = self.mailers.of(route, &settings, &self.http);
                Box::pin(async move {
                    let sent = match mailer {
                        Ok(mailer) => mailer.send(&mail).await,
                        Err(error) => Err(error),
                    };
                    JobReply::Mail { sent, settings }
                })
            }
            JobWork::Webhook { order, delivery } => {
                let couriers = self.couriers.clone();
                Box::pin(async move {
                    let began = Utc::now();
                    let taken = couriers.deliver(&delivery).await;
                    JobReply::Webhook {
                        order,
                        began,
                        taken,
                    }
                })
            }
            JobWork::Crm(CrmWork { request, says }) => {
                let generation = request.account.generation;
                let gate = self.gates.of(generation);
                let http = self.http.with_timeout(request.timeout);
                Box::pin(async move {
                    JobReply::Crm(CrmReply {
                        generation,
                        answer: crm::carry_out(&http, &gate, &request).await,
                        says,
                    })
                })
            }
        }
    }

    fn errand(&mut self, work: ErrandWork) -> Doing<ErrandReply> {
        match work {
            ErrandWork::Connect {
                exchange,
                userinfo_url,
                api_url,
                timeout,
            } => {
                let http = self.http.with_timeout(timeout);
                Box::pin(async move {
                    ErrandReply::Connected(connect(&http, exchange, &userinfo_url, api_url).await)
                })
            }
            ErrandWork::Revoke { request, timeout } => {
                let http = self.http.with_timeout(timeout);
                Box::pin(async move { ErrandReply::Revoked(flow::revoke(&http, request).await) })
            }
            ErrandWork::Calendars { account, timeout } => {
                let asked = self.ask(account, ListCalendars, timeout);
                Box::pin(async move {
                    let (account, outcome) = asked.await;
                    ErrandReply::Calendars {
                        connection: account.connection,
                        outcome,
                    }
                })
            }
        }
    }

    /// Has an account's client carry out an operation.
    fn ask<O: Operation + Send + 'static>(
        &mut self,
        account: Account,
        operation: O,
        timeout: Duration,
    ) -> Doing<(Account, Outcome<O::Answer>)> {
        let client = self.clients.of(&account);
        let keeper = self.keeper.clone();
        let http = self.http.with_timeout(timeout);
        Box::pin(async move {
            let outcome = client.request(&http, &account, &operation, &keeper).await;
            (account, outcome)
        })
    }
}

/// Neither a task that panics nor one that goes on and on may outlive its job's lease: a change that
/// reached the calendar later could undo a newer one.
async fn guarded<T: Send + 'static>(
    doing: impl Future<Output = T> + Send + 'static,
) -> Result<T, BrokenOff> {
    let task = tokio::spawn(doing);
    let abort = task.abort_handle();
    match timeout(LONGEST_TASK, task).await {
        Ok(done) => done.map_err(|_| BrokenOff),
        Err(_) => {
            abort.abort();
            Err(BrokenOff)
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
    let calendar = OpenCalendar {
        provider,
        api_url: Some(api_url),
        access_token: grant.access_token.clone(),
        calendar_id: None,
    };
    let email = carry_out(http, &calendar, &AccountEmail { userinfo_url }).await?;
    // Without a list of calendars events go to the primary one all the same.
    let calendars = match carry_out(http, &calendar, &ListCalendars).await {
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

/// The way mail leaves, kept between mails: it holds connections, and remembers refusals. There is one
/// setting, so a new one takes the place of the old one, and begins anew where it says the same.
#[derive(Default)]
struct Mailers {
    current: Option<(Route, Revision, Arc<Mailer>)>,
}

impl Mailers {
    fn of(
        &mut self,
        route: Route,
        settings: &Revision,
        http: &HttpClient,
    ) -> Result<Arc<Mailer>, SendError> {
        if let Some((known, revision, mailer)) = &self.current
            && (known, revision) == (&route, settings)
        {
            return Ok(mailer.clone());
        }
        let mailer = Arc::new(Mailer::open(&route, http)?);
        self.current = Some((route, settings.clone(), mailer.clone()));
        Ok(mailer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_panics_is_broken_off_and_other_work_goes_on() {
        let other = guarded(async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            "done"
        });
        let broken = guarded::<()>(async { panic!("for the test") });
        let (broken, other) = tokio::join!(broken, other);
        assert!(matches!(broken, Err(BrokenOff)));
        assert!(matches!(other, Ok("done")));
    }
}
