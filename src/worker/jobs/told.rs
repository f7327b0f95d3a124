//! What the readers of mails have been told of their meetings before: read for a set of jobs, so that each
//! says what is new to its reader, and nothing that is not.

use std::collections::HashMap;

use pgrx::prelude::*;

use crate::error::{Error, Result};
use crate::mail::{self, Shown};
use crate::owner::Mode;
use crate::plan;

/// What the reader of one job's mail knows.
#[derive(Default)]
pub struct Told {
    /// The last mail to them about this meeting; none where it is forgotten, too.
    pub last: Option<mail::Told>,
    /// Whether it is known that they have no invitation: the mail with it was found pointless.
    pub was_never_invited: bool,
}

/// By the jobs' numbers; a reader of whom nothing is known is missing.
///
/// # Errors
/// Where the database cannot be read.
pub fn read(mode: Mode, jobs: Vec<i64>) -> Result<HashMap<i64, Told>> {
    if jobs.is_empty() {
        return Ok(HashMap::new());
    }
    Spi::connect(|client| {
        let rows = plan::read(
            client,
            ("told", Some(mode)),
            || query(mode),
            None,
            &[jobs.into()],
        )?;
        let mut told = HashMap::new();
        for row in rows {
            let last = match (row.get::<String>(2)?, row.get::<&str>(3)?) {
                (Some(kind), Some(shown)) => {
                    let shown = serde_json::from_str::<Shown>(shown);
                    let unreadable =
                        |_| Error::Internal("what a mail showed cannot be read".into());
                    Some(mail::Told {
                        kind,
                        shown: shown.map_err(unreadable)?,
                    })
                }
                _ => None,
            };
            let known = Told {
                last,
                was_never_invited: row.get(4)?.unwrap_or_default(),
            };
            told.extend(row.get::<i64>(1)?.map(|job| (job, known)));
        }
        Ok(told)
    })
}

/// The owner is the same reader under another address; a guest is whoever has the address.
fn query(mode: Mode) -> String {
    format!(
        "select j.id, last.kind, last.shown::text,
                last.kind is null and j.payload ->> 'mail' = 'cancelled' and exists (
                    select from scheduling.jobs c
                    where c.{meeting} = j.{meeting} and c.lane = j.lane and c.id < j.id
                      and c.payload ->> 'mail' = 'confirmation'
                      and c.result is not null and not starts_with(c.result, 'sent '))
         from scheduling.jobs j
         left join lateral (
             select e.kind, e.shown
             from scheduling.emails e
             where e.{meeting} = j.{meeting} and e.shown is not null and e.job_id is distinct from j.id
               -- A mail that was refused has told nobody; when one went out may be noted after its job is done.
               and (e.sent_at is not null or exists (
                   select from scheduling.jobs d where d.id = e.job_id and d.state = 'done'
                     and (d.result is null or starts_with(d.result, 'sent '))))
               and case when j.payload ->> 'to' = 'owner' then e.shown ->> 'to' = 'owner'
                        else e.shown ->> 'to' <> 'owner'
                             and lower(e.recipient) = lower(coalesce(j.payload ->> 'address', e.recipient))
                   end
             -- of one meeting's mails, and not of all mails from the newest on
             order by e.id + 0 desc
             limit 1
         ) last on true
         where j.id = any ($1) and j.{meeting} is not null",
        meeting = mode.tables().job_meeting,
    )
}
