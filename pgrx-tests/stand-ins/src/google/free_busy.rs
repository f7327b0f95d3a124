//! `freeBusy.query` (developers.google.com/workspace/calendar/api/v3/reference/freebusy/query) as this
//! product may use it: the busy times of up to fifty calendars within ninety days, without the events behind
//! them. Of a calendar that cannot be told of, the answer says why.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::event::StoredEvent;
use super::foreign;
use super::refusal::{bad_request, of};
use crate::answer::Answer;
use crate::value::members;

/// What is longer is refused (github.com/calcom/cal.diy/pull/11962).
const LONGEST: TimeDelta = TimeDelta::days(90);
const MOST_CALENDARS: usize = 50;

/// How questions for busy times are answered.
#[derive(Default)]
pub struct FreeBusy {
    /// Whether the owner has not granted the scope that this takes.
    pub lacks_scope: bool,
    /// What goes wrong with a calendar, in Google's words for it.
    pub errors: BTreeMap<String, String>,
    /// Calendars that the answer does not mention.
    pub left_out: BTreeSet<String>,
}

impl FreeBusy {
    /// `knows` tells which calendars there are; the events are those of all of them.
    pub fn serve<'a>(
        &self,
        body: &Value,
        zone: Tz,
        knows: impl Fn(&str) -> bool,
        events: impl Iterator<Item = &'a StoredEvent> + Clone,
    ) -> Answer {
        if self.lacks_scope {
            let message = "Request had insufficient authentication scopes.";
            return of(403, "insufficientPermissions", message);
        }
        let question = match Question::read(body) {
            Ok(question) => question,
            Err(problem) => return bad_request(&problem),
        };
        if question.until - question.from > LONGEST + TimeDelta::seconds(1) {
            return of(
                400,
                "timeRangeTooLong",
                "The requested time range is too long.",
            );
        }
        let mut calendars = Map::new();
        for id in &question.calendars {
            let error = match self.errors.get(id) {
                Some(reason) => Some(reason.as_str()),
                None if !knows(id) => Some("notFound"),
                None => None,
            };
            let told = match error {
                Some(reason) => {
                    json!({"errors": [{"domain": "global", "reason": reason}], "busy": []})
                }
                None => {
                    let events = events.clone().filter(|event| event.calendar == *id);
                    let times = question.busy(events, zone).into_iter();
                    let times = times.map(|(start, end)| {
                        json!({"start": start.to_rfc3339(), "end": end.to_rfc3339()})
                    });
                    json!({"busy": times.collect::<Vec<_>>()})
                }
            };
            if !self.left_out.contains(id) {
                calendars.insert(id.clone(), told);
            }
        }
        Answer::ok(json!({
            "kind": "calendar#freeBusy", "timeMin": question.from.to_rfc3339(),
            "timeMax": question.until.to_rfc3339(), "calendars": calendars,
        }))
    }
}

struct Question {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    calendars: BTreeSet<String>,
}

impl Question {
    fn read(body: &Value) -> Result<Self, String> {
        members(
            body,
            &["timeMin", "timeMax", "calendarExpansionMax", "items"],
        )?;
        let instant = |name: &str| {
            let text = body[name].as_str().unwrap_or_default();
            text.parse::<DateTime<Utc>>()
                .map_err(|_| format!("{name} is no time"))
        };
        let (from, until) = (instant("timeMin")?, instant("timeMax")?);
        if from >= until {
            return Err("The specified time range is empty.".into());
        }
        if body["calendarExpansionMax"] != json!(MOST_CALENDARS) {
            return Err("this product asks for as many as there may be".into());
        }
        let items = body["items"].as_array().ok_or("items is no list")?;
        let mut calendars = BTreeSet::new();
        for item in items {
            members(item, &["id"])?;
            let id = item["id"].as_str().ok_or("an id is no text")?;
            if !calendars.insert(id.to_owned()) {
                return Err(format!("{id} is asked for twice"));
            }
        }
        if !(1..=MOST_CALENDARS).contains(&calendars.len()) {
            return Err("too many calendars, or none".into());
        }
        Ok(Self {
            from,
            until,
            calendars,
        })
    }

    /// The busy times of these events, those that meet made into one.
    fn busy<'a>(
        &self,
        events: impl Iterator<Item = &'a StoredEvent>,
        zone: Tz,
    ) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let shown = events.flat_map(StoredEvent::resources);
        let busy = shown.filter(|event| !is_free(event));
        let mut times: Vec<_> = busy
            .filter_map(|event| {
                let fields = event.as_object()?;
                let at = |side| foreign::instant(fields, side, zone);
                Some((at("start")?.max(self.from), at("end")?.min(self.until)))
            })
            .filter(|(start, end)| start < end)
            .collect();
        times.sort();
        let mut merged: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::new();
        for (start, end) in times {
            match merged.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        merged
    }
}

fn is_free(event: &Value) -> bool {
    let mut attendees = event["attendees"].as_array().into_iter().flatten();
    event["status"] == "cancelled"
        || event["transparency"] == "transparent"
        || event["eventType"] == "workingLocation"
        || event["eventType"] == "birthday"
        || attendees.any(|a| a["self"] == true && a["responseStatus"] == "declined")
}
