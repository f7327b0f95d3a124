//! What a page shows to the holder of a manage token: the booking, the times that it could move to, and its
//! invitation as a file. Nothing here writes, so all of it works on a standby.

use chrono::{DateTime, Utc};
use pgrx::datum::TimestampWithTimeZone;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::Booking;
use super::deadline::{self, Change, Notice};
use super::link::{Asked, listed};
use super::managed::Managed;
use super::token::no_such_booking;
use crate::availability::range;
use crate::availability::server_zone::ServerZone;
use crate::error::{Error, Result, or_raise, required};
use crate::instant::MINUTE;
use crate::mail::{Invitation, Mailbox, Method, parse_address, parse_mailbox};
use crate::owner::{MeetingKey, Mode};
use crate::plan::{self, Sees};
use crate::rows::Rows;
use crate::timestamptz;

/// What a page shows of a booking: the row of the contract's `get_booking`.
type ShownRow = (
    pgrx::Uuid,
    &'static str,
    pgrx::Uuid,
    Option<pgrx::Uuid>,
    &'static str,
    String,
    TimestampWithTimeZone,
    TimestampWithTimeZone,
    String,
    Option<String>,
    Option<String>,
    i32,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Vec<Option<String>>>,
    Option<String>,
    bool,
    bool,
    Option<TimestampWithTimeZone>,
    Option<TimestampWithTimeZone>,
    Option<TimestampWithTimeZone>,
);

/// The contract's `get_booking`; see sql/booking.sql.
#[pg_extern(sql = false)]
#[allow(clippy::type_complexity)] // The row of the contract.
fn get_booking(
    manage_token: Option<&str>,
) -> TableIterator<
    'static,
    (
        name!(meeting_id, pgrx::Uuid),
        name!(mode, &'static str),
        name!(owner_id, pgrx::Uuid),
        name!(guest_id, Option<pgrx::Uuid>),
        name!(status, &'static str),
        name!(title, String),
        name!(starts_at, TimestampWithTimeZone),
        name!(ends_at, TimestampWithTimeZone),
        name!(manage_token, String),
        name!(slug, Option<String>),
        name!(description, Option<String>),
        name!(duration_minutes, i32),
        name!(timezone, Option<String>),
        name!(location, Option<String>),
        name!(meeting_url, Option<String>),
        name!(owner_name, Option<String>),
        name!(owner_timezone, Option<String>),
        name!(guest_name, Option<String>),
        name!(guest_email, Option<String>),
        name!(guests, Option<Vec<Option<String>>>),
        name!(cancel_reason, Option<String>),
        name!(can_reschedule, bool),
        name!(can_cancel, bool),
        name!(reschedule_until, Option<TimestampWithTimeZone>),
        name!(cancel_until, Option<TimestampWithTimeZone>),
        name!(expires_at, Option<TimestampWithTimeZone>),
    ),
> {
    let shown = || {
        let key = MeetingKey::from_token(required("manage_token", manage_token)?)?;
        show(key, key.token()?)
    };
    TableIterator::once(or_raise(shown()))
}

/// `scheduling_private.booking_as_shown(meeting_id, mode)`: the same without the token, which is a right; see
/// sql/webhook_events.sql.
#[pg_extern(sql = false)]
#[allow(clippy::type_complexity)] // The row of the contract.
fn booking_as_shown(
    meeting_id: pgrx::Uuid,
    mode: &str,
) -> TableIterator<
    'static,
    (
        name!(meeting_id, pgrx::Uuid),
        name!(mode, &'static str),
        name!(owner_id, pgrx::Uuid),
        name!(guest_id, Option<pgrx::Uuid>),
        name!(status, &'static str),
        name!(title, String),
        name!(starts_at, TimestampWithTimeZone),
        name!(ends_at, TimestampWithTimeZone),
        name!(manage_token, String),
        name!(slug, Option<String>),
        name!(description, Option<String>),
        name!(duration_minutes, i32),
        name!(timezone, Option<String>),
        name!(location, Option<String>),
        name!(meeting_url, Option<String>),
        name!(owner_name, Option<String>),
        name!(owner_timezone, Option<String>),
        name!(guest_name, Option<String>),
        name!(guest_email, Option<String>),
        name!(guests, Option<Vec<Option<String>>>),
        name!(cancel_reason, Option<String>),
        name!(can_reschedule, bool),
        name!(can_cancel, bool),
        name!(reschedule_until, Option<TimestampWithTimeZone>),
        name!(cancel_until, Option<TimestampWithTimeZone>),
        name!(expires_at, Option<TimestampWithTimeZone>),
    ),
> {
    let mode = if mode == Mode::Client.as_str() {
        Mode::Client
    } else {
        Mode::User
    };
    let id = Uuid::from_bytes(*meeting_id);
    TableIterator::once(or_raise(show(MeetingKey { mode, id }, String::new())))
}

fn show(key: MeetingKey, token: String) -> Result<ShownRow> {
    let Shown {
        managed,
        description,
        has_active_link,
        timezone,
        owner_name,
        owner_timezone,
        guest_name,
        guest_email,
        guests,
        cancel_reason,
    } = Spi::connect(|client| Shown::read(client, key))?;
    let may = |change, notice| deadline::check(change, &managed.booking, notice).is_ok();
    let can_reschedule = has_active_link && may(Change::Move, managed.moving);
    let can_cancel = may(Change::Cancel, managed.cancelling);
    let until = |notice: Notice, applies: bool| {
        let starts_at = timestamptz::from_postgres(managed.booking.starts_at);
        let until = notice.until(starts_at);
        let until = until.filter(|_| applies && managed.booking.status.is_live());
        until.map(timestamptz::to_postgres).transpose()
    };
    let reschedule_until = until(managed.moving, has_active_link)?;
    let cancel_until = until(managed.cancelling, true)?;
    let minutes = i32::try_from(managed.duration() / MINUTE).unwrap_or(i32::MAX);
    let slug = managed.slug.clone();
    let row = managed.booking.into_row_with(token);
    Ok((
        row.0,
        row.1,
        row.2,
        row.3,
        row.4,
        row.5,
        row.6,
        row.7,
        row.8,
        slug,
        description,
        minutes,
        timezone,
        row.9,
        row.10,
        owner_name,
        owner_timezone,
        guest_name,
        guest_email,
        guests,
        cancel_reason,
        can_reschedule,
        can_cancel,
        reschedule_until,
        cancel_until,
        row.11,
    ))
}

/// A booking with all that its page shows.
struct Shown {
    managed: Managed,
    description: Option<String>,
    has_active_link: bool,
    timezone: Option<String>,
    owner_name: Option<String>,
    owner_timezone: Option<String>,
    guest_name: Option<String>,
    guest_email: Option<String>,
    guests: Option<Vec<Option<String>>>,
    cancel_reason: Option<String>,
}

impl Shown {
    fn read(client: &SpiClient<'_>, key: MeetingKey) -> Result<Self> {
        let rows = plan::read(
            client,
            ("shown booking", Some(key.mode)),
            || {
                let t = key.mode.tables();
                let more = format!(
                    "l.description, l.is_active is true, m.timezone, o.{}, o.timezone,
                     coalesce(m.guest_name, g.name), coalesce(m.guest_email, g.email), m.guests,
                     m.cancel_reason",
                    t.owner_name
                );
                let joins = format!(
                    "join {} o on o.{} = m.{} left join {} g on g.id = m.{}",
                    t.owners, t.owner_key, t.owner_id, t.guests, t.guest_id
                );
                Managed::query(key, &more, &joins)
            },
            Some(1),
            &[plan::uuid(key.id).into()],
        )?;
        if rows.is_empty() {
            return Err(no_such_booking());
        }
        let rows = rows.first();
        let place = |n| Managed::COLUMNS + n;
        Ok(Self {
            description: rows.get(place(1))?,
            has_active_link: rows.get(place(2))?.unwrap_or(false),
            timezone: rows.get(place(3))?,
            owner_name: rows.get(place(4))?,
            owner_timezone: rows.get(place(5))?,
            guest_name: rows.get(place(6))?,
            guest_email: rows.get(place(7))?,
            guests: rows.get(place(8))?,
            cancel_reason: rows.get(place(9))?,
            managed: Managed::first(key, rows)?.ok_or_else(no_such_booking)?,
        })
    }
}

/// The contract's `booking_slots`; see sql/booking.sql.
#[pg_extern(sql = false)]
fn booking_slots(
    manage_token: Option<&str>,
    from_time: Option<TimestampWithTimeZone>,
    until_time: Option<TimestampWithTimeZone>,
    timezone: Option<&str>,
) -> Rows<3> {
    let slots = || {
        let key = MeetingKey::from_token(required("manage_token", manage_token)?)?;
        let asked = Asked {
            visitor: timezone.map(ServerZone::named).transpose()?,
            range: range(from_time, until_time)?,
            most: usize::MAX,
        };
        let (managed, link) = Spi::connect(|client| {
            let managed = Managed::read(client, key, Sees::WhatTheCallerSees)?;
            // What reschedule_booking() would refuse whatever the time is not listed either.
            deadline::check(Change::Move, &managed.booking, managed.moving)?;
            let link = managed.link(client)?;
            Ok::<_, Error>((managed, link))
        })?;
        listed(
            managed.booking.owner,
            link.wanted_lasting(managed.duration()),
            &link.scope(Some(key.id)),
            asked,
        )
    };
    or_raise(slots())
}

/// `scheduling_private.booking_invite(manage_token text)`: the invitation as a calendar file.
#[pg_extern(sql = false)]
fn booking_invite(manage_token: Option<&str>) -> String {
    let invite = || {
        let key = MeetingKey::from_token(required("manage_token", manage_token)?)?;
        Spi::connect(|client| invitation(client, key))
    };
    or_raise(invite())
}

fn invitation(client: &SpiClient<'_>, key: MeetingKey) -> Result<String> {
    let rows = plan::read(
        client,
        ("invitation of booking", Some(key.mode)),
        || {
            let t = key.mode.tables();
            let owner_email = match key.mode {
                Mode::Client => "o.primary_contact_email",
                Mode::User => "scheduling_private.user_email(o.user_id)",
            };
            Managed::query(
                key,
                &format!(
                    "coalesce(m.organizer_name, o.{}), coalesce(m.organizer_email, {owner_email}),
                     (select s.from_address from scheduling.mail_settings s),
                     m.sequence, m.updated_at",
                    t.owner_name
                ),
                &format!(
                    "join {} o on o.{} = m.{}",
                    t.owners, t.owner_key, t.owner_id
                ),
            )
        },
        Some(1),
        &[plan::uuid(key.id).into()],
    )?;
    if rows.is_empty() {
        return Err(no_such_booking());
    }
    let rows = rows.first();
    let place = |n| Managed::COLUMNS + n;
    let name: Option<String> = rows.get(place(1))?;
    let owner = rows.get::<String>(place(2))?;
    let sender: Option<String> = rows.get(place(3))?;
    let sequence: Option<i32> = rows.get(place(4))?;
    let stamp: Option<TimestampWithTimeZone> = rows.get(place(5))?;
    let booking = Managed::first(key, rows)?
        .ok_or_else(no_such_booking)?
        .booking;
    let sender = parse_mailbox(sender.as_deref().unwrap_or(crate::mail::DEFAULT_FROM))
        .map_err(|problem| Error::Internal(format!("the sender's address: {problem}")))?;
    let own = owner.and_then(|email| parse_address(&email).ok());
    // As the mails have it.
    let organizer = Mailbox {
        name: name.or_else(|| sender.name.clone()),
        address: own.unwrap_or_else(|| sender.address.clone()),
    };
    let has_sender = organizer
        .address
        .wire()
        .eq_ignore_ascii_case(sender.address.wire());
    let Booking {
        status,
        title,
        location,
        meeting_url,
        ..
    } = &booking;
    Ok(Invitation {
        method: Method::Publish {
            cancelled: *status == super::status::MeetingStatus::Cancelled,
        },
        meeting_id: key.id,
        sequence: u32::try_from(sequence.unwrap_or_default()).unwrap_or_default(),
        stamp: stamp.map_or_else(Utc::now, utc),
        starts_at: utc(booking.starts_at),
        ends_at: utc(booking.ends_at),
        title,
        location: location.as_deref(),
        url: None,
        conference: meeting_url.as_deref(),
        join: "Join",
        description: "",
        organizer: &organizer,
        sent_by: (!has_sender).then_some(&sender.address),
        // A file that is passed on invites nobody.
        attendees: &[],
    }
    .render())
}

fn utc(at: TimestampWithTimeZone) -> DateTime<Utc> {
    timestamptz::from_postgres(at).utc()
}
