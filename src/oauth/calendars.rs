//! The calendars of a connected account, seen from SQL: which there are, which one new events go to, and
//! which count as busy.

use std::collections::BTreeSet;

use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use serde::Deserialize;

use super::connect::{about, managed, read_answer};
use crate::calendar::open_calendar::is_id;
use crate::error::{Error, Missing, Result, or_raise, required};
use crate::ipc::ask::ask;
use crate::ipc::question::Errand;
use crate::length::{self, within};
use crate::owner::Owner;
use crate::provider::Provider;
use crate::{access, plan};

/// As many as Google tells the busy times of at once; the tables' checks say the same.
const MOST_BUSY_CALENDARS: usize = 50;

/// The contract's `provider_calendars`; see sql/oauth.sql.
#[pg_extern(sql = false)]
#[allow(clippy::type_complexity)] // The row of the contract.
fn provider_calendars(
    owner: Option<&str>,
    provider: Option<&str>,
) -> TableIterator<
    'static,
    (
        name!(calendar_id, String),
        name!(name, Option<String>),
        name!(is_primary, bool),
        name!(can_write, bool),
        name!(is_selected, bool),
        name!(is_busy, bool),
    ),
> {
    let list = || {
        let (owner, provider) = managed(owner, provider)?;
        access::require_owner(owner)?;
        let mut calendars: Vec<Calendar> =
            read_answer(ask(&about(owner, provider, Errand::Calendars))?)?;
        let chosen = Chosen::of(owner, provider)?;
        calendars.extend(chosen.not_among(&calendars));
        Ok(calendars.into_iter().map(move |calendar| {
            let is_selected = chosen.is_selected(&calendar);
            let is_busy = chosen.is_busy(&calendar);
            (
                calendar.calendar_id,
                calendar.name,
                calendar.is_primary,
                calendar.can_write,
                is_selected,
                is_busy,
            )
        }))
    };
    TableIterator::new(or_raise(list()))
}

/// A calendar as `finish` of the worker answers to [`Errand::Calendars`].
#[derive(Clone, Deserialize)]
struct Calendar {
    calendar_id: String,
    /// None: it is not there any more.
    name: Option<String>,
    is_primary: bool,
    can_write: bool,
}

impl Calendar {
    /// Whether it is meant by this id, which need not be its own: the main one has another name, too.
    fn is(&self, id: &str) -> bool {
        self.calendar_id == id || self.is_primary && id == "primary"
    }

    fn gone(calendar_id: String) -> Self {
        Self {
            calendar_id,
            name: None,
            is_primary: false,
            can_write: false,
        }
    }
}

/// What an owner has chosen of an account's calendars.
#[derive(Default, Deserialize)]
struct Chosen {
    /// None: the main one.
    calendar_id: Option<String>,
    /// None: the one above.
    busy_calendar_ids: Option<Vec<String>>,
}

impl Chosen {
    fn of(owner: Owner, provider: Provider) -> Result<Self> {
        let mode = owner.mode();
        let chosen = plan::read_json(
            ("chosen calendars", Some(mode)),
            &format!("the connection of {owner}"),
            || {
                let t = mode.tables();
                format!(
                    "select jsonb_build_object('calendar_id', c.calendar_id,
                                               'busy_calendar_ids', c.busy_calendar_ids)::text
                     from {} c
                     where c.{} = $1 and c.provider = $2 and c.is_active",
                    t.connections, t.owner_id
                )
            },
            &[plan::uuid(owner.id()).into(), provider.as_str().into()],
        )?;
        // Where it was disconnected meanwhile, nothing is chosen.
        Ok(chosen.unwrap_or_default())
    }

    fn is_selected(&self, calendar: &Calendar) -> bool {
        match &self.calendar_id {
            Some(id) => calendar.is(id),
            None => calendar.is_primary,
        }
    }

    fn is_busy(&self, calendar: &Calendar) -> bool {
        match &self.busy_calendar_ids {
            Some(ids) => ids.iter().any(|id| calendar.is(id)),
            None => self.is_selected(calendar),
        }
    }

    /// Those that the account does not list.
    fn not_among(&self, listed: &[Calendar]) -> Vec<Calendar> {
        let chosen: BTreeSet<&String> = self
            .calendar_id
            .iter()
            .chain(self.busy_calendar_ids.iter().flatten())
            .collect();
        let unlisted = chosen
            .into_iter()
            .filter(|id| !listed.iter().any(|calendar| calendar.is(id)));
        unlisted.cloned().map(Calendar::gone).collect()
    }
}

/// The contract's `select_calendar`; see sql/oauth.sql.
#[pg_extern(sql = false)]
fn select_calendar(
    owner: Option<&str>,
    provider: Option<&str>,
    calendar_id: Option<&str>,
    busy_calendar_ids: Option<Vec<Option<String>>>,
) {
    let select = || {
        let (owner, provider) = managed(owner, provider)?;
        let calendar_id = usable("calendar_id", required("calendar_id", calendar_id)?)?;
        let busy = busy_calendar_ids.map(busy_calendars).transpose()?;
        let mode = owner.mode();
        let selected = plan::change(
            ("select calendar", Some(mode)),
            || {
                let t = mode.tables();
                format!(
                    "update {} c set calendar_id = $3, busy_calendar_ids = $4
                     where c.{} = $1 and c.provider = $2 and c.is_active",
                    t.connections, t.owner_id
                )
            },
            &[
                plan::uuid(owner.id()).into(),
                provider.as_str().into(),
                calendar_id.into(),
                busy.into(),
            ],
        )?;
        if selected == 0 {
            return Err(Error::NotFound {
                what: Missing::Connection,
                detail: format!("Owner {owner} has no connected {provider} calendar."),
                hint: "Connect the calendar with oauth_authorize_url().".into(),
            });
        }
        Ok(())
    };
    or_raise(select());
}

/// The calendars that are to count as busy, each once, in the order in which they were named.
fn busy_calendars(named: Vec<Option<String>>) -> Result<Vec<String>> {
    let mut calendars = Vec::new();
    for (n, id) in (1..).zip(named) {
        let field = format!("busy_calendar_ids[{n}]");
        let id = usable(&field, required(&field, id.as_deref())?)?;
        if !calendars.iter().any(|calendar| calendar == id) {
            if calendars.len() == MOST_BUSY_CALENDARS {
                return Err(Error::invalid(
                    "busy_calendar_ids",
                    "too many calendars",
                    format!("At most {MOST_BUSY_CALENDARS} calendars can count as busy."),
                    "Pass fewer ids.",
                ));
            }
            calendars.push(id.to_owned());
        }
    }
    if calendars.is_empty() {
        return Err(Error::invalid(
            "busy_calendar_ids",
            "no calendar would count as busy",
            "An owner none of whose calendars counts would always look free.",
            "Pass null for the selected one.",
        ));
    }
    Ok(calendars)
}

/// An id that can be one of a provider's.
fn usable<'a>(field: &str, id: &'a str) -> Result<&'a str> {
    let id = within(field, id, length::IDENTIFIER)?;
    if is_id(id) {
        return Ok(id);
    }
    Err(Error::invalid(
        field,
        "a calendar cannot have this id",
        "It is empty, \".\" or \"..\", or has control characters in it.",
        "Pass an id that provider_calendars() lists.",
    ))
}
