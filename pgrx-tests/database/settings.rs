//! What a session may set, the worker sets itself or leaves alone knowingly.

#[pgrx::pg_schema]
mod tests {
    use std::collections::BTreeSet;

    use pgrx::prelude::*;

    use crate::database::harness::sql::rows;
    use crate::worker::process::session::{LEFT, OWN, set_our_own};

    fn own() -> BTreeSet<String> {
        OWN.iter()
            .map(|(name, _)| name.to_str().expect("it is ASCII").to_owned())
            .collect()
    }

    #[pg_test]
    fn every_setting_of_a_session_is_the_workers_own_or_left_knowingly() {
        let of_sessions: Vec<String> = rows(
            "select name from pg_settings where context in ('user', 'superuser', 'backend', 'superuser-backend')
                and name !~ '[.]' order by name",
        );
        let own = own();
        let undecided: Vec<_> = of_sessions
            .iter()
            .filter(|name| !own.contains(*name) && !LEFT.contains(&name.as_str()))
            .collect();
        assert!(
            undecided.is_empty(),
            "put them on a list of process/session.rs: {undecided:?}"
        );
        let both: Vec<_> = LEFT.iter().filter(|name| own.contains(**name)).collect();
        assert!(both.is_empty(), "on both lists: {both:?}");
        assert_eq!(own.len(), OWN.len(), "one is there twice");
    }

    #[pg_test]
    fn none_of_the_workers_own_settings_is_refused() {
        set_our_own();
        let names = own().into_iter().collect::<Vec<_>>().join("', '");
        let not_taken: Vec<String> = rows(&format!(
            "select format('%s = %s (%s)', name, setting, source) from pg_settings
             where name in ('{names}') and source <> 'override' order by name"
        ));
        assert!(not_taken.is_empty(), "{not_taken:?}");
    }
}
