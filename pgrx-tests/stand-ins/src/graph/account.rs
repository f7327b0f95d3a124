//! One account: its grants, of which every refresh replaces the refresh token and refusals carry an
//! AADSTS code, and the paths under `me`.

use axum::http::Method;
use serde_json::json;

use super::batch::{self, Batches};
use super::calendar::Calendars;
use super::refusal::{bad_request, of, of_status, of_token};
use super::request::{MAIN, check_request};
use crate::answer::Answer;
use crate::query::{Parameters, segments};
use crate::request::Asked;
use crate::tokens::Tokens;
use crate::value::is_among;

/// The one registered application.
pub const CLIENT_ID: &str = "5f1f9bd2-0f2c-4c52-9d3a-3f0c1b6c0f4e";
pub const CLIENT_SECRET: &str = "Kw8Q~stand-in-secret";
/// Every token starts with one of these, so that a leak can be searched for.
pub const ACCESS_PREFIX: &str = "EwB-stand-in-";
pub const REFRESH_PREFIX: &str = "M.C5-stand-in-";

pub struct Account {
    pub calendars: Calendars,
    pub batches: Batches,
    /// The AADSTS code of a refused grant.
    pub refuses_as: u32,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            calendars: Calendars::default(),
            batches: Batches::default(),
            // Revoked, as by a new password.
            refuses_as: 50_173,
        }
    }
}

/// What the token endpoint says to a form.
pub fn refresh(account: &Account, tokens: &mut Tokens, form: &Parameters) -> Answer {
    let known = "grant_type,refresh_token,client_id,client_secret";
    if let Some(unknown) = form.keys().find(|name| !is_among(known, name)) {
        let text = format!("unexpected parameter {unknown}");
        return of_token(400, "invalid_request", 900_144, &text);
    }
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    if field("client_id") != CLIENT_ID {
        let text = "Application was not found in the directory.";
        return of_token(400, "unauthorized_client", 700_016, text);
    }
    if field("client_secret") != CLIENT_SECRET {
        let text = "Invalid client secret provided.";
        return of_token(401, "invalid_client", 7_000_215, text);
    }
    if field("grant_type") != "refresh_token" {
        let text = "The app requested an unsupported grant type.";
        return of_token(400, "unsupported_grant_type", 70_003, text);
    }
    let Some((access, refresh)) = tokens.replace(field("refresh_token")) else {
        let text = "The provided grant has expired due to it being revoked.";
        return of_token(400, "invalid_grant", account.refuses_as, text);
    };
    Answer::ok(json!({
        "token_type": "Bearer", "scope": "Calendars.ReadWrite", "expires_in": 3599,
        "ext_expires_in": 3599, "access_token": access, "refresh_token": refresh,
    }))
}

/// What Graph says to a request with a good token.
pub fn serve(account: &mut Account, asked: &Asked) -> Answer {
    let (query, body) = match check_request(asked) {
        Ok(sound) => sound,
        Err(problem) => return bad_request(&problem),
    };
    let path = segments(asked.uri.path());
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let ["v1.0", path_of_api @ ..] = &path[..] else {
        return of(404, "ResourceNotFound", "Resource could not be discovered.");
    };
    if let (&Method::POST, ["$batch"]) = (&asked.method, path_of_api) {
        let parts = match batch::parts(asked, &body) {
            Ok(parts) if query.is_empty() => parts,
            Ok(_) => return bad_request("the query"),
            Err(refusal) => return refusal,
        };
        let mut batches = std::mem::take(&mut account.batches);
        let answer = batch::answer(&mut batches, parts, |part| serve(account, part));
        account.batches = batches;
        return answer;
    }
    let ["me", path @ ..] = path_of_api else {
        return of(404, "ResourceNotFound", "Resource could not be discovered.");
    };
    let is_read = asked.method == Method::GET;
    if !query.is_empty() && (!is_read || path.is_empty()) {
        return bad_request("the query");
    }
    let calendars = &mut account.calendars;
    // Whose calendar is meant, if the path says so.
    let (calendar, path) = match path {
        ["calendars", id, path @ ..] if !path.is_empty() => (Some(*id), path),
        path => (None, path),
    };
    if let Some(refused) = calendar.and_then(|id| calendars.refuse(id, is_read)) {
        return of_status(refused);
    }
    let meant = calendar.unwrap_or(MAIN);
    let url = format!("{}{}", asked.root, asked.uri);
    match (asked.method.as_str(), path) {
        ("GET", []) => {
            let upn = "owner_outlook.example#EXT#@contoso.onmicrosoft.com";
            Answer::ok(json!({"mail": "owner@outlook.example", "userPrincipalName": upn}))
        }
        ("GET", ["calendars"]) => calendars.list(&url, query),
        ("GET", ["calendarView"]) => calendars.view(meant, &url, &query),
        ("GET", ["calendar", "events"]) => calendars.marked(meant, &url, query),
        ("GET", ["events"]) if calendar.is_some() => calendars.marked(meant, &url, query),
        ("GET", ["events", id]) if calendar.is_none() => calendars.get(id, &query),
        ("POST", ["events"]) => calendars.insert(meant, &body),
        ("PATCH", ["events", id]) => calendars.patch(calendar, id, &body),
        ("DELETE", ["events", id]) => calendars.delete(calendar, id),
        _ => of_status(405),
    }
}
