//! Booking links: the rules of one, and its slots.

use std::rc::Rc;

use pgrx::datum::{Timestamp, TimestampWithTimeZone};
use pgrx::prelude::*;
use pgrx::spi::{SpiClient, SpiTupleTable};
use uuid::Uuid;

use super::questions::Questions;
use super::typed;
use crate::access;
use crate::availability::engine::hours::WeeklyHours;
use crate::availability::outside::Audience;
use crate::availability::schedule::{Schedule, Scope, Wanted};
use crate::availability::server_zone::{ServerZone, wall_micros};
use crate::availability::stored::weekly_hours;
use crate::availability::{most, range, rules};
use crate::error::{Error, Missing, Result, or_raise, required};
use crate::instant::Instant;
use crate::json::Json;
use crate::owner::Owner;
use crate::plan;
use crate::rows::Rows;
use crate::timestamptz;

/// Bytes of a slug.
const LONGEST_SLUG: usize = 128;

/// The rules of one booking link.
pub struct Link {
    pub id: Uuid,
    pub owner: Owner,
    pub duration_minutes: i32,
    /// Lengths that a guest may choose besides.
    pub duration_options: Vec<i32>,
    /// Its own weekly hours; `None`: the owner's.
    hours: Option<Rc<WeeklyHours>>,
    /// Whether starts are one meeting's length apart.
    interval_follows: bool,
    pub wanted: Wanted,
    pub max_bookings_per_day: Option<i32>,
    pub limits: Limits,
    pub buffer_before_minutes: i32,
    pub buffer_after_minutes: i32,
    /// What its meetings start with.
    pub title: Option<String>,
    pub location: Option<String>,
    pub conferencing: Option<String>,
    /// As they are stored; `None` where there are none.
    questions: Option<String>,
}

/// The limits of a link; `None` is no limit.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Calls, refused ones too, within an hour: by one address to book by this link, and to move one
    /// booking.
    pub hourly_attempts: Option<i32>,
    /// Bookings of one address with the owner, by any link, within an hour.
    pub hourly_bookings: Option<i32>,
    /// Live bookings of one address at this link that have not begun.
    pub upcoming_bookings: Option<i32>,
    /// Moves of one booking within an hour.
    pub hourly_moves: Option<i32>,
}

/// Columns by their names: a field that nothing reads does not compile, and none is read that the
/// query does not ask for.
macro_rules! columns {
    ($($column:ident: $type:ty,)*) => {
        /// The columns of `scheduling.booking_links` that [`Link::read`] reads.
        pub const COLUMNS: &[&str] = &[$(stringify!($column)),*];

        struct Row {
            $($column: Option<$type>,)*
        }

        impl Row {
            /// In the order of [`COLUMNS`], in which the fields are read as well.
            fn first(rows: &SpiTupleTable<'_>) -> Result<Self> {
                let mut places = 1..;
                let mut next = || places.next().unwrap_or_default();
                Ok(Self {
                    $($column: rows.get::<$type>(next())?,)*
                })
            }
        }
    };
}

columns! {
    id: pgrx::Uuid,
    client_id: pgrx::Uuid,
    user_id: pgrx::Uuid,
    duration_minutes: i32,
    duration_options: Vec<i32>,
    availability_settings: String,
    slot_interval_minutes: i32,
    buffer_before_minutes: i32,
    buffer_after_minutes: i32,
    minimum_notice_minutes: i32,
    booking_window_days: i32,
    max_bookings_per_day: i32,
    max_hourly_attempts_per_guest: i32,
    max_hourly_bookings_per_guest: i32,
    max_upcoming_bookings_per_guest: i32,
    max_hourly_moves_per_booking: i32,
    title: String,
    location: String,
    conferencing: String,
    questions: String,
}

impl Link {
    /// The active link of this slug.
    ///
    /// # Errors
    /// PT404 where there is none, or it is not active.
    pub fn read(client: &SpiClient<'_>, slug: &str) -> Result<Self> {
        // No slug is longer, see its CHECK.
        if slug.len() > LONGEST_SLUG {
            return Err(no_such_link(slug));
        }
        let sql = || query("l.is_active");
        let rows = plan::read(client, ("link", None), sql, Some(1), &[slug.into()])?;
        if rows.is_empty() {
            return Err(no_such_link(slug));
        }
        Self::first(slug, &rows.first())
    }

    /// The link of this slug; one that is not active for those only who manage its owner.
    ///
    /// # Errors
    /// PT404 for all others, as where there is none.
    pub fn read_shown(client: &SpiClient<'_>, slug: &str) -> Result<Self> {
        let refusal = match Self::read(client, slug) {
            Err(refusal @ Error::NotFound { .. }) => refusal,
            read => return read,
        };
        let sql = || query("not l.is_active");
        let rows = plan::read(client, ("link off", None), sql, Some(1), &[slug.into()])?;
        if rows.is_empty() {
            return Err(refusal);
        }
        let link = Self::first(slug, &rows.first())?;
        match access::require_manager(link.owner) {
            Err(Error::Forbidden { .. }) => Err(refusal),
            allowed => allowed.map(|()| link),
        }
    }

    fn first(slug: &str, rows: &SpiTupleTable<'_>) -> Result<Self> {
        let row = Row::first(rows)?;
        let uuid = |id: Option<pgrx::Uuid>| id.map(|id| Uuid::from_bytes(*id));
        let minutes = Option::unwrap_or_default;
        let owner = Owner::from_columns(uuid(row.client_id), uuid(row.user_id));
        let duration_minutes = minutes(row.duration_minutes);
        let buffer_before_minutes = minutes(row.buffer_before_minutes);
        let buffer_after_minutes = minutes(row.buffer_after_minutes);
        Ok(Self {
            id: uuid(row.id).unwrap_or_default(),
            owner: owner.ok_or_else(|| Error::Internal(format!("link {slug} has no owner")))?,
            duration_minutes,
            duration_options: row.duration_options.unwrap_or_default(),
            hours: row
                .availability_settings
                .map(|document| weekly_hours(&document, &format_args!("link {slug}")))
                .transpose()?,
            interval_follows: row.slot_interval_minutes.is_none(),
            wanted: Wanted {
                rules: rules(
                    duration_minutes,
                    row.slot_interval_minutes,
                    buffer_before_minutes,
                    buffer_after_minutes,
                )?,
                minimum_notice_minutes: minutes(row.minimum_notice_minutes),
                window_days: Some(u32::try_from(minutes(row.booking_window_days)).unwrap_or(0)),
            },
            max_bookings_per_day: row.max_bookings_per_day,
            limits: Limits {
                hourly_attempts: row.max_hourly_attempts_per_guest,
                hourly_bookings: row.max_hourly_bookings_per_guest,
                upcoming_bookings: row.max_upcoming_bookings_per_guest,
                hourly_moves: row.max_hourly_moves_per_booking,
            },
            buffer_before_minutes,
            buffer_after_minutes,
            title: row.title,
            location: row.location,
            conferencing: row.conferencing,
            questions: row.questions,
        })
    }

    /// What is asked of who books. Parsed here and not in [`Self::read`]: slots do without.
    pub fn questions(&self) -> Result<Questions> {
        let Some(stored) = &self.questions else {
            return Ok(Questions::default());
        };
        let unreadable = || Error::Internal("the link's questions are malformed".into());
        let document = serde_json::from_str(stored).map_err(|_| unreadable())?;
        Questions::parse(&document).map_err(|_| unreadable())
    }

    /// Slots of this link for a meeting that lasts so long, in microseconds.
    pub fn wanted_lasting(&self, duration: i64) -> Wanted {
        Wanted {
            rules: self.wanted.rules.lasting(duration, self.interval_follows),
            ..self.wanted
        }
    }

    /// What counts against this link besides the owner's hours; `moving` is left out.
    pub fn scope(&self, moving: Option<Uuid>) -> Scope {
        Scope {
            hours: self.hours.clone(),
            daily_cap: self.max_bookings_per_day.map(|cap| (self.id, cap)),
            moving,
            audience: Audience::Visitors,
        }
    }
}

/// Documents come as text. Questions and lengths are null where there are none: few links have any.
fn query(condition: &str) -> String {
    let columns = COLUMNS.iter().map(|column| match *column {
        "questions" => "nullif(l.questions, '[]')::text".to_owned(),
        "duration_options" => "nullif(l.duration_options, '{}')".to_owned(),
        column @ ("conferencing" | "availability_settings") => format!("l.{column}::text"),
        column => format!("l.{column}"),
    });
    format!(
        "select {} from scheduling.booking_links l where l.slug = $1 and {condition}",
        columns.collect::<Vec<_>>().join(", ")
    )
}

fn no_such_link(slug: &str) -> Error {
    let shown: String = slug.chars().take(128).collect();
    Error::NotFound {
        what: Missing::Link,
        detail: format!("No active booking link has the slug \"{shown}\"."),
        hint: "Check the slug; links are in scheduling.booking_links.".into(),
    }
}

/// The contract's `link_slots`; see sql/booking.sql.
#[pg_extern(sql = false)]
fn link_slots(
    slug: Option<&str>,
    from_time: Option<TimestampWithTimeZone>,
    until_time: Option<TimestampWithTimeZone>,
    timezone: Option<&str>,
    duration_minutes: Option<i32>,
    slots_limit: Option<i32>,
) -> Rows<3> {
    let slots = || {
        let slug = required("slug", slug)?;
        let visitor = timezone.map(ServerZone::named).transpose()?;
        let asked = Asked {
            range: range(from_time, until_time)?,
            most: most("slots_limit", slots_limit)?,
            visitor,
        };
        let link = Spi::connect(|client| Link::read_shown(client, slug))?;
        let wanted = link.wanted_for(duration_minutes)?;
        listed(link.owner, wanted, &link.scope(None), asked)
    };
    or_raise(slots())
}

/// Which of its slots a page asks for.
pub struct Asked {
    pub range: (Instant, Instant),
    /// The earliest so many; those after them are not looked for.
    pub most: usize,
    /// By whose clock the starts are shown; `None`: the owner's.
    pub visitor: Option<ServerZone>,
}

/// Wanted slots of an owner as pages list them, with the start as a clock shows it.
///
/// # Errors
/// PT404 where the owner does not exist, PT503 where their calendars are not known.
pub fn listed(owner: Owner, wanted: Wanted, scope: &Scope, asked: Asked) -> Result<Rows<3>> {
    let schedule = Schedule::known(owner, wanted, asked.range, scope)?;
    let slots = schedule.first_slots(asked.most, wanted, asked.range);
    let zone = asked.visitor.unwrap_or(schedule.zone);
    Ok(Rows::new(slots.into_iter().map(move |slot| {
        let wall = wall_micros(&zone, slot.start.utc());
        let local = Timestamp::try_from(wall)
            .map_err(|_| Error::Internal("local time out of range".into()))?;
        Ok([
            timestamptz::to_datum(slot.start)?,
            timestamptz::to_datum(slot.end)?,
            pg_sys::Timestamp::from(local).into(),
        ])
    })))
}

/// `scheduling_private.check_attribution(jsonb)`: true, or 22023 with the path of what is wrong.
#[pg_extern(sql = false)]
fn check_attribution(attribution: Json) -> bool {
    or_raise(
        attribution
            .read("attribution")
            .and_then(typed::attribution)
            .map(|_| true),
    )
}

/// `scheduling_private.check_questions(jsonb)`: true, or 22023 with the path of what is wrong.
#[pg_extern(sql = false)]
fn check_questions(questions: Json) -> bool {
    or_raise(questions.read("questions").and_then(|questions| Questions::parse(&questions).map(|_| true).map_err(|error| {
        Error::malformed_document(
            "malformed questions",
            error,
            r#"A question is {"id": "company", "label": "Company", "type": "text", "required": true}; a choice has "options": ["A", "B"]."#,
        )
    })))
}
