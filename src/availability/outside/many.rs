//! Which of many owners' outside calendars are known well enough, found by one statement a mode, and
//! having the worker ask about the others, some at a time. The rule itself is `outside`'s.

use std::collections::HashMap;
use std::time::{self, Duration};

use pgrx::prelude::*;
use uuid::Uuid;

use super::{KNOWLEDGE, Knowledge, question};
use crate::error::{Error, Outage, Result};
use crate::instant::Instant;
use crate::ipc::ask::ask_within;
use crate::owner::{Mode, Owner};
use crate::plan::{self, Sees};
use crate::settings;

/// A question to the worker is about no more owners than this: what one call has read at once.
const OWNERS_OF_A_QUESTION: usize = 100;
/// An error about many owners names the first few.
const NAMED: usize = 3;

/// An owner whose calendars are known well enough.
#[derive(Clone, Copy, Debug)]
pub struct KnownOwner {
    pub owner: Owner,
    /// How to read what they say: where they were read during this call, the caller does not see it.
    pub sees: Sees,
}

/// Those among the owners, in their order, whose calendars are known well enough for a question about
/// the time before `until`. The worker is asked to read those that are not, for at most
/// `scheduling.http_timeout` in all; owners whose calendars stay unknown are left out where
/// `skip_unknown` says so.
///
/// # Errors
/// PT503 where an owner is not to be left out.
pub fn known_among(
    owners: Vec<Owner>,
    until: Instant,
    skip_unknown: bool,
) -> Result<Vec<KnownOwner>> {
    let max_age = settings::busy_max_age();
    let before = unknown_among(&owners, until, max_age, Sees::WhatTheCallerSees)?;
    let mut asked = owners.clone();
    asked.retain(|owner| before.contains_key(owner));
    // A provider that hangs uses up the time of all who are asked about after it. So those come last
    // whose calendars could not be read the last time.
    asked.sort_by_key(|owner| before[owner]);
    let heard = look_at_all(&asked, until, max_age);
    let unknown = unknown_among(&asked, until, max_age, Sees::WhatIsCommitted)?;
    let (left_out, known): (Vec<Owner>, Vec<Owner>) = owners
        .into_iter()
        .partition(|owner| unknown.contains_key(owner));
    if !left_out.is_empty() && !skip_unknown {
        return Err(heard.err().unwrap_or_else(|| many_unknown(&left_out)));
    }
    let known = known.into_iter().map(|owner| KnownOwner {
        owner,
        sees: if before.contains_key(&owner) {
            Sees::WhatIsCommitted
        } else {
            Sees::WhatTheCallerSees
        },
    });
    Ok(known.collect())
}

/// Has the worker read these owners' calendars, some at a time, until the time is up.
///
/// # Errors
/// PT503 where no worker can be asked. A calendar that cannot be read is no error here: it says
/// nothing of the next ones.
fn look_at_all(owners: &[Owner], until: Instant, max_age: Duration) -> Result<()> {
    let deadline = time::Instant::now() + settings::http_timeout();
    // Half of the worker's places stay with everything else.
    let most = (settings::concurrency() / 2).clamp(1, OWNERS_OF_A_QUESTION);
    for some in owners.chunks(most) {
        let left = deadline.saturating_duration_since(time::Instant::now());
        if left.is_zero() {
            break;
        }
        ask_within(&question(some, until, max_age), left)?;
    }
    Ok(())
}

fn many_unknown(owners: &[Owner]) -> Error {
    let named: Vec<_> = owners.iter().take(NAMED).map(Owner::to_string).collect();
    let more = if owners.len() > NAMED { ", …" } else { "" };
    Error::Unavailable {
        why: Outage::Unreachable,
        detail: format!(
            "When {} of the owners are busy is not known, and unknown is not free: {}{more}.",
            owners.len(),
            named.join(", "),
        ),
        hint: "Try again in a moment, or leave them out with skip_unknown => true; the status of \
               their calendar connections says what is wrong."
            .into(),
    }
}

/// Those among the owners whose calendars are not known well enough, and whether one of these could
/// not be read the last time.
fn unknown_among(
    owners: &[Owner],
    until: Instant,
    max_age: Duration,
    sees: Sees,
) -> Result<HashMap<Owner, bool>> {
    let mut unknown = HashMap::new();
    for mode in Mode::BOTH {
        let ids: Vec<_> = mode.ids_among(owners).map(plan::uuid).collect();
        if ids.is_empty() {
            continue;
        }
        Spi::connect(|client| {
            let rows = plan::read_as(
                sees,
                client,
                ("knowledge of many", Some(mode)),
                || {
                    let t = mode.tables();
                    format!(
                        "select c.{owner_id}, {KNOWLEDGE}, bool_or(c.status <> 'ok')
                         from {connections} c
                         where c.{owner_id} = any ($1) and c.is_active
                         group by c.{owner_id}",
                        owner_id = t.owner_id,
                        connections = t.connections,
                    )
                },
                None,
                &[ids.into()],
            )?;
            for row in rows {
                let known = Knowledge::of(row.get(2)?, row.get(3)?, row.get(4)?);
                if let Some(id) = row.get::<pgrx::Uuid>(1)?
                    && !known.is_good(until, max_age)
                {
                    let owner = mode.owner(Uuid::from_bytes(*id.as_bytes()));
                    unknown.insert(owner, row.get(5)?.unwrap_or(true));
                }
            }
            Ok::<_, Error>(())
        })?;
    }
    Ok(unknown)
}
