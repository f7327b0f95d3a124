//! Resend: sending mail (resend.com/docs/api-reference/emails/send-email), its errors
//! (…/api-reference/errors) and its idempotency keys (…/dashboard/emails/idempotency-keys).

mod account;
mod body;

use axum::http::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::query::Parameters;
use crate::request::Asked;
use crate::server::{Provider, StandIn};
use crate::tokens::Tokens;

pub use account::{Account, KEY_PREFIX, Mail};

/// The stand-in for Resend. API keys are what [`StandIn::grant`] gives first.
pub type Resend = StandIn<Account>;

impl Resend {
    /// An API key that may send.
    pub fn api_key(&self) -> String {
        self.grant().0
    }

    /// The mails that were taken, each once, in the order in which they came.
    pub fn mails(&self) -> Vec<Mail> {
        self.world().provider.mails.clone()
    }

    /// A day goes by: keys are forgotten.
    pub fn forget_keys(&self) {
        self.world().provider.keys.clear();
    }

    /// From now on each answer says that so many requests are left in a window of a second.
    pub fn set_rate(&self, left: Option<u32>) {
        self.world().provider.left = left;
    }
}

/// Resend's error document of a name.
pub fn error(status: u16, name: &str, message: &str) -> Value {
    json!({"statusCode": status, "name": name, "message": message})
}

impl Provider for Account {
    const API_PATH: &'static str = "";
    /// There is none.
    const TOKEN_PATH: &'static str = "/token";
    const PREFIXES: [&'static str; 2] = [KEY_PREFIX, "no_refresh_"];
    const ENTRIES: &'static str = "data";

    fn is_list(_method: &Method, _path: &str) -> bool {
        false
    }

    fn refusal(status: u16) -> Answer {
        let (name, message) = match status {
            400 => (
                "validation_error",
                "The request is not one that is expected.",
            ),
            401 => (
                "missing_api_key",
                "Missing API key in the authorization header.",
            ),
            403 => ("invalid_api_key", "API key is invalid."),
            404 => ("not_found", "The requested endpoint does not exist."),
            405 => (
                "method_not_allowed",
                "Method is not allowed for the requested path.",
            ),
            422 => (
                "missing_required_field",
                "The request body is missing one or more required fields.",
            ),
            429 => ("rate_limit_exceeded", "Too many requests."),
            _ => ("application_error", "An unexpected error occurred."),
        };
        Answer::new(status, error(status, name, message))
    }

    fn no_form(_problem: &str) -> Answer {
        Self::refusal(404)
    }

    fn exchange(&mut self, _tokens: &mut Tokens, _form: &Parameters) -> Answer {
        Self::refusal(404)
    }

    fn serve(&mut self, asked: &Asked) -> Answer {
        account::serve(self, asked)
    }
}
