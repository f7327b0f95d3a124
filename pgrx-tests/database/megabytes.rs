//! A megabyte in any argument of any public function: refused in a few words. The functions and their
//! arguments are those of the catalogue, so a new one is here as well.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::calls::{Caller, Function, functions};
    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::outcome;

    /// What one call may say back, in characters: a message, a DETAIL or a HINT.
    const LONGEST_ANSWER: usize = 400;

    /// Large values of a type.
    fn large(kind: &str) -> Vec<String> {
        let text = |unit: &str| format!("repeat('{unit}', 1000000)");
        match kind {
            "text" => ["a", "1", "[", "@", "ü", "a.", "a:", "%20", "x\n", "<"]
                .iter()
                .map(|unit| text(unit))
                .chain([
                    "repeat('a', 10000000)".into(),
                    "'ada@' || repeat('a.', 500000) || 'example'".into(),
                    "'https://' || repeat('a', 1000000) || '.example/'".into(),
                    "'/' || repeat('a', 1000000)".into(),
                    "'user:' || repeat('1', 1000000)".into(),
                    "repeat('1', 1000000) || ':google'".into(),
                ])
                .collect(),
            "jsonb" => vec![
                format!("to_jsonb({})", text("a")),
                format!("jsonb_build_object({}, 1)", text("a")),
                "('{\"n\": ' || repeat('9', 100000) || '}')::jsonb".into(),
                "(repeat('[', 3000) || repeat(']', 3000))::jsonb".into(),
                "(select jsonb_agg(n) from generate_series(1, 100000) n)".into(),
                "(select jsonb_object_agg(n, '[]'::jsonb) from generate_series(1, 100000) n)"
                    .into(),
            ],
            "text[]" => vec![
                "array_fill('a@guest.example'::text, array[100000])".into(),
                "array_fill(null::text, array[100000])".into(),
                "array_fill(''::text, array[300, 300])".into(),
                format!("array[{}]", text("a")),
                format!("array['ada@' || {} || 'example']", text("a.")),
            ],
            _ => Vec::new(),
        }
    }

    /// The calls of every public function with each argument large in turn: the function and the
    /// argument, and the statement.
    fn calls(owner: &Owner) -> Vec<(String, String)> {
        let caller = Caller::new(owner);
        let mut calls = Vec::new();
        for Function { name, arguments } in functions() {
            // What comes after these is what others add to them: ignored. Pages answer by a page: see pages.rs.
            let looked_at = match name.rsplit('_').next() {
                Some("callback") => 4,
                Some("page") => 0,
                _ => arguments.len(),
            };
            for tried in &arguments[..looked_at] {
                for large in large(&tried.kind) {
                    calls.push((
                        format!("{name}({} => {large})", tried.name),
                        caller.call(&name, &arguments, tried, &large),
                    ));
                }
            }
        }
        calls
    }

    #[pg_test]
    fn a_megabyte_in_any_argument_is_refused_in_a_few_words() {
        let mut wrong = Vec::new();
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let calls = calls(&owner);
            assert!(calls.len() > 300, "{}", calls.len());
            for (call, statement) in calls {
                match outcome(&statement) {
                    Ok(()) => wrong.push(format!("{call} is taken")),
                    Err(failure) => {
                        // What a provider is said to have answered is passed on, a few words of it.
                        let is_refusal = ["22023", "PT404"].contains(&failure.sqlstate.as_str())
                            || call.contains("_callback(error ") && failure.sqlstate == "PT502";
                        let texts = [&failure.message, &failure.detail, &failure.hint];
                        let longest = texts.map(|text| text.chars().count()).into_iter().max();
                        if !is_refusal || longest > Some(LONGEST_ANSWER) {
                            let message: String = failure.message.chars().take(80).collect();
                            wrong.push(format!(
                                "{call}: {} {longest:?} {message}",
                                failure.sqlstate
                            ));
                        }
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
