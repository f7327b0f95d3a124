//! Jobs that tell a webhook of an event. What is told was written down with the event; here is to whom, and
//! whether now. How webhooks have been answering is `health`'s to note down.

pub mod health;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use pgrx::datum::TimestampWithTimeZone;
use pgrx::prelude::*;
use serde::Deserialize;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::prepared::Prepared;
use super::queue::{Job, JobKind, Verdict};
use crate::error::{Error, Result};
use crate::webhook::delivery::{Delivery, NotTaken};
use crate::webhook::order::Order;
use crate::webhook::secret::Secret;
use crate::worker::network::work::JobWork;
use crate::{plan, settings, timestamptz, vault};

/// So long an event is tried, and a webhook that fails is not given up.
pub const PATIENCE: chrono::TimeDelta = chrono::TimeDelta::days(7);
/// While one delivery shows whether a webhook is up again, the next one of the same set waits.
pub const WHILE_TRIED: Duration = Duration::from_secs(5);

/// What is to be known for a set of jobs.
#[derive(Default)]
pub struct Webhooks {
    known: HashMap<Uuid, Webhook>,
    events: HashMap<Uuid, Event>,
    /// Webhooks that a delivery of this set tries.
    tried: HashSet<Uuid>,
}

struct Webhook {
    url: Zeroizing<String>,
    /// Sealed.
    secret: String,
    /// The one before it while that is good.
    old_secret: Option<String>,
    is_active: bool,
    failures: i32,
    last_error: Option<String>,
    /// How long it is still left alone.
    rest: Option<Duration>,
}

struct Event {
    body: String,
    at: DateTime<Utc>,
}

impl Webhooks {
    /// Reads what the jobs among these that are of this kind are about.
    ///
    /// # Errors
    /// Where the tables cannot be read.
    pub fn read(jobs: &[Job]) -> Result<Self> {
        let orders: Vec<_> = jobs
            .iter()
            .filter(|job| job.kind == Ok(JobKind::Webhook))
            .filter_map(|job| Order::deserialize(&job.payload).ok())
            .collect();
        if orders.is_empty() {
            return Ok(Self::default());
        }
        let ids = |of: fn(&Order) -> Uuid| -> Vec<_> {
            let ids: HashSet<_> = orders.iter().map(of).collect();
            ids.into_iter().map(plan::uuid).collect()
        };
        Ok(Self {
            known: read_webhooks(ids(|order| order.webhook))?,
            events: read_events(ids(|order| order.event))?,
            tried: HashSet::new(),
        })
    }

    /// A job as work for the network; or why there is nothing to send, or not now.
    pub fn prepare(&mut self, job: &Job) -> Result<Prepared> {
        let Ok(mut order) = Order::deserialize(&job.payload) else {
            return Ok(Prepared::failed(
                "the job's payload names no webhook and event",
            ));
        };
        let Some(webhook) = self.known.get(&order.webhook) else {
            return Ok(Prepared::done("the webhook was removed"));
        };
        if !webhook.is_active {
            let why = webhook.last_error.as_deref().unwrap_or("somebody has");
            return Ok(Prepared::failed(format!("the webhook is disabled: {why}")));
        }
        let Some(event) = self.events.get(&order.event) else {
            return Ok(Prepared::done("the event is gone"));
        };
        let resting = |pause| {
            let why = webhook.last_error.as_deref().unwrap_or("it failed");
            Ok(Prepared::Resting {
                why: format!("the webhook is left alone for a while: {why}"),
                pause,
            })
        };
        if let Some(rest) = webhook.rest {
            return resting(rest);
        }
        if webhook.failures > 0 && !self.tried.insert(order.webhook) {
            return resting(WHILE_TRIED);
        }
        order.is_last = Utc::now() - event.at > PATIENCE;
        Ok(Prepared::Network(Box::new(JobWork::Webhook {
            order,
            delivery: Delivery {
                url: webhook.url.clone(),
                event: order.event,
                body: event.body.clone(),
                secrets: webhook.open_secrets(order.webhook)?,
                may_be_private: settings::webhook_private_addresses(),
                timeout: settings::http_timeout(),
            },
        })))
    }
}

impl Webhook {
    /// The current one first. What the one before it was sealed by may be lost, and is why there is another.
    fn open_secrets(&self, id: Uuid) -> Result<Vec<Secret>> {
        let purpose = format!("webhook_secret:{id}");
        let open = |sealed: &str| {
            let secret = vault::open(sealed, &purpose)?;
            Secret::parse(&secret)
                .map_err(|_| Error::Internal("a stored secret is none of a webhook".into()))
        };
        let mut secrets = vec![open(&self.secret)?];
        secrets.extend(self.old_secret.as_deref().and_then(|old| open(old).ok()));
        Ok(secrets)
    }
}

fn read_webhooks(ids: Vec<pgrx::Uuid>) -> Result<HashMap<Uuid, Webhook>> {
    Spi::connect(|client| {
        let rows = plan::read(
            client,
            ("webhooks", None),
            || {
                "select w.id, w.url, w.secret, case when w.old_secret_until > now() then w.old_secret end,
                        w.is_active, w.failures, w.last_error,
                        -- It may be for good, and may be ended in the table at any time.
                        case when w.paused_until > now()
                             then extract(epoch from least(w.paused_until, now() + interval '1 hour')
                                                     - now())::float8 end
                 from scheduling.webhooks w where w.id = any ($1)"
            },
            None,
            &[ids.into()],
        )?;
        let mut webhooks = HashMap::with_capacity(rows.len());
        for row in rows {
            let Some(id) = row.get::<pgrx::Uuid>(1)? else {
                continue;
            };
            let webhook = Webhook {
                url: Zeroizing::new(row.get(2)?.unwrap_or_default()),
                secret: row.get(3)?.unwrap_or_default(),
                old_secret: row.get(4)?,
                is_active: row.get(5)?.unwrap_or_default(),
                failures: row.get(6)?.unwrap_or_default(),
                last_error: row.get(7)?,
                rest: row.get::<f64>(8)?.map(Duration::from_secs_f64),
            };
            webhooks.insert(Uuid::from_bytes(*id), webhook);
        }
        Ok(webhooks)
    })
}

fn read_events(ids: Vec<pgrx::Uuid>) -> Result<HashMap<Uuid, Event>> {
    Spi::connect(|client| {
        let rows = plan::read(
            client,
            ("webhook events", None),
            || "select e.id, e.body, e.at from scheduling_private.webhook_events e where e.id = any ($1)",
            None,
            &[ids.into()],
        )?;
        let mut events = HashMap::with_capacity(rows.len());
        for row in rows {
            let (Some(id), Some(body), Some(at)) = (
                row.get::<pgrx::Uuid>(1)?,
                row.get::<String>(2)?,
                row.get::<TimestampWithTimeZone>(3)?,
            ) else {
                continue;
            };
            let at = timestamptz::from_postgres(at).utc();
            events.insert(Uuid::from_bytes(*id), Event { body, at });
        }
        Ok(events)
    })
}

/// What becomes of a job by its delivery.
pub fn verdict(order: &Order, taken: &Result<u16, NotTaken>) -> Verdict {
    match taken {
        Ok(_) => Verdict::Done(None),
        Err(failed) if failed.is_gone() => Verdict::Failed {
            error: failed.why.clone(),
            permanent: true,
            retry_after: None,
        },
        Err(failed) if order.is_last => Verdict::Failed {
            error: format!("given up after a week: {}", failed.why),
            permanent: true,
            retry_after: None,
        },
        Err(failed) => Verdict::Persists {
            error: failed.why.clone(),
            retry_after: failed.retry_after,
        },
    }
}
