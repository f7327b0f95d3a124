//! Reading what a provider answers.

use serde::de::DeserializeOwned;

use super::error::CalendarError;

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
