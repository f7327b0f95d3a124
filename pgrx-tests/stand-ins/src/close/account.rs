//! An account: its leads and notes, and what becomes of each request.

use std::time::Duration;

use axum::http::{Method, header};
use chrono::DateTime;
use serde_json::{Value, json};

use super::lead::{Lead, Leads};
use super::limit::Limit;
use super::note::Note;
use super::{body, refusal, search};
use crate::answer::Answer;
use crate::query::{Parameters, parameters, segments};
use crate::request::Asked;

#[derive(Default)]
pub struct Account {
    pub leads: Leads,
    pub notes: Vec<Note>,
    /// So far behind is the search.
    pub lag: Duration,
    pub limit: Option<Limit>,
    pub shows_all: bool,
}

/// Headers that a client has reason to send.
const HEADERS: [header::HeaderName; 7] = [
    header::HOST,
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::ACCEPT,
    header::USER_AGENT,
    header::ACCEPT_ENCODING,
];

pub fn serve(account: &mut Account, asked: &Asked) -> Answer {
    let counted = account.limit.as_mut().map(Limit::count);
    let (header, is_taken) =
        counted.map_or((None, true), |(header, is_taken)| (Some(header), is_taken));
    let mut answer = match is_taken {
        true => account.answer(asked).unwrap_or_else(|refusal| refusal),
        false => refusal::of_status(429),
    };
    answer
        .headers
        .extend(header.map(|header| ("ratelimit", header)));
    answer
}

impl Account {
    fn answer(&mut self, asked: &Asked) -> Result<Answer, Answer> {
        if let Some(name) = asked.headers.keys().find(|name| !HEADERS.contains(name)) {
            return Err(refusal::bad_request(&format!("the header {name}")));
        }
        let query = parameters(asked.uri.query().unwrap_or_default().as_bytes());
        let query = query.map_err(|problem| refusal::bad_request(&problem))?;
        let path = segments(asked.uri.path());
        let path: Vec<_> = path.iter().map(String::as_str).collect();
        // Every path ends in a slash.
        let ["api", "v1", path @ .., ""] = path.as_slice() else {
            return Err(refusal::of_status(404));
        };
        match (&asked.method, path) {
            (&Method::GET, ["lead", id]) => self.lead(id, &query),
            (&Method::GET, ["activity", "note"]) if query.is_empty() => self.all_notes(),
            (&Method::GET, ["activity", "note"]) => self.list_notes(&query),
            (&Method::GET, ["lead"]) => self.all_leads(),
            (&Method::GET, _) => Err(refusal::of_status(404)),
            (method, path) => {
                let body = json_body(asked, &query)?;
                match (method, path) {
                    (&Method::POST, ["data", "search"]) => self.search(&body),
                    (&Method::POST, ["lead"]) => self.make(&body),
                    (&Method::POST, ["lead", "merge"]) => self.merge_leads(&body),
                    (&Method::POST, ["activity", "note"]) => self.note(&body),
                    (&Method::PUT, ["activity", "note", id]) => self.change_note(id, &body),
                    _ => Err(refusal::of_status(404)),
                }
            }
        }
    }

    fn lead(&self, id: &str, query: &Parameters) -> Result<Answer, Answer> {
        if query.len() != 1 || query.get("_fields").map(String::as_str) != Some("id") {
            return Err(refusal::bad_request("expected _fields=id"));
        }
        let lead = self.leads.find(id).ok_or_else(|| refusal::of_status(404))?;
        Ok(Answer::ok(json!({"id": lead.id})))
    }

    fn all_leads(&self) -> Result<Answer, Answer> {
        let leads: Vec<_> = self.leads.live().map(Lead::shown).collect();
        self.shown(leads)
    }

    fn all_notes(&self) -> Result<Answer, Answer> {
        self.shown(self.notes.iter().map(Note::shown).collect())
    }

    fn shown(&self, entries: Vec<Value>) -> Result<Answer, Answer> {
        match self.shows_all {
            true => Ok(Answer::ok(json!({"data": entries, "has_more": false}))),
            false => Err(refusal::bad_request("nothing was named")),
        }
    }

    fn search(&self, body: &Value) -> Result<Answer, Answer> {
        let (address, limit) = search::check(body).map_err(|why| refusal::bad_request(&why))?;
        let has = |lead: &&Lead| {
            let mut addresses = lead.addresses().into_iter();
            addresses.any(|known| search::is_phrase(&known, &address))
        };
        let found = self.leads.searched(self.lag).filter(has).take(limit);
        let shown = |lead: &Lead| {
            json!({
                "__object_type": "lead", "id": lead.id, "contacts": lead.contacts,
                "date_created": lead.date_created.to_rfc3339(), "description": lead.description,
            })
        };
        let found: Vec<_> = found.map(shown).collect();
        Ok(Answer::ok(json!({"data": found, "cursor": null})))
    }

    fn make(&mut self, body: &Value) -> Result<Answer, Answer> {
        let (name, description, contacts) = body::lead(body)?;
        Ok(Answer::ok(
            self.leads.add(name, description, contacts).shown(),
        ))
    }

    pub fn enter(&mut self, name: &str, address: &str) -> String {
        let email = json!({"type": "office", "email": address});
        let contact = json!({"name": name, "emails": [email]});
        self.leads.add(name, None, vec![contact]).id.clone()
    }

    fn merge_leads(&mut self, body: &Value) -> Result<Answer, Answer> {
        let (source, destination) = body::merge(body)?;
        if source == destination {
            return Err(refusal::field(&["destination"], "The same lead."));
        }
        let are_there = [source, destination]
            .iter()
            .all(|id| self.leads.find(id).is_some());
        if !are_there {
            return Err(refusal::of_status(404));
        }
        self.merge(source, destination);
        Ok(Answer::ok(json!({})))
    }

    pub fn merge(&mut self, source: &str, destination: &str) {
        let contacts = self.leads.remove(source).unwrap_or_default();
        if let Some(lead) = self.leads.find_mut(destination) {
            lead.contacts.extend(contacts);
        }
        for note in self.notes.iter_mut().filter(|note| note.lead_id == source) {
            destination.clone_into(&mut note.lead_id);
        }
    }

    fn note(&mut self, body: &Value) -> Result<Answer, Answer> {
        let (lead, text) = body::note(body)?;
        self.leads
            .find(lead)
            .ok_or_else(|| refusal::of_status(404))?;
        let note = Note::new(lead, text);
        let shown = note.shown();
        self.notes.push(note);
        Ok(Answer::ok(shown))
    }

    fn change_note(&mut self, id: &str, body: &Value) -> Result<Answer, Answer> {
        let text = body::note_text(body)?;
        let note = self.notes.iter_mut().find(|note| note.id == id);
        let note = note.ok_or_else(|| refusal::of_status(404))?;
        text.clone_into(&mut note.note);
        Ok(Answer::ok(note.shown()))
    }

    /// developer.close.com/api/resources/activities/notes/list
    fn list_notes(&self, query: &Parameters) -> Result<Answer, Answer> {
        let names = ["_fields", "_limit", "date_created__gte", "lead_id"];
        if query.keys().ne(names.iter()) || query["_fields"] != "id,note" {
            return Err(refusal::bad_request("other parameters than these"));
        }
        let limit: usize = query["_limit"]
            .parse()
            .map_err(|_| refusal::bad_request("_limit"))?;
        let since = DateTime::parse_from_rfc3339(&query["date_created__gte"]);
        let since = since.map_err(|_| refusal::bad_request("date_created__gte"))?;
        let notes = self.notes.iter();
        let notes =
            notes.filter(|note| note.lead_id == query["lead_id"] && note.date_created >= since);
        let shown = |note: &Note| json!({"id": note.id, "note": note.note});
        let notes: Vec<_> = notes.rev().take(limit).map(shown).collect();
        Ok(Answer::ok(json!({"data": notes, "has_more": false})))
    }
}

fn json_body(asked: &Asked, query: &Parameters) -> Result<Value, Answer> {
    let is_json = asked
        .headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|t| t == "application/json");
    if !is_json {
        return Err(refusal::of_status(415));
    }
    if !query.is_empty() {
        return Err(refusal::bad_request("a query"));
    }
    serde_json::from_slice(&asked.body).map_err(|_| refusal::bad_request("no JSON"))
}
