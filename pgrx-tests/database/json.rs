//! Documents that `jsonb` takes and whoever reads them later could not: refused when written, by
//! whatever way they come, in words and not as a panic.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{at, outcome, refusal, sqlstate};

    /// SQL expressions for documents with a member `n`, each with the word of its refusal.
    fn unreadable() -> [(&'static str, &'static str); 6] {
        [
            (r#"'{"n": 1e400}'::jsonb"#, "double"),
            (r#"'{"n": -1e400}'::jsonb"#, "double"),
            (
                "jsonb_build_object('n', (repeat('[', 200) || repeat(']', 200))::jsonb)",
                "levels",
            ),
            (
                r#"jsonb_build_object('n', (repeat('{"n":', 200) || '1' || repeat('}', 200))::jsonb)"#,
                "levels",
            ),
            (
                "jsonb_build_object('n', repeat('a', 1000000))",
                "longer than",
            ),
            // Some bytes of jsonb, and two million digits.
            (
                "jsonb_build_object('n', (select jsonb_agg('1e-15000'::numeric) from generate_series(1, 150)))",
                "longer than",
            ),
        ]
    }

    #[pg_test]
    fn a_document_that_cannot_be_read_is_refused_wherever_it_is_written() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            for (document, why) in unreadable() {
                let windows = format!("to_jsonb(array[{document}])");
                let override_day = owner
                    .override_day("2031-01-01", "[]")
                    .replace("'[]'", &windows);
                let statements = [
                    link.book(&at(3, "10:00"), &format!("answers => {document}")),
                    owner.insert_meeting(
                        &at(3, "10:00"),
                        &at(3, "11:00"),
                        &[("answers", document)],
                    ),
                    owner.update(&format!("availability_settings = {document}")),
                    link.update(&format!("questions = {windows}")),
                    override_day,
                ];
                for statement in statements {
                    let failure = refusal(&statement, "22023");
                    assert!(failure.detail.contains(why), "{statement}: {failure:?}");
                    assert!(failure.detail.len() < 300, "{failure:?}");
                }
            }
        }
    }

    #[pg_test]
    fn documents_of_every_kind_of_value_are_read_as_they_are() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let nested = "(repeat('[', 90) || '1' || repeat(']', 90))::jsonb";
            let document = format!(
                r#"'{{"a": [1, -2.5, 1e300, "ü\"\\ ", true, null, {{}}, [], {{"b": {{"c": [[]]}}}}]}}'
                   || jsonb_build_object('deep', {nested}, 'long', repeat('a', 200000))"#
            );
            let insert =
                owner.insert_meeting(&at(3, "10:00"), &at(3, "11:00"), &[("answers", &document)]);
            assert_eq!(outcome(&insert), Ok(()));
            // What is no object is told from one before it is read, scalars included.
            for scalar in ["1", "null", "true", r#""text""#, "[]"] {
                let settings = owner.update(&format!("availability_settings = '{scalar}'"));
                assert_eq!(sqlstate(&settings), "22023", "{scalar}");
            }
        }
    }
}
