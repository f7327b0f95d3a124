//! `calendarView` (learn.microsoft.com/graph/api/calendar-list-calendarview): the occurrences of a
//! calendar that meet a stretch of time, in pages (…/graph/paging), with the properties that were
//! selected. A next page is where its link says, and nowhere else.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use url::Url;

use super::foreign;
use super::refusal::bad_request;
use crate::answer::Answer;
use crate::query::Parameters;
use crate::value::is_among;

/// "Maximum number of days: 1825".
const LONGEST: TimeDelta = TimeDelta::days(1825);
/// What this product selects of every event, and how many events it asks for at once.
const SELECTED: &str = "id,showAs,isCancelled,isAllDay,start,end,responseStatus,\
                        originalStartTimeZone,transactionId";
const AT_ONCE: usize = 500;

/// How views are answered, and what was given out with them.
#[derive(Default)]
pub struct Views {
    /// A page holds no more than this, whatever was asked for: pages may be shorter.
    pub page_size: Option<usize>,
    /// Whether views may be asked for as the reference has it, and not only as this product does.
    pub takes_any_query: bool,
    /// Every link to a next page.
    links: BTreeSet<String>,
}

/// A request for a view, as far as it is well-formed.
struct Asked {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    selected: Vec<String>,
    most: usize,
    skipped: usize,
}

impl Views {
    /// `url` is the whole one that was asked for; the events are those of the calendar.
    pub fn serve(
        &mut self,
        url: &str,
        query: &Parameters,
        events: impl Iterator<Item = Map<String, Value>>,
    ) -> Answer {
        let said = |name, value| query.get(name).is_some_and(|given| given == value);
        // The pages of a batch share what one page holds.
        let most = query.get("$top").and_then(|most| most.parse().ok());
        let is_usual = said("$select", SELECTED)
            && most.is_some_and(|most: usize| (1..=20).any(|parts| AT_ONCE / parts == most));
        if !self.takes_any_query && !is_usual {
            return bad_request("this product asks for views in one way only");
        }
        let asked = match Asked::read(query) {
            Ok(asked) if asked.skipped == 0 || self.links.contains(url) => asked,
            Ok(_) => return bad_request("a page that no link led to"),
            Err(problem) => return bad_request(&problem),
        };
        let mut seen: Vec<_> = events.filter(|event| asked.meets(event)).collect();
        seen.sort_by_key(|event| foreign::local(event, "start"));
        let size = asked.most.min(self.page_size.unwrap_or(usize::MAX));
        let shown = seen.iter().skip(asked.skipped).take(size);
        let value: Vec<_> = shown.map(|event| asked.select(event)).collect();
        let mut answer = json!({
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#events", "value": value,
        });
        let next = asked.skipped + size.min(seen.len());
        if next < seen.len() {
            let link = next_link(url, next);
            answer["@odata.nextLink"] = json!(link);
            self.links.insert(link);
        }
        Answer::ok(answer)
    }
}

/// The link to what follows the first so many entries.
pub fn next_link(url: &str, skipped: usize) -> String {
    let mut link = Url::parse(url).expect("it was asked for");
    let mut pairs: Vec<_> = link.query_pairs().into_owned().collect();
    pairs.retain(|(name, _)| name != "$skip");
    pairs.push(("$skip".into(), skipped.to_string()));
    link.query_pairs_mut().clear().extend_pairs(pairs);
    link.into()
}

impl Asked {
    fn read(query: &Parameters) -> Result<Self, String> {
        let known = "startDateTime,endDateTime,$select,$top,$skip";
        if let Some(unknown) = query.keys().find(|name| !is_among(known, name)) {
            return Err(format!("the parameter {unknown}"));
        }
        let instant = |name: &str| {
            let text = query.get(name).map_or("", String::as_str);
            let instant = DateTime::parse_from_rfc3339(text);
            instant
                .map(|instant| instant.to_utc())
                .map_err(|_| format!("{name} is no ISO 8601 time with an offset"))
        };
        let number = |name, default| query.get(name).map_or(Ok(default), |text| text.parse());
        let asked = Self {
            from: instant("startDateTime")?,
            until: instant("endDateTime")?,
            selected: query.get("$select").map_or_else(Vec::new, |names| {
                names.split(',').map(str::to_owned).collect()
            }),
            most: number("$top", 10).map_err(|_| "$top")?,
            skipped: number("$skip", 0).map_err(|_| "$skip")?,
        };
        if asked.from >= asked.until || asked.until - asked.from > LONGEST {
            return Err("the requested time duration".into());
        }
        if !(1..=1000).contains(&asked.most) {
            return Err("$top".into());
        }
        let is_property = |name: &String| is_among(foreign::PROPERTIES, name);
        match asked.selected.iter().find(|name| !is_property(name)) {
            Some(unknown) => Err(format!("Could not find a property named '{unknown}'")),
            None => Ok(asked),
        }
    }

    /// What cannot be placed is nowhere else either.
    fn meets(&self, event: &Map<String, Value>) -> bool {
        let at = |side| foreign::local(event, side).map(|local| local.and_utc());
        at("start").is_none_or(|start| start < self.until)
            && at("end").is_none_or(|end| end > self.from)
    }

    /// The selected properties, and the annotations that always come.
    fn select(&self, event: &Map<String, Value>) -> Value {
        let mut shown = event.clone();
        shown.retain(|name, _| self.selected.is_empty() || self.selected.contains(name));
        shown.insert("@odata.etag".into(), json!("W/\"stand-in\""));
        Value::Object(shown)
    }
}
