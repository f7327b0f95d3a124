//! The times that an owner could move a meeting to. What binds its guest alone does not count: until when they may
//! move it, whether its link is active still. An UPDATE moves it, and keeps its buffers.

use pgrx::datum::TimestampWithTimeZone;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::link::{Asked, Link, listed};
use super::managed::Managed;
use super::status::MeetingStatus;
use crate::access;
use crate::availability::schedule::{Scope, Wanted};
use crate::availability::server_zone::ServerZone;
use crate::availability::{range, rules};
use crate::error::{Conflict, Error, Missing, Result, or_raise};
use crate::owner::{MeetingKey, Mode};
use crate::plan::{self, Sees};
use crate::rows::Rows;

/// Of a meeting without a link: replaced by its own.
const ANY_LENGTH: i32 = 30;

/// The contract's `meeting_slots`; see sql/booking.sql.
#[pg_extern(sql = false)]
fn meeting_slots(
    meeting_id: Option<pgrx::Uuid>,
    sales_meeting_id: Option<pgrx::Uuid>,
    from_time: Option<TimestampWithTimeZone>,
    until_time: Option<TimestampWithTimeZone>,
    timezone: Option<&str>,
) -> Rows<3> {
    let slots = || {
        let key = named(meeting_id, sales_meeting_id)?;
        let asked = Asked {
            visitor: timezone.map(ServerZone::named).transpose()?,
            range: range(from_time, until_time)?,
            most: usize::MAX,
        };
        let (managed, wanted, scope) = Spi::connect(|client| read(client, key))?;
        listed(managed.booking.owner, wanted, &scope, asked)
    };
    or_raise(slots())
}

/// The meeting that one of the two ids names.
fn named(
    meeting_id: Option<pgrx::Uuid>,
    sales_meeting_id: Option<pgrx::Uuid>,
) -> Result<MeetingKey> {
    let (mode, id) = match (meeting_id, sales_meeting_id) {
        (Some(id), None) => (Mode::Client, id),
        (None, Some(id)) => (Mode::User, id),
        (given, _) => {
            let given = if given.is_some() { "Both" } else { "None" };
            return Err(Error::invalid(
                "meeting_id",
                "exactly one of meeting_id and sales_meeting_id must be given",
                format!("{given} of the two were given."),
                "Pass meeting_id for a client's meeting, sales_meeting_id for a user's.",
            ));
        }
    };
    let id = Uuid::from_bytes(*id);
    Ok(MeetingKey { mode, id })
}

/// A meeting that is on, for who manages its owner: what its slots look like, and what counts against them.
fn read(client: &SpiClient<'_>, key: MeetingKey) -> Result<(Managed, Wanted, Scope)> {
    let rows = plan::read_as(
        Sees::WhatTheCallerSees,
        client,
        ("meeting of an owner", Some(key.mode)),
        || Managed::query(key, "m.buffer_before_minutes, m.buffer_after_minutes", ""),
        Some(1),
        &[plan::uuid(key.id).into()],
    )?;
    if rows.is_empty() {
        return Err(no_such_meeting(key));
    }
    let rows = rows.first();
    let buffer = |n| Ok::<_, Error>(rows.get::<i32>(Managed::COLUMNS + n)?.unwrap_or_default());
    let (before, after) = (buffer(1)?, buffer(2)?);
    let managed = Managed::first(key, rows)?.ok_or_else(|| no_such_meeting(key))?;
    // Whose meetings there are is no stranger's to find out.
    access::require_manager(managed.booking.owner).map_err(|error| match error {
        Error::Forbidden { .. } => no_such_meeting(key),
        error => error,
    })?;
    let status = managed.booking.status;
    if status != MeetingStatus::Confirmed {
        return Err(Error::not_free(
            Conflict::Over,
            format!("The meeting is {} and cannot be moved.", status.as_str()),
        ));
    }
    let link = match &managed.slug {
        Some(slug) => Some(Link::read_shown(client, slug)?),
        None => None,
    };
    let (wanted, scope) = match &link {
        Some(link) => (
            link.wanted_lasting(managed.duration()),
            Scope {
                audience: Default::default(),
                ..link.scope(Some(key.id))
            },
        ),
        None => (
            Wanted {
                rules: rules(ANY_LENGTH, None, 0, 0)?.lasting(managed.duration(), true),
                minimum_notice_minutes: 0,
                window_days: None,
            },
            Scope {
                moving: Some(key.id),
                ..Scope::default()
            },
        ),
    };
    let wanted = Wanted {
        rules: wanted.rules.with_buffers(before, after),
        ..wanted
    };
    Ok((managed, wanted, scope))
}

fn no_such_meeting(key: MeetingKey) -> Error {
    Error::NotFound {
        what: Missing::Booking,
        detail: format!("No meeting of the caller's has the id {}.", key.id),
        hint: "Client meetings are in scheduling.meetings, user meetings in scheduling.sales_meetings."
            .into(),
    }
}
