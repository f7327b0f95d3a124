//! What PostgREST says of the request that it serves, and what it is told of the answer, both by settings
//! of the transaction (<https://docs.postgrest.org/en/v12/references/transactions.html>). Outside of a
//! request of PostgREST's there is nothing to read, and what is written says nothing to anybody.

use std::ffi::CStr;

use pgrx::pg_sys;
use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::plan;

/// Whether a browser is going to a page, and would show the answer to a person: not a script of a page, and
/// not a program. Browsers say so (Fetch Metadata,
/// <https://www.w3.org/TR/fetch-metadata/#sec-fetch-mode-header>), older ones by what they accept.
pub fn is_navigation() -> bool {
    if setting(c"request.method").as_deref() != Some("GET") {
        return false;
    }
    match header("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => header("accept").is_some_and(|accept| accept.contains("text/html")),
    }
}

/// A header of the request by its name in lower case.
pub fn header(name: &str) -> Option<String> {
    let headers: Map<String, Value> = serde_json::from_str(&setting(c"request.headers")?).ok()?;
    headers.get(name)?.as_str().map(str::to_owned)
}

/// Whether who asks has the answer of this tag already, and is to be told so instead of having it again (RFC 9110,
/// section 13.1.2): only who reads.
pub fn has_already(tag: &str) -> bool {
    if setting(c"request.method").is_some_and(|method| method != "GET") {
        return false;
    }
    let known = header("if-none-match").unwrap_or_default();
    known
        .split(',')
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == tag)
}

/// Says what the answer's headers are, and its status where that is not 200.
pub fn answer(status: Option<u16>, headers: &[(&str, &str)]) -> Result<()> {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| json!({ *name: value }))
        .collect();
    plan::read_value::<String, _>(
        ("headers of the answer", None),
        || "select pg_catalog.set_config('response.headers', $1, true)",
        &[Value::from(headers).to_string().into()],
    )?;
    if let Some(status) = status {
        plan::read_value::<String, _>(
            ("status of the answer", None),
            || "select pg_catalog.set_config('response.status', $1, true)",
            &[status.to_string().into()],
        )?;
    }
    Ok(())
}

fn setting(name: &CStr) -> Option<String> {
    // SAFETY: main thread; a setting that was never made reads null.
    let value = unsafe {
        let value = pg_sys::GetConfigOption(name.as_ptr(), true, false);
        (!value.is_null()).then(|| CStr::from_ptr(value))?
    };
    Some(value.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
}
