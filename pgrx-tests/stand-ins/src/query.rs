//! Names and values as queries and forms have them, and segments of paths.

use std::collections::BTreeMap;

use url::form_urlencoded::parse;

/// Parameters, each given once.
pub type Parameters = BTreeMap<String, String>;

/// The parameters of a query or of a form.
pub fn parameters(encoded: &[u8]) -> Result<Parameters, String> {
    let mut parameters = Parameters::new();
    for (name, value) in parse(encoded).into_owned() {
        if parameters.contains_key(&name) {
            return Err(format!("the parameter {name} is given twice"));
        }
        parameters.insert(name, value);
    }
    Ok(parameters)
}

/// Whether these parameters were given, and no others.
pub fn is_exactly(parameters: &Parameters, expected: &[(&str, &str)]) -> bool {
    let has = |(name, value): &(&str, &str)| parameters.get(*name).is_some_and(|v| v == value);
    parameters.len() == expected.len() && expected.iter().all(has)
}

/// The segments of a path without their percent escapes.
pub fn segments(path: &str) -> Vec<String> {
    let unescaped = |segment: &str| {
        // In a query "+" means a space, in a path it is a plus sign.
        let segment = segment.replace('+', "%2B").replace('=', "%3D");
        let first = parse(segment.as_bytes()).next();
        first.map_or_else(String::new, |(name, _)| name.into_owned())
    };
    path.split('/').skip(1).map(unescaped).collect()
}
