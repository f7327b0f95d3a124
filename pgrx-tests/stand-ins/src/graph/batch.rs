//! `$batch` (learn.microsoft.com/graph/json-batching) as this product may use it: up to twenty reads, one
//! after the other, of which each depends on the one before it. The answers come in no particular order,
//! and what depends on a part that failed fails with 424.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Map, Value, json};

use super::refusal::{bad_request, of};
use crate::answer::Answer;
use crate::request::Asked;
use crate::value::is_among;

const MOST_PARTS: usize = 20;

/// How batches are answered.
#[derive(Default)]
pub struct Batches {
    /// How many parts there ever were.
    pub parts: usize,
    /// Parts, by their number in the batch, that the answer leaves out.
    pub left_out: BTreeSet<usize>,
    /// Parts that are answered under another id.
    pub renamed: BTreeMap<usize, String>,
    /// The seconds that a part which is throttled has to wait.
    pub retry_after: Option<u32>,
}

/// One part, made into a request of its own.
pub struct Part {
    id: String,
    pub asked: Asked,
}

/// The parts of a batch, or why it is none.
pub fn parts(asked: &Asked, body: &Value) -> Result<Vec<Part>, Answer> {
    let requests = body["requests"].as_array();
    let is_alone = body.as_object().is_some_and(|batch| batch.len() == 1);
    let requests = requests
        .filter(|_| is_alone)
        .ok_or_else(|| bad_request("Invalid batch payload format."))?;
    if !(1..=MOST_PARTS).contains(&requests.len()) {
        return Err(bad_request("Number of batch request steps exceeds 20."));
    }
    let mut before: Option<String> = None;
    let mut parts: Vec<Part> = Vec::new();
    for request in requests {
        let part = part(asked, request, before.as_deref()).map_err(|p| bad_request(&p))?;
        if parts.iter().any(|other| other.id == part.id) {
            return Err(bad_request("Duplicate request id."));
        }
        before = Some(part.id.clone());
        parts.push(part);
    }
    Ok(parts)
}

fn part(asked: &Asked, request: &Value, before: Option<&str>) -> Result<Part, String> {
    let known = "id,method,url,headers,dependsOn";
    let fields = request.as_object().ok_or("a request is no object")?;
    if let Some(unknown) = fields.keys().find(|name| !is_among(known, name)) {
        return Err(format!("a request has no {unknown}"));
    }
    let id = request["id"].as_str().ok_or("an id is no text")?;
    if request["method"] != "GET" {
        return Err("this product batches reads only".into());
    }
    let depends_on = before.map_or(Value::Null, |before| json!([before]));
    if request["dependsOn"] != depends_on {
        return Err("this product has each part wait for the one before it".into());
    }
    let url = request["url"].as_str().ok_or("an url is no text")?;
    // Relative to the version; an absolute one is refused.
    if !url.starts_with('/') || url.starts_with("//") || url.starts_with("/v1.0/") {
        return Err("an url is relative to the API's version".into());
    }
    let uri = format!("/v1.0{url}");
    let uri = uri.parse().map_err(|_| format!("{url} is no url"))?;
    let mut headers = HeaderMap::new();
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        let name = HeaderName::try_from(name).map_err(|_| "a header's name")?;
        let value = value.as_str().ok_or("a header is no text")?;
        headers.insert(
            name,
            HeaderValue::try_from(value).map_err(|_| "a header's value")?,
        );
    }
    Ok(Part {
        id: id.to_owned(),
        asked: Asked {
            root: asked.root.clone(),
            method: Method::GET,
            uri,
            headers,
            body: Bytes::new(),
        },
    })
}

/// The answer of a batch whose parts are served one after the other.
pub fn answer(
    batches: &mut Batches,
    parts: Vec<Part>,
    mut serve: impl FnMut(&Asked) -> Answer,
) -> Answer {
    let mut responses = Vec::new();
    let mut has_failed = false;
    batches.parts += parts.len();
    for (n, part) in parts.into_iter().enumerate() {
        let answer = match has_failed {
            true => of(424, "FailedDependency", "A dependency has failed."),
            false => serve(&part.asked),
        };
        has_failed |= answer.status >= 300;
        let mut headers = Map::from_iter([("Content-Type".into(), json!("application/json"))]);
        if answer.status == 429
            && let Some(seconds) = batches.retry_after
        {
            headers.insert("Retry-After".into(), json!(seconds.to_string()));
        }
        let id = batches.renamed.get(&n).unwrap_or(&part.id);
        if !batches.left_out.contains(&n) {
            let response =
                json!({"id": id, "status": answer.status, "headers": headers, "body": answer.body});
            // Whatever is done last is told first.
            responses.insert(0, response);
        }
    }
    Answer::ok(json!({ "responses": responses }))
}
