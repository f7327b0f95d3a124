//! Microsoft's token endpoint (learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow):
//! every refresh replaces the refresh token, and refusals carry an AADSTS code.

use std::collections::{HashMap, HashSet};

use axum::http::{HeaderMap, Method, header};
use serde_json::json;

use super::answer::Answer;
use super::pairs;

/// Where it is; `common` stands for accounts of all kinds.
pub const PATH: &str = "/common/oauth2/v2.0/token";
/// The one registered application.
pub const CLIENT_ID: &str = "5f1f9bd2-0f2c-4c52-9d3a-3f0c1b6c0f4e";
pub const CLIENT_SECRET: &str = "Kw8Q~stand-in-secret";
/// Every token starts with one of these, so that a leak can be searched for.
pub const ACCESS_PREFIX: &str = "EwB-stand-in-";
pub const REFRESH_PREFIX: &str = "M.C5-stand-in-";

pub struct Tokens {
    access: HashSet<String>,
    refresh: HashSet<String>,
    given: u32,
    /// The AADSTS code of a refused grant.
    pub refuses_as: u32,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            access: HashSet::new(),
            refresh: HashSet::new(),
            given: 0,
            // Revoked, as by a new password.
            refuses_as: 50_173,
        }
    }
}

impl Tokens {
    pub fn grant(&mut self) -> (String, String) {
        self.given += 1;
        let access = format!("{ACCESS_PREFIX}{}", self.given);
        let refresh = format!("{REFRESH_PREFIX}{}", self.given);
        self.access.insert(access.clone());
        self.refresh.insert(refresh.clone());
        (access, refresh)
    }

    pub fn expire(&mut self) {
        self.access.clear();
    }

    pub fn revoke(&mut self) {
        self.access.clear();
        self.refresh.clear();
    }

    /// 401 unless the request carries a living access token.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Answer> {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        match bearer.and_then(|value| value.strip_prefix("Bearer ")) {
            Some(token) if self.access.contains(token) => Ok(()),
            _ => {
                let message = "Lifetime validation failed, the token is expired.";
                Err(Answer::error(401, "InvalidAuthenticationToken", message))
            }
        }
    }

    pub fn serve(&mut self, method: &Method, headers: &HeaderMap, body: &[u8]) -> Answer {
        let form_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let is_form = form_type.is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"));
        if method != Method::POST || !is_form {
            return refusal(400, "invalid_request", 900_144, "expected a form by POST");
        }
        let form: HashMap<_, _> = pairs(&String::from_utf8_lossy(body)).into_iter().collect();
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        let known = ["grant_type", "refresh_token", "client_id", "client_secret"];
        if let Some(unknown) = form.keys().find(|name| !known.contains(&name.as_str())) {
            let text = format!("unexpected parameter {unknown}");
            return refusal(400, "invalid_request", 900_144, &text);
        }
        if field("client_id") != CLIENT_ID {
            let text = "Application was not found in the directory.";
            return refusal(400, "unauthorized_client", 700_016, text);
        }
        if field("client_secret") != CLIENT_SECRET {
            let text = "Invalid client secret provided.";
            return refusal(401, "invalid_client", 7_000_215, text);
        }
        if field("grant_type") != "refresh_token" {
            let text = "The app requested an unsupported grant type.";
            return refusal(400, "unsupported_grant_type", 70_003, text);
        }
        if !self.refresh.remove(field("refresh_token")) {
            let text = "The provided grant has expired due to it being revoked.";
            return refusal(400, "invalid_grant", self.refuses_as, text);
        }
        let (access, refresh) = self.grant();
        let answer = json!({
            "token_type": "Bearer", "scope": "Calendars.ReadWrite", "expires_in": 3599,
            "ext_expires_in": 3599, "access_token": access, "refresh_token": refresh,
        });
        Answer::new(200, answer)
    }
}

/// The error document of RFC 6749 section 5.2, with Microsoft's additions.
fn refusal(status: u16, error: &str, code: u32, text: &str) -> Answer {
    let trace = "255d1aef-8c98-452f-ac51-23d051240864";
    let description = format!(
        "AADSTS{code}: {text} Trace ID: {trace} Correlation ID: {trace} \
         Timestamp: 2026-11-22 14:00:00Z"
    );
    let body = json!({
        "error": error, "error_description": description, "error_codes": [code],
        "timestamp": "2026-11-22 14:00:00Z", "trace_id": trace, "correlation_id": trace,
        "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
    });
    Answer::new(status, body)
}
