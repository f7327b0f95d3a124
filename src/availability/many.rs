//! Slots of many owners in one call, as sales teams ask: "who is free first?"
//!
//! Rights and what is known of outside calendars are looked up for all owners at once. Then each is
//! answered as `available_slots` answers, one after the other while the rows are handed over, so that
//! memory holds the schedule of one owner, however many there are.

use std::collections::HashSet;
use std::iter;

use pgrx::datum::{IntoDatum, TimestampWithTimeZone};
use pgrx::prelude::*;

use super::outside::Audience;
use super::outside::many::{KnownOwner, known_among};
use super::schedule::{Schedule, Scope, Wanted};
use crate::access::{self, parse_owner};
use crate::error::{Error, Result, or_raise, required};
use crate::instant::Instant;
use crate::owner::Owner;
use crate::rows::Rows;
use crate::timestamptz;

/// One call answers for no more owners: some seconds of work, and a megabyte of keys.
const MAX_OWNERS: usize = 10_000;

/// The contract's `available_slots_for`; see sql/availability.sql.
#[pg_extern(sql = false)]
#[allow(clippy::too_many_arguments)] // The contract's.
fn available_slots_for(
    owners: Option<Vec<Option<String>>>,
    from_time: Option<TimestampWithTimeZone>,
    until_time: Option<TimestampWithTimeZone>,
    duration_minutes: Option<i32>,
    interval_minutes: Option<i32>,
    buffer_before_minutes: Option<i32>,
    buffer_after_minutes: Option<i32>,
    minimum_notice_minutes: Option<i32>,
    slots_per_owner: Option<i32>,
    skip_unknown: Option<bool>,
) -> Rows<3> {
    let slots = || {
        let owners = parse_owners(&required("owners", owners)?)?;
        access::require_manager_of_all(&owners)?;
        let search = Search {
            wanted: super::wanted(
                duration_minutes,
                interval_minutes,
                buffer_before_minutes,
                buffer_after_minutes,
                minimum_notice_minutes,
            )?,
            range: super::range(from_time, until_time)?,
            most: super::most("slots_per_owner", slots_per_owner)?,
            skip_unknown: skip_unknown.unwrap_or(false),
        };
        let until = search.wanted.outside_until(search.range.1);
        let known = known_among(owners, until, search.skip_unknown)?;
        Ok(Rows::new(known.into_iter().flat_map(
            move |known| -> Box<dyn Iterator<Item = Result<_>>> {
                match search.rows_of(known) {
                    Ok(rows) => Box::new(rows),
                    Err(error) => Box::new(iter::once(Err(error))),
                }
            },
        )))
    };
    or_raise(slots())
}

/// What is asked of every owner.
#[derive(Clone, Copy)]
struct Search {
    wanted: Wanted,
    range: (Instant, Instant),
    /// Slots of one owner.
    most: usize,
    skip_unknown: bool,
}

impl Search {
    /// The rows of one owner. Their key lives as long as the function call.
    fn rows_of(
        &self,
        known: KnownOwner,
    ) -> Result<impl Iterator<Item = Result<[pg_sys::Datum; 3]>> + use<>> {
        let (owner, wanted) = (known.owner, self.wanted);
        let schedule = Spi::connect(|client| {
            let scope = Scope::default();
            Schedule::read(client, owner, wanted, self.range, &scope, known.sees)
        })?;
        // It may have been forgotten since: the owner selects another calendar just now.
        let slots = match schedule.require_known(owner, wanted, self.range.1, Audience::Managers) {
            Err(_) if self.skip_unknown => Vec::new(),
            known => known.map(|()| schedule.first_slots(self.most, wanted, self.range))?,
        };
        let key = owner.to_string().into_datum();
        let key = key.ok_or_else(|| Error::Internal("an owner key is never null".into()))?;
        Ok(slots.into_iter().map(move |slot| {
            Ok([
                key,
                timestamptz::to_datum(slot.start)?,
                timestamptz::to_datum(slot.end)?,
            ])
        }))
    }
}

/// The owners, in their order, each once.
fn parse_owners(keys: &[Option<String>]) -> Result<Vec<Owner>> {
    if keys.len() > MAX_OWNERS {
        return Err(Error::invalid(
            "owners",
            "too many owners",
            format!(
                "One call answers for at most {MAX_OWNERS} owners, not {}.",
                keys.len()
            ),
            "Ask in several calls.",
        ));
    }
    let mut seen = HashSet::new();
    let mut owners = Vec::with_capacity(keys.len());
    for key in keys {
        let Some(key) = key else {
            return Err(Error::invalid(
                "owners",
                "owners must not contain null",
                "An element of the argument \"owners\" is null.",
                "Pass owner keys only.",
            ));
        };
        let owner = parse_owner(key)?;
        if seen.insert(owner) {
            owners.push(owner);
        }
    }
    Ok(owners)
}
