//! `calendarView` (learn.microsoft.com/graph/api/calendar-list-calendarview): the occurrences of a
//! calendar that meet a stretch of time, in pages (…/graph/paging), with the properties that were
//! selected. A next page is where its link says, and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::calendar::StoredEvent;
use super::foreign;
use super::request::bad_request;

/// "Maximum number of days: 1825".
const LONGEST: TimeDelta = TimeDelta::days(1825);

/// How views are answered, and what was given out with them.
pub struct Views {
    /// A page holds no more than this, whatever was asked for: pages may be shorter.
    pub page_size: usize,
    /// Every link to a next page.
    links: BTreeSet<String>,
}

impl Default for Views {
    fn default() -> Self {
        Self {
            page_size: usize::MAX,
            links: BTreeSet::new(),
        }
    }
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
    pub fn serve<'a>(
        &mut self,
        url: &str,
        query: &BTreeMap<String, String>,
        events: impl Iterator<Item = &'a StoredEvent>,
    ) -> Answer {
        let asked = match Asked::read(query) {
            Ok(asked) if asked.skipped == 0 || self.links.contains(url) => asked,
            Ok(_) => return bad_request("a page that no link led to"),
            Err(problem) => return bad_request(&problem),
        };
        let mut seen: Vec<_> = events
            .flat_map(StoredEvent::occurrences)
            .filter(|event| asked.meets(event))
            .collect();
        seen.sort_by_key(|event| foreign::local(&event["start"]));
        let size = asked.most.min(self.page_size);
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
        Answer::new(200, answer)
    }
}

/// The link to what follows the first so many events.
fn next_link(url: &str, skipped: usize) -> String {
    let mut link = reqwest::Url::parse(url).expect("it was asked for");
    let pairs: Vec<_> = link.query_pairs().into_owned().collect();
    let kept = pairs.into_iter().filter(|(name, _)| name != "$skip");
    link.query_pairs_mut()
        .clear()
        .extend_pairs(kept.collect::<Vec<_>>())
        .append_pair("$skip", &skipped.to_string());
    link.into()
}

impl Asked {
    fn read(query: &BTreeMap<String, String>) -> Result<Self, String> {
        let known = ["startDateTime", "endDateTime", "$select", "$top", "$skip"];
        if let Some(unknown) = query.keys().find(|name| !known.contains(&name.as_str())) {
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
        let is_property = |name: &String| foreign::PROPERTIES.contains(&name.as_str());
        match asked.selected.iter().find(|name| !is_property(name)) {
            Some(unknown) => Err(format!("Could not find a property named '{unknown}'")),
            None => Ok(asked),
        }
    }

    fn meets(&self, event: &Map<String, Value>) -> bool {
        let at = |side: &str| foreign::local(&event[side]).and_utc();
        at("start") < self.until && at("end") > self.from
    }

    /// The selected properties, and the annotations that always come.
    fn select(&self, event: &Map<String, Value>) -> Value {
        let mut shown = event.clone();
        shown.retain(|name, _| self.selected.is_empty() || self.selected.contains(name));
        shown.insert("@odata.etag".into(), json!("W/\"stand-in\""));
        Value::Object(shown)
    }
}
