//! How webhooks have been answering, as it shows with the outcomes of their jobs: one that fails is left alone,
//! the longer the more often it does, and given up after a week.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use pgrx::datum::TimestampWithTimeZone;
use pgrx::prelude::*;
use uuid::Uuid;

use super::super::came::{Came, Said};
use super::{PATIENCE, WHILE_TRIED};
use crate::error::Result;
use crate::instant::{Instant, SECOND};
use crate::webhook::delivery::NotTaken;
use crate::{plan, timestamptz};

/// A failure so long after the one before begins a new row of them: nothing was tried in between.
const ANOTHER_ROW: chrono::TimeDelta = chrono::TimeDelta::days(2);
/// So long it is taken for granted that a webhook still rests: somebody may have said otherwise in the table.
const LONGEST_REST: i64 = 20 * SECOND;

/// What a set of jobs has shown of one webhook.
struct Seen<'a> {
    /// The status of a delivery that was taken: then all is well.
    taken: Option<u16>,
    /// The latest failure, and when it began.
    failed: Option<(&'a NotTaken, DateTime<Utc>)>,
}

/// Writes down how webhooks have answered, where `tell`; says of their jobs until when they are left alone,
/// and of those that were not even asked as well. A webhook whose row somebody has locked is told nothing: it
/// is only counting, and the next delivery counts again.
///
/// # Errors
/// Where a row cannot be written for another reason than a lock.
pub fn note(came: &[&Came], tell: bool) -> Result<Vec<(i64, Option<Instant>)>> {
    let now = timestamptz::wall_clock();
    let after = |pause: Duration| {
        let micros = i64::try_from(pause.as_micros()).unwrap_or(i64::MAX);
        now.plus(micros.min(LONGEST_REST))
    };
    let mut seen: HashMap<Uuid, Seen<'_>> = HashMap::new();
    for came in came {
        if let Said::Delivered {
            order,
            began,
            taken,
        } = &came.said
        {
            let seen = seen.entry(order.webhook).or_insert(Seen {
                taken: None,
                failed: None,
            });
            match taken {
                Ok(status) => seen.taken = Some(*status),
                Err(failed) => {
                    let is_later = seen.failed.is_none_or(|(_, at)| at <= *began);
                    if is_later || failed.is_gone() {
                        seen.failed = Some((failed, *began));
                    }
                }
            }
        }
    }
    let rests = if tell && !seen.is_empty() {
        write(&seen)?
    } else {
        HashMap::new()
    };
    let of_job = |came: &&Came| match &came.said {
        Said::Resting { pause, .. } => Some((came.held.id, Some(after(*pause)))),
        Said::Delivered { order, .. } => {
            let pause = match rests.get(&order.webhook) {
                Some(pause) => *pause,
                // Not written down: it is tried again soon.
                None => seen
                    .get(&order.webhook)
                    .filter(|seen| seen.taken.is_none())
                    .map(|_| WHILE_TRIED),
            };
            Some((came.held.id, pause.map(after)))
        }
        _ => None,
    };
    Ok(came.iter().filter_map(of_job).collect())
}

/// A row of `webhooks` that nobody has locked.
struct Row {
    id: Uuid,
    last_status: Option<i32>,
    is_active: bool,
    failures: i32,
    failing_since: Option<DateTime<Utc>>,
    failed_at: Option<DateTime<Utc>>,
    paused_until: Option<DateTime<Utc>>,
}

/// How long each webhook is left alone from now on. Each row is written once, by one of three statements.
fn write(seen: &HashMap<Uuid, Seen<'_>>) -> Result<HashMap<Uuid, Option<Duration>>> {
    let now = Utc::now();
    let mut rests = HashMap::new();
    for row in hold(seen.keys().copied().map(plan::uuid).collect())? {
        let Some(seen) = seen.get(&row.id) else {
            continue;
        };
        let id = plan::uuid(row.id);
        let gone = seen.failed.filter(|(failed, _)| failed.is_gone());
        let rest = match (seen.taken, gone.or(seen.failed)) {
            (Some(status), _) if gone.is_none() => {
                let status = i32::from(status);
                if row.failing_since.is_some() || row.last_status != Some(status) {
                    plan::change(
                        ("webhook is well", None),
                        || {
                            "update scheduling.webhooks w
                             set last_status = $2, last_error = null, failing_since = null, failed_at = null,
                                 failures = 0, paused_until = null
                             where w.id = $1"
                        },
                        &[id.into(), status.into()],
                    )?;
                }
                None
            }
            (_, None) => None,
            (_, Some((failed, began))) => {
                let is_in_row = row.failed_at.is_some_and(|at| now - at < ANOTHER_ROW);
                let since = row.failing_since.filter(|_| is_in_row);
                let is_over = since.is_some_and(|since| now - since >= PATIENCE);
                if (failed.is_gone() || is_over) && row.is_active {
                    disable(&row, failed, is_over)?;
                    None
                } else {
                    Some(fail(&row, failed, began, since.is_none())?)
                }
            }
        };
        rests.insert(row.id, rest);
    }
    Ok(rests)
}

fn hold(ids: Vec<pgrx::Uuid>) -> Result<Vec<Row>> {
    Spi::connect_mut(|client| {
        let rows = plan::write(
            client,
            ("hold webhooks", None),
            || {
                "select w.id, w.last_status, w.is_active, w.failures, w.failing_since, w.failed_at, w.paused_until
                 from scheduling.webhooks w where w.id = any ($1) order by w.id
                 for no key update skip locked"
            },
            None,
            &[ids.into()],
        )?;
        let mut held = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(id) = row.get::<pgrx::Uuid>(1)? else {
                continue;
            };
            let moment = |column| -> Result<_> {
                let at = row.get::<TimestampWithTimeZone>(column)?;
                Ok(at.map(|at| timestamptz::from_postgres(at).utc()))
            };
            held.push(Row {
                id: Uuid::from_bytes(*id),
                last_status: row.get(2)?,
                is_active: row.get(3)?.unwrap_or_default(),
                failures: row.get(4)?.unwrap_or_default(),
                failing_since: moment(5)?,
                failed_at: moment(6)?,
                paused_until: moment(7)?,
            });
        }
        Ok(held)
    })
}

/// One more failure; how long the webhook is left alone now. Deliveries that were under way when it began to
/// be left alone have failed with the one by which it did, and do not count.
fn fail(row: &Row, failed: &NotTaken, began: DateTime<Utc>, is_first: bool) -> Result<Duration> {
    let counts = row.paused_until.is_none_or(|until| began >= until);
    let before = if is_first { 0 } else { row.failures };
    let failures = before.saturating_add(counts.into());
    let pause: Option<f64> = plan::write_value(
        ("webhook fails", None),
        || {
            "update scheduling.webhooks w
             set last_status = $2, last_error = $3, failed_at = now(),
                 failing_since = case when $4 then now() else w.failing_since end,
                 failures = $5,
                 paused_until = greatest(
                     case when $6 then now() + make_interval(secs =>
                         least(3600, power(2, least($5, 12))) * (0.5 + random())) end,
                     w.paused_until, now() + make_interval(secs => $7))
             where w.id = $1
             returning extract(epoch from least(w.paused_until, now() + interval '1 day') - now())::float8"
        },
        &[
            plan::uuid(row.id).into(),
            failed.status.map(i32::from).into(),
            failed.why.as_str().into(),
            is_first.into(),
            failures.into(),
            counts.into(),
            failed.retry_after.unwrap_or_default().as_secs_f64().into(),
        ],
    )?;
    Ok(Duration::from_secs_f64(pause.unwrap_or(1.0).max(0.0)))
}

/// Gives a webhook up, and says so once. Its open jobs end one after the other, each by its own look at it.
fn disable(row: &Row, failed: &NotTaken, is_over: bool) -> Result<()> {
    let why = if is_over && !failed.is_gone() {
        format!(
            "no delivery was taken for a week; the last time: {}",
            failed.why
        )
    } else {
        failed.why.clone()
    };
    warning!("scheduling worker disables webhook {}: {why}", row.id);
    plan::change(
        ("disable webhook", None),
        || {
            "update scheduling.webhooks w
             set is_active = false, disabled_at = now(), last_status = $2, last_error = $3,
                 failed_at = now(), paused_until = null
             where w.id = $1"
        },
        &[
            plan::uuid(row.id).into(),
            failed.status.map(i32::from).into(),
            why.into(),
        ],
    )?;
    Ok(())
}
