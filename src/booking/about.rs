//! What a visitor may know of a booking link: what its page shows, and where that is. Nothing private.

use pgrx::JsonB;
use pgrx::datum::TimestampWithTimeZone;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;

use super::link::Link;
use super::typed::MOST_GUESTS;
use crate::availability::engine::zone::{Clock, local_date};
use crate::availability::server_zone::ServerZone;
use crate::error::{Result, or_raise, required};
use crate::plan;
use crate::timestamptz;

/// The contract's `get_booking_link`; see sql/booking.sql.
#[pg_extern(sql = false)]
#[allow(clippy::type_complexity)] // The row of the contract.
fn get_booking_link(
    slug: Option<&str>,
) -> TableIterator<
    'static,
    (
        name!(slug, Option<String>),
        name!(mode, &'static str),
        name!(title, Option<String>),
        name!(description, Option<String>),
        name!(duration_minutes, i32),
        name!(owner_name, Option<String>),
        name!(timezone, Option<String>),
        name!(questions, Option<JsonB>),
        name!(location, Option<String>),
        name!(duration_options, Vec<i32>),
        name!(conferencing, Option<String>),
        name!(booking_window_days, i32),
        name!(bookable_until, TimestampWithTimeZone),
        name!(requires_approval, bool),
        name!(requires_email_proof, bool),
        name!(max_guests, i32),
        name!(redirect_url, Option<String>),
        name!(locale, Option<String>),
    ),
> {
    let find = || {
        let slug = required("slug", slug)?;
        Spi::connect(|client| {
            let link = Link::read_shown(client, slug)?;
            let mode = link.owner.mode();
            let tables = mode.tables();
            let id = plan::uuid(link.id);
            let row = plan::read(client, ("public link", Some(mode)), || {
                    format!(
                        "select l.slug, l.title, l.description, o.{}, o.timezone, l.questions, l.location,
                                l.redirect_url, l.locale
                         from scheduling.booking_links l
                         join {} o on o.{} = l.{}
                         where l.id = $1",
                        tables.owner_name, tables.owners, tables.owner_key, tables.owner_id,
                    )
                }, Some(1), &[id.into()])?.first();
            Ok((
                row.get(1)?,
                mode.as_str(),
                row.get(2)?,
                row.get(3)?,
                link.duration_minutes,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
                row.get(7)?,
                link.duration_options.clone(),
                link.conferencing.clone(),
                i32::try_from(link.wanted.window_days.unwrap_or_default()).unwrap_or(i32::MAX),
                bookable_until(row.get::<&str>(5)?.unwrap_or_default(), &link)?,
                // What links cannot ask for yet.
                false,
                false,
                MOST_GUESTS,
                row.get(8)?,
                row.get(9)?,
            ))
        })
    };
    TableIterator::once(or_raise(find()))
}

/// The end of the last local day of the owner's on which a slot of the link may start.
fn bookable_until(zone: &str, link: &Link) -> Result<TimestampWithTimeZone> {
    let zone = ServerZone::named(zone)?;
    let today = local_date(&zone, timestamptz::now());
    let days = chrono::Days::new(u64::from(link.wanted.window_days.unwrap_or_default()));
    let last = today.checked_add_days(days).unwrap_or(today);
    timestamptz::to_postgres(Clock::over(&zone, last, last).end_of_day(last))
}

/// The contract's `booking_url`; see sql/booking.sql.
#[pg_extern(sql = false)]
fn booking_url(slug: Option<&str>) -> Option<String> {
    let find = || {
        let slug = required("slug", slug)?;
        Spi::connect(|client| Link::read_shown(client, slug))?;
        let base: Option<String> = plan::read_value(
            ("booking page", None),
            || "select s.app_url || s.booking_path from scheduling.site_settings s",
            &[],
        )?;
        // A slug holds nothing that would have to be escaped.
        Ok(base.map(|base| base + slug))
    };
    or_raise(find())
}
