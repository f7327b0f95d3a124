//! Close's error documents (developer.close.com/api/overview/http-response-codes). Fields that it does not
//! take are named, nested as they are in the body.

use serde_json::json;

use crate::answer::Answer;

pub fn bad_request(problem: &str) -> Answer {
    Answer::new(400, json!({"errors": [problem], "field-errors": {}}))
}

/// A field of the body, by the names and numbers on the way to it.
pub fn field(path: &[&str], problem: &str) -> Answer {
    let mut document = json!(problem);
    for name in path.iter().rev() {
        let errors = if name.bytes().all(|b| b.is_ascii_digit()) {
            "errors"
        } else {
            "field-errors"
        };
        document = json!({"errors": [], errors: {*name: document}});
    }
    Answer::new(400, document)
}

pub fn of_status(status: u16) -> Answer {
    let message = match status {
        401 => "The server could not verify that you are authorized to access the URL requested.",
        402 => "A limit of your current plan was reached.",
        403 => "You don't have permission to access the requested resource.",
        404 => "The requested URL was not found on the server.",
        405 => "The method is not allowed for the requested URL.",
        429 => "API call count exceeded for this window.",
        _ => "Something went wrong on our side.",
    };
    Answer::new(status, json!({"error": message}))
}
