//! The token endpoint: RFC 6749 section 6 (refreshing) and who may call the API with what.

use std::collections::{HashMap, HashSet};

use axum::http::{HeaderMap, Method, header};
use serde_json::json;

use super::answer::Answer;
use super::pairs;

/// The one registered application.
pub const CLIENT_ID: &str = "stand-in.apps.googleusercontent.com";
pub const CLIENT_SECRET: &str = "GOCSPX-stand-in-secret";
/// Every token starts with one of these, so that a leak can be searched for.
pub const ACCESS_PREFIX: &str = "ya29.stand-in-";
pub const REFRESH_PREFIX: &str = "1//stand-in-";

#[derive(Default)]
pub struct Tokens {
    access: HashSet<String>,
    refresh: HashSet<String>,
    given: u32,
    /// Whether a refresh replaces the refresh token too.
    pub rotate: bool,
}

impl Tokens {
    pub fn grant(&mut self) -> (String, String) {
        let access = self.new_access();
        let refresh = format!("{REFRESH_PREFIX}{}", self.given);
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

    fn new_access(&mut self) -> String {
        self.given += 1;
        let access = format!("{ACCESS_PREFIX}{}", self.given);
        self.access.insert(access.clone());
        access
    }

    /// 401 unless the request carries a living access token.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Answer> {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        match bearer.and_then(|value| value.strip_prefix("Bearer ")) {
            Some(token) if self.access.contains(token) => Ok(()),
            _ => Err(Answer::error(401, "authError", "Invalid Credentials")),
        }
    }

    pub fn serve(&mut self, method: &Method, headers: &HeaderMap, body: &[u8]) -> Answer {
        let form_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let is_form = form_type.is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"));
        if method != Method::POST || !is_form {
            return refusal(400, "invalid_request", "expected a form by POST");
        }
        let form: HashMap<_, _> = pairs(&String::from_utf8_lossy(body)).into_iter().collect();
        let field = |name: &str| form.get(name).map(String::as_str);
        let known = ["grant_type", "refresh_token", "client_id", "client_secret"];
        if let Some(unknown) = form.keys().find(|name| !known.contains(&name.as_str())) {
            return refusal(
                400,
                "invalid_request",
                &format!("unexpected parameter {unknown}"),
            );
        }
        if (field("client_id"), field("client_secret")) != (Some(CLIENT_ID), Some(CLIENT_SECRET)) {
            return refusal(401, "invalid_client", "The OAuth client was not found.");
        }
        if field("grant_type") != Some("refresh_token") {
            return refusal(400, "unsupported_grant_type", "Invalid grant_type");
        }
        let refresh = field("refresh_token").unwrap_or_default();
        if !self.refresh.contains(refresh) {
            return refusal(400, "invalid_grant", "Token has been expired or revoked.");
        }
        let mut answer = json!({
            "access_token": self.new_access(), "expires_in": 3599, "token_type": "Bearer",
            "scope": "https://www.googleapis.com/auth/calendar",
        });
        if self.rotate {
            self.refresh.remove(refresh);
            let (_, next) = self.grant();
            answer["refresh_token"] = next.into();
        }
        Answer::ok(answer)
    }
}

/// The error document of RFC 6749 section 5.2.
fn refusal(status: u16, error: &str, description: &str) -> Answer {
    let body = json!({"error": error, "error_description": description});
    Answer {
        status,
        body,
        retry_after: None,
    }
}
