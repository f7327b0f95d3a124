//! Partial responses: what `fields` selects of an answer
//! (developers.google.com/workspace/calendar/api/guides/performance#partial). A name that the answer
//! cannot hold is refused, as Google does.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::value::is_among;

/// Names, each with what is selected of it; nothing named inside means all of it.
#[derive(Debug, Default)]
pub struct Selection(BTreeMap<String, Selection>);

const LIST: &str = "kind,etag,summary,description,updated,timeZone,accessRole,defaultReminders,\
    nextPageToken,nextSyncToken,items";

impl Selection {
    /// Reads `a,b(c,d)`.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut rest = text;
        let selection = Self::begin(&mut rest)?;
        match rest {
            "" => Ok(selection),
            rest => Err(format!("Invalid field selection {rest}")),
        }
    }

    /// The same for an answer of `events.list`, whose items have these fields.
    pub fn of_list(text: &str, event: &str) -> Result<Self, String> {
        let selection = Self::read(text)?;
        selection.check(LIST)?;
        if let Some(items) = selection.0.get("items") {
            items.check(event)?;
            for (name, members) in &items.0 {
                match name.as_str() {
                    "start" | "end" => members.check("date,dateTime,timeZone")?,
                    "attendees" => members.check("email,self,organizer,responseStatus")?,
                    _ => members.check("")?,
                }
            }
        }
        Ok(selection)
    }

    fn check(&self, known: &str) -> Result<(), String> {
        match self.0.keys().find(|name| !is_among(known, name)) {
            Some(unknown) => Err(format!("Invalid field selection {unknown}")),
            None => Ok(()),
        }
    }

    fn begin(rest: &mut &str) -> Result<Self, String> {
        let mut selection = Self::default();
        loop {
            let end = rest.find(['(', ')', ',']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if name.is_empty() {
                return Err(format!("Invalid field selection {rest}"));
            }
            *rest = after;
            let mut members = Self::default();
            if let Some(inside) = rest.strip_prefix('(') {
                *rest = inside;
                members = Self::begin(rest)?;
                let closed = rest.strip_prefix(')');
                *rest = closed.ok_or("Invalid field selection: a bracket is missing")?;
            }
            selection.0.insert(name.to_owned(), members);
            match rest.strip_prefix(',') {
                Some(next) => *rest = next,
                None => return Ok(selection),
            }
        }
    }

    /// What is selected of a value.
    pub fn apply(&self, value: &Value) -> Value {
        match value {
            _ if self.0.is_empty() => value.clone(),
            Value::Array(items) => items.iter().map(|item| self.apply(item)).collect(),
            Value::Object(fields) => {
                let selected = fields.iter().filter_map(|(name, value)| {
                    let members = self.0.get(name)?;
                    Some((name.clone(), members.apply(value)))
                });
                Value::Object(selected.collect::<Map<_, _>>())
            }
            value => value.clone(),
        }
    }
}
