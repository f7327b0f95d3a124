//! `book`: a visitor takes a slot.

use pgrx::JsonB;
use pgrx::datum::TimestampWithTimeZone;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Map, Value};

use super::follow_up::FollowingUp;
use super::free_slot::{free_slot, look_outside, or_not_free};
use super::guest::{Guest, Typed};
use super::link::Link;
use super::replay::Replay;
use super::typed::{
    self, LONGEST_KEY, LONGEST_NOTES, address, checked_guests, line, object, text, unfit_answer,
};
use super::{Booking, attempts, columns, limits};
use crate::access;
use crate::availability::owner_lock::{OwnerLock, or_locked_out, without_waiting};
use crate::availability::schedule::Wanted;
use crate::availability::server_zone::ServerZone;
use crate::error::{Error, Result, or_raise, required};
use crate::instant::Instant;
use crate::json::Json;
use crate::owner::Mode;
use crate::plan::{self, latest};
use crate::timestamptz;

/// What the visitor asks for, checked.
struct Request {
    starts_at: Instant,
    email: String,
    name: String,
    timezone: Option<String>,
    phone: Option<String>,
    notes: Option<String>,
    answers: Map<String, Value>,
    guests: Vec<String>,
    replay: Option<Replay>,
    /// `None`: the link's own length.
    duration_minutes: Option<i32>,
    /// In which mails to the guests are to be; `None`: the link's, else the owner's.
    locale: Option<String>,
    /// Where the visitor came from; `None`: nothing is known of that.
    attribution: Option<Map<String, Value>>,
}

impl Request {
    fn typed(&self) -> Typed<'_> {
        Typed {
            email: &self.email,
            name: &self.name,
            phone: self.phone.as_deref(),
        }
    }
}

/// The contract's `book`; see sql/booking.sql.
#[pg_extern(sql = false)]
#[allow(clippy::too_many_arguments, clippy::type_complexity)] // The contract's.
fn book(
    slug: Option<&str>,
    starts_at: Option<TimestampWithTimeZone>,
    email: Option<&str>,
    name: Option<&str>,
    timezone: Option<&str>,
    phone: Option<&str>,
    notes: Option<&str>,
    answers: Option<Json>,
    guests: Option<Vec<Option<String>>>,
    idempotency_key: Option<&str>,
    duration_minutes: Option<i32>,
    locale: Option<&str>,
    attribution: Option<Json>,
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
        name!(location, Option<String>),
        name!(meeting_url, Option<String>),
        name!(expires_at, Option<TimestampWithTimeZone>),
    ),
> {
    let booking = || {
        access::require_writable(c"book()");
        let slug = required("slug", slug)?;
        let starts_at = timestamptz::finite("starts_at", required("starts_at", starts_at)?)?;
        let email = address("email", required("email", email)?)?;
        let key =
            idempotency_key.map_or(Ok(None), |key| line("idempotency_key", key, LONGEST_KEY))?;
        let request = Request {
            starts_at,
            replay: key.map(|key| Replay::new(key, starts_at, &email, duration_minutes)),
            duration_minutes,
            email,
            name: typed::name("name", required("name", name)?)?,
            timezone: timezone
                .map(|zone| ServerZone::named(zone).map(|zone| zone.name().to_owned()))
                .transpose()?,
            phone: phone.map_or(Ok(None), |phone| typed::phone("phone", phone))?,
            notes: notes.map_or(Ok(None), |notes| text("notes", notes, LONGEST_NOTES))?,
            answers: answers.map_or(Ok(Map::new()), |json| object(json.read("answers")?))?,
            guests: checked_guests(guests.unwrap_or_default())?,
            locale: locale
                .map(|locale| typed::language("locale", locale))
                .transpose()?,
            attribution: attribution
                .map(|json| typed::attribution(json.read("attribution")?))
                .transpose()?
                .filter(|attribution| !attribution.is_empty()),
        };
        or_locked_out(|| Spi::connect_mut(|client| take_slot(client, slug, request)))?.into_row()
    };
    TableIterator::once(or_raise(booking()))
}

fn take_slot(client: &mut SpiClient<'_>, slug: &str, request: Request) -> Result<Booking> {
    let link = Link::read(client, slug)?;
    // Every call counts, whatever becomes of it, so this comes before all that can refuse it.
    let admitted = attempts::count_booking(&link, &request.email).and_then(|()| {
        let wanted = link.wanted_for(request.duration_minutes)?;
        look_outside(link.owner, wanted, request.starts_at)?;
        Ok(wanted)
    });
    let wanted = match (admitted, &request.replay) {
        (Ok(wanted), _) => wanted,
        // What was booked before is answered all the same, and behind the lock: it may be being booked
        // right now.
        (Err(refusal), Some(replay)) => {
            let lock = OwnerLock::take(link.owner);
            return replay.booked(client, &lock, &link)?.ok_or(refusal);
        }
        (Err(refusal), None) => return Err(refusal),
    };
    without_waiting(
        client,
        link.owner,
        |client| Guest::find_or_make(client, &link, &request.typed()),
        |client, lock, guest| store(client, lock, &link, wanted, guest, &request),
        |client, guest| wait_for_rows(client, slug, &link, guest),
    )
}

/// What there is to do behind the lock; `None` where somebody has locked a row that the meeting refers to.
fn store(
    client: &mut SpiClient<'_>,
    lock: &OwnerLock,
    link: &Link,
    wanted: Wanted,
    guest: &Guest,
    request: &Request,
) -> Result<Option<Booking>> {
    let (mode, starts_at) = (link.owner.mode(), request.starts_at);
    if let Some(replay) = &request.replay
        && let Some(booking) = replay.booked(client, lock, link)?
    {
        return Ok(Some(booking));
    }
    let answers = link.questions()?.check(&request.answers);
    let answers = answers.map_err(|error| unfit_answer(&error))?;
    limits::check_booking(client, lock, link, guest, &request.guests)?;
    let schedule = free_slot(client, lock, link, wanted, starts_at, None)?;
    guest.complete(client, link, &request.typed())?;

    let ends_at = starts_at.plus(wanted.rules.duration());
    let uuid = |id: uuid::Uuid| plan::uuid(id);
    let following_up = FollowingUp::of_new_meeting();
    let zone = request.timezone.as_deref();
    let arguments = [
        uuid(link.owner.id()).into(),
        uuid(link.id).into(),
        request.email.as_str().into(),
        request.name.as_str().into(),
        request.phone.as_deref().into(),
        timestamptz::to_postgres(starts_at)?.into(),
        timestamptz::to_postgres(ends_at)?.into(),
        zone.unwrap_or_else(|| schedule.zone.name()).into(),
        request.notes.as_deref().into(),
        JsonB(answers.into()).into(),
        request.guests.clone().into(),
        request
            .replay
            .as_ref()
            .map(|replay| replay.key.as_str())
            .into(),
        link.title.as_deref().into(),
        link.location.as_deref().into(),
        link.conferencing.as_deref().into(),
        link.buffer_before_minutes.into(),
        link.buffer_after_minutes.into(),
        following_up.meeting.into(),
        uuid(guest.id).into(),
        request
            .replay
            .as_ref()
            .map(|replay| replay.digest(wanted))
            .into(),
        request.locale.as_deref().into(),
        request
            .attribution
            .clone()
            .map(|attribution| JsonB(attribution.into()))
            .into(),
    ];
    let booking = or_not_free(|| {
        Booking::first(
            mode,
            plan::write(
                client,
                ("book", Some(mode)),
                || insert(mode),
                Some(1),
                &arguments,
            )?,
        )
    })?;
    if booking.is_none() && latest::is_needed() {
        // Not locked, maybe, but younger than what this transaction sees.
        return Err(Error::Unserializable);
    }
    Ok(booking)
}

/// The meeting, with what its triggers would add. The rows that it refers to are locked first, as its
/// foreign keys would: of one that somebody else has locked, or that is gone, there is no meeting. A trigger
/// of the application's may give the meeting another id: what follows is the triggers' again then.
fn insert(mode: Mode) -> String {
    let t = mode.tables();
    format!(
        "with held as (
             select l.id as link, g.id as guest, o.{owner_key} as owner, o.{owner_name} as name,
                    {owner_email} as email,
                    coalesce($21, l.locale, o.locale) as locale, l.reminder_minutes
             from scheduling.booking_links l, {owners} o, {guests} g
             where l.id = $2 and o.{owner_key} = $1 and g.id = $19
             for key share skip locked
         ), meeting as (
             insert into {meetings} as m
                 (id, {owner_id}, booking_link_id, {guest_id}, title, starts_at, ends_at, timezone,
                  locale, location, conferencing, notes, answers, guest_name, guest_email, guest_phone, guests,
                  buffer_before_minutes, buffer_after_minutes, reminder_minutes, idempotency_key,
                  idempotency_digest, organizer_name, organizer_email, attribution)
             select $18, held.owner, held.link, held.guest, $13, $6, $7, $8,
                    held.locale, $14, $15::scheduling.conferencing, $9, $10, $4, $3, $5, $11, $16, $17,
                    held.reminder_minutes, $12,
                    $20, host.name, host.email, coalesce($22, '{{}}')
             from held, scheduling_private.organizer(held.name, held.email) host
             returning {columns}, m.conferencing, m.guest_email as invited, m.guests as further
         ), log as (
             insert into scheduling.audit_log (subject, row_id, {owner_id}, action)
             select '{subject}', m.id, m.{owner_id}, 'insert'
             from meeting m where m.id = $18
         ), queue as (
             insert into scheduling.jobs (kind, payload, run_at, {job_meeting}, owner)
             select work.kind, work.payload, work.run_at, m.id, '{key_prefix}' || m.{owner_id}
             from meeting m, scheduling_private.jobs_of_new_meeting(
                 m.status, m.ends_at, m.conferencing, m.meeting_url, m.invited, m.further,
                 '{key_prefix}' || m.{owner_id}) work
             where m.id = $18
         )
         select {columns} from meeting m",
        owners = t.owners,
        owner_key = t.owner_key,
        guests = t.guests,
        owner_name = t.owner_name,
        owner_email = t.owner_email,
        meetings = t.meetings,
        subject = t.meetings.trim_start_matches("scheduling."),
        owner_id = t.owner_id,
        guest_id = t.guest_id,
        job_meeting = t.job_meeting,
        key_prefix = mode.key_prefix(),
        columns = columns(mode),
    )
}

/// Waits until nobody has locked what the meeting refers to.
///
/// # Errors
/// PT404 where the link is gone.
fn wait_for_rows(client: &mut SpiClient<'_>, slug: &str, link: &Link, guest: &Guest) -> Result<()> {
    let mode = link.owner.mode();
    let found = plan::write(
        client,
        ("wait to book", Some(mode)),
        || {
            let t = mode.tables();
            format!(
                "select l.id from scheduling.booking_links l, {} o, {} g
                 where l.id = $2 and o.{} = $1 and g.id = $3 for key share",
                t.owners, t.guests, t.owner_key
            )
        },
        Some(1),
        &[
            plan::uuid(link.owner.id()).into(),
            plan::uuid(link.id).into(),
            plan::uuid(guest.id).into(),
        ],
    )?;
    if found.is_empty() {
        Link::read(client, slug)?;
    }
    Ok(())
}
