//! `events.list` (developers.google.com/workspace/calendar/api/v3/reference/events/list) as the
//! extension may use it: occurrences within a window, or what has changed since a sync token, in
//! pages (…/api/guides/sync, …/api/guides/pagination). What must not stand together is refused, and
//! so is a page or a sync token that is asked for with other parameters than those it was given for.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::answer::Answer;
use super::calendar::StoredEvent;
use super::fields::Selection;
use super::foreign;

type Query = BTreeMap<String, String>;

/// How lists are answered, and what was given out with them.
pub struct Lists {
    /// The zone of every calendar.
    pub zone: Tz,
    /// A page holds no more than this, whatever was asked for: pages may be shorter.
    pub page_size: usize,
    pages: BTreeMap<String, Page>,
    tokens: BTreeMap<String, SyncPoint>,
}

/// The rest of a list.
struct Page {
    calendar: String,
    query: Query,
    rest: Vec<Value>,
    sync_token: String,
}

/// What a client knows.
struct SyncPoint {
    calendar: String,
    query: Query,
    change: usize,
}

impl Default for Lists {
    fn default() -> Self {
        Self {
            zone: Tz::UTC,
            page_size: usize::MAX,
            pages: BTreeMap::new(),
            tokens: BTreeMap::new(),
        }
    }
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
        pairs: Vec<(String, String)>,
        events: impl Iterator<Item = &'a StoredEvent>,
        change: usize,
    ) -> Answer {
        let given = pairs.len();
        let mut query: Query = pairs.into_iter().collect();
        if query.len() != given {
            return bad_request("a parameter is given twice");
        }
        let page_token = query.remove("pageToken");
        let page = match (check(&query), page_token) {
            (Err(problem), _) => return bad_request(&problem),
            (Ok(()), Some(token)) => match self.pages.get(&token) {
                Some(page) if page.calendar == calendar && page.query == query => Page {
                    calendar: calendar.to_owned(),
                    query,
                    rest: page.rest.clone(),
                    sync_token: page.sync_token.clone(),
                },
                _ => return bad_request("Invalid page token value."),
            },
            (Ok(()), None) => match self.begin(calendar, query, events, change) {
                Ok(page) => page,
                Err(refusal) => return refusal,
            },
        };
        self.turn(page)
    }

    fn begin<'a>(
        &mut self,
        calendar: &str,
        query: Query,
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
                    return Err(Answer::error(410, "fullSyncRequired", message));
                }
            },
            None => {
                let within = self.window(&query);
                let live = events.filter(|event| !event.is_deleted());
                let resources = live.flat_map(StoredEvent::resources);
                resources.filter(|event| within(event)).collect()
            }
        };
        let sync_token = format!("sync-{}=", self.tokens.len());
        let point = SyncPoint {
            calendar: calendar.to_owned(),
            query: fixed,
            change,
        };
        self.tokens.insert(sync_token.clone(), point);
        Ok(Page {
            calendar: calendar.to_owned(),
            query,
            rest,
            sync_token,
        })
    }

    /// Whether an event meets the window: it ends after `timeMin` and starts before `timeMax`.
    fn window(&self, query: &Query) -> impl Fn(&Value) -> bool {
        let zone = self.zone;
        let bound = |name| query.get(name).and_then(|text| instant(text));
        let (from, until) = (bound("timeMin"), bound("timeMax"));
        move |event| {
            let fields = event.as_object().expect("events are objects");
            let at = |side| foreign::instant(fields, side, zone);
            from.is_none_or(|from| at("end") > from)
                && until.is_none_or(|until| at("start") < until)
        }
    }

    /// One page; what is left goes under a token of its own.
    fn turn(&mut self, mut page: Page) -> Answer {
        let number = |name: &str| page.query.get(name).and_then(|text| text.parse().ok());
        let size = number("maxResults").unwrap_or(250).min(self.page_size);
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
            Selection::of_list(text, &foreign::FIELDS).expect("checked before the first page")
        });
        if page.rest.is_empty() {
            answer["nextSyncToken"] = json!(page.sync_token);
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
fn check(query: &Query) -> Result<(), String> {
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
            "fields" => Selection::of_list(value, &foreign::FIELDS).map(|_| true)?,
            _ => false,
        };
        if !is_fine {
            return Err(format!("Invalid value {value:?} of parameter {name:?}"));
        }
    }
    check_together(query)
}

/// What a window, a sync token and occurrences ask of each other.
fn check_together(query: &Query) -> Result<(), String> {
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

fn bad_request(problem: &str) -> Answer {
    Answer::error(400, "badRequest", problem)
}
