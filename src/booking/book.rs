//! `book`: a visitor takes a slot.

use pgrx::JsonB;
use pgrx::datum::TimestampWithTimeZone;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Map, Value};

use super::follow_up::FollowingUp;
use super::free_slot::{free_slot, look_outside, or_not_free};
use super::link::Link;
use super::questions::answers::AnswerError;
use super::{Booking, attempts, columns, limits};
use crate::availability::owner_lock::OwnerLock;
use crate::availability::server_zone::ServerZone;
use crate::error::{Error, Result, or_raise, required};
use crate::instant::{Instant, MINUTE};
use crate::json::Json;
use crate::mail::parse_address;
use crate::owner::Mode;
use crate::plan;
use crate::timestamptz;

/// Limits of what a visitor may type, in characters: enough for people, too little for abuse.
const LONGEST_NAME: usize = 200;
const LONGEST_PHONE: usize = 50;
const LONGEST_NOTES: usize = 10_000;
const LONGEST_ANSWERS: usize = 20_000;
const LONGEST_KEY: usize = 200;
const MOST_GUESTS: usize = 20;

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
    idempotency_key: Option<String>,
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
    ),
> {
    let booking = || {
        let slug = required("slug", slug)?;
        let request = Request {
            starts_at: timestamptz::finite("starts_at", required("starts_at", starts_at)?)?,
            email: address("email", required("email", email)?)?,
            name: line("name", required("name", name)?, LONGEST_NAME)?
                .ok_or_else(|| malformed("name", "It is empty."))?,
            timezone: timezone
                .map(|zone| ServerZone::named(zone).map(|zone| zone.name().to_owned()))
                .transpose()?,
            phone: phone.map_or(Ok(None), |phone| line("phone", phone, LONGEST_PHONE))?,
            notes: notes.map_or(Ok(None), |notes| text("notes", notes, LONGEST_NOTES))?,
            answers: answers.map_or(Ok(Map::new()), |json| object(json.read("answers")?))?,
            guests: checked_guests(guests.unwrap_or_default())?,
            idempotency_key: idempotency_key
                .map_or(Ok(None), |key| line("idempotency_key", key, LONGEST_KEY))?,
        };
        Spi::connect_mut(|client| take_slot(client, slug, request))?.into_row()
    };
    TableIterator::once(or_raise(booking()))
}

fn take_slot(client: &mut SpiClient<'_>, slug: &str, request: Request) -> Result<Booking> {
    let link = Link::read(client, slug)?;
    // Every call counts, whatever becomes of it, so this comes before all that can refuse it.
    if let Err(refusal) = attempts::count_booking(&link, &request.email) {
        return match &request.idempotency_key {
            // What was booked before is answered all the same, and behind the lock: it may be being
            // booked right now. No provider is asked for it.
            Some(key) => {
                let lock = OwnerLock::take(link.owner);
                booked_with_key(client, &lock, &link, key)?.ok_or(refusal)
            }
            None => Err(refusal),
        };
    }
    let starts_at = request.starts_at;
    look_outside(link.owner, &link, starts_at)?;
    let lock = OwnerLock::take(link.owner);

    let mode = link.owner.mode();
    if let Some(key) = &request.idempotency_key
        && let Some(booking) = booked_with_key(client, &lock, &link, key)?
    {
        return Ok(booking);
    }
    let answers = link.questions()?.check(&request.answers);
    let answers = answers.map_err(|error| unfit_answer(&error))?;
    limits::check_booking(client, &lock, &link, &request.email, &request.guests)?;
    let schedule = free_slot(client, &lock, &link, starts_at, None)?;

    let ends_at = starts_at.plus(i64::from(link.duration_minutes) * MINUTE);
    let uuid = |id: uuid::Uuid| plan::uuid(id);
    let following_up = FollowingUp::of_new_meeting();
    let arguments = [
        uuid(link.owner.id()).into(),
        uuid(link.id).into(),
        request.email.into(),
        request.name.into(),
        request.phone.into(),
        timestamptz::to_postgres(starts_at)?.into(),
        timestamptz::to_postgres(ends_at)?.into(),
        request
            .timezone
            .unwrap_or_else(|| schedule.zone.name().to_owned())
            .into(),
        request.notes.into(),
        JsonB(answers.into()).into(),
        request.guests.into(),
        request.idempotency_key.into(),
        link.title.into(),
        link.location.into(),
        link.conferencing.into(),
        link.buffer_before_minutes.into(),
        link.buffer_after_minutes.into(),
        following_up.meeting.into(),
        following_up.is_ours.into(),
    ];
    or_not_free(|| {
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
    })?
    .ok_or_else(|| Error::Internal("the booking was not stored".into()))
}

/// The guest once, then the meeting with what its triggers would add. What is known of a guest already
/// is not a visitor's to overwrite. A trigger of the application's may give the meeting another id:
/// what follows is the triggers' again then.
fn insert(mode: Mode) -> String {
    let t = mode.tables();
    format!(
        "with guest as (
             insert into {guests} as g ({owner_id}, email, name, phone)
             values ($1, $3, $4, $5)
             on conflict ({owner_id}, lower(email)) do update
                 set name = coalesce(g.name, excluded.name), phone = coalesce(g.phone, excluded.phone)
             returning id
         ), meeting as (
             insert into {meetings} as m
                 (id, {owner_id}, booking_link_id, {guest_id}, title, starts_at, ends_at, timezone,
                  location, conferencing, notes, answers, guest_name, guest_email, guest_phone, guests,
                  buffer_before_minutes, buffer_after_minutes, idempotency_key)
             select $18, $1, $2, guest.id, $13, $6, $7, $8,
                    $14, $15::scheduling.conferencing, $9, $10, $4, $3, $5, $11, $16, $17, $12
             from guest
             returning {columns}, m.conferencing, m.meeting_url
         ), log as (
             insert into scheduling.audit_log (subject, row_id, {owner_id}, action)
             select '{subject}', m.id, m.{owner_id}, 'insert'
             from meeting m where $19 and m.id = $18
         ), queue as (
             insert into scheduling.jobs (kind, payload, run_at, {job_meeting}, owner)
             select work.kind, work.payload, work.run_at, m.id, '{key_prefix}' || m.{owner_id}
             from meeting m, scheduling_private.jobs_of_new_meeting(
                 m.status, m.ends_at, m.conferencing, m.meeting_url) work
             where $19 and m.id = $18
         )
         select {columns} from meeting m",
        guests = t.guests,
        meetings = t.meetings,
        subject = t.meetings.trim_start_matches("scheduling."),
        owner_id = t.owner_id,
        guest_id = t.guest_id,
        job_meeting = t.job_meeting,
        key_prefix = mode.key_prefix(),
        columns = columns(mode),
    )
}

/// The meeting that was booked with this key before.
fn booked_with_key(
    client: &mut SpiClient<'_>,
    _lock: &OwnerLock,
    link: &Link,
    key: &str,
) -> Result<Option<Booking>> {
    let mode = link.owner.mode();
    let link_id = plan::uuid(link.id);
    Booking::first(
        mode,
        plan::write(
            client,
            ("booked with key", Some(mode)),
            || {
                format!(
                    "select {} from {} m where m.booking_link_id = $1 and m.idempotency_key = $2",
                    columns(mode),
                    mode.tables().meetings
                )
            },
            Some(1),
            &[link_id.into(), key.into()],
        )?,
    )
}

fn malformed(argument: &str, detail: &str) -> Error {
    Error::invalid(
        argument,
        format!("malformed {argument}"),
        format!("The argument \"{argument}\" cannot be used. {detail}"),
        format!("Correct \"{argument}\" and try again."),
    )
}

fn address(argument: &str, address: &str) -> Result<String> {
    match parse_address(address) {
        Ok(address) => Ok(address.as_str().to_owned()),
        Err(problem) => Err(Error::invalid(
            argument,
            "malformed e-mail address",
            format!("The e-mail address in \"{argument}\" is malformed: {problem}."),
            "Pass an address such as ada@example.com.",
        )),
    }
}

/// One line of text, trimmed; `None` where nothing is left.
fn line(argument: &str, value: &str, longest: usize) -> Result<Option<String>> {
    if value.chars().any(char::is_control) {
        return Err(malformed(
            argument,
            "It has line breaks or control characters.",
        ));
    }
    text(argument, value, longest)
}

/// Text, trimmed; `None` where nothing is left.
fn text(argument: &str, value: &str, longest: usize) -> Result<Option<String>> {
    let value = value.trim();
    if value.chars().count() > longest {
        return Err(malformed(
            argument,
            &format!("It is longer than {longest} characters."),
        ));
    }
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

fn object(answers: Value) -> Result<Map<String, Value>> {
    if answers.to_string().len() > LONGEST_ANSWERS {
        return Err(malformed(
            "answers",
            &format!("It is longer than {LONGEST_ANSWERS} bytes."),
        ));
    }
    match answers {
        Value::Object(answers) => Ok(answers),
        _ => Err(malformed("answers", "It is no JSON object.")),
    }
}

fn unfit_answer(error: &AnswerError) -> Error {
    Error::invalid(error.field(), "malformed answers", error, error.hint())
}

fn checked_guests(guests: Vec<Option<String>>) -> Result<Vec<String>> {
    if guests.len() > MOST_GUESTS {
        return Err(malformed(
            "guests",
            &format!("It has more than {MOST_GUESTS} addresses."),
        ));
    }
    guests
        .into_iter()
        .zip(0..)
        .map(|(guest, place)| {
            let field = format!("guests[{place}]");
            address(&field, &required(&field, guest)?)
        })
        .collect()
}
