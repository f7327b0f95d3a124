//! One account: its grants (RFC 6749, section 6), who it is
//! (developers.google.com/identity/openid-connect/openid-connect#obtaininguserprofileinformation) and
//! its list of calendars (developers.google.com/workspace/calendar/api/v3/reference/calendarList).

use axum::http::{HeaderMap, Method, header};
use serde_json::{Map, Value, json};

use super::calendar::Events;
use super::fields::Selection;
use super::free_busy::FreeBusy;
use super::refusal::{bad_request, not_found, of_status, of_token};
use crate::answer::Answer;
use crate::query::{Parameters, is_exactly, parameters, segments};
use crate::request::Asked;
use crate::tokens::Tokens;
use crate::value::is_among;

/// The one registered application.
pub const CLIENT_ID: &str = "stand-in.apps.googleusercontent.com";
pub const CLIENT_SECRET: &str = "GOCSPX-stand-in-secret";
/// Every token starts with one of these, so that a leak can be searched for.
pub const ACCESS_PREFIX: &str = "ya29.stand-in-";
pub const REFRESH_PREFIX: &str = "1//stand-in-";
pub const USERINFO_PATH: &str = "/v1/userinfo";
/// The account's address, which is also the id of its main calendar.
pub const EMAIL: &str = "owner@gmail.example";

/// What this product selects of a list of calendars.
const SELECTED: &str = "kind,nextPageToken,items(id,summary,summaryOverride,primary,accessRole)";
const WRITERS: [&str; 3] = ["owner", "writer", "writerWithoutPrivateAccess"];

#[derive(Default)]
pub struct Account {
    pub events: Events,
    pub calendars: Calendars,
    pub free_busy: FreeBusy,
    /// Whether a refresh replaces the refresh token too.
    pub rotates: bool,
}

/// The list of calendars, as its entries are told, the main one first.
pub struct Calendars {
    entries: Vec<Map<String, Value>>,
}

impl Default for Calendars {
    fn default() -> Self {
        let mut calendars = Self { entries: vec![] };
        calendars.add(EMAIL, &json!({"summary": EMAIL, "primary": true}));
        calendars
    }
}

impl Calendars {
    /// Adds a calendar, or changes these fields of the one of this id.
    pub fn add(&mut self, id: &str, fields: &Value) {
        let known = self.entries.iter().position(|entry| entry["id"] == id);
        let at = known.unwrap_or_else(|| {
            let new = json!({"kind": "calendar#calendarListEntry", "id": id, "summary": id,
                "accessRole": "owner"});
            self.entries.extend(new.as_object().cloned());
            self.entries.len() - 1
        });
        let fields = fields.as_object().expect("an entry is an object");
        self.entries[at].extend(fields.clone());
    }

    /// What the account may do with a calendar; `None` where there is no such calendar.
    fn role(&self, id: &str) -> Option<&str> {
        let id = if id == "primary" { EMAIL } else { id };
        let entry = self.entries.iter().find(|entry| entry["id"] == id)?;
        Some(entry["accessRole"].as_str().unwrap_or_default())
    }

    /// Two entries a page.
    fn list(&self, mut query: Parameters) -> Answer {
        let token = query.remove("pageToken");
        if !is_exactly(&query, &[("maxResults", "250"), ("fields", SELECTED)]) {
            return bad_request("this product asks for calendars in one way only");
        }
        let pages: Vec<_> = self.entries.chunks(2).collect();
        let number = match token.as_deref().map(|token| token.strip_prefix("a/b=&")) {
            None => 0,
            Some(number) => number.and_then(|n| n.parse().ok()).unwrap_or(pages.len()),
        };
        let Some(page) = pages.get(number) else {
            return bad_request("Invalid page token value.");
        };
        let mut answer = json!({"kind": "calendar#calendarList", "etag": "\"p\"", "items": page});
        if number + 1 < pages.len() {
            answer["nextPageToken"] = json!(format!("a/b=&{}", number + 1));
        }
        let selection = Selection::read(SELECTED).expect("written well");
        Answer::ok(selection.apply(&answer))
    }
}

/// What the token endpoint says to a form.
pub fn refresh(account: &Account, tokens: &mut Tokens, form: &Parameters) -> Answer {
    let known = "grant_type,refresh_token,client_id,client_secret";
    if let Some(unknown) = form.keys().find(|name| !is_among(known, name)) {
        let problem = format!("unexpected parameter {unknown}");
        return of_token(400, "invalid_request", &problem);
    }
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    if (field("client_id"), field("client_secret")) != (CLIENT_ID, CLIENT_SECRET) {
        return of_token(401, "invalid_client", "The OAuth client was not found.");
    }
    if field("grant_type") != "refresh_token" {
        return of_token(400, "unsupported_grant_type", "Invalid grant_type");
    }
    let refresh = field("refresh_token");
    let renewed = match account.rotates {
        true => tokens
            .replace(refresh)
            .map(|(access, new)| (access, Some(new))),
        false => tokens.renew(refresh).map(|access| (access, None)),
    };
    let Some((access, new)) = renewed else {
        return of_token(400, "invalid_grant", "Token has been expired or revoked.");
    };
    let mut answer = json!({
        "access_token": access, "expires_in": 3599, "token_type": "Bearer",
        "scope": "https://www.googleapis.com/auth/calendar",
    });
    if let Some(new) = new {
        answer["refresh_token"] = json!(new);
    }
    Answer::ok(answer)
}

/// What the APIs say to a request with a good token.
pub fn serve(account: &mut Account, asked: &Asked) -> Answer {
    let query = match parameters(asked.uri.query().unwrap_or_default().as_bytes()) {
        Ok(query) => query,
        Err(problem) => return bad_request(&problem),
    };
    let body = match body(&asked.method, &asked.headers, &asked.body) {
        Ok(body) => body,
        Err(problem) => return bad_request(&problem),
    };
    let path = segments(asked.uri.path());
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    match (&asked.method, &path[..]) {
        (&Method::GET, ["v1", "userinfo"]) if query.is_empty() => {
            Answer::ok(json!({"sub": "104", "email": EMAIL, "email_verified": true}))
        }
        (&Method::GET, ["calendar", "v3", "users", "me", "calendarList"]) => {
            account.calendars.list(query)
        }
        (&Method::POST, ["calendar", "v3", "freeBusy"]) if query.is_empty() => {
            let (calendars, events) = (&account.calendars, &account.events);
            let knows = |id: &str| calendars.role(id).is_some();
            let zone = events.lists.zone;
            account.free_busy.serve(&body, zone, knows, events.all())
        }
        (
            method,
            [
                "calendar",
                "v3",
                "calendars",
                calendar,
                "events",
                event @ ..,
            ],
        ) => match account.calendars.role(calendar) {
            None => not_found(),
            Some(role) if method != Method::GET && !WRITERS.contains(&role) => of_status(403),
            Some(_) => account.events.serve(method, calendar, event, query, &body),
        },
        _ => not_found(),
    }
}

/// The body: JSON where one belongs, and none elsewhere.
fn body(method: &Method, headers: &HeaderMap, body: &[u8]) -> Result<Value, String> {
    if !matches!(*method, Method::POST | Method::PATCH) {
        return match body {
            [] => Ok(Value::Null),
            _ => Err("a body where none belongs".into()),
        };
    }
    let content_type = headers.get(header::CONTENT_TYPE);
    if content_type.is_none_or(|t| t != "application/json") {
        return Err("this API only accepts JSON".into());
    }
    serde_json::from_slice(body).map_err(|e| format!("Parse Error: {e}"))
}
