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
}
