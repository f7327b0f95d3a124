//! Plans are kept by name: what that asks of those who name them.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use crate::plan;

    #[pg_test]
    fn two_statements_cannot_have_one_name() {
        let asked =
            |sql: &'static str| plan::read_value::<i32, _>(("of a test", None), || sql, &[]);
        assert_eq!(asked("select 1").expect("it is new"), Some(1));
        assert_eq!(asked("select 1").expect("it is the same"), Some(1));
        let refused = asked("select 2").expect_err("it is another one");
        assert!(refused.to_string().contains("of a test"), "{refused}");
    }

    /// PostgreSQL takes a value at its plan's word: a number for a text would be followed as a pointer.
    #[pg_test]
    fn a_statement_takes_arguments_of_the_types_it_was_first_given() {
        let asked = |argument| {
            let key = ("of a test with an argument", None);
            plan::read_value::<bool, _>(key, || "select $1 is null", &[argument])
        };
        assert_eq!(
            asked(None::<String>.into()).expect("a null has a type"),
            Some(true)
        );
        assert_eq!(asked("x".into()).expect("it is the same"), Some(false));
        let refused = asked(1_i32.into()).expect_err("it is another one");
        assert!(refused.to_string().contains("other types"), "{refused}");
    }
}
