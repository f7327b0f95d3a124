//! Requests: on their way to a provider, and as they are noted.

use std::time::Instant;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};

use crate::query::{Parameters, parameters};

/// A request on its way to a provider.
pub struct Asked {
    /// Where the stand-in listens.
    pub root: String,
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Asked {
    /// The form that a request to a token endpoint has to be.
    pub fn form(&self) -> Result<Parameters, String> {
        let is_form = |t: &HeaderValue| t == "application/x-www-form-urlencoded";
        let is_form = self.headers.get(header::CONTENT_TYPE).is_some_and(is_form);
        match self.method == Method::POST && is_form {
            true => parameters(&self.body),
            false => Err("expected a form by POST".into()),
        }
    }
}

/// One request as it came in.
#[derive(Clone, Debug)]
pub struct Request {
    pub arrived: Instant,
    pub method: Method,
    /// As it was written, escapes and all.
    pub path: String,
    pub query: String,
    pub body: Bytes,
}

impl Request {
    pub fn of(asked: &Asked) -> Self {
        Self {
            arrived: Instant::now(),
            method: asked.method.clone(),
            path: asked.uri.path().to_owned(),
            query: asked.uri.query().unwrap_or_default().to_owned(),
            body: asked.body.clone(),
        }
    }

    /// The parameters of the query.
    pub fn parameters(&self) -> Parameters {
        parameters(self.query.as_bytes()).expect("each parameter is given once")
    }

    /// The body as a form.
    pub fn form(&self) -> Parameters {
        parameters(&self.body).expect("each field is given once")
    }
}

impl std::fmt::Display for Request {
    /// Method and path.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}
