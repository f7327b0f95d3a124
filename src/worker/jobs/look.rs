//! How the backlog learns of jobs: what has been committed since the last look, and now and then the
//! whole queue. Looking only reads: without work there is no transaction id and no WAL.
//!
//! A job says which transaction made it ready, and a snapshot says which transactions are over. So what
//! is new is what the transactions left that have ended between two snapshots, whenever they began and
//! however much else has come and gone: neither a long queue nor dead rows that an old snapshot keeps
//! are walked through.

use std::time;

use pgrx::datum::TimestampWithTimeZone;
use pgrx::prelude::*;
use pgrx::spi::SpiHeapTupleData;

use super::backlog::{Backlog, MOST_JOBS, Open};
use crate::error::Result;
use crate::instant::MINUTE;
use crate::{plan, timestamptz};

/// Jobs that are due later are not kept in mind.
const HORIZON: i64 = 10 * MINUTE;
/// So often the whole queue is read, up to the horizon. It also finds what came without a trace: rows
/// that were restored while triggers were off.
const READ_WHOLE: time::Duration = time::Duration::from_secs(300);
/// So often, at least, what the backlog has had no room for.
const READ_LEFT: time::Duration = time::Duration::from_secs(20);
/// So many at a time, so that a long queue does not hold up those who ask meanwhile.
const PAGE: i64 = 10_000;
/// Until the next of them, where no job is due.
const NEXT_PAGE: time::Duration = time::Duration::from_millis(50);

/// How far the queue is known.
#[derive(Default)]
pub struct Look {
    /// What had been committed when it was last looked at; none before the first time.
    seen: Option<String>,
    /// The last reading of the whole queue.
    whole: Option<Whole>,
}

/// A reading of the whole queue, page by page.
struct Whole {
    began: time::Instant,
    horizon: TimestampWithTimeZone,
    /// Where the next page begins.
    next: Next,
    /// Where those begin that the backlog had no room for. The reading goes on all the same: it takes
    /// some of everybody.
    left: Option<Next>,
    read_left: time::Instant,
}

#[derive(Clone, Copy)]
enum Next {
    First,
    /// After this job.
    After(Place),
    /// There is no page left.
    None,
}

/// Where a job stands in the queue: its time, and its number.
type Place = (TimestampWithTimeZone, i64);

impl Look {
    /// Tells the backlog what is new.
    ///
    /// # Errors
    /// Where the queue cannot be read.
    pub fn see(&mut self, backlog: &mut Backlog) -> Result<()> {
        let mut whole = match self.whole.take() {
            Some(whole) if whole.began.elapsed() < READ_WHOLE => whole,
            _ => Whole::begin()?,
        };
        let seen = self.see_new(backlog, &whole);
        // What did not fit is found page by page, the oldest first.
        if matches!(seen, Ok(Fits::No)) {
            whole.left = Some(Next::First);
        }
        // Those that are left are read when there is room for many, and now and then for some of everybody.
        let is_time = whole.read_left.elapsed() >= READ_LEFT || backlog.len() < MOST_JOBS / 2;
        if matches!(whole.next, Next::None)
            && is_time
            && let Some(left) = whole.left.take()
        {
            (whole.next, whole.read_left) = (left, time::Instant::now());
        }
        let read = whole.read_page(backlog);
        self.whole = Some(whole);
        seen.and(read)
    }

    /// How long until the whole queue is to be read, or the next page of it.
    pub fn due_in(&self) -> time::Duration {
        match &self.whole {
            Some(Whole {
                next: Next::None,
                began,
                ..
            }) => READ_WHOLE.saturating_sub(began.elapsed()),
            _ => NEXT_PAGE,
        }
    }

    /// What the transactions left that have ended since the last look. Those that are in progress are
    /// remembered by the snapshot, and asked about when they have ended.
    fn see_new(&mut self, backlog: &mut Backlog, whole: &Whole) -> Result<Fits> {
        let arguments = [self.seen.as_deref().into(), whole.horizon.into()];
        Spi::connect(|client| {
            let mut fits = Fits::Yes;
            let rows = plan::read_latest(
                client,
                ("look", None),
                || {
                    format!(
                        "with ended as materialized (
                             select x.xid from pg_snapshot_xip($1::pg_snapshot) as x (xid)
                             where pg_visible_in_snapshot(x.xid, pg_current_snapshot())
                         ), found as materialized (
                             select j.id, j.run_at, j.lane, j.share
                             from scheduling.jobs j
                             where (j.state = 'ready') is true and j.run_at <= $2
                               and j.queued_by >= pg_snapshot_xmax($1::pg_snapshot)
                               and j.queued_by < pg_snapshot_xmax(pg_current_snapshot())
                             union all
                             -- Transaction by transaction, which the offset sees to: a planner that
                             -- has seen the queue empty would begin with the jobs.
                             select j.* from ended
                             cross join lateral (
                                 select j.id, j.run_at, j.lane, j.share
                                 from scheduling.jobs j
                                 where j.queued_by = ended.xid
                                   and (j.state = 'ready') is true and j.run_at <= $2
                                 offset 0
                             ) j
                         )
                         select pg_current_snapshot()::text, j.*
                         from (values (1)) as always
                         left join (
                             select found.id, found.run_at, found.lane, found.share from found
                             union all
                             {}
                         ) j on true",
                        far_blockers("$2")
                    )
                },
                None,
                &arguments,
            )?;
            for row in rows {
                if let Some(seen) = row.get::<String>(1)? {
                    self.seen = Some(seen);
                }
                if let Some(place) = place(&row, 2)?
                    && !add(backlog, &row, 2, place)?
                {
                    fits = Fits::No;
                }
            }
            Ok(fits)
        })
    }
}

/// Whether the backlog has had room for all that was found.
enum Fits {
    Yes,
    No,
}

impl Whole {
    fn begin() -> Result<Self> {
        Ok(Self {
            began: time::Instant::now(),
            horizon: timestamptz::to_postgres(timestamptz::wall_clock().plus(HORIZON))?,
            next: Next::First,
            left: None,
            read_left: time::Instant::now(),
        })
    }

    fn read_page(&mut self, backlog: &mut Backlog) -> Result<()> {
        let after = match self.next {
            Next::First => None,
            Next::After(place) => Some(place),
            Next::None => return Ok(()),
        };
        let (run_at, id) = after.unzip();
        let arguments = [run_at.into(), id.into(), self.horizon.into(), PAGE.into()];
        self.next = Spi::connect(|client| -> Result<_> {
            let rows = plan::read_latest(
                client,
                ("page of the queue", None),
                || {
                    format!(
                        "with found as materialized (
                             select j.id, j.run_at, j.lane, j.share
                             from scheduling.jobs j
                             where j.state = 'ready' and j.run_at <= $3
                               and j.run_at >= coalesce($1, '-infinity')
                               and (j.run_at, j.id) > (coalesce($1, '-infinity'), coalesce($2, 0))
                             order by j.run_at, j.id
                             limit $4
                         )
                         select found.*, true from found
                         union all
                         select blocker.*, false from ({}) blocker",
                        far_blockers("$3")
                    )
                },
                None,
                &arguments,
            )?;
            let (mut next, mut found) = (self.next, 0);
            for row in rows {
                let Some(place) = place(&row, 1)? else {
                    continue;
                };
                let fits = add(backlog, &row, 1, place)?;
                if row.get::<bool>(5)? == Some(true) {
                    if !fits {
                        self.left.get_or_insert(next);
                    }
                    next = Next::After(place);
                    found += 1;
                }
            }
            Ok(if found < PAGE { Next::None } else { next })
        })?;
        Ok(())
    }
}

/// The jobs that are due beyond the horizon and are before a `found` one in its lane: not known, they would
/// have it picked and refused for nothing. Looked up lane by lane, which `offset 0` sees to.
fn far_blockers(horizon: &str) -> String {
    format!(
        "select distinct earlier.id, earlier.run_at, earlier.lane, earlier.share
         from found
         join lateral (
             select e.* from scheduling.jobs e
             where e.lane = found.lane and e.id < found.id
               and (e.state in ('ready', 'running') or e.outcome is not null)
             offset 0
         ) earlier on earlier.state = 'ready' and earlier.run_at > {horizon}"
    )
}

/// Time and number of the job in a row, its number in the column `first`.
fn place(row: &SpiHeapTupleData<'_>, first: usize) -> Result<Option<Place>> {
    let id = row.get::<i64>(first)?;
    let run_at = row.get::<TimestampWithTimeZone>(first + 1)?;
    Ok(run_at.zip(id))
}

fn add(
    backlog: &mut Backlog,
    row: &SpiHeapTupleData<'_>,
    first: usize,
    (run_at, id): Place,
) -> Result<bool> {
    Ok(backlog.add(Open {
        id,
        run_at: timestamptz::from_postgres(run_at),
        lane: row.get::<&str>(first + 2)?.unwrap_or_default(),
        share: row.get::<&str>(first + 3)?.unwrap_or_default(),
    }))
}
