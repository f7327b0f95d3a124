//! `events.list` (developers.google.com/workspace/calendar/api/v3/reference/events/list) as this
//! product may use it: occurrences within a window, or what has changed since a sync token, in
//! pages (…/api/guides/sync, …/api/guides/pagination). What must not stand together is refused, and
//! so is a page or a sync token that is asked for with other parameters than those it was given for.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::event::StoredEvent;
use super::fields::Selection;
use super::foreign;
use super::refusal::{bad_request, of};
use crate::answer::Answer;
use crate::query::Parameters;

/// What this product says of every list.
const ASKED: [(&str, &str); 4] = [
    ("singleEvents", "true"),
    ("maxResults", "700"),
    ("maxAttendees", "1"),
    (
        "fields",
        "kind,timeZone,nextPageToken,nextSyncToken,items(id,status,transparency,eventType,\
         start(date,dateTime),end(date,dateTime),attendees(self,responseStatus))",
    ),
];

/// How lists are answered, and what was given out with them.
#[derive(Default)]
pub struct Lists {
    /// The zone of every calendar, at first UTC.
    pub zone: Tz,
    /// A page holds no more than this, whatever was asked for: pages may be shorter.
    pub page_size: Option<usize>,
    /// Whether lists may be asked for as the reference has it, and not only as this product does.
    pub takes_any_query: bool,
    /// Whether no list has a sync token in the end.
    pub withholds_sync_tokens: bool,
    /// Whether the first page of every list holds nothing, which it may.
    pub starts_empty: bool,
    pages: BTreeMap<String, Page>,
    tokens: BTreeMap<String, SyncPoint>,
    /// How many sync tokens there ever were.
    given: usize,
}

/// The rest of a list.
#[derive(Clone)]
struct Page {
    is_first: bool,
    calendar: String,
    query: Parameters,
    rest: Vec<Value>,
    sync_token: String,
}

/// What a client knows.
#[derive(PartialEq)]
struct SyncPoint {
    calendar: String,
    query: Parameters,
    change: usize,
}

impl Lists {
    /// No sync token given out so far is good any more.
    pub fn expire_tokens(&mut self) {
        self.tokens.clear();
    }

    /// The events are those of all calendars, and `change` is the number of the last change.
    pub fn serve<'a>(
        &mut self,
        calendar: &str,
        mut query: Parameters,
        events: impl Iterator<Item = &'a StoredEvent>,
        change: usize,
    ) -> Answer {
        let page_token = query.remove("pageToken");
        let said = |(name, value): &(&str, &str)| query.get(*name).is_some_and(|v| v == value);
        if let Err(problem) = check(&query) {
            return bad_request(&problem);
        }
        let is_bounded = [&["syncToken"][..], &["timeMin", "timeMax"]]
            .iter()
            .any(|names| names.iter().all(|name| query.contains_key(*name)));
        let is_usual = is_bounded && ASKED.iter().all(said);
        if !self.takes_any_query && !is_usual {
            return bad_request("this product asks for lists in one way only");
        }
        let page = match page_token {
            Some(token) => match self.pages.get(&token) {
                Some(page) if page.calendar == calendar && page.query == query => page.clone(),
                _ => return bad_request("Invalid page token value."),
            },
            None => match self.begin(calendar, query, events, change) {
                Ok(page) => page,
                Err(refusal) => return refusal,
            },
        };
        self.turn(page)
    }

    fn begin<'a>(
        &mut self,
        calendar: &str,
        query: Parameters,
        events: impl Iterator<Item = &'a StoredEvent>,
        change: usize,
    ) -> Result<Page, Answer> {
        let events = events.filter(|event| event.calendar == calendar);
        let mut fixed = query.clone();
        fixed.retain(|name, _| !["timeMin", "timeMax", "syncToken"].contains(&name.as_str()));
        let rest = match query.get("syncToken") {
            Some(token) => match self.tokens.get(token) {
                Some(known) if known.calendar == calendar && known.query == fixed => events
                    .filter(|event| event.changed > known.change)
                    .flat_map(StoredEvent::resources)
                    .collect(),
                Some(_) => return Err(bad_request("Invalid sync token value.")),
                None => {
                    let message = "Sync token is no longer valid, a full sync is required.";
                    return Err(of(410, "fullSyncRequired", message));
                }
            },
            None => {
                let within = self.window(&query);
                let live = events.filter(|event| !event.is_deleted());
                let resources = live.flat_map(StoredEvent::resources);
                resources.filter(|event| within(event)).collect()
            }
        };
        let point = SyncPoint {
            calendar: calendar.to_owned(),
            query: fixed,
            change,
        };
        // Who knows the same is given the same token.
        let known = self.tokens.iter().find(|(_, known)| **known == point);
        let sync_token = known.map(|(token, _)| token.clone()).unwrap_or_else(|| {
            self.given += 1;
            format!("sync-{}=", self.given)
        });
        self.tokens.insert(sync_token.clone(), point);
        Ok(Page {
            is_first: true,
            calendar: calendar.to_owned(),
            query,
            rest,
            sync_token,
        })
    }

    /// Whether an event meets the window: it ends after `timeMin` and starts before `timeMax`.
    fn window(&self, query: &Parameters) -> impl Fn(&Value) -> bool {
        let zone = self.zone;
        let bound = |name| query.get(name).and_then(|text| instant(text));
        let (from, until) = (bound("timeMin"), bound("timeMax"));
        move |event| {
            let fields = event.as_object().expect("events are objects");
            // What cannot be placed is nowhere else either.
            let at = |side| foreign::instant(fields, side, zone);
            let (start, end) = (at("start"), at("end"));
            from.is_none_or(|from| end.is_none_or(|end| end > from))
                && until.is_none_or(|until| start.is_none_or(|start| start < until))
        }
    }

    /// One page; what is left goes under a token of its own.
    fn turn(&mut self, mut page: Page) -> Answer {
        let number = |name: &str| page.query.get(name).and_then(|text| text.parse().ok());
        let is_left_empty = page.is_first && self.starts_empty;
        let most = self.page_size.unwrap_or(usize::MAX);
        let size = match number("maxResults") {
            _ if is_left_empty => 0,
            asked => asked.unwrap_or(250).min(most),
        };
        page.is_first = false;
        let most = number("maxAttendees").unwrap_or(usize::MAX);
        let left = page.rest.split_off(size.min(page.rest.len()));
        let mut items = std::mem::replace(&mut page.rest, left);
        items.iter_mut().for_each(|event| shorten(event, most));
        let mut answer = json!({
            "kind": "calendar#events", "etag": "\"list\"", "summary": page.calendar,
            "updated": "2026-11-22T14:00:00.000Z", "timeZone": self.zone.name(),
            "accessRole": "owner", "defaultReminders": [], "items": items,
        });
        let selection = page.query.get("fields").map(|text| {
            Selection::of_list(text, foreign::FIELDS).expect("checked before the first page")
        });
        if page.rest.is_empty() && !is_left_empty {
            if !self.withholds_sync_tokens {
                answer["nextSyncToken"] = json!(page.sync_token);
            }
        } else {
            let token = format!("page-{}=", self.pages.len());
            answer["nextPageToken"] = json!(token);
            self.pages.insert(token, page);
        }
        Answer::ok(selection.map_or(answer.clone(), |selection| selection.apply(&answer)))
    }
}

/// "If there are more than the specified number of attendees, only the participant is returned."
fn shorten(event: &mut Value, most: usize) {
    if let Some(Value::Array(attendees)) = event.get_mut("attendees")
        && attendees.len() > most
    {
        attendees.retain(|attendee| attendee["self"] == true);
    }
}

/// The parameters that may be given, each with its type, and which exclude each other.
fn check(query: &Parameters) -> Result<(), String> {
    for (name, value) in query {
        let is_fine = match name.as_str() {
            // Series as such are of no use here.
            "singleEvents" => value == "true",
            "maxResults" => value
                .parse()
                .is_ok_and(|most: u32| (1..=2500).contains(&most)),
            "maxAttendees" => value.parse().is_ok_and(|most: u32| most >= 1),
            "timeMin" | "timeMax" => instant(value).is_some(),
            "syncToken" => !value.is_empty(),
            "fields" => Selection::of_list(value, foreign::FIELDS).map(|_| true)?,
            _ => false,
        };
        if !is_fine {
            return Err(format!("Invalid value {value:?} of parameter {name:?}"));
        }
    }
    check_together(query)
}

/// What a window, a sync token and occurrences ask of each other.
fn check_together(query: &Parameters) -> Result<(), String> {
    if !query.contains_key("singleEvents") {
        return Err("series instead of their occurrences".into());
    }
    let bound = |name| query.get(name).and_then(|text| instant(text));
    match (bound("timeMin"), bound("timeMax"), query.get("syncToken")) {
        (None, None, _) | (_, _, None) => {}
        _ => return Err("Sync token cannot be used with other query restrictions.".into()),
    }
    match (bound("timeMin"), bound("timeMax")) {
        (Some(from), Some(until)) if from >= until => {
            Err("The specified time range is empty.".into())
        }
        _ => Ok(()),
    }
}

/// RFC 3339 with a mandatory offset.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|instant| instant.to_utc())
}
