//! An account: what was sent by it, and under which keys.

use std::collections::HashMap;
use std::time::SystemTime;

use axum::http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::{body, error};
use crate::answer::Answer;
use crate::request::Asked;
use crate::server::Provider as _;

/// How API keys begin.
pub const KEY_PREFIX: &str = "re_standin_";

/// The headers of a request that this product has a reason to send.
const HEADERS: &str =
    "accept,authorization,content-length,content-type,host,idempotency-key,user-agent";

/// What was sent, and what is remembered of it.
#[derive(Default)]
pub struct Account {
    pub mails: Vec<Mail>,
    /// By key: the body, and the id that was answered.
    pub keys: HashMap<String, (Value, String)>,
    /// What is said to be left of the window.
    pub left: Option<u32>,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    pub id: String,
    /// When it was taken.
    pub at: SystemTime,
    pub key: String,
    /// The body of the request.
    pub body: Value,
}

pub fn serve(account: &mut Account, asked: &Asked) -> Answer {
    if asked.uri.path() != "/emails" || asked.uri.query().is_some() {
        return Account::refusal(404);
    }
    if asked.method != Method::POST {
        return Account::refusal(405);
    }
    let key = match headers(&asked.headers) {
        Ok(key) => key,
        Err(problem) => return Answer::new(400, error(400, "validation_error", &problem)),
    };
    let Ok(said) = serde_json::from_slice::<Value>(&asked.body) else {
        return Answer::new(400, error(400, "validation_error", "The body is not JSON."));
    };
    if let Err(problem) = body::check(&said) {
        return Answer::new(422, error(422, "validation_error", &problem));
    }
    let id = match account.keys.get(&key) {
        Some((before, _)) if *before != said => {
            let problem = "Same idempotency key used with a different request payload.";
            return Answer::new(409, error(409, "invalid_idempotent_request", problem));
        }
        Some((_, id)) => id.clone(),
        None => {
            let id = uuid::Uuid::from_u128(account.mails.len() as u128 + 1).to_string();
            account.keys.insert(key.clone(), (said.clone(), id.clone()));
            account.mails.push(Mail {
                id: id.clone(),
                at: SystemTime::now(),
                key,
                body: said,
            });
            id
        }
    };
    let mut answer = Answer::ok(json!({ "id": id }));
    if let Some(left) = account.left {
        answer
            .headers
            .push(("ratelimit-remaining", left.to_string()));
        answer.headers.push(("ratelimit-reset", "1".into()));
    }
    answer
}

/// The idempotency key of a request that has the headers which are expected, and no others.
fn headers(headers: &HeaderMap) -> Result<String, String> {
    let text = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.ok_or_else(|| format!("The header {name} is missing."))
    };
    for name in headers.keys() {
        if !crate::value::is_among(HEADERS, name.as_str()) {
            return Err(format!("The header {name} is not expected."));
        }
    }
    // The real one answers 403 with a page to those that do not say who they are.
    text("user-agent")?;
    if text("content-type")? != "application/json" {
        return Err("The content-type is not application/json.".into());
    }
    let key = text("idempotency-key")?;
    match (1..=256).contains(&key.len()) {
        true => Ok(key.to_owned()),
        false => Err("The key must be between 1-256 chars.".into()),
    }
}
