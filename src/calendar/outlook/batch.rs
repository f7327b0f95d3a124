//! Several requests to Graph in one (learn.microsoft.com/graph/json-batching). Only what reads is batched.
//!
//! Each part depends on the one before it, the documents' "serial" pattern: Graph then carries out one at
//! a time, so that a batch counts as one of the few requests that a mailbox takes at once. A part that
//! fails has those after it fail as well (424); they have nothing of their own to say.

use std::collections::BTreeMap;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::refusal;
use super::requests::OutlookCalendar;
use crate::calendar::answer::read;
use crate::calendar::error::CalendarError;
use crate::calendar::open_calendar::OpenCalendar;
use crate::http::Answer;

/// "You can combine […] up to 20" requests.
pub const REQUESTS_AT_ONCE: usize = 20;

impl OutlookCalendar<'_> {
    /// What each of these is answered, in their order; at most [`REQUESTS_AT_ONCE`], all of them where the
    /// API is.
    pub(super) async fn batch<T: DeserializeOwned>(
        &self,
        open: &OpenCalendar,
        urls: &[&Url],
        prefer: &str,
    ) -> Result<Vec<Result<T, CalendarError>>, CalendarError> {
        let mut requests = Vec::with_capacity(urls.len());
        for (n, url) in urls.iter().enumerate() {
            requests.push(Part {
                id: n.to_string(),
                method: "GET",
                url: self.relative(url)?,
                headers: Headers { prefer },
                depends_on: n.checked_sub(1).map(|before| [before.to_string()]),
            });
        }
        let request = self.http.request(Method::POST, self.url(&["$batch"])?);
        let request = request
            .bearer_auth(open.access_token.secret())
            .json(&Batch { requests });
        let batch: Answers = read(&self.send(request).await?.body)?;
        let mut told = BTreeMap::new();
        for part in batch.responses {
            if told.insert(part.id.clone(), part).is_some() {
                return Err(CalendarError::BadAnswer("it answers one part twice".into()));
            }
        }
        let answers = (0..urls.len()).map(|n| match told.remove(&n.to_string()) {
            Some(part) => part.read(),
            None => Err(CalendarError::BadAnswer("a part of it is missing".into())),
        });
        Ok(answers.collect())
    }

    /// A URL as the parts of a batch name it: what comes after the API's root.
    fn relative(&self, url: &Url) -> Result<String, CalendarError> {
        let root = self.api_url.path().trim_end_matches('/');
        let path = url.path().strip_prefix(root);
        let path = path.filter(|path| path.starts_with('/')).ok_or_else(|| {
            CalendarError::BadAnswer("the next page is not in the calendar's API".into())
        })?;
        Ok(match url.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        })
    }
}

#[derive(Debug, Serialize)]
struct Batch<'a> {
    requests: Vec<Part<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    id: String,
    method: &'static str,
    url: String,
    headers: Headers<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    depends_on: Option<[String; 1]>,
}

#[derive(Debug, Serialize)]
struct Headers<'a> {
    #[serde(rename = "Prefer")]
    prefer: &'a str,
}

#[derive(Debug, Deserialize)]
pub(super) struct Answers {
    pub(super) responses: Vec<PartAnswer>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PartAnswer {
    id: String,
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
    #[serde(default)]
    body: Value,
}

impl PartAnswer {
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, CalendarError> {
        let status = StatusCode::from_u16(self.status)
            .map_err(|_| CalendarError::BadAnswer("a part without a status".into()))?;
        let headers = self.headers.iter().filter_map(|(name, value)| {
            let value = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            Some((
                HeaderName::try_from(name).ok()?,
                HeaderValue::try_from(value).ok()?,
            ))
        });
        let headers: HeaderMap = headers.collect();
        let answer = Answer::part(status, headers, self.body.to_string().into());
        if status.is_success() {
            read(&answer.body)
        } else {
            Err(refusal::meaning(&answer))
        }
    }
}
