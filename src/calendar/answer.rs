//! Reading what a provider answers.

use serde::de::DeserializeOwned;

use super::error::CalendarError;
use crate::mail::web_link;

/// Reads the body of an answer that has to be JSON of this form.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, CalendarError> {
    serde_json::from_slice(body).map_err(|error| {
        // serde's own words would quote the answer.
        let problem = match error {
            error if error.is_eof() => "it ends early",
            error if error.is_syntax() => "it is not JSON",
            _ => "it is not what was asked for",
        };
        CalendarError::BadAnswer(problem.into())
    })
}

/// Whether an id can be kept: PostgreSQL stores no NUL, and no provider's id has a control character.
pub(super) fn is_id(id: &str) -> bool {
    !id.is_empty() && !id.contains(char::is_control)
}

/// A link that people will follow, as it was written; others than to web pages are none.
pub(super) fn link(link: Option<String>) -> Option<String> {
    link.filter(|link| !link.contains(char::is_control) && web_link(link).is_some())
}
