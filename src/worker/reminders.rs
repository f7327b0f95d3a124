//! Reminders whose time has come. They are no jobs until then: a job that waited for days would block its
//! lane and fill the backlog. Each meeting says when its next one is due, and the worker asks for the nearest.
//!
//! Asking only reads. What is due is queued with the same statement that says when the next one is, so that a
//! worker that dies there doubles and loses none. A meeting that somebody has locked, or whose row refuses, is
//! put off, and the others are reminded.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use pgrx::prelude::*;
use uuid::Uuid;

use super::halves::{PATIENCE, in_halves};
use super::process::{self, BRIEFLY, Durability, transaction};
use crate::error::Result;
use crate::owner::{MeetingKey, Mode};
use crate::plan;

/// So many meetings are reminded of at once.
const PORTION: i64 = 256;
/// So often at most they are asked, unless one is known to be due.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a locked meeting is left alone, and one that cannot be written at all.
const PUT_OFF_LOCKED: Duration = Duration::from_secs(1);
const PUT_OFF_BROKEN: Duration = Duration::from_secs(10);

/// When the next reminder is due, as far as is known.
pub struct Reminders {
    asked: Option<Instant>,
    due_at: Option<Instant>,
    /// Whether something may have changed since they were asked.
    is_old: bool,
    put_off: HashMap<MeetingKey, Instant>,
}

impl Default for Reminders {
    fn default() -> Self {
        Self {
            asked: None,
            due_at: None,
            is_old: true,
            put_off: HashMap::new(),
        }
    }
}

impl Reminders {
    /// Queues the reminders that are due, a portion of them. Whoever wakes the worker may have brought one, so
    /// it comes with each round.
    pub fn queue_due(&mut self) {
        let now = Instant::now();
        self.is_old = true;
        let is_due = self.due_at.is_some_and(|at| at <= now);
        let was_just_asked = self.asked.is_some_and(|at| now < at + PAUSE);
        if was_just_asked && !is_due {
            return;
        }
        (self.asked, self.due_at, self.is_old) = (Some(now), None, false);
        self.put_off.retain(|_, until| *until > now);
        for mode in Mode::BOTH {
            match transaction(Durability::Lazy, || self.ask(mode)) {
                Ok(asked) => {
                    if let Some(pause) = asked.next_in {
                        self.is_due_at(now + pause);
                    }
                    let is_more = asked.due.len() >= PORTION as usize;
                    self.queue(mode, &asked.due);
                    if is_more {
                        self.is_due_at(now);
                    }
                }
                Err(error) => warning!("scheduling worker cannot look for reminders: {error}"),
            }
        }
        if let Some(until) = self.put_off.values().min().copied() {
            self.is_due_at(until);
        }
    }

    /// How long until there is one, or until they are to be asked again; for ever where nothing is known to come.
    pub fn due_in(&self) -> Duration {
        let again = self.asked.filter(|_| self.is_old).map(|at| at + PAUSE);
        [again, self.due_at]
            .into_iter()
            .flatten()
            .min()
            .map_or(Duration::MAX, |at| {
                at.saturating_duration_since(Instant::now())
            })
    }

    fn is_due_at(&mut self, at: Instant) {
        self.due_at = Some(self.due_at.map_or(at, |due| due.min(at)));
    }

    fn ask(&self, mode: Mode) -> Result<Asked> {
        let put_off: Vec<_> = self
            .put_off
            .keys()
            .filter(|meeting| meeting.mode == mode)
            .map(|meeting| plan::uuid(meeting.id))
            .collect();
        Spi::connect(|client| {
            let rows = plan::read_latest(
                client,
                ("reminders", Some(mode)),
                || nearest(mode),
                None,
                &[put_off.into(), PORTION.into()],
            )?;
            let mut asked = Asked::default();
            for row in rows {
                match (row.get::<pgrx::Uuid>(1)?, row.get::<f64>(2)?) {
                    (Some(id), _) => asked.due.push(Uuid::from_bytes(*id)),
                    (None, seconds) => {
                        asked.next_in = seconds.map(|seconds| {
                            Duration::try_from_secs_f64(seconds).unwrap_or_default()
                        });
                    }
                }
            }
            Ok(asked)
        })
    }

    /// Queues what is due of these meetings, and puts off those of which that cannot be said.
    fn queue(&mut self, mode: Mode, due: &[Uuid]) {
        let mut over = Vec::with_capacity(due.len());
        let failed = in_halves(due, PATIENCE, |part| {
            // For good, before a mail goes out: else a crash could have it queued again, under another name.
            over.extend(transaction(Durability::Full, || {
                process::set_local(c"lock_timeout", BRIEFLY);
                queue(mode, part)
            })?);
            Ok(())
        });
        let now = Instant::now();
        let left = due.iter().filter(|id| !over.contains(id));
        let left = left.map(|&id| (MeetingKey { mode, id }, now + PUT_OFF_LOCKED));
        self.put_off.extend(left);
        for (n, error) in failed {
            warning!(
                "scheduling worker cannot queue the reminder of meeting {}: {error}",
                due[n]
            );
            let meeting = MeetingKey { mode, id: due[n] };
            self.put_off.insert(meeting, now + PUT_OFF_BROKEN);
        }
    }
}

/// What the meetings of one mode say.
#[derive(Default)]
struct Asked {
    due: Vec<Uuid>,
    /// How long until the next one that is not due yet.
    next_in: Option<Duration>,
}

/// The meetings that have a reminder due, and how long until the next one has.
fn nearest(mode: Mode) -> String {
    format!(
        "select due.id, null::float8 from (
             select m.id from {meetings} m
             where m.next_reminder_at <= now() and m.id <> all ($1)
             order by m.next_reminder_at
             limit $2
         ) due
         union all
         select null, extract(epoch from next.at - now())::float8 from (
             select m.next_reminder_at as at from {meetings} m
             where m.next_reminder_at > now()
             order by m.next_reminder_at
             limit 1
         ) next",
        meetings = mode.tables().meetings,
    )
}

/// Queues the latest reminder that is due of each of these meetings, to each of its guests; one that the worker
/// was not there for is not made up for, and none is sent once the meeting has begun. Returns those meetings
/// that nobody has locked.
fn queue(mode: Mode, meetings: &[Uuid]) -> Result<Vec<Uuid>> {
    let ids: Vec<_> = meetings.iter().copied().map(plan::uuid).collect();
    Spi::connect_mut(|client| {
        let rows = plan::write(
            client,
            ("queue reminders", Some(mode)),
            || queueing(mode),
            None,
            &[ids.into()],
        )?;
        let mut over = Vec::with_capacity(meetings.len());
        for row in rows {
            over.extend(row.get::<pgrx::Uuid>(1)?.map(|id| Uuid::from_bytes(*id)));
        }
        Ok(over)
    })
}

fn queueing(mode: Mode) -> String {
    let t = mode.tables();
    format!(
        "with free as materialized (
             select m.id, m.{owner_id} as owner, m.status, m.starts_at, m.reminder_minutes,
                    m.next_reminder_at <= now() as is_due, m.guest_email, m.guests
             from {meetings} m
             where m.id = any ($1)
             for no key update of m skip locked
         ), due as materialized (
             select free.*, latest.minutes
             from free
             cross join lateral (
                 select min(r.minutes) as minutes
                 from unnest(free.reminder_minutes) as r (minutes)
                 where free.starts_at - make_interval(mins => r.minutes) <= now()
             ) latest
             where free.is_due
         ), moved as (
             update {meetings} m
             set next_reminder_at = case when due.status = 'confirmed' then
                     scheduling_private.next_reminder(due.starts_at, due.reminder_minutes, now()) end
             from due where m.id = due.id
         ), queued as (
             insert into scheduling.jobs (kind, payload, {job_meeting}, owner)
             select 'send_email', mail.wanted, due.id, '{key_prefix}' || due.owner
             from due
             cross join lateral scheduling_private.invited(due.guest_email, due.guests) guest
             cross join lateral (
                 select scheduling_private.mail_to('reminder', guest.reader, guest.address)
                        || jsonb_build_object('minutes', due.minutes, 'starts_at', due.starts_at) as wanted
             ) mail
             where due.status = 'confirmed' and due.starts_at > now() and due.minutes is not null
               and guest.address is not null
               -- nobody hears it twice, whatever clocks are set to
               and not exists (
                   select from scheduling.jobs j
                   where j.{job_meeting} = due.id and j.payload @> mail.wanted)
         )
         select free.id from free",
        meetings = t.meetings,
        owner_id = t.owner_id,
        job_meeting = t.job_meeting,
        key_prefix = mode.key_prefix(),
    )
}
